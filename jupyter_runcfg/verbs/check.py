"""`submit --check`: all that is wrong at once, and what would be sent where; nothing is submitted."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .. import settings
from ..errors import ConfigError, Fault, RuncfgError
from ..executors import get_executor
from ..runtime.paths import Home
from ..snapshot import scan
from ..snapshot.value import size_text
from ..submission import Plan, Submission, find_source, make_plan, notebook

_STARTS_S = 30.0
_FIND = (
    "import importlib.util, json, sys\n"
    "def there(name):\n"
    "    try: return importlib.util.find_spec(name) is not None\n"
    "    except (ImportError, ValueError): return False\n"
    "print(json.dumps([sys.version.split()[0], [n for n in sys.argv[1:] if not there(n)]]))\n"
)
_OF_A_JOB = {"azureml", "jupyter_runcfg", "mlflow"}  # every job has those names


@dataclass(frozen=True)
class Checked:
    """What was found to be right."""

    lines: tuple[str, ...]


def check(submission: Submission) -> Checked:
    """Look at everything that can be looked at today.

    Raises:
        ConfigError: With all faults: of the configuration, the interpreter, the imports and the directory.
    """
    faults: list[Fault] = []
    plan, lines = None, []
    try:
        plan = make_plan(submission)
    except ConfigError as error:
        faults += error.faults
    else:
        lines += [f"what: {plan.title}", f"target: {plan.target.name}, experiment {plan.experiment}"]
        lines += _engine(plan, faults)
    lines += _interpreter(submission, plan, faults)
    if plan is not None and plan.environment is not None:
        from .solvable import look

        lines += look(plan.environment, _imports(plan), faults)
    lines += _directory(submission, plan, faults)
    if faults:
        raise ConfigError(faults)
    return Checked((*lines, "nothing is wrong, nothing was submitted"))


def _engine(plan: Plan, faults: list[Fault]) -> list[str]:
    """What the target's engine says when it is asked."""
    executor = get_executor(plan.target.executor, Home(str(settings.home())))
    image = {} if plan.environment is None else plan.environment.wanted.get("image") or {}
    lines = []
    for found in executor.check({**plan.options, "image": image.get("base", "")}):
        if found.is_well:
            lines.append(found.text)
        else:
            faults.append(Fault(found.text, "target", hint=found.hint))
    return lines


def _interpreter(submission: Submission, plan: Plan | None, faults: list[Fault]) -> list[str]:
    """It starts, and has what the script imports."""
    named = submission.config.environment.python.interpreter_path or "python"
    python = sys.executable if named == "python" else shutil.which(os.path.expanduser(named))
    if python is None or (plan is not None and plan.argv[:1] != (python,)):
        return []  # told already, or the run needs none
    names = _imports(plan) if plan is not None else []
    variables = {**os.environ, **submission.config.environment_variables}
    words = [python, "-c", _FIND, *names]
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=_STARTS_S, check=False, env=variables
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        faults.append(_no_start(python, str(error)))
        return []
    try:
        version, missing = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.strip().rpartition("\n")[2] or f"it ended with {done.returncode}"
        faults.append(_no_start(python, said))
        return []
    for name in missing:
        hint = f"`{python} -m pip install …`, or name another interpreter"
        faults.append(Fault(f"the script imports '{name}', and {python} has none", "script", hint=hint))
    this = " (this one)" if python == sys.executable else ""
    found = "" if plan is None else f"; it has all {len(names)} that the script imports"
    return [f"interpreter: {python}, Python {version}{this}{found if names else ''}"]


def _no_start(python: str, said: str) -> Fault:
    hint = "name another, or leave it out to run in this one"
    return Fault(f"{python} does not start: {said}", "environment.python.interpreterPath", hint=hint)


def _imports(plan: Plan) -> list[str]:
    """The packages that the code imports whatever happens, without those that the directory has."""
    script = plan.script or ""
    found: dict[str, None] = {}
    for text in _texts(plan, script):
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in tree.body:
            if isinstance(node, ast.Import):
                found.update(dict.fromkeys(alias.name.partition(".")[0] for alias in node.names))
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found[node.module.partition(".")[0]] = None
    beside = plan.source / os.path.dirname(script)
    return [
        name
        for name in found
        if name not in _OF_A_JOB
        and not any(
            (place / tail).exists() for place in (beside, plan.source) for tail in (name, f"{name}.py")
        )
    ]


def _texts(plan: Plan, script: str) -> list[str]:
    if script in plan.extra:
        own = [name for name in plan.extra if name.endswith(".py") and "/" not in name]
        return [plan.extra[name].decode("utf-8", "replace") for name in own]
    path = plan.source / script
    if script.endswith(notebook.SUFFIX):
        return [source for _, source in notebook.code_cells(notebook.read_notebook(path))]
    return [path.read_text(encoding="utf-8", errors="replace")] if script.endswith(".py") else []


def _directory(submission: Submission, plan: Plan | None, faults: list[Fault]) -> list[str]:
    """How much would be sent, and whether that is asked about."""
    try:
        source: Path = plan.source if plan is not None else find_source(submission)
        frozen = scan(source, Home(str(settings.home())), extra=plan.extra if plan is not None else {})
    except ConfigError:
        return []  # told already
    except RuncfgError as error:
        faults.append(Fault(error.message, error.where, hint=error.hint))
        return []
    limit = submission.limit_bytes
    if limit is not None and frozen.size_bytes > limit:
        message = f"the snapshot would be {size_text(frozen.size_bytes)}"
        faults.append(Fault(message, str(source), hint="`--yes` sends it, a line in .amlignore leaves out"))
    return [f"snapshot: {settings.short_path(str(source))} {frozen.describe()}"]
