"""The public names, and what importing them costs."""

import subprocess
import sys

import pytest

import jupyter_runcfg.config as config

LOADED = """\
import sys, jupyter_runcfg.config as c{more}
print(sorted({{"ruamel.yaml", "pydantic", "IPython"}} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("more", "loaded"),
    [
        ("", "[]"),
        ("; c.RunConfiguration('a.py').copy()", "['pydantic']"),
        ("; c.RunConfiguration.from_text('script: a')", "['pydantic', 'ruamel.yaml']"),
    ],
)
def test_libraries_are_imported_when_they_are_needed(more, loaded):
    """The package alone needs neither; ruamel comes with the first text."""
    code = LOADED.format(more=more)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded


def test_every_public_name_is_there():
    """`__all__`, dir() and the attributes agree; any other name is an AttributeError."""
    named = [name for name in config.__all__ if not name.isupper()]
    assert [name for name in named if getattr(config, name).__name__ != name] == []
    assert config.DEFAULT_CPU_IMAGE.startswith("mcr.microsoft.com/azureml/")
    assert set(config.__all__) <= set(dir(config))
    with pytest.raises(AttributeError):
        _ = config.Nothing
