"""Why conda's packages could not be solved or installed: the solver's words, shortened, and what is there."""

import os
import re

from .. import atomic
from . import explain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .place import EnvironmentPaths

FAILURE = "conda-failure.json"  # what the builder says of it
RESULT = "conda-result.json"  # what the builder found, or conda's own program answered
_MOST_LINES = 9
_LONGEST = 900
_NO_SUBDIR = re.compile(r"could not find subdir '[^']*' in channel '([^']+)'")
_MISSING = re.compile(r"could not find subdir|\b404\b|No such file or directory")
_NO_ACCESS = re.compile(r"\b(401|403)\b")
_SUM = re.compile(r"hash|sha256|md5|checksum", re.IGNORECASE)
_TLS = re.compile(r"certificate|UnknownIssuer", re.IGNORECASE)
_NO_NETWORK = re.compile(
    r"\(Connect\)|dns error|timed out|unreachable|connection (refused|reset)|error sending request",
    re.IGNORECASE,
)
_UNSOLVED = re.compile(
    r"could not solve|cannot solve|nothing provides|unsatisfiable|PackagesNotFound", re.IGNORECASE
)
_LAST_WORD = re.compile(r"critical libmamba ")  # says again what stands above
_URL = re.compile(r"(?:https?|file)://[^\s)`'\"]+")
_IN_CHANNEL = re.compile(r"/[\w-]+/(?:(?:repodata|shards)[^/]*(?:/.*)?|[^/]+\.(?:conda|tar\.bz2))$")


def failed(said: "str", wanted: "dict[str, Any]", place: "EnvironmentPaths") -> "dict[str, str]":
    """What the builder or conda's own program said, as the error of a run: type, message, where, hint."""
    facts = atomic.read_json(os.path.join(place.directory, FAILURE))
    if facts is None:
        facts = {"text": _answered(os.path.join(place.directory, RESULT)) or _last(said)}
    text = str(facts.get("text", ""))
    if explain.is_disk_full(text):
        error = explain.disk_full()
    else:
        kind, message, hint = _explained(facts, text)
        error = {"type": kind, "message": masked(message), "hint": masked(hint)}
    if not error["hint"]:
        error["hint"] = "the whole log: {}".format(place.log)
    where = explain.asked_at(error["message"], wanted["asked"]) or explain.asked_at(text, wanted["asked"])
    return dict(error, where=where) if where else error


def masked(text: "str") -> "str":
    """Without passwords and tokens of URLs."""
    return re.sub(r"/t/[^/\s]+/", "/t/****/", explain.masked(text))


def _explained(facts: "dict[str, Any]", text: "str") -> "tuple[str, str, str]":
    """Type, message and hint; an empty hint: there is nothing better than the log."""
    found = _URL.search(text)
    url = found.group().rstrip(".,:") if found else ""
    for kind, words, look in _KINDS:
        if kind in ("", facts.get("type")) and words.search(text):
            return look(facts, text, url)
    return "EnvironmentError", _short(text) or "conda's builder failed without a word", ""


def _no_builder(_facts: "Any", text: "str", _url: "str") -> "tuple[str, str, str]":
    hint = "`pip install --force-reinstall py-rattler` where jupyter_runcfg is"
    return "EnvironmentError", "py-rattler cannot be used: " + text, hint


def _unreadable(_facts: "Any", text: "str", _url: "str") -> "tuple[str, str, str]":
    return "Unsolvable", "conda cannot read a package: " + text, "write `numpy=1.26` or `numpy>=1.26,<2`"


def _unsolved(facts: "dict[str, Any]", text: "str", _url: "str") -> "tuple[str, str, str]":
    name, asks, versions = str(facts.get("package", "")), _asking(text), facts.get("versions") or []
    if facts.get("known") is False:
        meant = ["'{}'".format(one) for one in facts.get("meant") or []]
        near = "did you mean {}? ".format(" or ".join(meant)) if meant else ""
        hint = near + "another channel may have it, or pip: put it below `- pip:`"
        by = ", which {} needs".format(asks) if asks else ""
        return "UnknownPackage", "no channel has '{}'{}".format(name, by), hint
    there = "there is {}".format(", ".join(versions)) if versions else ""
    alone = re.search(r"No candidates were found for ([^\n]*?)\.?\s*$", text)
    if there and alone:
        return (
            "Unsolvable",
            "no channel has '{}': {}".format(alone.group(1), there),
            "ask for one that is there",
        )
    why = "these packages cannot be solved together: " + _short(text).rstrip(".")
    hint = "loosen or take out one of the versions that it names"
    return "Unsolvable", why + ("; of {} {}".format(name, there) if there else ""), hint


