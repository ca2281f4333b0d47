"""Whether the kernel killed for memory: control groups of both versions, and none."""

import pytest

from jupyter_runcfg.runtime import failure
from jupyter_runcfg.runtime.usage.memory import Memory


@pytest.fixture
def machine(tmp_path):
    """machine(files) writes files of a system below a directory that stands for `/`, and returns it."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return str(tmp_path)

    return write


V2 = {
    "proc/self/cgroup": "0::/user/job\n",
    "sys/fs/cgroup/user/job/memory.events": "low 0\noom 0\noom_kill 2\n",
    "sys/fs/cgroup/user/job/memory.max": "max\n",
    "sys/fs/cgroup/user/memory.max": "4000000000\n",
    "proc/vmstat": "nr_free_pages 7\noom_kill 5\n",
    "proc/meminfo": "MemTotal:       16000000 kB\n",
}
V1 = {
    "proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/docker/abc\n0::/\n",
    "sys/fs/cgroup/memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "proc/vmstat": "oom_kill 0\n",
    "proc/meminfo": "MemTotal:       16000000 kB\n",
}


def test_a_job_that_used_its_memory_up(machine):
    """Its own group counts, its limit is that of the group above: the error says so."""
    memory = Memory(machine(V2))
    assert failure.killed(9, memory) == {
        "type": "SIGKILL",
        "message": "the script was killed by SIGKILL",
        "hint": "somebody or an engine ended it: the kernel noted no lack of memory",
    }
    machine({"proc/vmstat": "oom_kill 9\n"})  # of another job
    assert memory.machine_kills() == 0
    machine({"sys/fs/cgroup/user/job/memory.events": "oom_kill 3\n"})
    assert failure.killed(9, memory) == {
        "type": "OutOfMemory",
        "message": "the kernel killed the script: its memory was used up (it may use 4.0 GB)",
        "hint": "load less at once, or give the run more memory than 4.0 GB",
    }
    log = "Traceback (most recent call last):\nRuntimeError: worker gone\n"
    assert failure.explain(log, "/w", 1, None, memory)["hint"] == (
        "the kernel ended 1 of its processes: load less at once, or give the run more memory than 4.0 GB"
    )


def test_a_container_of_version_1(machine):
    """Its path is the host's: the directory itself is its group; without a limit the machine's counts."""
    memory = Memory(machine(V1))
    assert (memory.limit, memory.job_kills()) == (None, 0)
    machine({"sys/fs/cgroup/memory/memory.oom_control": "oom_kill 1\n"})
    assert failure.killed(9, memory) == {
        "type": "OutOfMemory",
        "message": "the kernel killed the script: its memory was used up",
        "hint": "load less at once, or run it on a machine with more memory (this machine has 16.4 GB)",
    }


def test_a_machine_without_groups(machine):
    """Its one counter says that something was killed, not what."""
    memory = Memory(machine({"proc/vmstat": "oom_kill 5\n"}))
    machine({"proc/vmstat": "oom_kill 6\n"})
    error = failure.killed(9, memory)
    assert (error["type"], error["message"]) == (
        "OutOfMemory",
        "the kernel killed the script, most likely: the machine ran out of memory meanwhile",
    )


def test_a_system_that_does_not_count(machine):
    """macOS, and files that make no sense."""
    for files in ({}, {"proc/vmstat": "oom_kill x\n\noom_kill\n", "proc/self/cgroup": "\n::\n0::/../..\n"}):
        memory = Memory(machine(files))
        assert (memory.counts, memory.limit, memory.job_kills(), memory.machine_kills()) == (
            False,
            None,
            0,
            0,
        )
        assert "memory" in failure.killed(9, memory)["hint"]


def test_this_machine():
    """The real one, whatever it has: counting begins at nothing."""
    memory = Memory()
    assert memory.job_kills() == 0
    assert memory.advice().startswith("load less at once")
