"""What a snapshot costs beside git (the first one) and beside a plain walk (the next ones).

    python benchmarks/bench_snapshot.py [--sizes 1000,10000,100000,2g,kept] [--rounds 7] [--dir /var/tmp]

Medians of interleaved rounds on this machine, now; quote the ratios, machines differ. "cold" is after
the kernel has dropped its caches (needs root, else those rows are left out). Needs 8 GB of disk.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.snapshot import recent, take
from jupyter_runcfg.snapshot.walk import walk

SIZES = "1000,10000,100000,2g,kept"
IGNORED = {".venv": 60_000, "node_modules": 30_000, "data": 2_000}
KEPT = 6_000
MOST_MEMORY_MB = 200
_MEMORY = """
import resource, sys
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.snapshot import take
take(sys.argv[1], Home(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
_missed: list[str] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=SIZES, help=f"which trees; default {SIZES}")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--dir", default="/var/tmp", help="where the trees are made: on a real disk")
    options = parser.parse_args()
    git = subprocess.check_output(["git", "--version"], text=True).strip()
    print(
        f"python {sys.version.split()[0]}, {git}, {os.cpu_count()} cores, medians of {options.rounds} rounds"
    )
    print(f"{'tree':<12}{'what':<28}{'ours':>10}{'beside':>10}  {'':<22}{'ratio':>6}{'at most':>9}")
    for size in options.sizes.split(","):
        with tempfile.TemporaryDirectory(dir=options.dir, prefix="bench-") as folder:
            bench(Bench(Path(folder), size, options.rounds))
    print("all targets met" if not _missed else f"missed: {'; '.join(_missed)}")


class Bench:
    """One tree, a home and a git directory beside it."""

    def __init__(self, folder: Path, size: str, rounds: int) -> None:
        self.name, self.rounds = size, rounds
        self.tree, self.home, self.git_dir = folder / "tree", folder / "home", folder / "git"
        self.tree.mkdir()
        self.is_big = size == "2g"
        if self.is_big:
            blob_files(self.tree, 50, 40_000_000)
        elif size == "kept":
            small_files(self.tree / "src", KEPT)
            for name, count in IGNORED.items():
                small_files(self.tree / name, count)
            (self.tree / ".gitignore").write_text("".join(f"{name}/\n" for name in IGNORED) + "*.pyc\n")
        else:
            small_files(self.tree, int(size))
        self.victim = max(path for path in self.tree.glob("**/*[0-9].*") if path.is_file())
        self.prune = frozenset(IGNORED) if size == "kept" else frozenset()
        os.sync()
        time.sleep(2.5)  # what is younger is read again

    def take(self) -> None:
        take(self.tree, Home(str(self.home)))

    def take_anew(self) -> None:
        """As another process would, or this one some seconds later."""
        recent.forget()
        self.take()

    def forget(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        os.sync()

    def git(self, *words: str) -> None:
        where = [f"--git-dir={self.git_dir}", f"--work-tree={self.tree}"]
        subprocess.run(["git", *where, *words], cwd=self.tree, check=True, stdout=subprocess.DEVNULL)

    def new_repository(self) -> None:
        shutil.rmtree(self.git_dir, ignore_errors=True)
        subprocess.run(["git", "init", "-q", str(self.tree)], check=True)
        (self.tree / ".git").rename(self.git_dir)
        os.sync()

    def git_first(self) -> None:
        self.git("add", "-A")
        self.git("write-tree")

    def plain_walk(self) -> None:
        pending = [str(self.tree)]
        while pending:
            with os.scandir(pending.pop()) as members:
                for member in members:
                    if not member.is_dir(follow_symlinks=False):
                        member.stat(follow_symlinks=False)
                    elif member.name not in self.prune:
                        pending.append(member.path)

    def walk_and_copy(self) -> None:
        """The floor where what changed takes longer to read and to write than all others to look at."""
        self.plain_walk()
        digest = hashlib.sha256()
        copy = self.home / f"copy-{time.monotonic_ns()}"
        with self.victim.open("rb", buffering=0) as source, copy.open("wb", buffering=0) as target:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
                target.write(chunk)

    def change_one(self) -> None:
        with self.victim.open("ab") as stream:
            stream.write(b"#")


def small_files(root: Path, count: int) -> None:
    """Files of 0.1 to 4 KB, a hundred in a directory, no two the same."""
    dice = random.Random(f"{root.name} {count}")
    for number in range(count):
        folder = root / f"package{number // 1000:03}" / f"module{number // 100 % 10}"
        if number % 100 == 0:
            folder.mkdir(parents=True)
        (folder / f"file_{number}.py").write_bytes(dice.randbytes(dice.randrange(100, 4000)))


def blob_files(root: Path, count: int, size: int) -> None:
    for number in range(count):
        with (root / f"weights_{number}.bin").open("wb") as stream:
            for _ in range(size // 1_000_000):
                stream.write(os.urandom(1_000_000))


def drop_caches() -> bool:
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return False
    return True


def bench(it: Bench) -> None:
    few = 1 if it.is_big or it.name == "100000" else 3
    first(it, "first, warm", few, lambda: None)
    if drop_caches():
        first(it, "first, cold", few, drop_caches)
    it.forget()
    for _ in range(3):  # as when the last snapshot is more than some seconds ago
        it.take()
        time.sleep(2.5)
    again(it)
    if it.name == "100000":
        memory(it)


def first(it: Bench, what: str, rounds: int, before: Callable[[], object]) -> None:
    ours, git = [], []
    for _ in range(rounds):
        it.forget()
        before()
        ours.append(seconds(it.take))
        it.new_repository()
        before()
        git.append(seconds(it.git_first))
    row(it, what, ours, git, "git add + write-tree", 1.5)


def again(it: Bench) -> None:
    """An unchanged tree and one changed file, beside the walk in the same round."""
    most = 1.5 if it.prune else 2.5
    beside = "walk, pruned alike" if it.prune else "walk"
    if it.prune:
        walks = interleaved(it.rounds, lambda: walk(str(it.tree), str(it.home)), it.plain_walk)
        row(it, "which files", walks[0], walks[1], beside, most)
    rounds = 10 * it.rounds if it.is_big else it.rounds  # it takes less than a millisecond
    times = interleaved(rounds, it.take, it.plain_walk)
    row(it, "unchanged, warm", times[0], times[1], beside, most)
    status = interleaved(it.rounds, lambda: it.git("status", "--porcelain"))
    row(it, "", times[0], status[0], "git status --porcelain", None)
    times = interleaved(rounds, it.take_anew, it.plain_walk)
    row(it, "unchanged, not just taken", times[0], times[1], beside, None)
    times = interleaved(it.rounds, it.take, it.plain_walk, it.walk_and_copy, before=it.change_one)
    row(it, "one changed file", times[0], times[1], beside, None if it.is_big else 2.5)
    if it.is_big:
        row(it, "", times[0], times[2], "walk, hash, copy that", 2.5)
    time.sleep(2.5)  # what is younger is read again
    it.take()
    if drop_caches():
        times = interleaved(3, it.take, it.plain_walk, before=drop_caches)
        row(it, "unchanged, cold", times[0], times[1], beside, None)


def interleaved(
    rounds: int, *actions: Callable[[], object], before: Callable[[], object] = lambda: None
) -> list[list[float]]:
    """The seconds of each action; each comes first as often as the others."""
    found: list[list[float]] = [[] for _ in actions]
    for turn in range(rounds):
        for place in range(len(actions)):
            number = (turn + place) % len(actions)
            before()
            found[number].append(seconds(actions[number]))
    return found


def seconds(action: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def row(it: Bench, what: str, ours: list[float], beside: list[float], name: str, most: float | None) -> None:
    mine, other = statistics.median(ours), statistics.median(beside)
    ratio = mine / other
    if most is not None and ratio > most:
        _missed.append(f"{it.name} {what}")
    target = "" if most is None else f"{most:.1f}"
    label = it.name if what else ""
    print(
        f"{label:<12}{what:<28}{mine * 1e3:>8.2f}ms{other * 1e3:>8.2f}ms  {name:<22}{ratio:>6.2f}{target:>9}",
        flush=True,
    )


def memory(it: Bench) -> None:
    for what in ("first", "unchanged"):
        if what == "first":
            it.forget()
        command = [sys.executable, "-c", _MEMORY, str(it.tree), str(it.home)]
        peak = int(subprocess.check_output(command, text=True))
        if peak > MOST_MEMORY_MB:
            _missed.append(f"{it.name} memory, {what}")
        print(
            f"{it.name:<12}{f'peak memory, {what}':<28}{peak:>8} MB{'':>40}{MOST_MEMORY_MB:>6} MB", flush=True
        )


if __name__ == "__main__":
    main()
