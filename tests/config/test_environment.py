"""Environments: how they are made, what excludes what, and the directory they are kept in."""

import json
import os
import stat
import warnings

import pytest

from jupyter_runcfg.config import (
    DEFAULT_CPU_IMAGE,
    CondaDependencies,
    ConfigWarning,
    ContainerRegistry,
    DockerBuildContext,
    DockerSection,
    Environment,
    EnvironmentReference,
    RunConfiguration,
)
from jupyter_runcfg.errors import ConfigError, Fault

CONDA = "# mine\nname: p\ndependencies:\n- python=3.9\n- numpy\n"


def faults_of(call, *words, **named):
    with pytest.raises(ConfigError) as caught:
        call(*words, **named)
    return caught.value.faults


@pytest.fixture
def files(tmp_path):
    """A conda file, a requirements file and a Dockerfile."""
    (tmp_path / "conda.yml").write_text(CONDA)
    (tmp_path / "bare.yml").write_text("dependencies: [numpy]\n")
    (tmp_path / "requirements.txt").write_text("\ufeff# c\n\n-r other.txt\r\n\nnumpy==1.0\t # d\n")
    (tmp_path / "Dockerfile").write_text("FROM x\nRUN y\n")
    return tmp_path


def test_from_conda_specification(files):
    """The packages are those of the file; a Python is added where it has none."""
    made = Environment.from_conda_specification("e", str(files / "conda.yml"))
    assert (made.name, made.python.user_managed_dependencies) == ("e", False)
    assert made.python.conda_dependencies.serialize_to_string() == CONDA
    assert made.docker.base_image == DEFAULT_CPU_IMAGE
    bare = Environment.from_conda_specification("e", files / "bare.yml")
    assert bare.python.conda_dependencies.conda_packages == ["python=3.10.18", "numpy"]


def test_from_pip_requirements(files):
    """The lines are taken as they are, and conda installs pip."""
    made = Environment.from_pip_requirements("e", str(files / "requirements.txt")).python.conda_dependencies
    assert made.as_dict()["dependencies"] == [
        "python=3.8.13",
        "pip",
        {"pip": ["# c", "-r other.txt", "numpy==1.0  # d"]},
    ]
    made = Environment.from_pip_requirements("e", files / "requirements.txt", pip_version="20.3")
    assert "pip=20.3" in made.python.conda_dependencies.conda_packages


def test_from_docker_image(files):
    """Without a file of packages the image has all that is needed."""
    made = Environment.from_docker_image("e", "img:1", ContainerRegistry())
    assert (made.docker.base_image, made.python.user_managed_dependencies) == ("img:1", True)
    registry = ContainerRegistry()
    registry.address = "reg"
    made = Environment.from_docker_image("e", "img:1", registry, str(files / "conda.yml"))
    assert (made.docker.base_image_registry, made.python.user_managed_dependencies) == (registry, False)
    assert made.python.conda_dependencies.conda_packages == ["python=3.9", "numpy"]
    made = Environment.from_docker_image("e", "img:1", pip_requirements=str(files / "requirements.txt"))
    assert "numpy==1.0  # d" in made.python.conda_dependencies.pip_packages


def test_from_dockerfile(files):
    """A text is taken as it is, a path is read."""
    for given in ("FROM x\nRUN y\n", str(files / "Dockerfile"), files / "Dockerfile"):
        made = Environment.from_dockerfile("e", given)
        assert (made.docker.base_dockerfile, made.docker.base_image) == ("FROM x\nRUN y\n", None)
        assert made.python.user_managed_dependencies is True
    assert Environment.from_dockerfile("e", "FROM x").docker.base_dockerfile == "FROM x"
    made = Environment.from_dockerfile("e", "FROM x", conda_specification=str(files / "conda.yml"))
    assert made.python.user_managed_dependencies is False


def test_from_docker_build_context():
    """The context takes the place of the image."""
    context = DockerBuildContext.from_git("https://h/r.git#main:docker")
    made = Environment.from_docker_build_context("e", context)
    assert (made.docker.build_context, made.docker.base_image) == (context, None)
    assert context == DockerBuildContext("git", "https://h/r.git#main:docker", "Dockerfile")
    stored = DockerBuildContext.from_storage_account("https://s", "D")
    assert stored == DockerBuildContext("storageAccount", "https://s", "D")


