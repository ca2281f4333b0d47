"""Which files of a record travel, and how: names come from another machine, so each is judged."""

import hashlib

GROWING = "growing"  # appended by one writer: bytes are sent as they come
ONCE = "once"  # written once, whole: the first wins
TREE = "tree"  # what a person's script wrote: sent when it is there, whole

_OF_ATTEMPT = ("claim", "end.json", "job.json", "lock.json")
_OURS = ("client", "supervisor")  # writers of events on the side that receives
_HELD = ("request.json", "end.json", "snapshot.json")
END = "end.json"


def kind_of(name: "str") -> "str | None":
    """How a file of that name comes from the job; None for one that does not, or that is no name."""
    if not is_sound(name):
        return None
    first, _, rest = name.partition("/")
    if first == "logs" and rest:
        return GROWING
    if first == "events":
        is_right = "/" not in rest and rest.endswith((".jsonl", ".lost")) and not is_ours(rest)
        return GROWING if is_right else None
    if first in ("outputs", "artifacts") and rest:
        return TREE
    number, _, last = rest.partition("/")
    if first == "attempts" and is_number(number) and last in _OF_ATTEMPT:
        return ONCE
    return ONCE if name == END else None


def is_ours(member: "str") -> "bool":
    """Whether a file of events is written where the record is received."""
    return member.startswith(_OURS)


def is_sound(name: "str") -> "bool":
    """Whether it is a path that cannot lead out of where it is put."""
    return bool(name) and "\0" not in name and not {"", ".", ".."}.intersection(name.split("/"))


def is_end(name: "str") -> "bool":
    """Whether that file says how the run, or one of its attempts, has ended."""
    return kind_of(name) == ONCE and name.endswith(END)


def is_number(word: "str") -> "bool":
    return bool(word) and not set(word) - set("0123456789")


def may_be_put(name: "str", is_started: "bool") -> "bool":
    """Whether that file may come from the side that receives; its request only before the start."""
    if not is_sound(name):
        return False
    return not is_started or ("/" not in name and name not in _HELD)


def stage_of(name: "str", size: "int", mtime_ns: "int") -> "str":
    """The name of a file in the making: another one as soon as the file is another."""
    text = "{} {} ".format(size, mtime_ns).encode("ascii") + name.encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest()[:32]


def is_stage(name: "str") -> "bool":
    return len(name) == 32 and not set(name) - set("0123456789abcdef")


def link_stays(name: "str", target: "str") -> "bool":
    """Whether a link of that name leads nowhere out of the directory of its kind.

    Ways up may only come first: after a name, which may be a link too, nobody knows where they lead.
    """
    words = [word for word in target.split("/") if word not in ("", ".")]
    up = 0
    while words[up : up + 1] == [".."]:
        up += 1
    is_inside = bool(target) and target[0] != "/" and "\0" not in target and ".." not in words[up:]
    return is_inside and up < name.count("/")
