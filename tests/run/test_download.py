"""A run's files copied out of its record, and nothing of anybody else's."""

import os
import stat

import pytest

from jupyter_runcfg import RunConfiguration, snapshot, submit
from jupyter_runcfg.errors import RuncfgError
from jupyter_runcfg.run.download import download
from jupyter_runcfg.runtime import process

from ..runtime.job import until

SCRIPT = """
import os
print("log")
os.makedirs("outputs/deep", exist_ok=True)
open("outputs/model", "w").write("m")
open("outputs/deep/a.png", "w").write("a")
open("outputs/deep/b.txt", "w").write("b")
os.chmod("outputs/model", 0o755)
os.symlink("model", "outputs/latest")
os.symlink("../../../..", "outputs/up")
os.symlink("/etc/passwd", "outputs/leak")
os.symlink("deep", "outputs/same")
os.mkfifo("outputs/pipe")
"""
ALL = [
    "outputs/deep/a.png", "outputs/deep/b.txt", "outputs/latest", "outputs/model", "outputs/same",
    "logs/runtime.log", "logs/std_log.txt",
]  # fmt: skip
LEFT_OUT = [
    ("outputs/leak", "link out of the directory, to '/etc/passwd'"),
    ("outputs/pipe", "no file or link"),
    ("outputs/up", "link out of the directory, to '../../../..'"),
]


@pytest.fixture
def run(project):
    project.write("train.py", SCRIPT)
    run = submit(RunConfiguration(script="train.py"))
    run.wait(30)
    return run


def listing(root):
    return sorted(
        os.path.relpath(os.path.join(d, n), root) for d, ds, fs in os.walk(root) for n in [*ds, *fs]
    )


def test_outputs_and_logs(run, project):
    """Bytes, modes and links that stay inside; what leads out is named; the next snapshot has none of it."""
    before = snapshot.scan(project.directory)
    done = download(run)
    place = project.directory / run.run_id
    assert (done.directory, done.written, done.same, done.left_out) == (str(place), ALL, [], LEFT_OUT)
    assert done.size_bytes == 7
    assert (place / "outputs" / "model").read_text() == "m"
    assert stat.S_IMODE((place / "outputs" / "model").stat().st_mode) & 0o100
    assert os.readlink(place / "outputs" / "latest") == "model"
    assert (place / ".gitignore").read_text() == "*\n"
    assert not os.path.lexists(place / "outputs" / "leak")
    files = [entry for entry in snapshot.scan(project.directory).entries if entry.mode != "040000"]
    assert files == list(before.entries)


def test_again_copies_nothing(run, tmp_path):
    """Files that are there with the same bytes are left alone; one that is gone comes back."""
    download(run, tmp_path / "d")
    os.unlink(tmp_path / "d" / "outputs" / "model")
    done = download(run, tmp_path / "d")
    assert (done.written, sorted(done.same)) == (["outputs/model"], sorted({*ALL} - {"outputs/model"}))


def test_a_file_that_differs_is_kept(run, tmp_path):
    """Nothing at all is written until `force` is said; then only that file is replaced."""
    place = tmp_path / "d"
    (place / "outputs").mkdir(parents=True)
    (place / "outputs" / "model").write_text("mine")
    (place / "outputs" / "latest").symlink_to("elsewhere")
    with pytest.raises(RuncfgError) as caught:
        download(run, place)
    assert (caught.value.message, caught.value.where) == (
        f"other files are in the way in '{place}'",
        "outputs/latest, outputs/model",
    )
    assert listing(place) == ["outputs", "outputs/latest", "outputs/model"]
    assert download(run, place, force=True).written == ALL
    assert ((place / "outputs" / "model").read_text(), os.readlink(place / "outputs" / "latest")) == (
        "m",
        "model",
    )


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["outputs/model"], ["outputs/model"]),
        (["outputs/deep"], ["outputs/deep/a.png", "outputs/deep/b.txt"]),
        (["./outputs/deep/", "logs/std_log.txt"], [*ALL[:2], "logs/std_log.txt"]),
        (["outputs/*.png"], ["outputs/deep/a.png"]),
        (["."], ALL),
        (["snapshot"], ["snapshot/train.py"]),
        (["snapshot/train.py", "outputs/model"], ["snapshot/train.py", "outputs/model"]),
    ],
)
def test_paths_select(run, tmp_path, paths, expected):
    """Files, directories and patterns; `snapshot/…` is what ran."""
    assert download(run, tmp_path / "d", paths).written == expected


def test_with_what_ran(run, project, tmp_path):
    """`with_snapshot` adds all of it, verified on the way."""
    assert download(run, tmp_path / "d", with_snapshot=True).written == [*ALL, "snapshot/train.py"]
    assert (tmp_path / "d" / "snapshot" / "train.py").read_text() == SCRIPT


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "outputs/../../x", ".."])
def test_paths_that_leave_the_run(run, tmp_path, path):
    """Refused before anything is done."""
    with pytest.raises(RuncfgError, match="leaves the run"):
        download(run, tmp_path / "d", [path])
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("path", "hint"),
    [("model", "did you mean 'outputs/model'?"), ("outputs/modle", "did you mean 'outputs/model'?")],
)
def test_a_path_that_is_not_there(run, tmp_path, path, hint):
    """The error has the nearest name, and what there is."""
    with pytest.raises(RuncfgError) as caught:
        download(run, tmp_path / "d", [path])
    assert (caught.value.message, caught.value.hint) == (f"run project/1 has no file '{path}'", hint)
    assert caught.value.where == f"it has {', '.join(ALL[:5])}, …"
    assert not (tmp_path / "d").exists()


def test_a_target_that_cannot_be(run, tmp_path):
    """A file in the place of a directory is told, and stays."""
    (tmp_path / "d").write_text("")
    with pytest.raises(RuncfgError, match="cannot copy the files of project/1"):
        download(run, tmp_path / "d")


@pytest.mark.parametrize("target", ["/etc", "../../.."])
def test_outputs_that_are_a_link(project, tmp_path, target):
    """A running script that makes its ./outputs a link gives nobody the files behind it."""
    code = f"""
    import os, shutil, time
    shutil.rmtree("outputs", ignore_errors=True); os.symlink({target!r}, "outputs")
    print("up", flush=True); time.sleep(1000)
    """
    project.write("train.py", code)
    run = submit(RunConfiguration(script="train.py"))
    try:
        until(lambda: "up" in run.logs())
        done = download(run, tmp_path / "d")
        assert done.left_out == [("outputs", "link out of the run")]
        assert {name.split("/")[0] for name in done.written} == {"logs"}
    finally:
        process.end_all(run.id, 0)


def test_a_run_without_outputs(project, tmp_path):
    """Its logs are there, however empty."""
    project.write("train.py", "")
    run = submit(RunConfiguration(script="train.py"))
    run.wait(30)
    assert download(run, tmp_path / "d", ["logs"]).written == ["logs/runtime.log", "logs/std_log.txt"]
    with pytest.raises(RuncfgError, match="has no file 'outputs'"):
        download(run, tmp_path / "d", ["outputs"])


def test_files_of_bare_names(run, tmp_path):
    """What was uploaded under other names than outputs/ and logs/ comes too, under those."""
    (tmp_path / "f").write_text("x")
    run.upload_file("reports/a.html", tmp_path / "f")
    done = download(run, tmp_path / "d", ["reports"])
    assert (done.written, (tmp_path / "d" / "reports" / "a.html").read_text()) == (["reports/a.html"], "x")
    assert download(run, tmp_path / "all").written == [*ALL, "reports/a.html"]
