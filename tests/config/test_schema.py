"""The JSON Schema of configuration files."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from jupyter_runcfg import config
from jupyter_runcfg.config import RunConfiguration
from jupyter_runcfg.config.schema import FILE_NAME, text

SCHEMA = RunConfiguration.json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
REALWORLD = Path(__file__).parents[3] / "shared" / "realworld"
INDEX = REALWORLD / "index.json"
CASES = json.loads(INDEX.read_text(encoding="utf-8")) if INDEX.is_file() else []
V1 = [case["file"] for case in CASES if case["gen"] == "v1"]
# keys that SDK v1 does not know either, and words in a spelling that only we read
TOLD = {"name", "wait_for_completion", "compute_target", "pip", "python", "Mpi"}


def objects(value, path=()):
    if isinstance(value, dict):
        yield path, value
        for key, item in value.items():
            yield from objects(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from objects(item, (*path, number))


def test_it_is_a_schema():
    """It is valid JSON Schema 2020-12, and says which draft it is."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_shipped_file_is_the_schema():
    """Editors get what `json_schema` says; CONTRIBUTING.md has the command that writes it."""
    file = Path(config.__file__).with_name(FILE_NAME)
    assert file.read_text(encoding="utf-8") == text(RunConfiguration)


def test_every_setting_has_a_title_and_a_sentence():
    """Forms need both for each property of each section."""
    groups = [SCHEMA, *SCHEMA["$defs"].values()]
    lacking = [
        (group["title"], name)
        for group in groups
        for name, item in group["properties"].items()
        if not item.get("title") or not item.get("description", "").endswith((".", "…"))
    ]
    assert lacking == []


def test_words_ranges_and_units_are_said():
    """Enumerations, minima and units stand in the schema, and passwords are marked."""
    docker = SCHEMA["$defs"]["ContainerRegistry"]["properties"]
    assert SCHEMA["properties"]["framework"]["anyOf"][0]["enum"][:2] == ["Python", "PySpark"]
    assert SCHEMA["properties"]["nodeCount"] == {
        "title": "Node count",
        "description": "Machines to run on at once.",
        "default": 1,
        "anyOf": [{"minimum": 1, "type": "integer", "x-unit": "nodes"}, {"type": "null"}],
    }
    assert SCHEMA["properties"]["maxRunDurationSeconds"]["anyOf"][0]["x-unit"] == "seconds"
    assert docker["password"]["anyOf"][0]["format"] == "password"


def test_old_keys_are_deprecated():
    """Editors strike them out, and say what they became."""
    history = SCHEMA["$defs"]["HistoryConfiguration"]["properties"]
    assert (history["enabled"]["deprecated"], history["enabled"]["description"]) == (
        True,
        "Read as outputCollection.",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"nodeCount": 0},
        {"nodecount": 1},
        {"framework": "Pyton"},
        {"environment": {"docker": {"shmSize": "lots"}}},
        {"dataReferences": {"a": {"mode": "teleport"}}},
        {"arguments": [{"a": 1}]},
    ],
    ids=str,
)
def test_faults_are_found(change):
    """What we refuse or warn of, an editor marks."""
    assert not VALIDATOR.is_valid({"script": "a.py", **change})


def test_what_we_write_is_valid():
    """A full file of the defaults, an environment in a file of its own, nulls, variables that are numbers."""
    assert list(VALIDATOR.iter_errors(RunConfiguration().to_dict())) == []
    assert VALIDATOR.is_valid({"script": "a.py", "environment": ".azureml/environment.yml"})
    assert VALIDATOR.is_valid({"mpi": None, "nodeCount": None, "environmentVariables": {"THREADS": 8}})


@pytest.mark.skipif(not V1, reason="../shared/realworld is not there")
@pytest.mark.parametrize("name", V1)
def test_real_files_are_valid(name):
    """Files of SDK v1 pass, but for keys that nobody knows and spellings that only we read."""
    tree = YAML(typ="safe", pure=True).load((REALWORLD / name).read_text(encoding="utf-8"))
    for error in VALIDATOR.iter_errors(tree):
        assert any(f"'{word}'" in error.message for word in TOLD), error.message
