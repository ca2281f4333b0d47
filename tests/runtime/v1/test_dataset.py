"""Datastores and datasets of this machine's files."""

import os
from pathlib import Path

import pytest

from jupyter_runcfg.errors import NotRegisteredError, RuncfgError, UserErrorException
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.v1.dataset import Dataset
from jupyter_runcfg.runtime.v1.datastore import DataPath, Datastore
from jupyter_runcfg.runtime.v1.workspace import Workspace

from ..job import log_of, record, run


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace, and a working directory with data/a.csv and data/sub/b.csv."""
    here = tmp_path / "here"
    (here / "data" / "sub").mkdir(parents=True)
    (here / "data" / "a.csv").write_text("x,y\n1,2\n")
    (here / "data" / "sub" / "b.csv").write_text("x,y\n3,4\n")
    monkeypatch.chdir(here)
    return Workspace.of(Home(str(tmp_path / "home")))


def test_the_default_datastore(workspace):
    """It is there without being registered, until another is made the default."""
    store = workspace.get_default_datastore()
    assert (store.name, list(workspace.datastores)) == ("workspaceblobstore", ["workspaceblobstore"])
    assert os.path.isdir(store.root)
    Datastore.register(workspace, "blob", "data", is_default=True)
    assert (workspace.get_default_datastore().root, sorted(workspace.datastores)) == (
        os.path.abspath("data"),
        ["blob", "workspaceblobstore"],
    )
    workspace.set_default_datastore("workspaceblobstore")
    assert Datastore.get_default(workspace).name == "workspaceblobstore"


def test_unknown_datastores(workspace):
    """The error says how to name a directory; v1's ways to register accounts find one that is named."""
    hint = r'Datastore.register\(ws, "blob", path='
    with pytest.raises(NotRegisteredError, match=hint):
        Datastore.get(workspace, "blob")
    with pytest.raises(NotRegisteredError, match=hint):
        Datastore.register_azure_blob_container(workspace, "blob", container_name="c", account_name="a")
    with pytest.raises(UserErrorException, match="is no directory"):
        Datastore.register(workspace, "blob", "nowhere")
    Datastore.register(workspace, "blob", "data")
    store = Datastore.register_azure_blob_container(workspace, "blob", container_name="c", account_name="a")
    assert store.root == os.path.abspath("data")
    store.unregister()
    with pytest.raises(NotRegisteredError):
        workspace.set_default_datastore("blob")


def test_upload_and_download(workspace):
    """Files keep their paths; what is there stays unless it is asked for."""
    store = workspace.get_default_datastore()
    place = store.upload("data", "in")
    Path("data/a.csv").write_text("new")
    store.upload_files(["data/a.csv"], "data", "in")
    assert (os.fspath(place), Path(place, "a.csv").read_text()) == (
        os.path.join(store.root, "in"),
        "x,y\n1,2\n",
    )
    store.upload("data", "in", overwrite=True)
    assert Path(place, "a.csv").read_text() == "new"
    assert (store.download("out", "in/sub"), Path("out/in/sub/b.csv").read_text()) == (1, "x,y\n3,4\n")
    with pytest.raises(UserErrorException, match="is no name for a file"):
        store.upload("data", "../..")


def test_file_datasets(workspace):
    """Directories, patterns, places in a datastore; paths below the dataset; copies."""
    Datastore.register(workspace, "blob", "data")
    store = Datastore(workspace, "blob")
    for path in (
        "data",
        (store, "."),
        (store, "**/*.csv"),
        ["data/a.csv", "data/sub"],
        store.path(),
        DataPath(store),
    ):
        dataset = Dataset.File.from_files(path)
        assert sorted(dataset.to_path()) == ["/a.csv", "/sub/b.csv"], path
        with dataset.mount() as mounted:
            assert Path(mounted.mount_point, "sub", "b.csv").is_file()
    single = Dataset.File.from_files((store, "a.csv"))
    assert (single.to_path(), os.fspath(single.as_named_input("x").as_mount())) == (
        ["/a.csv"],
        os.path.abspath("data/a.csv"),
    )
    assert single.download("copy") == [os.path.abspath("copy/a.csv")]
    with pytest.raises(UserErrorException, match="there already"):
        single.download("copy")


def test_steps_of_tables(workspace):
    """Columns and rows are chosen in order; the two parts of a split have each row once, again and again."""
    Path("rows.csv").write_text("x,y\n" + "".join(f"{n},{-n}\n" for n in range(20)))
    table = Dataset.Tabular.from_delimited_files("rows.csv")
    some = table.skip(2).take(3).drop_columns("y").to_pandas_dataframe()
    assert some.to_dict("list") == {"x": [2, 3, 4]}
    for seed in (None, 1):
        parts = table.skip(10).random_split(0.8, seed)
        first, rest = ([int(n) for n in part.to_pandas_dataframe().x] for part in parts)
        assert (len(first), sorted(first + rest)) == (8, list(range(10, 20)))
        assert [int(n) for n in parts[0].to_pandas_dataframe().x] == first
    with pytest.raises(UserErrorException, match="a share of 80"):
        table.random_split(80)


