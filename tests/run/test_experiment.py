"""Experiments, workspaces and environments where our whole package is: submit, record, look up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_runcfg import (
    Dataset,
    Environment,
    Experiment,
    Model,
    Run,
    RunConfiguration,
    ScriptRunConfig,
    Workspace,
    get_run,
    list_runs,
)
from jupyter_runcfg.errors import (
    ConfigError,
    HomeError,
    NotRegisteredError,
    RunNotFoundError,
    SnapshotError,
    TargetError,
    UserErrorException,
)
from jupyter_runcfg.runtime.v1 import context
from jupyter_runcfg.snapshot import gc


@pytest.fixture
def experiment(project):
    """The experiment `exp`, in a project with train.py."""
    project.write("train.py", "from azureml.core import Run\nRun.get_context().log('a', 1)\n")
    return Experiment(Workspace.from_config(), "exp")


def test_submit(experiment):
    """A ScriptRunConfig or a RunConfiguration becomes a run of the experiment, with tags and a name."""
    source = ScriptRunConfig(
        ".", script="train.py", compute_target=experiment.workspace.compute_targets["local"]
    )
    run = experiment.submit(source, tags={"t": 1}, display_name="mine")
    assert run.wait_for_completion()["status"] == "Completed"
    assert (run.label, run.tags, run.name, run.type) == ("exp/1", {"t": "1"}, "mine", "azureml.scriptrun")
    assert (type(run), run.get_metrics()) == (Run, {"a": 1})
    other = experiment.submit(RunConfiguration(script="train.py"))
    other.wait_for_completion()
    assert list(experiment.get_runs()) == list(Run.list(experiment)) == [other, run]
    assert Run.get(experiment.workspace, run.id) == Run(experiment, run.id) == run
    assert run.experiment == experiment
    assert run.get_environment().python == source.run_config.environment.python


def test_what_cannot_be_submitted(experiment):
    """No configuration, words that mean nothing, faults: nothing is written."""
    for call, error in (
        (lambda: experiment.submit("train.py"), UserErrorException),
        (
            lambda: experiment.submit(RunConfiguration(script="train.py"), regenerate_outputs=True),
            UserErrorException,
        ),
        (lambda: experiment.submit(RunConfiguration(script="none.py")), ConfigError),
    ):
        with pytest.raises(error):
            call()
    assert list(experiment.get_runs()) == []
    with pytest.raises(RunNotFoundError):
        Run(experiment, "none")


def test_start_logging(experiment):
    """The process records: Running at once, the directory frozen, the end by `with`; lists have it."""
    with experiment.start_logging(display_name="mine") as run:
        run.log("b", 2)
        assert run.get_status() == "Running"
        assert [found.id for found in list_runs(active=True)] == [run.id]
    details = run.get_details()
    assert (details["status"], run.name, run.get_metrics(), run.is_interactive) == (
        "Completed",
        "mine",
        {"b": 2},
        True,
    )
    assert (get_run("exp/1"), [e.path for e in _entries(run)]) == (run, ["train.py"])
    with pytest.raises(UserErrorException, match="has no configuration"):
        run.get_environment()
    with pytest.raises(SnapshotError, match="has a snapshot already"):
        run.take_snapshot(".")


def _entries(run):
    from jupyter_runcfg.run.diff import entries_of

    return entries_of(run)


def test_a_snapshot_later(experiment, tmp_path):
    """A run without a snapshot takes one, once; gc keeps it, and it can be had back."""
    run = experiment.start_logging(snapshot_directory=None)
    with pytest.raises(SnapshotError, match="is no directory"):
        run.take_snapshot("nowhere")
    digest = run.take_snapshot(".")
    assert run.get_snapshot_id() == digest
    with pytest.raises(SnapshotError, match="a run has one"):
        run.take_snapshot(".")
    run.complete()
    gc(run.paths.home, grace_s=-1)
    assert os.listdir(run.checkout(tmp_path / "back")) == ["train.py"]


def test_the_home_directory_is_not_frozen(experiment, monkeypatch):
    """A notebook that is in the person's home directory records, and says that nothing was frozen."""
    monkeypatch.chdir(os.environ["HOME"])
    with experiment.start_logging() as run:
        pass
    assert "nothing was frozen" in run.notes[0]
    assert run.status == "Completed"


