"""Taking a snapshot: what is stored, what is named, what fails and leaves nothing behind."""

import os
import re
import socket
import stat
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_runcfg.errors import HomeError, SnapshotError
from jupyter_runcfg.runtime import manifest
from jupyter_runcfg.runtime.manifest import Entry
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.snapshot import Ignored, Skipped, Snapshot, scan, take
from jupyter_runcfg.snapshot.value import size_text

from .unprivileged import run_unprivileged


def stored(home):
    """Every file of the home, by its path in it."""
    return sorted(
        os.path.relpath(os.path.join(directory, name), home.root)
        for directory, _, names in os.walk(home.root)
        for name in names
    )


def test_stored_and_listed(root, home):
    """Each file is an object under its digest, and the manifest lists exactly those."""
    (root / "a.txt").write_text("hello")
    (root / "run.sh").write_text("#!/bin/sh")
    (root / "run.sh").chmod(0o755)
    (root / "empty" / "below").mkdir(parents=True)
    snapshot = take(root, home)
    hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    script = ObjectStore(home.objects).path(snapshot.entries[2].digest)
    assert snapshot.entries[:2] == (
        Entry("a.txt", "100644", 5, hello),
        Entry("empty/below", "040000", 0, ""),
    )
    assert (snapshot.entries[2].path, snapshot.entries[2].mode) == ("run.sh", "100755")
    with open(home.manifest(snapshot.digest), "rb") as stream:
        data = stream.read()
    assert manifest.digest_of(data) == snapshot.digest
    assert tuple(manifest.load(data)) == snapshot.entries
    assert stat.S_IMODE(os.stat(script).st_mode) == 0o400
    assert len(stored(home)) == 3


def test_a_directory_that_hides_itself(root, home):
    """One whose own ignore file drops that file too, as caches have it, is not even an empty one."""
    for name, text in (("cache", "*\n"), ("kept", "*\n!.gitignore\n"), ("bare", None)):
        (root / name).mkdir()
        (root / name / "x.log").write_text("")
        if text:
            (root / name / ".gitignore").write_text(text)
    (root / ".gitignore").write_text("*.log\n")
    assert [entry.path for entry in scan(root, home).entries] == [
        ".gitignore", "bare", "kept/.gitignore"
    ]  # fmt: skip


def test_same_tree_same_digest(root, home, tmp_path):
    """The digest tells the content apart, not the place, the times or the order of writing."""
    other = tmp_path / "elsewhere"
    other.mkdir()
    for directory, names in ((root, "abc"), (other, "cba")):
        for name in names:
            (directory / name).write_text(name)
    os.utime(other / "a", (0, 0))
    assert take(root, home).digest == take(other, home).digest
    (other / "a").write_text("A")
    assert scan(other, home).digest != scan(root, home).digest


def test_extra_files(root, home):
    """What is given beside the directory travels with it, whatever an ignore rule says."""
    (root / ".amlignore").write_text("*.py")
    snapshot = take(root, home, extra={"cell.py": b"1 + 1"})
    assert [(entry.path, entry.size) for entry in snapshot.entries] == [
        (".amlignore", 4),
        ("cell.py", 5),
    ]
    with open(ObjectStore(home.objects).path(snapshot.entries[1].digest), "rb") as stream:
        assert stream.read() == b"1 + 1"
    assert scan(root, home, extra={"cell.py": b"1 + 1"}) == snapshot


def test_scan_writes_nothing(root, home):
    """A preview has the very digest and leaves the home as it was."""
    (root / "a").write_text("a")
    preview = scan(root, home)
    assert not os.path.exists(home.root)
    assert preview == take(root, home)


def test_describe():
    """The line for people counts files, bytes and what stays behind."""
    entries = tuple(Entry(str(n), "100644", 21_500, "") for n in range(14))
    ignored = (Ignored("data", True, ""), Ignored("venv", True, ""))
    directory = Entry("d", "040000", 0, "")
    whole = Snapshot("/", "", (*entries, directory), ignored)
    assert whole.describe() == "14 files 0.3 MB (2 ignored)"
    assert Snapshot("/", "", entries[:1], (), (Skipped("p", "socket"),)).describe() == (
        "1 file 22 KB (1 skipped)"
    )
    sizes = [size_text(size) for size in (0, 999, 1000, 99_499, 99_500, 5 * 10**9)]
    assert sizes == ["0 B", "999 B", "1 KB", "99 KB", "0.1 MB", "5.0 GB"]


