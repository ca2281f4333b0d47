"""`env` and `--env`: what they build, list, remove and infer."""

import json
import os
import sys
from importlib import metadata

import pytest

from jupyter_runcfg import Environment, Workspace, get_run
from jupyter_runcfg.cli import main
from jupyter_runcfg.environments import store
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.slots import lock
from jupyter_runcfg.verbs.env_build import build

from ..environments.wheelhouse import wheelhouse
from ..project import project
from ..runtime.job import until

__all__ = ["project", "wheelhouse"]
MINE = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def shell(capfd):
    """shell(*words) → (exit status, stdout, stderr)."""

    def run(*words):
        capfd.readouterr()
        status = main([str(word) for word in words])
        return status, *capfd.readouterr()

    return run


@pytest.fixture
def requirements(project, wheelhouse):
    """requirements(*lines) writes a requirements file whose packages the wheelhouse has."""

    def write(*lines, name="r.txt"):
        return project.write(name, "\n".join([*wheelhouse.options, *lines]) + "\n")

    return write


def test_build_list_show_remove(requirements, shell, runcfg_home):
    """An environment from its file to its end, in words and in JSON."""
    assert shell("env")[1].startswith("no environments are built yet")
    requirements("alpha<2  # old")
    status, out, err = shell("env", "build", "r.txt")
    name = out.split()[0]
    assert (status, out.partition(" built in ")[0]) == (0, name)
    assert "1 package, " in out
    assert "── installing 1 package\n" in err
    assert f"{name} was built already: 1 package" in shell("env", "build", "r.txt")[1]
    listed = shell("env", "list")[1].splitlines()
    assert [line.split()[:3] for line in listed] == [
        ["environment", "python", "packages"],
        [name, MINE, "alpha<2"],
    ]
    (facts,) = json.loads(shell("env", "--json")[1])
    assert (facts["environment"], facts["packages"], facts["runs"]) == (name, {"alpha": "1.0"}, [])
    assert facts["size_bytes"] > 1000
    shown = shell("env", "show", name[:4])[1]
    assert "  asked   alpha<2\n" in shown
    assert "  has     alpha==1.0\n" in shown
    assert shell("env", "remove", name)[:2] == (0, f"{name} is removed\n")
    assert json.loads(shell("env", "--json")[1]) == []
    assert shell("env", "show", name)[0] == 1


def test_submit_with_a_file(project, requirements, shell):
    """`--env FILE` builds it first; `env` names the run that used it."""
    requirements("alpha")
    project.write("train.py", "import alpha; print('alpha', alpha.VERSION)")
    status, out, err = shell("submit", "train.py", "--env", "r.txt")
    assert (status, out.splitlines()[-1]) == (0, "alpha 2.0")
    assert f": Python {MINE}, 1 package, built first" in err
    assert json.loads(shell("env", "--json")[1])[0]["runs"] == ["project/1"]


def test_submit_with_a_registered_name(project, wheelhouse, shell):
    """`--env NAME` and `NAME:VERSION` are what `Environment.register` kept."""
    project.write("train.py", "import alpha; print('alpha', alpha.VERSION)")
    for wanted in ("alpha<2", "alpha"):
        project.write("r.txt", "\n".join([*wheelhouse.options, wanted]))
        Environment.from_pip_requirements("letters", "r.txt").register(Workspace.create("w", exist_ok=True))
    shell("submit", "train.py", "--env", "letters:1")
    shell("submit", "train.py", "--env", "letters")
    assert [get_run(n).logs().splitlines()[-1] for n in "12"] == ["alpha 1.0", "alpha 2.0"]


def test_infer(project, shell):
    """What a script and its modules import, at the versions here; a file of it serves as `--env`."""
    project.write("lib/__init__.py", "import packaging.version")
    project.write("train.py", "import os, lib\nfrom azureml.core import Run\n")
    version = metadata.version("packaging")
    status, out, _err = shell("env", "infer", "train.py")
    assert (status, out) == (
        0,
        f"name: inferred\ndependencies:\n- python={MINE}\n- pip:\n  - packaging=={version}\n",
    )
    assert shell("env", "infer", "train.py", "--to", "env.yml")[1].endswith("env.yml\n")
    assert (project.directory / "env.yml").read_text() == out
    assert shell("env", "infer", "train.py", "--to", "env.yml")[0] == 2
    assert json.loads(shell("env", "infer", "train.py", "--json")[1])["packages"] == [f"packaging=={version}"]


def test_what_cannot_be_inferred(project, shell):
    """A module that nothing here has, code that is no Python, nothing at all: one error each."""
    project.write("train.py", "import numpyy\nimport no_such_thing_x\n")
    status, _out, err = shell("submit", "train.py", "--env", "infer")
    assert status == 2
    assert "nothing here has the module 'numpyy'\n  train.py:1\n  hint: did you mean 'numpy'?" in err
    assert "nothing here has the module 'no_such_thing_x'\n  train.py:2" in err
    project.write("train.sh", "echo")
    assert "there is no Python to infer packages from" in shell("submit", "train.sh", "--env", "infer")[2]
    assert "nothing to infer from" in shell("env", "infer")[2]
    assert "no script 'none.py'" in shell("env", "infer", "none.py")[2]


