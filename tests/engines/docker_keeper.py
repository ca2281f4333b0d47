"""Keeps one Docker engine for all workers of a test session, in a network of its own; ends with the last.

`python -m tests.engines.docker_keeper DIRECTORY`: the engine's socket, data and log are there. Who uses it
holds a shared lock on DIRECTORY/users, which the system takes back however a process ends. The network
namespace makes everything that Docker does to a network go away with it: bridges, chains, routes.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

POLL_S = 0.1
START_S = 180
STOP_S = 30


def main(directory):
    place = Path(directory)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    engine = start(place)
    try:
        (place / "ready").touch()
        with open(place / "users", "rb") as users:
            while engine.poll() is None and not _is_left(users):
                time.sleep(POLL_S)
    finally:
        stop(engine, place)
        shutil.rmtree(place, ignore_errors=True)


def start(place):
    """The daemon, once it answers."""
    (place / "daemon.json").write_text("{}")  # so that /etc/docker/daemon.json is not read
    words = [
        *("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", "dockerd"),
        *("--config-file", str(place / "daemon.json"), "--data-root", str(place / "data")),
        *("--exec-root", str(place / "exec"), "--pidfile", str(place / "docker.pid")),
        *("-H", f"unix://{place}/docker.sock", "--shutdown-timeout", "5"),
    ]
    (place / "docker.pid").unlink(missing_ok=True)
    with open(place / "dockerd.log", "ab") as log:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        engine = subprocess.Popen(words, start_new_session=True, **quiet)
    deadline = time.monotonic() + START_S
    while not answers(place):
        if engine.poll() is not None or time.monotonic() > deadline:
            engine.kill()
            raise SystemExit(f"dockerd did not start: {place}/dockerd.log")
        time.sleep(POLL_S)
    return engine


def answers(place):
    words = ["curl", "-sf", "--max-time", "2", "--unix-socket", f"{place}/docker.sock", "http://d/_ping"]
    return subprocess.run(words, capture_output=True).returncode == 0


def stop(engine, place):
    """It and its containers; then the mounts and control groups that it leaves."""
    engine.terminate()
    try:
        engine.wait(STOP_S)
    except subprocess.TimeoutExpired:
        engine.kill()
        engine.wait()
    with open("/proc/mounts", encoding="utf-8") as mounts:
        left = [line.split()[1] for line in mounts if line.split()[1].startswith(f"{place}/")]
    for mount in reversed(left):
        subprocess.run(["umount", "-l", mount], capture_output=True)


def _is_left(users):
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])
    main(sys.argv[1])
