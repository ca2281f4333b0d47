"""Questions to the index: every filter and order, on every road that leads to the answer."""

import json
import math
import random
import sqlite3

import pytest

from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.history import Query, RunSummary, search
from jupyter_runcfg.history import row as rows
from jupyter_runcfg.history.query import select
from jupyter_runcfg.history.schema import in_memory

# so many matches are few, so many runs are looked at one by one: each pair takes another road
ROADS = [(2000, 2000), (0, 2000), (0, 7), (30, 7), (0, 1)]
STATUSES = ["Completed", "Failed", "Running", "Canceled"]


def summaries():
    """200 runs, 20 of them children, 20 archived; metrics and tags that only some have."""
    draw = random.Random(5)
    found = []
    for n in range(200):
        metrics = {"accuracy": draw.random(), "val/loss": draw.choice([0.5, math.nan, math.inf, -1.0])}
        if n % 10 == 3:
            metrics["rare"] = float(n)
        status = draw.choice(STATUSES)
        ended = None if status == "Running" else 1000.0 + n + draw.random()
        found.append(
            RunSummary(
                run_id=f"exp_{n}_{n:08x}",
                experiment=f"e{n % 3}",
                number=n,
                name=draw.choice([None, "Grün", "50%_off"]),
                status=status,
                cause="" if status != "Failed" else "exit code 1",
                target=draw.choice(["local", "cluster"]),
                script=f"train.py --n {n % 7}",
                created=1000.0 + n,
                started=None if n % 11 == 0 else 1000.0 + n,
                ended=None if n % 11 == 0 else ended,
                exit_code=None if status == "Running" else int(status == "Failed"),
                tags={"owner": draw.choice(["ann", "bob"]), "lr": draw.choice(["0.1", "0.10", "1e-1", "big"])}
                if n % 4
                else {},
                metrics=metrics,
                parent="exp_0_00000000" if n % 10 == 1 else None,
                kind="interactive" if n % 10 == 2 else "script",
                archived=n % 10 == 5,
            )
        )
    return found


RUNS = summaries()


@pytest.fixture(scope="module")
def db():
    db = in_memory()
    db.execute("BEGIN")
    for summary in RUNS:
        rows.put(db, summary, "", "")
    db.execute("COMMIT")
    yield db
    db.close()


@pytest.fixture(params=ROADS, ids=str)
def ask(request, monkeypatch, db):
    """ask(**words) → ids of the answer; raises ConfigError."""
    monkeypatch.setattr(search, "_FEW", request.param[0])
    monkeypatch.setattr(search, "_WINDOW", request.param[1])
    return lambda **words: [json.loads(text)["run_id"] for text in select(db, Query(**words))]


def ids(test, key=lambda s: -s.created):
    """What a plain loop over the runs finds; hidden ones are for the test to tell."""
    return [s.run_id for s in sorted(filter(test, RUNS), key=key)]


def listed(s):
    return s.parent is None and not s.archived


