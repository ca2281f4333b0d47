"""Runs as one file: there and back, and what must not come in."""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile

import pytest

from jupyter_runcfg import RunConfiguration, list_runs, submit
from jupyter_runcfg.errors import RuncfgError
from jupyter_runcfg.run import Run, bundle
from jupyter_runcfg.runtime.paths import Home


@pytest.fixture
def run(project):
    """A run with a log, a metric, an output and a link among its outputs."""
    project.write(
        "train.py",
        """
        import os
        from azureml.core import Run
        Run.get_context().log("loss", 0.5)
        os.makedirs("outputs", exist_ok=True)
        open("outputs/model.bin", "wb").write(bytes(range(256)) * 100)
        print(open("data/in.txt").read())
        """,
    )
    project.write("data/in.txt", "input")
    run = submit(RunConfiguration("train.py"), experiment="exp", tags={"k": "v"})
    assert run.wait(60).status == "Completed"
    return run


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """elsewhere() makes a new home the current one, and gives it."""

    def change(name="other"):
        monkeypatch.setenv("RUNCFG_HOME", str(tmp_path / name))
        home = Home(str(tmp_path / name))
        home.create()
        return home

    return change


def files(home):
    """Every file of a home that matters, with its bytes; not locks, indexes and stat caches."""
    found = {}
    for place in (home.runs, home.objects, home.snapshots, home.experiments):
        for folder, _, names in os.walk(place):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as stream:
                    found[os.path.relpath(path, home.root)] = stream.read()
    return found


def test_there_and_back(run, project, tmp_path, elsewhere):
    """Elsewhere it says the same, gives its files back, and runs again."""
    before = run.summary()
    done = bundle.export([run], str(tmp_path / "x.tar.gz"))
    assert (done.runs, done.without, done.size_bytes) == (1, (), os.path.getsize(tmp_path / "x.tar.gz"))
    shutil.rmtree(project.directory)
    home = elsewhere()
    assert bundle.import_file(str(tmp_path / "x.tar.gz"), home) == bundle.Imported((run.run_id,), ())
    there = Run(None, run.run_id)
    assert there.summary() == before
    assert there.logs() == "input\n"
    assert there.get_metrics() == {"loss": 0.5}
    with open(os.path.join(there.paths.outputs, "model.bin"), "rb") as stream:
        assert stream.read() == bytes(range(256)) * 100
    assert list_runs() == [there]
    again = there.rerun()
    assert (again.wait(60).status, again.logs()) == ("Completed", "input\n")


def test_numbers_of_imported_runs(run, tmp_path, elsewhere, project):
    """A number that is taken here becomes the next one; the record says which it was; the id stays."""
    file = str(tmp_path / "x.tar.gz")
    bundle.export([run], file)
    home = elsewhere()
    project.write("a.py", "print(1)")
    own = submit(RunConfiguration("a.py"), experiment="exp")
    own.wait(60)
    assert own.label == "exp/1"
    bundle.import_file(file, home)
    there = Run(None, run.run_id)
    assert (there.label, there.request["imported"]["number"]) == ("exp/2", 1)
    assert bundle.import_file(file, home) == bundle.Imported((), (run.run_id,))
    assert {r.label for r in list_runs()} == {"exp/1", "exp/2"}


def test_several_runs_share_their_files(run, tmp_path, elsewhere):
    """Objects of both are in it once; both come in; one that is here already stays as it is."""
    again = run.rerun()
    again.wait(60)
    file = tmp_path / "x.tar.gz"
    bundle.export([run, again], str(file))
    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert len(names) == len(set(names))
    home = elsewhere()
    bundle.export([], str(tmp_path / "none.tar.gz"))
    assert set(bundle.import_file(str(file), home).runs) == {run.run_id, again.run_id}
    assert Run(None, again.run_id).number == 2


