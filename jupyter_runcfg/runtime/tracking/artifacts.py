"""Files of a record under the names that a person gives them: `outputs/…`, `logs/…` and bare ones."""

import os
import posixpath

from ...errors import RuncfgError, UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def inner_path(name: "str") -> "str":
    """The name as a relative path with `/`, without `.` and doubled slashes.

    Raises:
        UserErrorException: It is empty, absolute, leaves its root or cannot be a path.
    """
    text = os.fspath(name) if isinstance(name, os.PathLike) else name
    path = posixpath.normpath(text) if isinstance(text, str) and text else "."
    if path == "." or path.startswith(("/", "../")) or path == ".." or "\0" in path or text.endswith("/"):
        raise UserErrorException(
            "'{}' is no name for a file of a run".format(text),
            hint="a relative path without `..`, as outputs/model.pkl",
        )
    return path


def refuse_in_the_way(root: "str", path: "str", prefix: "str" = "") -> "None":
    """Raises UserErrorException where a file is a directory by another name, or the other way round."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        above = "/".join(parts[:count])
        if os.path.isfile(below(root, above)):
            raise UserErrorException(
                "'{0}{1}' cannot be kept: '{0}{2}' is a file of this run".format(prefix, path, above),
                hint="give one of them another name",
            )
    if os.path.isdir(below(root, path)):
        raise UserErrorException(
            "'{0}{1}' cannot be kept: it is a directory of this run".format(prefix, path),
            hint="give the file another name",
        )


def below(root: "str", path: "str") -> "str":
    return os.path.join(root, *path.split("/"))


def copy(source: "Any", target: "str") -> "None":
    """Copy a file, the rest of a stream, or bytes to `target`, which is whole or as it was.

    Raises:
        UserErrorException: There is no such file.
        OSError: It cannot be read or written.
    """
    import shutil

    if not isinstance(source, (str, bytes, os.PathLike)) and not hasattr(source, "read"):
        raise UserErrorException("a file is given by its path or as a stream, not as {!r}".format(source))
    if isinstance(source, (str, os.PathLike)) and not os.path.isfile(source):
        what = "a directory" if os.path.isdir(source) else "no file"
        hint = (
            "upload_folder takes directories" if what == "a directory" else "the script must write it first"
        )
        raise UserErrorException("'{}' is {}".format(os.fspath(source), what), hint=hint)
    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    if isinstance(source, (str, os.PathLike)) and os.path.exists(target) and os.path.samefile(source, target):
        return
    temporary = os.path.join(os.path.dirname(target), ".{}.tmp".format(os.urandom(6).hex()))
    try:
        with open(temporary, "wb") as out:
            if hasattr(source, "read"):
                _pour(source, out)
            elif isinstance(source, bytes):
                out.write(source)
            else:
                with open(source, "rb") as stream:
                    shutil.copyfileobj(stream, out, 1 << 20)
        os.replace(temporary, target)
    except BaseException:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise


def _pour(stream: "Any", out: "Any") -> "None":
    while True:
        chunk = stream.read(1 << 20)
        if not chunk:
            return
        out.write(chunk.encode("utf-8") if isinstance(chunk, str) else chunk)


def keep_new(root: "str", name: "str", data: "bytes | str") -> "str":
    """Put bytes, or a copy of the file of that path, below `root`; returns its name, made free."""
    stem, suffix = os.path.splitext(name)
    kept, number = name, 1
    os.makedirs(root, mode=0o700, exist_ok=True)
    while True:
        try:
            os.close(os.open(os.path.join(root, kept), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            break
        except FileExistsError:
            number += 1
            kept = "{}_{}{}".format(stem, number, suffix)
    try:
        copy(data, os.path.join(root, kept))
    except BaseException:
        os.unlink(os.path.join(root, kept))
        raise
    return kept


def facts(root: "str", path: "str", prefix: "str" = "") -> "dict[str, Any]":
    """What an `artifact` event says of a file."""
    from ..outputs import digest_of

    file = below(root, path)
    return {"path": prefix + path, "size": os.path.getsize(file), "digest": digest_of(file)}


def names_below(root: "str", prefix: "str") -> "list[str]":
    from ..checkout import iter_files

    return [prefix + name for name, _ in iter_files(root)]


def stamps(root: "str") -> "dict[str, tuple[int, int]]":
    """Size and time of each file below a directory; nothing where there is none."""
    found = {}
    for name in names_below(root, ""):
        try:
            info = os.stat(below(root, name))
        except OSError:
            continue
        found[name] = (info.st_size, info.st_mtime_ns)
    return found


def changed(root: "str", before: "dict[str, tuple[int, int]]") -> "list[str]":
    """The files that are new or not as they were."""
    return [name for name, stamp in stamps(root).items() if before.get(name) != stamp]


def chosen(names: "list[str]", prefix: "str | None") -> "list[str]":
    """The names that are `prefix`, lie in that directory, or begin so."""
    return [name for name in names if prefix is None or name.startswith(prefix)]


def target_of(name: "str", given: "Any") -> "str":
    """Where a download goes: the path given, into it when it is a directory, else here."""
    target = os.fspath(given) if given else os.path.basename(name)
    if os.path.isdir(target) or target.endswith(os.sep):
        target = os.path.join(target, os.path.basename(name))
    return os.path.abspath(target)


def same_length(names: "list[str]", paths: "list[Any]") -> "None":
    """Raises TypeError, as v1 does, unless there is one path for each name."""
    if len(names) != len(paths):
        raise TypeError("{} names for {} paths: give one for each".format(len(names), len(paths)))


def no_such(run_id: "str", name: "str", names: "list[str]") -> "RuncfgError":
    from ...errors import did_you_mean

    hint = did_you_mean(name, names) or "`run.get_file_names()` lists them"
    return UserErrorException("run {} has no file '{}'".format(run_id, name), hint=hint)
