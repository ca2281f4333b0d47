"""What each verb does in a notebook, and what its cell returns."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from .. import settings
from ..errors import ConfigError
from .capture import Cells
from .env import EnvVerbs
from .history import HistoryVerbs
from .runs import RunList
from .session import Session


class NotebookVerbs(HistoryVerbs, EnvVerbs):
    """The verbs of one kernel, one method each; the cell body is None for `%runcfg`."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.session = Session()
        self.cells = Cells(shell)
        self.names: Mapping[str, Any] = shell.user_ns
        """The variables that the line sees, those of a function that runs it too."""
        self._views: Any = None

    def greet(self) -> None:
        """Where we stand: target, experiment, active runs. Quick: it is what `%load_ext` waits for."""
        from .standing import standing

        _say(standing(self.session))

    def look(self, _result: Any) -> None:
        """After each cell."""
        from .standing import look

        look(self.session)

    def config(self, options: argparse.Namespace, cell: str | None) -> Any:
        from ..config import RunConfiguration

        if options.schema:
            return RunConfiguration.json_schema()
        if cell is None:
            return self._show_config(options)
        if options.name is None:
            raise ConfigError.single("the configuration needs a name", hint="`%%runcfg config NAME`")
        self.session.file_of(options.name)  # a name that could not be saved is told now
        base = None if options.base is None else self.session.named(options.base)
        file = f"%%runcfg config {options.name}"  # as a later cell names this one, too
        config = RunConfiguration.from_text(cell, file=file, strict=True, base_line=1, base=base)
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

        config = self.session.current
        old = config.changes()
        config.set_all(key_value(word, "set") for word in options.settings)
        new = config.changes()
        for key in dict.fromkeys([*new, *old]):
            if old.get(key, old) != new.get(key, new):
                _say(f"  {key}: {new.get(key, 'its default')}")
        _say(f"current = {self.session.name or 'unnamed'}, not saved")

    def form(self, options: argparse.Namespace, _cell: str | None) -> None:
        if options.name is not None:
            self.session.make_current(options.name, self.session.named(options.name))
        if getattr(self.shell, "kernel", None) is None:
            _say(
                "the form needs a notebook; here is the configuration, and `%runcfg set KEY=VALUE` changes it"
            )
            _say(self.session.current.to_yaml().rstrip())
            return
        from .form import show

        show(self)

    def load(self, options: argparse.Namespace, _cell: str | None) -> Any:
        config = self.session.load(options.name)
        self.session.make_current(Path(options.name).stem if "/" in options.name else options.name, config)
        return self.session.current

    def save(self, options: argparse.Namespace, _cell: str | None) -> None:
        file, difference = self.session.save(options.name)
        _say("\n".join([f"saved {file}", *difference]))

    def delete(self, options: argparse.Namespace, _cell: str | None) -> None:
        _say(self.session.delete(options.name))

    def submit(self, options: argparse.Namespace, cell: str | None) -> Any:
        from ..verbs.sending import Way, send
        from ..verbs.submit import read_submission
        from .earlier import earlier_runs

        if settings.notebook_job() is not None:
            _say("this notebook runs as a job itself: nothing was submitted")
            return None
        reading = read_submission(options, cell, self._context())
        for note in reading.notes:
            if note not in self.cells.current.told:
                self.cells.current.told.add(note)
                _say(note)
        if options.check:
            return self._check(reading.submission)
        if options.dry_run:
            return self._preview(reading.submission)
        if options.variable:
            self.shell.user_ns.pop(options.variable, None)
        now = self.cells.current
        way = Way(options.group, options.reuse, options.replace, frozenset(now.runs), now.groups.get)
        sent = send(reading.submission, way)
        earlier = earlier_runs(sent.run, now, self.session.submitted) if sent.is_new else []
        self._remember(sent, options.group)
        run = self._submitted(sent.run, options, sent.notes, earlier)
        self._bind(run, reading.submission.capture.results)
        return run

    def _context(self) -> Any:
        from ..verbs.submit import Context

        session, cells = self.session, self.cells
        return Context(
            lambda: session.current,
            session.named,
            experiment=session.experiment,
            notebook=settings.notebook_path(),
            namespace=cells.namespace(self.names),
            origin=cells.origin(),
            find_notebook=cells.find_notebook,
        )

    def _remember(self, sent: Any, group: str | None) -> None:
        self.cells.current.runs.add(sent.run.run_id)
        above = sent.run.parent
        if sent.is_new and group and above is not None:
            self.cells.current.groups[group] = above

    def _bind(self, run: Any, names: tuple[str, ...]) -> None:
        """What `--get` asked for becomes variables here: all of it or nothing."""
        if not names:
            return
        from ..run.result import describe, results

        values = results(run, list(names))
        self.shell.user_ns.update(values)
        _say(f"{describe(run, values)} → notebook")

    def part(self, options: argparse.Namespace, cell: str | None) -> Any:
        """Run the cell here, and remember it for `--include`."""
        from .part import run_part

        if cell is None:
            raise ConfigError.single(
                "a part is a cell", hint=f"`%%runcfg part {options.name}` above its code"
            )
        value = run_part(self.shell, cell)
        self.cells.remember_part(options.name, cell)
        return value

    def rerun(self, options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs.rerun import rerun

        if options.variable:
            self.shell.user_ns.pop(options.variable, None)
        return self._submitted(rerun(options, self._selected), options)

    def _submitted(
        self, run: Any, options: argparse.Namespace, notes: Sequence[str] = (), earlier: Sequence[Any] = ()
    ) -> Any:
        """Bind, show and, when asked for, wait for a run that was just submitted."""
        from ..view.told import Told
        from .earlier import earlier_note

        self.session.last_run = run.run_id
        if options.variable:
            self.shell.user_ns[options.variable] = run
        said = (*run.notes, *notes, *earlier_note(earlier))
        self.display_run(run, Told(said, tuple(one.run_id for one in earlier)))
        if options.wait or getattr(options, "get_names", None):
            self._wait([run], None)
        return run

    @staticmethod
    def _check(submission: Any) -> None:
        from ..verbs.check import check

        _say("\n".join(check(submission).lines))

    def _preview(self, submission: Any) -> None:
        from ..runtime.atomic import encode
        from ..submission import preview

        request, command = preview(submission)
        _say(encode(request).decode("utf-8", "replace").rstrip())
        _say(f"would run: {command}")

    def display_run(self, run: Any, told: Any = None) -> None:
        """Draw a run, once in each execution of a cell; several of one execution share a table."""
        execution, drawn = self.session.drawn
        if execution != self.shell.execution_count:
            execution, drawn = self.session.drawn = (self.shell.execution_count, set())
        if run.run_id in drawn:
            return
        drawn.add(run.run_id)
        if getattr(self.shell, "kernel", None) is None:
            from .terminal import told as line

            _say(line(self.shell, run, "" if told is None else told.text))
        else:
            from ..view.told import NOTHING
            from .loop import CellViews

            run.refresh()
            self._views = self._views or CellViews()
            self._views.draw(run, told or NOTHING, execution)

    def _selected(self, options: argparse.Namespace) -> list[Any]:
        from ..verbs.select import selected

        return cast(list[Any], selected(options, self._experiment(), self.session.last_run))

    def show(self, options: argparse.Namespace, _cell: str | None) -> Any:
        runs = self._selected(options)
        for run in runs:
            self.display_run(run)
        return runs[0] if len(runs) == 1 else RunList(runs, self.display_run)

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
        others = [run for run in runs if run.run_id != settings.job_run_id()]
        if len(others) < len(runs):
            _say("this notebook runs as that job itself: its own end is not waited for")
        if others:
            self._wait(others, options.timeout)
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
