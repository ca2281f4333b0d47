"""Why a script failed, from its log: logs that real interpreters wrote."""

import subprocess
import sys

import pytest

from jupyter_runcfg.runtime.failure import explain, read_tail

from ..engines import interpreter


@pytest.fixture
def failing(tmp_path):
    """failing(code) → the error of that script, run as train.py."""

    def run(code, before="", after="", python=sys.executable, **env):
        (tmp_path / "train.py").write_text(code)
        done = subprocess.run([python, "train.py"], cwd=tmp_path, capture_output=True, text=True, env=env)
        found = explain(before + done.stderr + after, str(tmp_path))
        if found:
            found.pop("traceback")
        return found

    return run


def test_an_uncaught_exception(failing):
    """Type, message and the innermost line of the person's own file."""
    code = "import json\n\ndef load():\n    return json.loads('{')\n\nload()\n"
    error = failing(code, before="epoch 1\n", after="bye\n")
    assert error["type"] == "json.decoder.JSONDecodeError"
    assert error["message"].startswith("Expecting property name")
    assert error["where"] == "train.py:4"


def test_the_last_of_a_chain(failing):
    """`raise … from`, and an error while handling one: what ended the script."""
    code = "try:\n    {}['bmi']\nexcept KeyError as e:\n    raise ValueError('no bmi') from e\n"
    assert failing(code) == {"type": "ValueError", "message": "no bmi", "where": "train.py:4"}


@pytest.mark.parametrize("before", ["", "starting\n"])
def test_a_syntax_error(before, failing):
    """It has no traceback header; it is found also as the very first thing of a log."""
    error = failing("x = 1\ny = = 2\n", before=before)
    assert error == {"type": "SyntaxError", "message": "invalid syntax", "where": "train.py:2"}


def test_no_message(failing):
    """An exception without a message, and one of a class within a function."""
    assert failing("raise ValueError") == {"type": "ValueError", "message": "", "where": "train.py:1"}
    local = "def f():\n    class Odd(Exception): pass\n    raise Odd('x')\nf()\n"
    assert failing(local) == {"type": "__main__.f.<locals>.Odd", "message": "x", "where": "train.py:3"} or (
        failing(local)["type"].endswith("Odd")
    )


def test_hints(failing):
    """The common ones come with a next step."""
    assert "install 'numqy'" in failing("import numqy.linalg")["hint"]
    assert "snapshot" in failing("open('data.csv')")["hint"]


@pytest.mark.engine("python3.13")
def test_colours(failing):
    """Python 3.13 paints its tracebacks where FORCE_COLOR is set, as it is in every kernel."""
    error = failing("def f():\n    raise KeyError('bmi')\nf()\n", python=interpreter("3.13"), FORCE_COLOR="1")
    assert error == {"type": "KeyError", "message": "'bmi'", "where": "train.py:2"}


def test_none():
    """A log without a traceback, and a traceback cut off before its end, explain nothing."""
    assert explain("", "/w") is None
    assert explain("error: bad\nFile not found\n", "/w") is None
    assert explain('Traceback (most recent call last):\n  File "x.py", line 1, in f\n', "/w") is None


def test_a_huge_message_is_cut():
    """The end of a run has to fit its reserve."""
    log = "Traceback (most recent call last):\nValueError: " + "x" * 100_000 + "\n"
    error = explain(log, "/w")
    assert len(error["message"]) == 2000
    assert len(error["traceback"]) <= 8000


def test_the_tail_of_a_log(tmp_path):
    """Only the end is read; bytes that are no UTF-8 are replaced; no file is an empty log."""
    (tmp_path / "log").write_bytes(b"a" * 100 + b"\xff end")
    assert read_tail(str(tmp_path / "log"), 5) == "\ufffd end"
    assert read_tail(str(tmp_path / "missing")) == ""
