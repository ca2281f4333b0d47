"""Why a script failed, from its log: logs that real interpreters wrote."""

import subprocess
import sys

import pytest

from jupyter_runcfg.runtime import failure
from jupyter_runcfg.runtime.failure import explain, read_tail

from ...engines import interpreter

VERSIONS = ["3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
MARKED = [pytest.param(v, marks=pytest.mark.engine(f"python{v}")) for v in VERSIONS]


def test_an_uncaught_exception(failing):
    """Type, message and the innermost line of the person's own file, shown as the snapshot has it."""
    code = "import json\n\ndef load():\n    return json.loads('{')\n\nload()\n"
    error = failing(code, before="epoch 1\n", after="bye\n")
    assert error == {
        "type": "json.decoder.JSONDecodeError",
        "message": "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        "where": "train.py:4",
        "code": "  2 |\n  3 | def load():\n> 4 |     return json.loads('{')\n  5 |\n  6 | load()",
    }


def test_the_last_of_a_chain(failing):
    """`raise … from`, and an error while handling one: what ended the script, and what that came of."""
    code = "try:\n    {}['bmi']\nexcept KeyError as e:\n    raise ValueError('none') from e\n"
    expected = {
        "type": "ValueError",
        "message": "none",
        "where": "train.py:4",
        "code": "  2 |     {}['bmi']\n  3 | except KeyError as e:\n> 4 |     raise ValueError('none') from e",
        "cause": "KeyError: 'bmi' (train.py:2)",
    }
    assert failing(code) == expected
    during = failing(code.replace(" from e", ""))
    assert during == {**expected, "code": expected["code"].replace(" from e", "")}


@pytest.mark.parametrize("before", ["", "starting\n", "\r 10%|#  | 1/9\r 20%|##  |"])
def test_a_syntax_error(before, failing):
    """It has no traceback header; it is found also as the very first thing of a log."""
    error = failing("x = 1\ny = = 2\n", before=before and before + "\n")
    assert error == {
        "type": "SyntaxError",
        "message": "invalid syntax",
        "where": "train.py:2",
        "code": "  1 | x = 1\n> 2 | y = = 2",
    }


def test_a_syntax_error_in_a_module(failing):
    """The line of the module, not the one that imports it."""
    error = failing("import lib.odd\n", files={"lib/odd.py": "def f():\nreturn 1\n"})
    assert (error["type"], error["where"]) == ("IndentationError", "lib/odd.py:2")


@pytest.mark.parametrize("version", MARKED)
def test_every_python(version, failing):
    """Tracebacks as each Python writes them: markers, `[Previous line repeated]`, packages, `python -m`."""
    python = interpreter(version)
    deep = "def f(n):\n    return f(n + 1)\n\nf(0)\n"
    error = failing(deep, python=python)
    assert (error["type"], error["where"]) == ("RecursionError", "train.py:2")
    files = {
        "pkg/__init__.py": "",
        "pkg/run.py": "import os\nx = {'a': 1}\nprint(1 + x['a'] + x['b'])\n",
    }
    error = failing("", python=python, argv=("-m", "pkg.run"), files=files)
    assert error == {
        "type": "KeyError",
        "message": "'b'",
        "where": "pkg/run.py:3",
        "code": "  1 | import os\n  2 | x = {'a': 1}\n> 3 | print(1 + x['a'] + x['b'])",
    }
    error = failing("", python=python, argv=("-m", "pkg.nothing"))
    assert (error["type"], error["message"]) == ("ModuleNotFoundError", "No module named pkg.nothing") or (
        error["message"] == "No module named 'pkg.nothing'"
    )
    error = failing("", python=python, argv=("trian.py",))
    assert (error["type"], error["hint"]) == ("FileNotFoundError", "did you mean 'train.py'?")


def test_no_message(failing):
    """An exception without a message, and one of a class within a function."""
    assert failing("raise ValueError") == {
        "type": "ValueError",
        "message": "",
        "where": "train.py:1",
        "code": "> 1 | raise ValueError",
    }
    local = "def f():\n    class Odd(Exception): pass\n    raise Odd('x')\nf()\n"
    error = failing(local)
    assert (error["type"], error["message"], error["where"]) == ("f.<locals>.Odd", "x", "train.py:3")


@pytest.mark.engine("python3.13")
def test_colours(failing):
    """Python 3.13 paints its tracebacks where FORCE_COLOR is set, as it is in every kernel."""
    error = failing("def f():\n    raise KeyError('bmi')\nf()\n", python=interpreter("3.13"), FORCE_COLOR="1")
    assert error == {
        "type": "KeyError",
        "message": "'bmi'",
        "where": "train.py:2",
        "code": "  1 | def f():\n> 2 |     raise KeyError('bmi')\n  3 | f()",
    }


@pytest.mark.engine("python3.13")
def test_a_group_and_notes(failing):
    """An ExceptionGroup is the error, its first member the cause; a note stays in the traceback."""
    code = """
    def f():
        e = ValueError("a")
        e.add_note("of file 7")
        raise ExceptionGroup("several", [e, TypeError("b")])
    f()
    """
    error = failing(code, python=interpreter("3.13"))
    assert {key: error[key] for key in ("type", "message", "where", "cause")} == {
        "type": "ExceptionGroup",
        "message": "several (2 sub-exceptions)",
        "where": "train.py:5",
        "cause": "ValueError: a",
    }


POOL = """
from multiprocessing import Pool
from concurrent.futures import ProcessPoolExecutor
import sys

def work(x):
    return 1 / x

if __name__ == "__main__":
    if sys.argv[1] == "pool":
        with Pool(1) as pool:
            pool.map(work, [0])
    with ProcessPoolExecutor(1) as pool:
        list(pool.map(work, [0]))
"""


@pytest.mark.parametrize("kind", ["pool", "futures"])
def test_the_error_of_another_process(kind, failing):
    """Raised again for the one that waits: the line is where it happened."""
    error = failing(POOL, argv=("train.py", kind))
    assert {key: error[key] for key in error if key != "code"} == {
        "type": "ZeroDivisionError",
        "message": "division by zero",
        "where": "train.py:7",
    }


def test_threads_and_cleanup(failing):
    """The error that ended the script, whatever threads and finalizers print after it."""
    code = """
    import atexit, threading

    class Odd:
        def __del__(self):
            raise OSError("in __del__")

    def late():
        raise TypeError("in atexit")

    def work():
        raise KeyError("in a thread")

    atexit.register(late)
    odd = Odd()
    main = threading.main_thread()
    threading.Thread(target=lambda: (main.join(), work())).start()
    raise ValueError("the one")
    """
    error = failing(code)
    assert (error["type"], error["message"], error["where"]) == ("ValueError", "the one", "train.py:18")
    only = "import os, threading\nt = threading.Thread(target=lambda: {}['a'])\nt.start(); t.join()\n"
    only += "os._exit(1)\n"
    error = failing(only)
    assert (error["type"], error["where"]) == ("KeyError", "train.py:2")


def test_lines_of_others_within_it():
    """Progress bars before, within and after a traceback, ended by carriage returns only."""
    log = (
        "\r 10%|#   | 1/10\r 20%|##  | 2/10Traceback (most recent call last):\n"
        '\r 30%|### | 3/10\n  File "/w/train.py", line 9, in <module>\r\n'
        "\x1b[32mINFO: epoch 3\x1b[0m\n    main()\r\n"
        '  File "/w/train.py", line 4, in main\r\n    x[1]\r\n    ~^^^\r\n'
        "IndexError: list index out of range\r\n"
    )
    log += "\r".join(f" {n}%|###" for n in range(5000))
    error = explain(log, "/w")
    assert (error["type"], error["message"], error["where"]) == (
        "IndexError",
        "list index out of range",
        "train.py:4",
    )


def test_the_root_cause_of_a_distributed_run():
    """torchrun's own traceback says only which rank failed first: that one's is the error."""

    def rank(n, error):
        lines = [
            "Traceback (most recent call last):",
            f'  File "/w/train.py", line {n}, in f',
            "    f()",
            error,
        ]
        return [f"[rank{n}]: {line}" for line in lines]

    mixed = zip(rank(1, "KeyError: 'bmi'"), rank(2, "OSError: closed"), strict=True)
    log = "".join(f"{a}\n{b}\n" for a, b in mixed)
    log += (
        'Traceback (most recent call last):\n  File "/usr/bin/torchrun", line 8, in <module>\n    main()\n'
        "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n"
        "=====\ntrain.py FAILED\n-----\nRoot Cause (first observed failure):\n[0]:\n"
        "  time      : 2026-11-20_10:00:00\n  rank      : 1 (local_rank: 1)\n  exitcode  : 1 (pid: 7)\n"
    )
    error = explain(log, "/w")
    assert (error["type"], error["message"], error["where"]) == ("KeyError", "'bmi'", "train.py:1")


def test_ipython(tmp_path):
    """A notebook's own form of tracebacks: of a file, and of a cell."""
    (tmp_path / "lib.py").write_text("def f(d):\n    return d['a']\n")
    (tmp_path / "train.ipy").write_text("import lib\nlib.f({})\n")
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=Linux", "train.ipy"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"HOME": "/nowhere", "PYTHONPATH": str(tmp_path), "IPYTHONDIR": str(tmp_path / ".ipython")},
    )
    error = explain(done.stdout.decode(), str(tmp_path))
    assert (error["type"], error["message"], error["where"]) == ("KeyError", "'a'", "lib.py:2")
    log = (
        "-" * 75 + "\nNameError                                 Traceback (most recent call last)\n"
        "Cell In[3], line 2\n      1 x = 1\n----> 2 y\n\nNameError: name 'y' is not defined\n"
    )
    error = explain(log, "/w")
    assert (error["type"], error["where"]) == ("NameError", "cell 3:2")