def test_a_home_that_cannot_be_written(experiment, monkeypatch, tmp_path):
    """It is an error of ours, with what to do."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("RUNCFG_HOME", str(tmp_path / "file" / "home"))
    for directory in (None, "."):
        with pytest.raises(HomeError):
            Experiment(Workspace.from_config(), "exp").start_logging(snapshot_directory=directory)


def test_children(experiment):
    """Submitted and recorded children of one parent; lists leave them out."""
    parent = experiment.start_logging()
    recorded = parent.child_run("kid")
    recorded.complete()
    submitted = parent.submit_child(ScriptRunConfig(".", script="train.py"), tags={"k": "v"})
    submitted.wait_for_completion()
    parent.complete()
    assert list(parent.get_children()) == [submitted, recorded]
    assert list(parent.get_children(type="azureml.scriptrun")) == [submitted]
    assert (submitted.parent, type(submitted.parent), submitted.tags) == (parent, Run, {"k": "v"})
    assert list(experiment.get_runs()) == [parent]
    assert [run.id for run in list_runs()] == [parent.id]
    assert parent.get_metrics(recursive=True) == {submitted.id: {"a": 1}}


KILLED = """
import os
from jupyter_runcfg import Experiment, Workspace
run = Experiment(Workspace.from_config(), "exp").start_logging(snapshot_directory=None)
print(run.id, flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_process_that_was_killed(project):
    """Whoever reads next finds it out: lists, the run itself, a wait."""
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)
    (run,) = list_runs()
    assert (run.id, run.summary().status) == (done.stdout.strip(), "Failed")
    details = run.wait_for_completion(raise_on_error=False)
    assert (details["status"], details["cause"]) == ("Failed", "its process ended before run.complete()")


def test_cancel(experiment):
    """A run that a process records ends at once."""
    run = experiment.start_logging(snapshot_directory=None)
    run.cancel()
    run.complete()
    assert run.get_detailed_status() == {"status": "Canceled", "details": "canceled"}


def test_compute_targets():
    """By name; an unknown one says which there are."""
    targets = Workspace.from_config().compute_targets
    assert list(targets) == ["local", "docker"]
    assert (targets["local"].name, "cluster" in targets) == ("local", False)
    with pytest.raises(TargetError, match="no compute target named 'cluster'"):
        targets["cluster"]


def test_environments():
    """Registered under names and versions; the same again is the same version; others are references."""
    workspace = Workspace.from_config()
    environment = Environment("train")
    environment.environment_variables = {"A": "1"}
    assert environment.register(workspace).version == "1"
    assert environment.register(workspace).version == "1"
    environment.environment_variables["A"] = "2"
    assert environment.register(workspace).version == "2"
    assert Environment.get(workspace, "train", "1").environment_variables == {"A": "1"}
    assert Environment.get(workspace, "train").environment_variables == {"A": "2"}
    listed = {name: e.version for name, e in Environment.list(workspace).items()}
    assert {name: v for name, v in listed.items() if not name.startswith("AzureML-")} == {"train": "2"}
    assert Environment.get(workspace, "elsewhere").is_reference
    with pytest.raises(UserErrorException, match="without a name"):
        Environment(None).register(workspace)
    with pytest.raises(ConfigError, match="is no workspace"):
        environment.register(None)


def test_inputs_by_name(project):
    """A dataset among the arguments is a path there, and is found by its name in the job."""
    project.write("data/a.txt", "text")
    project.write(
        "train.py",
        """
        import sys
        from azureml.core import Run
        run = Run.get_context()
        print(run.input_datasets["files"] == sys.argv[2], open(sys.argv[2] + "/a.txt").read())
        print(type(run.input_datasets["table"]).__name__)
        """,
    )
    files = Dataset.File.from_files("data").as_named_input("files").as_mount()
    table = Dataset.Tabular.from_delimited_files("data/a.txt").as_named_input("table")
    source = ScriptRunConfig(".", script="train.py", arguments=["--data", files, "--table", table])
    run = Experiment(Workspace.from_config(), "exp").submit(source)
    run.wait_for_completion(raise_on_error=False)
    assert run.logs() == "True text\nTabularDataset\n"
    assert [data["name"] for data in run.get_details()["inputDatasets"]] == ["files", "table"]


def test_models_of_a_workspace(experiment):
    """A run outside registers what it has; the workspace lists the newest versions."""
    run = experiment.submit(ScriptRunConfig(".", script="train.py"))
    run.wait_for_completion()
    run.upload_file("m.bin", "train.py")
    assert run.register_model("m", "m.bin").run == run
    assert {name: model.version for name, model in experiment.workspace.models.items()} == {"m": 1}
    assert Path(Model.get_model_path("m")).read_text().startswith("from azureml")
    with pytest.raises(NotRegisteredError):
        Model(experiment.workspace, "n")


def test_outside_of_a_job(monkeypatch, project):
    """`Run.get_context()` is the offline run, whose experiment is of the person's workspace."""
    monkeypatch.setattr(context.Run, "_current", None)
    run = Run.get_context()
    assert run.experiment.workspace.get_default_datastore().name == "workspaceblobstore"
    assert run.get_metrics() == {}
