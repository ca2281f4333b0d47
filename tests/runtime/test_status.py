"""The status of a run: the table of changes, and the fold over causes."""

import pytest

from jupyter_runcfg.runtime.status import PHASES, STATUSES, TERMINAL, TRANSITIONS, advance, fold

# rows: what is shown; columns, in the order of STATUSES: what the record now says; x: that is shown then
TABLE = """
NotStarted       . x x x x x x x x x x x
Queued           . . x x x x x x x x x x
Provisioning     . x . x x x x x x x x x
Starting         . x x . x x x x x x x x
Preparing        . x x x . x x x x x x x
Running          . x x x x . x x x x x x
Finalizing       . x x x x x . x x x x x
CancelRequested  . . . . . . . . x x x x
NotResponding    . x x x x x x x . x x x
Completed        . . . . . . . . . . . .
Failed           . . . . . . . . . . . .
Canceled         . . . . . . . . . . . .
"""
CELLS = [
    (row[0], new, mark == "x")
    for row in map(str.split, TABLE.strip().splitlines())
    for new, mark in zip(STATUSES, row[1:], strict=True)
]


def test_the_table_is_whole():
    """Every status has a row, and nothing else does."""
    assert len(CELLS) == len(STATUSES) ** 2 == 144
    assert set(TRANSITIONS) == set(STATUSES) == {old for old, _, _ in CELLS}
    assert set(PHASES) < set(STATUSES)


@pytest.mark.parametrize(("old", "new", "follows"), CELLS)
def test_each_cell(old, new, follows):
    """A change of the table is shown, any other leaves what was shown."""
    assert (new in TRANSITIONS[old]) is follows
    assert advance(old, new) == (new if follows else old)


def test_an_end_is_never_left():
    """Whatever a record says later, and any word that is no status, an end stays."""
    for end in TERMINAL:
        assert {advance(end, new) for new in (*STATUSES, "Paused", "")} == {end}


@pytest.mark.parametrize(
    ("end", "cancel", "phase", "engine", "answer"),
    [
        (None, False, None, None, ("NotStarted", "")),
        (None, False, None, ("Queued", "Resources"), ("Queued", "Resources")),
        (None, False, ("Running", ""), ("Queued", "Resources"), ("Running", "")),
        (None, False, ("Running", ""), ("NotResponding", "no route"), ("NotResponding", "no route")),
        (None, True, ("Running", ""), ("NotResponding", "x"), ("CancelRequested", "cancel was asked for")),
        (None, True, None, None, ("CancelRequested", "cancel was asked for")),
        ({"status": "Completed"}, True, ("Running", ""), ("NotResponding", "x"), ("Completed", "")),
        ({"status": "Failed", "cause": "exit code 3"}, False, None, None, ("Failed", "exit code 3")),
        ({}, False, ("Running", ""), None, ("Failed", "")),
    ],
)
def test_fold(end, cancel, phase, engine, answer):
    """The end is stronger than the marker, that than silence, that than the phases, those than the engine."""
    assert fold(end, cancel, phase, engine) == answer
