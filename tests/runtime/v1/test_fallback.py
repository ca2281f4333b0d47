"""`azureml.core` and our own names in every Python of a job, with nothing installed shadowed."""

import sys

import pytest

from ..job import RUN_ID, events_of, log_of, record, run


def printed(paths):
    """What a script that must complete printed."""
    _, end = run(paths)
    assert end["status"] == "Completed", log_of(paths)
    return log_of(paths).decode().splitlines()


def job(tmp_path, script, **files):
    """A record whose job finds `files` on its PYTHONPATH, in a directory of the snapshot."""
    lib = tmp_path / "lib"
    for name, text in files.items():
        path = lib / name.replace("__", "/") / "__init__.py" if "__" in name else lib / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    variables = {"PYTHONPATH": str(lib)} if files else {}
    return record(tmp_path / "home", script, environment_variables=variables)


def test_all_names_of_a_job(tmp_path):
    """The modules that v1's scripts import, in the script and in a Python that it starts."""
    script = """
        import subprocess, sys
        code = ("from azureml.core.run import Run; import azureml.core; from azureml.core import Run as R;"
                "print(Run is R is azureml.core.Run, Run.get_context().id)")
        exec(code)
        subprocess.run([sys.executable, "-c", code], check=True)
        """
    line = f"True {RUN_ID}"
    assert printed(job(tmp_path, script)) == [line, line]


def test_what_is_not_offered_is_missing(tmp_path):
    """Other names of azureml are plain import errors; other packages are not touched."""
    script = """
        for name in ("azureml.train", "azureml.core.nothing", "nothing_at_all"):
            try: __import__(name)
            except ModuleNotFoundError as error: print(error)
        try: from azureml.core import Everything
        except ImportError as error: print(type(error).__name__)
        """
    assert printed(job(tmp_path, script)) == [
        "No module named 'azureml.train'",
        "No module named 'azureml.core.nothing'",
        "No module named 'nothing_at_all'",
        "ImportError",
    ]


@pytest.mark.parametrize("name", ["types", "json", "threading", "importlib", "functools"])
@pytest.mark.parametrize("argv", [["main.py"], ["-m", "main"], ["-c", "import main"]])
def test_a_file_with_the_name_of_a_library(name, argv, tmp_path):
    """What breaks is what breaks Python too; the error is at the person's line, the hint names the file."""
    script = "from azureml.core import Run\nRun.get_context().log('a', 1)\n"
    paths = record(tmp_path, script, files={f"{name}.py": "x = 1\n"}, argv=[sys.executable, *argv])
    error = run(paths)[1]["error"]
    assert error["hint"] == f"'{name}.py' of the snapshot is imported, not the library '{name}': rename it"
    assert error.get("where", "").partition(":")[0] in ("main.py", "" if argv[0] == "-m" else "main.py")


@pytest.mark.parametrize("name", ["types", "json", "threading", "importlib", "functools"])
def test_a_library_hidden_by_pythonpath(name, tmp_path):
    """The start of Python imports nothing of it for us: a script that does not either runs."""
    script = "import os\nprint('ran')\n"
    files = {f"{name}.py": "raise NameError('not for this script')\n"}
    paths = record(tmp_path, script, files=files, environment_variables={"PYTHONPATH": "."})
    assert printed(paths) == ["ran"]


def test_an_existing_sitecustomize_runs(tmp_path):
    """The one that ours hides is run once, under its own name; its PYTHONPATH still holds."""
    script = "import sys, beside; print(sys.modules['sitecustomize'].__file__)"
    paths = job(tmp_path, script, sitecustomize="print('theirs', __name__)", beside="print('beside')")
    assert printed(paths) == ["theirs sitecustomize", "beside", str(tmp_path / "lib" / "sitecustomize.py")]


def test_a_sitecustomize_that_fails(tmp_path):
    """It does not keep the script from starting, as without us; what it imports may be missing."""
    paths = job(tmp_path, "print('ran')", sitecustomize="import nothing_at_all")
    assert printed(paths)[-1] == "ran"


def test_an_installed_azureml_wins(tmp_path):
    """A genuine package is what is imported, all of it."""
    script = "import azureml.core; print(azureml.core.WHO, hasattr(azureml.core, 'Run'))"
    assert printed(job(tmp_path, script, azureml__core="WHO = 'genuine'")) == ["genuine False"]


@pytest.mark.parametrize("name", ["_runcfg", "errors", "runtime", "context"])
def test_nothing_is_shadowed(name, tmp_path):
    """Modules of the person that are named like ours are the person's, but for our private name."""
    script = f"import {name}; print({name}.__file__)"
    (line,) = printed(job(tmp_path, script, **{name: ""}))
    assert line.startswith(str(tmp_path / "lib")) is (name != "_runcfg")


def test_a_nested_archive_does_not_chain_to_itself(tmp_path):
    """A job submitted from within a job of another version: one fallback, no word on stderr."""
    outer = tmp_path / "runtime-0123456789abcdef.pyz"
    outer.mkdir()
    (outer / "sitecustomize.py").write_text("raise SystemExit('the outer one ran')")
    paths = record(
        tmp_path / "home",
        "import sys; print([f.__name__ for f in sys.meta_path if isinstance(f, type)].count('_Fallback'))",
        environment_variables={"PYTHONPATH": str(outer)},
    )
    assert printed(paths) == ["1"]


def test_isolated_scripts_still_run(tmp_path):
    """`python -I` sees nothing of ours and runs all the same."""
    paths = record(tmp_path, "import sys; print(len(sys.argv))", argv=[sys.executable, "-I", "main.py"])
    assert printed(paths) == ["1"]
    assert events_of(paths, "metric") == []
