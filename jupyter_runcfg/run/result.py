"""What a run hands back: the values of names that its cell bound, unpickled."""

from __future__ import annotations

import hashlib
import os
import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import settings
from ..errors import RuncfgError, did_you_mean
from ..runtime import atomic
from ..runtime.cell import INDEX, RESULTS, version_of
from ..submission.payload import python, shown

if TYPE_CHECKING:
    from .run import Run


def results(run: Run, names: list[str] | None = None, *, trust: bool = False) -> dict[str, Any]:
    """The values by their names, all of them or those named; all are read before one is unpickled.

    Raises:
        RuncfgError: There are none, or not that one; one is damaged, or needs what is not here; or the run
            came from elsewhere and nobody said `trust=True`.
    """
    place, index = _find(run)
    known = index["results"]
    for name in names or ():
        if name not in known:
            near = did_you_mean(name, known) or f"it kept {', '.join(known)}"
            raise RuncfgError(f"run {run.label} kept no result '{name}'", hint=near)
    _check_trust(run, trust)
    wanted = list(known) if names is None else names
    data = {name: _read(run, place, name, known[name]) for name in wanted}
    return {name: _load(name, data[name], known[name], str(index.get("python", ""))) for name in wanted}


def describe(run: Run, values: Mapping[str, Any]) -> str:
    """`model Ridge 2 KB, score 0.51`."""
    known = _find(run)[1]["results"]
    texts = []
    for name, value in values.items():
        text = shown(value, int(known[name].get("size", 0)))
        is_size = text.endswith("B") and not isinstance(value, str)
        texts.append(f"{name} {type(value).__name__} {text}" if is_size else f"{name} {text}")
    return ", ".join(texts)


def _find(run: Run) -> tuple[Path, dict[str, Any]]:
    """Where the results are: among the outputs, or where the configuration leaves outputs."""
    for root in (run.paths.directory, run.paths.work):
        place = Path(root, RESULTS)
        index = atomic.read_json(str(place / INDEX))
        if index is not None and isinstance(index.get("results"), dict):
            return place, index
    asked = (run.request.get("capture") or {}).get("results")
    if asked:
        message = f"the results of run {run.label} are not in its record any more"
        raise RuncfgError(
            message, where=os.path.join(run.paths.directory, RESULTS), hint="`rerun` makes them again"
        )
    raise RuncfgError(f"run {run.label} kept no results", hint="submit it with `--get NAME`")


def _check_trust(run: Run, trust: bool) -> None:
    """Unpickling runs code: that of a run of this home is the person's own."""
    is_own = os.path.realpath(run.paths.home.root) == os.path.realpath(settings.home())
    if (run.request.get("imported") or not is_own) and not trust:
        raise RuncfgError(
            f"run {run.label} came from elsewhere, and its results can run any code when they are loaded",
            hint="`run.result(name, trust=True)` loads them all the same",
        )


def _read(run: Run, place: Path, name: str, said: dict[str, Any]) -> bytes:
    file = place / os.path.basename(str(said["file"]))
    try:
        data = file.read_bytes()
    except OSError as error:
        message = f"the result '{name}' of run {run.label} cannot be read: {error.strerror}"
        raise RuncfgError(message, where=str(file)) from error
    if hashlib.sha256(data).hexdigest() != said.get("digest"):
        message = f"the result '{name}' of run {run.label} is not what the run wrote"
        raise RuncfgError(message, where=str(file), hint="`rerun` makes it again")
    return data


def _load(name: str, data: bytes, said: dict[str, Any], their_python: str) -> Any:
    differs = [
        f"{package} {version} (here {here})"
        for package, version in (said.get("packages") or {}).items()
        if (here := version_of(package)) and here != version
    ]
    if their_python != python():
        differs.append(f"Python {their_python} (here {python()})")
    if differs:
        warnings.warn(f"'{name}' was made with {', '.join(differs)}", stacklevel=5)
    try:
        return pickle.loads(data)
    except Exception as error:
        needs = ", ".join(
            f"{package}=={version}" for package, version in (said.get("packages") or {}).items()
        )
        raise RuncfgError(
            f"'{name}', a {said.get('type')}, cannot be loaded here: {error}",
            hint=f"install {needs}" if needs else "load it with the same Python and packages as the run's",
        ) from error
