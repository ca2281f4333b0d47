"""Where a path really is."""

import os

import pytest

from jupyter_runcfg.runtime.filesystem import real_path


@pytest.mark.parametrize(
    "name", ["a", "a/../a", "link", "link/below", "above/link", "missing", "a/missing", "dangling"]
)
def test_a_real_path_is_the_one_that_python_finds(name, tmp_path):
    """Through links to directories and from there up again, and where nothing is."""
    (tmp_path / "a/below").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "above").symlink_to(tmp_path)
    path = str(tmp_path / name)
    assert real_path(path) == os.path.realpath(path)


def test_a_name_that_is_no_utf_8_stays(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff")
    os.mkdir(path)
    assert real_path(path) == path


def test_without_proc_it_is_found_step_by_step(tmp_path, monkeypatch):
    """As on macOS, and in a container without /proc."""
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.delattr(os, "O_PATH")
    assert real_path(str(tmp_path / "link")) == str(tmp_path)
