"""Public files as they were found, where they lie beside the checkout; none is copied here."""

import json
import warnings
from pathlib import Path

import pytest

from jupyter_runcfg.config import ConfigWarning, RunConfiguration
from jupyter_runcfg.errors import ConfigError

FOLDER = Path(__file__).parents[3] / "shared" / "realworld"
INDEX = FOLDER / "index.json"
CASES = json.loads(INDEX.read_text(encoding="utf-8")) if INDEX.is_file() else []
pytestmark = pytest.mark.skipif(not CASES, reason="../shared/realworld is not there")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_read_or_refused_with_its_line(case):
    """A file is the same after load and save and takes changes, or is refused with file and line."""
    file = FOLDER / case["file"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConfigWarning)
        try:
            config = RunConfiguration.load(file)
        except ConfigError as error:
            assert [(f.file, f.line > 0) for f in error.faults] == [(str(file), True)] * len(error.faults)
            assert case["gen"] != "v1" or "no environment file" in error.message
            return
        assert config.to_yaml() == file.read_bytes().decode()
        config.set("nodeCount", "7")
        config.set("environment.docker.baseImage", "python:3.13-slim")
        config.set("environmentVariables.my_Var", "x: y")
        assert RunConfiguration.from_text(config.to_yaml(), strict=False) == config
