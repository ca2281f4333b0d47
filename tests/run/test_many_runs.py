"""Many runs at once: each gets its number, its turn and its end."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from jupyter_runcfg import RunConfiguration, list_runs, submit
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home

from ..runtime.job import events_of, until

PROCESSES, EACH = 8, 25
SUBMIT = f"""
import sys
from jupyter_runcfg import RunConfiguration, submit
for number in range({EACH}):
    config = RunConfiguration(command=["/bin/sh", "-c", f"echo {{number}}"])
    print(submit(config, experiment="many").id)
"""


def test_200_runs_from_8_processes(tmp_path, runcfg_home, monkeypatch):
    """Submitted at once, two at a time: each number once, each log whole, one end each, nothing left."""
    monkeypatch.setenv("RUNCFG_MAX_PARALLEL", "2")
    (tmp_path / "project").mkdir()
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SUBMIT], cwd=tmp_path / "project", stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    ids = [process.communicate()[0].split() for process in started]
    assert [process.returncode for process in started] == [0] * PROCESSES
    home = Home(str(runcfg_home))
    records = [[home.run(run_id) for run_id in row] for row in ids]
    everyone = [paths for row in records for paths in row]
    assert len({paths.run_id for paths in everyone}) == PROCESSES * EACH
    for paths in everyone:
        until(lambda paths=paths: os.path.exists(paths.end), f"the end of {paths.run_id}")
    assert {atomic.read_json(paths.end)["status"] for paths in everyone} == {"Completed"}
    assert [[Path(paths.std_log).read_text() for paths in row] for row in records] == [
        [f"{number}\n" for number in range(EACH)]
    ] * PROCESSES
    numbers = sorted(atomic.read_json(paths.request)["number"] for paths in everyone)
    assert numbers == list(range(1, PROCESSES * EACH + 1))
    assert _most_at_once(everyone) <= 2
    assert len(list_runs("many")) == PROCESSES * EACH
    until(lambda: not list(Path(home.queue).glob("*/*/entries/*")))


def _most_at_once(records):
    """How many of them held a slot at the same time, by the clocks of their events."""
    moments = []
    for paths in records:
        statuses = {event["status"]: event["t"] for event in events_of(paths, "status")}
        moments += [(statuses["Running"], 1), (statuses["Finalizing"], -1)]
    most = now = 0
    for _, change in sorted(moments):
        now += change
        most = max(most, now)
    return most


def test_a_run_that_submits_a_run(tmp_path, monkeypatch):
    """With one slot, a run may wait for runs of its own: they have a slot of theirs."""
    monkeypatch.setenv("RUNCFG_MAX_PARALLEL", "1")
    monkeypatch.chdir(tmp_path)
    Path("outer.py").write_text(
        textwrap.dedent(
            """
            from jupyter_runcfg import RunConfiguration, submit
            inner = [submit(RunConfiguration(command="echo $RUNCFG_DEPTH")) for _ in range(2)]
            print([run.wait(30).status for run in inner], [run.logs() for run in inner])
            """
        )
    )
    run = submit(RunConfiguration(script="outer.py"))
    assert run.wait(60).status == "Completed", run.logs()
    assert run.logs() == "['Completed', 'Completed'] ['2\\n', '2\\n']\n"
