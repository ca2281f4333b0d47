"""What differs between two snapshots, held against git, which must be able to apply it."""

import hashlib
import os
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_runcfg import snapshot
from jupyter_runcfg.runtime import checkout
from jupyter_runcfg.runtime.manifest import DIRECTORY, EXECUTABLE, FILE, LINK, Entry
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.snapshot.diff import MOST_BYTES, Change, compare, hunks, text_of


def entry(path, content=b"", mode=FILE):
    digest = "" if mode == DIRECTORY else hashlib.sha256(content).hexdigest()
    return Entry(path, mode, len(content), digest)


def kinds(old, new):
    """(kind, old path, new path) of each change."""
    return [
        (c.kind, c.old and c.old.path, c.new and c.new.path)
        for c in compare([entry(*e) for e in old], [entry(*e) for e in new])
    ]


def text(old, new):
    """The diff of two files given as (path, content, mode), None for no file."""
    contents = {entry(*e).digest: e[1] for e in (old, new) if e is not None}
    change = Change(*(None if e is None else entry(*e) for e in (old, new)))
    return text_of(change, lambda e: contents[e.digest], lambda e: contents[e.digest])


def test_kinds_of_change():
    """Added, removed, changed, another mode; what is the same is not named; the order is that of paths."""
    old = [("b", b"1"), ("a", b"2"), ("same", b"x"), ("m", b"3"), ("d", b"", DIRECTORY)]
    new = [("b", b"!"), ("z", b"4"), ("same", b"x"), ("m", b"3", EXECUTABLE)]
    assert kinds(old, new) == [
        ("removed", "a", None),
        ("changed", "b", "b"),
        ("removed", "d", None),
        ("mode", "m", "m"),
        ("added", None, "z"),
    ]
    assert kinds(old, old) == []
    assert kinds([], []) == []


def test_equal_bytes_are_a_rename():
    """A file that moved keeps its name if it can; each is taken once; empty files and links are not files."""
    old = [("a/x", b"1"), ("a/y", b"1"), ("e", b""), ("l", b"t", LINK), ("copy", b"c")]
    new = [("b/y", b"1"), ("b/z", b"1"), ("f", b""), ("k", b"t"), ("copy", b"c"), ("copy2", b"c")]
    assert kinds(old, new) == [
        ("renamed", "a/y", "b/y"),
        ("renamed", "a/x", "b/z"),
        ("added", None, "copy2"),
        ("removed", "e", None),
        ("added", None, "f"),
        ("added", None, "k"),
        ("removed", "l", None),
    ]


def test_a_file_that_became_something_else():
    """A directory, a link or an empty directory in its place: it is removed, and the other added."""
    assert kinds([("a", b"1")], [("a/b", b"2")]) == [("removed", "a", None), ("added", None, "a/b")]
    assert kinds([("a", b"1")], [("a", b"t", LINK)]) == [("removed", "a", None), ("added", None, "a")]
    assert kinds([("a", b"1")], [("a", b"", DIRECTORY)]) == [("removed", "a", None), ("added", None, "a")]
    assert kinds([("a", b"s", LINK)], [("a", b"t", LINK)]) == [("changed", "a", "a")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            ("a", b"1\n2\n3\n"),
            ("a", b"1\nb\n3\n"),
            "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n 1\n-2\n+b\n 3\n",
        ),
        (None, ("a", b""), "diff --git a/a b/a\nnew file mode 100644\n"),
        (
            None,
            ("a", b"x", EXECUTABLE),
            "diff --git a/a b/a\nnew file mode 100755\n--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n"
            "\\ No newline at end of file\n",
        ),
        (
            ("a", b"x\n"),
            None,
            "diff --git a/a b/a\ndeleted file mode 100644\n--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
        ),
        (("a", b"x"), ("a", b"x", EXECUTABLE), "diff --git a/a b/a\nold mode 100644\nnew mode 100755\n"),
        (
            ("a", b"x"),
            ("b", b"x"),
            "diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n",
        ),
        (
            ("a", b"\0x"),
            ("a", b"\0" * 2000),
            "diff --git a/a b/a\nBinary files a/a and b/a differ (2 B → 2 KB)\n",
        ),
        (
            ("a", b"x"),
            ("a", b"x" * 1_000_001),
            "diff --git a/a b/a\nBinary files a/a and b/a differ (1 B → 1.0 MB; "
            "above 1.0 MB no lines are compared)\n",
        ),
        (None, ("d", b"", DIRECTORY), "new empty directory d/\n"),
        (
            ("a b", b"x\n"),
            ("a b", b"y\n"),
            "diff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n@@ -1 +1 @@\n-x\n+y\n",
        ),
        (
            ('a\n"\udcff', b"x\n"),
            ('a\n"\udcff', b"\xff\r\n"),
            'diff --git "a/a\\n\\"\\377" "b/a\\n\\"\\377"\n--- "a/a\\n\\"\\377"\n+++ "b/a\\n\\"\\377"\n'
            "@@ -1 +1 @@\n-x\n+\udcff\r\n",
        ),
        (
            ("l", b"old", LINK),
            ("l", b"new", LINK),
            "diff --git a/l b/l\n--- a/l\n+++ b/l\n@@ -1 +1 @@\n-old\n\\ No newline at end of file\n"
            "+new\n\\ No newline at end of file\n",
        ),
    ],
)
def test_the_text_is_gits(old, new, expected):
    """To the byte what git prints, but for the sizes of binary files."""
    assert text(old, new) == expected


