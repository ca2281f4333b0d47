"""micromamba, mamba or conda in place of py-rattler: the commands, and what they answer."""

import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_EXACT = "@EXPLICIT"


def solve(wanted: "dict[str, Any]", prefix: "str") -> "list[str]":
    """Says as JSON what it would install."""
    return _create(wanted, prefix) + ["--dry-run", "--json"] + _asked(wanted)


def install(wanted: "dict[str, Any]", prefix: "str", explicit: "str") -> "list[str]":
    """Install what the file of URLs says; without one (conda's JSON has no URLs), what is asked for."""
    words = _create(wanted, prefix) + ["--quiet"]
    return words + (["--file", explicit] if explicit else _asked(wanted))


def environment(wanted: "dict[str, Any]") -> "dict[str, str]":
    """Variables of the program: packages are kept where they can be linked from."""
    packages = os.path.join(wanted["cache"], "packages")
    found = {"CONDA_PKGS_DIRS": packages, "MAMBA_NO_BANNER": "1"}
    if wanted["builder"]["kind"] == "micromamba":
        found["MAMBA_ROOT_PREFIX"] = os.path.join(wanted["cache"], "micromamba")
    return found


def records(said: "str") -> "list[dict[str, Any]]":
    """The packages of its JSON answer, in the form that py-rattler has too; conda's lack URL and sums."""
    found = (json.loads(said).get("actions") or {}).get("LINK") or []
    return sorted(map(_record, found), key=lambda one: str(one["name"]))


def explicit(found: "list[dict[str, Any]]") -> "list[str]":
    sums = [("#" + one["md5"]) if one.get("md5") else "" for one in found]
    return [_EXACT] + [str(one["url"]) + md5 for one, md5 in zip(found, sums)]  # noqa: B905  Python 3.6


def installed(prefix: "str") -> "list[dict[str, Any]]":
    """What is in a prefix, by its own records."""
    directory, found = os.path.join(prefix, "conda-meta"), []
    for name in sorted(os.listdir(directory)):
        if name.endswith(".json"):
            with open(os.path.join(directory, name), encoding="utf-8") as stream:
                found.append(_record(json.load(stream)))
    return found


def _create(wanted: "dict[str, Any]", prefix: "str") -> "list[str]":
    return [wanted["builder"]["program"], "create", "--yes", "--prefix", prefix]


def _asked(wanted: "dict[str, Any]") -> "list[str]":
    words = ["--override-channels"]
    if wanted["builder"]["kind"] != "conda":
        words.append("--strict-channel-priority")
    for channel in wanted["channels"]:
        words += ["--channel", channel]
    return words + list(wanted["definition"]["conda"]["packages"])


_KEYS = (
    *("name", "version", "build", "build_number", "subdir", "depends", "constrains", "noarch", "license"),
    *(
        "size",
        "timestamp",
        "md5",
        "sha256",
        "url",
        "channel",
        "fn",
        "track_features",
        "python_site_packages_path",
    ),
)


def _record(facts: "dict[str, Any]") -> "dict[str, Any]":
    found = {key: facts[key] for key in _KEYS if facts.get(key) not in (None, "")}
    found["build"] = str(facts.get("build_string") or facts.get("build") or "")
    if found.get("url"):
        found["fn"] = str(found["url"]).rpartition("/")[2]
        found["channel"] = str(found["url"]).rpartition("/")[0].rpartition("/")[0]
    return found
