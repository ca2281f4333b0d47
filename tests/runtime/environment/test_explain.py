"""What uv says of a failure, newer and older, in a sentence with its line and a next step."""

import errno

import pytest

from jupyter_runcfg.environments.wanted import find_uv
from jupyter_runcfg.runtime.environment import explain
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home

WANTED = {"asked": {"alpha": "env.yml:4", "alpha-beta": "env.yml:5", "gamma": "r.txt:1"}, "uv": find_uv()}
PLACE = EnvironmentPaths(Home("/home/ann/runcfg"), "0123456789abcdef")

# uv 0.4 frames its causes, in lines that it wraps
OLD = """\
Using CPython 3.11.7
  × No solution found when resolving dependencies:
  ╰─▶ Because only alpha<=2 is available and gamma>=1 depends on alpha>3, we
      can conclude that gamma>=1 cannot be used.
      And because you require gamma>=1 and alpha, we can conclude that your
      requirements are unsatisfiable.
"""
LONG = "error: No solution found when resolving dependencies\n  cause: Because a1 needs b1. " + " ".join(
    f"And because a{n} needs b{n}, we can conclude that c{n} cannot be used." for n in range(2, 40)
)
REFUSED = """\
error: No solution found when resolving dependencies
  cause: Because alpha was not found in the package registry and you require alpha, we can conclude that \
your requirements are unsatisfiable.

hint: An index URL (https://ann:secret@feed.example/simple) could not be queried due to a lack of \
valid authentication credentials (401 Unauthorized)
"""
OFFLINE = """\
error: No solution found when resolving dependencies
  cause: Because alpha was not found in the cache and you require alpha, we can conclude that \
your requirements are unsatisfiable.

hint: Packages were unavailable because the network was disabled
"""
NOT_BUILT = """\
error: Failed to build `alpha-beta==1.0`
  cause: The build backend returned an error
  cause: Call to `setuptools.build_meta.build_wheel` failed (exit status: 1)

         [stderr]
         request timed out once
         x.c:3: fatal error: alpha.h: No such file or directory
"""


@pytest.mark.parametrize(
    ("said", "kind", "message", "where"),
    [
        (
            OLD,
            "Unsolvable",
            "these packages cannot be resolved: Because only alpha<=2 is available and gamma>=1 depends on "
            "alpha>3, we can conclude that gamma>=1 cannot be used. "
            "And because you require gamma>=1 and alpha.",
            "env.yml:4, r.txt:1",
        ),
        (REFUSED, "NoAccess", "the package index refused: https://****@feed.example/simple", "env.yml:4"),
        (OFFLINE, "NoNetwork", "the package index cannot be reached: no network", "env.yml:4"),
        (
            NOT_BUILT,
            "BuildFailed",
            "'alpha-beta' has no wheel here, and its own build failed: "
            "x.c:3: fatal error: alpha.h: No such file or directory",
            "env.yml:5",
        ),
        (
            "error: Failed to write\n  cause: No space left on device (os error 28)\n",
            "DiskFull",
            "no space is left on the disk where environments are built",
            None,
        ),
        ("error: something new: https://a:b@x\n", "EnvironmentError", "something new: https://****@x", None),
        ("", "EnvironmentError", "uv failed without a word", None),
    ],
)
def test_each_kind(said, kind, message, where):
    """Type, sentence and line; a password of a URL is in none."""
    error = explain.failed(said, WANTED, PLACE)
    assert (error["type"], error["message"], error.get("where")) == (kind, message, where)
    assert error["hint"]


def test_a_long_explanation_is_shortened():
    """Its beginning and its end."""
    message = explain.failed(LONG, WANTED, PLACE)["message"]
    assert message.startswith(
        "these packages cannot be resolved: Because a1 needs b1. And because a2 needs b2"
    )
    assert message.endswith("… And because a39 needs b39, we can conclude that c39 cannot be used.")
    assert len(message) < 400


def test_what_the_system_says():
    """A full disk and a directory of somebody else."""
    full = explain.system(OSError(errno.ENOSPC, "No space left on device"), "/d")
    assert (full["type"], "env remove" in full["hint"]) == ("DiskFull", True)
    denied = explain.system(PermissionError(errno.EACCES, "Permission denied", "/d/x"), "/d")
    assert denied["message"] == "cannot write /d/x: permission denied"


@pytest.mark.parametrize("user", ["ada:geheim", "t0ken", "ada:ge@heim@", "${USER}:${PASSWORD}"])
def test_a_password_in_a_url(user):
    """It is masked up to the last @ before the path, which nobody may have escaped; other @ stay."""
    said = f"git+https://{user}@h.example:8080/a.git@v1 and https://h.example/@x?y=z@w"
    assert explain.masked(said) == "git+https://****@h.example:8080/a.git@v1 and https://h.example/@x?y=z@w"