def test_local_modules_beside_the_path(project, shell, monkeypatch):
    """A module of the source directory that only this process finds is found in the run as well."""
    project.write("src/mine.py", "SAID = 'mine'")
    project.write("train.py", "import mine; print(mine.SAID)")
    monkeypatch.syspath_prepend(str(project.directory / "src"))
    status, out, err = shell("submit", "train.py", "--env", "infer")
    assert (status, out.splitlines()[-1]) == (0, "mine")
    assert "'mine' goes with the snapshot, and is found there: PYTHONPATH=src" in err


def test_a_module_from_elsewhere_is_named(project, shell, tmp_path, monkeypatch):
    """One outside of the source directory is not sent, and said so."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "faraway.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path / "other"))
    project.write("train.py", "try:\n    import faraway\nexcept ImportError:\n    print('not there')\n")
    status, out, err = shell("submit", "train.py", "--env", "infer")
    assert (status, out.splitlines()[-1]) == (0, "not there")
    assert f"'faraway' is not sent: no index has it, and {tmp_path}/other is outside" in err


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (
            "OMP_NUM_THREADS=8",
            "hint: a variable of the run is `--set environmentVariables.OMP_NUM_THREADS=8`",
        ),
        ("kernl", "hint: did you mean 'kernel'?"),
        ("nothing", "no environment 'nothing'"),
        ("none.txt", "no file 'none.txt'"),
        ("none.yml", "none.yml"),
    ],
)
def test_words_that_name_none(project, shell, word, message):
    """Each with what is wrong and what there is; nothing is submitted."""
    project.write("train.py", "")
    status, _out, err = shell("submit", "train.py", "--env", word)
    assert status == 2
    assert message in err
    assert shell("runs", "--json")[1].strip() == "[]"


def test_check_resolves(project, requirements, shell, runcfg_home):
    """`--check` finds what cannot be resolved, and imports that the environment lacks; nothing is built."""
    project.write("train.py", "import numpy, alpha")
    requirements("alpha==9")
    status, _out, err = shell("submit", "train.py", "--env", "r.txt", "--check")
    assert status == 2
    assert "no version of alpha==9" in err
    assert "\n  r.txt:3\n" in err
    requirements("beta")
    err = shell("submit", "train.py", "--env", "r.txt", "--check")[2]
    assert "the script imports 'numpy', and its environment has no numpy" in err
    project.write("train.py", "import alpha")
    status, out, _err = shell("submit", "train.py", "--env", "r.txt", "--check")
    assert (status, "1 package, built first; 2 packages in all" in out) == (0, True)
    assert store.list_built(Home(str(runcfg_home))) == []


def test_removal_is_refused(project, requirements, shell, runcfg_home):
    """While a run needs it or somebody builds it; `--older` takes those not used since."""
    requirements("alpha")
    project.write("train.py", "import time; print('up', flush=True); time.sleep(1000)")
    shell("submit", "train.py", "--env", "r.txt", "--detach")
    run = get_run("1")
    until(lambda: "up" in run.logs())
    name = run.request["environment"]["name"]
    assert f"run project/1 needs the environment '{name}'" in shell("env", "remove", name)[2]
    run.cancel()
    run.wait(30)
    held = lock(EnvironmentPaths(Home(str(runcfg_home)), name).building)
    assert f"the environment '{name}' is being built" in shell("env", "remove", name)[2]
    os.close(held)
    assert shell("env", "remove", "--older", "1d")[1] == "none is that old\n"
    used = EnvironmentPaths(Home(str(runcfg_home)), name).used
    os.utime(used, (1, 1))
    assert shell("env", "remove", "--older", "1d")[1] == f"{name} is removed\n"
    assert "which ones?" in shell("env", "remove")[2]


def test_one_that_is_not_whole(requirements, shell):
    """What a failed build left is listed as that, shows its log, and can be removed."""
    requirements("alpha==9")
    assert shell("env", "build", "r.txt")[0] == 1
    (facts,) = json.loads(shell("env", "--json")[1])
    assert (facts["is_whole"], facts["packages"]) == (False, {})
    assert "not whole" in shell("env")[1]
    assert "build.log" in shell("env", "show", facts["environment"])[1]
    assert shell("env", "remove", facts["environment"])[0] == 0


def test_nothing_to_build(project):
    """A configuration that this interpreter runs has no environment of its own."""
    from jupyter_runcfg import RunConfiguration

    with pytest.raises(ConfigError, match="nothing to build: this interpreter runs it"):
        build(RunConfiguration(), None, None, print)


def test_names_complete(project, requirements, shell):
    """After `--env` the words, registered names and files; after `env show` what is built."""
    from jupyter_runcfg.verbs.completion import Place, complete
    from jupyter_runcfg.verbs.line import Line

    requirements("alpha")
    name = shell("env", "build", "r.txt")[1].split()[0]
    Environment("letters").register(Workspace.create("w", exist_ok=True))

    def after(*words, fragment=""):
        return [one.text for one in complete(Line(words, fragment), Place("shell"))]

    assert after("submit", "--env") == ["infer", "kernel", "letters", "r.txt"]
    assert after("submit", "--env", fragment="le") == ["letters"]
    assert after("env", "show")[0] == name
