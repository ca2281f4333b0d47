"""The runtime as one file, `runtime-<digest>.pyz`: built from this package's own sources."""

import hashlib
import importlib.util
import io
import marshal
import os
import zipfile

from . import atomic

_HERE = os.path.dirname(os.path.abspath(__file__))
_MAIN = "import sys\nfrom _runcfg.runtime.job import main\nsys.exit(main(sys.argv[1:]))\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def _sources() -> "dict[str, bytes]":
    """Archive names and contents; the package travels under the private name `_runcfg`."""
    files = {"__main__.py": _MAIN.encode("ascii"), "_runcfg/__init__.py": b""}
    with open(os.path.join(os.path.dirname(_HERE), "errors.py"), "rb") as stream:
        files["_runcfg/errors.py"] = stream.read()
    for directory, _, names in os.walk(_HERE):
        below = os.path.relpath(directory, _HERE).replace(os.sep, "/")
        place = "_runcfg/runtime/" + ("" if below == "." else below + "/")
        for name in names:
            if name.endswith(".py"):
                with open(os.path.join(directory, name), "rb") as stream:
                    files[place + name] = stream.read()
    files["sitecustomize.py"] = files.pop("_runcfg/runtime/sitecustomize.py")
    return files


def _compiled(name: "str", source: "bytes") -> "bytes":
    """Bytecode for this interpreter's version; others see its magic number and use the source."""
    code = compile(source, name, "exec", dont_inherit=True)
    try:
        data = marshal.dumps(code, 2)  # later versions note what is shared, which differs by process
    except ValueError:  # 3.14 has constants that only the newest version can hold
        data = marshal.dumps(code)
    flags = (1).to_bytes(4, "little")  # hash-based, never checked (PEP 552)
    return importlib.util.MAGIC_NUMBER + flags + b"\0" * 8 + data


def build(sources: "dict[str, bytes]") -> "bytes":
    """The archive's bytes: the same sources and interpreter give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, source in sorted(sources.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), source)
            archive.writestr(zipfile.ZipInfo(name + "c", _EPOCH), _compiled(name, source))
    return out.getvalue()


_names = []  # type: list[str]


def file_name() -> "str":
    """The name of this package's archive; its sources are read once in a process, which has them loaded."""
    if not _names:
        _names.append(name_of(_sources()))
    return _names[0]


def name_of(sources: "dict[str, bytes]") -> "str":
    """`runtime-<digest>.pyz`: names the sources and the interpreter that the bytecode is for."""
    digest = hashlib.sha256(importlib.util.MAGIC_NUMBER)
    for name, source in sorted(sources.items()):
        digest.update(b"%s %d\n" % (name.encode("ascii"), len(source)) + source)
    return "runtime-{}.pyz".format(digest.hexdigest()[:16])


def install(directory: "str") -> "str":
    """Put the archive into a directory unless it is there; returns its path. Raises OSError."""
    path = os.path.join(directory, file_name())
    if not os.path.exists(path):
        sources = _sources()
        _names[:] = [name_of(sources)]  # another one where the package was upgraded meanwhile
        path = os.path.join(directory, file_name())
        atomic.write_once(path, build(sources))
    return path
