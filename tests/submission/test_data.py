"""Data references: v1's names for directories, as the script and its arguments see them."""

import pytest

from jupyter_runcfg import Dataset, RunConfiguration, Workspace, submit
from jupyter_runcfg.azureml.output import OutputFileDatasetConfig
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.runtime.v1.datastore import Datastore

TELLS = """
import os, sys
print(sys.argv[1:], os.environ.get("AZUREML_DATAREFERENCE_train_set"), os.environ.get("OTHER"))
print(os.environ["AML_PARAMETER_lr"], os.environ["AML_PARAMETER_batch_size"])
"""
CONFIG = """\
script: train.py
arguments: [--data, $AZUREML_DATAREFERENCE_train_set, --lr, '-0.5', --batch-size=8, --flag]
dataReferences:
  train_set: {dataStoreName: workspaceblobstore, pathOnDataStore: images/train}
data:
  more:
    dataLocation: {dataPath: {datastoreName: workspaceblobstore, relativePath: images}}
    mechanism: mount
    environmentVariableName: OTHER
"""


@pytest.fixture
def blob(tmp_path, runcfg_home, monkeypatch):
    """A directory registered under the name that v1 gives its first datastore."""
    folder = tmp_path / "blob"
    (folder / "images" / "train").mkdir(parents=True)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "train.py").write_text(TELLS)
    monkeypatch.chdir(tmp_path / "project")
    Datastore.register(None, "workspaceblobstore", folder)
    return folder


def test_references_and_parameters(blob):
    """By variable and in arguments; arguments by name are AML_PARAMETER_ variables too."""
    run = submit(RunConfiguration.from_text(CONFIG))
    assert run.wait(30).status == "Completed", run.logs()
    place = f"{blob}/images/train"
    assert run.logs() == (
        f"['--data', '{place}', '--lr', '-0.5', '--batch-size=8', '--flag'] {place} {blob}/images\n-0.5 8\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("workspaceblobstore, path", "blobstroe, path", "no datastore named 'blobstroe'"),
        ("images/train", "../other", "'../other' leads out of the datastore 'workspaceblobstore'"),
        ("images/train", "absent", "there is no 'absent' in the datastore 'workspaceblobstore'"),
    ],
)
def test_what_is_not_there(old, new, message, blob, runcfg_home):
    """It is one fault with its key and line, before anything runs."""
    with pytest.raises(ConfigError) as caught:
        submit(RunConfiguration.from_text(CONFIG.replace(old, new), file="gpu.runconfig"))
    assert message in caught.value.message
    assert caught.value.where == "dataReferences.train_set, gpu.runconfig:4"
    assert caught.value.hint
    assert not list(runcfg_home.glob("runs/*"))


def test_one_that_is_written(blob):
    """`upload`: the directory is made when it is not there."""
    text = CONFIG.replace("images/train", "results").replace("results}", "results, mode: upload}")
    run = submit(RunConfiguration.from_text(text))
    assert run.wait(30).status == "Completed", run.logs()
    assert f"{blob}/results" in run.logs()
    assert (blob / "results").is_dir()


DATASET = """\
script: train.py
data:
  rows:
    dataLocation: {dataset: {name: rows}}
    mechanism: download
    environmentVariableName: OTHER
"""


def test_a_registered_dataset(blob):
    """The variable holds the path of its files; without it, a fault says what to write."""
    (blob.parent / "project" / "train.py").write_text("import os; print(os.environ['OTHER'])")
    config = RunConfiguration.from_text(DATASET, file="gpu.runconfig")
    with pytest.raises(ConfigError) as caught:
        submit(config)
    assert (caught.value.message, caught.value.where) == (
        "no 'rows' among the datasets",
        "data.rows, gpu.runconfig:4",
    )
    assert "`Dataset.File.from_files(PATH).register(Workspace.from_config(), 'rows')`" in caught.value.hint
    (blob / "images" / "a.png").write_text("")
    Dataset.File.from_files(str(blob / "images")).register(Workspace(), "rows")
    run = submit(config)
    assert run.wait(30).status == "Completed", run.logs()
    assert run.logs() == f"{blob}/images\n"


def test_outputs(blob):
    """`outputData`: a directory that is made, and known by the same kind of variable."""
    text = (
        CONFIG
        + """\
outputData:
  made:
    outputLocation: {dataPath: {datastoreName: workspaceblobstore, relativePath: 'made/{run-id}'}}
"""
    )
    run = submit(RunConfiguration.from_text(text.replace("--flag", "$AZUREML_DATAREFERENCE_made")))
    assert run.wait(30).status == "Completed", run.logs()
    assert f"'{blob}/made/{run.run_id}']" in run.logs()
    assert (blob / "made" / run.run_id).is_dir()


