"""What status a run has: a fold over causes, and the table of changes that can be."""

from . import fields

TERMINAL = ("Completed", "Failed", "Canceled")
STATUSES = (
    "NotStarted",
    "Queued",
    "Provisioning",
    "Starting",
    "Preparing",
    "Running",
    "Finalizing",
    "CancelRequested",
    "NotResponding",
    *TERMINAL,
)
PHASES = ("Preparing", "Running", "Finalizing")

_WAITING = ("Queued", "Provisioning", "Starting")
_LATE = ("CancelRequested", "NotResponding", *TERMINAL)
_ALIVE = (*_WAITING, *PHASES, *_LATE)

# From each status, those that can follow. An attempt that the engine requeues goes back to waiting,
# so Running may be followed by Queued, and a reader may have missed any of them; nothing follows the
# end. What was asked to be canceled is no longer shown as running, but may still complete when the
# script was quicker.
TRANSITIONS = {
    "NotStarted": _ALIVE,
    "Queued": tuple(s for s in _ALIVE if s != "Queued"),
    "Provisioning": tuple(s for s in _ALIVE if s != "Provisioning"),
    "Starting": tuple(s for s in _ALIVE if s != "Starting"),
    "Preparing": tuple(s for s in _ALIVE if s != "Preparing"),
    "Running": tuple(s for s in _ALIVE if s != "Running"),
    "Finalizing": tuple(s for s in _ALIVE if s != "Finalizing"),
    "CancelRequested": ("NotResponding", *TERMINAL),
    "NotResponding": tuple(s for s in _ALIVE if s != "NotResponding"),
    "Completed": (),
    "Failed": (),
    "Canceled": (),
}


def advance(old: "str", new: "str") -> "str":
    """The status to show after `old` when the record now says `new`: never back from an end."""
    return new if new in TRANSITIONS[old] else old


def fold(
    end: "dict[str, object] | None",
    cancel_asked: "bool",
    phase: "tuple[str, str] | None",
    engine: "tuple[str, str] | None",
) -> "tuple[str, str]":
    """The status of a run and its cause, from the strongest word to the weakest.

    Args:
        end: What end.json holds, once it is there.
        cancel_asked: Whether the marker is there.
        phase: The runtime's last phase and its cause.
        engine: The engine's last word and its reason.
    """
    if end is not None:
        return fields.text(end.get("status", "Failed")), fields.text(end.get("cause"))
    if cancel_asked:
        return "CancelRequested", "cancel was asked for"
    if engine is not None and engine[0] == "NotResponding":
        return engine
    if phase is not None:
        return phase
    if engine is not None:
        return engine
    return "NotStarted", ""
