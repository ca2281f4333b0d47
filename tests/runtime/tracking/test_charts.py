"""Metrics that are files."""

import json
from pathlib import Path

import pytest

from jupyter_runcfg.errors import UserErrorException
from jupyter_runcfg.runtime.tracking import charts
from jupyter_runcfg.runtime.v1.context import Run

from ..job import events_of, record

MATRIX = {"class_labels": ["0", "1"], "matrix": [[3, 0], [0, 2]]}


class Figure:
    """As matplotlib's: writes itself."""

    def savefig(self, out, format):
        out.write(f"picture as {format}".encode())


@pytest.fixture
def run(tmp_path):
    return Run.of(record(tmp_path))


@pytest.mark.parametrize(("kind", "version"), [(kind, row[0]) for kind, row in charts.SCHEMAS.items()])
@pytest.mark.parametrize("form", ["data", "document", "text"])
def test_documents(kind, version, form, run):
    """Data alone, the whole document and its JSON text are the same document, named as a metric."""
    data = {key: [1] for key in charts.SCHEMAS[kind][1]}
    document = {"schema_type": kind, "schema_version": version, "data": data}
    given = {"data": data, "document": document, "text": json.dumps(document)}[form]
    getattr(run, f"log_{kind}")("m", given)
    (event,) = events_of(run.paths, "metric")
    assert {key: event[key] for key in ("name", "type")} == {"name": "m", "type": kind}
    assert json.loads(Path(run.paths.artifacts, event["artifact"]).read_text()) == document
    assert run.get_metrics() == {"m": f"aml://artifactId/ExperimentRun/dcid.{run.id}/{event['artifact']}"}
    assert run.get_metrics(populate=True) == {"m": document}
    assert run.get_file_names()[-1] == event["artifact"]


def test_what_is_no_document(run):
    """A list, text that is no JSON, a key that JSON cannot hold; nothing is written."""
    for value in ([1], "{", "[1]", None, {1j: 1}):
        with pytest.raises(UserErrorException, match="confusion_matrix"):
            run.log_confusion_matrix("m", value)
    assert run.get_metrics() == {}


def test_numpy_in_documents(run):
    """Arrays are lists, scalars numbers."""
    np = pytest.importorskip("numpy")
    run.log_confusion_matrix("m", {"class_labels": np.array(["a"]), "matrix": np.array([[np.int64(1)]])})
    assert run.get_metrics(populate=True)["m"]["data"] == {"class_labels": ["a"], "matrix": [[1]]}


def test_images(run, tmp_path):
    """A figure, or a file by its path, which is copied; twice under one name are two."""
    (tmp_path / "a.jpg").write_bytes(b"jpg")
    run.log_image("plot/1\n", plot=Figure())
    run.log_image("plot/1\n", path=str(tmp_path / "a.jpg"))
    (name,) = run.get_metrics()
    assert name == "plot/1\n"
    one, two = (Path(path) for path in run.get_metrics(populate=True)[name])
    assert (one.read_bytes(), one.suffix) == (b"picture as png", ".png")
    assert (two.read_bytes(), two.suffix) == (b"jpg", ".jpg")


def test_images_that_are_none(run):
    """Both, none, no file, no figure."""
    for words in ({}, {"path": "a", "plot": Figure()}, {"path": "none"}, {"plot": 3}):
        with pytest.raises(UserErrorException):
            run.log_image("m", **words)
    assert (run.get_metrics(), run.get_file_names()) == ({}, [])
