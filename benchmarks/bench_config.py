"""What a configuration costs: load + validate + save beside plain ruamel.yaml, and the imports.

    python benchmarks/bench_config.py [--rounds 60]

Medians of interleaved rounds on this machine, now; quote the ratios, machines differ.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ruamel.yaml import YAML

from jupyter_runcfg.config import CondaDependencies, RunConfiguration


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, {rounds} rounds, medians")
    with tempfile.TemporaryDirectory() as folder:
        files(Path(folder), rounds)
    imports(max(5, rounds // 6))


def default_file(folder: Path) -> Path:
    """A full file of the defaults, as SDK v1 writes it: its packages in a file of their own."""
    config = RunConfiguration("train.py")
    config.environment.python.conda_dependencies_file = ".azureml/conda_dependencies.yml"
    return config.save(folder, "default", full=True)


def files(folder: Path, rounds: int) -> None:
    file = default_file(folder)
    print(f"the default file, {len(file.read_text().splitlines())} lines, and its file of packages")

    def floor() -> None:
        for name in (file, file.with_name("conda_dependencies.yml")):
            yaml = YAML()
            tree, out = yaml.load(name.read_text(encoding="utf-8")), io.StringIO()
            yaml.dump(tree, out)
            name.write_text(out.getvalue(), encoding="utf-8")

    def unchanged() -> None:
        RunConfiguration.load(file).save()

    def changed() -> None:
        config = RunConfiguration.load(file)
        config.node_count = 3 - config.node_count
        config.save()

    def whole() -> None:
        RunConfiguration.load(file).to_yaml(full=True)

    measured = {
        "ruamel.yaml load + dump": floor,
        "load + validate + save": unchanged,
        "load + one change + save": changed,
        "load + whole text anew": whole,
    }
    report(interleaved(measured, rounds), "ruamel.yaml load + dump")
    RunConfiguration.load(file)
    assert RunConfiguration.load(file).environment.python.conda_dependencies == CondaDependencies()


def imports(rounds: int) -> None:
    programs = {
        "python": "pass",
        "import jupyter_runcfg": "import jupyter_runcfg",
        "pydantic + ruamel.yaml": "import pydantic, ruamel.yaml; pydantic.BaseModel, ruamel.yaml.YAML",
        "… RunConfiguration()": "from jupyter_runcfg import RunConfiguration; RunConfiguration()",
        "… from_text": "from jupyter_runcfg import RunConfiguration as R; R.from_text('script: a.py')",
    }
    runs = {name: lambda code=code: run(code) for name, code in programs.items()}
    report(interleaved(runs, rounds), "pydantic + ruamel.yaml")
    loaded = "import sys, jupyter_runcfg; print(sorted({'pydantic', 'ruamel.yaml'} & set(sys.modules)))"
    print("  after `import jupyter_runcfg`:", run(loaded).strip(), "of pydantic and ruamel.yaml are loaded")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def interleaved(measured: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(rounds):
        for name, act in measured.items():
            start = time.perf_counter()
            act()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def report(medians: dict[str, float], floor: str) -> None:
    for name, seconds in medians.items():
        print(f"  {name:<26} {seconds * 1e3:7.1f} ms   {seconds / medians[floor]:5.2f} × {floor}")


if __name__ == "__main__":
    main()
