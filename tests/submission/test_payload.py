"""Variables as bytes."""

import pickle
import subprocess
import sys
import threading

import pytest

from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.submission.payload import describe, pack, package

from ..project import project

__all__ = ["project"]


def compiled(code, file, name):
    """A function of `__main__`, as a cell makes one."""
    space = {"__name__": "__main__"}
    exec(compile(code, file, "exec"), space)
    return space[name]


def test_values_are_described_by_what_they_are():
    """Short values as they are, arrays by shape and size, the biggest first."""
    np = pytest.importorskip("numpy")
    found = pack({"lr": 0.03, "df": np.zeros((442, 11)), "name": "x" * 50}, None)
    assert describe(found) == "df 442×11 39 KB, name 65 B, lr 0.03"
    assert [pickle.loads(one.data) if one.name != "df" else 0 for one in found] == [0.03, 0, "x" * 50]
    assert [one.has_code for one in found] == [False, False, False]


def test_a_function_travels_by_its_code(project):
    """It runs in a process that has neither it nor the global that it reads."""
    code = "k = 3\ndef f(x): return x * k"
    (one,) = pack({"f": compiled(code, "/tmp/ipykernel_1/2.py", "f")}, None)
    assert one.has_code
    done = subprocess.run(
        [sys.executable, "-c", "import pickle, sys; print(pickle.load(sys.stdin.buffer)(14))"],
        input=one.data,
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"42\n"


def test_the_same_function_of_another_kernel_has_the_same_bytes(project):
    """Kernels name their cells by a number of their own; `--reuse` must not see that."""
    code = "def f(x):\n    def g(): return x\n    return g()"
    one, other = (pack({"f": compiled(code, f"/tmp/ipykernel_{n}/1.py", "f")}, None)[0].data for n in (1, 2))
    assert one == other


def test_a_function_of_a_file_of_the_project_names_that_file(project):
    """Its traceback in the job has the lines of the copy there."""
    path = project.write("work.py", "def f(): return 1\n")
    (one,) = pack({"f": compiled(path.read_text(), str(path), "f")}, None)
    assert b"work.py" in one.data
    assert str(project.directory).encode() not in one.data


def test_what_cannot_be_pickled_is_named_first(project):
    """All of them, each with the part of it that is to blame."""

    class Holder:
        def __init__(self):
            self.fine, self.lock = 1, threading.Lock()

    with pytest.raises(ConfigError) as caught:
        pack({"a": 1, "d": {"x": 1, "y": threading.Lock()}, "h": Holder(), "s": sys.stdout}, None)
    assert [fault.message.partition(":")[0] for fault in caught.value.faults][:2] == [
        "'d', a dict, cannot be sent, for its item 'y', a lock",
        "'h', a Holder, cannot be sent, for its attribute 'lock', a lock",
    ]


def test_a_type_that_fails_in_its_own_way_is_told():
    """Whatever `__reduce__` raises becomes one error with the name."""

    class Odd:
        def __reduce__(self):
            raise ValueError("too odd")

    with pytest.raises(ConfigError, match="'odd', a Odd, cannot be sent: too odd"):
        pack({"odd": Odd()}, None)


def test_much_is_asked_about():
    """Above the limit the sizes are told; without a limit it is sent."""
    values = {"big": b"x" * 2_000_000, "small": 1}
    with pytest.raises(ConfigError) as caught:
        pack(values, 1_000_000)
    assert caught.value.message == "the variables are 2.0 MB: big 2.0 MB, small 1"
    assert [one.name for one in pack(values, None)] == ["big", "small"]


def test_the_package_that_reads_them_is_whole(tmp_path):
    """cloudpickle's own files, imported by an interpreter that has no packages at all."""
    for name, data in package().items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    code = "import sys; sys.path.insert(0, sys.argv[1]); import cloudpickle; print(cloudpickle.dumps(1)[:1])"
    words = [sys.executable, "-I", "-S", "-c", code, str(tmp_path)]
    assert subprocess.run(words, capture_output=True, check=True).stdout == b"b'\\x80'\n"
