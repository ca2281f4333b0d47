"""The life of a job under real faults: signals, forks, daemons, damage, a full disk."""

import json
import os
import signal
import stat
import textwrap
from pathlib import Path

import pytest

from jupyter_runcfg.runtime import archive, atomic, process
from jupyter_runcfg.runtime.checkout import iter_files

from .job import HEX, events_of, left_of, log_of, record, run, start, until

MEGABYTE = 1 << 20
SLEEP = "import time; print('up', flush=True); time.sleep(1000)"


def ended(paths):
    """(status, cause, exit code) of a run that has ended."""
    end = atomic.read_json(paths.end)
    return end["status"], end["cause"], end["exit_code"]


def is_up(paths):
    return os.path.exists(paths.std_log) and b"up\n" in log_of(paths)


@pytest.mark.parametrize(
    ("script", "end"),
    [
        ("", ("Completed", "", 0)),
        ("raise SystemExit(1)", ("Failed", "exit code 1", 1)),
        ("raise SystemExit(255)", ("Failed", "exit code 255", 255)),
        ("import os; os.kill(os.getpid(), 9)", ("Failed", "killed by SIGKILL", -9)),
        ("import os; os.kill(os.getpid(), 11)", ("Failed", "killed by SIGSEGV", -11)),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 3)",
            ("Failed", "killed by signal 37", -37),
        ),
        ("import os; os.killpg(0, 15)", ("Failed", "killed by SIGTERM", -15)),
        ("1 / 0", ("Failed", "exit code 1", 1)),
    ],
)
def test_ends(script, end, tmp_path):
    """Each exit status and signal of a script is the end of its run."""
    paths = record(tmp_path, script)
    assert run(paths)[0] == 0
    assert ended(paths) == end


def test_a_traceback_is_the_error(tmp_path):
    """Type, message, line in the person's file."""
    paths = record(tmp_path, "\nx = {}\nx['bmi']\n")
    _, end = run(paths)
    error = {key: end["error"][key] for key in ("type", "message", "where")}
    assert error == {"type": "KeyError", "message": "'bmi'", "where": "main.py:3"}


def test_a_signal_is_not_explained_by_an_old_traceback(tmp_path):
    """A traceback that the script had handled does not hide what killed it."""
    paths = record(
        tmp_path,
        "import os, traceback\ntry: 1/0\nexcept Exception: traceback.print_exc()\nos.kill(os.getpid(), 9)",
    )
    _, end = run(paths)
    assert end["error"]["type"] == "SIGKILL"
    assert "memory" in end["error"]["hint"]


def test_what_the_script_meets(tmp_path):
    """The checkout as working directory, no input, no other file, default signals, a session of its own."""
    paths = record(
        tmp_path,
        """
        import json, os, signal, sys
        defaults = [s for s in (1, 2, 3, 10, 12, 15) if signal.getsignal(s) == signal.SIG_IGN]
        facts = [os.getcwd(), sys.stdin.read(), sorted(map(int, os.listdir("/proc/self/fd")))[:4], defaults,
                 os.getsid(0) == os.getpid() == os.getpgid(0), sorted(os.listdir("."))]
        print(json.dumps(facts))
        """,
    )
    assert run(paths)[1]["status"] == "Completed", log_of(paths)
    cwd, stdin, files, ignored, leads, there = json.loads(log_of(paths))
    assert (cwd, stdin, ignored, leads) == (paths.work, "", [], True)
    assert files == [0, 1, 2, 3]  # 3 is that of listdir itself
    assert there == ["logs", "main.py", "outputs"]


def test_commands(tmp_path):
    """A shell, a program of the snapshot, and a program that is not there or may not be executed."""
    for number, (argv, end) in enumerate(
        [
            (["/bin/sh", "-c", "exit 7"], ("Failed", "exit code 7", 7)),
            (["./ok.sh"], ("Completed", "", 0)),
            (
                ["no-such-program"],
                ("Failed", "there is no program 'no-such-program' to run the script", None),
            ),
            (["./main.py"], ("Failed", "'./main.py' may not be executed", None)),
        ]
    ):
        paths = record(
            tmp_path, run_id=f"exp_{number}_{HEX}", argv=argv, files={"ok.sh": "#!/bin/sh\nexit 0\n"}
        )
        assert run(paths)[0] == 0
        assert ended(paths) == end


def test_the_log_is_byte_exact(tmp_path):
    """50 MB with carriage returns, colours, NUL, invalid UTF-8, one long line: not a byte is touched."""
    paths = record(
        tmp_path,
        """
        import sys
        block = bytes(range(256)) * 4096
        for _ in range(50): sys.stdout.buffer.write(block)
        sys.stderr.buffer.write(b"\\r\\x1b[31m100%\\r\\n\\xff no newline")
        """,
    )
    assert run(paths)[1]["status"] == "Completed"
    log = log_of(paths)
    assert len(log) == 50 * MEGABYTE + 24
    assert log[: 50 * MEGABYTE] == bytes(range(256)) * 4096 * 50
    assert log[50 * MEGABYTE :] == b"\r\x1b[31m100%\r\n\xff no newline"
    lines = Path(paths.std_log_index).read_bytes().splitlines()
    offsets = [int(line.split()[0]) for line in lines]
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(log)


