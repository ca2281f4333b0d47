"""A small project to submit from, and what a finished run looks like."""

import textwrap
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty directory, made the working directory; `project.write(name, text)` puts a file there."""
    directory = tmp_path / "project"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return Project(directory)


class Project:
    """A directory of scripts."""

    def __init__(self, directory: Path):
        self.directory = directory

    def write(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path
