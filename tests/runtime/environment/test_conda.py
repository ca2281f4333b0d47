"""Environments with conda packages, from a channel that the test made: whole or not at all."""

import fcntl
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jupyter_runcfg.environments.store import find_built, remove
from jupyter_runcfg.environments.wanted import again
from jupyter_runcfg.runtime.environment.build import BuildFailed, ensure, resolve
from jupyter_runcfg.runtime.environment.conda import load_lock, packages_of
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home

from ...engines.channel import PYTHON, SUBDIR, Channel, Server
from ...environments.wheelhouse import wheelhouse
from .conda_asked import asked, channel, error_of, home
from .test_build import Seen, says

__all__ = ["channel", "home", "wheelhouse"]


def test_a_build(home, channel, wheelhouse):
    """Solved, linked, pip's section beside what conda brought; the lock has sums; then used as it is."""
    wheelhouse.add("gamma", "1.0", requires=["alpha>=1"])
    what, seen = (
        asked(home, [channel], "beta", "tool", pip=[*wheelhouse.options, "gamma"]),
        Seen(run_id="run-1"),
    )
    facts = ensure(home, what, seen)
    place = EnvironmentPaths(home, what["name"])
    code = "import alpha, beta, gamma, sys; print(alpha.VERSION, beta.VERSION, gamma.VERSION, sys.prefix)"
    assert says(place, code) == f"1.0 1.0 1.0 {place.prefix}"
    assert facts["packages"] == {
        "alpha": "1.0",
        "beta": "1.0",
        "gamma": "1.0",
        "python": PYTHON,
        "tool": "1.0",
    }
    assert (facts["python"], facts["brought"]) == (PYTHON, {"alpha": "1.0", "beta": "1.0"})
    assert facts["activation"] == {
        "variables": {"TOOL_HOME": f"{place.prefix}/share", "TOOL_LEVEL": "3"},
        "path": ["/opt/tool"],
    }
    records, pip = load_lock(facts["lock"])
    assert [(one["fn"], len(one["sha256"]), len(one["md5"])) for one in records] == [
        (name, 64, 32)
        for name in (
            "alpha-1.0-py_0.tar.bz2",
            "beta-1.0-py_0.tar.bz2",
            f"python-{PYTHON}-0_test.tar.bz2",
            "tool-1.0-0.tar.bz2",
        )
    ]
    assert {one["url"] for one in records if one["subdir"] == SUBDIR} == {
        f"{channel.url}/{SUBDIR}/{name}" for name in (f"python-{PYTHON}-0_test.tar.bz2", "tool-1.0-0.tar.bz2")
    }
    assert pip.startswith("gamma==1.0 \\\n    --hash=sha256:")
    assert "alpha" not in pip  # conda has brought it
    assert seen.steps == [
        f"builds its environment: {step}"
        for step in (
            "solving 3 packages of conda",
            "installing 4 packages by conda",
            "resolving 1 package of pip",
            "installing 1 package by pip",
            "finding what activates it",
        )
    ]
    log = seen.log.decode()
    assert f"reading what {channel.url} have for {SUBDIR}\n4 packages solved" in log
    assert "linked 4 of 4 packages\n" in log
    again_seen = Seen(run_id="run-2")
    assert ensure(home, {**what, "builder": {"kind": "rattler", "program": "/nowhere"}}, again_seen) == facts
    assert (again_seen.log, again_seen.steps) == (b"", [])
    meta = sorted(path.name for path in Path(place.prefix, "conda-meta").glob("*.json"))
    assert len(meta) == 4  # conda itself could go on with it


def test_programs_and_files_are_linked(home, channel):
    """What several environments have is on the disk once."""
    first, second = asked(home, [channel], "beta"), asked(home, [channel], "beta", "tool")
    for what in (first, second):
        ensure(home, what, Seen())
    modules = [
        Path(EnvironmentPaths(home, what["name"]).prefix).glob("lib/python3*/site-packages/beta.py")
        for what in (first, second)
    ]
    assert len({path.stat().st_ino for found in modules for path in found}) == 1


def test_a_python_of_its_own_is_found(home, channel):
    """Without a version the newest; a file that names one has that one."""
    channel.add_python("3.11.99")
    free, exact = asked(home, [channel], "alpha"), asked(home, [channel], "alpha", f"python={PYTHON}")
    assert ensure(home, free, Seen())["packages"]["python"] == "3.11.99"
    assert ensure(home, exact, Seen())["packages"]["python"] == PYTHON


def test_the_first_channel_wins(home, channel, tmp_path):
    """A package comes from the first channel that has one, though another has a newer; `a::b` from `a`."""
    other = Channel(tmp_path / "other")
    other.add_module("alpha", "3.0")
    other.add_module("delta", "1.0")
    assert ensure(home, asked(home, [channel, other], "alpha", "delta"), Seen())["packages"]["alpha"] == "2.0"
    assert ensure(home, asked(home, [other, channel], "alpha"), Seen())["packages"]["alpha"] == "3.0"
    assert ensure(home, asked(home, [channel], f"{other.url}::alpha"), Seen())["packages"]["alpha"] == "3.0"


def test_a_later_channel_where_the_first_does_not_fit(home, channel, tmp_path):
    """As conda does it by default; a `.condarc` that says strict is obeyed."""
    other = Channel(tmp_path / "other")
    other.add_module("alpha", "3.0")
    channel.add_module("delta", "1.0", depends=["python", "alpha >=3"])
    seen = Seen()
    what = asked(home, [channel, other], "delta")
    assert ensure(home, what, seen)["packages"]["alpha"] == "3.0"
    assert b"others are taken from later ones\n" in seen.log
    with pytest.raises(BuildFailed) as caught:
        ensure(home, {**what, "priority": "strict", "name": "0123456789abcdef"}, Seen())
    assert caught.value.error["type"] == "Unsolvable"