def test_a_script_that_closes_its_output(tmp_path):
    """Closed stdout and stderr are the script's own affair."""
    paths = record(tmp_path, "import os; print('up', flush=True); os.close(1); os.close(2); os._exit(5)")
    run(paths)
    assert (ended(paths), log_of(paths)) == (("Failed", "exit code 5", 5), b"up\n")


def test_the_record_is_private(tmp_path):
    """Every file of a record but what the script wrote is 0600 or less, every directory 0700."""
    before = os.umask(0)
    try:
        paths = record(
            tmp_path / "home", "print('x'); from azureml.core import Run; Run.get_context().log('a', 1)"
        )
        run(paths)
    finally:
        os.umask(before)
    modes = {
        os.path.relpath(os.path.join(directory, name), paths.directory): stat.S_IMODE(
            os.lstat(os.path.join(directory, name)).st_mode
        )
        for directory, names, files in os.walk(paths.directory)
        for name in names + files
    }
    modes.pop("logs/runtime.log")  # made by the test's own hand
    loose = {
        name: oct(mode) for name, mode in modes.items() if mode & 0o77 and name not in ("work", "outputs")
    }
    assert (loose, stat.S_IMODE(os.stat(paths.directory).st_mode)) == ({}, 0o700)


LEAVING = {
    "a grandchild": """
        import os, time
        if not os.fork():
            if not os.fork(): pass
            print("up", flush=True)
            time.sleep(1000)
        """,
    "a daemon": """
        import os, time
        if not os.fork():
            os.setsid()
            if os.fork(): os._exit(0)
            print("up", flush=True)
            time.sleep(1000)
        """,
    "a process without our variables": """
        import subprocess
        subprocess.Popen(["env", "-i", "sleep", "1000"], process_group=0)
        print("up", flush=True)
        """,
    "one that ignores SIGTERM": """
        import os, signal, time
        signal.signal(15, signal.SIG_IGN)
        if not os.fork():
            os.setsid()
            time.sleep(1000)
        print("up", flush=True)
        """,
}
THEN_WAIT = "import time; time.sleep(1000)\n"


@pytest.mark.parametrize("what", LEAVING)
@pytest.mark.parametrize("then", ["ends", "is canceled"])
def test_nothing_is_left(what, then, tmp_path):
    """What a script leaves behind is ended with it, and a cancel ends all of it."""
    script = textwrap.dedent(LEAVING[what]) + (THEN_WAIT if then == "is canceled" else "")
    paths = record(tmp_path, script, kill_grace_s=0.2)
    runtime = start(paths)
    if then == "is canceled":
        until(lambda: is_up(paths))
        atomic.write_once(paths.cancel, b"")
    assert runtime.wait(30) == 0
    assert ended(paths)[0] == ("Canceled" if then == "is canceled" else "Completed")
    assert left_of(paths) == []
    assert not _sleeping_below(paths.work)


