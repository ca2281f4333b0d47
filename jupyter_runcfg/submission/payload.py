"""Variables of a notebook as bytes that a job can read, by cloudpickle."""

from __future__ import annotations

import io
import os
import sys
import types
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from ..config import find_project, working_directory
from ..errors import ConfigError, Fault
from ..runtime.cell import packages_of
from ..snapshot.value import size_text

ASK_ABOVE_BYTES = 50_000_000
_PROTOCOL = 5  # of Python 3.8, the oldest that reads it
_MOST_SHOWN = 24


@dataclass(frozen=True)
class Variable:
    """One value on its way."""

    name: str
    data: bytes
    type: str
    shown: str
    """For people: `442×11 39 KB`, `0.51`."""
    has_code: bool
    """It holds functions or classes by their code, which only the same Python can run."""
    packages: dict[str, str]

    @property
    def file(self) -> str:
        return f"{self.name}.pickle"

    def facts(self) -> dict[str, Any]:
        """What `capture.json` says of it."""
        return {
            "file": self.file,
            "type": self.type,
            "size": len(self.data),
            "has_code": self.has_code,
            "packages": self.packages,
        }


def pack(values: Mapping[str, object], limit_bytes: int | None) -> tuple[Variable, ...]:
    """All values, each by itself.

    Raises:
        ConfigError: Some cannot be pickled, each with what in it cannot; or they are too big together.
    """
    found, faults = [], []
    for name, value in values.items():
        try:
            found.append(_packed(name, value))
        except Exception as error:  # noqa: BLE001 - whatever a type's own code raises
            faults.append(_fault(name, value, error))
    if faults:
        raise ConfigError(faults)
    size = sum(len(one.data) for one in found)
    if limit_bytes is not None and size > limit_bytes:
        raise ConfigError.single(
            f"the variables are {size_text(size)}: {describe(found)}",
            "--with",
            "`--yes` sends them all the same; a file in a datastore travels once",
        )
    return tuple(found)


def describe(variables: Sequence[Variable]) -> str:
    """`df 442×11 39 KB, feats 1 KB`, the biggest first."""
    ordered = sorted(variables, key=lambda one: -len(one.data))
    return ", ".join(f"{one.name} {one.shown}" for one in ordered)


def shown(value: object, size: int) -> str:
    """A short number or text as it is, an array by its shape and size, anything else by its size."""
    if isinstance(value, types.ModuleType):
        return "(imported there)"
    if value is None or isinstance(value, bool | int | float | str | complex):
        text = f"{value:.4g}" if isinstance(value, float) else repr(value)
        if len(text) <= _MOST_SHOWN:
            return text
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape and all(isinstance(one, int) for one in shape):
        return f"{'×'.join(map(str, shape))} {size_text(size)}"
    return size_text(size)


def package() -> dict[str, bytes]:
    """cloudpickle's own files: they travel with what it wrote."""
    import cloudpickle

    place = Path(cloudpickle.__file__).parent
    return {f"cloudpickle/{file.name}": file.read_bytes() for file in sorted(place.glob("*.py"))}


def has_package(interpreter: str) -> bool:
    """Whether that interpreter surely has the very cloudpickle that we have."""
    import cloudpickle

    return interpreter == sys.executable and str(cloudpickle.__file__).startswith(sys.prefix + os.sep)


def _packed(name: str, value: object) -> Variable:
    data, has_code = _dumps(value)
    kind = type(value).__name__
    return Variable(name, data, kind, shown(value, len(data)), has_code, packages_of(value))


def _dumps(value: object) -> tuple[bytes, bool]:
    import cloudpickle

    seen: list[types.CodeType] = []
    root = str(find_project(working_directory()) or working_directory())

    def reduce_code(code: types.CodeType) -> Any:
        seen.append(code)
        return by_code(code.replace(co_filename=_file_there(code.co_filename, root)))

    known = cloudpickle.Pickler.dispatch_table
    by_code = known[types.CodeType]

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        dispatch_table: ClassVar[Any] = ChainMap(
            {types.CodeType: reduce_code}, cloudpickle.Pickler.dispatch_table
        )

    out = io.BytesIO()
    Pickler(out, protocol=_PROTOCOL).dump(value)
    return out.getvalue(), bool(seen)


def _file_there(file: str, root: str) -> str:
    """The name that a file of the project has in the job; a kernel's name for a cell is another each time."""
    if not os.path.exists(file):
        return "<notebook>"
    return os.path.relpath(file, root) if file.startswith(root + os.sep) else file


def _fault(name: str, value: object, error: Exception) -> Fault:
    """What cannot be pickled, and which part of it: a bare `cannot pickle '_thread.lock'` helps nobody."""
    inner = _culprit(value)
    of = f", for its {inner}" if inner else ""
    said = str(error).partition("\n")[0] or type(error).__name__
    return Fault(
        f"'{name}', a {type(value).__name__}, cannot be sent{of}: {said}",
        key="--with",
        hint="open files, connections and locks stay here: make it in the cell",
    )


def _culprit(value: object) -> str:
    """The first attribute or item that cannot be pickled by itself."""
    if isinstance(value, Mapping):
        items = [(f"item {key!r}", one) for key, one in value.items()]
    elif isinstance(value, list | tuple):
        items = [(f"item {number}", one) for number, one in enumerate(value)]
    else:
        items = [(f"attribute '{key}'", one) for key, one in getattr(value, "__dict__", {}).items()]
    for what, one in items[:1000]:
        try:
            _dumps(one)
        except Exception:  # noqa: BLE001 - whatever a type's own code raises
            return f"{what}, a {type(one).__name__}"
    return ""


def python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