def _refused(_facts: "Any", _text: "str", url: "str") -> "tuple[str, str, str]":
    hint = "its name and password, or token, in the channel's URL; or `rattler auth login HOST`; or ~/.netrc"
    return "NoAccess", "the channel refused: {}".format(_channel(url) or "no access"), hint


def _gone(_facts: "Any", text: "str", url: "str") -> "tuple[str, str, str]":
    return "EnvironmentError", "a locked package is gone: {}".format(url or _short(text)), "submit it anew"


def _unknown_channel(_facts: "Any", text: "str", url: "str") -> "tuple[str, str, str]":
    found = _NO_SUBDIR.search(text)
    place = found.group(1) if found else _channel(url)
    hint = "write `conda-forge`, a URL, or a directory that has repodata.json for this platform"
    return "UnknownChannel", "no channel of conda's is at {}".format(place or _short(text)), hint


def _untrusted(_facts: "Any", text: "str", url: "str") -> "tuple[str, str, str]":
    hint = "a certificate of your own: `ssl_verify: FILE` in ~/.condarc, or SSL_CERT_FILE"
    return (
        "NoAccess",
        "the channel's certificate is not trusted: {}".format(_channel(url) or _short(text)),
        hint,
    )


def _unreachable(_facts: "Any", _text: "str", url: "str") -> "tuple[str, str, str]":
    hint = "is there a network? behind a proxy set HTTPS_PROXY; a mirror: `channel_alias` in ~/.condarc"
    return "NoNetwork", "the channel cannot be reached: {}".format(_channel(url) or "no network"), hint


def _other_sum(_facts: "Any", text: "str", _url: "str") -> "tuple[str, str, str]":
    hint = "the file was replaced, or damaged on its way; submit it anew to lock what is there now"
    return "HashMismatch", "a package is not what was locked: {}".format(_short(text)), hint


_ANY = re.compile("")
# type of the failure (empty: any), what says so, and what makes words of it; the first that fits counts
_KINDS = (
    ("NoBuilder", _ANY, _no_builder),
    ("InvalidMatchSpecError", _ANY, _unreadable),
    ("SolverError", _ANY, _unsolved),
    ("", _UNSOLVED, _unsolved),
    ("", _NO_ACCESS, _refused),
    ("InstallerError", _MISSING, _gone),
    ("", _MISSING, _unknown_channel),
    ("", _TLS, _untrusted),
    ("", _NO_NETWORK, _unreachable),
    ("InstallerError", _SUM, _other_sum),
)


def _asking(text: "str") -> "str":
    """The package that wants one that is nowhere: `beta 1.0 would require`."""
    found = re.findall(r"([\w.-]+ [\w.]+)(?: \|[^\n]*)? would require", text)
    return str(found[-1]) if found else ""


def _channel(url: "str") -> "str":
    return _IN_CHANNEL.sub("", url)


def _short(text: "str") -> "str":
    """The solver's tree, or another text, as one sentence: its first lines, without what frames them."""
    text = re.sub(
        r"^Cannot solve the request because of: (The following packages are incompatible)?", "", text.strip()
    )
    lines = [re.sub(r"^[\s│├└─╰]+", "", line).strip() for line in text.splitlines()]
    lines = [re.sub(r" \*(?=[ ,]|$)", "", line).rstrip(";") for line in lines if line]
    if len(lines) > _MOST_LINES:
        lines = lines[: _MOST_LINES - 1] + ["…"]
    words = ""
    for line in lines:
        goes_on = words.endswith((":", ",", "would require"))
        words += (" " if goes_on else "; " if words else "") + line
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _answered(path: "str") -> "str":
    """The error in the JSON of conda's own programs."""
    answer = atomic.read_json(path) or {}
    problems = answer.get("solver_problems")
    if isinstance(problems, list):
        return "could not solve: " + "\n".join(str(one) for one in problems)
    return str(answer.get("message") or answer.get("error") or "")


def _last(said: "str") -> "str":
    """The error in the output of conda's own programs, or its last lines."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("──")]
    lines = [re.sub(r"^error\s+libmamba ", "error: ", line) for line in lines if not _LAST_WORD.match(line)]
    errors = [number for number, line in enumerate(lines) if re.search(r"error|Error", line)]
    return "\n".join(lines[errors[0] if errors else -3 :])
