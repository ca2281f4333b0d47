"""Who a process is, and whether it lives."""

import os
import subprocess
import sys

from jupyter_runcfg.runtime import process

from .job import RUN_ID, until


def test_identity():
    """A process is its number, its start and the machine's life: ended, reused or rebooted it is another."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    who = process.identity(child.pid)
    assert process.is_alive(who)
    assert process.is_alive(process.identity(os.getpid()))
    assert not process.is_alive({**who, "start_time": "1"})
    assert not process.is_alive({**who, "boot_id": "before"})
    assert not process.is_alive({**who, "pid": "x"})
    assert not process.is_alive({})
    child.stdin.close()
    until(lambda: process.start_time(child.pid) == "", "a zombie to count as dead")
    assert not process.is_alive(who)
    child.wait()
    assert process.identity(child.pid)["start_time"] == ""
    assert not process.is_alive(process.identity(child.pid))


def test_end_all_spares_others():
    """Only processes of the very run are ended, by signal and for good; and never the one that asks."""
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(1000)"
    others = {}
    one, two = RUN_ID, RUN_ID + "a"
    for run_id in (one, two):
        env = {**os.environ, "RUNCFG_RUN_ID": run_id}
        others[run_id] = subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE)
        others[run_id].stdout.readline()
    assert process.of_run(one) == [others[one].pid]
    assert process.end_all(one, 0.1) == 1
    assert others[one].wait(30) == -9
    assert others[two].poll() is None
    assert process.end_all(two, 0) == 1
    others[two].wait(30)
    assert process.end_all(two, 0) == 0
    for child in others.values():
        child.stdout.close()
