"""What activates a conda environment: the variables that its scripts and files leave."""

import json
import sys

from jupyter_runcfg.runtime.environment import activation

ENV = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "KEPT": "1"}


def prefix_of(tmp_path, scripts, files=None):
    prefix = tmp_path / "prefix"
    for place in ("bin", "etc/conda/activate.d", "etc/conda/env_vars.d", "conda-meta"):
        (prefix / place).mkdir(parents=True)
    (prefix / "bin" / "python").symlink_to(sys.executable)
    for name, text in scripts.items():
        (prefix / "etc" / "conda" / "activate.d" / name).write_text(text)
    for name, text in (files or {}).items():
        (prefix / name).write_text(text)
    return str(prefix)


def test_scripts_and_files(tmp_path):
    """In their order, each with what those before it set; files of packages and of the person too."""
    prefix = prefix_of(
        tmp_path,
        {
            "a.sh": "export A=one\nexport PATH=$CONDA_PREFIX/tools:$PATH\nlocal_one=x\n",
            "b.sh": 'export B="$A two\nlines"; export KEPT=2; export FROM_FILE="$FROM_FILE+"; unset HOME\n',
            "c.fish": "export NO=1\n",
        },
        {
            "etc/conda/env_vars.d/x.json": json.dumps({"FROM_FILE": "f", "NUMBER": 3}),
            "etc/conda/env_vars.d/torn.json": "{",
            "conda-meta/state": json.dumps({"env_vars": {"OF_PERSON": "p"}}),
        },
    )
    assert activation.of_existing(prefix, ENV) == {
        "A": "one",
        "B": "one two\nlines",
        "KEPT": "2",
        "FROM_FILE": "f+",
        "NUMBER": "3",
        "OF_PERSON": "p",
        "PATH": f"{prefix}/tools:{prefix}/bin:/usr/bin:/bin",
        "CONDA_PREFIX": prefix,
        "CONDA_DEFAULT_ENV": prefix,
        "CONDA_SHLVL": "1",
    }


def test_scripts_that_fail_or_end_the_shell(tmp_path):
    """As far as they came; what is set by then counts."""
    prefix = prefix_of(
        tmp_path,
        {"a.sh": "export A=1\nno-such-program\n", "b.sh": "export B=1\nexit 3\n", "c.sh": "export C=1\n"},
    )
    found = activation.of_existing(prefix, ENV)
    assert (found["A"], found["B"], "C" in found) == ("1", "1", False)


def test_nothing_to_activate(tmp_path):
    """An environment without scripts has its programs first, and conda's own variables."""
    prefix = prefix_of(tmp_path, {})
    assert activation.of_existing(prefix, {"PATH": "/bin"}) == {
        "PATH": f"{prefix}/bin:/bin",
        "CONDA_PREFIX": prefix,
        "CONDA_DEFAULT_ENV": prefix,
        "CONDA_SHLVL": "1",
    }


def test_our_own_variables_are_not_kept(tmp_path):
    """A password of the build, which its scripts see too, does not become a part of the environment."""
    prefix = prefix_of(tmp_path, {"a.sh": "export RUNCFG_CONDA=s3cret\n"})
    assert "RUNCFG_CONDA" not in activation.of_existing(prefix, ENV)
