"""The next step for an error: that it is the right one, and that there is none where none is sure."""

import subprocess
import sys
import textwrap

import pytest

from jupyter_runcfg.runtime.failure import explain

from ...engines import interpreter

SOURCE = "/home/me/project"


@pytest.fixture
def hint(tmp_path):
    """hint(code, files, ignored=…) → the hint for that script's error, run as train.py in a checkout."""

    def run(code, *files, ignored=(), script="train.py", python=sys.executable, **request):
        for name in files:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("x = 1\n")
        (tmp_path / script).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / script).write_text(textwrap.dedent(code))
        done = subprocess.run(
            [python, script], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        argv = ["/env/bin/python", script]
        facts = {"argv": argv, "source_directory": SOURCE, "ignored": [list(i) for i in ignored], **request}
        error = explain(done.stdout.decode(), str(tmp_path), done.returncode, facts)
        return error.get("hint", "")

    return run


def said(kind, text, work="/w", **request):
    """The hint for an error as a library words it."""
    log = f'Traceback (most recent call last):\n  File "/lib/x.py", line 1, in f\n    f()\n{kind}: {text}\n'
    return explain(log, work, 1, request).get("hint", "")


def test_a_module_of_a_distribution(hint):
    """The distribution that brings it and the line that adds it, also where the names differ."""
    assert hint("import qx_z") == (
        "the snapshot has no 'qx_z.py'; if it is a library,"
        " install 'qx-z': `/env/bin/python -m pip install qx-z`"
    )
    assert said("ModuleNotFoundError", "No module named 'sklearn'", argv=["/env/bin/python", "train.py"]) == (
        "install 'scikit-learn': `/env/bin/python -m pip install scikit-learn`"
    )
    assert said("ModuleNotFoundError", "No module named 'cv2'") == (
        "install 'opencv-python-headless' into the interpreter of this run"
    )
    assert said("ModuleNotFoundError", "No module named 'google.cloud.storage'").startswith(
        "install 'google-cloud-storage'"
    )
    assert said("ModuleNotFoundError", "No module named 'yaml'", environment={"lock": "abc"}) == (
        "install 'PyYAML': add it to the pip list of environment.python.condaDependencies"
    )
    assert hint("import numqy") == "did you mean 'numpy'? no file of the snapshot is called 'numqy'"


def test_a_module_of_the_snapshot(hint):
    """Left out by a line of .amlignore, or where Python does not look."""
    assert hint("import features", ignored=[("features.py", ".amlignore:3 feat*")]) == (
        "'features.py' is left out of the snapshot by .amlignore:3 feat*: change that line"
    )
    assert hint("from features import x", "src/features/__init__.py") == (
        "'src/features' is in the snapshot, where Python does not look:"
        " `--set environmentVariables.PYTHONPATH=src`"
    )
    assert hint("import tools", "tools.py", script="scripts/train.py") == (
        "'tools.py' is in the snapshot, where Python does not look: `--set environmentVariables.PYTHONPATH=.`"
    )
    assert hint("from . import tools", "tools.py", script="scripts/run.py") == (
        "a script is in no package: run it as part of one, `command: python -m scripts.run`"
    )
    assert hint("import lib.data", "lib/__init__.py", ignored=[("lib/data", ".amlignore:1 data/")]) == (
        "'lib/data' is left out of the snapshot by .amlignore:1 data/: change that line"
    )
    assert hint("import lib.other", "lib/__init__.py") == ""


@pytest.mark.engine("python3.13")
def test_modules_that_python_lost(hint):
    """Its own modules are in no distribution."""
    assert hint("import distutils", python=interpreter("3.13")) == (
        "Python 3.12 has no 'distutils' any more: run it with an older Python, or a newer library"
    )


def test_a_file_in_the_place_of_a_library(hint):
    """`random.py` beside the script; a module of one's own without that name is no such case."""
    place = "'random.py' of the snapshot is imported, not the library 'random': rename it"
    assert hint("import random\nrandom.randint(0, 1)", "random.py") == place
    assert hint("import mine\nmine.y", "mine.py") == ""


def test_azureml():
    """Of SDK v1, what a run has itself; what is installed speaks for itself."""
    assert said("ModuleNotFoundError", "No module named 'azureml.automl'") == (
        "a run has no 'azureml.automl' of its own: install it, or leave that line out"
    )
    hint = said("ImportError", "cannot import name 'Odd' from 'azureml.core' (jupyter_runcfg)")
    assert hint.startswith("of 'azureml.core', a run has ")
    assert " Run, " in hint
    assert said("ImportError", "cannot import name 'Odd' from 'azureml.core' (/x/site-packages/a.py)") == ""


def test_circular_imports(hint, tmp_path):
    """Two modules that import one another."""
    (tmp_path / "a.py").write_text("from b import y\nx = 1\n")
    (tmp_path / "b.py").write_text("from a import x\ny = 1\n")
    assert hint("import a") == (
        "two modules import one another: move one import into the function that needs it"
    )


def test_names(hint):
    """A missing import; a variable of the notebook; IPython's own; elsewhere nothing is sure."""
    assert hint("print(np.pi)") == "`import numpy as np` is missing in train.py"
    assert hint("print(df)") == ""
    assert hint("print(df)", script="cell.py", extra=["cell.py"]) == (
        "a run shares no variables with the notebook: define 'df' in the cell itself"
    )
    typo = "width = 1\nprint(widht)"
    assert hint(typo, script="cell.py", extra=["cell.py"]) == ""  # Python itself says what was meant
    assert hint("os.getcwd()", script="cell.py", extra=["cell.py"]) == "`import os` is missing in the cell"
    assert hint("display(1)") == "a run is a plain script: 'display' is IPython's own"
    assert hint("def f():\n    x += 1\nf()") == ""


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("module 'numpy' has no attribute 'bool'", "NumPy 1.24 took it out: use `bool`, or numpy<1.24"),
        ("module 'tensorflow' has no attribute 'Session'", "TensorFlow 2 has it as `tf.compat.v1.Session`"),
        (
            "'DataFrame' object has no attribute 'append'",
            "pandas 2 took it out: `pandas.concat([df, other])`, or pandas<2",
        ),
        ("module 'numpy' has no attribute 'aray'. Did you mean: 'array'?", ""),
        ("'NoneType' object has no attribute 'append'", ""),
    ],
)
def test_attributes(message, expected):
    """Those that a library took out; of others its own words are enough."""
    assert said("AttributeError", message) == expected