def test_packages_that_nobody_has_are_taken_away(home, channel):
    """With the last environment that has them; those of others stay."""
    one, other = asked(home, [channel], "beta"), asked(home, [channel], "tool")
    for what in (one, other):
        ensure(home, what, Seen())
    packages = Path(home.environments, ".conda", "packages")

    def kept():
        return sorted(path.name for path in packages.iterdir() if path.is_dir())

    python = f"python-{PYTHON}-0_test"
    assert kept() == ["alpha-1.0-py_0", "beta-1.0-py_0", python, "tool-1.0-0"]
    held = os.open(packages.parent, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_SH)  # as a build does
    remove(home, find_built(home, one["name"]))
    assert len(kept()) == 4
    os.close(held)
    ensure(home, one, Seen())
    remove(home, find_built(home, one["name"]))
    assert kept() == [python, "tool-1.0-0"]
    assert says(EnvironmentPaths(home, other["name"]), "print(1)") == "1"


def test_pip_beside_conda(home, channel, wheelhouse):
    """What conda brought stays, unless pip's section itself asks for another version of it."""
    for version in ("1.0", "2.0", "2.5"):
        wheelhouse.add("alpha", version)
    wheelhouse.add("gamma", "1.0", requires=["alpha"])

    def alpha_of(*pip):
        what = asked(home, [channel], "alpha=1.0", pip=[*wheelhouse.options, *pip])
        facts = ensure(home, what, Seen())
        return says(EnvironmentPaths(home, what["name"]), "import alpha; print(alpha.VERSION)"), facts[
            "packages"
        ]

    assert alpha_of("gamma") == ("1.0", {"alpha": "1.0", "gamma": "1.0", "python": PYTHON})
    assert alpha_of("alpha") == ("1.0", {"alpha": "1.0", "python": PYTHON})
    assert alpha_of("alpha>=2")[0] == "2.5"
    wheelhouse.add("greedy", "1.0", requires=["alpha>=2"])
    error = error_of(home, [channel], "alpha=1.0", pip=[*wheelhouse.options, "greedy"])
    assert (error["type"], error["where"]) == ("Unsolvable", "env.yml:52, env.yml:1")


def test_the_lock_decides(home, channel, wheelhouse):
    """What was locked once is installed again, of conda and of pip, though there are newer ones by now."""
    wheelhouse.add("gamma", "1.0")
    first = asked(home, [channel], "alpha", pip=[*wheelhouse.options, "gamma"])
    lock = ensure(home, first, Seen())["lock"]
    channel.add_module("alpha", "9.0")
    wheelhouse.add("gamma", "9.0")
    assert again(home, first, lock) == first  # the one that is built is from that lock
    os.unlink(EnvironmentPaths(home, first["name"]).facts)
    repeated, seen = again(home, first, lock), Seen()
    assert repeated["name"] != first["name"]
    old = {"alpha": "2.0", "gamma": "1.0", "python": PYTHON}
    assert (ensure(home, repeated, seen)["packages"], packages_of(lock)) == (old, old)
    assert not any("solving" in step or "resolving" in step for step in seen.steps)
    assert ensure(home, first, Seen())["packages"]["alpha"] == "9.0"


def test_what_would_be_installed(home, channel, wheelhouse, tmp_path):
    """Both locks are told without an installation: what `submit --check` asks for."""
    wheelhouse.add("gamma", "1.0", requires=["alpha"])
    what, seen = asked(home, [channel], "beta", pip=[*wheelhouse.options, "gamma"]), Seen()
    lock = resolve(Home(str(tmp_path / "nowhere")), what, seen)
    assert packages_of(lock) == {"alpha": "1.0", "beta": "1.0", "gamma": "1.0", "python": PYTHON}
    assert not any("installing" in step for step in seen.steps)


def test_parallel_ones_wait_for_one_build(home, channel):
    """Of eight that want it at once one builds; all have the same facts."""
    what = asked(home, [channel], "beta", "tool")
    seen = [Seen(run_id=f"run-{n}") for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        facts = list(pool.map(lambda one: ensure(home, what, one), seen))
    assert len({json.dumps(one, sort_keys=True) for one in facts}) == 1
    log = Path(EnvironmentPaths(home, what["name"]).log).read_bytes()
    assert log.count(b"installing 4 packages by conda") == 1


def test_different_ones_at_once(home, channel):
    """Four environments that share packages are built beside one another."""
    wanted = [
        asked(home, [channel], *entries) for entries in (["alpha"], ["beta"], ["tool"], ["beta", "tool"])
    ]
    with ThreadPoolExecutor(4) as pool:
        facts = list(pool.map(lambda what: ensure(home, what, Seen()), wanted))
    assert [sorted(one["packages"]) for one in facts] == [
        ["alpha", "python"],
        ["alpha", "beta", "python"],
        ["python", "tool"],
        ["alpha", "beta", "python", "tool"],
    ]


def test_offline(home, channel):
    """Over HTTP once: then it is used, and the same packages are solved and built, with no network."""
    server = Server(channel.place)
    what, other = (asked(home, [server.url], *entries) for entries in (["beta"], ["beta", "alpha=1"]))
    try:
        facts = ensure(home, what, Seen())
    finally:
        server.stop()
    assert ensure(home, what, Seen()) == facts
    seen = Seen()
    assert ensure(home, other, seen)["packages"] == facts["packages"]
    assert b"no network: solved by what was read from the channels before\n" in seen.log
    error = error_of(home, [server.url], "tool")
    assert (error["type"], error["message"]) == ("NoNetwork", f"the channel cannot be reached: {server.url}")
