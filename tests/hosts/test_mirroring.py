"""A record that is mirrored while its job runs: real processes, killed at any moment."""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jupyter_runcfg.errors import SnapshotError
from jupyter_runcfg.hosts.mirroring import Mirror
from jupyter_runcfg.runtime import atomic, ending
from jupyter_runcfg.runtime.mirror import frame

from ..engines import interpreter
from ..runtime.job import DEADLINE_S, log_of, record, until
from .piped import Piped, There, receive, receive_all

VERSIONS = ["3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
NOT_SENT = {"sent", "mirror", "reserve", "ready", "work", ".mirror"}

BUSY = """
import os, random, time
from azureml.core import Run
run = Run.get_context()
for number in range(60):
    print("x" * random.randrange(20000), flush=True)
    run.log("loss", number)
    with open("part", "wb") as part: part.write(os.urandom(random.randrange(100000)))
    if number % 20 == 0: run.upload_file("kept/%d" % number, "part")
    time.sleep(0.02)
for number in range(20):
    os.makedirs("outputs/d%d" % (number % 3), exist_ok=True)
    with open("outputs/d%d/f%d" % (number % 3, number), "wb") as out: out.write(os.urandom(number * 50000))
os.symlink("../d0/f0", "outputs/d1/link")
with open("outputs/run.sh", "w") as out: os.chmod("outputs/run.sh", 0o755)
"""


@pytest.fixture
def both(tmp_path):
    """both(script) makes a record here and a home there; its job is ended with the test."""
    made = []

    def make(script, **more):
        paths = record(tmp_path / "here", script, **more)
        there = There(tmp_path / "there", paths.run_id)
        made.append(there)
        return paths, there

    yield make
    for there in made:
        if there.job is not None and there.job.poll() is None:
            ending.ask_cancel(there.paths)
            there.job.wait(30)


def contents(root):
    """What a record holds, but what stays on either side: by name, its mode and bytes or target."""
    found = {}
    for directory, below, files in os.walk(root):
        below[:] = [name for name in below if name not in NOT_SENT]
        for name in files:
            path = Path(directory, name)
            key = str(path.relative_to(root))
            if name in NOT_SENT or key.startswith("events/client"):
                continue
            mode = path.lstat().st_mode & 0o170100
            found[key] = (mode, os.readlink(path) if path.is_symlink() else path.read_bytes())
    return found


def test_a_whole_run(both):
    """What a job needs goes out, its record comes in, and both sides then hold the same."""
    paths, there = both(BUSY)
    atomic.write_once(paths.event_file("client-1"), b'{"kind": "header"}\n')
    Path(paths.std_log).write_bytes(b"the build of its environment\n")
    there.start()
    line = there.connect()
    assert receive(paths, line)
    assert (line.process.wait(30), there.job.wait(30)) == (0, 0)
    line.close()
    assert atomic.read_json(paths.end)["status"] == "Completed"
    assert log_of(paths).startswith(b"the build of its environment\nx")
    here = contents(paths.directory)
    assert here == contents(there.paths.directory)
    assert {name for name in here if name.startswith("artifacts/")} == {
        "artifacts/kept/0",
        "artifacts/kept/20",
        "artifacts/kept/40",
    }
    assert here["outputs/run.sh"] == (0o100100, b"")
    assert here["outputs/d1/link"] == (0o120100, "../d0/f0")
    assert not os.path.exists(paths.directory + "/.mirror")


@pytest.mark.parametrize(
    "version", [pytest.param(v, marks=pytest.mark.engine(f"python{v}")) for v in VERSIONS]
)
def test_on_each_interpreter(version, tmp_path):
    """The side of the job does its work on every Python from 3.6 on."""
    python = interpreter(version)
    paths = record(tmp_path / "here", "print(1)\nopen('outputs/x', 'w').write('x')", argv=[python, "main.py"])
    there = There(tmp_path / "there", paths.run_id, python)
    there.start()
    line = there.connect()
    assert receive(paths, line)
    assert (line.process.wait(30), there.job.wait(30)) == (0, 0)
    line.close()
    assert log_of(paths) == b"1\n"
    assert contents(paths.directory) == contents(there.paths.directory)


@pytest.mark.parametrize("seed", range(4))
def test_killed_again_and_again(seed, both):
    """Killed at whatever moment, the bytes are the same in the end, none lost, none twice."""
    chance = random.Random(seed)
    paths, there = both(BUSY)
    there.start()
    words = [sys.executable, "-m", "tests.hosts.piped", paths.directory, there.pyz, there.paths.directory]
    for _ in range(8):
        receiver = subprocess.Popen(words)
        try:
            receiver.wait(chance.uniform(0.1, 0.9))
        except subprocess.TimeoutExpired:
            receiver.kill()
            receiver.wait()
    receive_all(paths, there.connect)
    assert there.job.wait(30) == 0
    assert contents(paths.directory) == contents(there.paths.directory)


@pytest.mark.parametrize("seed", range(3))
def test_the_other_side_killed(seed, both):
    """A connection that is cut, in the middle of a frame too, is gone on with where it was."""
    chance = random.Random(seed)
    paths, there = both(BUSY)
    there.start()

    def connect():
        line = there.connect()
        if chance.random() < 0.8:
            threading.Timer(chance.uniform(0.15, 0.5), line.process.kill).start()
        return line

    receive_all(paths, connect)
    assert there.job.wait(30) == 0
    assert contents(paths.directory) == contents(there.paths.directory)


def test_two_mirrors_do_no_harm(both):
    """Two receivers of one record write the same bytes at the same places."""
    paths, there = both(BUSY)
    there.start()
    others = [threading.Thread(target=receive_all, args=(paths, there.connect)) for _ in range(2)]
    for other in others:
        other.start()
    for other in others:
        other.join(DEADLINE_S)
    assert contents(paths.directory) == contents(there.paths.directory)


def test_a_line_arrives_while_the_job_runs(both):
    """The log here grows with the log there, long before the end."""
    paths, there = both("import time; print('up', flush=True); time.sleep(1000)")
    there.start()
    line = there.connect()
    thread = threading.Thread(target=receive, args=(paths, line))
    thread.start()
    until(lambda: os.path.exists(paths.std_log) and log_of(paths) == b"up\n")
    assert not os.path.exists(paths.end)
    ending.ask_cancel(paths)
    thread.join(DEADLINE_S)
    assert atomic.read_json(paths.end)["cause"] == "canceled while running"
    line.close()


def test_the_second_time_only_what_is_new_is_sent(both, tmp_path):
    """Objects and lines of the manifest that are there do not travel again."""
    paths, there = both("print(1)", files={"big": "x" * 1_000_000})

    class Counted(Piped):
        sent = 0

        def write(self, data):
            Counted.sent += len(data)
            super().write(data)

    there.start()
    line = Counted(there.pyz, there.paths.directory)
    assert receive(paths, line)
    line.close()
    assert there.job.wait(30) == 0
    assert Counted.sent > 1_000_000
    again = record(tmp_path / "here", "print(2)", files={"big": "x" * 1_000_000}, run_id="exp_2_00000000")
    there = There(tmp_path / "there", again.run_id)
    there.start()
    Counted.sent = 0
    line = Counted(there.pyz, there.paths.directory)
    assert receive(again, line)
    line.close()
    assert there.job.wait(30) == 0
    assert log_of(again) == b"2\n"
    assert Counted.sent < 5000


def test_a_damaged_object_is_told_here(both):
    """The job does not start, and the error names the file."""
    paths, there = both("print(1)")
    [path] = [path for path in Path(paths.home.objects).rglob("*") if path.is_file()]
    path.unlink()
    there.start()
    line = there.connect()
    with pytest.raises(SnapshotError, match="a stored object is missing"):
        receive(paths, line)
    line.close()
    assert not os.path.exists(there.paths.attempt(1).sent)
    atomic.write_once(there.paths.attempt(1).sent, b"")
    there.job.wait(30)


def test_an_attempt_that_ended_alone(both):
    """Where the engine decides about the next one, the mirror ends with it, and the run does not."""
    paths, there = both("import time; print('up', flush=True); time.sleep(1000)")
    there.start()
    line = there.connect()
    thread = threading.Thread(target=receive, args=(paths, line))
    thread.start()
    until(lambda: os.path.exists(paths.std_log) and log_of(paths) == b"up\n")
    there.job.terminate()
    thread.join(DEADLINE_S)
    line.close()
    assert atomic.read_json(paths.attempt(1).end)["status"] is None
    assert not os.path.exists(paths.end)


def test_a_greeting_before_the_first_word(both, tmp_path):
    """What a shell prints at its start is read past; where nothing else comes, it is the error."""

    class Said:
        def __init__(self, data):
            self._data = data

        def read(self, size):
            piece, self._data = self._data[:size], self._data[size:]
            return piece

        def write(self, data):
            pass

    paths, _ = both("print(1)")
    hello = frame.BANNER + frame.pack(frame.HELLO, data=b'{"is_sent": true, "snapshots": []}')
    mirror = Mirror(Said(b"Welcome to there!\n" + hello), paths, paths.attempt(1))
    mirror.greet()
    assert mirror.is_sent
    with pytest.raises(frame.Broken, match="python3: not found"):
        Mirror(Said(b"sh: python3: not found\n"), paths, paths.attempt(1)).greet()
    with pytest.raises(frame.Broken):
        Mirror(Said(b"yes " * 100_000), paths, paths.attempt(1)).greet()


def test_nobody_at_the_other_end(both):
    """The side of the job ends by itself when its connection does."""
    paths, there = both("import time; print('up', flush=True); time.sleep(1000)")
    there.start()
    line = there.connect()
    mirror = Mirror(line, paths, paths.attempt(1))
    mirror.greet()
    paths.attempt(1).create()
    mirror.fill(atomic.read_json(paths.request)["snapshot"], ["request.json"])
    line.process.stdin.close()
    line.process.stdout.close()
    assert line.process.wait(30) == 1


@pytest.mark.engine("tmpfs")
def test_a_full_disk_here(tmp_path, full_disk):
    """The mirror fails, and goes on where it was when there is room; the job does not care."""
    place = full_disk("1500k")
    paths = record(place, "for n in range(3000): print('x' * 999)")
    there = There(tmp_path / "there", paths.run_id)
    there.start()
    line = there.connect()
    with pytest.raises(OSError, match="No space left"):
        receive(paths, line)
    line.close()
    assert there.job.wait(30) == 0
    assert not os.path.exists(paths.end)
    subprocess.run(["mount", "-o", "remount,size=9m", str(place)], check=True)
    receive_all(paths, there.connect)
    assert contents(paths.directory) == contents(there.paths.directory)
