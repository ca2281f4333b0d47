"""What conda's solvers and channels say of a failure, in a sentence with its line and a next step."""

import json

import pytest

from jupyter_runcfg.runtime.environment import conda_explain
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home

WANTED = {"asked": {"pytorch": "env.yml:4", "cudatoolkit": "env.yml:5"}}
MICROMAMBA = """\
error    libmamba Could not solve for environment specs
    The following packages are incompatible
    ├─ cudatoolkit ==9.0 does not exist (perhaps a typo or a missing channel);
    └─ pytorch ==2.1 is installable
critical libmamba Could not solve for environment specs
"""
LONG = "Cannot solve the request because of: pytorch cannot be installed:\n" + "\n".join(
    f"│  ├─ pytorch {n}.0 would require\n│  │  └─ lib {n}" for n in range(40)
)


def explained(tmp_path, said="", facts=None, answer=None):
    place = EnvironmentPaths(Home(str(tmp_path)), "0123456789abcdef")
    directory = tmp_path / "environments" / place.name
    directory.mkdir(parents=True)
    for name, value in ((conda_explain.FAILURE, facts), (conda_explain.RESULT, answer)):
        if value is not None:
            (directory / name).write_text(json.dumps(value))
    return conda_explain.failed(said, WANTED, place)


@pytest.mark.parametrize(
    ("said", "facts", "answer", "kind", "message"),
    [
        (
            MICROMAMBA,
            None,
            None,
            "Unsolvable",
            "these packages cannot be solved together: error: Could not solve for environment specs; "
            "The following packages are incompatible; cudatoolkit ==9.0 does not exist (perhaps a typo or a "
            "missing channel); pytorch ==2.1 is installable",
        ),
        (
            "",
            None,
            {"solver_problems": ["nothing provides pytorch 9", "and more"]},
            "Unsolvable",
            "these packages cannot be solved together: could not solve: nothing provides pytorch 9; and more",
        ),
        (
            "",
            {
                "type": "InstallerError",
                "text": "404 Not Found for https://u:p@c.example/t/tk/x/noarch/a-1-0.conda",
            },
            None,
            "EnvironmentError",
            "a locked package is gone: https://****@c.example/t/****/x/noarch/a-1-0.conda",
        ),
        (
            "",
            {"type": "InvalidMatchSpecError", "text": "unable to parse version spec: >="},
            None,
            "Unsolvable",
            "conda cannot read a package: unable to parse version spec: >=",
        ),
        (
            "",
            {"type": "InstallerError", "text": "failed to write: No space left on device (os error 28)"},
            None,
            "DiskFull",
            "no space is left on the disk where environments are built",
        ),
        (
            "── solving\nTraceback\nMemoryError: no\n",
            None,
            None,
            "EnvironmentError",
            "MemoryError: no",
        ),
        ("", None, None, "EnvironmentError", "conda's builder failed without a word"),
    ],
)
def test_each_kind(tmp_path, said, facts, answer, kind, message):
    """Type and sentence; no password or token of a URL; always a next step."""
    error = explained(tmp_path, said, facts, answer)
    assert (error["type"], error["message"]) == (kind, message)
    assert error["hint"]


def test_where(tmp_path):
    """The lines that asked for what is named, those named first first."""
    assert explained(tmp_path, MICROMAMBA)["where"] == "env.yml:5, env.yml:4"


def test_a_long_explanation_is_shortened(tmp_path):
    """Its beginning, as one sentence without the tree that frames it."""
    message = explained(tmp_path, facts={"type": "SolverError", "text": LONG})["message"]
    said = "pytorch cannot be installed: pytorch 0.0 would require lib 0; pytorch 1.0 would require lib 1; "
    assert message.startswith("these packages cannot be solved together: " + said)
    assert message.endswith("…")
    assert len(message) < 1000
