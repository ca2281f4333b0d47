"""Errors without a Python traceback: what real parsers, shells and tools print."""

import subprocess
import sys
import textwrap

import pytest

from jupyter_runcfg.runtime.failure import explain


@pytest.fixture
def failing(tmp_path):
    """failing(*argv, files) → the error of that command, run in a directory with those files."""

    def run(*argv, files=None, **request):
        for name, text in (files or {}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(textwrap.dedent(text))
            (tmp_path / name).chmod(0o755 if name.endswith(".x.sh") else 0o644)
        done = subprocess.run(argv, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        facts = {"argv": list(argv), **request}
        return explain(done.stdout.decode(), str(tmp_path), done.returncode, facts)

    return run


PARSER = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--learning-rate", type=float)
parser.add_argument("--data", required=True)
parser.parse_args()
"""


def test_argparse(failing):
    """Which arguments were refused, which there were, and the one that was meant."""
    files = {"train.py": PARSER}
    words = (sys.executable, "train.py", "--data", "x", "--learning_rate", "0.1")
    assert failing(*words, files=files) == {
        "type": "ArgumentError",
        "message": "unrecognized arguments: --learning_rate 0.1",
        "hint": "did you mean '--learning-rate'? the arguments of this run: `--data x --learning_rate 0.1`"
        " (set by `arguments`, or by what follows `--`)",
    }
    assert failing(sys.executable, "train.py", files=files) == {
        "type": "ArgumentError",
        "message": "the following arguments are required: --data",
        "hint": "the arguments of this run: none (set by `arguments`, or by what follows `--`)",
    }


def test_click():
    """Of click and typer, whose box is drawn."""
    plain = "Usage: train.py [OPTIONS]\nTry 'train.py --help' for help.\n\nError: No such option: --lr\n"
    assert explain(plain, "/w", 2) == {"type": "ArgumentError", "message": "No such option: --lr"}
    boxed = (
        " Usage: train.py [OPTIONS]\n╭─ Error ──────╮\n│ Missing option '--data'.     │\n╰──────────────╯\n"
    )
    assert explain(boxed, "/w", 2) == {"type": "ArgumentError", "message": "Missing option '--data'."}


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_shells(shell, failing):
    """A program that is not there, a script that may not be executed, one killed below the shell."""
    error = failing(shell, "-c", "no-such-tool --x")
    assert error == {
        "type": "CommandNotFound",
        "message": "no-such-tool: command not found",
        "hint": "there is no program 'no-such-tool' on the PATH of this run",
    }
    error = failing(shell, "-c", "./run.sh", files={"run.sh": "#!/bin/sh\ntrue\n"})
    assert error == {
        "type": "NotExecutable",
        "message": "./run.sh: Permission denied",
        "hint": "`chmod +x run.sh` and submit again: the snapshot keeps that bit",
    }
    error = failing(shell, "-c", "sh -c 'kill -9 $$'; exit $?")
    assert error == {"type": "SIGKILL", "message": "a program of it was killed by SIGKILL (exit code 137)"}


def test_windows_lines(failing):
    """A script with carriage returns."""
    error = failing("bash", "run.x.sh", files={"run.x.sh": "set -e\r\nls\r\nfoo\r\n"})
    assert error["hint"].startswith("the script's lines end as Windows has it")


def test_exit_with_a_text(failing):
    """`sys.exit("text")` and `raise SystemExit(f"…")`: the line that says so; other last lines are none."""
    code = 'import sys\nname = "a.csv"\nif 1:\n    sys.exit(f"no data in {name}!")\n'
    assert failing(sys.executable, "train.py", files={"train.py": code}) == {
        "type": "SystemExit",
        "message": "no data in a.csv!",
        "where": "train.py:4",
        "code": '  2 | name = "a.csv"\n  3 | if 1:\n> 4 |     sys.exit(f"no data in {name}!")',
    }
    code = 'import sys\nprint("bye")\nsys.exit(1)\nsys.exit("never said")\n'
    assert failing(sys.executable, "train.py", files={"train.py": code}) is None


def test_pytest(failing):
    """The first of the tests that failed, with its line."""
    code = "def f():\n    return 1\n\ndef test_f():\n    assert f() == 2\n\ndef test_g():\n    assert 0\n"
    words = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_x.py")
    error = failing(*words, files={"test_x.py": code})
    assert error == {
        "type": "AssertionError",
        "message": "2 tests failed; the first: test_x.py::test_f - assert 1 == 2",
        "where": "test_x.py:5",
        "code": "  3 |\n  4 | def test_f():\n> 5 |     assert f() == 2\n  6 |\n  7 | def test_g():",
    }


def test_r():
    """R's errors: a package, a file, its own words."""
    log = "Error in library(ggplot2) : there is no package called ‘ggplot2’\nExecution halted\n"
    assert explain(log, "/w", 1) == {
        "type": "R error",
        "message": "there is no package called ‘ggplot2’",
        "hint": '`install.packages("ggplot2")` in the R of this run',
    }
    log = (
        'Error in file(file, "rt") : cannot open the connection\nCalls: read.csv -> read.table -> file\n'
        'In addition: Warning message:\nIn file(file, "rt") :\n'
        "  cannot open file 'data/x.csv': No such file or directory\nExecution halted\n"
    )
    assert explain(log, "/w", 1, {"ignored": [["data", ".amlignore:1 data"]]}) == {
        "type": "R error",
        "message": "cannot open the connection: data/x.csv",
        "hint": "'data/x.csv' is left out of the snapshot by .amlignore:1 data: change that line",
    }
    log = "Error: object 'df' not found\nExecution halted\n"
    assert explain(log, "/w", 1) == {"type": "R error", "message": "object 'df' not found"}


def test_julia_and_java(tmp_path):
    """Their own forms."""
    (tmp_path / "train.jl").write_text("using CSV\n")
    log = (
        "ERROR: LoadError: ArgumentError: Package CSV not found in current path.\nStacktrace:\n [1] macro\n"
        f"in expression starting at {tmp_path}/train.jl:1\n"
    )
    assert explain(log, str(tmp_path), 1) == {
        "type": "ArgumentError",
        "message": "Package CSV not found in current path.",
        "where": "train.jl:1",
        "code": "> 1 | using CSV",
        "hint": '`import Pkg; Pkg.add("CSV")` in the Julia of this run',
    }
    log = 'Exception in thread "main" org.apache.spark.SparkException: Job aborted\n\tat org.x(Y.java:3)\n'
    assert explain(log, "/w", 1) == {"type": "org.apache.spark.SparkException", "message": "Job aborted"}


@pytest.mark.parametrize("exit_code", [0, None, -9, 3, 2, 126, 127, 137, 255])
def test_nothing_is_made_up(exit_code):
    """Words that look like errors, in the middle of a log that ended otherwise."""
    assert explain("loading\nwarning: x: not good\nerror rate: 0.5\ndone\n", "/w", exit_code) is None
    assert explain("", "/w", exit_code, {"argv": ["python", "a.py"]}) is None