def test_files(hint):
    """Each reason why a file may not be there, from the surest to the vaguest."""
    ignored = [("data", ".amlignore:3 data/"), ("outputs", "default list outputs/")]
    assert hint("open('data/train.csv')", ignored=ignored) == (
        "'data/train.csv' is left out of the snapshot by .amlignore:3 data/: change that line"
    )
    assert hint(f"open('{SOURCE}/data/train.csv')", ignored=ignored) == (
        "'data/train.csv' is left out of the snapshot by .amlignore:3 data/: change that line"
    )
    assert hint("open('./outputs/m')", ignored=ignored).startswith(
        "'outputs/m' is left out of the snapshot by the default list (outputs/)"
    )
    assert hint("open('input/train.csv')", "input/Train.csv") == "did you mean 'input/Train.csv'?"
    assert hint("open('Train.csv')") == "did you mean 'input/Train.csv'?"
    assert hint("open('input/trian.csv')", "input/train.csv") == "did you mean 'input/train.csv'?"
    assert hint(f"open('{SOURCE}/input/train.csv')") == (
        "this machine has no such file: name it as the snapshot has it, 'input/train.csv'"
    )
    assert hint("open('models/a.pt', 'w')") == (
        "the snapshot has no directory 'models': to write there, `os.makedirs('models')` first"
    )
    assert hint("open('models/a.csv')") == (
        "the snapshot has no 'models/a.csv':"
        " a run sees what was in the source directory when it was submitted"
    )
    assert hint("open('zzz')") == (
        "the snapshot has no 'zzz': a run sees what was in the source directory when it was submitted"
    )
    assert hint("open('/outputs/model')") == (
        "a run keeps './outputs', not '/outputs': leave the first slash out"
    )
    assert hint("open('/mnt/nowhere/deep/x.csv')") == "this machine has no '/mnt/nowhere'"
    assert hint("open('/tmp/no-such-file-there')") == ""
    assert hint("open('~/x')") == "nothing expands '~' here: `os.path.expanduser('~/x')`"
    assert hint(r"open(r'C:\data\x.csv')") == "a path of Windows: name it as the run's machine has it"
    assert hint("open('../x')").startswith("it lies outside of the snapshot")
    assert hint("open('input')") in (
        "'input' is a directory: name a file in it, as 'input/Train.csv'",
        "'input' is a directory: name a file in it, as 'input/train.csv'",
    )
    assert hint("open('')") == ""
    assert said("OSError", "data/x.csv not found.") == ""


def test_programs(hint):
    """A program that a script starts and that is not there."""
    assert hint("import subprocess\nsubprocess.run(['ffmpeg-x'])") == (
        "there is no program 'ffmpeg-x' on the PATH of this run"
    )
    assert hint("import subprocess\nsubprocess.run(['tool.sh'])", "tool.sh") == (
        "'tool.sh' is in the snapshot: call it as './tool.sh'"
    )
    assert hint("import subprocess\nsubprocess.run(['./tool.sh'])") == (
        "'./tool.sh' is not executable: `chmod +x ./tool.sh` and submit again"
    )


def test_permissions(tmp_path):
    """Whose the file is, and who the run is."""
    (tmp_path / "x").write_text("")
    (tmp_path / "x").chmod(0o600)
    hint = said("PermissionError", f"[Errno 13] Permission denied: '{tmp_path}/x'", str(tmp_path))
    assert "(mode 0600), and the run is of user" in hint
    assert said("PermissionError", "[Errno 13] Permission denied: '/outputs'").startswith(
        "a run keeps './outputs'"
    )
    assert said("PermissionError", "[Errno 1] Operation not permitted") == ""


