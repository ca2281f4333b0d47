"""Files that a script keeps with its run."""

import io
import os
from pathlib import Path

import pytest

from jupyter_runcfg.errors import UserErrorException
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.tracking import artifacts, interactive
from jupyter_runcfg.runtime.v1.context import Run

from ..job import events_of, record
from ..job import run as run_job


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run that this process records, in an empty working directory."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    made = Run.of(interactive.start(Home(str(tmp_path / "home")), "exp")[0])
    yield made
    made.complete()


def test_names_and_places(run):
    """outputs/ and logs/ are the record's, other names are artifacts; each is told with size and digest."""
    Path("f").write_text("x")
    run.upload_files(["outputs/a", "logs/b.txt", "c/d"], ["f", io.BytesIO(b"bb"), io.StringIO("ż")])
    assert run.get_file_names() == ["outputs/a", "logs/b.txt", "c/d"]
    assert [(e["path"], e["size"]) for e in events_of(run.paths, "artifact")] == [
        ("outputs/a", 1),
        ("logs/b.txt", 2),
        ("c/d", 2),
    ]
    assert Path(run.paths.artifacts, "c", "d").read_text() == "ż"
    assert os.listdir(run.paths.artifacts) == ["c"]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/x", "a/../../x", "outputs/../../x", "a\0b", "x/"])
def test_names_that_leave(run, name):
    """No name leaves the run's files, and nothing is written for one that would."""
    Path("f").write_text("x")
    with pytest.raises(UserErrorException, match="is no name for a file of a run"):
        run.upload_file(name, "f")
    with pytest.raises(UserErrorException):
        run.download_file(name, "out")
    assert run.get_file_names() == []


def test_a_file_in_the_way_of_a_directory(run):
    """`a/b` beside a file `a`, and the other way round: both are refused, and what was there stays."""
    Path("f").write_text("x")
    run.upload_file("outputs/a", "f")
    run.upload_file("d/e", "f")
    for name, words in (
        ("outputs/a/b", "'outputs/a/b' cannot be kept: 'outputs/a' is a file of this run"),
        ("d", "'d' cannot be kept: it is a directory of this run"),
    ):
        with pytest.raises(UserErrorException, match=words):
            run.upload_file(name, "f")
    assert run.get_file_names() == ["outputs/a", "d/e"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run: run.upload_file(None, None), "'None' is no name for a file of a run"),
        (lambda run: run.upload_file("a", None), "given by its path or as a stream, not as None"),
        (lambda run: run.upload_folder("a", 3), "upload_folder takes a path, not 3"),
    ],
)
def test_files_of_the_wrong_kind(call, message, run):
    """Each is refused with what was given."""
    with pytest.raises(UserErrorException, match=message):
        call(run)
    assert run.get_file_names() == []


def test_files_of_ours(tmp_path):
    """The times of a log's lines are no file of the script."""
    paths = record(tmp_path, "print('x')")
    run_job(paths)
    ended = Run.of(paths)
    assert os.path.exists(paths.std_log_index)
    assert ended.get_file_names() == ["logs/runtime.log", "logs/std_log.txt"]
    ended.download_files(output_directory=tmp_path / "out")
    assert sorted(os.listdir(tmp_path / "out" / "logs")) == ["runtime.log", "std_log.txt"]


def test_what_cannot_be_uploaded(run):
    """No file, a directory for a file, a file for a directory, lists of two lengths."""
    os.mkdir("d")
    for path, words in (("none", "is no file"), ("d", "upload_folder takes directories")):
        with pytest.raises(UserErrorException, match=words):
            run.upload_file("x", path)
    with pytest.raises(UserErrorException, match="is no directory"):
        run.upload_folder("x", "none")
    with pytest.raises(TypeError, match="1 names for 2 paths"):
        run.upload_files(["a"], ["b", "c"])
    assert run.get_file_names() == []


def test_a_broken_stream_leaves_nothing(run):
    """What was there stays, what was begun is taken away."""
    run.upload_file("a", io.BytesIO(b"before"))

    class Broken:
        def read(self, _size):
            raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        run.upload_file("a", Broken())
    assert Path(run.paths.artifacts, "a").read_bytes() == b"before"
    assert os.listdir(run.paths.artifacts) == ["a"]


def test_folders_and_downloads(run, tmp_path):
    """A folder keeps its paths; downloads take all, a prefix, paths of one's own, or the name alone."""
    for name in ("a", "sub/b"):
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    run.upload_folder("outputs/m", tmp_path / "folder")
    assert run.get_file_names() == ["outputs/m/a", "outputs/m/sub/b"]
    assert run.download_file("outputs/m/sub/b") == os.path.abspath("b")
    assert run.download_file("outputs/m/a", tmp_path) == str(tmp_path / "a")
    run.download_files("outputs/m", "whole")
    run.download_files("outputs/m/", "cut", append_prefix=False)
    run.download_files("outputs/m/a", output_paths=["own"])
    assert Path("whole/outputs/m/sub/b").read_text() == "sub/b"
    assert (Path("cut/a").read_text(), Path("own").read_text()) == ("a", "a")
    with pytest.raises(TypeError, match="2 names for 1 paths"):
        run.download_files("outputs/m", output_paths=["own"])
    with pytest.raises(UserErrorException, match="did you mean 'outputs/m/a'"):
        run.download_file("outputs/m/aa")


def test_logs(tmp_path):
    """All logs of a job, as files and as text."""
    paths = record(tmp_path, "open('logs/own.txt', 'w').write('own'); print('printed')")
    run_job(paths)
    run = Run.of(paths)
    copied = run.get_all_logs(tmp_path / "logs")
    assert {os.path.basename(path) for path in copied} >= {"own.txt", "std_log.txt"}
    assert run.get_details_with_logs()["logFiles"]["logs/std_log.txt"] == "printed\n"
    assert run.get_details()["logFiles"]["logs/own.txt"] == os.path.join(paths.logs, "own.txt")


def test_names_that_are_taken(tmp_path):
    """A file of our own never takes another's place."""
    kept = [artifacts.keep_new(str(tmp_path), "a.json", b"%d" % n) for n in range(3)]
    assert kept == ["a.json", "a_2.json", "a_3.json"]
    assert [(tmp_path / name).read_bytes() for name in kept] == [b"0", b"1", b"2"]
