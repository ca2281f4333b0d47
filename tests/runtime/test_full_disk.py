"""Runs whose record is on a disk without room: their end, and what it says."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

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
    points, said = [warning["message"] for warning in Run.of(paths).get_details()["warnings"]]
    assert points == f"{60000 - kept:,} entries were not recorded: there was no room"
    assert re.fullmatch(r"\d+ bytes of the log were not written: there was no room", said)


@pytest.mark.engine("tmpfs")
def test_bytes_that_the_log_has_no_room_for(tmpfs):
    """What a script prints on a full disk fails as ever; how much of it is lost is counted to the byte."""
    paths = record(
        tmpfs("4m"),
        """
        import sys
        for number in range(6000):
            try:
                sys.stdout.write(f"{number:05d} " + "x" * 993 + "\\n")
            except OSError:
                pass
        for number in range(3):
            try:
                sys.stderr.write("y" * 1000)
            except OSError:
                pass
        """,
    )
    run(paths)
    assert ended(paths) == ("Completed", "", 0)
    kept = Path(paths.std_log).stat().st_size
    (warning,) = Run.of(paths).get_details()["warnings"]
    assert warning == {
        "source": "runtime",
        "message": f"{6003000 - kept:,} bytes of the log were not written: there was no room",
    }


def test_streams_are_as_python_made_them(tmp_path):
    """A script sees encoding, error handler, mode and name of its streams as it would see them without us."""
    script = """
        import sys
        for stream in (sys.stdout, sys.stderr):
            print(stream.encoding, stream.errors, stream.mode, stream.name, stream.fileno(), stream.isatty())
        sys.stdout.buffer.write(b"bytes\\n")
        sys.stdout.write("no end of line")
        assert sys.stdout is sys.__stdout__
    """
    paths = record(tmp_path, script)
    run(paths)
    with open(tmp_path / "plain.txt", "w") as plain:
        command = [sys.executable, "-u", "-c", textwrap.dedent(script)]
        subprocess.run(command, check=True, stdout=plain, stderr=subprocess.STDOUT)
    assert Path(paths.std_log).read_text() == (tmp_path / "plain.txt").read_text()
