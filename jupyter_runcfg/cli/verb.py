"""What each verb of the shell prints and returns."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from ..config import (
    RunConfiguration,
    current_project,
    default_experiment,
    list_configurations,
    working_directory,
)
from ..config.location import find_named, find_path
from ..errors import ConfigError
from ..run import Run
from ..runtime import atomic
from ..submission import preview
from ..verbs import select, wording
from ..verbs.check import check
from ..verbs.found import found
from ..verbs.grammar import key_value
from ..verbs.sending import Way, newest_open_group, send
from ..verbs.submit import Context, read_submission
from .printing import print_json, summary_json

SHOWN_LINES = 10


def run_verb(options: argparse.Namespace) -> int:
    """Do what the words say; returns the exit status."""
    verbs: dict[str, Callable[[argparse.Namespace], int]] = {
        "config": _config,
        "set": _set,
        "delete": _delete,
        "submit": _submit,
        "runs": _apart,
        "runs archive": _apart,
        "runs restore": _apart,
        "runs remove": _apart,
        "runs export": _apart,
        "runs import": _apart,
        "metrics": _apart,
        "compare": _apart,
        "experiment": _apart,
        "targets": _apart,
        "targets check": _apart,
        "targets add": _apart,
        "targets remove": _apart,
        "data": _apart,
        "data add": _apart,
        "data remove": _apart,
        "env": _env,
        "env list": _env,
        "env show": _env,
        "env build": _env,
        "env remove": _env,
        "env infer": _env,
        "rerun": _rerun,
        "doctor": _apart,
        "show": _show,
        "logs": _logs,
        "wait": _wait,
        "cancel": _cancel,
        "snapshot": _snapshot,
        "diff": _diff,
        "checkout": _checkout,
        "download": _download,
        "v1": _v1,
        "quickstart": _quickstart,
    }
    return verbs[options.verb](options)


def _apart(options: argparse.Namespace) -> int:
    """The verbs over records have a room of their own."""
    from . import history

    return history.VERBS[options.verb](options, _selected)


def _env(options: argparse.Namespace) -> int:
    from . import env

    return env.VERBS[options.verb](options)


def _named(name: str) -> RunConfiguration:
    return RunConfiguration.load(find_named(name))


def _config(options: argparse.Namespace) -> int:
    if options.schema:
        print_json(RunConfiguration.json_schema())
        return 0
    if options.base is not None:
        hint = "`%%runcfg config NAME --from OTHER`"
        raise ConfigError.single("`--from` is for a notebook's cell", hint=hint)
    if options.name is None:
        _configurations(options)
        return 0
    config = _named(options.name)
    if options.json:
        print_json(config.to_dict())
    else:
        print(config.to_yaml(full=options.full), end="")
    return 0


def _configurations(options: argparse.Namespace) -> None:
    project = current_project()
    if options.json:
        print_json(list_configurations(project))
        return
    names = found(project)
    width = max((len(name) for name, _ in names), default=0)
    lines = [f"{name:<{width}}  {note}".rstrip() for name, note in names]
    print("\n".join(lines) if lines else f"no configurations in {project}")


def _set(options: argparse.Namespace) -> int:
    """Change settings of a configuration, and write its file; a new one is made when there is none."""
    name, *words = options.settings
    if "=" in name or not words:
        hint = "the shell has no current configuration: `jupyter runcfg set NAME KEY=VALUE`"
        raise ConfigError.single("the words are NAME KEY=VALUE …", where="set", hint=hint)
    project = current_project()
    is_there = name in list_configurations(project) or find_path(name) is not None
    config = _named(name) if is_there else RunConfiguration(_name=name)
    config.set_all(key_value(word, "set") for word in words)
    file = config.save() if config.path else config.save(project, name)
    if options.json:
        print_json(config.changes())
    else:
        print(f"saved {file}")
    return 0


def _delete(options: argparse.Namespace) -> int:
    RunConfiguration.delete(current_project(), options.name)
    if options.json:
        print_json([options.name])
    else:
        print(f"'{options.name}' is removed")
    return 0


def _submit(options: argparse.Namespace) -> int:
    origin = " ".join(["shell", str(working_directory()), *options.positionals])
    reading = read_submission(options, None, Context(RunConfiguration, _named, origin=origin))
    for note in reading.notes:
        print(f"note: {note}", file=sys.stderr)
    if options.check:
        lines = check(reading.submission).lines
        if options.json:
            print_json({"checked": lines})
        else:
            print("\n".join(lines))
        return 0
    if options.dry_run:
        request, command = preview(reading.submission)
        print(atomic.encode({**request, "command": command}).decode("utf-8", "replace"), end="")
        return 0
    way = Way(options.group, options.reuse, options.replace, open_group=newest_open_group)
    sent = send(reading.submission, way)
    for note in sent.notes:
        print(f"note: {note}", file=sys.stderr)
    return _followed(sent.run, options)


def _rerun(options: argparse.Namespace) -> int:
    from ..verbs.rerun import rerun

    return _followed(rerun(options, _selected), options)


def _followed(run: Run, options: argparse.Namespace) -> int:
    """Show a run that was just submitted, until it has ended unless `--detach` was said."""
    for note in run.notes:
        print(f"note: {note}", file=sys.stderr)
    if options.json or options.wait is False:
        return _submitted(run, options)
    from .follow import follow

    summary = follow(run)
    return 0 if summary.status == "Completed" else 1


def _submitted(run: Run, options: argparse.Namespace) -> int:
    """Without a view: wait unless told not to, then say which run it is."""
    if options.wait is not False:
        run.wait()
    summary = run.summary()
    if options.json:
        print_json(summary_json(summary))
    else:
        print(f"{run.sent}\nfollow it: jupyter runcfg logs -f {summary.label}")
    return 0 if options.wait is False or summary.status == "Completed" else 1


def _selected(options: argparse.Namespace) -> list[Run]:
    return select.selected(options, default_experiment(current_project()))


def _everything(run: Run) -> dict[str, object]:
    return {**run.get_details(), "sent": run.sent, "metrics": run._as_logged().as_dict()}


def _show(options: argparse.Namespace) -> int:
    runs = _selected(options)
    if options.json:
        print_json([_everything(run) for run in runs])
        return 0
    from .follow import print_end

    for run in runs:
        if run.sent:  # nothing was, where a process records itself
            print(run.sent)
        _print_log(run, SHOWN_LINES)
        print_end(run, run.refresh())
    return 0


def _logs(options: argparse.Namespace) -> int:
    runs = _selected(options)
    if options.json:
        print_json([{"run": run.label, "run_id": run.run_id, "log": run.logs()} for run in runs])
        return 0
    from .follow import follow_log

    for run in runs:
        print(f"── {run.label} {run.refresh().status}", file=sys.stderr)
        if options.follow:
            follow_log(run)
        else:
            _print_log(run, options.tail)
    return 0


def _print_log(run: Run, tail: int | None) -> None:
    """The log's own bytes, so that a redirected log is the log."""
    sys.stdout.flush()
    try:
        data = Path(run.paths.std_log).read_bytes()
    except FileNotFoundError:
        return
    if tail is not None:
        data = b"".join(data.splitlines(keepends=True)[-tail:]) if tail > 0 else b""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _wait(options: argparse.Namespace) -> int:
    runs = _selected(options)

    def say(run: Run) -> None:
        if not options.json:
            print(wording.answer(run.summary()))

    try:
        select.wait_for(runs, options.timeout, say)
    except KeyboardInterrupt:
        labels = " ".join(run.label for run in runs)
        print(f"\n{labels} goes on; `jupyter runcfg cancel {labels}` ends it", file=sys.stderr)
        raise
    finally:
        if options.json:
            print_json([summary_json(run.summary()) for run in runs])
    return 0


def _cancel(options: argparse.Namespace) -> int:
    runs = _selected(options)
    answers = [select.cancel(run) for run in runs]
    if options.json:
        print_json([summary_json(run.summary()) for run in runs])
    else:
        print("\n".join(answers))
    return 0


def _snapshot(options: argparse.Namespace) -> int:
    from .files import snapshot

    return snapshot(options)


def _diff(options: argparse.Namespace) -> int:
    from .files import diff

    return diff(options, _selected)


def _checkout(options: argparse.Namespace) -> int:
    from .files import checkout

    return checkout(options, _selected)


def _download(options: argparse.Namespace) -> int:
    from .files import download

    return download(options, _selected)


def _v1(options: argparse.Namespace) -> int:
    from .v1 import v1

    return v1(options)


def _quickstart(options: argparse.Namespace) -> int:
    from .quickstart import quickstart

    return quickstart(Path(options.directory))