@pytest.mark.parametrize(
    ("kind", "message", "words"),
    [
        ("torch.cuda.OutOfMemoryError", "CUDA out of memory. Tried to allocate 2.00 GiB", "a smaller batch"),
        ("RuntimeError", "CUDA error: out of memory", "a smaller batch"),
        (
            "torch.OutOfMemoryError",
            "CUDA out of memory. Process 12 has 30.0 GiB memory in use. Process 77 has 2.0 GiB memory in use",
            "others use it too (12 has 30.0 GiB, 77 has 2.0 GiB)",
        ),
        ("RuntimeError", "CUDA error: no kernel image is available for execution", "not know this GPU"),
        ("AssertionError", "Torch not compiled with CUDA enabled", "for the CPU alone"),
        ("RuntimeError", "Attempting to deserialize object on a CUDA device but x", "map_location='cpu'"),
        ("RuntimeError", "Found no NVIDIA driver on your system.", "the run sees no GPU: choose a target"),
        ("RuntimeError", "CUDA error: invalid device ordinal", "counted from 0"),
        ("RuntimeError", "CUDA error: device-side assert triggered", "CUDA_LAUNCH_BLOCKING"),
        ("RuntimeError", "DataLoader worker (pid 7) is killed by signal: Bus error.", "docker.shmSize"),
        ("OSError", "[Errno 28] No space left on device: '/tmp/x'", "GB are free now"),
        ("OSError", "[Errno 122] Disk quota exceeded", "your quota"),
        ("MemoryError", "", "the memory was not enough: load less"),
        (
            "numpy.core._exceptions._ArrayMemoryError",
            "Unable to allocate 29.8 GiB for an array with shape (4,)",
            "the memory was not enough",
        ),
        (
            "requests.exceptions.ConnectionError",
            "HTTPSConnectionPool(host='hub.example.org', port=443): Max retries exceeded (Caused by"
            " NameResolutionError: [Errno -3] Temporary failure in name resolution)",
            "cannot look up 'hub.example.org'",
        ),
        ("ConnectionRefusedError", "[Errno 111] Connection refused", "nothing listens there"),
        (
            "ssl.SSLCertVerificationError",
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer",
            "REQUESTS_CA_BUNDLE",
        ),
        ("_pickle.UnpicklingError", "invalid load key, 'v'.", "Git LFS"),
        ("ValueError", "unsupported pickle protocol: 5", "`protocol=4`"),
        (
            "UnicodeDecodeError",
            "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
            "encoding='utf-16'",
        ),
        ("UnicodeDecodeError", "'utf-8' codec can't decode byte 0xe9 in position 7: x", "cp1252"),
        ("EOFError", "EOF when reading a line", "no keyboard"),
        ("EOFError", "Ran out of input", ""),
        ("OSError", "libGL.so.1: cannot open shared object file: No such file", ""),
        ("ImportError", "libGL.so.1: cannot open shared object file: No such file", "opencv-python-headless"),
        ("ImportError", "/lib/libm.so.6: version `GLIBC_2.34' not found (required by x)", "GLIBC_2.34"),
        (
            "ImportError",
            "cannot import name 'joblib' from 'sklearn.externals' (/env/lib/sklearn/externals/__init__.py)",
            "`import joblib`",
        ),
        ("ModuleNotFoundError", "No module named 'numpy._core'", "numpy>=2"),
        (
            "ModuleNotFoundError",
            "No module named 'sklearn.ensemble.forest'",
            "the 'sklearn' installed here has no 'sklearn.ensemble.forest'",
        ),
        ("KeyError", "'bmi'", ""),
        ("ValueError", "could not convert string to float: 'a'", ""),
        ("TypeError", "unsupported operand type(s) for +: 'int' and 'str'", ""),
        ("Exception", "", ""),
    ],
)
def test_remedies(kind, message, words):
    """What libraries say of GPUs, disks, memory, networks and data; and that the rest is left alone."""
    hint = said(kind, message)
    assert words in hint
    assert bool(words) == bool(hint)


def test_the_cause_is_asked_too(hint):
    """An error that was raised from another one: the first one's hint, when that was the cause."""
    code = """
    try:
        open("data/x.csv")
    except OSError as e:
        raise RuntimeError("no data") from e
    """
    ignored = [("data", ".amlignore:1 data/")]
    assert "left out of the snapshot by .amlignore:1" in hint(code, ignored=ignored)
    assert hint(code.replace(" from e", ""), ignored=ignored) == ""


def test_a_request_that_is_odd():
    """Keys that are missing, empty or null do no harm."""
    for request in (None, {}, {"argv": None, "ignored": None, "environment": None, "extra": None}):
        for line in ("ModuleNotFoundError: No module named 'a'", "FileNotFoundError: [Errno 2] x: 'b'"):
            log = f'Traceback (most recent call last):\n  File "x.py", line 1, in f\n{line}\n'
            assert explain(log, "/w", 1, request)["hint"]
