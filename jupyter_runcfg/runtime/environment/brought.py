"""What conda's packages bring for pip: the distributions in a prefix, and how uv is told of them.

uv sees wheels that hold nothing but a name and a version, so that what is there already is neither looked
for on an index nor installed over.
"""

import os
import re
import zipfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Tuple

    Known = Dict[str, Tuple[str, str]]

_VERSION = re.compile(r"\d[\w.!+]*$")
_METADATA = (("dist-info", "METADATA"), ("egg-info", "PKG-INFO"))


def distributions(prefix: "str") -> "Known":
    """The name of each, as PEP 503 has it → its version and the text of its metadata."""
    found = {}  # type: Known
    for directory in _site_packages(prefix):
        for entry in sorted(os.listdir(directory)):
            for end, file in _METADATA:
                path = os.path.join(directory, entry, file) if entry.endswith("." + end) else ""
                if path and os.path.isfile(os.path.join(directory, entry)):
                    path = os.path.join(directory, entry)  # an egg-info may be a file
                text = _read(path) if path else ""
                name, version = _field(text, "Name"), _field(text, "Version")
                if name and version:
                    found[normal(name)] = (version, text)
    return found


def normal(line: "str") -> "str":
    """The name that a line of pip's begins with, as PEP 503 has it."""
    match = re.match(r"[A-Za-z0-9][\w.-]*", line)
    return re.sub(r"[-_.]+", "-", match.group()).lower() if match else ""


def write_wheels(known: "Known", directory: "str") -> "Known":
    """A wheel for each into a new directory; returns those that one could be made of."""
    os.makedirs(directory)
    made = {name: found for name, found in known.items() if _VERSION.match(found[0])}
    for name, (version, text) in made.items():
        stem = "{}-{}".format(name.replace("-", "_"), version)
        # extras may need more packages; what the others need, conda has seen to
        extras = [
            line
            for line in text.splitlines()
            if line.startswith("Provides-Extra:") or (line.startswith("Requires-Dist:") and "extra" in line)
        ]
        header = ["Metadata-Version: 2.1", "Name: {}".format(name), "Version: {}".format(version)]
        info = stem + ".dist-info/"
        with zipfile.ZipFile(os.path.join(directory, stem + "-py3-none-any.whl"), "w") as archive:
            archive.writestr(info + "METADATA", "\n".join(header + extras) + "\n")
            archive.writestr(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(info + "RECORD", "")
    return made


def without(lock: "str", known: "Known") -> "str":
    """uv's lock without what is there in that very version."""
    kept = []
    keeps = True
    for line in lock.splitlines():
        match = re.match(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", line)
        if line[:1].strip():
            keeps = match is None or known.get(normal(match.group(1)), ("", ""))[0] != match.group(2)
        if keeps:
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n" if any(kept) else ""


def _site_packages(prefix: "str") -> "list[str]":
    library = os.path.join(prefix, "lib")
    names = sorted(os.listdir(library)) if os.path.isdir(library) else []
    places = [os.path.join(library, name, "site-packages") for name in names if name.startswith("python")]
    return [place for place in places if os.path.isdir(place) and not os.path.islink(os.path.dirname(place))]


def _field(text: "str", name: "str") -> "str":
    match = re.search(r"^{}:[ \t]*(\S+)".format(name), text, re.MULTILINE)
    return match.group(1) if match else ""


def _read(path: "str") -> "str":
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""
