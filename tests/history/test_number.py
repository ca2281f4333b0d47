"""Numbers of runs: each once."""

import os

import pytest

from jupyter_runcfg.history.number import run_id_of, take_number
from jupyter_runcfg.runtime.paths import Home


@pytest.fixture
def home(tmp_path):
    return Home(str(tmp_path))


def test_counting(home):
    """1, 2, 3 … in each experiment by itself, whatever its name."""
    for experiment in ("a", "żółw/../x", ".."):
        assert [take_number(home, experiment, f"run-{n}") for n in range(1, 41)] == list(range(1, 41))
        assert run_id_of(home, experiment, 40) == "run-40"
    assert len(os.listdir(home.experiments)) == 3
    assert run_id_of(home, "a", 41) is run_id_of(home, "b", 1) is None
