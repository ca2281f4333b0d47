"""Engines that are asked for: skipped with the command that helps, a failure where required."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .engine import ENGINES, Engine, Engines

ROOT = Path(__file__).parents[2]


def test_reason_names_the_command(monkeypatch):
    """What is missing comes with the command that installs it; what is there has no reason."""
    monkeypatch.setitem(ENGINES, "warp", Engine(lambda: "no coil", "apt-get install coil"))
    monkeypatch.setitem(ENGINES, "sail", Engine(lambda: "", "apt-get install sail"))
    engines = Engines("warp, sail")
    assert engines.unknown == ""
    assert engines.reason_missing("warp") == "engine warp: no coil; apt-get install coil"
    assert engines.reason_missing("sail") == ""
    assert engines.is_required("warp")
    assert not engines.is_required("git")


@pytest.mark.parametrize(
    ("required", "words"), [("", "1 skipped"), ("git", "1 error"), ("gti", "no engine named gti")]
)
def test_missing_engine(required, words, tmp_path):
    """Without git its tests are skipped, fail where it is required, and a misspelt name is an error."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/snapshot/test_git.py::test_facts"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path), "RUNCFG_REQUIRE_ENGINES": required},
        capture_output=True,
        text=True,
    )
    assert words in done.stdout + done.stderr
