"""What SDK v1 makes of files and arguments, measured, against what we make of them.

The cases in vectors.json are copies of those that matter most, with only what differs from the first
of their kind; all cases are read where ../shared lies beside the checkout.
"""

import json
import warnings
from pathlib import Path

import pytest

import jupyter_runcfg.config as config_module
from jupyter_runcfg.config import CondaDependencies, Environment, RunConfiguration, ScriptRunConfig
from jupyter_runcfg.errors import ConfigError

SHARED = Path(__file__).parents[3] / "shared" / "vectors"
COPIES = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))

REFUSED = object()
# where SDK v1 has a fault of its own (`oracle_quirk`): what we make of the file, and why
DEVIATIONS = {
    "all-sections-null": (
        "an empty setting is the default, so that `config.mpi.node_count` never meets None",
        {"mpi.process_count_per_node": 1, "target": "local", "node_count": 1, "services": {}, "command": ""},
    ),
    "coercions": ("60.9 seconds, a priority of true and a framework 3 are slips: told, not rounded", REFUSED),
    "data-datapath-misspelt": (
        "the location is not lost: `datapath` is read as `dataPath`, with a warning",
        {"data.d.data_location.data_path.datastore_name": "ws"},
    ),
    "legacy-workbench-docker": (
        "every value of a Workbench file and of its .compute neighbour finds its place",
        {
            "script": "train.py",
            "arguments": ["--x"],
            "target": "docker",
            "framework": "PySpark",
            "environment.environment_variables": {"MY_VAR": "v"},
            "environment.docker.base_image": "img:1",
            "environment.docker.enabled": True,
            "environment.docker.shared_volumes": False,
            "environment.python.conda_dependencies_file": "aml_config/conda_dependencies.yml",
            "environment.spark.repositories": ["https://r"],
            "spark.configuration": {"spark.app.name": "App"},
        },
    ),
    "missing-environment-with-local-compute": (
        "a file without an environment is one with the default environment",
        {"script": "train.py", "target": "cpu", "framework": "Python"},
    ),
    "paralleltask-exit-codes": (
        "what SDK v1 writes can be read",
        {"paralleltask.terminal_exit_codes": [3, 4]},
    ),
    "path-aml_config-present-hides-azureml": ("both directories are looked at", {"script": "azureml"}),
    "path-file-missing-extension": ("the extension is added, as for names", {"script": "a"}),
    "yaml12-bools": (
        "off means off",
        {"history.output_collection": False, "credential_passthrough": True},
    ),
}  # fmt: skip


def shared_cases():
    for folder in sorted((SHARED / "runconfig").iterdir()) if SHARED.is_dir() else []:
        case = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        found = case["expected"]
        yield {
            "id": folder.name,
            "folder": folder / "project",
            "load": case["load"],
            "ok": found["ok"],
            "quirk": case["oracle_quirk"],
            "attributes": found.get("attributes"),
        }


def write_project(case, directory):
    files = case.get("files") or {
        str(file.relative_to(case["folder"])): file.read_text(encoding="utf-8")
        for file in case["folder"].rglob("*")
        if file.is_file()
    }
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")


def quietly(build):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        return build(), [str(warning.message) for warning in caught]


def compare(expected, value, path=""):
    """Yields what differs; a map with `__class__` names an object's class and attributes."""
    if isinstance(value, CondaDependencies):
        value = value.as_dict()
    if isinstance(expected, dict) and "__class__" in expected:
        if type(value).__name__.strip("_") != expected["__class__"].strip("_"):
            yield path, expected["__class__"], type(value).__name__
        for name, item in expected.items():
            if name != "__class__":
                yield from compare(item, getattr(value, name), f"{path}.{name}")
    elif isinstance(expected, list) and isinstance(value, list) and len(expected) == len(value):
        for number, pair in enumerate(zip(expected, value, strict=True)):
            yield from compare(*pair, f"{path}.{number}")
    elif isinstance(expected, dict) and isinstance(value, dict) and expected.keys() == value.keys():
        for name, item in expected.items():
            yield from compare(item, value[name], f"{path}.{name}")
    elif expected != value or isinstance(expected, bool) != isinstance(value, bool):
        yield path, expected, value


def at(value, dotted):
    for name in dotted.split("."):
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    return value


@pytest.mark.parametrize(
    "case", [*COPIES["runconfig"], *shared_cases()], ids=lambda case: case["id"] + ("+" * ("folder" in case))
)
def test_files_are_read_as_v1_reads_them(case, tmp_path, monkeypatch):
    """Every attribute as SDK v1 has it, or a ConfigError where it raises; deviations have their reason."""
    write_project(case, tmp_path)
    monkeypatch.chdir(tmp_path)

    def load():
        return RunConfiguration.load(case["load"]["path"], case["load"]["name"])

    reason, ours = DEVIATIONS.get(case["id"], ("", None))
    assert bool(case["quirk"]) == bool(reason)
    if ours is REFUSED or (ours is None and not case["ok"]):
        with pytest.raises(ConfigError):
            quietly(load)
        return
    config, _ = quietly(load)
    if ours is None:
        assert list(compare(case["attributes"], config)) == []
    else:
        assert {name: at(config, name) for name in ours} == ours


def built(value):
    if not isinstance(value, dict) or "$" not in value:
        return value
    kind, words = value["$"], value.get("kw", {})
    if kind == "object":
        return object()
    if kind == "Environment":
        return Environment(value["name"])
    if kind == "RunConfiguration":
        config = RunConfiguration(**words)
        config.target = value["target"]
        return config
    return getattr(config_module, f"{kind}Configuration")(**words)


def seen(made):
    config = made.run_config
    return {
        "script": made.script,
        "arguments": made.arguments,
        "command": made.command,
        "environment_name": config.environment.name,
        "docker": {
            name: getattr(config.docker, name)
            for name in ("use_docker", "arguments", "shm_size", "shared_volumes")
        },
        "mpi": [config.mpi.process_count_per_node, config.mpi.node_count],
        "pytorch": [
            config.pytorch.communication_backend,
            config.pytorch.process_count,
            config.pytorch.node_count,
        ],
        "tensorflow": [config.tensorflow.worker_count, config.tensorflow.parameter_server_count],
        **{name: getattr(config, name) for name in ("target", "framework", "communicator", "node_count")},
        "max_run_duration_seconds": config.max_run_duration_seconds,
    }


def all_script_cases():
    file = SHARED / "script_run_config" / "constructor.json"
    more = json.loads(file.read_text(encoding="utf-8"))["cases"] if file.is_file() else []
    return [*COPIES["script_run_config"], *({**case, "id": case["id"] + "+"} for case in more)]


@pytest.mark.parametrize("case", all_script_cases(), ids=lambda case: case["id"])
def test_script_run_configs_are_built_as_v1_builds_them(case):
    """What is built, whether a warning was given, and what would be submitted."""
    expected = case["expected"]

    def build():
        return ScriptRunConfig(**{name: built(value) for name, value in case["kwargs"].items()})

    if not expected["ok"]:
        with pytest.raises(ConfigError):
            quietly(build)
        return
    made, said = quietly(build)
    attributes = seen(made)
    assert {name: attributes[name] for name in expected["attributes"]} == expected["attributes"]
    assert bool(said) == expected["warns"]
    submitted = {name: getattr(made.run_config, name) for name in ("script", "arguments", "command")}
    assert submitted == expected["submitted"]
