"""Which image a run gets, and what is put upon it: decided before an engine is asked."""

import json
import os
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_runcfg import CondaDependencies, RunConfiguration
from jupyter_runcfg.config import DockerBuildContext
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.submission.image import plan_image, resolvable
from jupyter_runcfg.submission.request import without_passwords
from jupyter_runcfg.submission.target import Target

MINOR = "{}.{}".format(*sys.version_info)


def config_of(*pip, python=""):
    made = RunConfiguration(script="train.py")
    if pip or python:
        tree = {"dependencies": [*([f"python{python}"] if python else []), {"pip": list(pip)}]}
        made.environment.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    return made


def planned(config, tmp_path, **options):
    return plan_image(config, Target("box", "docker", options), tmp_path, Home(str(tmp_path / "home")))


def refused(config, tmp_path):
    with pytest.raises(ConfigError) as caught:
        planned(config, tmp_path)
    [fault] = caught.value.faults
    return fault.message, fault.where


def test_nobody_chose(tmp_path):
    """V1's untouched default is not pulled: this kernel's Python, said in a note."""
    found = planned(config_of(), tmp_path)
    assert found.wanted == {"python": "python", "image": {"base": f"python:{MINOR}-slim"}}
    assert found.described == f"image python:{MINOR}-slim"
    [note] = found.notes
    assert note.startswith(f"image python:{MINOR}-slim: nobody chose one")


@pytest.mark.parametrize(
    ("python", "image"),
    [
        ("=3.9", "python:3.9-slim"),
        ("=3.9.18", "python:3.9-slim"),
        (">=3.7,<3.8", "python:3.7-slim"),
        (">=3.8", f"python:{MINOR}-slim"),
        ("=3.8.13", f"python:{MINOR}-slim"),  # of SDK v1 itself
    ],
)
def test_the_python_that_packages_ask_for(python, image, tmp_path):
    """An image of that Python is taken where nobody names another."""
    assert planned(config_of("six", python=python), tmp_path).wanted["image"]["base"] == image


def test_who_chooses(tmp_path):
    """The configuration wins over the target; the target's interpreter counts in the image."""
    config = config_of()
    options = {"image": "team/base:2", "python": "/opt/python"}
    found = planned(config, tmp_path, **options)
    assert (found.wanted, found.notes) == ({"python": "/opt/python", "image": {"base": "team/base:2"}}, ())
    config.environment.docker.base_image = "mine:1"
    config.environment.python.interpreter_path = "python3.8"
    assert planned(config, tmp_path, **options).wanted == {"python": "python3.8", "image": {"base": "mine:1"}}
    config.environment.docker.platform.architecture = "arm64"
    assert planned(config, tmp_path).wanted["image"] == {"base": "mine:1", "platform": "linux/arm64"}


def test_packages_upon_it(tmp_path):
    """As pip environments have them, without a Python of this machine; v1's own are left out, or kept."""
    config = config_of("azureml-defaults", "Six>=1.0", python="=3.9")
    config.environment.docker.base_image = "mine:1"
    found = planned(config, tmp_path)
    assert found.wanted["definition"] == {
        "version": 1,
        "python": "3.9",
        "packages": ["six>=1"],
        "constraints": [],
        "options": [],
    }
    assert found.wanted["image"] == {"base": "mine:1", "python": "==3.9.*"}
    assert found.wanted["python"] == "python"
    assert found.described == "image mine:1 with 1 package"
    assert found.notes == ("not installed: azureml-defaults (a run finds SDK v1's names without it)",)
    assert resolvable(found.wanted)["python_version"] == "3.9"
    config.environment.python.keep_v1_packages = True
    kept = planned(config, tmp_path)
    assert kept.wanted["definition"]["packages"] == ["azureml-defaults", "six>=1"]
    assert kept.notes == ()


def test_a_registry(tmp_path):
    """Its address is put before the name once; its password is no part of the request."""
    config = config_of()
    docker = config.environment.docker
    docker.base_image = "team/train:1"
    registry = docker.base_image_registry
    registry.address, registry.username, registry.password = "reg.example.com", "ada", "geheim-1815"
    found = planned(config, tmp_path)
    assert found.wanted["image"] == {
        "base": "reg.example.com/team/train:1",
        "registry": {"address": "reg.example.com", "username": "ada"},
    }
    assert found.secrets == {"RUNCFG_REGISTRY_PASSWORD": "geheim-1815"}
    assert "geheim" not in repr(found)
    docker.base_image = "reg.example.com/team/train:1"
    assert planned(config, tmp_path).wanted["image"]["base"] == "reg.example.com/team/train:1"
    docker.base_image = "localhost:5000/train"
    assert planned(config, tmp_path).wanted["image"]["base"] == "localhost:5000/train"


