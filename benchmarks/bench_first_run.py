"""What the first minutes cost: import, %load_ext, submit to first line, run.log; each beside its floor.

    python benchmarks/bench_first_run.py [--rounds 15]

Medians of interleaved rounds on this machine, now; quote the ratios, machines differ.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

LOAD = """
from IPython.core.interactiveshell import InteractiveShell
import time
shell = InteractiveShell.instance()
start = time.perf_counter()
shell.run_line_magic("load_ext", "jupyter_runcfg")
print(time.perf_counter() - start)
"""
SCRIPT = "print('first line')\n"
LOG = """
import sys, time
from azureml.core import Run
run = Run.get_context()
count = 200_000
start = time.perf_counter()
for step in range(count):
    run.log("loss", step * 0.5, step=step)
ours = (time.perf_counter() - start) / count
import os, json
out = os.open("floor.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
start = time.perf_counter()
for step in range(count):
    os.write(out, (json.dumps({"name": "loss", "value": step * 0.5, "step": step}) + "\\n").encode())
floor = (time.perf_counter() - start) / count
print(ours, floor)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RUNCFG_HOME"] = str(Path(folder) / "home")
        os.environ["IPYTHONDIR"] = str(Path(folder) / "ipython")
        project = Path(folder) / "project"
        project.mkdir()
        os.chdir(project)
        print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, {rounds} rounds, medians")
        imports(rounds)
        load_ext(rounds)
        first_line(project, rounds)
        log_cost(project)


def medians(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """One median for each measure; the measures take turns, so that noise meets all alike."""
    for measure in measures:
        measure()  # warm caches and bytecode
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def timed(*argv: str) -> Callable[[], float]:
    def measure() -> float:
        start = time.perf_counter()
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    return measure


def say(what: str, value: float, unit: str, floor: float, against: str) -> None:
    print(f"{what:<34} {value:9.1f} {unit:<3} {value / floor:6.1f} × {against} ({floor:.1f} {unit})")


def imports(rounds: int) -> None:
    bare, ours, public, azure = medians(
        rounds,
        timed(sys.executable, "-c", "pass"),
        timed(sys.executable, "-c", "import jupyter_runcfg"),
        timed(sys.executable, "-c", "from jupyter_runcfg import RunConfiguration, submit"),
        timed(sys.executable, "-c", "import pydantic, ruamel.yaml"),
    )
    print(f"{'python -c pass':<34} {bare * 1e3:9.1f} ms")
    say("import jupyter_runcfg", (ours - bare) * 1e3, "ms", bare * 1e3, "bare python")
    say(
        "import of RunConfiguration, submit",
        (public - bare) * 1e3,
        "ms",
        (azure - bare) * 1e3,
        "pydantic + ruamel",
    )


def load_ext(rounds: int) -> None:
    def measure() -> float:
        done = subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True, text=True)
        return float(done.stdout.splitlines()[-1])

    [taken] = medians(rounds, measure)
    print(f"{'%load_ext jupyter_runcfg':<34} {taken * 1e3:9.1f} ms   (limit 100 ms)")


def first_line(project: Path, rounds: int) -> None:
    import jupyter_runcfg

    (project / "hello.py").write_text(SCRIPT)
    config = jupyter_runcfg.RunConfiguration(script="hello.py")
    returned: list[float] = []

    def bare() -> float:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-u", "hello.py"], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        taken = time.perf_counter() - start
        process.communicate()
        return taken

    def ours() -> float:
        start = time.perf_counter()
        run = jupyter_runcfg.submit(config, experiment="bench")
        returned.append(time.perf_counter() - start)
        follower = run.follow()
        while not follower.read().log:
            time.sleep(0.001)
        taken = time.perf_counter() - start
        run.wait()
        return taken

    floor, taken = medians(rounds, bare, ours)
    say("submit returns", statistics.median(returned) * 1e3, "ms", floor * 1e3, "bare python's first line")
    say("submit to first line, in all", taken * 1e3, "ms", floor * 1e3, "bare python's first line")
    print(f"{'  beyond bare python':<34} {(taken - floor) * 1e3:9.1f} ms")


def log_cost(project: Path) -> None:
    import jupyter_runcfg

    (project / "log.py").write_text(LOG)
    config = jupyter_runcfg.RunConfiguration(script="log.py")
    run = jupyter_runcfg.submit(config, experiment="bench")
    run.wait_for_completion()
    ours, floor = (float(word) * 1e6 for word in run.logs().split())
    say("run.log, a call", ours, "µs", floor, "json.dumps + write")
    points = run.get_metrics()["loss"]
    print(f"{'  points kept':<34} {len(points):9d}      of 200000")


if __name__ == "__main__":
    main()
