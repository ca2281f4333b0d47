"""What `%load_ext jupyter_runcfg` costs in a new IPython, beside imports that people know.

    python benchmarks/bench_load_ext.py [--rounds 15] [--runs 2000]

Each round starts a new interpreter for each line, one after the other; the floor is a `pass`. Beside it
stand `import ipywidgets` and, where it was installed by hand, `import azureml.core`, which is what a v1
notebook begins with. Medians on this machine, now; quote the ratios, machines differ.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CELL = """
from IPython.core.interactiveshell import InteractiveShell
import time
shell = InteractiveShell.instance()
start = time.perf_counter()
shell.run_cell({cell!r})
print(time.perf_counter() - start)
"""
OURS = "%load_ext jupyter_runcfg"
CELLS = {
    "pass": "pass",
    OURS: OURS,
    f"{OURS}, {{runs}} records": OURS,
    "import ipywidgets": "import ipywidgets",
    "import azureml.core": "import azureml.core",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--runs", type=int, default=2000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["IPYTHONDIR"] = str(Path(folder) / "ipython")
        project = Path(folder) / "project"
        project.mkdir()
        os.chdir(project)
        full = Path(folder) / "full"
        write_records(full, asked.runs)
        has_v1 = importlib.util.find_spec("azureml") is not None
        names = [name for name in CELLS if has_v1 or "azureml" not in name]
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for turn in range(asked.rounds + 1):  # the first one warms the disk up
            for name in names:
                home = full if "{runs}" in name else Path(folder) / "none"
                taken = measure(CELLS[name], home)
                if turn:
                    seconds[name].append(taken)
        print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, {asked.rounds} rounds, medians")
        ours = statistics.median(seconds[OURS])
        for name, taken in seconds.items():
            middle = statistics.median(taken)
            shown = name.replace("{runs}", f"{asked.runs:,}")
            print(f"{shown:<40} {middle * 1000:7.1f} ms   {middle / ours:6.2f} × ours")


def measure(cell: str, home: Path) -> float:
    """Seconds of the cell in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CELL.format(cell=cell)],
        env={**os.environ, "RUNCFG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def write_records(home: Path, count: int) -> None:
    """As much of records that have ended as a look needs: names, requests, ends."""
    for name in ("index", "runs"):
        (home / name).mkdir(parents=True)
    for number in range(count):
        record = home / "runs" / f"e_{int(time.time()) - 86_400 - number}_{number:08x}"
        record.mkdir()
        for part in ("request.json", "end.json"):
            (record / part).write_text("{}")


if __name__ == "__main__":
    main()
