"""Files that are either whole or not there: written under a temporary name, then renamed or linked."""

import json
import os

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any

_READ = 1 << 16


def _temporary(path: "str", data: "bytes", mode: "int", sync: "bool" = False) -> "str":
    name = "{}.{}.tmp".format(path, os.urandom(6).hex())
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            if sync:
                stream.flush()
                os.fsync(stream.fileno())
    except BaseException:
        os.unlink(name)
        raise
    return name


def write_replace(path: "str", data: "bytes", mode: "int" = 0o600) -> "None":
    """Put `data` at `path`; readers see the old bytes or the new ones."""
    name = _temporary(path, data, mode)
    try:
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_once(path: "str", data: "bytes", mode: "int" = 0o600, sync: "bool" = False) -> "bool":
    """Put `data` at `path` unless something is there; False when another was first.

    With `sync` the bytes are on the disk before the name is: a power cut leaves no empty file.
    """
    if os.path.lexists(path):
        return False
    name = _temporary(path, data, mode, sync)
    try:
        os.link(name, path)
    except FileExistsError:
        return False
    finally:
        os.unlink(name)
    return True


def read_bytes(path: "str") -> "bytes":
    """All of a file, in a third of the time that `open` takes for a small one. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = [os.read(descriptor, _READ)]
        while parts[-1]:  # some file systems give less than is asked for, long before the end
            parts.append(os.read(descriptor, _READ))
    finally:
        os.close(descriptor)
    return b"".join(parts)


def encode(value: "object") -> "bytes":
    """JSON as our records have it: UTF-8, sorted keys, one trailing newline."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(
        "utf-8", "surrogatepass"
    )


def read_json(path: "str") -> "dict[str, Any] | None":
    """The object in `path`, or None when there is none (yet) or it cannot be read as one."""
    try:
        with open(path, "rb") as stream:
            value = json.loads(stream.read().decode("utf-8", "surrogatepass"))
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
