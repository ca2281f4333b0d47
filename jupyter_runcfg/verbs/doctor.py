"""`doctor`: one line for each thing that must be right, with what to do where it is not."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from .. import settings, snapshot
from ..errors import RuncfgError, SnapshotError
from ..history import Query, read_summary
from ..history.damage import damage
from ..run import keep
from ..run.select import open_index, opened_home
from ..run.settle import settle
from ..runtime import atomic
from ..runtime.checkout import read_manifest
from ..runtime.filesystem import is_network
from ..runtime.manifest import DIRECTORY
from ..runtime.objects import ObjectStore
from ..runtime.paths import Home
from ..snapshot.value import printable, size_text
from ..version import __version__

_PACKAGE = Path(__file__).parents[1]
_OLDEST_PYTHON, _OLDEST_LAB = (3, 11), (4, 4)
_LITTLE_BYTES = 1_000_000_000
_NAMED = 3


@dataclass(frozen=True)
class Line:
    """One thing that was looked at; `hint` says what to do where it is not well."""

    name: str
    is_well: bool
    said: str
    hint: str = ""

    def __str__(self) -> str:
        mark = "ok  " if self.is_well else "BAD "
        return f"{mark} {self.name:<12} {self.said}" + (f"\n       → {self.hint}" if self.hint else "")


def doctor(options: argparse.Namespace) -> Iterator[Line]:
    """Look at everything, one line at a time; does what `--rebuild` and `--gc` ask for."""
    yield _python()
    yield _jupyterlab()
    yield _front_end()
    try:
        home = opened_home()
        yield _writable(home)
    except RuncfgError as error:
        yield Line("home", False, f"{error.message}: {error.where}", error.hint)
        return
    yield _file_system(home)
    yield _space(home)
    yield _index(home, options.rebuild)
    yield from _runs(home)
    yield _records(home, options.gc)
    yield _damaged(home)
    yield _objects(home)
    if options.gc:
        yield _gc(home)


def as_json(lines: list[Line]) -> dict[str, Any]:
    return {"is_well": all(line.is_well for line in lines), "checks": [asdict(line) for line in lines]}


def _python() -> Line:
    version = ".".join(str(part) for part in sys.version_info[:3])
    is_well = sys.version_info[:2] >= _OLDEST_PYTHON
    hint = "" if is_well else "install jupyter_runcfg under Python 3.11 or later"
    return Line("python", is_well, f"{version}, {sys.executable}; jupyter_runcfg {__version__}", hint)


def _jupyterlab() -> Line:
    try:
        version = metadata.version("jupyterlab")
    except metadata.PackageNotFoundError:
        return Line("jupyterlab", False, "it is not installed", "`pip install jupyterlab`")
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    is_well = numbers >= _OLDEST_LAB
    return Line("jupyterlab", is_well, version, "" if is_well else "`pip install -U 'jupyterlab>=4.4'`")


def _front_end() -> Line:
    """The built bundle of the live view."""
    static = _PACKAGE / "notebook" / "static"
    bundles = [path for path in static.glob("*.js") if path.stat().st_size]
    if not bundles:
        hint = "`pip install --force-reinstall jupyter-runcfg`; in a checkout, build labextension/"
        return Line("front end", False, f"no bundle in {static}", hint)
    size = sum(path.stat().st_size for path in bundles)
    return Line("front end", True, f"{', '.join(path.name for path in bundles)}, {size_text(size)}")


def _writable(home: Home) -> Line:
    name = os.path.join(home.root, f".doctor-{os.getpid()}")
    try:
        atomic.write_replace(name, b"")
        os.unlink(name)
    except OSError as error:
        hint = "make it writable for you, or set RUNCFG_HOME to another directory"
        return Line("home", False, f"{home.root} cannot be written: {error.strerror}", hint)
    mode = os.stat(home.root).st_mode & 0o077
    if mode:
        return Line("home", False, f"others may look into {home.root}", f"`chmod 700 {home.root}`")
    left = keep.sweep(home)
    return Line("home", True, home.root + (f"; cleared {left} broken-off removals" if left else ""))


def _file_system(home: Home) -> Line:
    if is_network(home.root):
        return Line("file system", True, "of a network: the index has a DELETE journal, gc waits two weeks")
    return Line("file system", True, "local: the index has a write-ahead log")


def _space(home: Home) -> Line:
    free = shutil.disk_usage(home.root).free
    is_well = free >= _LITTLE_BYTES
    hint = "" if is_well else "`runs remove --older 30d`, then `doctor --gc`; or another RUNCFG_HOME"
    return Line("disk space", is_well, f"{size_text(free)} free", hint)


def _index(home: Home, rebuild: bool) -> Line:
    with open_index() as index:
        if rebuild:
            return Line("index", True, f"rebuilt from {index.rebuild():,} runs")
        damage = index.damage()
        if damage:
            return Line("index", False, damage, "`doctor --rebuild` makes it anew from the records")
        wrong = index.strays()
        if wrong:
            index.rebuild()
            still = index.strays()
            if still:
                hint = (
                    f"look at {settings.short_path(home.runs)}: what is there is no record that can be read"
                )
                return Line("index", False, f"{still:,} records cannot be taken in", hint)
            return Line("index", True, f"{wrong:,} rows were not those of the records: rebuilt")
        return Line("index", True, f"{settings.short_path(index.path)}, {index.count():,} runs")


def _runs(home: Home) -> Iterator[Line]:
    """Active runs, after it was found out whether their jobs still live."""
    with open_index() as index:
        active = index.select(Query(active=True, children=True, archived=True))
        words = settle(home.run(summary.run_id) for summary in active)
        index.refresh()
        still = {summary.run_id for summary in index.select(Query(active=True, children=True, archived=True))}
    lost = [summary.label for summary in active if summary.run_id not in still]
    said = f"{len(still):,} active" + (
        f"; {len(lost):,} had lost their job and are ended now" if lost else ""
    )
    yield Line("runs", True, said + (f": {_some(lost)}" if lost else ""))
    silent = [summary.label for summary in active if _is_silent(words.get(summary.run_id))]
    if silent:
        hint = "look at it on its own machine; a second `cancel` ends it in the record"
        yield Line("runs", False, f"cannot be asked from here: {_some(silent)}", hint)


def _is_silent(word: Any) -> bool:
    return word is not None and word.status == "NotResponding"


def _records(home: Home, gc: bool) -> Line:
    """Directories that hold no run: a submission that was killed before it wrote its request."""
    cleared = keep.sweep_unborn(home) if gc else 0
    left = keep.unborn(home)
    said = f"; {cleared:,} leftovers of killed submits removed" if cleared else ""
    if not left:
        return Line("records", True, f"each has its request{said}")
    hint = "`doctor --gc` removes what is older than a day; they may be runs that are being submitted now"
    return Line("records", False, f"{len(left):,} leftovers of killed submits: {_some(left)}{said}", hint)


def _damaged(home: Home) -> Line:
    """Files of records that readers get along without."""
    found = []
    for name in sorted(os.listdir(home.runs)):
        paths = home.run(name)
        if not name.startswith(".") and os.path.lexists(paths.request):
            found += [f"{read_summary(paths).label}: {fault}" for fault in damage(paths)]
    if not found:
        return Line("files", True, "requests, events and ends of all records can be read")
    where = settings.short_path(home.runs)
    hint = f"what can be read of them is shown; `runs remove` removes such runs, they are in {where}"
    return Line("files", False, f"{len(found):,} damaged: {'; '.join(found[:_NAMED])}{_more(found)}", hint)


def _objects(home: Home) -> Line:
    """Reads every stored file, and looks for those that a snapshot needs and that are not there."""
    try:
        damaged = snapshot.verify(home)
        gone = [printable(path) for path in _missing(home)]
    except OSError as error:
        return Line("objects", False, str(error), "make them readable for you")
    if not gone:
        aside = f"; {len(damaged):,} damaged ones that no snapshot needs were set aside" if damaged else ""
        return Line("objects", True, f"every stored file has the bytes of its name{aside}")
    said = f"{len(gone):,} stored files are missing or damaged: {_some(gone)}"
    return Line("objects", False, said, "submit again from the directory that still has these files")


def _missing(home: Home) -> Iterator[str]:
    store = ObjectStore(home.objects)
    known: dict[str, bool] = {}
    for name in sorted(os.listdir(home.snapshots)):
        try:
            entries = read_manifest(home, name)
        except (SnapshotError, ValueError):  # no manifest, or a damaged one
            continue
        for entry in entries:
            if entry.mode != DIRECTORY and not known.setdefault(entry.digest, store.has(entry.digest)):
                yield entry.path


def _some(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + _more(names)


def _more(names: list[str]) -> str:
    return f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""


def _gc(home: Home) -> Line:
    try:
        freed = snapshot.gc(home)
    except RuncfgError as error:
        return Line("gc", False, f"{error.message}: {error.where}", error.hint)
    return Line("gc", True, f"dropped {freed.count:,} files, {size_text(freed.bytes)}")
