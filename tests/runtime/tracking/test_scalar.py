"""What a metric can be."""

import decimal
import fractions
import math

import pytest

from jupyter_runcfg.errors import RuncfgError, UserErrorException
from jupyter_runcfg.runtime.tracking.scalar import element, scalar


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


class Eager:
    """As TensorFlow's: no `item`, but `numpy`."""

    def __init__(self, value):
        self.value = value

    def numpy(self):
        return self.value


def test_numpy_scalars():
    """A scalar of every NumPy type, and an array of one element, is the plain value it stands for."""
    np = pytest.importorskip("numpy")
    for kind in sorted(set(np.sctypeDict.values()), key=repr):
        if kind in (np.void, np.object_, np.str_, np.bytes_, np.datetime64, np.timedelta64):
            continue
        if issubclass(kind, np.complexfloating):
            assert isinstance(scalar(kind(1)), str)
            continue
        value = scalar(kind(1))
        expected = bool if kind is np.bool_ else float if issubclass(kind, np.floating) else int
        assert (value, type(value)) == (1, expected), kind
    assert math.isnan(scalar(np.float32("nan")))
    assert scalar(np.array([2.5])) == 2.5
    assert scalar(np.array([[3]])) == 3
    assert scalar(np.array(3)) == 3
    assert scalar(np.str_("a")) == "a"
    assert scalar(np.datetime64("2020-01-02")) == "2020-01-02"
    assert scalar(np.datetime64(1, "ns")) == "1970-01-01T00:00:00.000000001"


def test_tensors():
    """A tensor of one element is its number, of torch's kind and of TensorFlow's."""
    assert (scalar(Tensor(0.25)), scalar(Eager(2))) == (0.25, 2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (decimal.Decimal("1.5"), 1.5),
        (fractions.Fraction(1, 4), 0.25),
        (decimal.Decimal("1e9999"), math.inf),
        ({"a": 1}, "{'a': 1}"),
        ((1, 2), "(1, 2)"),
        ({1}, "{1}"),
        (1j, "1j"),
        (b"a", "b'a'"),
    ],
)
def test_others(value, expected):
    """What is a number becomes one; what else there is becomes text, as v1 has it."""
    assert scalar(value) == expected


@pytest.mark.parametrize("value", [[1], [], range(3), (n for n in ())])
def test_lists_are_refused(value):
    """Several values are an error that names the verb for them."""
    with pytest.raises(UserErrorException, match=r"one value.*\n\nhint: log_list"):
        scalar(value)


def test_arrays():
    """An array of several values is text, as in v1, whose scripts log such by mistake; no item of a list."""
    np = pytest.importorskip("numpy")
    for value, text in ((np.array([0.5, 2.0]), "[0.5 2. ]"), (np.array([]), "[]")):
        assert scalar(value) == text
        with pytest.raises(RuncfgError, match="one value, not a ndarray"):
            element(value)
    assert element(np.array([0.5])) == 0.5


@pytest.mark.parametrize("value", [[1], (1,), {"a": 1}, {1}, range(1)])
def test_items_are_single_values(value):
    """In a list or a row, every structure is refused."""
    with pytest.raises(RuncfgError, match="one value, not a"):
        element(value)
