"""Files of Azure ML Workbench (2017, 2018): every value finds its place, or is kept."""

import warnings

import pytest

from jupyter_runcfg.config import ConfigWarning, RunConfiguration
from jupyter_runcfg.errors import ConfigError, Fault

TEXT = """\
# made by Workbench
ArgumentVector:
  - train.py   # the script
  - --lr
  - 0.10
Target: docker
Framework: PySpark
EnvironmentVariables:
  my_VAR: 1
CondaDependenciesFile: aml_config/conda_dependencies.yml
SparkDependenciesFile: aml_config/spark_dependencies.yml
TrackedRun: false
UseSampling: true
PrepareEnvironment: true
"""
COMPUTE = """\
type: remotedocker
baseDockerImage: img:1
pythonLocation: /opt/python
userManagedEnvironment: no
sharedVolumes: false
nvidiaDocker: true
yarnDeployMode: client
nodeCount: 2
priority: 3
address: host
"""
CONDA = "name: p\ndependencies:\n- python=3.5.2\n"
SPARK = """\
configuration:
  spark.app.name: App
  spark.my_key: 1
repositories: [https://r]
packages:
- group: g
  artifact: a
  version: 1.10
"""


@pytest.fixture
def project(tmp_path):
    """A project as Workbench left it; its files may be overwritten."""
    folder = tmp_path / "aml_config"
    folder.mkdir()
    (folder / "docker.runconfig").write_text(TEXT)
    (folder / "docker.compute").write_text(COMPUTE)
    (folder / "conda_dependencies.yml").write_text(CONDA)
    (folder / "spark_dependencies.yml").write_text(SPARK)
    return folder


def load(project):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        config = RunConfiguration.load(project.parent, "docker")
    assert {warning.category for warning in caught} <= {ConfigWarning}
    return config, [str(warning.message).removeprefix(f"{project}/") for warning in caught]


def test_every_value_finds_its_place(project):
    """Script and arguments, the packages, Spark's settings, and what the target's file says."""
    config, _ = load(project)
    environment = config.environment
    assert (config.script, config.arguments, config.target) == ("train.py", ["--lr", 0.1], "docker")
    assert (config.framework, config.node_count, config.priority) == ("PySpark", 2, 3)
    assert config.hdi.yarn_deploy_mode == "client"
    assert environment.environment_variables == {"my_VAR": "1"}
    assert environment.python.conda_dependencies.conda_packages == ["python=3.5.2"]
    assert environment.python.interpreter_path == "/opt/python"
    assert environment.docker.base_image == "img:1"
    assert (environment.docker.enabled, environment.docker.shared_volumes) == (True, False)
    assert config.history.output_collection is False
    assert config.spark.configuration == {"spark.app.name": "App", "spark.my_key": 1}
    assert environment.spark.repositories == ["https://r"]
    assert [vars(package) for package in environment.spark.packages] == [
        {"group": "g", "artifact": "a", "version": "1.10"}
    ]
    assert config.unknown_keys == {
        "SparkDependenciesFile": "aml_config/spark_dependencies.yml",
        "UseSampling": True,
        "PrepareEnvironment": True,
        "docker.compute": {"type": "remotedocker", "nvidiaDocker": True, "address": "host"},
    }


def test_each_key_gives_one_warning_with_its_line(project):
    """What became of it, or that it is kept."""
    _, said = load(project)
    assert said == [
        "docker.compute:1: 'remotedocker' is read as environment.docker.enabled",
        "docker.runconfig:2: 'ArgumentVector' is read as script and arguments",
        "docker.compute:2: 'baseDockerImage' is read as environment.docker.baseImage",
        "docker.compute:3: 'pythonLocation' is read as environment.python.interpreterPath",
        "docker.compute:4: 'userManagedEnvironment' is read as environment.python.userManagedDependencies",
        "docker.compute:5: 'sharedVolumes' is read as environment.docker.sharedVolumes",
        "docker.runconfig:6: 'Target' is read as target",
        "docker.compute:6: 'nvidiaDocker' is kept; it has no effect",
        "docker.runconfig:7: 'Framework' is read as framework",
        "docker.compute:7: 'yarnDeployMode' is read as hdi.yarnDeployMode",
        "docker.runconfig:8: 'EnvironmentVariables' is read as environment.environmentVariables",
        "docker.compute:8: 'nodeCount' is read as nodeCount",
        "docker.compute:9: 'priority' is read as priority",
        "docker.runconfig:10: 'CondaDependenciesFile' is read as environment.python.condaDependenciesFile",
        "docker.compute:10: 'address' is kept; it has no effect",
        "docker.runconfig:11: 'SparkDependenciesFile' is read as spark.configuration and environment.spark",
        "docker.runconfig:12: 'TrackedRun' is read as history.outputCollection",
        "docker.runconfig:13: 'UseSampling' is kept; it has no effect",
        "docker.runconfig:14: 'PrepareEnvironment' is kept; it has no effect",
    ]


