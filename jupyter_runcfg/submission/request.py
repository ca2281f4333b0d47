"""The request of a record: everything that was decided, written once, enough to run it again."""

from __future__ import annotations

import os
import platform
import time
from typing import Any

from .. import snapshot
from ..runtime import process
from ..snapshot import git
from ..snapshot.secret import looks_secret
from ..snapshot.value import printable
from ..version import __version__
from .plan import Plan

VERSION = 1


def build_request(run_id: str, number: int, plan: Plan, frozen: snapshot.Snapshot) -> dict[str, Any]:
    """The JSON object of request.json (durations in seconds, `created` in unix seconds)."""
    config, submission = plan.submission.config, plan.submission
    variables = {**config.environment.environment_variables, **config.environment_variables}
    return {
        "version": VERSION,
        "run_id": run_id,
        "number": number,
        "experiment": plan.experiment,
        "name": submission.name,
        "created": time.time(),
        "script": plan.title,
        "target": {"name": plan.target, "executor": plan.target, "options": {}},
        "configuration": config.to_dict(),
        "argv": list(plan.argv),
        "environment": {"python": plan.python},
        "environment_variables": {key: str(value) for key, value in variables.items()},
        "time_limit_s": config.max_run_duration_seconds,
        "snapshot": frozen.digest,
        "snapshot_size": {
            "files": frozen.file_count,
            "bytes": frozen.size_bytes,
            "described": frozen.describe(),
        },
        "notes": _notes(frozen),
        "source_directory": str(plan.source),
        "notebook": submission.notebook,
        "git": git.facts(plan.source),
        "tags": dict(submission.tags),
        "properties": {},
        "client": process.identity(os.getpid()),
        "versions": {
            "jupyter_runcfg": __version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
        },
        "sent": _sent(plan, frozen, number),
    }


def _notes(frozen: snapshot.Snapshot) -> list[str]:
    """What a person should know of files that do not travel, or not as they may think."""
    notes = [f"not sent: {printable(path)} ({reason})" for path, reason in frozen.skipped]
    secrets = [printable(entry.path) for entry in frozen.entries if looks_secret(entry.path)]
    notes += [
        f"sent, and looks like a secret: {path} (a line in .amlignore keeps it here)" for path in secrets
    ]
    notes += [f"sent, but: {printable(path)} ({reason})" for path, reason in frozen.doubtful]
    return notes


def _sent(plan: Plan, frozen: snapshot.Snapshot, number: int) -> str:
    """The one line that says what was sent."""
    interpreter = "this interpreter" if plan.argv[:1] == (plan.python,) else plan.argv[0]
    folder, home = str(plan.source), os.path.expanduser("~")
    if folder.startswith(home + os.sep):
        folder = "~" + folder[len(home) :]
    return (
        f"{plan.experiment}/{number} · {plan.title} · {plan.target}, {interpreter} · "
        f"snapshot {folder} {frozen.describe()}"
    )
