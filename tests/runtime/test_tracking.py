"""What a script says of its run."""

import decimal
import math

import pytest

from jupyter_runcfg.errors import RuncfgError
from jupyter_runcfg.runtime.events import event_files, read_events
from jupyter_runcfg.runtime.tracking import MetricSet, Tracker, scalar


class Tensor:
    """As torch's: `size` is a method, `item` gives the number."""

    def __init__(self, *values):
        self.values = values

    def size(self):
        return (len(self.values),)

    def numel(self):
        return len(self.values)

    def item(self):
        (value,) = self.values
        return value


@pytest.fixture
def log(tmp_path):
    """log(name, value, step) → the event as it is read back."""
    tracker = Tracker(str(tmp_path), "rank-0")

    def write(*words):
        tracker.log(*words)
        (file,) = event_files(str(tmp_path))
        return read_events(file)[0][-1]

    return write


@pytest.mark.parametrize(
    "value", [0, -3, 1.5, 1e-320, True, False, None, "text \"'\n\u2028ż\udcff", 2**70, 0.1 + 0.2]
)
def test_plain_values_come_back(value, log):
    """Numbers, text, truth and None are what they were, type and all."""
    event = log('na"me\n', value, 7)
    assert (event["name"], event["value"], event["step"]) == ('na"me\n', value, 7)
    assert type(event["value"]) is type(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_not_finite(value, log):
    """NaN and the infinities are recorded as values and as steps."""
    event = log("m", value, value)
    assert repr((event["value"], event["step"])) == repr((value, value))


def test_numpy_scalars(log):
    """A scalar of every NumPy type, and an array of one element, is the plain value it stands for."""
    np = pytest.importorskip("numpy")
    for kind in sorted(set(np.sctypeDict.values()), key=repr):
        if kind in (np.void, np.object_, np.str_, np.bytes_, np.datetime64, np.timedelta64):
            continue
        if issubclass(kind, np.complexfloating):
            assert isinstance(log("m", kind(1))["value"], str)
            continue
        value = log("m", kind(1), kind(0))
        assert (value["value"], value["step"]) == (1, 0), kind
        expected = bool if kind is np.bool_ else float if issubclass(kind, np.floating) else int
        assert type(value["value"]) is expected, kind
    assert math.isnan(log("m", np.float32("nan"))["value"])
    assert log("m", np.array([2.5]))["value"] == 2.5
    assert log("m", np.array(3))["value"] == 3
    assert log("m", np.str_("a"))["value"] == "a"
    assert log("m", np.datetime64("2020-01-02"))["value"] == "2020-01-02"


def test_tensors_and_others():
    """A tensor of one element is its number; what else there is becomes text."""
    assert scalar(Tensor(0.25)) == 0.25
    assert scalar(decimal.Decimal("1.5")) == "1.5"
    assert scalar({"a": 1}) == "{'a': 1}"


@pytest.mark.parametrize("value", [[1], (1, 2), {1}, range(3), Tensor(1.0, 2.0), Tensor()])
def test_lists_are_refused(value, log):
    """Several values are an error that names the verb for them, and nothing is written."""
    log("m", 1)
    with pytest.raises(RuncfgError, match=r"one value.*\n\nhint: log_list"):
        log("m", value)
    assert log("m", 2)["seq"] == 2


def test_arrays_are_refused():
    """A NumPy array of several values is a list, too."""
    np = pytest.importorskip("numpy")
    for value in (np.array([1.0, 2.0]), np.array([]), np.zeros((2, 2))):
        with pytest.raises(RuncfgError, match="not a ndarray"):
            scalar(value)


def test_metric_set():
    """One value is plain, several are a list, chunks join, rows become columns."""
    metrics = MetricSet()
    for event in (
        {"name": "one", "value": 1},
        {"name": "many", "value": 1},
        {"name": "many", "values": [2, None]},
        {"name": "row", "row": {"x": 1, "y": 2}},
        {"name": "rows", "row": {"x": 1}},
        {"name": "rows", "row": {"x": 2, "y": 3}},
    ):
        metrics.add(event)
    assert metrics.as_dict() == {
        "one": 1,
        "many": [1, 2, None],
        "row": {"x": 1, "y": 2},
        "rows": {"x": [1, 2], "y": 3},
    }