EXPRESSIONS = {
    "accuracy > 0.9": lambda s: s.metrics["accuracy"] > 0.9,
    "accuracy>0.2 and accuracy<=.8": lambda s: 0.2 < s.metrics["accuracy"] <= 0.8,
    "accuracy > 2": lambda s: False,
    "metrics.accuracy > 0.9 or status = failed": lambda s: (
        s.metrics["accuracy"] > 0.9 or s.status == "Failed"
    ),
    "not status = Failed": lambda s: s.status != "Failed",
    "status != Failed and status != Running": lambda s: s.status not in ("Failed", "Running"),
    "not (status = Failed or accuracy < 0.5)": lambda s: (
        s.status != "Failed" and s.metrics["accuracy"] >= 0.5
    ),
    "accuracy > 0.9 or accuracy < 0.1 and status = Failed": lambda s: (
        s.metrics["accuracy"] > 0.9 or (s.metrics["accuracy"] < 0.1 and s.status == "Failed")
    ),
    "val/loss = nan": lambda s: math.isnan(s.metrics["val/loss"]),
    "`val/loss` != nan": lambda s: not math.isnan(s.metrics["val/loss"]),
    "val/loss > 1e300": lambda s: s.metrics["val/loss"] == math.inf,
    "val/loss < 0": lambda s: s.metrics["val/loss"] == -1,
    "rare >= 100": lambda s: s.metrics.get("rare", 0) >= 100,
    "not rare >= 100": lambda s: not s.metrics.get("rare", 0) >= 100,
    "rare != 103": lambda s: s.metrics.get("rare", 103) != 103,
    "tags.owner = ann": lambda s: s.tags.get("owner") == "ann",
    "owner != ann": lambda s: s.tags.get("owner", "ann") != "ann",
    "lr = 0.1": lambda s: s.tags.get("lr") in ("0.1", "0.10", "1e-1"),
    "lr < 1": lambda s: s.tags.get("lr") in ("0.1", "0.10", "1e-1"),
    "lr ~ '0.1'": lambda s: "0.1" in s.tags.get("lr", ""),
    "lr != 0.1": lambda s: s.tags.get("lr") == "big",
    "name ~ '%_O'": lambda s: s.name == "50%_off",
    "name !~ off": lambda s: s.name != "50%_off",
    "name = 'Grün'": lambda s: s.name == "Grün",
    'script = "train.py --n 3"': lambda s: s.script == "train.py --n 3",
    "run = e1/4": lambda s: s.label == "e1/4",
    "number < 10": lambda s: s.number < 10,
    "exit_code = 0": lambda s: s.exit_code == 0,
    "kind = interactive": lambda s: s.kind == "interactive",
    "target = local and cause ~ CODE": lambda s: s.target == "local" and s.cause == "exit code 1",
    "duration > 0.5s": lambda s: (s.duration_s(0) or 0) > 0.5 and s.ended is not None,
    "took < 1m": lambda s: s.started is not None and s.ended is not None,
    "created >= 1970-01-01T00:18:20+00:00": lambda s: s.created >= 1100,
    "created > 2d": lambda s: False,
    "started < 2d": lambda s: s.started is not None,
}


@pytest.mark.parametrize(("where", "test"), EXPRESSIONS.items(), ids=list(EXPRESSIONS))
def test_expressions(where, test, ask):
    """Each finds what a plain loop finds, all of it and a page of it, newest first."""
    expected = ids(lambda s: listed(s) and test(s))
    assert ask(where=where) == expected
    assert ask(where=where, limit=5) == expected[:5]
    everything = ids(test)
    assert ask(where=where, children=True, archived=True) == everything
    assert ask(where=where, children=True, archived=True, limit=5) == everything[:5]


QUERIES = [
    ({}, lambda s: True),
    ({"experiment": "e1"}, lambda s: s.experiment == "e1"),
    ({"experiment": "no"}, lambda s: False),
    ({"status": ("failed", "Running")}, lambda s: s.status in ("Failed", "Running")),
    ({"target": "local"}, lambda s: s.target == "local"),
    ({"tags": {"owner": "bob"}}, lambda s: s.tags.get("owner") == "bob"),
    ({"tags": {"owner": None}}, lambda s: "owner" in s.tags),
    ({"tags": {"no such": "x"}}, lambda s: False),
    ({"text": "OWNER=ann"}, lambda s: s.tags.get("owner") == "ann"),
    ({"text": "grün"}, lambda s: s.name == "Grün"),
    ({"text": "%_"}, lambda s: s.name == "50%_off"),
    ({"text": "e2/1"}, lambda s: s.label.startswith("e2/1")),
    ({"since": 1150.0}, lambda s: s.created >= 1150),
    ({"since": 1050.0, "before": 1060.0}, lambda s: 1050 <= s.created < 1060),
    ({"active": True}, lambda s: s.status == "Running"),
    ({"ended": True, "experiment": "e0"}, lambda s: s.status != "Running" and s.experiment == "e0"),
    (
        {"experiment": "e1", "where": "accuracy > 0.5"},
        lambda s: s.experiment == "e1" and s.metrics["accuracy"] > 0.5,
    ),
    ({"text": "ann", "active": True}, lambda s: s.tags.get("owner") == "ann" and s.status == "Running"),
]