def test_children_go_with_their_parent(project, tmp_path, elsewhere):
    """Also one with an id of its own, and those below children; the parent has them where they come in."""
    project.write(
        "train.py",
        """
        from azureml.core import Run
        run = Run.get_context()
        for n in range(2):
            with run.child_run(run_id=f"own-{n}" if n else None) as child:
                child.log("n", n)
                with child.child_run():
                    pass
        """,
    )
    parent = submit(RunConfiguration("train.py"), experiment="exp")
    assert parent.wait(60).status == "Completed"
    below = [run.run_id for run in parent.get_children(recursive=True)]
    done = bundle.export([parent], str(tmp_path / "x.tar.gz"))
    assert (len(below), done.runs, done.children) == (4, 5, 4)
    came = bundle.import_file(str(tmp_path / "x.tar.gz"), elsewhere())
    assert set(came.runs) == {parent.run_id, *below}
    there = Run(None, parent.run_id)
    assert [run.run_id for run in there.get_children(recursive=True)] == below
    assert [run.run_id for run in list_runs()] == [parent.run_id]
    assert Run(None, "own-1").get_metrics() == {"n": 1}


def test_imported_by_two_at_once(run, tmp_path, elsewhere, monkeypatch):
    """The second finds it there already, and takes no number."""
    file = str(tmp_path / "x.tar.gz")
    bundle.export([run], file)
    home = elsewhere()
    place = bundle._place

    def late(*args):
        monkeypatch.undo()
        monkeypatch.setenv("RUNCFG_HOME", home.root)
        assert bundle.import_file(file, home) == bundle.Imported((run.run_id,), ())
        return place(*args)

    monkeypatch.setattr(bundle, "_place", late)
    assert bundle.import_file(file, home) == bundle.Imported((), (run.run_id,))
    assert os.listdir(os.path.join(home.experiments, "exp")) == ["1"]
    assert Run(None, run.run_id).number == 1


def test_a_run_without_its_snapshot(run, tmp_path, elsewhere):
    """It can be looked at elsewhere; the export names it."""
    os.unlink(run.paths.home.manifest(run.request["snapshot"]))
    assert bundle.export([run], str(tmp_path / "x.tar.gz")).without == ("exp/1",)
    bundle.import_file(str(tmp_path / "x.tar.gz"), elsewhere())
    assert Run(None, run.run_id).logs() == "input\n"


def test_an_active_run_and_a_file_that_is_there(run, project, tmp_path):
    """Both are refused, and nothing is written."""
    file = tmp_path / "x.tar.gz"
    file.write_text("mine")
    with pytest.raises(RuncfgError, match="is there already"):
        bundle.export([run], str(file))
    assert file.read_text() == "mine"
    bundle.export([run], str(file), replace=True)
    project.write("long.py", "import time; time.sleep(600)")
    active = submit(RunConfiguration("long.py"), experiment="exp")
    with pytest.raises(RuncfgError, match="exp/2 has not ended"):
        bundle.export([run, active], str(tmp_path / "y.tar.gz"))
    active.cancel()
    active.wait(60)
    with pytest.raises(RuncfgError, match="cannot write the file"):
        bundle.export([run], str(tmp_path / "no" / "such" / "x.tar.gz"))
    assert sorted(path.name for path in tmp_path.iterdir() if "tar" in path.name) == ["x.tar.gz"]


@pytest.fixture
def packed(run, tmp_path):
    """The members of an export, in order, as [name, bytes]; and where it is."""
    file = tmp_path / "x.tar.gz"
    bundle.export([run], str(file))
    with tarfile.open(file) as tar:
        return file, [[info.name, tar.extractfile(info).read()] for info in tar]


def write(file, members, infos=()):
    with tarfile.open(file, "w:gz") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for info in infos:
            tar.addfile(info)


def listed(members):
    """The members with a new list of contents at their end."""
    rest = [member for member in members if member[0] != "contents.json"]
    contents = [[name, len(data), hashlib.sha256(data).hexdigest()] for name, data in rest]
    return [*rest, ["contents.json", json.dumps({"version": 1, "contents": contents}).encode()]]


