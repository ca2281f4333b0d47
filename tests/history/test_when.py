"""Times as people say them."""

import time
from datetime import datetime

import pytest

from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.history.when import moment_s, span_s


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("5min", 300),
        ("2h", 7200),
        ("1.5d", 129_600),
        ("3W", 1_814_400),
        ("x", None),
        ("2", None),
        ("-2d", None),
    ],
)
def test_spans(text, seconds):
    """A number and a unit; anything else is none."""
    assert span_s(text) == seconds


def test_moments():
    """So long ago, a date, a time, with a zone of its own, today and yesterday."""
    assert abs(moment_s("2d", "--since") - (time.time() - 172_800)) < 60
    assert moment_s("2026-11-01", "--since") == datetime(2026, 11, 1).timestamp()
    assert moment_s("2026-11-01 14:30", "--since") == datetime(2026, 11, 1, 14, 30).timestamp()
    assert moment_s("2026-11-01T14:30+00:00", "--since") == 1_793_543_400
    assert datetime.fromtimestamp(moment_s("today", "--since")).strftime("%H:%M:%S") == "00:00:00"
    assert moment_s("yesterday", "--since") < moment_s("today", "--since") <= time.time()


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2d ago", "99999-01-01"])
def test_no_time(text):
    """What would be one is in the hint."""
    with pytest.raises(ConfigError) as caught:
        moment_s(text, "--since")
    assert (caught.value.message, caught.value.where) == (f"'{text}' is no time", "--since")
    assert "2026-11-01" in caught.value.hint
