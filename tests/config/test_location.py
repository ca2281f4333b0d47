"""Where configurations are found, written and removed."""

import pytest

from jupyter_runcfg.config import RunConfiguration, find_project, list_configurations
from jupyter_runcfg.config.location import find_named, find_path
from jupyter_runcfg.errors import ConfigError, Fault


def put(path, script="a.py"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"script: {script}\n")
    return path


def test_project_is_the_nearest_ancestor(tmp_path):
    """`.azureml` or `aml_config` mark a project; files of that name do not."""
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / ".azureml").write_text("")
    assert find_project(deep) is None
    (tmp_path / "aml_config").mkdir()
    assert find_project(deep) == tmp_path
    (tmp_path / "a" / ".azureml").mkdir()
    assert find_project(deep) == tmp_path / "a"


def test_names_are_tried_in_v1s_order(tmp_path):
    """NAME before NAME.runconfig, both before <path>/NAME.runconfig."""
    put(tmp_path / "x.runconfig", "3")
    assert RunConfiguration.load(tmp_path, "x").script == "3"
    put(tmp_path / ".azureml" / "x.runconfig", "2")
    assert RunConfiguration.load(str(tmp_path), "x").script == "2"
    put(tmp_path / ".azureml" / "x", "1")
    assert RunConfiguration.load(tmp_path, "x").script == "1"


def test_both_directories_are_looked_at(tmp_path):
    """v1 looks into aml_config alone when both exist; here it only comes first."""
    put(tmp_path / ".azureml" / "x.runconfig", "new")
    (tmp_path / "aml_config").mkdir()
    assert RunConfiguration.load(tmp_path, "x").script == "new"
    put(tmp_path / "aml_config" / "x.runconfig", "old")
    assert RunConfiguration.load(tmp_path, "x").script == "old"


def test_a_path_may_lack_its_extension(tmp_path, monkeypatch):
    """The extension is added to a path as it is to a name; no path is the working directory."""
    file = put(tmp_path / "x.runconfig")
    assert RunConfiguration.load(tmp_path / "x").path == file
    monkeypatch.chdir(tmp_path)
    assert RunConfiguration.load(None, "x").script == "a.py"


def test_errors_list_what_is_there(tmp_path):
    """A name that is missing, or was not given, is answered with the names that are there."""
    put(tmp_path / ".azureml" / "gpu.runconfig")
    put(tmp_path / ".azureml" / "cpu-big.runconfig")
    put(tmp_path / ".azureml" / "conda_dependencies.yml")
    with pytest.raises(ConfigError) as wrong:
        RunConfiguration.load(tmp_path, "gpuu")
    hint = "did you mean 'gpu'? there are: cpu-big, gpu"
    message = "no configuration named 'gpuu'"
    assert wrong.value.faults == [Fault(message, file=str(tmp_path), hint=hint)]
    with pytest.raises(ConfigError) as nameless:
        RunConfiguration.load(tmp_path)
    message = "a directory needs the name of a configuration"
    hint = "there are: cpu-big, gpu"
    assert nameless.value.faults == [Fault(message, file=str(tmp_path), hint=hint)]
    with pytest.raises(ConfigError, match="there is none here"):
        RunConfiguration.load(tmp_path / "none" / "x.runconfig")


def test_files_are_found_by_their_paths(tmp_path, monkeypatch):
    """From the working directory, with or without the ending; a configuration of the project comes first."""
    deep = tmp_path / "code"
    file = put(deep / "config" / "train.runconfig")
    yml = put(deep / "run_config.yml")
    put(tmp_path / ".azureml" / "gpu.runconfig")
    put(deep / "gpu.runconfig")
    monkeypatch.chdir(deep)
    assert [find_named(name) for name in ("config/train.runconfig", "config/train")] == [file, file]
    assert (find_named("run_config.yml"), find_path("run_config")) == (yml, None)
    assert [find_path(name) for name in ("/", "..", "")] == [None, None, None]
    assert find_named("gpu") == tmp_path / ".azureml" / "gpu.runconfig"
    with pytest.raises(ConfigError, match="no configuration named 'config/other'"):
        find_named("config/other")


