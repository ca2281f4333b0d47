"""Why an environment could not be built: the resolver's explanation, shortened, and the line that asked."""

import errno
import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .place import EnvironmentPaths

_MOST_SENTENCES = 4
_LONGEST = 700
_LINES_OF_A_BUILD = 4
_EXCEPTION = re.compile(r"(^|[\s:])([A-Za-z_.]*(Error|Exception)|(fatal )?error): ")
_FRAME = re.compile(r"^[\s×╰├│─▶]+")
_FULL = re.compile(r"No space left on device|os error 28\)|Disk quota exceeded|os error 122\)")
_NO_NETWORK = re.compile(
    r"dns error|error trying to connect|client error \(Connect\)|error sending request|connection refused"
    r"|network is unreachable|timed out|network (?:connectivity is|was) disabled|Temporary failure in name",
    re.IGNORECASE,
)
_NO_ACCESS = re.compile(r"\b(401|403)\b.*(Unauthorized|Forbidden)|credentials", re.IGNORECASE)
_UNKNOWN = re.compile(r"(\S+) was not found in the (?:package registry|provided package locations|cache)")
_NOT_BUILT = re.compile(
    r"Failed to (?:build|download and build) `?([\w.-]+).*(?:build backend|setup\.py|exit status)", re.DOTALL
)
_HASH = re.compile(r"Hash mismatch for `?([\w.-]+)")
_URL = re.compile(r"https?://[^\s)`'\"]+")


def failed(said: "str", wanted: "dict[str, Any]", place: "EnvironmentPaths") -> "dict[str, str]":
    """What a command of the build said, as the error of a run: type, message, where, hint."""
    causes = _causes(said)
    text = " ".join(causes)
    error = {"message": _cut(": ".join(causes[:3]) or "uv failed without a word"), "hint": _read(place)}
    error["type"] = "EnvironmentError"
    for kind, words, look in _KINDS:
        found = words.search(text)
        if found:
            error = dict(look(found, text, causes, place), type=kind)
            break
    where = asked_at(error["message"], wanted["asked"]) or asked_at(text, wanted["asked"])
    return dict(error, message=masked(error["message"]), **({"where": where} if where else {}))


def not_started(path: "str", error: "OSError") -> "dict[str, str]":
    """uv, or another program of the build that the submitting machine had, cannot be started."""
    name = os.path.basename(path)
    is_uv = name == "uv"
    again = "`pip install --force-reinstall uv` where jupyter_runcfg is" if is_uv else "is it there still?"
    return {
        "type": "EnvironmentError",
        "message": "{} cannot be started: {}: {}".format(name, path, error.strerror or error),
        "hint": again,
    }