def _sleeping_below(work):
    """Processes whose working directory is that of the run: also those without our variables."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            cwd = os.readlink(f"/proc/{name}/cwd")
        except OSError:
            continue
        if cwd.startswith(work) and process.start_time(int(name)):
            found.append(name)
    return found


def test_a_time_limit(tmp_path):
    """A script that runs too long is ended; the run says which limit it was."""
    paths = record(
        tmp_path,
        "import time, traceback\ntry: 1/0\nexcept Exception: traceback.print_exc()\ntime.sleep(1000)",
        time_limit_s=0.3,
    )
    run(paths)
    assert ended(paths) == ("Failed", "ran longer than its limit of 0.3 s", -15)
    assert atomic.read_json(paths.end)["error"]["type"] == "TimeLimit"
    assert left_of(paths) == []


def test_a_script_that_ends_on_being_asked(tmp_path):
    """SIGTERM first, so that a script can save its state; it is canceled, whatever its exit code."""
    paths = record(
        tmp_path,
        """
        import signal, sys, time
        def save(number, frame):
            open("outputs/state", "w").write("saved"); sys.exit(0)
        signal.signal(signal.SIGTERM, save)
        print("up", flush=True); time.sleep(1000)
        """,
    )
    runtime = start(paths)
    until(lambda: is_up(paths))
    atomic.write_once(paths.cancel, b"")
    runtime.wait(30)
    assert ended(paths) == ("Canceled", "canceled while running", 0)
    assert iter_files(paths.outputs) == [("state", 5)]


def test_cancel_before_the_start(tmp_path):
    """A marker that is there first: no process of the script ever starts."""
    paths = record(tmp_path, "print('ran')")
    atomic.write_once(paths.cancel, b"")
    run(paths)
    assert ended(paths) == ("Canceled", "canceled before the script started", None)
    assert not os.path.exists(paths.std_log)


def test_signals_are_forwarded(tmp_path):
    """SIGUSR1 to the job reaches the script."""
    paths = record(
        tmp_path,
        """
        import signal, sys, time
        signal.signal(signal.SIGUSR1, lambda *a: sys.exit(9))
        print("up", flush=True); time.sleep(1000)
        """,
    )
    runtime = start(paths)
    until(lambda: is_up(paths))
    runtime.send_signal(signal.SIGUSR1)
    runtime.wait(30)
    assert ended(paths) == ("Failed", "exit code 9", 9)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_job_ends_the_attempt_only(number, tmp_path):
    """The script is ended; whether the run is, the engine decides: the next attempt can complete it."""
    paths = record(
        tmp_path,
        """
        import os, time
        print("up", flush=True)
        if os.path.exists(os.environ["RUNCFG_RUN_DIR"] + "/attempts/2"): raise SystemExit(0)
        open("outputs/half", "w").write("x"); time.sleep(1000)
        """,
    )
    runtime = start(paths)
    until(lambda: is_up(paths))
    runtime.send_signal(number)
    assert runtime.wait(30) == 1
    assert not os.path.exists(paths.end)
    first = atomic.read_json(paths.attempt(1).end)
    assert (first["status"], first["cause"]) == (None, f"the job was ended by {signal.Signals(number).name}")
    assert left_of(paths) == []
    assert run(paths, attempt=2)[0] == 0
    assert (ended(paths), atomic.read_json(paths.end)["attempt"]) == (("Completed", "", 0), 2)
    assert iter_files(paths.outputs) == []
    assert log_of(paths) == b"up\nup\n"


def test_two_starts_of_one_attempt(tmp_path):
    """Started eight times at once, the script runs once."""
    paths = record(tmp_path, "print('ran')")
    runtimes = [start(paths) for _ in range(8)]
    assert [runtime.wait(30) for runtime in runtimes] == [0] * 8
    assert (ended(paths), log_of(paths)) == (("Completed", "", 0), b"ran\n")


def test_a_run_that_has_ended_is_not_started(tmp_path):
    """A late start meets end.json and does nothing."""
    paths = record(tmp_path, "print('ran')")
    atomic.write_once(paths.end, b'{"status": "Canceled", "cause": "x", "exit_code": null}')
    assert run(paths)[0] == 0
    assert ended(paths) == ("Canceled", "x", None)
    assert not os.path.exists(paths.work)


def test_damage_is_the_cause(tmp_path):
    """A stored file that is damaged: the run fails before its script starts, and says so."""
    paths = record(tmp_path, "print('ran')")
    for directory, _, files in os.walk(paths.home.objects):
        for name in files:
            path = Path(directory, name)
            path.chmod(0o600)
            path.write_text("print('evil')")
    run(paths)
    assert ended(paths)[0] == "Failed"
    assert "'main.py' is damaged" in ended(paths)[1]
    assert not os.path.exists(paths.std_log)


def test_a_request_that_is_none(tmp_path):
    """Without a request there is still an end."""
    paths = record(tmp_path)
    Path(paths.request).write_text("{")
    run(paths)
    assert (ended(paths)[0], "cannot be read" in ended(paths)[1]) == ("Failed", True)


@pytest.mark.engine("tmpfs")
def test_a_script_that_fills_the_disk(tmpfs):
    """Its run still has a terminal status with its own exit code, and all that it logged before."""
    paths = record(
        tmpfs("4m"),
        """
        import os
        from azureml.core import Run
        run = Run.get_context(); run.log("a", 1)
        with open("outputs/big", "wb", buffering=0) as f:
            try:
                while True: f.write(b"x" * 4096)
            except OSError: pass
        os._exit(6)
        """,
    )
    assert run(paths)[0] == 0
    assert ended(paths) == ("Failed", "exit code 6", 6)
    assert [e["value"] for e in events_of(paths, "metric")] == [1]
    assert [e["status"] for e in events_of(paths, "status")] == ["Preparing", "Running", "Finalizing"]


@pytest.mark.engine("tmpfs")
def test_a_disk_that_is_full_before_the_start(tmpfs):
    """There is room for the end, but none for the run: it fails with that cause."""
    disk = tmpfs("4m")
    paths = record(disk, "print('ran')")
    archive.install(paths.home.runtime)
    filler = disk / "filler"
    with pytest.raises(OSError), filler.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 4096)
    with filler.open("r+b") as stream:
        stream.truncate(filler.stat().st_size - 24 * 1024)
    assert run(paths)[0] == 0
    assert ended(paths)[0] == "Failed"
    assert "No space left" in ended(paths)[1]
