"""The registry of models."""

import multiprocessing
import os
from pathlib import Path

import pytest

from jupyter_runcfg.errors import NotRegisteredError, UserErrorException
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.v1.context import Run
from jupyter_runcfg.runtime.v1.model import Model
from jupyter_runcfg.runtime.v1.serving import ResourceConfiguration
from jupyter_runcfg.runtime.v1.workspace import Workspace

from ..job import log_of, record, run


@pytest.fixture
def workspace(tmp_path):
    return Workspace.of(Home(str(tmp_path / "home")))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.bin"
    path.write_text("m")
    return path


def test_versions(workspace, file):
    """Each registration is the next version; a version is looked up by number, the newest without one."""
    for text in ("one", "two"):
        file.write_text(text)
        Model.register(workspace, file, "m", tags={"text": text}, description=text)
    assert [model.version for model in Model.list(workspace)] == [2, 1]
    assert (Model(workspace, "m").id, Model(workspace, "m", version=1).tags) == ("m:2", {"text": "one"})
    assert Model(workspace, id="m:1").description == "one"
    assert Model(workspace, "m", tags={"text": "one"}).version == 1
    assert Model(workspace, "m", tags=[["text", "two"]]).version == 2
    assert Path(Model.get_model_path("m", 1, workspace)).read_text() == "one"
    assert [model.version for model in Model.list(workspace, latest=True)] == [2]
    with pytest.raises(NotRegisteredError, match="no version of model 'm' is so"):
        Model(workspace, "m", tags={"text": "three"})


def test_a_number_is_never_used_again(workspace, file):
    """A version that was deleted leaves its number taken."""
    Model.register(workspace, file, "m")
    Model.register(workspace, file, "m").delete()
    assert [model.version for model in Model.list(workspace, "m")] == [1]
    assert Model.register(workspace, file, "m").version == 3


def test_unknown_names(workspace, file):
    """What is not there is told with what is."""
    with pytest.raises(NotRegisteredError, match=r"no 'm' among the models\n\nhint: there is none yet"):
        Model(workspace, "m")
    Model.register(workspace, file, "diabetes")
    with pytest.raises(NotRegisteredError, match="did you mean 'diabetes'"):
        Model(workspace, "diabetis")
    for version in (7, "x", "../1"):
        with pytest.raises(
            NotRegisteredError, match=f"no version {version} of 'diabetes'.*\n\nhint: there is 1"
        ):
            Model.get_model_path("diabetes", version, workspace)
    for name in ("", " ", "a\nb", "x" * 300):
        with pytest.raises(UserErrorException, match="is no name"):
            Model.register(workspace, file, name)
    with pytest.raises(UserErrorException, match="no file 'nowhere'"):
        Model.register(workspace, "nowhere", "m")


def test_a_name_is_one_directory(workspace, file):
    """Dots and slashes of a name leave nothing."""
    assert Model.register(workspace, file, "../../x/.y").name == "../../x/.y"
    assert [model.name for model in Model.list(workspace)] == ["../../x/.y"]
    assert len(os.listdir(os.path.join(workspace.home.registry, "models"))) == 1


def test_directories_and_download(workspace, tmp_path):
    """A directory is kept whole; a download copies it, over what is there only if that is asked for."""
    source = tmp_path / "saved"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "w").write_text("w")
    model = Model.register(workspace, source, "m")
    target = model.download(tmp_path / "out")
    assert (target, Path(target, "sub", "w").read_text()) == (str(tmp_path / "out" / "saved"), "w")
    with pytest.raises(UserErrorException, match="there already"):
        model.download(tmp_path / "out")
    assert model.download(tmp_path / "out", exist_ok=True) == target


def test_what_v1_says_to_a_server(workspace, file):
    """Framework and resources may be given; to deploy is refused with what to do instead."""
    wanted = ResourceConfiguration(cpu=1, memory_in_gb=0.5)
    assert repr(wanted) == "ResourceConfiguration(cpu=1, memory_in_gb=0.5, gpu=None)"
    framework = Model.Framework.SCIKITLEARN
    model = Model.register(workspace, file, "net", model_framework=framework, resource_configuration=wanted)
    assert model.model_framework == "ScikitLearn"
    for verb in (Model.deploy, Model.package, Model.profile):
        with pytest.raises(UserErrorException, match="models are not served from here") as caught:
            verb(workspace, "service", [model])
        assert caught.value.hint.startswith("`Model(ws, name).download(directory)`")


def test_tags_change_and_properties_stay(workspace, file):
    """As of any other object of the same version."""
    model = Model.register(workspace, file, "m", tags=["a"], properties={"p": 1})
    model.add_tags({"b": 2})
    model.remove_tags(["a"])
    model.add_properties({"p": 2, "q": 3})
    again = Model(workspace, "m")
    assert (again.tags, again.properties) == ({"b": "2"}, {"p": "1", "q": "3"})


def _register(root, path, count):
    workspace = Workspace.of(Home(root))
    for _ in range(count):
        Model.register(workspace, path, "m")


def test_many_at_once(workspace, file):
    """Processes that register one name at once get a version each, without a gap."""
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_register, args=(workspace.home.root, file, 20)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(model.version for model in Model.list(workspace)) == list(range(1, 81))
    assert all(
        Path(model.get_model_path("m", v, workspace)).read_text() == "m"
        for v, model in ((m.version, m) for m in Model.list(workspace))
    )


SCRIPT = """
from azureml.core import Run
from azureml.core.model import Model
run = Run.get_context()
open("outputs/model.pkl", "w").write("pickled")
model = run.register_model("m", "outputs/model.pkl", tags={"a": 1}, description="d")
print(model.id, model.run_id == run.id, open(Model.get_model_path("m")).read())
print([m.id for m in Model.list(run.experiment.workspace)], model.run == run)
open("here.bin", "w").write("here")
print(run.register_model("here", "here.bin").version)
try: run.register_model("x", "outputs/none")
except Exception as error: print(error)
"""


def test_in_a_job(tmp_path):
    """A script registers what it wrote, of its outputs or beside them, and finds it by name."""
    paths = record(tmp_path, SCRIPT)
    assert run(paths)[1]["status"] == "Completed", log_of(paths)
    assert log_of(paths).decode().splitlines() == [
        "m:1 True pickled",
        "['m:1'] True",
        "1",
        f"run {paths.run_id} has no file 'outputs/none'",
        "",
        "hint: did you mean 'outputs/model.pkl'?",
    ]
    model = Run.of(paths).register_model("m", "outputs")
    assert (model.version, os.listdir(model.get_model_path("m", None, model.workspace))) == (2, ["model.pkl"])