def test_packages_from_the_directory_above(tmp_path):
    """v1's command line took its own directory for the project: `config/x.yml` beside `config/`."""
    file = put(tmp_path / "config" / "train.runconfig")
    with file.open("a") as stream:
        stream.write("environment: {python: {condaDependenciesFile: config/packages.yml}}\n")
    (tmp_path / "config" / "packages.yml").write_text("dependencies: [python=3.11]\n")
    packages = RunConfiguration.load(file).environment.python.conda_dependencies
    assert packages is not None
    assert packages.conda_packages == ["python=3.11"]


def test_list_configurations(tmp_path):
    """Names without their extension, sorted; nothing where there is nothing."""
    assert list_configurations(tmp_path / "none") == []
    put(tmp_path / ".azureml" / "b.runconfig")
    put(tmp_path / "a.runconfig")
    put(tmp_path / "environment.yml")
    assert list_configurations(tmp_path) == ["a", "b"]


def test_save_creates_azureml_and_adds_the_extension(tmp_path):
    """v1 does neither; a second save needs no place."""
    config = RunConfiguration("a.py")
    file = config.save(tmp_path, "x")
    assert file == tmp_path / ".azureml" / "x.runconfig"
    assert file.read_text() == config.to_yaml()
    assert (config.path, config.name, config.project_directory()) == (file, "x", tmp_path)
    config.target = "gpu"
    config.save()
    assert RunConfiguration.load(tmp_path, "x") == config


def test_save_writes_where_the_rules_say(tmp_path):
    """aml_config where it exists, an exact file, a new file beside others."""
    (tmp_path / "aml_config").mkdir()
    config = RunConfiguration("a.py")
    assert config.save(tmp_path, "x") == tmp_path / "aml_config" / "x.runconfig"
    exact = put(tmp_path / "aml_config" / "y", "old")
    assert config.save(tmp_path, "y") == exact
    assert config.save(tmp_path / "z") == tmp_path / "z.runconfig"
    assert config.save(tmp_path / "run_config.yml") == tmp_path / "run_config.yml"
    assert config.project_directory() is None


def test_v1s_path_and_name_are_where_save_goes(tmp_path):
    """`_path` and `_name` of the constructor are remembered."""
    config = RunConfiguration("a.py", _path=tmp_path, _name="x")
    assert config.name == "x"
    assert config.save() == tmp_path / ".azureml" / "x.runconfig"


@pytest.mark.parametrize(
    ("path", "name", "message"),
    [
        (".", None, "a directory needs the name of a configuration"),
        (".", "../x", "'../x' cannot name a configuration"),
        ("none", "x", "no directory '.*none'"),
        ("none/x.runconfig", None, "no directory '.*none'"),
    ],
)
def test_places_that_cannot_be_saved_to(tmp_path, path, name, message):
    """Nothing is written where a name is missing, leaves the directory, or the directory is not there."""
    with pytest.raises(ConfigError, match=message):
        RunConfiguration("a.py").save(tmp_path / path, name)
    assert list(tmp_path.iterdir()) == []


def test_delete_removes_the_configuration_in_both_directories(tmp_path):
    """v1 removes both files; a missing name is answered like in load, and nothing else goes."""
    put(tmp_path / ".azureml" / "x.runconfig")
    put(tmp_path / "aml_config" / "x")
    other = put(tmp_path / "aml_config" / "xy.runconfig")
    RunConfiguration.delete(tmp_path, "x")
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [other]
    with pytest.raises(ConfigError) as caught:
        RunConfiguration.delete(tmp_path, "yx")
    message, hint = "no configuration named 'yx'", "there are: xy"
    assert caught.value.faults == [Fault(message, file=str(tmp_path), hint=hint)]