def test_another_exit_code(failing):
    """A traceback that ends the log is the reason, whatever the code; one that was dealt with is not."""
    code = "import sys, traceback\ntry:\n    {}['a']\nexcept KeyError:\n    traceback.print_exc()\n"
    assert failing(code + "sys.exit(3)")["where"] == "train.py:3"
    assert failing(code + "for i in range(9): print('epoch', i)\nsys.exit(3)") is None
    assert failing(code + "print('fine')\nsys.exit(2)") is None


def test_a_frame_of_our_sitecustomize():
    """Its name in a traceback has no directory: it is no file of the person's."""
    log = (
        'Traceback (most recent call last):\n  File "/w/train.py", line 1, in <module>\n'
        '  File "sitecustomize.py", line 33, in find_spec\nImportError: bad\n'
    )
    assert explain(log, "/w")["where"] == "train.py:1"


def test_none():
    """A log without a traceback, and a traceback cut off before its end, explain nothing."""
    assert explain("", "/w") is None
    assert explain("error: bad\nFile not found\n", "/w") is None
    assert explain('Traceback (most recent call last):\n  File "x.py", line 1, in f\n', "/w") is None
    assert explain("Traceback (most recent call last):\n" * 2000, "/w") is None


def test_a_huge_message_is_cut():
    """The end of a run has to fit its reserve."""
    frames = '  File "x.py", line 1, in f\n    f()\n' * 1000
    error = explain(
        "Traceback (most recent call last):\n" + frames + "ValueError: " + "ż" * 100_000 + "\n", "/w"
    )
    assert error["message"] == "ż" * 1999 + "…"
    assert len(error["traceback"]) <= 8000


