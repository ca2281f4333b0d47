"""A snapshot put into a directory."""

import os
import stat

import pytest

from jupyter_runcfg import snapshot
from jupyter_runcfg.errors import SnapshotError
from jupyter_runcfg.runtime.checkout import (
    checkout,
    is_unchanged,
    iter_files,
    read_manifest,
    remove_unchanged,
)
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.runtime.paths import Home

ODD = ["żółw.py", "a\nb", " lead", "caf\udce9", "-rf", "a'\"\\b", "x" * 255]


@pytest.fixture
def home(tmp_path):
    return Home(str(tmp_path / "home"))


def tree(root):
    """{path: what it is} of everything below a directory."""
    found = {}
    for directory, names, files in os.walk(root):
        for name in names + files:
            path = os.path.join(directory, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                what = os.readlink(path)
            elif stat.S_ISREG(mode):
                with open(path, "rb") as stream:
                    what = (stat.S_IMODE(mode), stream.read())
            else:
                what = "directory"
            found[os.path.relpath(path, root)] = what
    return found


def put(home, source, target):
    frozen = snapshot.take(source, home)
    entries = read_manifest(home, frozen.digest)
    return checkout(entries, ObjectStore(home.objects), str(target))


def test_a_tree_comes_back(home, tmp_path):
    """Files with odd names, the executable bit, links as links, empty directories: as they were."""
    source = tmp_path / "source"
    (source / "empty" / "deep").mkdir(parents=True)
    (source / "sub").mkdir()
    for name in ODD:
        (source / name).write_bytes(os.fsencode(name))
    (source / "sub" / "run.sh").write_text("#!/bin/sh\n")
    (source / "sub" / "run.sh").chmod(0o755)
    (source / "sub" / "link").symlink_to("../-rf")
    (source / "dangling").symlink_to("nowhere")
    stamps = put(home, source, tmp_path / "work")
    assert tree(tmp_path / "work") == tree(source)
    assert sorted(stamps) == sorted([*ODD, "sub/run.sh", "sub/link", "dangling"])
    assert stat.S_IMODE((tmp_path / "work").stat().st_mode) == 0o700


def test_a_damaged_or_missing_list(home, tmp_path):
    """The manifest is verified like any object."""
    (tmp_path / "source").mkdir()
    frozen = snapshot.take(tmp_path / "source", home)
    with pytest.raises(SnapshotError, match="not in the home any more"):
        read_manifest(home, "0" * 64)
    path = tmp_path / "home" / "snapshots" / frozen.digest
    path.write_bytes(b'["../../x","100644",0,""]\n')
    with pytest.raises(SnapshotError, match="damaged"):
        read_manifest(home, frozen.digest)


def test_a_damaged_link(home, tmp_path):
    """A link whose target text is not what was frozen is not made."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "a").write_text("x")
    (source / "link").symlink_to("a")
    frozen = snapshot.take(source, home)
    entries = read_manifest(home, frozen.digest)
    link = next(entry for entry in entries if entry.path == "link")
    stored = tmp_path / "home" / "objects" / link.digest[:2] / link.digest[2:]
    stored.chmod(0o600)
    stored.write_text("/etc/passwd")
    with pytest.raises(SnapshotError, match="link 'link' is missing or damaged"):
        checkout(entries, ObjectStore(home.objects), str(tmp_path / "work"))


def test_what_is_unchanged_goes(home, tmp_path):
    """Written, touched, replaced and new files stay; the others go, with the directories that empties."""
    source, work = tmp_path / "source", tmp_path / "work"
    (source / "lib").mkdir(parents=True)
    (source / "data").mkdir()
    for name in ("lib/a.py", "written", "touched", "replaced", "data/x", "gone"):
        (source / name).write_text("12345")
    stamps = put(home, source, work)
    (work / "written").write_text("54321")
    os.utime(work / "touched", ns=(1, 1))
    (work / "other").write_text("12345")
    os.replace(work / "other", work / "replaced")
    (work / "new").write_text("n")
    (work / "gone").unlink()
    (work / "data" / "y").write_text("y")
    assert is_unchanged(str(work / "lib/a.py"), stamps["lib/a.py"])
    assert not is_unchanged(str(work / "gone"), stamps["gone"])
    remove_unchanged(str(work), stamps)
    kept = iter_files(str(work))
    assert kept == [("new", 1), ("replaced", 5), ("touched", 5), ("written", 5), ("data/y", 1)]
    assert not (work / "lib").exists()
