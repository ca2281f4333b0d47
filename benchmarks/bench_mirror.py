"""What a mirrored record costs: 100 MB of log, and 10,000 lines a second among 100 files; beside `tail -f`.

    python benchmarks/bench_mirror.py [--seconds 10]

Both go through a pipe into a file. CPU is of both sides together, in percent of a core; the latency of a
line is from before its write to after that of its copy.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_runcfg.hosts import mirroring
from jupyter_runcfg.hosts.mirror import Receiver
from jupyter_runcfg.runtime import archive, atomic
from jupyter_runcfg.runtime.mirror.frame import Frame
from jupyter_runcfg.runtime.paths import Home, RunPaths

SIZE = 100_000_000
RATE, AT_ONCE = 10_000, 10  # lines a second, in one write
FILES = 100
WRITER = """
import os, sys, time
path, seconds, rate, at_once = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
time.sleep(2)  # until somebody follows
start = time.perf_counter()
for number in range(int(seconds * rate / at_once)):
    line = b"%017.6f loss 0.123456 and some words that a script may print\\n"
    os.write(out, line % time.time() * at_once)
    time.sleep(max(0, start + (number + 1) * at_once / rate - time.perf_counter()))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10)
    seconds = parser.parse_args().seconds
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores")
    for measure in (long_log, lambda: many_lines(seconds)):
        measure()


def long_log() -> None:
    """All of a log that is there."""
    for name, run in (("mirror", mirrored), ("tail -f", tailed)):
        with tempfile.TemporaryDirectory() as folder:
            home = Home(str(Path(folder, "there")))
            paths = home.run("exp_1_00000000")
            paths.create()
            Path(paths.std_log).write_bytes(b"x" * 99 + b"\n" * 1 + os.urandom(SIZE - 100))
            seen: list[int] = []
            took, cpu = run(folder, paths, seen.append, lambda seen=seen: sum(seen) >= SIZE)
            print(f"{name:8} 100 MB: {took:.2f} s, {SIZE / took / 1e6:.0f} MB/s, {cpu:.2f} s of CPU")


def many_lines(seconds: float) -> None:
    """A log that is written, and 99 files that are not."""
    for name, run in (("mirror", mirrored), ("tail -f", tailed)):
        with tempfile.TemporaryDirectory() as folder:
            paths = Home(str(Path(folder, "there"))).run("exp_1_00000000")
            paths.create()
            for number in range(FILES - 1):
                Path(paths.event_file(f"rank-{number}-1")).write_bytes(b"{}\n" * 100)
            Path(paths.std_log).touch()
            words = [sys.executable, "-c", WRITER, paths.std_log, *map(str, (seconds, RATE, AT_ONCE))]
            writer = subprocess.Popen(words)
            copy = Path(folder, "here/runs/exp_1_00000000/logs/std_log.txt")
            late: list[float] = []
            place = [0]

            def take(_: int, late: list[float] = late, place: list[int] = place, copy: Path = copy) -> None:
                now = time.time()
                with open(copy, "rb") as stream:
                    stream.seek(place[0])
                    data = stream.read()
                whole = data[: data.rfind(b"\n") + 1]
                place[0] += len(whole)
                late += [now - float(line[:17]) for line in whole.splitlines()]

            cpu = run(folder, paths, take, lambda late=late: len(late) >= int(seconds * RATE))[1]
            writer.wait()
            rank = statistics.quantiles(late, n=100)
            print(
                f"{name:8} {RATE} lines/s: p50 {rank[49] * 1e3:.0f} ms, p99 {rank[98] * 1e3:.0f} ms, "
                f"CPU {cpu / seconds:.1%}"
            )


@contextmanager
def measured(process: subprocess.Popen[bytes], done: list[float]) -> Iterator[None]:
    """Wall time and CPU of this process and that one, which is ended."""
    start, own = time.perf_counter(), time.thread_time()
    yield
    done.append(time.perf_counter() - start)
    process.terminate()
    usage = os.wait4(process.pid, 0)[2]
    process.returncode = 0
    done.append(time.thread_time() - own + usage.ru_utime + usage.ru_stime)


def mirrored(
    folder: str, there: RunPaths, take: Callable[[int], object], is_enough: Callable[[], bool]
) -> tuple[float, float]:
    """Through the mirror; `take` is told of each piece that was written."""
    here = Home(str(Path(folder, "here"))).run(there.run_id)
    here.create()
    here.attempt(1).create()
    there.attempt(1).create()
    atomic.write_once(there.attempt(1).sent, b"")
    there.home.create()
    pyz = archive.install(there.home.runtime)
    words = [sys.executable, "-I", "-S", pyz, "--mirror", there.directory, "1"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    class Told(Receiver):
        def take(self, said: Frame) -> None:
            super().take(said)
            if said.name == "logs/std_log.txt":
                take(len(said.data))
            self.is_ended = self.is_ended or is_enough()

    done: list[float] = []
    with measured(process, done):
        mirroring.Receiver = Told  # type: ignore[misc]
        mirror = mirroring.Mirror(Pipes(process), here, here.attempt(1))
        mirror.greet()
        mirror.follow()
    return done[0], done[1]


class Pipes:
    """A process's streams."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.read(size)

    def write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(data)


def tailed(
    folder: str, there: RunPaths, take: Callable[[int], object], is_enough: Callable[[], bool]
) -> tuple[float, float]:
    """The floor: one file, no frames, no way back, told by the system of each change."""
    copy = Path(folder, "here/runs", there.run_id, "logs/std_log.txt")
    copy.parent.mkdir(parents=True)
    process = subprocess.Popen(["tail", "-c", "+1", "-f", there.std_log], stdout=subprocess.PIPE, bufsize=0)
    assert process.stdout is not None
    done: list[float] = []
    with measured(process, done), open(copy, "wb", buffering=0) as out:
        while not is_enough():
            data = process.stdout.read(1 << 18)
            out.write(data)
            take(len(data))
    return done[0], done[1]


if __name__ == "__main__":
    main()
