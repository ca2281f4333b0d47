"""What a list of many runs costs: the index beside a plain SQLite select, and MLflow's SQLite store.

    python benchmarks/bench_history.py [--runs 100000] [--rounds 15] [--home DIR]

Writes that many records (kept in DIR for the next time, if it is named), then asks for pages of 50.
`find` is all that a list does: open the index, see that it is up to date, ask, read the answer.
`select` is the question alone, on an open index. Medians and worst of interleaved rounds on this
machine, now; quote the ratios, machines differ. MLflow is measured when it is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from jupyter_runcfg.history import Index, Query
from jupyter_runcfg.runtime.paths import Home

PAGE = 50
EXPERIMENTS = 20
QUESTIONS = {
    "newest first": Query(),
    "one experiment": Query("study-7"),
    "status = Failed": Query(status=("Failed",)),
    "tag owner = ann": Query(tags={"owner": "ann"}),
    "created since": Query(since=1.7e9 + 50_000),
    "sort by took": Query(sort="-took"),
    "sort by name": Query(sort="name"),
    "sort by a metric": Query(sort="-accuracy"),
    "sort by a rare metric": Query(sort="rare"),
    "accuracy > 0.5": Query(where="accuracy > 0.5"),
    "accuracy > 0.9999": Query(where="accuracy > 0.9999"),
    "accuracy > 2 (none)": Query(where="accuracy > 2"),
    "accuracy > 0.9 and lr < 0.1, sorted by loss": Query(where="accuracy > 0.9 and lr < 0.1", sort="loss"),
    "accuracy > 0.9 or status = Failed": Query(where="accuracy > 0.9 or status = Failed"),
    "loss < 0.3, sorted by accuracy (opposed)": Query(where="loss < 0.3", sort="accuracy"),
    "old > 0.5 (all at the far end)": Query(where="old > 0.5"),
    "experiment, sorted by a metric": Query("study-7", sort="-accuracy"),
    "text, found in some": Query(text="owner=bob"),
    "text, found nowhere": Query(text="zebra"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--home", help="keep the records here; with as many there, none is written")
    options = parser.parse_args()
    print(f"python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        home = Home(options.home or folder)
        home.create()
        timed(f"{options.runs:,} records written", lambda: write_records(home, options.runs))
        with Index(home, "bench") as index:
            timed("index built from them", index.rebuild)
        questions(home, options.rounds)
        changes(home, options.rounds, options.runs)
        floor(home, options.rounds)
        mlflow(options.runs, options.rounds)


def timed(what: str, act: Callable[[], object]) -> None:
    start = time.perf_counter()
    if act():
        print(f"{what}: {time.perf_counter() - start:.1f} s")


def write_records(home: Home, count: int) -> bool:
    """Records as runs leave them: a request, events, an end."""
    if len(os.listdir(home.runs)) == count:
        return False
    draw = random.Random(7)
    for number in range(1, count + 1):
        experiment = f"study-{number % EXPERIMENTS}"
        created = 1.7e9 + number
        run_id = f"{experiment}_{int(created)}_{draw.randrange(1 << 32):08x}"
        request = {
            "run_id": run_id, "number": number // EXPERIMENTS + 1, "experiment": experiment,
            "name": f"try {draw.randrange(1000)}", "created": created,
            "script": "train.py --alpha 0.03 --epochs 20", "target": {"name": "local", "executor": "local"},
            "tags": {"owner": draw.choice(["ann", "bob", "eve"])},
        }  # fmt: skip
        accuracy = draw.random()
        metrics = {"accuracy": accuracy, "loss": 1 - accuracy + draw.random() / 100, "lr": draw.random()}
        metrics["old"] = 1.0 if number < count // 20 else 0.0
        if number % 1000 == 0:
            metrics["rare"] = draw.random()
        events = [{"kind": "header", "version": 1}, {"kind": "status", "status": "Running", "t": created + 1}]
        events += [
            {"kind": "metric", "name": name, "value": value, "step": None, "t": created + 2}
            for name, value in metrics.items()
        ]
        status, code = ("Completed", 0) if draw.random() < 0.8 else ("Failed", 1)
        end = {"status": status, "cause": f"exit code {code}", "exit_code": code}
        end["t"] = created + draw.random() * 1000
        write(Path(home.run(run_id).directory), request, events, end)
    return True


def write(directory: Path, request: object, events: list[dict[str, object]], end: object) -> None:
    (directory / "events").mkdir(parents=True)
    (directory / "request.json").write_text(json.dumps(request))
    (directory / "events" / "rank-0-1.jsonl").write_text("".join(json.dumps(e) + "\n" for e in events))
    (directory / "end.json").write_text(json.dumps(end))


def find(home: Home, query: Query) -> int:
    with Index(home, "bench") as index:
        index.refresh()
        return len(index.select(query))


def questions(home: Home, rounds: int) -> None:
    time.sleep(0.2)  # the records are not of this very moment any more
    find(home, Query(limit=1))
    with Index(home, "bench") as index:
        print(
            f"\n{f'a page of {PAGE}':<46}{'rows':>6}{'find ms':>9}{'worst':>8}{'select ms':>11}{'worst':>8}"
        )
        for name, query in QUESTIONS.items():
            asked = replace(query, limit=PAGE)
            whole = samples(partial(find, home, asked), rounds)
            row(name, len(index.select(asked)), whole, samples(partial(index.select, asked), rounds))


def samples(act: Callable[[], object], rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        found.append((time.perf_counter() - start) * 1000)
    return found


def row(name: str, count: int, *columns: list[float]) -> None:
    figures = "".join(
        f"{statistics.median(column):>{9 if first else 11}.2f}{max(column):>8.2f}"
        for first, column in zip((True, False), columns, strict=False)
    )
    print(f"{name:<46}{count:>6}{figures}")


def changes(home: Home, rounds: int, count: int) -> None:
    """The first page after something has changed."""
    noted, by_hand = [], []
    for turn in range(rounds):
        paths = home.run(f"study-0_{1_800_000_000 + turn}_{turn:08x}")
        for found, make in ((noted, paths.create), (by_hand, partial(os.mkdir, paths.directory + "x"))):
            make()
            time.sleep(0.1)
            found.extend(samples(partial(find, home, Query(limit=PAGE)), 1))
        os.rmdir(paths.directory + "x")
        for folder in (paths.attempts, paths.events, paths.logs, paths.directory):
            os.rmdir(folder)
        time.sleep(0.1)
        find(home, Query(limit=PAGE))
    print("\nthe first page after a change")
    row("a record made by us (noted)", PAGE, noted)
    row("a directory made by hand (all names are read)", PAGE, by_hand)


def floor(home: Home, rounds: int) -> None:
    """A plain table with an index on the one column, and the metrics of each run as JSON."""
    print("\na plain SQLite select")
    with tempfile.TemporaryDirectory() as folder, Index(home, "bench") as index:
        db = sqlite3.connect(os.path.join(folder, "plain.db"))
        db.execute("CREATE TABLE runs (run_id TEXT, created REAL, summary TEXT, accuracy REAL)")
        rows = (
            (
                s.run_id,
                s.created,
                json.dumps({"metrics": s.metrics, "tags": s.tags}),
                s.metrics.get("accuracy"),
            )
            for s in index.select()
        )
        db.executemany("INSERT INTO runs VALUES (?, ?, ?, ?)", rows)
        db.execute("CREATE INDEX runs_created ON runs (created)")
        db.execute("CREATE INDEX runs_accuracy ON runs (accuracy)")
        db.commit()
        for key in ("created", "accuracy"):
            sql = f"SELECT * FROM runs ORDER BY {key} DESC LIMIT {PAGE}"
            row(f"by {key}", PAGE, samples(lambda: db.execute(sql).fetchall(), rounds))  # noqa: B023
        scan = "SELECT * FROM runs WHERE json_extract(summary, '$.metrics.lr') > 2 ORDER BY created DESC"
        row(
            "a metric that has no index (every row is read)",
            0,
            samples(lambda: db.execute(scan).fetchall(), 3),
        )
        db.close()


def mlflow(count: int, rounds: int) -> None:
    try:
        from mlflow.entities import Metric
        from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
    except ImportError:
        print("\nMLflow is not installed: not measured")
        return
    count = min(count, 2000)
    print(f"\nMLflow's SQLite store, {count:,} runs only: it takes minutes to write more")
    with tempfile.TemporaryDirectory() as folder:
        store = SqlAlchemyStore(f"sqlite:///{folder}/mlflow.db", folder)
        for number in range(count):
            run = store.create_run("0", "me", 1_700_000_000_000 + number, [], f"try {number}")
            store.log_batch(run.info.run_id, [Metric("accuracy", number / count, number, 0)], [], [])
        for name, where, order in (
            ("newest first", "", ["attributes.start_time DESC"]),
            ("accuracy > 0.5", "metrics.accuracy > 0.5", []),
            ("sort by a metric", "", ["metrics.accuracy DESC"]),
        ):
            row(name, PAGE, samples(lambda: store.search_runs(["0"], where, 1, PAGE, order), rounds))  # noqa: B023


if __name__ == "__main__":
    main()