def test_unchanged_it_is_saved_as_it_was_and_changed_written_anew(project):
    """An old file cannot say all that a configuration can; nothing is lost when it is written anew."""
    config, _ = load(project)
    config.save()
    file = project / "docker.runconfig"
    assert file.read_text() == TEXT
    config.script = "b.py"
    config.save()
    assert file.read_text().startswith("script: b.py\narguments: [--lr, 0.10]\ntarget: docker\n")
    again, said = load(project)
    assert again == config
    assert [line.partition(": ")[2] for line in said] == [
        "no setting named 'SparkDependenciesFile'; it is kept",
        "no setting named 'UseSampling'; it is kept",
        "'PrepareEnvironment' has no effect any more; environments are prepared when they are needed",
        "no setting named 'docker.compute'; did you mean 'kubernetescompute'?",
    ]


def test_saved_elsewhere_it_has_what_its_neighbours_said(project, tmp_path):
    """There the target's file is not."""
    config, _ = load(project)
    config.save(tmp_path / "b.runconfig")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert RunConfiguration.load(tmp_path / "b.runconfig") == config


def test_files_that_are_not_there_are_warnings(tmp_path):
    """Nothing that such a file names need exist today."""
    folder = tmp_path / "aml_config"
    folder.mkdir()
    (folder / "docker.runconfig").write_text(TEXT)
    config, said = load(folder)
    assert config.environment.python.conda_dependencies is None
    assert config.unknown_keys["SparkDependenciesFile"] == "aml_config/spark_dependencies.yml"
    assert [line for line in said if "not there" in line or "no file" in line] == [
        "docker.runconfig:10: no file of packages 'aml_config/conda_dependencies.yml'",
        "docker.runconfig:11: the file 'aml_config/spark_dependencies.yml' is not there",
    ]


@pytest.mark.parametrize(
    ("name", "text", "faults"),
    [
        (
            "docker.runconfig",
            "ArgumentVector: train.py\nTarget: [a]\n",
            [("is no list of words", "ArgumentVector", 1), ("'['a']' is no text", "target", 2)],
        ),
        ("docker.compute", "- a\n", [("holds no map of settings", "", 1)]),
        ("docker.compute", "a: 1\n\tb: 2\n", [("a tab stands where YAML allows only spaces", "", 2)]),
        ("docker.compute", "nodeCount: x\n", [("'x' is not a whole number of nodes", "nodeCount", 1)]),
        (
            "spark_dependencies.yml",
            "configuration: [a]\n",
            [("'['a']' is no map of names and values", "spark.configuration", 1)],
        ),
        (
            "conda_dependencies.yml",
            "foo: 1\n",
            [("no key named 'foo' in a conda file", "foo", 1)],
        ),
    ],
)
def test_faults_name_the_file_and_line(project, name, text, faults):
    """Of the file itself, and of those beside it."""
    (project / name).write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(project)
    found = [(f.message, f.key, f.line) for f in caught.value.faults]
    assert [fault for fault in found if fault in faults] == faults
    assert {f.file for f in caught.value.faults} == {str(project / name)}


def test_a_later_file_is_no_workbench_file():
    """With `script` or `environment` it is of SDK v1; an old key is then one that nobody knows."""
    with pytest.raises(ConfigError) as caught:
        RunConfiguration.from_text("script: a.py\nTrackedRun: true\n")
    assert caught.value.faults == [Fault("no setting named 'TrackedRun'", "TrackedRun", "<cell>", 2)]
