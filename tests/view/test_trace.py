"""Points as numbers, and those of what a run uses."""

import struct

from jupyter_runcfg.history.follow import Point
from jupyter_runcfg.view.trace import USAGE, Trace, usage_points


def test_a_metric_may_be_named_as_a_usage():
    """The two are two series."""
    trace = Trace()
    trace.take([Point("cpu", 0.0, 10.0, 0.5), Point("loss", 0.0, 11.0, 0.25), Point("cpu", 1.0, 12.0, 0.75)])
    trace.take([Point("cpu", 13.0, 13.0, 99.0)], USAGE)
    assert trace.names == [("metric", "cpu"), ("metric", "loss"), ("usage", "cpu")]
    assert list(struct.iter_unpack("4d", trace.dump(1, 4))) == [
        (1, 0, 11, 0.25),
        (0, 1, 12, 0.75),
        (2, 13, 13, 99),
    ]
    assert trace.series() == {"cpu": [(0, 0.5), (1, 0.75)], "loss": [(0, 0.25)]}


def test_a_sample_has_points_for_each_gpu():
    """Percent and bytes; what a device does not tell is not there."""
    gpus = [{"index": 0, "utilization": 87, "memory": 5}, {"index": 3, "memory": 7}, "odd"]
    event = {"kind": "sample", "t": 10.0, "cpu": 150.0, "memory": 1 << 30, "gpus": gpus}
    assert [(name, value) for name, _, _, value in usage_points(event)] == [
        ("cpu", 150.0),
        ("memory", float(1 << 30)),
        ("gpu 0", 87.0),
        ("gpu 0 memory", 5.0),
        ("gpu 3 memory", 7.0),
    ]
    assert usage_points({"kind": "sample", "t": "x", "gpus": 5}) == []