def test_from_existing_conda_environment(tmp_path, monkeypatch):
    """What `conda env export` says, without the place it is at."""
    conda = tmp_path / "conda"
    conda.write_text(
        '#!/bin/sh\n[ "$*" = "env export --no-builds --name x" ] || { echo no such >&2; exit 1; }\n'
        "printf 'name: x\\ndependencies:\\n- python=3.9\\nprefix: /opt/x\\n'\n"
    )
    conda.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    made = Environment.from_existing_conda_environment("e", "x")
    assert made.python.conda_dependencies.as_dict() == {"name": "x", "dependencies": ["python=3.9"]}
    message = "cannot export the conda environment 'y': no such"
    hint = "`conda env list` shows those there are"
    faults = faults_of(Environment.from_existing_conda_environment, "e", "y")
    assert faults == [Fault(message, "conda_environment_name", hint=hint)]
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    faults = faults_of(Environment.from_existing_conda_environment, "e", "x")
    assert [fault.message for fault in faults] == ["there is no `conda` on this machine"]


@pytest.mark.parametrize(
    ("make", "words", "message"),
    [
        ("from_conda_specification", ("e", "none.yml"), "cannot be read: no such file or directory"),
        ("from_conda_specification", ("e", ""), "'conda_dependencies_file_path' is empty"),
        ("from_conda_specification", (3, "conda.yml"), "'3' is no name"),
        (
            "from_pip_requirements",
            ("e", "none.txt"),
            "cannot be read: no such file or directory",
        ),
        ("from_pip_requirements", ("e", "."), "is a directory, not a requirements file"),
        ("from_pip_requirements", ("e", None), "'None' is no path"),
        ("from_pip_requirements", ("e", "a\0b"), "''a\\x00b'' is no path"),
        ("from_pip_requirements", ("e", "latin.txt"), "is no UTF-8 text: the byte 0xff"),
        ("from_dockerfile", ("e", "none"), "cannot be read: no such file or directory"),
        ("from_dockerfile", ("e", None), "'None' is no path"),
        ("from_dockerfile", ("e", b"FROM x"), "'b'FROM x'' is no path"),
        ("from_docker_image", ("e", ["x"]), "'['x']' is no text"),
        ("from_docker_image", ("e", "x", "reg"), "'str' is no ContainerRegistry"),
        (
            "from_docker_image",
            ("e", "x", None, "conda.yml", "requirements.txt"),
            "'conda_specification' and 'pip_requirements' exclude each other",
        ),
        ("from_docker_build_context", ("e", "x"), "'x' is no DockerBuildContext"),
        ("load_from_directory", ("none",), "cannot be read: no such file or directory"),
    ],
)
def test_what_cannot_be_made_is_said(files, monkeypatch, make, words, message):
    """Never another exception than ConfigError."""
    monkeypatch.chdir(files)
    (files / "latin.txt").write_bytes(b"\xff")
    assert [fault.message for fault in faults_of(getattr(Environment, make), *words)] == [message]


def test_clone_is_another_of_another_name():
    """It shares nothing, and has no version."""
    one = Environment("e", version="3", environment_variables={"A": "1"})
    two = one.clone("f")
    assert (two.name, two.version, two.environment_variables) == ("f", None, {"A": "1"})
    two.environment_variables["A"] = "2"
    two.docker.arguments.append("x")
    assert one == Environment("e", version="3", environment_variables={"A": "1"})


def full_environment():
    made = Environment("e", version="2")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.docker.base_dockerfile = "FROM x\nRUN y\n"
    made.docker.platform.os = "Windows"
    made.python.conda_dependencies = CondaDependencies.create(pip_packages=["a"], conda_packages=["b"])
    made.python.interpreter_path = "/opt/python"
    made.spark.packages = [{"group": "g", "artifact": "a", "version": "1"}]
    made.databricks.cluster = {"spark_conf": {"a": [1, True]}}
    made.r = {"cran_packages": [{"name": "x"}], "snapshot_date": "2020-01-01"}
    made.environment_variables = {"A": "ü"}
    return made


