"""One store under many writers, a collector, and kills: nothing lost, nothing twice, nothing damaged."""

import json
import os
import random
import signal
import time
import traceback

from jupyter_runcfg.runtime.checkout import checkout, read_manifest
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.snapshot import gc, lock, scan, take, verify

WRITERS = 8
ROUNDS = 12
KILLS = 200


def forked(act):
    """Run `act` in a process of its own; returns its id. It ends with 0 unless it raised."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        act()
        status = 0
    except BaseException:  # noqa: BLE001 whatever it was, it is told and the process ends
        traceback.print_exc()
    finally:
        os._exit(status)


def write_tree(root, choice, names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{choice.randrange(6)}\n" * choice.choice([1, 50, 3000]))


def stored(home):
    """What lies in the store: digests, and anything that is none."""
    found = [
        os.path.basename(directory) + name for directory, _, names in os.walk(home.objects) for name in names
    ]
    return sorted(found)


def write_record(home, run_id, digest):
    """What of a record gc looks at."""
    paths = home.run(run_id)
    os.makedirs(paths.directory)
    with open(paths.request, "w", encoding="utf-8") as stream:
        json.dump({"snapshot": digest}, stream)


def test_eight_writers_and_a_collector(tmp_path):
    """Every recorded snapshot can be checked out as it was, each object is there once and whole."""
    home = Home(str(tmp_path / "home"))
    home.create()
    names = [f"d{number % 3}/f{number}" for number in range(12)]

    def writer(number):
        choice = random.Random(number)
        root = tmp_path / f"root{number}"
        for step in range(ROUNDS):
            write_tree(root, choice, choice.sample(names, 6))
            with lock.shared(home):  # as submit does, until the record names it
                digest = take(root, home).digest
                time.sleep(0.002)
                write_record(home, f"r{number}_{step}_00000000", digest)
            out = tmp_path / f"out{number}_{step}"
            checkout(read_manifest(home, digest), ObjectStore(home.objects), str(out))
            assert scan(out, home).digest == digest

    children = [forked(lambda number=number: writer(number)) for number in range(WRITERS)]
    rounds, ended = 0, {}
    while len(ended) < WRITERS:
        gc(home, grace_s=0)
        rounds += 1
        for child in set(children) - set(ended):
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                ended[pid] = status
    assert set(ended.values()) == {0}
    assert rounds > 1
    gc(home, grace_s=0)
    assert verify(home) == []
    recorded = [
        json.loads((path / "request.json").read_text()) for path in (tmp_path / "home/runs").iterdir()
    ]
    assert len(recorded) == WRITERS * ROUNDS
    needed = {entry.digest for said in recorded for entry in read_manifest(home, said["snapshot"])} - {""}
    assert stored(home) == sorted(needed)


def test_killed_at_any_point(tmp_path):
    """After each of 200 kills the store verifies clean; the next snapshot is whole."""
    home = Home(str(tmp_path / "home"))
    home.create()
    root = tmp_path / "root"
    choice = random.Random(7)
    names = [f"d{number % 5}/f{number}" for number in range(60)]
    write_tree(root, choice, names)
    began = time.perf_counter()
    take(root, Home(str(tmp_path / "other")))
    whole_s = time.perf_counter() - began
    killed = 0
    for _ in range(KILLS):
        write_tree(root, choice, choice.sample(names, 20))
        child = forked(lambda: take(root, home))
        time.sleep(choice.random() * whole_s * 1.2)
        os.kill(child, signal.SIGKILL)
        was_killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        killed += was_killed
        whole_s *= 1.1 if was_killed else 0.8  # other processes come and go
        assert verify(home) == []
    assert killed > KILLS / 4
    taken = take(root, home)
    assert taken.digest == scan(root, Home(str(tmp_path / "fresh"))).digest
    checkout(read_manifest(home, taken.digest), ObjectStore(home.objects), str(tmp_path / "out"))
    assert scan(tmp_path / "out", home).digest == taken.digest
    gc(home, grace_s=0)
    assert stored(home) == []  # what kills left behind goes too: no record names anything