@pytest.mark.parametrize(("words", "test"), QUERIES, ids=[str(words) for words, _ in QUERIES])
def test_named_filters(words, test, ask):
    """Each by itself and together; children and archived ones only when asked for."""
    assert ask(**words) == ids(lambda s: listed(s) and test(s))
    assert ask(**words, limit=3) == ids(lambda s: listed(s) and test(s))[:3]
    assert ask(**words, archived=True) == ids(lambda s: s.parent is None and test(s))
    assert ask(**words, children=True) == ids(lambda s: not s.archived and test(s))


def test_children_of_a_run(ask):
    """By their parent; archived ones stay hidden there too."""
    assert ask(parent="exp_0_00000000") == ids(lambda s: s.parent is not None and not s.archived)
    assert ask(parent="exp_1_00000001") == []


def last(value):
    return (value is None, value)


SORTS = {
    "-accuracy": lambda s: -s.metrics["accuracy"],
    "accuracy": lambda s: s.metrics["accuracy"],
    "metrics.rare": lambda s: (*last(s.metrics.get("rare")), -s.created),
    "-rare": lambda s: (*last(-s.metrics["rare"] if "rare" in s.metrics else None), -s.created),
    "created": lambda s: s.created,
    "-started": lambda s: (*last(None if s.started is None else -s.started), -s.created),
    "started": lambda s: (*last(s.started), -s.created),
    "-took": lambda s: (*last(None if s.ended is None else s.started - s.ended), -s.created),
    "number": lambda s: s.number,
    "-run": lambda s: (-int(s.experiment[1:]), -s.number),
}


@pytest.mark.parametrize(("sort", "key"), SORTS.items(), ids=list(SORTS))
@pytest.mark.parametrize("limit", [None, 0, 4, 150])
def test_orders(sort, key, limit, ask):
    """By a column or a metric, either way; runs without one come last, the newest of them first."""
    assert ask(sort=sort, limit=limit) == ids(listed, key)[:limit]
    chosen = ids(lambda s: listed(s) and s.status == "Failed" and s.metrics["accuracy"] > 0.3, key)
    assert ask(sort=sort, limit=limit, status=("Failed",), where="accuracy > 0.3") == chosen[:limit]
    chosen = ids(lambda s: listed(s) and s.experiment == "e1" and s.metrics["accuracy"] > 0.3, key)
    assert ask(sort=sort, limit=limit, experiment="e1", where="accuracy > 0.3") == chosen[:limit]


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (
            {"where": "acuracy > 1"},
            "no run has a metric or tag, and no column is named 'acuracy'",
            "'accuracy'",
        ),
        (
            {"where": "metrics.acc > 1"},
            "no run has a metric named 'acc'",
            "there is accuracy, rare, val/loss",
        ),
        ({"where": "tags.ownr = x"}, "no run has a tag named 'ownr'", "did you mean 'owner'?"),
        ({"sort": "-acuracy"}, "no run has a metric or tag, and no column is named 'acuracy'", "'accuracy'"),
        ({"where": "accuracy > high"}, "'high' is not a number", "0.9"),
        ({"where": "accuracy ~ 1"}, "the metric 'accuracy' is a number, not text", "="),
        ({"where": "status = Faild"}, "no status 'Faild'", "did you mean 'Failed'?"),
        ({"status": ("done",)}, "no status 'done'", "Completed"),
        ({"where": "created > soon"}, "'soon' is no time", "2d"),
        ({"where": "duration > long"}, "'long' is not a number", "30m"),
    ],
)
def test_what_no_run_has_is_an_error(words, message, hint, ask):
    """A typo is told with the nearest name, never answered with an empty list."""
    with pytest.raises(ConfigError) as caught:
        ask(**words)
    assert caught.value.message == message
    assert hint in caught.value.hint


def test_without_runs_nothing_is_unknown():
    """On the first day every expression finds nothing."""
    db: sqlite3.Connection = in_memory()
    assert select(db, Query(where="accuracy > 0.9 and lr < 1", sort="-accuracy")) == []
    db.close()
