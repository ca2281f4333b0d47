"""The Python traceback that ended a script, found in the end of its log among whatever else is there."""

import os
import re
from bisect import bisect

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Iterator

_HEADER = "Traceback (most recent call last)"
_FRAME = re.compile(r'(?:^|  )File "(?P<file>[^"]+)", line (?P<line>\d+)')
# of ray, with the type of the cause in it: RayTaskError(ValueError)
_ERROR = re.compile(r"(?P<type>[A-Za-z_](?:[\w.]|<locals>)*(?:\([\w.]+\))?)(?:: ?(?P<message>.*))?$")
# Python paints tracebacks where FORCE_COLOR is set, as it is in kernels
_ESCAPE = re.compile("\x1b(?:\\[[0-9;:?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\))")
# where the exceptions in an ExceptionGroup begin and end, and how the lines of the group itself begin
_INNER, _INNER_END = "  +-+-", re.compile(r"    \+-{10,}$")
_GROUP = re.compile(r"^  (?:\+ Exception Group (?=Traceback)|\| )")
_INNER_ERROR = re.compile(r"    \| (?P<error>[A-Z][\w.]*(?:: .*)?)$")
_LINKS = (
    ("The above exception was the direct cause of the following exception:", "cause"),
    ("During handling of the above exception, another exception occurred:", "context"),
)
# what goes before a traceback that did not end the script: another thread's, a child's, one of a clean-up
_ASIDE = re.compile(
    r"Exception in thread |Process \S+:$|Exception ignored |Error in atexit|Task exception was never"
    r"|Exception in callback|--- Logging error ---|Exception in Tkinter|future: <"
)
_IGNORED = re.compile(r"Exception ignored |Error in atexit|--- Logging error ---")
# these say only that another process failed; that one's own traceback is above
_WRAPPERS = ("ChildFailedError", "CalledProcessError")
_ROOT_RANK = re.compile(r"Root Cause.*?rank\s*: (?P<rank>\d+)", re.DOTALL)
_MOST_LINES, _MOST_REST = 4000, 30


class Trace:
    """One traceback: its error, its frames (file, line), the innermost last, and what stands around it."""

    def __init__(self, prefix: "str", start: "int") -> "None":
        self.prefix = prefix  # what a launcher puts before each line: `[rank0]: `
        self.start = start  # the line of its header
        self.end = start
        self.type = ""
        self.message = ""
        self.frames = []  # type: list[tuple[str, int]]
        self.lines = []  # type: list[str]
        self.rest = []  # type: list[str]  # what follows the error's first line: the rest of it, or noise
        self.link = ""
        self.before = None  # type: Trace | None  # the one that this came of
        self.introduction = ""
        self.inner = ""  # the first error in a group of them

    @property
    def error(self) -> "str":
        return "{}: {}".format(self.type, self.message) if self.message else self.type

    @property
    def text(self) -> "str":
        """What the error says, with the lines after it; for looking things up."""
        return "\n".join([self.error, *self.rest])

    @property
    def is_aside(self) -> "bool":
        first = self
        while first.before is not None:
            first = first.before
        return bool(first.introduction)

    @property
    def is_ignored(self) -> "bool":
        return bool(_IGNORED.match(self.introduction))


def clean(log: "str") -> "str":
    """Without colours; each state of a progress bar is a line of its own."""
    return re.sub("\r+\n?", "\n", _ESCAPE.sub("", log)) if "\r" in log or "\x1b" in log else log


def find(text: "str") -> "Trace | None":
    """The traceback that tells why the script ended; `text` as `clean` leaves it."""
    traces = _linked(list(_iter(text)))
    sources = {id(trace.before) for trace in traces}
    ends = [trace for trace in traces if id(trace) not in sources and not trace.is_ignored]
    own = [trace for trace in ends if not trace.is_aside]
    if not own:
        return ends[-1] if ends else None
    last = own[-1]
    if last.type.rpartition(".")[2] in _WRAPPERS:
        return _root_cause(last, ends) or last
    return last


def _root_cause(wrapper: "Trace", ends: "list[Trace]") -> "Trace | None":
    others = [trace for trace in ends if trace.type != wrapper.type]
    found = _ROOT_RANK.search(wrapper.text)
    mark = "[rank{}]: ".format(found.group("rank")) if found else ""
    of_rank = [trace for trace in others if mark and trace.prefix == mark]
    return (of_rank or others or [None])[-1]  # type: ignore[list-item]


def _iter(text: "str") -> "Iterator[Trace]":
    lines, inner = _without_inner(text.split("\n"))
    for number, line in enumerate(lines):
        at = line.find(_HEADER)
        if at >= 0:
            trace = _parse_ipython(lines, number) or _parse(lines, number, line[:at])
        elif _is_bare_syntax_error(lines, number):
            trace = _parse(lines, number - 1, "")
        else:
            continue
        if trace is not None:
            if "Group" in trace.type:
                trace.inner = inner
            yield trace


def _without_inner(lines: "list[str]") -> "tuple[list[str], str]":
    """The lines of groups as if they were plain errors, without those in them; the first error in one."""
    ends = [number for number, line in enumerate(lines) if _INNER_END.match(line)]
    kept, inner, number = [], "", 0  # type: list[str], str, int
    while number < len(lines):
        line = lines[number]
        if line.startswith(_INNER) and ends and ends[-1] > number:
            end = ends[bisect(ends, number)]
            errors = filter(None, map(_INNER_ERROR.match, lines[number:end]))
            inner = inner or next((found.group("error") for found in errors), "")
            number = end
        else:
            kept.append(_GROUP.sub("", line, count=1) if line.startswith("  ") else line)
        number += 1
    return kept, inner


