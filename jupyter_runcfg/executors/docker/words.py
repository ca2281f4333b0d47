"""What an engine says, in words for the person whose run it is."""

from __future__ import annotations

import re

from ...errors import RuncfgError
from .engine import EngineError

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_NO_GPU = re.compile(
    r"could not select device driver|unknown or invalid runtime name: nvidia|nvidia-container-cli"
)
_NO_PROGRAM = re.compile(r'exec: "([^"]+)": (?:executable file not found|stat |permission denied)')
_NO_MOUNT = re.compile(r"bind source path does not exist: (\S+)")
_PORT = re.compile(r"port is already allocated|address already in use")
_CPUS = re.compile(r"Range of CPUs|CPUs? available")
_MEMORY = re.compile(r"Minimum memory limit")
_NETWORK = re.compile(r"network (\S+) not found")
_HINTS = (
    (_NO_GPU, "the engine has no GPU runtime: install nvidia-container-toolkit; `targets check` looks again"),
    (_NO_MOUNT, "the engine must see this machine's files, or copy them: `copy=true` of the target"),
    (_PORT, "publish another port in docker.arguments, or wait for the run that has it"),
    (_CPUS, "ask for fewer cores: resources.cpus, or `--cpus`"),
    (_MEMORY, "ask for more memory: resources.memory, or `--mem`"),
    (_NETWORK, "`docker network ls` lists what there is"),
)


def of(error: RuncfgError) -> dict[str, str]:
    """The error of a run whose container was not started."""
    hint = error.hint
    if isinstance(error, EngineError):
        found = _NO_PROGRAM.search(error.message)
        hint = next((hint for words, hint in _HINTS if words.search(error.message)), "`targets check` looks")
        if found:
            hint = f"the image has no program '{found[1]}' that can be started"
    return {"type": "EngineError", "message": shortened(error.message), "where": error.where, "hint": hint}


def shortened(message: str) -> str:
    """Without the names of the engine's own layers."""
    parts = re.split(r": (?=OCI runtime|runc|container_linux|starting container)", message)
    return parts[-1].strip()[:500]


def product(version: Mapping[str, Any]) -> str:
    """Whose engine it is, by what it says of its version."""
    names = [str(part.get("Name", "")) for part in version.get("Components") or []]
    return "podman" if any("podman" in name.lower() for name in names) else "Docker"


def of_end(facts: Mapping[str, Any] | None, limit: int, printed: bytes = b"") -> tuple[str, dict[str, str]]:
    """Cause and error of a run whose container ended before its runtime could say how.

    Args:
        facts: What the engine has of the container; None where it is gone.
        limit: Of its memory, in bytes; 0: none.
        printed: What the container itself wrote: the runtime's own words.
    """
    if facts is None:
        return _lost(
            "its container was removed", "somebody removed it, or the engine lost it; submit it again"
        )
    state = facts.get("State") or {}
    code = int(state.get("ExitCode") or 0)
    if state.get("OOMKilled"):
        has = f" of {_size(limit)}" if limit else ""
        error = {
            "type": "OutOfMemory",
            "message": f"the container's memory{has} was used up, and the kernel killed it",
            "hint": "load less at once, or give it more: resources.memory, or `--mem`",
        }
        return error["message"], error
    if state.get("Error"):
        return _lost(f"its container failed: {shortened(str(state['Error']))}", "`targets check` looks")
    if code > 128:
        hint = "the engine was stopped, or somebody ended the container; submit it again"
        return _lost(f"its container was ended by signal {code - 128}", hint)
    said = (printed.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    hint = "what it printed is in logs/runtime.log"
    if "Permission denied" in said:
        hint = "the container's user may not read the records of this machine: leave `--user` out"
    return _lost(
        f"its container ended with exit code {code}" + (f": {shortened(said)}" if said else ""), hint
    )


def _lost(cause: str, hint: str) -> tuple[str, dict[str, str]]:
    return cause, {"type": "JobLost", "message": cause, "hint": hint}


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 10**9 else f"{count / 1e6:.0f} MB"
