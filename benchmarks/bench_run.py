"""What the life of a run costs: start, log, follow; each beside its floor and beside peers.

    python benchmarks/bench_run.py [--rounds 15] [--peers DIRECTORY]

Medians of interleaved rounds on this machine, now; quote the ratios, machines differ. MLflow and
TensorBoard are measured by the interpreter of a virtual environment in DIRECTORY, made there with
`pip install mlflow tensorboardX` when it is missing (850 MB); without --peers they are left out.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_first_run import first_line, say

POINTS = 1_000_000
LINES = 1_000_000
SEEN = 400
OURS = """
import sys, time
from azureml.core import Run
run, count = Run.get_context(), int(sys.argv[1])
start = time.perf_counter()
for step in range(count):
    run.log("loss", step * 0.5, step=step)
print((time.perf_counter() - start) / count)
"""
MLFLOW = """
import sys, time, mlflow
mlflow.set_tracking_uri("sqlite:///" + sys.argv[1] + "/mlflow.db")
with mlflow.start_run():
    mlflow.log_metric("loss", 0.0, step=0)
    count = 300
    start = time.perf_counter()
    for step in range(1, count + 1):
        mlflow.log_metric("loss", step * 0.5, step=step)
    print((time.perf_counter() - start) / count)
"""
TENSORBOARD = """
import sys, time
from tensorboardX import SummaryWriter
writer = SummaryWriter(sys.argv[1] + "/tb")
count = 20_000
start = time.perf_counter()
for step in range(count):
    writer.add_scalar("loss", step * 0.5, step)
writer.close()
print((time.perf_counter() - start) / count)
"""
PRINTS = """
import sys
sys.stdout = open(1, "w", buffering=1 << 16, closefd=False)
for number in range(int(sys.argv[1])): print("epoch", number, "loss", 0.12345, "accuracy", 0.98765)
"""
TICKS = """
import sys, time
for _ in range(int(sys.argv[1])):
    print(time.time(), flush=True)
    time.sleep(0.02)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--peers", type=Path, help="a directory for a virtual environment with the peers")
    options = parser.parse_args()
    peers = None if options.peers is None else peer_python(options.peers)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RUNCFG_HOME"] = str(Path(folder) / "home")
        project = Path(folder) / "project"
        project.mkdir()
        os.chdir(project)
        print(
            f"python {sys.version.split()[0]}, {os.cpu_count()} cores, {options.rounds} rounds, medians, "
            f"load {os.getloadavg()[0]:.1f}"
        )
        first_line(project, options.rounds)
        print(f"{'':<34} (limits: submit 50 ms, beyond bare python 100 ms)")
        log_cost(project, peers)
        follow_speed(project)
        seen(project)


def peer_python(folder: Path) -> str:
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "mlflow", "tensorboardX"], check=True)
    return str(python)


def ran(project: Path, text: str, *words: object):
    import jupyter_runcfg

    (project / "script.py").write_text(text)
    return jupyter_runcfg.submit(
        jupyter_runcfg.RunConfiguration(script="script.py", arguments=[str(word) for word in words]),
        experiment="bench",
    )


def log_cost(project: Path, peers: str | None) -> None:
    """A call of run.log, of mlflow.log_metric and of SummaryWriter.add_scalar, in turns."""
    ours, mlflow, tensorboard = [], [], []
    for turn in range(3):
        run = ran(project, OURS, POINTS)
        run.wait()
        ours.append(float(run.logs()))
        if peers:
            mlflow.append(peer(peers, MLFLOW, project / f"peer{turn}"))
            tensorboard.append(peer(peers, TENSORBOARD, project / f"peer{turn}"))
    mine = statistics.median(ours)
    print(f"{'run.log, a call':<34} {mine * 1e6:9.1f} µs  (limit 6 µs, {POINTS:,} calls)")
    for name, found in (("mlflow.log_metric on SQLite", mlflow), ("SummaryWriter.add_scalar", tensorboard)):
        if found:
            other = statistics.median(found)
            print(f"{name:<34} {other * 1e6:9.1f} µs  {other / mine:6.1f} × ours")
    start = time.perf_counter()
    points = run.get_metrics()["loss"]
    kept = sum(value == step * 0.5 for step, value in enumerate(points))
    print(f"{'  points kept':<34} {kept:9,d}     of {POINTS:,}, read in {time.perf_counter() - start:.1f} s")


def peer(python: str, code: str, folder: Path) -> float:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [python, "-c", code, str(folder)], check=True, capture_output=True, text=True, cwd=folder
    )
    return float(done.stdout.split()[-1])


def follow_speed(project: Path) -> None:
    """Read a finished log of a million lines through the follower, beside `cat` of the same file."""
    run = ran(project, PRINTS, LINES)
    run.wait()
    size = os.path.getsize(run.paths.std_log)

    def cat() -> float:
        start = time.perf_counter()
        with subprocess.Popen(["cat", run.paths.std_log], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            while process.stdout.read(1 << 20):
                pass
        return time.perf_counter() - start

    def follow() -> float:
        start = time.perf_counter()
        follower = run.follow()
        while not follower.read().done:
            pass
        return time.perf_counter() - start

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cats, follows = zip(*[(cat(), follow()) for _ in range(7)], strict=True)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    floor, taken = statistics.median(cats), statistics.median(follows)
    say(f"follow {LINES:,} lines, {size >> 20} MB", taken * 1e3, "ms", floor * 1e3, "cat")
    print(f"{'':<34} (limit 2 × cat); memory grew by {grown // 1024} MB")


def seen(project: Path) -> None:
    """From a line's writing to the moment a follower that looks every 50 ms has it."""
    run = ran(project, TICKS, SEEN)
    follower = run.follow()
    delays, rest = [], b""
    while True:
        batch = follower.read()
        now = time.time()
        *lines, rest = (rest + batch.log).split(b"\n")
        delays += [now - float(line) for line in lines]
        if batch.done:
            break
        time.sleep(0.05)
    delays.sort()
    median, last = statistics.median(delays) * 1e3, delays[int(len(delays) * 0.99)] * 1e3
    print(f"{'a line is seen after':<34} {median:9.1f} ms  p99 {last:.1f} ms  (limits 100 and 250 ms)")


if __name__ == "__main__":
    main()
