"""A run's files copied out of its record: outputs, logs and, if asked for, its snapshot."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ..errors import RuncfgError, did_you_mean
from ..runtime.manifest import DIRECTORY, EXECUTABLE, LINK
from ..runtime.objects import CHUNK, ObjectStore
from ..snapshot.link import follow
from ..snapshot.value import printable
from .diff import entries_of

if TYPE_CHECKING:
    from .run import Run

_NAMED = 5


@dataclass
class Download:
    """What was copied to where; paths are those of the record (`outputs/…`, `logs/…`, `snapshot/…`)."""

    directory: str
    written: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    """There already, with the same bytes."""
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """(path, why): links that lead out of the outputs."""
    size_bytes: int = 0


@dataclass(frozen=True)
class _Source:
    """One file to copy: of the record at `place`, of the store by `digest`, or a link by its text."""

    place: str = ""
    digest: str = ""
    link: str = ""
    size: int = 0
    mode: int = 0o644


def download(
    run: Run,
    directory: str | os.PathLike[str] | None = None,
    paths: Sequence[str] = (),
    *,
    with_snapshot: bool = False,
    force: bool = False,
) -> Download:
    """Copy a run's files into a directory, by default `./<run_id>`, which git and snapshots then ignore.

    Args:
        run: Whose files.
        directory: Where they go, under their own paths.
        paths: Only these: files, directories, or patterns such as `outputs/*.png`.
        with_snapshot: What ran, too, under `snapshot/`.
        force: Replace files that differ.

    Raises:
        RuncfgError: The run has nothing at a path, a file that differs is there, or it cannot be written.
        SnapshotError: The snapshot is gone or damaged.
    """
    done = Download(os.path.abspath(os.path.expanduser(os.fspath(directory or run.run_id))))
    chosen = _choose(run, [_checked(path) for path in paths], with_snapshot, done)
    try:
        _write(run, chosen, done, force=force, is_hidden=directory is None)
    except OSError as error:
        raise RuncfgError(
            f"cannot copy the files of {run.label}: {error.strerror or error}",
            where=printable(str(error.filename or done.directory)),
            hint="`--to DIR` names another directory",
        ) from error
    return done


def _choose(run: Run, wanted: list[str], with_snapshot: bool, done: Download) -> dict[str, _Source]:
    sources = {**_outputs(run, done), **_logs(run, done), **_below(run, run.paths.artifacts, "", done)}
    if with_snapshot or any(path.split("/")[0] == "snapshot" for path in wanted):
        sources.update(_snapshot(run))
    done.left_out.sort()
    if not wanted:
        return sources
    done.left_out = [out for out in done.left_out if any(_means(path, out[0]) for path in wanted)]
    return _select(run, sources, wanted)


def _write(run: Run, chosen: dict[str, _Source], done: Download, *, force: bool, is_hidden: bool) -> None:
    store = ObjectStore(run.paths.home.objects)
    rest = {}
    for name, source in chosen.items():
        if _is_same(source, os.path.join(done.directory, name)):
            done.same.append(name)
        else:
            rest[name] = source
    if not force:
        _refuse_others(done.directory, rest)
    if is_hidden:
        _hide(done.directory)
    for name, source in rest.items():
        _copy(source, os.path.join(done.directory, name), store)
        done.written.append(name)
        done.size_bytes += source.size


def _checked(path: str) -> str:
    """A path below the record, in its plain form."""
    plain = os.path.normpath(path)
    if os.path.isabs(plain) or plain == ".." or plain.startswith("../"):
        raise RuncfgError(
            f"'{printable(path)}' leaves the run",
            hint="paths are those of the run: outputs/model.pkl, logs, snapshot/train.py",
        )
    return plain


def _outputs(run: Run, done: Download) -> dict[str, _Source]:
    return _below(run, run.outputs_directory, "outputs", done)


def _logs(run: Run, done: Download) -> dict[str, _Source]:
    found = _below(run, run.paths.logs, "logs", done)
    found.pop(f"logs/{os.path.basename(run.paths.std_log_index)}", None)  # times of lines, for our views
    return found


def _below(run: Run, root: str, start: str, done: Download) -> dict[str, _Source]:
    """The files and links of a directory of the record; links are never followed."""
    record = run.paths.directory
    real = os.path.join(os.path.realpath(record), os.path.relpath(root, record))
    if os.path.realpath(root) != real:
        done.left_out.append((start or "artifacts", "link out of the run"))
        return {}
    found = {}
    for path, info in _iter_members(root):
        name = os.path.join(start, path)
        if stat.S_ISREG(info.st_mode):
            mode = 0o755 if info.st_mode & stat.S_IXUSR else 0o644
            found[name] = _Source(os.path.join(root, path), size=info.st_size, mode=mode)
        elif stat.S_ISLNK(info.st_mode):
            link = follow(root, path, os.readlink(os.path.join(root, path)))
            if link.target:
                found[name] = _Source(link=link.target)
            else:
                done.left_out.append((name, link.oddity))
        else:
            done.left_out.append((name, "no file or link"))
    return dict(sorted(found.items(), key=lambda item: os.fsencode(item[0])))


def _iter_members(root: str) -> Iterator[tuple[str, os.stat_result]]:
    """All that is no directory."""
    for directory, names, files in os.walk(root):
        links = [name for name in names if os.path.islink(os.path.join(directory, name))]
        for name in [*files, *links]:
            path = os.path.join(directory, name)
            try:
                yield os.path.relpath(path, root), os.lstat(path)
            except FileNotFoundError:  # the run goes on, and has removed it
                continue


def _snapshot(run: Run) -> dict[str, _Source]:
    store = ObjectStore(run.paths.home.objects)
    found = {}
    for entry in entries_of(run):
        link = ""
        if entry.mode == LINK:
            with open(store.path(entry.digest), "rb") as stream:
                link = os.fsdecode(stream.read())
        mode = 0o755 if entry.mode == EXECUTABLE else 0o644
        if entry.mode != DIRECTORY:
            found[f"snapshot/{entry.path}"] = _Source("", entry.digest, link, entry.size, mode)
    return found


def _select(run: Run, sources: dict[str, _Source], wanted: list[str]) -> dict[str, _Source]:
    """What the paths mean; each must mean something."""
    chosen: dict[str, _Source] = {}
    for path in wanted:
        hits = {name: source for name, source in sources.items() if _means(path, name)}
        if not hits:
            near = f"outputs/{path}" if f"outputs/{path}" in sources else ""
            hint = f"did you mean '{near}'?" if near else did_you_mean(path, sources)
            some = ", ".join(printable(name) for name in list(sources)[:_NAMED])
            raise RuncfgError(
                f"run {run.label} has no file '{printable(path)}'",
                where=f"it has {some}{', …' if len(sources) > _NAMED else ''}" if sources else "it has none",
                hint=hint or "outputs, logs, and with --snapshot what ran",
            )
        chosen.update(hits)
    return chosen


def _means(path: str, name: str) -> bool:
    return path in (name, ".") or name.startswith(path + "/") or fnmatchcase(name, path)


def _is_same(source: _Source, target: str) -> bool:
    try:
        info = os.lstat(target)
        if stat.S_ISLNK(info.st_mode) or source.link:
            return stat.S_ISLNK(info.st_mode) and os.readlink(target) == source.link
        if not stat.S_ISREG(info.st_mode) or info.st_size != source.size:
            return False
        return _digest(target) == (source.digest or _digest(source.place))
    except OSError:
        return False


def _digest(path: str) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refuse_others(target: str, sources: dict[str, _Source]) -> None:
    """Nothing is written where a file would be lost."""
    there = [printable(name) for name in sources if os.path.lexists(os.path.join(target, name))]
    if there:
        more = f" and {len(there) - _NAMED:,} more" if len(there) > _NAMED else ""
        raise RuncfgError(
            f"other files are in the way in '{printable(target)}'",
            where=f"{', '.join(there[:_NAMED])}{more}",
            hint="`--force` replaces them, `--to DIR` takes another directory",
        )


def _hide(target: str) -> None:
    """Keep the directory out of git, and out of the next snapshot of the one it is in."""
    os.makedirs(target, exist_ok=True)
    for name in (".gitignore", ".amlignore"):
        path = os.path.join(target, name)
        if not os.path.lexists(path):
            with open(path, "w", encoding="ascii") as stream:
                stream.write("*\n")


def _copy(source: _Source, target: str, store: ObjectStore) -> None:
    """Under a temporary name, then renamed: no half of a file is ever seen."""
    parent = os.path.dirname(target)
    os.makedirs(parent, exist_ok=True)
    temporary = os.path.join(parent, f".runcfg-{secrets.token_hex(6)}")
    try:
        if source.link:
            os.symlink(source.link, temporary)
        elif source.digest:
            store.copy_to(source.digest, temporary, source.mode, os.path.basename(target))
        else:
            descriptor = os.open(source.place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with open(descriptor, "rb") as data, open(os.open(temporary, flags, source.mode), "wb") as out:
                shutil.copyfileobj(data, out, CHUNK)
        os.replace(temporary, target)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise
