"""The list of what a snapshot holds."""

import hashlib
import json

import pytest

from jupyter_runcfg.runtime import manifest
from jupyter_runcfg.runtime.manifest import DIRECTORY, EXECUTABLE, FILE, LINK, Entry

DIGEST = hashlib.sha256(b"").hexdigest()
ENTRIES = [
    Entry("a b/żółw\n'\".py", FILE, 3, DIGEST),
    Entry("a.sh", EXECUTABLE, 0, DIGEST),
    Entry("a/empty", DIRECTORY, 0, ""),
    Entry("caf\udce9", FILE, 1, DIGEST),
    Entry("link", LINK, 4, DIGEST),
    Entry("...", FILE, 0, DIGEST),
]


def test_round_trip():
    """Odd names come back; the order that entries are given in does not change the bytes."""
    data = manifest.dump(ENTRIES)
    assert data == manifest.dump(ENTRIES[::-1])
    assert sorted(manifest.load(data), key=repr) == sorted(ENTRIES, key=repr)
    assert manifest.load(b"") == []
    assert manifest.dump([ENTRIES[1]]) == f'["a.sh","100755",0,"{DIGEST}"]\n'.encode()


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "a/..", "..", "", "a//b", "a/", "/"])
def test_a_path_that_leaves_its_root(path):
    """No manifest from anywhere can name a file outside of the checkout."""
    data = manifest.dump([Entry(path, FILE, 0, DIGEST)])
    with pytest.raises(ValueError, match=r"line 1: .* leaves its root"):
        manifest.load(data)


@pytest.mark.parametrize("data", [b"x", b"[1]\n", b"{}\n", b'["a","100644",0]\n', b"\xff\n"])
def test_what_is_no_manifest(data):
    """Anything else is refused."""
    with pytest.raises(ValueError):
        manifest.load(data)


def test_a_path_below_a_link():
    """What lies below a link would be written where that points to; beside one it may lie."""
    link = Entry("data", LINK, 4, DIGEST)
    beside = [link, Entry("data.csv", FILE, 0, DIGEST), Entry("a/data/x", FILE, 0, DIGEST)]
    assert len(manifest.load(manifest.dump(beside))) == 3
    with pytest.raises(ValueError, match="'data/sub/passwd' is below a link"):
        manifest.load(manifest.dump([Entry("data/sub/passwd", FILE, 0, DIGEST), link]))


@pytest.mark.parametrize(
    "entry", [[3, FILE, 0, DIGEST], ["a", "160000", 0, DIGEST], ["a\0b", FILE, 0, DIGEST]]
)
def test_an_entry_of_another_kind(entry):
    """A path that is no text or holds NUL, a mode nobody knows: refused, not met at checkout."""
    with pytest.raises(ValueError):
        manifest.load(json.dumps(entry).encode() + b"\n")
