"""What a person may call a run."""

import pytest

from jupyter_runcfg.errors import RunNotFoundError
from jupyter_runcfg.history import Index, resolve, take_number
from jupyter_runcfg.runtime.paths import Home

from ..runtime.job import record

IDS = {
    "a/1": "a_1_3f2a0001",
    "a/2": "a_2_3f2a0002",
    "b/1": "b_3_12345678",
    "a/3": "a_4_0000beef",
}


@pytest.fixture
def find(tmp_path):
    """find(word, experiment) → `EXPERIMENT/N` of the run."""
    home = Home(str(tmp_path))
    for created, (label, run_id) in enumerate(IDS.items(), 1):
        experiment = label.partition("/")[0]
        number = take_number(home, experiment, run_id)
        record(tmp_path, run_id=run_id, experiment=experiment, number=number, created=float(created))

    def answer(word, experiment="a"):
        with Index(home, "m") as index:
            index.refresh()
            run_id = resolve(home, lambda: index, word, experiment)
        return next(label for label, known in IDS.items() if known == run_id)

    return answer


@pytest.mark.parametrize(
    ("word", "experiment", "run"),
    [
        ("last", "a", "a/3"),
        ("last", None, "a/3"),
        ("last", "b", "b/1"),
        ("last~0", "a", "a/3"),
        ("last~1", "a", "a/2"),
        ("last~1", None, "a/2"),
        ("2", "a", "a/2"),
        ("1", "b", "b/1"),
        ("b/1", "a", "b/1"),
        ("a/3", None, "a/3"),
        ("0000b", "a", "a/3"),
        ("3f2a0001", "b", "a/1"),
        ("12345", None, "b/1"),
        ("a_2_3f2a0002", "b", "a/2"),
    ],
)
def test_found(word, experiment, run, find):
    """Each way to name a run; a number wins below five digits."""
    assert find(word, experiment) == run


def test_before_the_last_of_a_group(tmp_path):
    """Of a loop's last run `last~N` counts back through that loop."""
    home = Home(str(tmp_path))
    home.create()
    ids = [f"a_1_{number:08x}" for number in range(5)]
    for number, run_id in enumerate(ids):
        parent = None if number < 2 else ids[1]  # a run, a group, and the three runs of that
        take_number(home, "a", run_id)
        more = {"number": number + 1, "created": 1.0 + number, "parent": parent}
        record(tmp_path, run_id=run_id, experiment="a", **more)
    with Index(home, "m") as index:
        index.refresh()
        found = [resolve(home, lambda: index, f"last~{back}", "a", ids[4]) for back in (1, 2)]
        assert found == [ids[3], ids[2]]
        assert resolve(home, lambda: index, "last~1", "a", ids[1]) == ids[0]
        with pytest.raises(RunNotFoundError, match="`last` is a/5, and 2 are before it"):
            resolve(home, lambda: index, "last~3", "a", ids[4])


@pytest.mark.parametrize(
    ("word", "experiment", "message"),
    [
        ("last~3", "a", "no run `last~3`: `last` is a/3, and 2 are before it"),
        ("last~1", "b", "no run `last~1`: `last` is b/1, and 0 are before it"),
        ("last~2", "c", "no run `last~2` of experiment 'c': there is none yet"),
        ("last", "c", "no run `last` of experiment 'c': there is none yet"),
        ("9", "a", "no run 'a/9'"),
        ("1", None, "no run '?/1'"),
        ("0", "a", "no run 'a/0'"),
        ("c/1", "a", "no run 'c/1'"),
        ("3f2a", "a", "'3f2a' is short for 2 runs"),
        ("ffff", "a", "no run whose id ends in 'ffff…'"),
        ("3f2", "a", "no run '3f2'"),
        ("nonsense", "a", "no run 'nonsense'"),
        ("", "a", "no run ''"),
        ("..", "a", "no run '..'"),
        ("../runs/a_1_3f2a0001", "a", "no run '../runs/a_1_3f2a0001'"),
        ("a\0b", "a", "no run 'a\0b'"),
        ("a\0/1", "a", "no run 'a\0/1'"),
    ],
)
def test_not_found(word, experiment, message, find):
    """The error says what is there instead, and what to do."""
    with pytest.raises(RunNotFoundError) as caught:
        find(word, experiment)
    assert caught.value.message == message
    assert caught.value.hint
