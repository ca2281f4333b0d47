"""Times, durations and rows as people read them."""

import pytest

from jupyter_runcfg.history import RunSummary
from jupyter_runcfg.verbs import wording

RUN = RunSummary(
    "d_1_ab", "diabetes", 12, None, "Completed", "", "local", "train.py", 1.0, started=2.0, ended=5.1,
    metrics={"a": 0.123456, "b": 2.0, "c": 3.0, "d": 4.0},
)  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.04, "0.0 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (185, "3 m 05 s"),
        (3599.6, "1 h 00 m"),
        (7871, "2 h 11 m"),
    ],
)
def test_durations_grow_coarser(seconds, text):
    """Tenths below ten seconds, then seconds, minutes, hours."""
    assert wording.duration(seconds) == text


def test_a_row_has_a_text_for_each_column():
    """Three metrics are shown, the rest is counted."""
    row = wording.row(RUN)
    assert len(row) == len(wording.COLUMNS)
    assert (row[0], row[1], row[3:]) == (
        "diabetes/12",
        "Completed",
        ("3.1 s", "local", "train.py", "a 0.1235, b 2, c 3, +1"),
    )


def test_an_answer_is_one_line():
    """Label, status, time, cause and metrics, as far as there are any."""
    assert wording.answer(RUN) == "diabetes/12 Completed in 3.1 s · a 0.1235, b 2, c 3, +1"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (50, "50"),
        (-1234567, "−1,234,567"),
        (0.119361, "0.1194"),
        (12.34567, "12.346"),
        (0.000123456, "0.0001235"),
        (0.00001, "1e−5"),
        (3.2e9, "3.2e9"),
        (float("nan"), "NaN"),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers_are_written_as_in_the_live_view(value, shown):
    """The same table stands in labextension/test/format.test.ts."""
    assert wording.number(value) == shown