def test_what_is_collected(blob):
    """`history`: directories to watch go into the record too, outputs only when they are to be collected."""
    (blob.parent / "project" / "train.py").write_text(
        'import os\nfor d in ("outputs", "tb", "other"):\n'
        '    os.makedirs(d, exist_ok=True)\n    open(d + "/x", "w").write(d)\n'
    )
    config = RunConfiguration(script="train.py")
    config.history.directories_to_watch = ["logs", "tb", "../away", "absent"]
    run = submit(config)
    assert run.wait(30).status == "Completed", run.logs()
    assert [n for n in run.get_file_names() if not n.startswith("logs/")] == ["outputs/x", "tb/x"]
    config.history.output_collection = False
    run = submit(config)
    assert run.wait(30).status == "Completed", run.logs()
    assert [n for n in run.get_file_names() if not n.startswith("logs/")] == ["tb/x"]


ON_COMPUTE = """\
script: train.py
dataReferences:
  brought: {dataStoreName: workspaceblobstore, pathOnDataStore: images, mode: download, pathOnCompute: in}
  sent: {dataStoreName: workspaceblobstore, pathOnDataStore: results, mode: upload, pathOnCompute: out/sent}
data:
  dir:
    dataLocation: {dataPath: {datastoreName: workspaceblobstore, relativePath: images}}
    mechanism: mount
    pathOnCompute: ./data/dir
  file:
    dataLocation: {dataPath: {datastoreName: workspaceblobstore, relativePath: images/train/a.txt}}
    mechanism: download
    pathOnCompute: data/file
  rows:
    dataLocation: {dataset: {name: rows}}
    mechanism: mount
    pathOnCompute: data/rows
"""
READS = """
for name in ("workspaceblobstore/in/train", "data/dir/train", "data/file", "data/rows"):
    print(open(name + "/a.txt").read())
for name in ("out/sent", "outputs/made"):
    open(name + "/b.txt", "w").write("b")
open("outputs/own.txt", "w").close()
"""


def test_where_the_script_looks(blob, runcfg_home):
    """`pathOnCompute` is a place in the working directory, to read and to write; no file of the record."""
    (blob / "images" / "train" / "a.txt").write_text("a")
    Dataset.File.from_files(str(blob / "images" / "train")).register(Workspace(), "rows")
    (blob.parent / "project" / "train.py").write_text(READS)
    config = RunConfiguration.from_text(ON_COMPUTE)
    made = OutputFileDatasetConfig("made", (Datastore(None), "made"), source="outputs/made")
    config.output_data = {"made": made.to_output()}
    run = submit(config)
    assert run.wait(30).status == "Completed", run.logs()
    assert run.logs() == "a\na\na\na\n"
    assert [(blob / name / "b.txt").read_text() for name in ("results", "made")] == ["b", "b"]
    assert [name for name in run.get_file_names() if name.startswith("outputs/")] == ["outputs/own.txt"]


def test_a_place_outside(blob, tmp_path):
    """A path from / is nothing a run makes on this machine: a note says where the data are instead."""
    (blob.parent / "project" / "train.py").write_text("import os; print(os.environ['OTHER'])")
    text = CONFIG + "    pathOnCompute: /absent/data\n"
    run = submit(RunConfiguration.from_text(text))
    assert run.wait(30).status == "Completed", run.logs()
    assert run.logs() == f"{blob}/images\n"
    note = (
        "data.more.pathOnCompute, '/absent/data', is outside of the run's directory and not made: the script "
        f"finds the data by $OTHER, {blob}/images; a relative path is made"
    )
    assert note in run.notes
    (tmp_path / "link").symlink_to(blob / "images")
    run = submit(RunConfiguration.from_text(text.replace("/absent/data", str(tmp_path / "link"))))
    assert not [one for one in run.notes if "pathOnCompute" in one]
    assert run.wait(30).status == "Completed", run.logs()


def test_files_in_the_way(blob):
    """Data are not mixed with files of the snapshot: the run fails and says how to keep those here."""
    project = blob.parent / "project"
    (project / "data").mkdir()
    (project / "data" / "old.txt").write_text("")
    (project / "train.py").write_text("import os; print(os.listdir('data'))")
    text = CONFIG + "    pathOnCompute: data\n"
    run = submit(RunConfiguration.from_text(text))
    ended = run.wait(30)
    assert (ended.status, ended.cause) == (
        "Failed",
        "the data of $OTHER cannot be at 'data', as pathOnCompute says: Directory not empty "
        "(`/data` in .amlignore keeps files of that name out of the snapshot)",
    )
    (project / ".amlignore").write_text("/data\n")
    run = submit(RunConfiguration.from_text(text))
    assert run.wait(30).status == "Completed", run.logs()
    assert run.logs() == "['train']\n"
