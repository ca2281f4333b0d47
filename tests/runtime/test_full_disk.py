"""Runs whose record is on a disk without room: their end, and what it says."""

import pytest

from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.v1.context import Run

from .job import record, run


def ended(paths):
    end = atomic.read_json(paths.end)
    return end["status"], end["cause"], end["exit_code"]


@pytest.mark.engine("tmpfs")
@pytest.mark.parametrize("act", ["print('x' * 4096)", "stream.write(b'x' * 4096)"])
def test_a_disk_too_full_for_the_traceback(act, tmpfs):
    """A script that fails for a full disk, its traceback lost with it: the end says so, and what to free."""
    script = f"stream = open('outputs/big', 'wb', buffering=0)\nwhile True: {act}\n"
    paths = record(tmpfs("4m"), script)
    run(paths)
    error = atomic.read_json(paths.end)["error"]
    hint = (
        "free some space: `runs remove --older 30d`, `doctor --gc`;"
        " or set RUNCFG_HOME to a directory on another disk"
    )
    message = "no space is left where the record is kept, and what the script said last is lost: "
    assert ended(paths) == ("Failed", "exit code 1", 1)
    assert error == {"type": "DiskFull", "message": message + paths.directory, "hint": hint}


@pytest.mark.engine("tmpfs")
def test_points_that_a_full_disk_has_no_room_for(tmpfs):
    """A run that completes on a full disk says how many points are not in its record."""
    paths = record(
        tmpfs("4m"),
        """
        from azureml.core import Run
        run = Run.get_context()
        for number in range(60000):
            run.log("loss", number)
        """,
    )
    run(paths)
    assert ended(paths) == ("Completed", "", 0)
    kept = len(Run.of(paths).get_metrics()["loss"])
    (warning,) = Run.of(paths).get_details()["warnings"]
    assert warning == {
        "source": "runtime",
        "message": f"{60000 - kept:,} entries were not recorded: there was no room",
    }