def test_a_directory_holds_all_of_it(tmp_path):
    """What is saved is loaded; the packages and the Dockerfile are files of their own."""
    made = full_environment()
    made.save_to_directory(tmp_path / "a" / "b")
    place = tmp_path / "a" / "b"
    assert sorted(file.name for file in place.iterdir()) == [
        "BaseDockerfile",
        "azureml_environment.json",
        "conda_dependencies.yml",
    ]
    tree = json.loads((place / "azureml_environment.json").read_text())
    assert (tree["docker"]["baseDockerfile"], tree["name"]) == ("BaseDockerfile", "e")
    assert "condaDependencies" not in tree["python"]
    assert (place / "BaseDockerfile").read_text() == "FROM x\nRUN y\n"
    again = Environment.load_from_directory(str(place))
    assert again == made
    assert {stat.S_IMODE(file.stat().st_mode) & 0o600 for file in place.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Environment("e"),
        lambda: EnvironmentReference("AzureML-Minimal", "7"),
        lambda: Environment.from_docker_image("e", "i"),
        Environment.bare,
        Environment,
    ],
)
def test_every_environment_goes_there_and_back(tmp_path, make):
    """Those without packages and those defined elsewhere, too."""
    made = make()
    made.save_to_directory(tmp_path)
    assert Environment.load_from_directory(tmp_path) == made


def test_there_is_no_overwriting_without_the_word(tmp_path):
    """The old files stay; with the word those that are needed no more go."""
    full_environment().save_to_directory(tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    hint = "`overwrite=True` replaces it"
    faults = faults_of(Environment("f").save_to_directory, tmp_path)
    assert [(f.message, f.key, f.hint) for f in faults] == [
        ("'conda_dependencies.yml' is there already", str(tmp_path), hint)
    ]
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before
    Environment.bare().save_to_directory(tmp_path, overwrite=True)
    assert [file.name for file in tmp_path.iterdir()] == ["azureml_environment.json"]


def test_old_files_are_not_taken_for_ours(tmp_path):
    """A conda file that is there already counts as there, also where this environment has none."""
    (tmp_path / "conda_dependencies.yml").write_text(CONDA)
    faults = faults_of(Environment.bare().save_to_directory, tmp_path)
    assert [fault.message for fault in faults] == ["'conda_dependencies.yml' is there already"]


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    """A file in the place of the directory."""
    (tmp_path / "x").write_text("")
    for place in (tmp_path / "x", tmp_path / "x" / "y"):
        (fault,) = faults_of(Environment("e").save_to_directory, place)
        assert fault.message.startswith("cannot be written: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "a value is missing"),
        ("", "is empty: it holds no setting"),
        ("[]", "holds a list, not settings"),
        ("3", "holds one value, not settings"),
        ("null", "is empty: it holds no setting"),
        ('{\n"docker": {"enabled": "maybe"}}', "'maybe' is neither true nor false"),
        ('{"docker": [1]}', "'[1]' is no map of settings"),
        ('{"name": ["x"]}', "'['x']' is no text"),
        ('{"name": "x", "name": "y"}', "the key 'name' stands twice"),
        ("[" * 5000, "nested deeper than 50 levels"),
    ],
)  # fmt: skip
def test_a_broken_definition_is_said_with_its_file(tmp_path, text, message):
    """With its line, where there is one."""
    file = tmp_path / "azureml_environment.json"
    file.write_text(text)
    (fault,) = faults_of(Environment.load_from_directory, tmp_path)
    assert fault.message.startswith(message)
    assert (fault.file, fault.line) == (str(file), text.count("\n") + 1 if text not in ("", "null") else 0)


