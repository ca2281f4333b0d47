"""The steps of a run, from its events."""

from dataclasses import replace

import pytest

from jupyter_runcfg.history.record import RunSummary
from jupyter_runcfg.view.steps import Steps

SUMMARY = RunSummary("d_1_ab", "d", 1, None, "Running", "", "local", "t.py", 1000.0, 1004.0)


def status(name, t, attempt=1):
    return {"kind": "status", "status": name, "t": t, "attempt": attempt}


@pytest.fixture
def steps():
    made = Steps()
    made.take(status("Preparing", 1003.0))
    made.take(status("Running", 1004.0))
    return made


def test_each_step_lasts_until_the_next_and_the_last_is_open(steps):
    """What it waited in the queue is a step too."""
    assert steps.so_far(SUMMARY, 1010.0) == [
        ("Queued", 3.0, False),
        ("Preparing", 1.0, False),
        ("Running", 6.0, True),
    ]


def test_an_ended_run_has_no_open_step(steps):
    """The last one ended with the run."""
    steps.take(status("Finalizing", 1008.0))
    ended = replace(SUMMARY, status="Completed", ended=1008.5)
    assert steps.so_far(ended, 5000.0) == [
        ("Queued", 3.0, False),
        ("Preparing", 1.0, False),
        ("Running", 4.0, False),
        ("Finalizing", 0.5, False),
    ]


def test_a_run_that_was_never_started_only_waited():
    """Canceled in the queue."""
    ended = replace(SUMMARY, status="Canceled", started=None, ended=1002.0)
    assert Steps().so_far(ended, 5000.0) == [("Queued", 2.0, False)]


def test_the_newest_attempt_counts(steps):
    """A requeue begins again; late words of an older attempt say nothing."""
    steps.take(status("Preparing", 1020.0, attempt=2))
    steps.take(status("Finalizing", 1021.0, attempt=1))
    assert [step.name for step in steps.so_far(SUMMARY, 1030.0)] == ["Queued", "Preparing"]


def test_clocks_that_go_back_make_no_negative_times(steps):
    """A node's clock may be behind the client's."""
    assert [step.took_s for step in steps.so_far(SUMMARY, 900.0)] == [3.0, 1.0, 0.0]


@pytest.mark.parametrize("event", [status("Dancing", 1.0), status("Running", "x"), {"kind": "status"}])
def test_odd_events_say_nothing(event):
    """Whatever JSON has been put there."""
    odd = Steps()
    odd.take(event)
    assert [step.name for step in odd.so_far(SUMMARY, 1010.0)] == ["Queued"]


def test_a_process_that_records_itself_only_runs():
    """It was never queued."""
    assert Steps().so_far(replace(SUMMARY, kind="interactive"), 1010.0) == [("Running", 10.0, True)]
