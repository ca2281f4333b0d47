"""Every exception of ours. Python 3.6 syntax: this file travels with the runtime.

RuncfgError                  everything below; catch this one
├── UserErrorException       SDK v1's name for what a person can mend
│   ├── ConfigError          a configuration or the words of a command are wrong; `.faults` has them all;
│   │                        also a RunConfigurationException and a ValueError
│   └── NotRegisteredError   no model, dataset, datastore or environment of that name; also a KeyError
├── RunConfigurationException    SDK v1's name for a configuration that is wrong
├── SnapshotError            the source directory cannot be frozen, or a stored object is damaged
├── TargetError              the engine did not take the job, or is not there
├── HomeError                RUNCFG_HOME cannot be written: rights, a full disk
├── RunNotFoundError         no run answers to that name
├── RunFailedError           a run that was waited for ended as Failed or Canceled; `.run_id`, `.status`
└── StillRunningError        a run that was waited for has not ended in time; also a TimeoutError
"""

import errno


class RuncfgError(Exception):
    """What went wrong in `message`, where in `where` (a key, a file:line), what to do next in `hint`."""

    def __init__(self, message: "str", where: "str" = "", hint: "str" = "") -> "None":
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __reduce__(self) -> "tuple[object, ...]":
        """Errors travel between processes: what was built by another constructor is put together again."""
        return _rebuild, (type(self), self.args, vars(self))

    def __str__(self) -> "str":
        lines = [self.message]
        if self.where:
            lines.append("  " + self.where)
        if self.hint:
            lines += ["", "hint: " + self.hint]
        return "\n".join(lines)


def _rebuild(
    kind: "type[RuncfgError]", args: "tuple[object, ...]", state: "dict[str, object]"
) -> "RuncfgError":
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class Fault:
    """One fault of a configuration: what, at which key, in which file and line (1-based, 0: none)."""

    def __init__(
        self,
        message: "str",
        key: "str" = "",
        file: "str" = "",
        line: "int" = 0,
        hint: "str" = "",
    ) -> "None":
        self.message = message
        self.key = key
        self.file = file
        self.line = line
        self.hint = hint

    @property
    def where(self) -> "str":
        place = "{}:{}".format(self.file, self.line) if self.file and self.line else self.file
        return ", ".join(part for part in (self.key, place) if part)

    def __eq__(self, other: "object") -> "bool":
        return isinstance(other, Fault) and vars(self) == vars(other)

    def __repr__(self) -> "str":
        return "Fault({!r}, where={!r})".format(self.message, self.where)

    __hash__ = None  # type: ignore[assignment]


class UserErrorException(RuncfgError):
    """SDK v1's name for what a person can mend."""


class RunConfigurationException(RuncfgError):
    """SDK v1's name for a configuration that is wrong."""


class ConfigError(UserErrorException, RunConfigurationException, ValueError):
    """All faults found at once, before anything was written or sent."""

    def __init__(self, faults: "list[Fault]") -> "None":
        self.faults = list(faults)
        first = self.faults[0]
        super().__init__(first.message, first.where, first.hint)

    @classmethod
    def single(cls, message: "str", where: "str" = "", hint: "str" = "") -> "ConfigError":
        """One fault that has no file and line of its own."""
        return cls([Fault(message, key=where, hint=hint)])

    def __str__(self) -> "str":
        if len(self.faults) == 1:
            return super().__str__()
        blocks = ["{} faults:".format(len(self.faults))]
        for fault in self.faults:
            hint = "hint: " + fault.hint if fault.hint else ""
            blocks.append("\n  ".join(line for line in (fault.message, fault.where, hint) if line))
        return "\n\n".join(blocks)


class SnapshotError(RuncfgError):
    """The source directory cannot be frozen, or what is stored is not what was frozen."""


class TargetError(RuncfgError):
    """The engine did not take the job, or is not there."""


class HomeError(RuncfgError):
    """The home of the records cannot be read or written."""


class RunNotFoundError(RuncfgError):
    """No run answers to that name."""


class NotRegisteredError(UserErrorException, KeyError):
    """No model, dataset, datastore or environment of that name (and version) is registered."""


class RunFailedError(RuncfgError):
    """A run that somebody waited for did not complete."""

    def __init__(self, run_id: "str", status: "str", message: "str", hint: "str" = "") -> "None":
        super().__init__(message, where=run_id, hint=hint)
        self.run_id = run_id
        self.status = status


class StillRunningError(RuncfgError, TimeoutError):
    """A run that somebody waited for goes on."""


def home_error(error: "OSError", root: "str") -> "HomeError":
    """What the file system says of the home, in words for its owner."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return HomeError(
            "no space is left where the records are kept",
            where=root,
            hint="free some space, or set RUNCFG_HOME to a directory on another disk",
        )
    return HomeError(
        "cannot write the records: {}".format(error.strerror or error),
        where=str(error.filename or root),
        hint="make that directory writable for you, or set RUNCFG_HOME to another one",
    )


def did_you_mean(word: "str", known: "object") -> "str":
    """`did you mean 'x'?`, or an empty string when nothing known is near."""
    import difflib

    names = [str(name) for name in known]  # type: ignore[attr-defined]
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    return "did you mean '{}'?".format(lowered[near[0]]) if near else ""
