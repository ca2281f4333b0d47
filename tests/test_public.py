"""The names that users import."""

import subprocess
import sys

import pytest

import jupyter_runcfg
from jupyter_runcfg import errors


@pytest.mark.parametrize("name", jupyter_runcfg.__all__)
def test_every_public_name_is_there(name):
    """Each name of `__all__` can be imported, and is listed by dir()."""
    assert getattr(jupyter_runcfg, name).__name__ == name
    assert name in dir(jupyter_runcfg)


def test_an_unknown_name_is_an_attribute_error():
    """What is not there fails as for any module."""
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = jupyter_runcfg.Nonsense


def test_importing_us_imports_nothing_heavy():
    """`import jupyter_runcfg` leaves pydantic, ruamel, IPython and the widgets alone."""
    heavy = "('pydantic', 'ruamel', 'IPython', 'anywidget', 'docker')"
    code = f"import jupyter_runcfg, sys; print(*[name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_every_error_of_ours_is_a_runcfg_error():
    """One class is above all exceptions of errors.py."""
    classes = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)
    ]
    assert [cls.__name__ for cls in classes if not issubclass(cls, errors.RuncfgError)] == []


def test_an_error_says_what_where_and_what_next():
    """The text of an error has its message, its place and its hint."""
    error = errors.RuncfgError(
        "no compute target named 'slrum'", "target, a.runconfig:3", "did you mean 'slurm'?"
    )
    assert (
        str(error)
        == "no compute target named 'slrum'\n  target, a.runconfig:3\n\nhint: did you mean 'slurm'?"
    )


def test_several_faults_are_all_told():
    """A ConfigError of two faults shows both with their places."""
    error = errors.ConfigError(
        [errors.Fault("first", "script", "a.yml", 1), errors.Fault("second", "target")]
    )
    assert str(error) == "2 faults:\n\nfirst\n  script, a.yml:1\n\nsecond\n  target"
