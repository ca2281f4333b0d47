"""What a big directory is big by, and the line that keeps it out."""

import os

import pytest

from jupyter_runcfg.errors import SnapshotError
from jupyter_runcfg.snapshot import scan, take, weight
from jupyter_runcfg.snapshot.weight import Place, heaviest


@pytest.fixture
def tree(root):
    """300 KB of data two directories down, 40 small files beside, one file in the root."""
    (root / "data" / "raw").mkdir(parents=True)
    (root / "src").mkdir()
    for number in range(3):
        (root / "data" / "raw" / f"part{number}").write_bytes(bytes(100_000))
    (root / "data" / "notes").write_bytes(bytes(100))
    for number in range(40):
        (root / "src" / f"m{number}.py").write_bytes(b"#")
    (root / "model.bin").write_bytes(bytes(50_000))
    return root


def test_the_directory_that_holds_most_of_it_is_named():
    """Not the one above it, which holds little else."""
    files = [("data/raw/a", 900), ("data/raw/b", 900), ("data/c", 10), ("e", 500)]
    assert heaviest(files) == [Place("data/raw", True, 2, 1800), Place("e", False, 1, 500)]


def test_one_that_is_spread_over_its_members_is_named_itself():
    """No member of it would be worth a line of its own."""
    files = [(f"data/{name}", 100) for name in "abc"]
    assert heaviest(files) == [Place("data", True, 3, 300)]


def test_by_number():
    """A directory of many small files outweighs a big file when files are counted."""
    files = [*((f"cache/{n}", 1) for n in range(9)), ("big", 10**9)]
    assert heaviest(files, by_count=True)[0] == Place("cache", True, 9, 9)
    assert heaviest(files)[0] == Place("big", False, 1, 10**9)
    assert heaviest([]) == []


def test_refused_before_anything_is_read(tree, home):
    """Over a limit: the size, the biggest, the line to add; nothing is stored."""
    with pytest.raises(SnapshotError) as caught:
        take(tree, home, limit_bytes=200_000)
    error = caught.value
    assert error.message == "the snapshot would be 0.4 MB"
    assert error.where == ("the biggest: data/raw/ 0.3 MB in 3 files, model.bin 50 KB, src/ 40 B in 40 files")
    assert error.hint == "add the line `/data/raw/` to .amlignore, or say `--yes`"
    assert not os.path.exists(home.objects)


def test_refused_for_its_number(tree, home):
    """Files are counted, and the directory of many small ones is the one to leave out."""
    with pytest.raises(SnapshotError) as caught:
        take(tree, home, limit_files=30)
    assert caught.value.message == "the snapshot would be 45 files"
    assert caught.value.hint.startswith("add the line `/src/` to .amlignore")
    assert take(tree, home, limit_files=45, limit_bytes=10**6).file_count == 45


@pytest.mark.parametrize(
    ("there", "more"),
    [
        (".amlignore", ""),
        (".gitignore", " (which then counts in place of .gitignore: begin with a copy of that)"),
    ],
)
def test_the_advice_knows_the_ignore_file(there, more, tree, home):
    """A new .amlignore switches .gitignore off, which a person should know before they write one."""
    (tree / there).write_text("")
    with pytest.raises(SnapshotError) as caught:
        take(tree, home, limit_bytes=1000)
    assert caught.value.hint == f"add the line `/data/raw/` to .amlignore{more}, or say `--yes`"


def test_a_note_where_it_is_not_refused(tree, home):
    """Above a threshold the person is told, below it nothing is said."""
    snapshot = scan(tree, home)
    assert weight.note(snapshot) is None
    assert weight.note(snapshot, limit_bytes=100_000) == (
        "0.4 MB, most of it in data/raw/ 0.3 MB in 3 files, model.bin 50 KB, src/ 40 B in 40 files; "
        "add the line `/data/raw/` to .amlignore to leave the first out"
    )
    assert weight.note(snapshot, limit_files=10).startswith("45 files, most of it in src/ 40 B in 40 files,")
