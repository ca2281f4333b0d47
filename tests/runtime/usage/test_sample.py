"""What a run uses: real processes, and GPUs of a library made by the test."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from jupyter_runcfg.runtime.usage.gpu import Gpus
from jupyter_runcfg.runtime.usage.sample import Sampler, cadence

from ..job import RUN_ID, until

MB = 1 << 20


@pytest.fixture
def script():
    """script(code) starts Python as the runtime does, in its own session, and waits for a line."""
    started = []

    def start(code, **env):
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **env},
        )
        started.append(process)
        process.stdout.readline()
        return process

    yield start
    for process in started:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
        process.stdout.close()
        process.wait()


BUSY = "print('up', flush=True)\nwhile True: pass"
IDLE = "print('up', flush=True)\nimport time\ntime.sleep(1000)"


def test_cadence():
    """Often at first, seldom later: a week is some 20,000 samples."""
    assert [cadence(s) for s in (0, 59.9, 60, 599, 600, 1e9)] == [1, 1, 5, 5, 30, 30]


def test_a_busy_process(script):
    """About one core, as far as this machine gives it one; an idle one uses none."""
    busy = Sampler(RUN_ID, script(BUSY).pid)
    idle = Sampler(RUN_ID, script(IDLE).pid)
    until(lambda: busy.sample()["cpu"] > 10)
    idle.sample()
    until(lambda: idle.sample()["cpu"] == 0)


def test_memory(script):
    """The resident memory of the run; what its processes share counts once."""
    code = "import os, time\nx = bytearray(b'x') * (100 << 20)\nfor _ in range(2): os.fork()\n"
    process = script(code + "print('up', flush=True)\ntime.sleep(1000)")
    for _ in range(3):  # all four are there before the first look
        process.stdout.readline()
    sampler = Sampler(RUN_ID, process.pid)
    until(lambda: 100 * MB < sampler.sample()["memory"] < 180 * MB)
    assert len(until(lambda: len(sampler._members) == 4 and sampler._members)) == 4


def test_processes_that_left_the_session(script):
    """A daemon carries the run's id; another run's process and those of nobody do not count."""
    first = script(IDLE)
    sampler = Sampler(RUN_ID, first.pid)
    sampler.sample()
    script(IDLE, RUNCFG_RUN_ID="another")
    script(IDLE)
    daemon = script(BUSY, RUNCFG_RUN_ID=RUN_ID)
    until(lambda: sampler.sample()["cpu"] > 10)
    assert set(sampler._members) == {str(first.pid), str(daemon.pid)}


def test_processes_that_come_and_go(script):
    """The time of children that ended is counted, once; none of it makes a sample negative."""
    code = """
    import os, subprocess, sys
    print("up", flush=True)
    while True:
        subprocess.run([sys.executable, "-S", "-c", "sum(range(300000))"])
    """
    process = script("import textwrap\nexec(textwrap.dedent('''" + code + "'''))")
    sampler = Sampler(RUN_ID, process.pid)
    seen = []
    until(lambda: seen.append(sampler.sample()["cpu"]) or sum(seen) > 200)
    limit = 100 * os.cpu_count()
    assert [value for value in seen if not 0 <= value <= limit] == []
    process.kill()
    process.wait()
    until(lambda: sampler.sample() == {"cpu": 0.0, "memory": 0})


def test_a_system_without_processes(tmp_path):
    """macOS shows none: there is nothing to say."""
    assert Sampler(RUN_ID, os.getpid(), proc=str(tmp_path / "none")).sample() == {}


def test_files_that_make_no_sense(tmp_path):
    """A process that is half gone, and names that are no processes."""
    pid = str(os.getpid())
    (tmp_path / pid).mkdir()
    (tmp_path / pid / "stat").write_text("1 (a) b) R 1")
    (tmp_path / "999999").mkdir()
    (tmp_path / "self").mkdir()
    sampler = Sampler(RUN_ID, os.getsid(0), proc=str(tmp_path))
    assert sampler.sample() == {"cpu": 0.0, "memory": 0}


LIBRARY = """
#include <string.h>
int nvmlInit_v2(void) { return %(init)d; }
int nvmlDeviceGetCount_v2(unsigned *n) { *n = 3; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned i, void **h) { *h = (void *)(long)(i + 1); return 0; }
int nvmlDeviceGetUUID(void *h, char *text, unsigned size) {
    strcpy(text, "GPU-a0"); text[5] += (long)h - 1; return 0; }
int nvmlDeviceGetUtilizationRates(void *h, unsigned *rates) {
    if ((long)h == 3) return 3; /* not supported */
    rates[0] = 10 * (long)h; rates[1] = 99; return 0; }
int nvmlDeviceGetMemoryInfo(void *h, unsigned long long *m) {
    m[0] = 80ULL << 30; m[1] = 79ULL << 30; m[2] = (unsigned long long)(long)h << 30; return 0; }
"""


@pytest.fixture
def library(tmp_path):
    """library(init) → the path of an NVML with three GPUs, compiled here."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: apt-get install gcc")

    def build(init=0):
        source, path = tmp_path / f"nvml{init}.c", tmp_path / f"libnvml{init}.so"
        source.write_text(LIBRARY % {"init": init})
        subprocess.run([compiler, "-shared", "-fPIC", "-w", "-o", path, source], check=True)
        return str(path)

    return build


def test_gpus(library, script):
    """Utilization and memory of each GPU that the run sees, in its samples."""
    sampler = Sampler(RUN_ID, script(IDLE).pid, visible_gpus="2,0", library=library())
    sample = until(lambda: (found := sampler.sample()) and "gpus" in found and found)
    assert sample["gpus"] == [
        {"index": 2, "memory": 3 << 30, "memory_total": 80 << 30},
        {"index": 0, "utilization": 10, "memory": 1 << 30, "memory_total": 80 << 30},
    ]


@pytest.mark.parametrize(
    ("visible", "indexes"),
    [
        (None, [0, 1, 2]),
        ("1", [1]),
        (" 1 , 0", [1, 0]),
        ("GPU-a2,GPU-a1", [2, 1]),
        ("0,7,1", [0]),
        ("0,0", [0]),
        ("1,x", [1]),
    ],
)
def test_visible_gpus(library, visible, indexes):
    """CUDA_VISIBLE_DEVICES as CUDA reads it: numbers or UUIDs, up to the first that is not there."""
    gpus = Gpus(visible, library())
    assert [gpu["index"] for gpu in until(gpus.read)] == indexes


def test_no_gpus(library, tmp_path):
    """None asked for, none there, a driver that does not start, a library that is none: no readings."""
    (tmp_path / "text.so").write_text("no library")
    for gpus in (
        Gpus("", library()),
        Gpus(" ", library()),
        Gpus(None, library(init=9)),
        Gpus("-1", library()),
        Gpus(None, str(tmp_path / "text.so")),
        Gpus(None, str(tmp_path / "missing.so")),
    ):
        assert gpus.read() == []
        if gpus._beside._thread:
            gpus._beside._asked.set()
            gpus._beside._thread.join(0.2)
        assert gpus.read() == []