def test_dockerfile_and_context(tmp_path):
    """A text, a path, a directory, a git URL: each as the engine's machine will need it."""
    (tmp_path / "image").mkdir()
    (tmp_path / "image" / "Dockerfile").write_text("FROM a\nRUN b\n")
    config = config_of()
    docker = config.environment.docker
    docker.base_dockerfile = "image/Dockerfile"
    image = {"dockerfile": "FROM a\nRUN b\n", "where": "Dockerfile", "shown": "of Dockerfile"}
    assert planned(config, tmp_path).wanted["image"] == image
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one takes the place of the other
        docker.build_context = DockerBuildContext(None, "image")
        directory = os.path.realpath(tmp_path / "image")
        shown = "of its build context"
        context = {"directory": directory, "dockerfile": "Dockerfile"}
        assert planned(config, tmp_path).wanted["image"] == {"context": context, "shown": shown}
        docker.build_context = DockerBuildContext.from_git("https://ada:geheim@git.example.com/i.git#main:a")
        found = planned(config, tmp_path)
    [name] = found.secrets
    context = {"git": f"https://${{{name}}}@git.example.com/i.git#main:a", "dockerfile": "Dockerfile"}
    assert found.wanted["image"] == {"context": context, "shown": shown}
    assert found.secrets == {name: "ada:geheim"}


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (DockerBuildContext(None, "nowhere"), "no directory"),
        (DockerBuildContext(None, "."), "no 'Dockerfile' in"),
        (DockerBuildContext(None, ""), "the build context has no location"),
        (DockerBuildContext("storageAccount", "https://a"), "a storage account cannot be asked"),
        (DockerBuildContext("git", "--upload-pack=x"), "the build context has no location"),
    ],
)
def test_contexts_that_cannot_be(context, message, tmp_path):
    """Said before anything is sent, with its key."""
    config = config_of()
    config.environment.docker.base_image = None
    config.environment.docker.build_context = context
    said, where = refused(config, tmp_path)
    assert said.startswith(message)
    assert where.startswith("environment.docker.buildContext")


def test_what_cannot_be_an_image(tmp_path):
    """Names with blanks, Windows, a conda environment of this machine."""
    config = config_of()
    config.environment.docker.base_image = "my image"
    said = refused(config, tmp_path)
    assert said == ("'my image' is no name of an image", "environment.docker.baseImage")
    config.environment.docker.base_image = "mine:1"
    config.environment.python.base_conda_environment = "base"
    said = refused(config, tmp_path)
    assert said[0] == "a conda environment of this machine is not in the image"
    config.environment.python.base_conda_environment = None
    config.environment.docker.platform.os = "Windows"
    assert refused(config, tmp_path)[0] == "containers of 'Windows' cannot be run"


def test_conda_packages_for_another_processor(tmp_path):
    """Conda's packages are installed on this machine: an image for another kind of processor has none."""
    config = config_of()
    config.environment.python.conda_dependencies = CondaDependencies.create(conda_packages=["numpy"])
    config.environment.docker.platform.architecture = "s390x"
    message, where = refused(config, tmp_path)
    assert message == "conda's packages are installed here, not for 's390x'"
    assert where == "environment.docker.platform.architecture"


def test_the_record_has_no_password():
    """Of registries, of indexes, of build contexts; the rest of the configuration is as it was."""
    config = config_of("--index-url https://ada:geheim@pypi.example.com/simple", "six")
    registry = config.environment.docker.base_image_registry
    registry.username, registry.password = "ada", "geheim"
    context = DockerBuildContext.from_git("https://geheim@git.example.com/i.git")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config.environment.docker.base_image = None
        config.environment.docker.build_context = context
    tree = without_passwords(config.to_dict())
    assert "geheim" not in json.dumps(tree)
    assert tree["environment"]["docker"]["baseImageRegistry"]["username"] == "ada"
    plain = config_of("six").to_dict()
    assert without_passwords(plain) == plain


@given(st.data(), st.integers(0, 9))
def test_the_same_however_it_is_written(data, version):
    """Keys and packages in any order and spelling ask for the same; another version for something else."""
    packages = {
        "numpy": ["numpy == 1.26", "NumPy==1.26.0"],
        "six": [f"six>=1.{version}", f"Six >= 1.{version}.0"],
    }
    texts = [data.draw(st.sampled_from(spellings)) for spellings in packages.values()]
    dependencies = [
        data.draw(st.sampled_from(["python=3.9", "python==3.9"])),
        {"pip": data.draw(st.permutations(texts))},
    ]
    sections = {
        "docker": {"enabled": True, "baseImage": "mine:1"},
        "python": {"condaDependencies": {"dependencies": dependencies}},
    }
    ordered = dict(data.draw(st.permutations(list(sections.items()))))
    config = RunConfiguration.from_text(json.dumps({"script": "train.py", "environment": ordered}))
    target, home = Target("docker", "docker"), Home("/nowhere")
    wanted = plan_image(config, target, Path("/nowhere"), home).wanted
    found = {key: wanted[key] for key in ("image", "definition")}
    image = {"base": "mine:1", "python": "==3.9.*"}
    definition = {
        "version": 1,
        "python": "3.9",
        "packages": ["numpy==1.26", f"six>=1.{version}" if version else "six>=1"],
        "constraints": [],
        "options": [],
    }
    assert found == {"image": image, "definition": definition}