def test_files_that_are_no_source(tmp_path):
    """A pipe, a link that leads out, a name that leads out and a line that is not there show nothing."""
    import os

    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    (tmp_path / "short.py").write_text("x\n")
    for name in ("pipe.py", "link.py", "../x.py", "short.py", "gone.py"):
        log = f'Traceback (most recent call last):\n  File "{name}", line 3, in f\nValueError: x\n'
        assert "code" not in explain(log, str(tmp_path)), name


def test_the_source_is_text(tmp_path):
    """Control characters and long lines of a source file are tamed; lines count as Python counts them."""
    (tmp_path / "a.py").write_bytes(b"\xef\xbb\xbfx = '\x1b[31m\x0c'\r\n\ty" + b"=" * 300 + b"\r\n\xff\n")
    log = 'Traceback (most recent call last):\n  File "a.py", line 2, in f\nValueError: x\n'
    assert explain(log, str(tmp_path))["code"] == (
        f"  1 | x = '\ufffd[31m '\n> 2 |     y{'=' * 155}…\n  3 | \ufffd"
    )


def test_the_tail_of_a_log(tmp_path):
    """Only the end is read; bytes that are no UTF-8 are replaced; no file is an empty log."""
    (tmp_path / "log").write_bytes(b"a" * 100 + b"\xff end")
    assert read_tail(str(tmp_path / "log"), 5) == "\ufffd end"
    assert read_tail(str(tmp_path / "missing")) == ""