def test_special_files_are_named(root, home):
    """Pipes and sockets are named and left out; nothing waits for them."""
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "s"))
        snapshot = take(root, home)
    assert snapshot.entries == ()
    assert snapshot.skipped == (Skipped("pipe", "named pipe"), Skipped("s", "socket"))


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(name=st.binary(min_size=1, max_size=60).filter(lambda b: b not in (b".", b"..", b".git")))
def test_any_file_name(name, root, home):
    """Every name that Linux allows travels, and comes back out of the manifest."""
    name = re.sub(rb"[\0/]", b"_", name)
    for member in os.listdir(root):
        os.unlink(root / member)
    (root / os.fsdecode(name)).write_text("")
    (root / ".amlignore").write_text("")
    snapshot = take(root, home)
    assert os.fsdecode(name) in [entry.path for entry in snapshot.entries]
    with open(home.manifest(snapshot.digest), "rb") as stream:
        assert tuple(manifest.load(stream.read())) == snapshot.entries


def test_deeper_than_the_recursion_limit(root, home):
    """A thousand directories in one another are a tree like any other."""
    paths = ["/".join("d" * depth) for depth in range(1, 1201)]
    for path in paths:
        (root / path).mkdir()
    try:
        assert [entry.path for entry in scan(root, home).entries] == paths[-1:]
    finally:
        for path in reversed(paths):  # older versions of shutil.rmtree recurse
            (root / path).rmdir()


def test_home_inside_the_directory(root):
    """The home of the records never travels in its own snapshots."""
    (root / "a").write_text("a")
    inside = Home(str(root / "records"))
    first = take(root, inside)
    assert take(root, inside).digest == first.digest
    assert [entry.path for entry in first.entries] == ["a"]


def test_file_changing_while_it_is_read(root, home):
    """A file that grows under the reading is read again; the manifest describes stored bytes."""
    path = root / "growing"
    path.write_bytes(b"x" * 4_000_000)
    stop = threading.Event()

    def grow():
        with path.open("ab") as stream:
            for _ in range(200):
                if stop.is_set():
                    break
                stream.write(b"y" * 1000)
                stream.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        (entry,) = take(root, home).entries
    finally:
        stop.set()
        writer.join()
    with open(ObjectStore(home.objects).path(entry.digest), "rb") as stream:
        data = stream.read()
    assert (len(data), manifest.digest_of(data)) == (entry.size, entry.digest)


@pytest.mark.parametrize(("kind", "words"), [("missing", "not there"), ("file", "not a directory")])
def test_no_directory(kind, words, root, home):
    """A root that is missing or a file is one clear error."""
    place = root / kind
    if kind == "file":
        place.write_text("")
    with pytest.raises(SnapshotError, match=f"the source directory is {words}") as caught:
        take(place, home)
    assert caught.value.where == str(place)
    assert not os.path.exists(home.root)


def test_unreadable_directory():
    """A kept directory that cannot be listed stops the snapshot; ignoring it helps."""

    def attempt(root, home):
        (root / "private [1]").mkdir(mode=0)
        with pytest.raises(SnapshotError, match="cannot read the directory 'private") as caught:
            take(root, home)
        line = r"/private \[1]/"
        assert caught.value.hint == f"chmod u+rx it, or add the line {line} to .amlignore"
        assert not os.path.exists(home.root)
        (root / ".amlignore").write_text(line + "\n")
        assert [path for path, *_ in take(root, home).ignored] == ["private [1]"]

    run_unprivileged(attempt)


def test_unreadable_root():
    """A root that cannot be listed is named as such."""

    def attempt(root, home):
        root.chmod(0)
        with pytest.raises(SnapshotError, match="submit from another directory"):
            scan(root, home)

    run_unprivileged(attempt)


def test_unreadable_file():
    """A file that cannot be read is named and left out."""

    def attempt(root, home):
        (root / "secret").write_text("s")
        (root / "secret").chmod(0)
        assert take(root, home).skipped == (Skipped("secret", "cannot be read: Permission denied"),)

    run_unprivileged(attempt)


def test_home_not_writable():
    """A home that cannot be written is an error with a hint, and nothing is there after it."""

    def attempt(root, home):
        os.mkdir(home.root, 0o500)
        with pytest.raises(HomeError, match="cannot write the records: Permission denied") as error:
            take(root, home)
        assert "RUNCFG_HOME" in error.value.hint
        assert os.listdir(home.root) == []

    run_unprivileged(attempt)


@pytest.mark.engine("tmpfs")
def test_full_disk(root, full_disk):
    """A disk that fills up is an error with a hint, and no partial object stays."""
    (root / "small").write_text("s")
    (root / "big").write_bytes(os.urandom(3_000_000))
    home = Home(str(full_disk(1_000_000) / "home"))
    with pytest.raises(HomeError, match="no space is left") as error:
        take(root, home)
    assert "RUNCFG_HOME" in error.value.hint
    assert all(len(os.path.basename(name)) == 62 for name in stored(home))
