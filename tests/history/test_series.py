"""The metrics of one run."""

import math

from jupyter_runcfg.history.follow import Point
from jupyter_runcfg.history.series import Metric, read_metrics, read_points
from jupyter_runcfg.runtime.events import EventWriter

from ..runtime.job import record


def test_last_values_and_counts(tmp_path):
    """Of each: how many, the last one and its step, the extremes; text, rows and files as they are."""
    paths = record(tmp_path)
    assert read_metrics(paths) == []
    writer = EventWriter(paths.event_file("rank-0-1"))
    for fields in (
        {"name": "loss", "value": 2, "step": 0},
        {"name": "text", "value": "fine"},
        {"name": "loss", "value": math.nan, "step": 5},
        {"name": "loss", "value": 0.5, "step": 10},
        {"name": "list", "values": [3, 1, 2]},
        {"name": "pairs", "row": {"x": 1, "y": "a"}},
        {"name": "pairs", "row": {"x": 2, "y": "b"}},
        {"name": "plot", "artifact": "plot.png", "type": "image"},
    ):
        writer.append("metric", **fields)
    writer.close()
    assert read_metrics(paths) == [
        Metric("loss", 3, 0.5, 10, 0.5, 2),
        Metric("text", 1, "fine"),
        Metric("list", 3, 2, None, 1, 3),
        Metric("pairs", 2, {"x": 2, "y": "b"}),
        Metric("plot", 1, "plot.png"),
    ]
    points = read_points(paths, "list")
    assert points == [Point("list", float(x), points[0].t, float(value)) for x, value in enumerate((3, 1, 2))]
    assert [(p.x, p.value) for p in read_points(paths, "loss")][::2] == [(0.0, 2.0), (10.0, 0.5)]
    assert read_points(paths, "pairs") == read_points(paths, "no such") == []


def test_a_long_series_of_two_writers(tmp_path):
    """Files longer than one look at them are read whole, each writer's values in its order."""
    paths = record(tmp_path)
    for rank in range(2):
        writer = EventWriter(paths.event_file(f"rank-{rank}-1"))
        for start in range(0, 60_000, 10_000):
            writer.append("metric", name=f"m{rank}", values=list(range(start, start + 10_000)))
        for number in range(60_000):
            writer.append_metric('"quick"', str(number * 2 + rank), "null")
        writer.close()
    for rank in range(2):
        assert [p.value for p in read_points(paths, f"m{rank}")] == list(range(60_000))
    quick = [p.value for p in read_points(paths, "quick")]
    assert [value for value in quick if value % 2] == list(range(1, 120_000, 2))
    counts = {metric.name: metric.count for metric in read_metrics(paths)}
    assert counts == {"m0": 60_000, "m1": 60_000, "quick": 120_000}