def system(error: "OSError", directory: "str") -> "dict[str, str]":
    """What the file system says, for the owner of the directory."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full()
    message = "cannot write {}: {}".format(
        error.filename or directory, (error.strerror or str(error)).lower()
    )
    return {"type": "EnvironmentError", "message": message, "hint": "make it writable for you"}


def masked(text: "str") -> "str":
    """Without the passwords of URLs."""
    return re.sub(r"(://)[^/?#\s]+@", r"\1****@", text)


def _causes(said: "str") -> "list[str]":
    """The error and its causes, one each, in the order of uv; older ones frame them, newer ones name them."""
    found = []  # type: list[str]
    begun = False
    for line in said.splitlines():
        text = _FRAME.sub("", line).strip()
        start = re.match(r"(error|cause|hint|Caused by): *", text)
        if start or line.lstrip().startswith(("×", "╰─▶", "├─▶")):
            begun = True
            found.append(text[start.end() :] if start else text)
        elif begun and text and not line.startswith("──"):
            found[-1] += "\n" + text
    return found


def _resolved(_match: "Any", _text: "str", causes: "list[str]", place: "Any") -> "dict[str, str]":
    """`Because a needs b and …, we can conclude …`: its first sentences and the last one."""
    why = next((cause for cause in causes if "ecause " in cause), causes[-1] if causes else "")
    why = re.sub(r"\s+", " ", why)
    why = re.sub(r",? we can conclude that your requirements are unsatisfiable\.?$", ".", why)
    sentences = re.split(r"(?<=[.])\s+(?=[A-Z])", why)
    if len(sentences) > _MOST_SENTENCES:
        sentences = sentences[: _MOST_SENTENCES - 1] + ["…", sentences[-1]]
    return {
        "message": "these packages cannot be resolved: " + _cut(" ".join(sentences)),
        "hint": "loosen or take out one of the versions that it names; " + _read(place),
    }


def _unknown(match: "Any", _text: "str", _causes: "list[str]", _place: "Any") -> "dict[str, str]":
    from ..failure import distribution

    name = re.sub(r"[^\w.-]", "", match.group(1))
    module = name.replace("-", "_")
    meant = distribution.known(module) or distribution.known(distribution.meant(module))
    hint = "did you mean '{}'? ".format(meant) if meant and meant != name else ""
    return {
        "message": "no package index has '{}'".format(name),
        "hint": hint + "an index of your own is named by `--extra-index-url URL` in pip's list",
    }


def _network(_match: "Any", text: "str", _causes: "list[str]", _place: "Any") -> "dict[str, str]":
    url = _URL.search(text)
    what = " " + masked(url.group().rstrip(".,")) if url else ""
    return {
        "message": "the package index cannot be reached:{}".format(what or " no network"),
        "hint": "is there a network? behind a proxy set HTTPS_PROXY, for an index of your own UV_INDEX_URL",
    }


def _access(_match: "Any", text: "str", _causes: "list[str]", _place: "Any") -> "dict[str, str]":
    url = _URL.search(text)
    return {
        "message": "the package index refused: {}".format(masked(url.group()) if url else "no access"),
        "hint": "give it a name and password in ~/.netrc, or by `uv auth login`",
    }


def _disk(_match: "Any", _text: "str", _causes: "list[str]", _place: "Any") -> "dict[str, str]":
    return disk_full()


def is_disk_full(text: "str") -> "bool":
    return _FULL.search(text) is not None


def disk_full() -> "dict[str, str]":
    return {
        "type": "DiskFull",
        "message": "no space is left on the disk where environments are built",
        "hint": "free some: `env` lists built environments, `env remove NAME` removes one; `uv cache prune`",
    }


def _not_built(match: "Any", _text: "str", causes: "list[str]", place: "Any") -> "dict[str, str]":
    """A package without a wheel for this Python whose own build failed: the error that it printed."""
    printed = [line.strip() for cause in causes for line in cause.split("\n")[1:] if line.strip()]
    errors = [line for line in printed if _EXCEPTION.search(line)]
    said = errors[-1:] or [line for line in printed if not line.startswith("[")][:_LINES_OF_A_BUILD]
    meant = re.search(r"Did you mean to install `([^`]+)`", " ".join(causes))
    other = "did you mean '{}'? ".format(meant.group(1)) if meant else ""
    return {
        "message": "'{}' has no wheel here, and its own build failed: {}".format(
            match.group(1), _cut(" ".join(said) or causes[-1])
        ),
        "hint": (other or "another version of it, or of Python, may have a wheel; ") + _read(place),
    }


def _mismatch(match: "Any", _text: "str", _causes: "list[str]", _place: "Any") -> "dict[str, str]":
    return {
        "message": "what the index has of '{}' is not what was locked: its hash differs".format(
            match.group(1)
        ),
        "hint": "the file was replaced, or damaged on its way; submit it anew to lock what is there now",
    }


# type of the error, what says so, and what makes words of it; the first that fits counts
_KINDS = (
    ("DiskFull", _FULL, _disk),
    ("HashMismatch", _HASH, _mismatch),
    ("BuildFailed", _NOT_BUILT, _not_built),
    ("NoAccess", _NO_ACCESS, _access),
    ("NoNetwork", _NO_NETWORK, _network),
    ("UnknownPackage", _UNKNOWN, _unknown),
    ("Unsolvable", re.compile(r"No solution found|unsatisfiable"), _resolved),
)


def asked_at(text: "str", asked: "dict[str, str]") -> "str":
    """The lines of the definition that asked for the packages that are named, those named first first."""
    found = []
    for name, place in asked.items():
        match = re.search(r"(?<![\w.-])" + re.escape(name) + r"(?![\w-]|\.\w)", text)
        if match and place:
            found.append((match.start(), place))
    return ", ".join(dict.fromkeys(place for _, place in sorted(found)[:3]))


def _read(place: "Any") -> "str":
    return "the whole log: {}".format(place.log)


def _cut(text: "str") -> "str":
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
