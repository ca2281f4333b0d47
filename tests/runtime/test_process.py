"""Who a process is, and whether it lives."""

import os
import subprocess
import sys

from jupyter_runcfg.runtime import process

from .job import until


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
    for run_id in ("r_1_aaaa", "r_1_aaaab"):
        env = {**os.environ, "RUNCFG_RUN_ID": run_id}
        others[run_id] = subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE)
        others[run_id].stdout.readline()
    assert process.of_run("r_1_aaaa") == [others["r_1_aaaa"].pid]
    assert process.end_all("r_1_aaaa", 0.1) == 1
    assert others["r_1_aaaa"].wait(30) == -9
    assert others["r_1_aaaab"].poll() is None
    assert process.end_all("r_1_aaaab", 0) == 1
    others["r_1_aaaab"].wait(30)
    assert process.end_all("r_1_aaaab", 0) == 0
    for child in others.values():
        child.stdout.close()