def _is_bare_syntax_error(lines: "list[str]", number: "int") -> "bool":
    """Of the script itself: a place and an error, without a header."""
    if not lines[number].startswith('  File "') or ", in " in lines[number]:
        return False
    return any(
        re.match(r"(?:Syntax|Indentation|Tab)Error: ", line) for line in lines[number + 1 : number + 5]
    )


def _parse(lines: "list[str]", start: "int", prefix: "str") -> "Trace | None":
    if prefix and not any(line.startswith(prefix) for line in lines[start + 1 : start + 4]):
        prefix = ""  # not a launcher's: a progress bar that did not end its line
    trace = Trace(prefix, start)
    body = []  # type: list[tuple[int, str]]
    for number in range(start + 1, min(len(lines), start + _MOST_LINES)):
        line = lines[number]
        if line.startswith(prefix) or line == prefix.rstrip():
            line = line[len(prefix) :]
            if _HEADER in line or _link_of(line):
                break
            body.append((number, line))
    last = _take_frames(trace, body)
    for place in range(last + 1, len(body)):
        number, line = body[place]
        if _is_error(line):
            _take_error(trace, body, place)
            trace.end = number
            trace.lines = [text for _, text in body[: place + 1]]
            if start >= 0 and _HEADER in lines[start]:
                trace.lines.insert(0, lines[start][lines[start].find(_HEADER) :])
            trace.introduction, trace.link = _introduction(lines, start, prefix)
            return trace
    return None


def _take_frames(trace: "Trace", body: "list[tuple[int, str]]") -> "int":
    """Note the frames; returns the place of the last one. Lines of others may stand between them."""
    last = -1
    for place, (_, line) in enumerate(body):
        found = _FRAME.search(line)
        if found:
            if last >= 0 and place - last > 40:
                break
            trace.frames.append((found.group("file"), int(found.group("line"))))
            last = place
    return last


def _is_error(line: "str") -> "bool":
    """`ValueError: bad`, and not `epoch: 3` of another thread."""
    found = _ERROR.match(line)
    if not found:
        return False
    module, _, name = found.group("type").rpartition(".")
    return bool(module) or name[:1].isupper() or "_" in name[:1]


def _take_error(trace: "Trace", body: "list[tuple[int, str]]", place: "int") -> "None":
    found = _ERROR.match(body[place][1])
    assert found
    trace.type, trace.message = found.group("type"), (found.group("message") or "").rstrip()
    trace.rest = [line for _, line in body[place + 1 : place + 1 + _MOST_REST]]
    for line in trace.rest[:5]:  # a message of several lines goes on indented, as torch's do
        if not line[:1].isspace() or not line.strip() or re.search(r"\d%", line):  # a progress bar
            break
        trace.message += "\n" + line.rstrip()


def _introduction(lines: "list[str]", start: "int", prefix: "str") -> "tuple[str, str]":
    """What the line above says of this traceback: whose it is, and which other one it came of."""
    for number in range(start - 1, max(-1, start - 6), -1):
        line = lines[number][len(prefix) :] if lines[number].startswith(prefix) else lines[number]
        if not line.strip():
            continue
        return (line if _ASIDE.match(line) else ""), _link_of(line)
    return "", ""


def _link_of(line: "str") -> "str":
    for text, link in _LINKS:
        if line.startswith(text):
            return link
    return ""


def _linked(traces: "list[Trace]") -> "list[Trace]":
    for place, trace in enumerate(traces):
        if trace.link:
            same = [other for other in traces[:place] if other.prefix == trace.prefix]
            # one from another process stands indented or quoted above
            trace.before = same[-1] if same else None
    return traces


_IPYTHON = re.compile(r"^(?P<type>[A-Za-z_][\w.]*) +Traceback \(most recent call last\):?$")
_IPYTHON_FRAME = re.compile(r"^File (?P<file>\S.*?):(?P<line>\d+)(?:, in |$)|^(?P<old>\S+) in \S")
_IPYTHON_CELL = re.compile(
    r"^(?:Cell|Input) In ?\[(?P<cell>\d+)\](?:, line (?P<line>\d+))?|^<ipython-input-(?P<old>\d+)"
)
_IPYTHON_LINE = re.compile(r"^-+> (?P<line>\d+) ")


def _parse_ipython(lines: "list[str]", start: "int") -> "Trace | None":
    """IPython's own form, as notebooks that are run as scripts print it."""
    header = _IPYTHON.match(lines[start])
    if not header:
        return None
    trace = Trace("", start)
    trace.type = header.group("type")
    pending = ""
    for number in range(start + 1, min(len(lines), start + _MOST_LINES)):
        line = lines[number]
        frame, cell, marked = _IPYTHON_FRAME.match(line), _IPYTHON_CELL.match(line), _IPYTHON_LINE.match(line)
        if cell:
            pending = "<cell {}>".format(cell.group("cell") or cell.group("old"))
        elif frame:
            pending = os.path.expanduser(frame.group("file") or frame.group("old"))
        elif marked and pending:
            trace.frames.append((pending, int(marked.group("line"))))
            pending = ""
        elif line == trace.type or line.startswith(trace.type + ": "):
            _take_error(trace, list(enumerate(lines[: number + _MOST_REST])), number)
            trace.end, trace.lines = number, lines[start : number + 1]
            return trace
    return None
