"""Numbers of runs: each once."""

import os

import pytest

from jupyter_runcfg.history.number import directory, release_number, run_id_of, take_number
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


@pytest.mark.parametrize("gap", range(1, 9))
def test_a_number_that_was_given_back(gap, home):
    """Wherever the gap is, a number that is taken is never given again."""
    for number in range(1, 9):
        take_number(home, "a", f"run-{number}")
    release_number(home, "a", gap)
    new = {take_number(home, "a", f"new-{n}"): f"new-{n}" for n in range(3)}
    assert len(new) == 3
    old = {number: f"run-{number}" for number in range(1, 9) if number != gap}
    assert {number: run_id_of(home, "a", number) for number in (*old, *new)} == {**old, **new}
    assert not os.path.exists(os.path.join(directory(home, "a"), "0"))