def test_uploaded_directories(workspace):
    """Files go to one place in a datastore, those that are there stay unless it is asked for."""
    place = (Datastore(workspace), "up")
    made = Dataset.File.upload_directory("data", place, pattern="*/b.csv")
    assert made.to_path() == ["/sub/b.csv"]
    Path("data/a.csv").write_text("new")
    Path("data/sub/b.csv").write_text("new")
    root = Path(made.root())
    Dataset.File.upload_directory("data", place)
    assert [(root / name).read_text() for name in ("a.csv", "sub/b.csv")] == ["new", "x,y\n3,4\n"]
    Dataset.File.upload_directory("data", place, overwrite=True)
    assert (root / "sub/b.csv").read_text() == "new"
    for source, target in (("datum", place), ("data", [place, place]), ("data", [])):
        with pytest.raises(UserErrorException, match=r"no directory 'datum'|goes to one place"):
            Dataset.File.upload_directory(source, target)


def test_places_that_are_not_here(workspace):
    """An address of another service, a missing file, an empty pattern."""
    for path in ("https://x.blob.core.windows.net/c/f", "azureml://datastores/x", "wasbs://c@a/f"):
        with pytest.raises(UserErrorException, match=r"not a place of this machine.*\n\nhint: mount or copy"):
            Dataset.File.from_files(path)
    for path in ("nowhere", "*.parquet"):
        with pytest.raises(UserErrorException, match="there are no files at"):
            Dataset.File.from_files(path)


def test_registered_datasets(workspace):
    """The same files are the same version; other files the next one, where that is asked for."""
    one = Dataset.File.from_files("data/a.csv")
    assert one.register(workspace, "d", tags={"a": 1}).version == 1
    assert Dataset.File.from_files("data/a.csv").register(workspace, "d").version == 1
    two = Dataset.File.from_files("data")
    with pytest.raises(UserErrorException, match="create_new_version=True"):
        two.register(workspace, "d")
    assert two.register(workspace, "d", create_new_version=True).id == "d:2"
    assert Dataset.get_by_name(workspace, "d", 1).to_path() == ["/a.csv"]
    assert Dataset.get_by_id(workspace, "d:2").to_path() == ["/a.csv", "/sub/b.csv"]
    assert {name: dataset.version for name, dataset in workspace.datasets.items()} == {"d": 2}
    with pytest.raises(NotRegisteredError, match="no 'e' among the datasets"):
        Dataset.get_by_name(workspace, "e")


PANDAS = '''
"""A stand-in that reads two columns of integers: what is called, and with what, is what counts."""


class Table(list):
    def head(self, count):
        return Table(self[:count])


def read_csv(file, **options):
    assert options == {"sep": ",", "encoding": "utf8"}, options
    with open(file) as stream:
        return Table(line.strip() for line in list(stream)[1:])


def concat(tables, ignore_index):
    assert ignore_index
    return Table(row for table in tables for row in table)
'''

SCRIPT = """
import os, sys
sys.path.insert(0, os.environ["STAND_IN"])
from azureml.core import Dataset, Run
run = Run.get_context()
ws = run.experiment.workspace
print(Dataset.get_by_name(ws, "t").take(1).to_pandas_dataframe())
print(run.input_datasets["t"].to_pandas_dataframe(), run.input_datasets["f"] == os.environ["F"])
print(sorted(run.input_datasets), "g" in run.input_datasets, run.output_datasets.get("g"))
try: run.input_datasets["g"]
except KeyError as error: print(error)
"""


def test_in_a_job(workspace, tmp_path):
    """A script reads tables by name and inputs by theirs; one that is not there is told."""
    (tmp_path / "pandas.py").write_text(PANDAS)
    table = Dataset.Tabular.from_delimited_files("data/**/*.csv").register(workspace, "t")
    files = Dataset.File.from_files("data").register(workspace, "files")
    data = {
        "t": {"dataLocation": {"dataset": {"name": "t", "version": "1"}}, "mechanism": "direct"},
        "f": {"dataLocation": {"dataset": {"name": "files"}}, "mechanism": "mount"},
    }
    paths = record(
        workspace.home.root,
        SCRIPT,
        configuration={"data": data},
        environment_variables={"STAND_IN": str(tmp_path), "F": files.root(), "AZUREML_DATAREFERENCE_v": "/v"},
    )
    assert run(paths)[1]["status"] == "Completed", log_of(paths)
    assert table.version == 1
    assert log_of(paths).decode().splitlines() == [
        "['1,2']",
        "['1,2', '3,4'] True",
        "['f', 't', 'v'] False None",
        "the run has no data named 'g'",
        "",
        "hint: its configuration names 'f', 't', 'v'; the variable AZUREML_DATAREFERENCE_g may hold a path",
    ]


def test_without_pandas(workspace, monkeypatch):
    """Reading a table says what is missing."""
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(RuncfgError, match="needs pandas"):
        Dataset.Tabular.from_delimited_files("data/a.csv").to_pandas_dataframe()
