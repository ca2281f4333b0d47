"""What each verb does in a notebook, and what its cell returns."""

from __future__ import annotations

import argparse
import sys
from typing import Any, cast

from .. import settings
from ..errors import ConfigError
from .history import HistoryVerbs
from .session import Session


class NotebookVerbs(HistoryVerbs):
    """The verbs of one kernel, one method each; the cell body is None for `%runcfg`."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.session = Session()

    def greet(self) -> None:
        """Where we stand: target, experiment, active runs. Quick: it is what `%load_ext` waits for."""
        from .standing import standing

        _say(standing(self.session))

    def config(self, options: argparse.Namespace, cell: str | None) -> Any:
        from ..config import RunConfiguration

        if options.schema:
            return RunConfiguration.json_schema()
        if cell is None:
            return self._show_config(options)
        if options.name is None:
            raise ConfigError.single("the configuration needs a name", hint="`%%runcfg config NAME`")
        base = None if options.base is None else self.session.named(options.base)
        config = RunConfiguration.from_text(cell, file="cell", strict=True, base_line=1, base=base)
        self.session.make_current(options.name, config)
        self._say_changes()
        return None

    def _show_config(self, options: argparse.Namespace) -> Any:
        """The configuration itself, so that `rc = %runcfg config gpu` can be changed; `--full`: its text."""
        if options.base is not None:
            raise ConfigError.single("`--from` is for a cell", hint="`%%runcfg config NAME --from OTHER`")
        if options.name is None and self.session.name is None:
            self._say_found()
        config = self.session.current if options.name is None else self.session.named(options.name)
        if options.full:
            _say(config.to_yaml(full=True).rstrip())
            return None
        return config

    @staticmethod
    def _say_found() -> None:
        """Before anything is current: what the project has."""
        from ..config import current_project
        from ..verbs.found import found

        names = [f"{name} ({note})" if note else name for name, note in found(current_project())]
        if names:
            _say(f"found {', '.join(names)}; `%runcfg load NAME` makes one the current one")

    def _say_changes(self) -> None:
        name = self.session.name or "unnamed"
        changes = self.session.current.changes()
        for key, value in changes.items():
            _say(f"  {key}: {value}")
        _say(f"current = {name}, not saved" + ("" if changes else ": all defaults"))

    def set(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.grammar import key_value

        before = self.session.current
        changed = before.copy()
        changed.set_all(key_value(word, "set") for word in options.settings)
        self.session.replace_current(changed)
        old, new = before.changes(), changed.changes()
        for key in dict.fromkeys([*new, *old]):
            if old.get(key, old) != new.get(key, new):
                _say(f"  {key}: {new.get(key, 'its default')}")
        _say(f"current = {self.session.name or 'unnamed'}, not saved")

    def load(self, options: argparse.Namespace, _cell: str | None) -> Any:
        self.session.make_current(options.name, self.session.load(options.name))
        return self.session.current

    def save(self, options: argparse.Namespace, _cell: str | None) -> None:
        file, difference = self.session.save(options.name)
        _say("\n".join([f"saved {file}", *difference]))

    def delete(self, options: argparse.Namespace, _cell: str | None) -> None:
        _say(self.session.delete(options.name))

    def submit(self, options: argparse.Namespace, cell: str | None) -> Any:
        from ..run.submitting import submit_words
        from ..verbs.submit import Context, read_submission

        session = self.session
        notebook = settings.notebook_path()
        reading = read_submission(
            options, cell, Context(lambda: session.current, session.named, notebook=notebook)
        )
        for note in reading.notes:
            _say(note)
        if options.dry_run:
            return self._preview(reading.submission)
        if options.variable:
            self.shell.user_ns.pop(options.variable, None)
        run = submit_words(reading.submission)
        return self._submitted(run, options, self._earlier(options, cell, run))

    def rerun(self, options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs.rerun import rerun

        if options.variable:
            self.shell.user_ns.pop(options.variable, None)
        return self._submitted(rerun(options, self._selected), options, [])

    def _submitted(self, run: Any, options: argparse.Namespace, notes: list[str]) -> Any:
        """Bind, show and, when asked for, wait for a run that was just submitted."""
        self.session.last_run = run.run_id
        if options.variable:
            self.shell.user_ns[options.variable] = run
        self.display_run(run, " · ".join([*run.notes, *notes]))
        if options.wait:
            self._wait([run], None)
        return run

    def _earlier(self, options: argparse.Namespace, cell: str | None, run: Any) -> list[str]:
        """A note when the run before of the same cell still goes on."""
        key = (repr(vars(options)), cell)
        before = self.session.submitted.get(key)
        self.session.submitted[key] = run
        if before is None or before.is_ended or not before.is_kept:
            return []
        return [f"{before.label} of the same cell still goes on: `%runcfg cancel {before.label}` ends it"]

    def _preview(self, submission: Any) -> None:
        from ..runtime.atomic import encode
        from ..submission import preview

        request, command = preview(submission)
        _say(encode(request).decode("utf-8", "replace").rstrip())
        _say(f"would run: {command}")

    def display_run(self, run: Any, note: str = "") -> None:
        """Draw a run's view, once in each execution of a cell."""
        execution, drawn = self.session.drawn
        if execution != self.shell.execution_count:
            execution, drawn = self.session.drawn = (self.shell.execution_count, set())
        if run.run_id in drawn:
            return
        drawn.add(run.run_id)
        if getattr(self.shell, "kernel", None) is None:
            from ..verbs.wording import answer

            _say("\n".join(filter(None, (run.sent, note, answer(run.refresh())))))
        else:
            from .live import show

            run.refresh()
            show(run, note=note)

    def _selected(self, options: argparse.Namespace) -> list[Any]:
        from ..config import current_project, default_experiment
        from ..verbs.select import selected

        experiment = default_experiment(current_project())
        return cast(list[Any], selected(options, experiment, self.session.last_run))

    def show(self, options: argparse.Namespace, _cell: str | None) -> Any:
        runs = self._selected(options)
        for run in runs:
            self.display_run(run)
        return runs[0] if len(runs) == 1 else runs

    def logs(self, options: argparse.Namespace, _cell: str | None) -> None:
        for run in self._selected(options):
            summary = run.refresh()
            _say(f"── {summary.label} {summary.status}")
            if options.follow and not summary.is_terminal:
                run.wait_for_completion(show_output=True, raise_on_error=False)
                continue
            text = run.logs()
            if options.tail is not None:
                text = "".join(text.splitlines(keepends=True)[-options.tail :]) if options.tail > 0 else ""
            sys.stdout.write(text)

    def wait(self, options: argparse.Namespace, _cell: str | None) -> Any:
        runs = self._selected(options)
        self._wait(runs, options.timeout)
        return None

    def _wait(self, runs: list[Any], timeout: str | None) -> None:
        from ..verbs.select import wait_for
        from ..verbs.wording import answer

        try:
            wait_for(runs, timeout, lambda run: _say(answer(run.summary())))
        except KeyboardInterrupt:
            labels = " ".join(run.label for run in runs)
            _say(f"{labels} goes on; `%runcfg cancel {labels}` ends it")
            raise

    def cancel(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.select import cancel

        for run in self._selected(options):
            _say(cancel(run))

    def snapshot(self, options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs.snapshot import explain_path, look_at, source_of
        from ..verbs.wording import one_line
        from .files import LookView

        source = source_of(options, self.session.current)
        if options.explain is None:
            return LookView(look_at(source))
        _say(one_line(str(explain_path(source, options.explain))))
        return None

    def diff(self, options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs.diff import read_diff
        from .files import DiffView

        return DiffView(read_diff(options, self._selected), only_names=options.stat)

    def checkout(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.restore import checked_out, checkout_text

        _say(checkout_text(*checked_out(options, self._selected)))

    def download(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.restore import download_text, downloaded

        _say(download_text(*downloaded(options, self._selected)))


def _say(text: str) -> None:
    print(text)  # noqa: T201 - what a magic answers
