"""`jupyter runcfg quickstart`: the main job end to end on an example, saying what happens."""

from __future__ import annotations

import shlex
import shutil
import sys
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.text import Text

from .. import snapshot
from ..config import RunConfiguration, list_configurations
from ..errors import ConfigError, HomeError
from ..run.submitting import submit_words
from ..snapshot.value import printable
from ..submission import Submission
from .follow import follow

EPOCHS = 60
NAME = "diabetes"


def quickstart(directory: Path) -> int:
    """Make the example, build its configuration, show the snapshot, submit, follow; 0 if it completed."""
    console = Console(highlight=False, soft_wrap=True)
    directory = directory.expanduser().absolute()
    _step(console, 1, f"an example project in {directory}")
    make_example(directory)
    _step(console, 2, f"its RunConfiguration, .azureml/{NAME}.runconfig")
    config = _configuration(directory)
    console.print(Text(_indented(config.to_yaml()), style="cyan"))
    _step(console, 3, "the snapshot: what the run will get")
    _show_snapshot(console, directory)
    _step(console, 4, "submitted; the run goes on without this terminal, here is what it prints")
    sys.stdout.flush()
    run = submit_words(Submission(config, source=directory))
    summary = follow(run, steps=EPOCHS)
    if summary.status != "Completed":
        return 1
    _next_steps(console, directory)
    return 0


def make_example(directory: Path) -> None:
    """Put the example's files where they are missing; nothing that is there is touched.

    Raises:
        ConfigError: The directory holds something else.
        HomeError: It cannot be written.
    """
    try:
        if directory.exists() and any(directory.iterdir()) and not (directory / "diabetes.csv").exists():
            raise ConfigError.single(
                f"{directory} is not empty", hint="name a new one: `jupyter runcfg quickstart DIR`"
            )
        with as_file(files("jupyter_runcfg.cli") / "example") as source:
            for path in sorted(source.rglob("*")):
                name = path.relative_to(source)
                if "__pycache__" in name.parts or path.is_dir():
                    continue
                target = directory / name.with_name(name.name.replace("dot_", "."))
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    shutil.copyfile(path, target)
    except OSError as error:
        raise HomeError(
            f"the example cannot be written: {error.strerror or error}",
            where=str(error.filename or directory),
            hint="name a directory that you may write: `jupyter runcfg quickstart DIR`",
        ) from error


def _configuration(directory: Path) -> RunConfiguration:
    """The example's configuration; one that is there is the person's own by now."""
    if NAME in list_configurations(directory):
        return RunConfiguration.load(str(directory), NAME)
    config = RunConfiguration(script="train.py", arguments=["--epochs", str(EPOCHS)])
    config.save(str(directory), NAME)
    return config


def _show_snapshot(console: Console, directory: Path) -> None:
    frozen = snapshot.scan(directory)
    console.print(f"  {frozen.describe()}")
    for entry in frozen.entries:
        console.print(Text(f"  + {printable(entry.path)}"))
    for ignored in frozen.ignored:
        console.print(Text(f"  - {printable(ignored.path)}  left out by {ignored.rule}", style="dim"))


def _next_steps(console: Console, directory: Path) -> None:
    folder = directory.relative_to(Path.cwd()) if directory.is_relative_to(Path.cwd()) else directory
    steps = [
        (f"cd {shlex.quote(str(folder))}", "the example, yours to change"),
        ("jupyter lab 01-first-run.ipynb", "the same from a notebook, live under the cell"),
        (f"jupyter runcfg submit {NAME} -- --alpha 0.3", "the same again, changed"),
        ("jupyter runcfg runs", "all runs"),
    ]
    if find_spec("sklearn") is None:
        steps.insert(1, ("python -m pip install scikit-learn", "what the notebook needs beside us"))
    console.print()
    console.print(Text("Next:", style="bold"))
    width = max(len(command) for command, _ in steps)
    for command, does in steps:
        console.print(Text(f"  {command:<{width}}   ").append(does, style="dim"))


def _step(console: Console, number: int, text: str) -> None:
    console.print()
    console.print(Text(f"[{number}/4] {text}", style="bold"))


def _indented(text: str) -> str:
    return "\n".join("  " + line for line in text.rstrip().splitlines())
