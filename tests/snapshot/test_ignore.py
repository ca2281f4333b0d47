"""Which ignore file counts, how a rule is named, and the expectations of the shared vectors."""

import json
from pathlib import Path

import pytest

from jupyter_runcfg.errors import SnapshotError
from jupyter_runcfg.runtime.manifest import DIRECTORY
from jupyter_runcfg.snapshot import Ignored, scan
from jupyter_runcfg.snapshot.explain import explain

from .unprivileged import run_unprivileged

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "ignore"


def kept(root, home):
    return [entry.path for entry in scan(root, home).entries]


def write(root, **files):
    for name, text in files.items():
        (root / name).write_text(text)


@pytest.fixture
def tree(root):
    for path in ("train.py", "data/a.csv", "data/b.csv", "outputs/m.pkl", "venv/x", ".git/HEAD"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(path)
    return root


def test_amlignore_wins(tree, home):
    """Where both are there, .gitignore is a file like any other."""
    write(tree, **{".amlignore": "data/\n", ".gitignore": "*\n"})
    assert kept(tree, home) == [".amlignore", ".gitignore", "outputs/m.pkl", "train.py", "venv/x"]


def test_gitignore_counts_without_amlignore(tree, home):
    """A project with a .gitignore only needs nothing else."""
    write(tree, **{".gitignore": "data/\nvenv/\n"})
    assert kept(tree, home) == [".gitignore", "outputs/m.pkl", "train.py"]


def test_empty_amlignore_switches_gitignore_off(tree, home):
    """An empty .amlignore means that everything travels, but .git."""
    write(tree, **{".amlignore": "", ".gitignore": "*\n"})
    assert scan(tree, home).ignored == (Ignored(".git", True, "always .git"),)


def test_default_list(tree, home):
    """Without any ignore file the short default list applies, and is named as the reason."""
    snapshot = scan(tree, home)
    assert [entry.path for entry in snapshot.entries] == ["data/a.csv", "data/b.csv", "train.py"]
    assert snapshot.ignored == (
        Ignored(".git", True, "always .git"),
        Ignored("outputs", True, "default list outputs/"),
        Ignored("venv", True, "default list venv/"),
    )


def test_an_empty_amlignore_is_off(tree, home):
    """Everything travels: no other rule has a say. A comment is a line."""
    write(tree, **{".amlignore": "", ".gitignore": "data/\n"})
    (tree / "data" / ".amlignore").write_text("*.csv\n")
    everything = kept(tree, home)
    assert {"data/a.csv", "data/b.csv", "outputs/m.pkl", "venv/x"} <= set(everything)
    assert explain(tree, "data/a.csv").is_kept
    write(tree, **{".amlignore": "# see data\n"})
    assert set(everything) - set(kept(tree, home)) == {"data/a.csv", "data/b.csv"}


def test_rules_are_named(tree, home):
    """Each ignored path names the file, the line and the pattern that drops it."""
    write(tree, **{".amlignore": "# big\n\noutputs/\nvenv\n"})
    (tree / "data" / ".amlignore").write_text("*.csv\n!a.csv\n")
    assert scan(tree, home).ignored == (
        Ignored(".git", True, "always .git"),
        Ignored("data/b.csv", False, "data/.amlignore:1 *.csv"),
        Ignored("outputs", True, ".amlignore:3 outputs/"),
        Ignored("venv", True, ".amlignore:4 venv"),
    )


def test_linked_ignore_file(tree, home):
    """An .amlignore that is a link to another ignore file says what that one says."""
    write(tree, **{".gitignore": "data/\nvenv/\noutputs/\n"})
    (tree / ".amlignore").symlink_to(".gitignore")
    assert kept(tree, home) == [".amlignore", ".gitignore", "train.py"]


def test_unreadable_ignore_file(tmp_path):
    """An ignore file that cannot be read stops the snapshot: what it hides must not be sent."""

    def attempt(root, home):
        (root / ".amlignore").write_text("secret\n")
        (root / ".amlignore").chmod(0)
        with pytest.raises(SnapshotError, match=r"cannot read '\.amlignore'.*\n.*\n\nhint: make"):
            scan(root, home)

    run_unprivileged(attempt)


@pytest.mark.skipif(not VECTORS.is_dir(), reason="needs the shared vectors beside the checkout")
@pytest.mark.parametrize("name", sorted(path.stem for path in VECTORS.glob("*.json")))
def test_vector(name, root, home):
    """What git keeps of each of the shared trees is what the snapshot keeps."""
    vector = json.loads((VECTORS / f"{name}.json").read_text())
    tree = vector["tree"]
    for path, text in {**tree["files"], **tree["ignore_files"]}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    for path in tree["directories"]:
        (root / path).mkdir(parents=True, exist_ok=True)
    for path, target in tree["symlinks"].items():
        (root / path).symlink_to(target)
    found = [entry.path for entry in scan(root, home).entries if entry.mode != DIRECTORY]
    assert set(found) == set(vector["git_keeps"])
