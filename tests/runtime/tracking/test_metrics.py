"""Metrics as `get_metrics` gives them."""

from jupyter_runcfg.runtime.tracking.metrics import MetricSet


def filled(*events, find=None):
    metrics = MetricSet(find)
    for event in events:
        metrics.add(event)
    return metrics


def test_shapes():
    """One value is plain, several are a list, chunks join, rows become columns."""
    metrics = filled(
        {"name": "one", "value": 1},
        {"name": "many", "value": 1},
        {"name": "many", "values": [2, None]},
        {"name": "row", "row": {"x": 1, "y": 2}},
        {"name": "rows", "row": {"x": 1}},
        {"name": "rows", "row": {"x": 2, "y": 3}},
    )
    assert metrics.as_dict() == {
        "one": 1,
        "many": [1, 2, None],
        "row": {"x": 1, "y": 2},
        "rows": {"x": [1, 2], "y": [None, 3]},
    }


def test_files():
    """A metric that is a file has the value that the caller finds for it, or its path."""
    event = {"name": "image", "artifact": "a.png", "type": "image"}
    assert filled(event).as_dict() == {"image": "a.png"}
    assert filled(event, find=lambda event: event["type"]).as_dict() == {"image": "image"}


def test_two_sets():
    """Taking over another set appends its values."""
    one = filled({"name": "a", "value": 1}, {"name": "r", "row": {"x": 1}})
    one.take_over(filled({"name": "a", "value": 2}, {"name": "r", "row": {"x": 2}}))
    assert one.as_dict() == {"a": [1, 2], "r": {"x": [1, 2]}}
