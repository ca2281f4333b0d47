"""Files of packages, and what tests of them share."""

from difflib import unified_diff

import pytest

from jupyter_runcfg.config.conda_dependencies import CondaDependencies
from jupyter_runcfg.errors import ConfigError

DEFAULT = {
    "name": "project_environment",
    "dependencies": ["python=3.8.13", {"pip": ["azureml-defaults"]}],
    "channels": ["anaconda", "conda-forge"],
}
DEFAULT_TEXT = """\
name: project_environment
dependencies:
- python=3.8.13
- pip:
  - azureml-defaults
channels:
- anaconda
- conda-forge
"""
NASTY = """\
# a head
name:   mine   # name
channels: [a,   b]   # c

dependencies:
    - numpy   # n
    # plotting
    - matplotlib>=3
    - "scipy>=1"

    - python =3.8   # p
    - pip:   # of pip
        - --pre
        # x is needed
        - 'x'   # x
        - Y_z[all] ~=1.0
        # the end of pip
    # the end
variables: {A: 1.10}
# bottom"""
JSON = '{\n\t"name": "x",\n\t"dependencies": [\n\t\t"python=3.8",\n\t\t"a", {"pip": ["b"]}\n\t]\n}\n'
FLAT = "dependencies:\n- python\n- a\n- pip:   # none\nchannels:   # none\nname: x"
ALIASES = "channels: &a [q, r]\ndependencies: *a\n"
MERGED = "x: &x\n  channels: [q]\n".replace("x:", "prefix:", 1) + "<<: *x\ndependencies:\n- python\n"
FLOWS = "channels: []  # c\ndependencies: [ python, {pip: []} ]  # d\n"
LITERAL = "dependencies:\n- >-\n  python=3\n-\n  numpy\n- &b a\n- *b\n- !!str c\n"
TEXTS = [NASTY, NASTY + "\n", NASTY.replace("\n", "\r\n"), "\ufeff" + NASTY, JSON, FLAT, ALIASES, MERGED]
TEXTS += [FLOWS, LITERAL, "---\n" + FLAT + "\n...\n", "{}", "name: x\n", "name:"]


def faults_of(text, **options):
    with pytest.raises(ConfigError) as caught:
        CondaDependencies.from_text(text, **options)
    return caught.value.faults


def fault_of(call, *args, **options):
    with pytest.raises(ConfigError) as caught:
        call(*args, **options)
    (fault,) = caught.value.faults
    return fault


def of(*conda, pip=()):
    return CondaDependencies(
        _underlying_structure={"dependencies": [*conda, *([{"pip": [*pip]}] if pip else [])]}
    )


def entries(dependencies):
    return dependencies.as_dict().get("dependencies")


def changed(text, *changes):
    """The lines that the changes take out and put in."""
    dependencies = CondaDependencies.from_text(text)
    for change in changes:
        change(dependencies)
    new = dependencies.serialize_to_string()
    assert CondaDependencies.from_text(new) == dependencies
    lines = unified_diff(text.splitlines(True), new.splitlines(True), n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]
