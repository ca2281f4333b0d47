"""What the signals mean that end a script from outside of its code."""

import re
import signal

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from ..usage.memory import Memory
    from .source import Source

_FATAL = re.compile(r"^Fatal Python error: (?P<what>.*)$", re.MULTILINE)
_CURRENT = re.compile(
    r"^(?:Current t|T)hread .*\(most recent call first\):\n(?P<frames>(?:  .*\n?)+)", re.MULTILINE
)
_FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+)', re.MULTILINE)
_CRASH = "it happened in native code"
_SHOW = ": `--set environmentVariables.PYTHONFAULTHANDLER=1` shows the line"
_HINTS = {
    "SIGSEGV": _CRASH + _SHOW,
    "SIGABRT": _CRASH + ", which gave up" + _SHOW,
    "SIGFPE": _CRASH + ", a division by zero mostly" + _SHOW,
    "SIGSYS": "a system call that this machine forbids (a container's profile, a sandbox)",
    "SIGXCPU": "its limit of processor time was reached (`ulimit -t`)",
    "SIGXFSZ": "a file reached the limit of its size (`ulimit -f`)",
    "SIGPIPE": "what read its output had ended",
    "SIGTERM": "somebody or an engine on that machine ended it; it was no cancel of this run",
    "SIGHUP": "somebody or an engine on that machine ended it; it was no cancel of this run",
    "SIGINT": "somebody on that machine interrupted it; it was no cancel of this run",
}


def name_of(number: "int") -> "str":
    try:
        return signal.Signals(number).name
    except ValueError:  # most real-time signals have no name
        return "signal {}".format(number)


def error(
    number: "int", memory: "Memory | None" = None, log: "str" = "", source: "Source | None" = None
) -> "dict[str, str]":
    """Type, message and hint of a death by signal; where it happened, when faulthandler wrote it."""
    name = name_of(number)
    found = {"type": name, "message": "the script was killed by {}".format(name)}
    if number == signal.SIGKILL:
        found.update(_kill(memory))
    else:
        found["hint"] = _advice(name, log)
    if source is not None:
        found.update(_place(log, source))
        if "where" in found and _SHOW in found.get("hint", ""):
            found["hint"] = found["hint"].replace(_SHOW, ", called from there")
    return {key: value for key, value in found.items() if value}


def _kill(memory: "Memory | None") -> "dict[str, str]":
    if memory is None or not memory.counts:
        return {"hint": "often the machine ran out of memory: load less at once"}
    if memory.job_kills():
        return {
            "type": "OutOfMemory",
            "message": "the kernel killed the script: its memory was used up{}".format(memory.limit_text()),
            "hint": memory.advice(),
        }
    if memory.machine_kills():
        return {
            "type": "OutOfMemory",
            "message": "the kernel killed the script, most likely: the machine ran out of memory meanwhile",
            "hint": memory.advice(),
        }
    return {"hint": "somebody or an engine ended it: the kernel noted no lack of memory"}


def _advice(name: "str", log: "str") -> "str":
    if name == "SIGBUS":
        return _bus()
    if name == "SIGILL":
        return _instruction()
    if name == "SIGABRT" and "std::bad_alloc" in log[-4000:]:
        return "the memory was not enough: load less at once"
    return _HINTS.get(name, "")


def _bus() -> "str":
    """Memory that is a file, on a disk or in /dev/shm, which has no room for it."""
    import os

    try:
        info = os.statvfs("/dev/shm")
    except OSError:
        return ""
    if info.f_blocks and info.f_blocks * info.f_frsize <= 1 << 27:
        size = info.f_blocks * info.f_frsize >> 20
        return "/dev/shm has {} MB only: a larger docker.shmSize, or fewer worker processes".format(size)
    return "a file it had mapped was cut off, or its disk or /dev/shm is full"


def _instruction() -> "str":
    """What a library built for newer processors finds missing."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as stream:
            flags = set(re.search(r"^flags\s*:(.*)$", stream.read(), re.MULTILINE).group(1).split())  # type: ignore[union-attr]
    except (OSError, AttributeError):
        flags = {"avx", "avx2"}
    lacks = [flag.upper() for flag in ("avx", "avx2") if flag not in flags]
    what = " (this one has no {})".format(" and no ".join(lacks)) if lacks else ""
    return "a library was built for another processor{}: install another build of it{}".format(what, _SHOW)


def _place(log: "str", source: "Source") -> "dict[str, str]":
    """Where Python was, as its fault handler wrote it."""
    from .stack import clean

    text = clean(log)
    start = max([found.start() for found in _FATAL.finditer(text)] or [-1])
    thread = _CURRENT.search(text, start) if start >= 0 else None
    if thread is None:
        return {}
    found = {"traceback": text[start : thread.end()].rstrip()[:8000]}
    for frame in _FRAME.finditer(thread.group("frames")):
        path = source.inside(frame.group("file"))
        if path:
            line = int(frame.group("line"))
            found.update(where="{}:{}".format(path, line), code=source.excerpt(path, line))
            break
    return found
