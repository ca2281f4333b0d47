"""Public files as they were found, where they lie beside the checkout; none is copied here."""

import json
import warnings
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from jupyter_runcfg.config import ConfigWarning, RunConfiguration
from jupyter_runcfg.config.section import camel
from jupyter_runcfg.errors import ConfigError

FOLDER = Path(__file__).parents[3] / "shared" / "realworld"
INDEX = FOLDER / "index.json"
CASES = json.loads(INDEX.read_text(encoding="utf-8")) if INDEX.is_file() else []
pytestmark = pytest.mark.skipif(not CASES, reason="../shared/realworld is not there")

PACKAGES = "name: p\ndependencies:\n- python=3.8\n- pip:\n  - numpy\n"
SPARK = "configuration:\n  spark.app.name: App\nrepositories: []\npackages: []\n"
BROKEN = {"hning86__etsbasedforecasting__aml_config__docker.runconfig~v5"}
MOVED = {("history", "enabled"): ("history", "outputCollection")}


@pytest.fixture
def project(case, tmp_path):
    """A project with the file at its own path, and the files it names beside it."""
    file = tmp_path / case["path"]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes((FOLDER / case["file"]).read_bytes())
    for neighbour in reversed(case["neighbours"]):
        (file.parent / neighbour["name"]).write_bytes((FOLDER / neighbour["file"]).read_bytes())
    for name in ("conda_dependencies.yml", "environment.yml", "train-conda.yml", "config/train-conda.yml"):
        for place in (tmp_path, file.parent):
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text(PACKAGES, encoding="utf-8")
    (file.parent / "spark_dependencies.yml").write_text(SPARK, encoding="utf-8")
    return file


def load(file):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConfigWarning)
        return RunConfiguration.load(file), [str(warning.message) for warning in caught]


def leaves(value, path=()):
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))
    else:
        yield path, value


def found_at(tree, path):
    for part in path:
        if isinstance(tree, dict):
            tree = tree.get(part, tree.get(camel(part)) if isinstance(part, str) else None)
        elif isinstance(tree, list) and isinstance(part, int) and part < len(tree):
            tree = tree[part]
        else:
            return None
    return tree


def alike(value, kept):
    """Nothing said is the default; text may stand for the number it spells."""
    return value is None or kept == value or str(kept) == str(value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_every_value_is_found_again(case, project):
    """Each value stands at its place under its name; what is broken is refused with file and line."""
    if Path(case["file"]).name in BROKEN:
        with pytest.raises(ConfigError) as caught:
            load(project)
        assert [(f.file, f.line) for f in caught.value.faults] == [(str(project), 11)]
        return
    config, said = load(project)
    tree = config.to_dict()
    written = YAML(typ="safe", pure=True).load(project.read_text(encoding="utf-8"))
    everything = json.dumps(tree)
    for path, value in leaves(written):
        if case["gen"] == "workbench":
            words = value if isinstance(value, list) else [value]
            assert all(json.dumps(word) in everything for word in words if word is not None), path
            continue
        if path == ("communicator",) and value == "Mpi":
            assert tree["communicator"] == "OpenMpi"
        elif path == ("environment",) and isinstance(value, str):
            assert config.environment.python.conda_dependencies_file is not None or config.environment.name
        else:
            assert alike(value, found_at(tree, MOVED.get(path, path))), path
    old = [line for line in said if "is read as" in line]
    assert bool(old) == (
        case["gen"] == "workbench" or "enabled" in str(written.get("history")) or "Mpi'" in str(written)
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_saved_as_it_was_and_changed_in_place(case, project):
    """A file is the same after load and save, takes changes, and is read back as what it became."""
    if Path(case["file"]).name in BROKEN:
        pytest.skip("no YAML")
    config, _ = load(project)
    before = project.read_bytes()
    config.save()
    assert project.read_bytes() == before
    config.set("nodeCount", "7")
    config.set("environment.docker.baseImage", "python:3.13-slim")
    config.set("environmentVariables.my_Var", "x: y")
    config.save()
    again, _ = load(project)
    assert again == config


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_alone_it_is_read_or_refused_with_its_line(case):
    """Where files that it names are missing, the line that names them is said."""
    file = FOLDER / case["file"]
    try:
        load(file)
    except ConfigError as error:
        assert all((f.file, f.line > 0) == (str(file), True) for f in error.faults)
