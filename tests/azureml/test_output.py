"""Outputs of SDK v1: a directory of a datastore that the script gets as its argument."""

from pathlib import Path

import pytest

from jupyter_runcfg import Dataset, Datastore, Experiment, ScriptRunConfig, Workspace
from jupyter_runcfg.azureml.output import OutputFileDatasetConfig
from jupyter_runcfg.errors import UserErrorException

SCRIPT = """
import os, sys
from azureml.core import Run
place = Run.get_context().output_datasets["prepared"]
print(place == sys.argv[1])
open(os.path.join(sys.argv[1], "rows.csv"), "w").write("x")
"""


def submit(output):
    config = ScriptRunConfig(".", "prepare.py", arguments=[output])
    run = Experiment(None, "outputs").submit(config)
    assert run.wait(30).status == "Completed", run.logs()
    assert run.logs() == "True\n"
    return run


def test_a_place_of_each_run(project):
    """Each run, a repeated one too, has a place of its own, which is the next version of a dataset."""
    project.write("prepare.py", SCRIPT)
    store = Datastore(None)
    output = OutputFileDatasetConfig("prepared", (store, "made/{run-id}/{output-name}")).as_upload()
    first = submit(output.register_on_complete("rows", tags={"a": "b"}))
    second = first.rerun()
    assert second.wait(30).status == "Completed", second.logs()
    for version, run in enumerate([first, second], 1):
        found = Dataset.get_by_name(Workspace(), "rows", version)
        assert found.files() == [f"{store.root}/made/{run.run_id}/prepared/rows.csv"]
        assert found.tags == {"a": "b"}


def test_without_a_destination(project):
    """It is below the first datastore, by the run's id."""
    project.write("prepare.py", SCRIPT)
    run = submit(OutputFileDatasetConfig("prepared"))
    written = Path(Datastore(None).root) / "dataset" / run.run_id / "prepared" / "rows.csv"
    assert written.read_text() == "x"


def test_one_that_stays_empty(project):
    """A run that wrote nothing completes, and says that nothing was registered."""
    project.write("prepare.py", "print(True)")
    run = submit(OutputFileDatasetConfig("prepared").register_on_complete("rows"))
    (warning,) = run.warnings
    assert warning.startswith("the output 'prepared' is not registered: there are no files at ")


def test_what_is_no_output():
    """A name that cannot be a variable's, and a destination that is no datastore."""
    with pytest.raises(UserErrorException, match="'my-data' is no name for an output"):
        OutputFileDatasetConfig("my-data")
    with pytest.raises(UserErrorException, match="'str' is no datastore"):
        OutputFileDatasetConfig("data", "/mnt/data")