def test_a_program_that_could_not_be_started(tmp_path):
    """Missing, not executable, of a wrong format, with an interpreter that is not there: a message each."""
    (tmp_path / "plain.sh").write_text("echo\n")
    (tmp_path / "dos.sh").write_bytes(b"#!/bin/bash\r\necho\r\n")
    (tmp_path / "odd.sh").write_text("#!/usr/bin/pyhton\n")
    (tmp_path / "elf").write_bytes(b"\x7fELF\x02\x01\x01" + b"\0" * 60)
    for name in ("dos.sh", "odd.sh", "elf"):
        (tmp_path / name).chmod(0o755)
    (tmp_path / "empty.sh").write_text("")
    (tmp_path / "empty.sh").chmod(0o755)

    def start(*argv, **request):
        try:
            subprocess.run(argv, cwd=tmp_path, check=False)
        except OSError as error:
            found = failure.not_started(list(argv), error, request, str(tmp_path))
            return found["message"], found.get("hint", "")
        raise AssertionError("it started")

    message, hint = start("python3.99", environment={"python": "python3.99"})
    assert message == "there is no program 'python3.99' to run the script"
    assert hint.startswith("change environment.python.interpreterPath (this machine has python3")
    assert start("no-such") == (
        "there is no program 'no-such' to run the script",
        "install it on this machine, or name its whole path",
    )
    assert start("./gone.sh", ignored=[["gone.sh", ".amlignore:2 *.sh"]]) == (
        "there is no program './gone.sh' to run the script",
        "'gone.sh' is left out of the snapshot by .amlignore:2 *.sh: change that line",
    )
    assert start("./plain.sh") == (
        "'./plain.sh' may not be executed",
        "`chmod +x ./plain.sh` and submit again: the snapshot keeps that bit",
    )
    assert start("./odd.sh") == (
        "the interpreter that './odd.sh' names is not here: #!/usr/bin/pyhton",
        "correct its first line, or start it by name: `bash ./odd.sh`",
    )
    assert start("./dos.sh")[1].startswith("its lines end as Windows has it")
    assert start("./elf")[0] == "'./elf' is no program for this machine"
    assert start("./empty.sh") == ("'./empty.sh' is no program for this machine", "")
    assert start("/bin/true", "x" * (1 << 20))[0].startswith(
        "the arguments and variables of the run are too long"
    )


def test_signals(tmp_path):
    """Each says what it means; a line of the script where Python's fault handler wrote it."""
    assert failure.killed(9)["hint"] == "often the machine ran out of memory: load less at once"
    assert failure.killed(37) == {"type": "signal 37", "message": "the script was killed by signal 37"}
    code = "import faulthandler\nfaulthandler.enable()\ndef f():\n    faulthandler._sigsegv()\nf()\n"
    (tmp_path / "train.py").write_text(code)
    done = subprocess.run([sys.executable, "train.py"], cwd=tmp_path, stderr=subprocess.PIPE)
    error = failure.killed(-done.returncode, None, done.stderr.decode(), str(tmp_path))
    assert error.pop("traceback").startswith("Fatal Python error: Segmentation fault")
    assert error == {
        "type": "SIGSEGV",
        "message": "the script was killed by SIGSEGV",
        "hint": "it happened in native code, called from there",
        "where": "train.py:4",
        "code": "  2 | faulthandler.enable()\n  3 | def f():\n> 4 |     faulthandler._sigsegv()\n  5 | f()",
    }
    for number in (4, 6, 7, 8, 11, 13, 15, 24, 25, 31):
        assert failure.killed(number, None, "", str(tmp_path))["hint"]