def test_keys_that_nobody_knows_are_kept(tmp_path):
    """A later version of SDK v1 may have written them; each gives a warning."""
    file = tmp_path / "azureml_environment.json"
    file.write_text('{"name": "e", "python": {"foo": [1, {"a": null}]}}')
    with pytest.warns(ConfigWarning) as told:
        made = Environment.load_from_directory(tmp_path)
    assert [str(warning.message) for warning in told] == [f"{file}:1: no setting named 'foo'; it is kept"]
    made.save_to_directory(tmp_path / "b")
    assert json.loads((tmp_path / "b" / file.name).read_text())["python"]["foo"] == [1, {"a": None}]


def test_faults_of_the_packages_name_their_file(tmp_path):
    """The conda file beside it is checked as any other."""
    Environment("e").save_to_directory(tmp_path)
    (tmp_path / "conda_dependencies.yml").write_text("name: x\nfoo: 1\n")
    (fault,) = faults_of(Environment.load_from_directory, tmp_path)
    assert (fault.file, fault.line) == (str(tmp_path / "conda_dependencies.yml"), 2)


def test_the_sources_of_an_image_exclude_each_other():
    """The one assigned last stays; a warning tells of one that was given before, none of the default."""
    docker = DockerSection()
    docker.base_dockerfile = "FROM x"
    assert (docker.base_image, docker.base_dockerfile) == (None, "FROM x")
    with pytest.warns(UserWarning) as told:
        docker.base_image = "i"
    assert [(str(warning.message), warning.filename) for warning in told] == [
        ("'base_image' takes the place of 'base_dockerfile', which is None now", __file__)
    ]
    assert (docker.base_image, docker.base_dockerfile) == ("i", None)
    with pytest.warns(UserWarning, match="'build_context' takes the place of 'base_image'"):
        docker.build_context = {"location": "x"}
    assert (docker.base_image, docker.base_dockerfile) == (None, None)
    docker.build_context = None
    assert docker == DockerSection(base_image=None)


def test_a_refused_source_changes_nothing():
    """A wrong value leaves the source that was there."""
    docker = DockerSection()
    with pytest.raises(ConfigError):
        docker.build_context = {"location_type": "ftp"}
    with pytest.raises(ConfigError):
        docker.base_dockerfile = ["x"]
    assert docker == DockerSection()


def test_a_file_may_have_all_sources():
    """As in SDK v1 they exclude each other in Python only."""
    text = (
        "environment:\n  docker:\n    baseImage: i\n    baseDockerfile: FROM x\n"
        "    buildContext: {locationType: git, location: l}\n"
    )
    docker = RunConfiguration.from_text(text).environment.docker
    assert (docker.base_image, docker.base_dockerfile) == ("i", "FROM x")
    assert docker.build_context == DockerBuildContext("git", "l")


def test_a_reference_is_a_name_until_more_is_set():
    """It is written as a name and a version; with anything else it is a definition."""
    made = EnvironmentReference("AzureML-Minimal", "7")
    assert made.is_reference
    assert made.to_dict() == {"name": "AzureML-Minimal", "version": "7"}
    assert made.copy() == made
    assert made.copy().is_reference
    bare = Environment.bare()
    bare.name, bare.version = "AzureML-Minimal", "7"
    assert made != bare
    assert bare != made
    made.docker.base_image = "i"
    assert not made.is_reference
    bare.docker.base_image = "i"
    assert made == bare
    assert made.to_dict() == bare.to_dict()
    assert Environment("x").is_reference is False


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "x"}, EnvironmentReference("x")),
        ({"Version": "1"}, EnvironmentReference(None, "1")),
        (EnvironmentReference("x"), EnvironmentReference("x")),
        (Environment("x"), Environment("x")),
        ({}, Environment.bare()),
    ],
)
def test_a_map_stands_for_an_environment_as_in_a_file(given, expected):
    """A name and a version alone are one defined elsewhere."""
    config = RunConfiguration()
    config.environment = given
    assert config.environment == expected
    assert config.environment.is_reference == expected.is_reference


def test_names():
    """A name is a str or nothing, by position or by keyword."""
    assert Environment("e") == Environment(name="e")
    assert Environment().name is None
    (fault,) = faults_of(Environment, 3)
    assert (fault.message, fault.key, fault.hint) == ("'3' is no name", "environment.name", "give it a str")
