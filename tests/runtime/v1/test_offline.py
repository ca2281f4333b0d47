"""The run of a script that is not part of a job."""

import inspect
import io
import os

import pytest

from jupyter_runcfg.errors import RuncfgError, UserErrorException
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.v1 import context, offline, place


@pytest.fixture
def run(monkeypatch, tmp_path):
    """An offline run in an empty directory; what it prints begins anew."""
    monkeypatch.delenv("RUNCFG_RUN_DIR", raising=False)
    monkeypatch.setattr(offline, "_told", [])
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return offline.OfflineRun()


def test_it_prints_and_keeps(run, capsys):
    """Every word is printed and can be read back; nothing is written to the disk."""
    run.log("loss", 0.5, step=3)
    run.log_list("l", [1, 2])
    run.log_row("r", x=1)
    run.log_table("t", {"x": [1, 2]})
    run.set_tags({"a": 1, "b": None})
    run.remove_tags(["b"])
    run.add_properties({"p": 1})
    run.display_name, run.description = "mine", "words"
    assert run.get_metrics() == {"loss": 0.5, "l": [1, 2], "r": {"x": 1}, "t": {"x": [1, 2]}}
    assert run.get_metrics("loss") == {"loss": 0.5}
    assert (run.tags, run.properties) == ({"a": "1"}, {"p": "1"})
    assert (run.name, run.display_name, run.description) == ("mine", "mine", "words")
    assert (run.get_status(), run.type, run.parent, run.number) == ("Running", "offline", None, 0)
    run.complete()
    assert run.get_detailed_status() == {"status": "Completed", "details": ""}
    assert capsys.readouterr().out.splitlines()[:4] == [
        "[run] not part of a job: printed, not recorded",
        "[run] loss = 0.5 (step 3)",
        "[run] l = [1, 2]",
        "[run] r: {'x': 1}",
    ]
    assert os.listdir(".") == []


def test_values_are_checked_as_in_a_job(run):
    """What a job refuses is refused here, so that the script is tried for what it is."""
    with pytest.raises(UserErrorException, match="log_list"):
        run.log("m", [1])
    run.add_properties({"p": 1})
    with pytest.raises(UserErrorException, match="stays so"):
        run.add_properties({"p": 2})


def test_files(run, tmp_path):
    """Uploaded files are found under their names, those of ./outputs too; a download copies them."""
    os.mkdir("outputs")
    for name in ("outputs/model", "a"):
        with open(name, "w") as stream:
            stream.write(name)
    run.upload_file("kept/a", "a")
    run.upload_file("stream", io.BytesIO(b"bytes"))
    run.log_confusion_matrix("cm", {"class_labels": ["0"], "matrix": [[1]]})
    names = run.get_file_names()
    assert names[:3] == ["outputs/model", "kept/a", "stream"]
    assert run.get_metrics("cm") == {"cm": names[3]}
    run.download_files(output_directory=str(tmp_path / "out"))
    assert (tmp_path / "out" / "stream").read_bytes() == b"bytes"
    assert (tmp_path / "out" / "kept" / "a").read_text() == "a"
    assert (tmp_path / "out" / "outputs" / "model").read_text() == "outputs/model"
    with pytest.raises(UserErrorException, match="no file 'nowhere'"):
        run.upload_file("x", "nowhere")


def test_children(run):
    """Children are offline runs below it, newest first; `with` ends them."""
    with run.child_run("first") as first:
        first.log("m", 1)
    with pytest.raises(ZeroDivisionError), run.child_run() as second:
        _ = 1 / 0
    tagged = run.create_children(tag_key="k", tag_values=[1, 2])
    grandchild = tagged[0].child_run()
    assert (first.id, first.get_status()) == (f"{run.id}.first", "Completed")
    assert (second.get_status(), second.parent) == ("Failed", run)
    assert list(run.get_children()) == [*reversed(tagged), second, first]
    assert list(run.get_children(recursive=True, tags={"k": "1"})) == [tagged[0]]
    assert grandchild in list(run.get_children(recursive=True))
    assert run.get_metrics(recursive=True) == {first.id: {"m": 1}}


def test_a_model_is_registered_for_good(run, tmp_path, monkeypatch):
    """A model that an offline run registers is in the person's own registry."""
    monkeypatch.setattr(place, "_outside", [lambda: Home(str(tmp_path / "home"))])
    with open("model.bin", "w") as stream:
        stream.write("m")
    model = run.register_model("m", "model.bin")
    assert (model.id, model.run_id) == ("m:1", run.id)
    with open(model.get_model_path("m")) as stream:
        assert stream.read() == "m"


@pytest.mark.parametrize(
    "name", sorted(n for n, _ in inspect.getmembers(context.Run) if not n.startswith("_") and n != "of")
)
def test_nothing_is_missing(run, name, tmp_path, monkeypatch):
    """No name of a run is an AttributeError: what cannot be had outside of a job says so."""
    monkeypatch.setattr(place, "_outside", [lambda: Home(str(tmp_path / "home"))])
    value = getattr(run, name)
    if callable(value) and name not in ("get", "list", "get_context") and not _needed(value):
        if name in ("get_environment", "restore_snapshot", "get_snapshot_id"):
            with pytest.raises(RuncfgError, match="not part of a run"):
                value()
        elif name == "wait_for_completion":
            with pytest.raises(RuncfgError, match="would wait for ever"):
                value()
        elif name == "create_children":
            with pytest.raises(UserErrorException, match="takes count, or"):
                value()
        else:
            value()


def _needed(function):
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
