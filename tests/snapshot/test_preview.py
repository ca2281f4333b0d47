"""What would be sent: weights, and what is left out by which line."""

import os

from jupyter_runcfg import snapshot
from jupyter_runcfg.snapshot.preview import IgnoredBy, Preview, Weight, preview
from jupyter_runcfg.snapshot.secret import Finding
from jupyter_runcfg.snapshot.value import Ignored, Skipped

from .unprivileged import run_unprivileged


def test_a_tree(root, home):
    """Files and links with their sizes, what is ignored and skipped and why; nothing is written."""
    (root / ".amlignore").write_text("*.log\ndata/\n")
    (root / "a.log").write_text("")
    (root / "b.py").write_text("12345")
    (root / "data").mkdir()
    (root / "link").symlink_to("b.py")
    (root / "lost").symlink_to("nowhere")
    (root / "out").symlink_to("/etc")
    (root / ".env").write_text("A=1")
    assert preview(root, home) == Preview(
        root=str(root),
        rules=".amlignore",
        files=((".amlignore", 12), (".env", 3), ("b.py", 5), ("link", 4), ("lost", 7)),
        ignored=(Ignored("a.log", False, ".amlignore:1 *.log"), Ignored("data", True, ".amlignore:2 data/")),
        skipped=(Skipped("out", "link out of the directory, to '/etc'"),),
        doubtful=(Skipped("lost", "broken link, to 'nowhere'"),),
        secrets=(Finding(".env", 0, "by its name"),),
        not_looked_into=0,
    )
    assert not os.path.exists(home.root)


def test_it_holds_what_a_snapshot_holds(root, home):
    """The same files, sizes and reasons as `scan`, which reads them all."""
    for name in ("a/b/c", "a/d", "é", "odd\udcff", "e/.gitignore"):
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as stream:
            stream.write(name.encode("utf-8", "replace").decode())
    seen, frozen = preview(root, home), snapshot.scan(root, home)
    assert seen.files == tuple((entry.path, entry.size) for entry in frozen.entries)
    assert (seen.ignored, seen.skipped, seen.doubtful) == (frozen.ignored, frozen.skipped, frozen.doubtful)
    assert seen.size_bytes == frozen.size_bytes


def of(files=(), ignored=()):
    return Preview("/x", ".amlignore", tuple(files), tuple(ignored), (), (), (), 0)


def test_the_heaviest_directories():
    """Those of the top, each followed down while one directory has nine tenths of the weight."""
    seen = of([("a/b/c/x", 95), ("a/y", 5), ("d/e/x", 50), ("d/f/x", 50), ("top", 999), ("z/1", 0)])
    assert seen.biggest_directories(5) == [Weight("d/", 100, 2), Weight("a/b/c/", 95, 1), Weight("z/", 0, 1)]
    assert seen.biggest_directories(1) == [Weight("d/", 100, 2)]
    assert seen.biggest_files(2) == [Weight("top", 999, 1), Weight("a/b/c/x", 95, 1)]
    assert (of().biggest_directories(5), of().biggest_files(5), of().size_bytes) == ([], [], 0)


def test_deep_directories_without_files_of_their_own():
    """What lies only deeper is counted in all directories above it, once."""
    seen = of([("a/b/c/1", 1), ("a/b/d/2", 1), ("a/e/f/g/3", 1)])
    assert seen.biggest_directories(5) == [Weight("a/", 3, 3)]


def test_ignored_paths_by_line():
    """Grouped by file and line, in that order; what always holds comes last."""
    paths = [
        Ignored("x", False, ".amlignore:10 *"),
        Ignored("y", False, ".amlignore:2 a b: c"),
        Ignored(".git", True, "always .git"),
        Ignored("s/z", False, "s/.amlignore:1 z"),
        Ignored("z", False, ".amlignore:10 *"),
        Ignored("outputs", True, "default list outputs/"),
        Ignored("?", False, "odd"),
    ]
    assert of(ignored=paths).ignored_by() == [
        IgnoredBy(".amlignore", 2, "a b: c", (paths[1],)),
        IgnoredBy(".amlignore", 10, "*", (paths[0], paths[4])),
        IgnoredBy("default list", 0, "outputs/", (paths[5],)),
        IgnoredBy("odd", 0, "", (paths[6],)),
        IgnoredBy("s/.amlignore", 1, "z", (paths[3],)),
        IgnoredBy("always", 0, ".git", (paths[2],)),
    ]


def _unreadable(root, home):
    (root / "a").write_text("a")
    (root / "shut").write_text("b")
    (root / "shut").chmod(0)
    seen = preview(root, home)
    assert (seen.files, seen.skipped) == (
        (("a", 1),),
        (Skipped("shut", "cannot be read: Permission denied"),),
    )
    assert snapshot.scan(root, home).skipped == seen.skipped


def test_a_file_that_cannot_be_read():
    """It is named, as `scan` names it, and not counted."""
    run_unprivileged(_unreadable)