def refused(file, home):
    """Import the file; the error, after it was seen that nothing has changed."""
    before = files(home)
    with pytest.raises(RuncfgError) as caught:
        bundle.import_file(str(file), home)
    assert files(home) == before
    assert [name for name in os.listdir(home.root) if name.startswith(".")] == []
    assert caught.value.hint
    return str(caught.value)


def test_a_file_cut_off_anywhere_changes_nothing(packed, elsewhere, tmp_path):
    """At forty places, and with single bytes changed at forty others."""
    file, _ = packed
    data = file.read_bytes()
    home, broken = elsewhere(), tmp_path / "broken"
    for step in range(40):
        broken.write_bytes(data[: step * len(data) // 40])
        assert "is no export, or is damaged" in refused(broken, home)
        place = 10 + step * (len(data) - 20) // 40
        broken.write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        assert "is no export, or is damaged" in refused(broken, home)


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/outside",
        "runs/../../outside",
        "runs/exp_1_00000000/../../../outside",
        "runs/exp_1_00000000/./x",
        "runs/exp_1_00000000//x",
        "runs/.hidden/request.json",
        "runs/not a run id/request.json",
        "objects/abc",
        "objects/" + "0" * 64 + "/x",
        "index/m.db",
        "targets.yaml",
    ],
)
def test_strange_names_change_nothing(name, packed, elsewhere, tmp_path):
    """No path leads out of its root, and only parts of runs come in."""
    file, members = packed
    write(file, listed([*members, [name, b"x"]]))
    assert "no part of a run" in refused(file, elsewhere())
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_only_plain_files_come_in(kind, run, packed, elsewhere):
    """No link, device or directory, whatever it is called."""
    file, members = packed
    info = tarfile.TarInfo(f"runs/{run.run_id}/outputs/link")
    info.type, info.linkname = kind, "/etc/passwd"
    write(file, listed(members), [info])
    assert "no part of a run" in refused(file, elsewhere())


def test_members_that_are_not_as_listed(run, packed, elsewhere):
    """Other bytes, one too many, one missing, one twice, another's object, a manifest without its files."""
    file, members = packed
    home = elsewhere()
    by_name = dict(members)
    log = f"runs/{run.run_id}/logs/std_log.txt"
    blob = next(name for name in by_name if name.startswith("objects/"))

    def replaced(name, data):
        return [[n, data if n == name else d] for n, d in members]

    cases = {
        "is not as it was written": [
            replaced(log, b"other\n"),
            [*members[:-1], [f"runs/{run.run_id}/logs/new.txt", b"x"], members[-1]],
            [member for member in members if member[0] != log],
        ],
        "no part of a run": [[members[0], *members]],
        "has the bytes of another": [listed(replaced(blob, b"other"))],
        "is not whole": [listed([member for member in members if member[0] != blob])],
        "its end, with the list of its contents, is missing": [members[:-1]],
        "no run in it": [
            listed([]),
            listed([member for member in members if member[0].startswith("objects/")]),
        ],
        "has no end": [
            listed(
                [
                    member
                    for member in members
                    if not member[0].endswith("/end.json") or "attempts" in member[0]
                ]
            )
        ],
        "is missing or is another's": [
            listed(replaced(f"runs/{run.run_id}/request.json", b"{}")),
            listed([member for member in members if not member[0].endswith("request.json")]),
        ],
        "another version": [replaced("contents.json", b'{"version": 99}')],
    }
    for message, files_of in cases.items():
        for broken in files_of:
            write(file, broken)
            assert message in refused(file, home)


def test_what_is_no_archive(elsewhere, tmp_path):
    """Another file, a directory, nothing, and an archive of something else."""
    home = elsewhere()
    other = tmp_path / "other.gz"
    assert "cannot read" in refused(tmp_path / "missing.tar.gz", home)
    assert "cannot read" in refused(tmp_path, home)
    for data in (b"", b"text", gzip.compress(b""), gzip.compress(b"text" * 1000)):
        other.write_bytes(data)
        assert "is no export, or is damaged" in refused(other, home)
