"""Why a path travels or not: the sentence, and the line it names held against git's."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_runcfg import snapshot
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.snapshot.explain import Explanation, explain

from .oracle import build, ignore_files, paths


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.py", "a.py: kept: no rule matches"),
        ("x.csv", "x.csv: dropped: .amlignore:1 *.csv"),
        ("keep.csv", "keep.csv: kept: .amlignore:2 !keep.csv, over .amlignore:1 *.csv"),
        ("data", "data: dropped: .amlignore:3 data/"),
        (
            "data/raw/x",
            "data/raw/x: dropped: data/ by .amlignore:3 data/, which leaves out the whole directory",
        ),
        (
            "data/x",
            "data/x: dropped: data/ by .amlignore:3 data/, which leaves out the whole directory, so that "
            ".amlignore:4 !data/x cannot bring it back (`/data/*` in the place of `data/` would let it)",
        ),
        ("sub/n.py", "sub/n.py: dropped: sub/.amlignore:1 n.py"),
        ("sub/o.csv", "sub/o.csv: kept: sub/.amlignore:2 !o.csv, over .amlignore:1 *.csv"),
        ("sub", "sub: kept: no rule matches"),
        (".git", ".git: dropped: .git never travels"),
        (".git/config", ".git/config: dropped: .git never travels"),
        ("sub/.git/x", "sub/.git/x: dropped: .git never travels"),
        ("home/runs", "home/runs: dropped: the home of the records never travels"),
        ("out", "out: dropped: no rule matches, but it is a link out of the directory, to '/etc'"),
        ("out/passwd", "out/passwd: dropped: out is a link, and what is behind one is not looked at"),
        ("lost", "lost: kept: no rule matches (it is a broken link, to 'nowhere')"),
        ("pipe", "pipe: dropped: no rule matches, but it is no file, link or directory"),
        ("not/there", "not/there: kept: no rule matches (nothing is there)"),
        ("new/data/", "new/data: dropped: .amlignore:3 data/"),
        ("new/data", "new/data: kept: no rule matches (nothing is there)"),
        (".", ".: kept: it is the source directory"),
        ("odd\udcff", "odd\\xff: kept: no rule matches (nothing is there)"),
    ],
)
def test_sentences(root, monkeypatch, path, expected):
    """Each answer names the line that decides, the directory above it, and what a negation overrules."""
    write(
        root,
        {
            ".amlignore": "*.csv\n!keep.csv\ndata/\n!data/x\n",
            ".gitignore": "a.py\n",
            "a.py": "", "x.csv": "", "keep.csv": "", "data/raw/x": "", "data/x": "", "home/runs/x": "",
            "sub/.amlignore": "n.py\n!o.csv\n", "sub/n.py": "", "sub/o.csv": "", ".git/config": "",
        },
    )  # fmt: skip
    (root / "out").symlink_to("/etc")
    (root / "lost").symlink_to("nowhere")
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)
    assert str(explain(root, path, str(root / "home"))) == expected


def test_the_default_list_is_a_rule(root):
    """Where there is no ignore file the list that applies is named."""
    (root / "outputs").mkdir()
    assert explain(root, str(root / "outputs")) == Explanation(
        "outputs", False, "default list outputs/", "default list outputs/"
    )


def test_paths_are_found_from_where_one_is(root, monkeypatch):
    """From the working directory first, then from the source directory; absolute ones and `~` work."""
    write(root, {"sub/a": "", "b": ""})
    monkeypatch.chdir(root / "sub")
    assert [explain(root, p).path for p in ("a", "b", "../b", f"{root}/b", "./sub/a", "c")] == [
        "sub/a", "b", "b", "b", "sub/a", "c"
    ]  # fmt: skip
    monkeypatch.chdir("/")
    monkeypatch.setenv("HOME", str(root))
    assert explain("~", "~/sub/a").path == "sub/a"
    with pytest.raises(ConfigError, match=r"'\.\./x' is outside of the source directory"):
        explain(root, "../x")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    place = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", place], check=True)
    return place / ".git"


@pytest.mark.engine("git")
@settings(max_examples=300)
@given(files=st.lists(paths, max_size=4), text=ignore_files, nested=ignore_files, path=paths)
def test_it_says_what_git_says(repository, files, text, nested, path):
    """The very line that `git check-ignore --verbose` names, for what is there and what is not."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        (root / ".git").write_text(f"gitdir: {repository}\n")
        build(root, [*files, path], {"": text, "a": nested}, ".gitignore")
        command = ["git", "-c", "core.excludesFile=", "check-ignore", "-vz", "--no-index", "--stdin"]
        done = subprocess.run(command, cwd=root, input=os.fsencode(path) + b"\0", capture_output=True)
        source, line, pattern = [*map(os.fsdecode, done.stdout.split(b"\0")), "", ""][:3]
        said = explain(root, str(root / path))
        if pattern.startswith("!") or not pattern:
            assert not said.rule or "!" in said.rule
        else:
            assert said.rule.startswith(f"{source}:{line} ")
            assert not said.is_kept


@settings(max_examples=200)
@given(st.lists(paths, max_size=6), ignore_files, ignore_files)
def test_it_agrees_with_the_snapshot(files, text, nested):
    """What is said to be kept is in the snapshot, and nothing else is."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "root"
        root.mkdir()
        build(root, files, {"": text, "a": nested}, ".amlignore")
        kept = {e.path for e in snapshot.scan(root).entries}
        for name in {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}:
            assert explain(root, str(root / name)).is_kept == (name in kept), name
