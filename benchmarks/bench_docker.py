"""A run in a container beside a bare container: `python benchmarks/bench_docker.py [-n 20]`.

Starts an engine of its own, as the tests do (root, docker.io), and measures the same image and network one
way after the other, in turns: `docker run` by Docker's program, create + start + first line by the docker SDK
(loaded already), and a submitted run until the first line of its script is in its log. A run is what a bare
container is, and our supervisor, the snapshot checked out, the runtime, the script. Limit: 250 ms beyond the
bare container (`docker run`).
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

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.engines.docker import DockerEngine, engine

LINE = "print('up', flush=True)"
LIMIT_MS = 250
GIVE_UP_S = 60


def by_program(found: DockerEngine) -> float:
    """Seconds until `docker run` prints the line."""
    words = ["docker", "-H", found.host, "run", "--rm", found.base, "python3", "-c", LINE]
    began = time.perf_counter()
    with subprocess.Popen(words, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        program.stdout.readline()
        return time.perf_counter() - began


def by_sdk(found: DockerEngine) -> float:
    began = time.perf_counter()
    container = found.client.containers.create(found.base, ["python3", "-c", LINE])
    stream = container.attach(stdout=True, stream=True, logs=True)
    container.start()
    next(iter(stream))
    took = time.perf_counter() - began
    container.remove(force=True)
    return took


def by_run(found: DockerEngine) -> float:
    """Seconds from `submit` until the line is in the log."""
    from jupyter_runcfg import RunConfiguration, submit

    config = RunConfiguration(script="train.py", target="docker")
    config.environment.docker.base_image = found.base
    began = time.perf_counter()
    run = submit(config)
    log = Path(run.paths.std_log)
    while not (log.exists() and log.stat().st_size):
        if time.perf_counter() - began > GIVE_UP_S:
            raise SystemExit(f"no line: {run.refresh()}")
        time.sleep(0.001)
    took = time.perf_counter() - began
    run.wait()
    while found.containers(os.environ["RUNCFG_HOME"]):
        time.sleep(0.01)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=20, help="how many of each")
    count = parser.parse_args().n
    with tempfile.TemporaryDirectory() as place, engine() as found:
        os.environ.update(RUNCFG_HOME=f"{place}/home", DOCKER_HOST=found.host)
        os.mkdir(f"{place}/project")
        os.chdir(f"{place}/project")
        Path("train.py").write_text(LINE, encoding="utf-8")
        ways: dict[str, Callable[[DockerEngine], float]] = {
            "docker run": by_program,
            "docker SDK": by_sdk,
            "submit": by_run,
        }
        took: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(count + 1):  # the first of each is not counted: caches
            for name, way in ways.items():
                seconds = way(found)
                took[name] += [seconds] if turn else []
        os.chdir("/")
    report(took)


def report(took: dict[str, list[float]]) -> None:
    medians = {name: 1000 * statistics.median(times) for name, times in took.items()}
    for name, times in took.items():
        worst = 1000 * sorted(times)[int(0.9 * (len(times) - 1))]
        print(f"{name:12} median {medians[name]:6.0f} ms   p90 {worst:6.0f} ms")
    for bare in ("docker run", "docker SDK"):
        beyond, ratio = medians["submit"] - medians[bare], medians["submit"] / medians[bare]
        print(f"submit is {beyond:.0f} ms beyond `{bare}` ({ratio:.2f} times); limit {LIMIT_MS} ms")


if __name__ == "__main__":
    main()
