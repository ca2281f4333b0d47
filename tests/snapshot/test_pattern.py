"""The ignore rules against git's own."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jupyter_runcfg.runtime.manifest import DIRECTORY
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.snapshot import scan
from jupyter_runcfg.snapshot.pattern import parse

from .oracle import NAMES, build, git_keeps, ignore_files, paths

pytestmark = pytest.mark.engine("git")


@pytest.fixture(scope="module")
def repository():
    root = Path(tempfile.mkdtemp(prefix="runcfg-git-"))
    git_keeps(root, ".amlignore")
    yield root
    shutil.rmtree(root)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(paths, min_size=1, max_size=8),
    rules=ignore_files,
    nested=st.dictionaries(paths, ignore_files, max_size=2),
)
@example(files=["a/a", "a/b/a"], rules=b"a/**\n!a/b/", nested={})
@example(files=["ab", "a/b", "a/a/b"], rules=b"a**/b", nested={})
@example(files=["a", "b"], rules=b"[b-a]\n[[:digit:]\n[a", nested={})
def test_the_same_files_as_git(repository, files, rules, nested):
    """For any tree and any ignore files, exactly the files are kept that git would add.

    But an empty one in the root is ours to say: it switches the others off.
    """
    nested = nested if rules else {}
    for member in repository.iterdir():
        if member.name != ".git":
            shutil.rmtree(member) if member.is_dir() else member.unlink()
    build(repository, files, {"": rules, **nested}, ".amlignore")
    entries = scan(repository, Home("/no/home")).entries
    kept = {entry.path for entry in entries if entry.mode != DIRECTORY}
    assert kept == git_keeps(repository, ".amlignore")


@settings(max_examples=300)
@given(data=st.binary(max_size=60))
def test_any_bytes_are_patterns(data):
    """No content of an ignore file is an error: what git cannot read as a pattern matches nothing."""
    for pattern in parse(data):
        for name in NAMES:
            pattern.matches(name.encode(), False)
