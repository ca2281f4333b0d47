"""What SDK v1's `get_metrics` gives for each call, measured, against what ours gives."""

import json
import math
from pathlib import Path

import pytest

from jupyter_runcfg.errors import RuncfgError
from jupyter_runcfg.runtime.v1.context import Run

from ..job import record

SHARED = Path(__file__).parents[4] / "shared" / "vectors" / "metrics" / "get_metrics.json"
COPIES = json.loads(Path(__file__).with_name("get_metrics.json").read_text(encoding="utf-8"))["cases"]

# where more is promised than SDK v1 keeps: what `get_metrics` gives here, and why
DEVIATIONS = {
    "numpy-int64": ({"a": 5}, "a NumPy scalar of every type is a number, not the text 'np.int64(5)'"),
    "numpy-list": ({"l": [1, 2]}, "so a list of them is recorded"),
}


def cases():
    """Those measured; of the whole set where ../shared lies beside the checkout, else of the copy."""
    if SHARED.is_file():
        return json.loads(SHARED.read_text(encoding="utf-8"))["cases"]
    return COPIES


def given(value, kind=None):
    """A value as the script gave it: the file names what JSON has no word for."""
    if kind == "tuple":
        return tuple(value)
    if not isinstance(value, str) or not value.startswith("__"):
        return value
    if value in ("__nan__", "__inf__"):
        return float(value.strip("_"))
    np = pytest.importorskip("numpy")
    if value == "__np_list__":
        return [np.int64(1), np.int64(2)]
    return {"np_bool": np.True_, "np_float32": np.float32(0.5), "np_int64": np.int64(5)}[value.strip("_")]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_get_metrics(case, tmp_path):
    """Each case gives what v1 gives, or what the table above says and why."""
    run = Run.of(record(tmp_path))

    def call():
        for verb, name, value, *more in case["calls"]:
            if verb == "log_row":
                run.log_row(name, **value)
            else:
                kind = more[0] if more and isinstance(more[0], str) else None
                options = more[0] if more and isinstance(more[0], dict) else {}
                getattr(run, verb)(name, given(value, kind), **options)

    deviation = DEVIATIONS.get(case["id"])
    if not case["expected"]["ok"] and deviation is None:
        with pytest.raises(RuncfgError):
            call()
            run.get_metrics()
        return
    call()
    expected = case["expected"]["get_metrics"] if deviation is None else deviation[0]
    found = run.get_metrics()
    assert repr(found) == repr(expected) if _has_nan(expected) else found == expected
    assert [type(value) for value in found.values()] == [type(value) for value in expected.values()]


def _has_nan(values):
    return any(isinstance(value, float) and math.isnan(value) for value in values.values())


def test_the_copy_is_whole():
    """The copies beside this file are those of ../shared, and every deviation is of a case there is."""
    ids = {case["id"] for case in COPIES}
    assert set(DEVIATIONS) <= ids
    assert {case["id"] for case in cases()} == ids