def test_bytes_that_are_gone_are_told():
    """An object that is missing or damaged takes its own lines away, not those of other files."""
    change = Change(entry("a", b"1"), entry("a", b"2"))
    said = text_of(change, lambda _: "the stored bytes are missing", lambda _: b"2")
    assert (
        said
        == "diff --git a/a b/a\nBinary files a/a and b/a differ (1 B → 1 B; the stored bytes are missing)\n"
    )


def test_lines_of_the_same_kind_by_the_hundred_thousand():
    """Where weighing every pair of equal lines would take minutes, the change is shown as one piece."""
    old = [f"{n * 7 % 251}\n" for n in range(100_000)]
    new = [f"{n * 11 % 251}\n" for n in range(100_000)]
    printed = list(hunks(["head\n", *old], ["head\n", *new]))
    assert printed[0] == "@@ -1,100001 +1,100001 @@\n"
    assert sum(line[0] == "-" for line in printed) > 99_000


lines = st.lists(st.sampled_from([b"a\n", b"b\n", b"\n", b"c\r\n", b"\xff\n", b"-- x\n", b"d"]), max_size=12)
contents = st.one_of(lines.map(b"".join), st.just(b"a\n" * 40), st.just(b"a\n" * 20 + b"b\n" + b"a\n" * 20))
names = st.sampled_from(["a", "b/a", "b/c", "é x", 'q"\\\t', "n\nl", "\udcff", "-", "d/e/f"])
files = st.tuples(contents, st.sampled_from([FILE, EXECUTABLE]))
trees = st.dictionaries(names, files, max_size=5)


def write(root, tree):
    root.mkdir()
    for path, (content, mode) in tree.items():
        target = os.path.join(root, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as stream:
            stream.write(content)
        os.chmod(target, 0o755 if mode == EXECUTABLE else 0o644)


@pytest.mark.engine("git")
@settings(max_examples=150)
@given(trees, trees)
def test_git_applies_it(tmp_path_factory, old, new):
    """From the old tree git makes the new one, whatever names, modes and bytes there are."""
    place = tmp_path_factory.mktemp("d")
    write(place / "old", old)
    write(place / "new", new)
    home = Home(str(place / "home"))
    before, after = snapshot.take(place / "old", home), snapshot.take(place / "new", home)
    store = ObjectStore(home.objects)

    def read(found):
        with open(store.path(found.digest), "rb") as stream:
            return stream.read()

    changes = compare(before.entries, after.entries)
    patch = "".join(text_of(change, read, read) for change in changes).encode("utf-8", "surrogateescape")
    if not patch:
        assert before.digest == after.digest
        return
    target = place / "made"
    checkout.checkout(list(before.entries), store, str(target))
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(place)}
    done = subprocess.run(command, cwd=target, input=patch, capture_output=True, env=environment)
    assert done.returncode == 0, (done.stderr, patch)
    made = snapshot.take(target, home)
    files = [found for found in made.entries if found.mode != DIRECTORY]
    assert files == list(after.entries)


def test_the_limit_is_the_documented_one():
    """Files over 1 MB are only named."""
    assert MOST_BYTES == 1_000_000
