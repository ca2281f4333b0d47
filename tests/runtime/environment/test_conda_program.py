"""micromamba, mamba and conda in place of py-rattler, by programs that speak as they do."""

import json
import os
import sys

import pytest

from jupyter_runcfg.environments import conda_wanted
from jupyter_runcfg.errors import UserErrorException
from jupyter_runcfg.runtime.environment.build import BuildFailed, ensure, resolve
from jupyter_runcfg.runtime.environment.conda import load_lock, packages_of
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home

from ...engines.channel import PYTHON
from .conda_asked import asked, channel, home
from .test_build import Seen, says

__all__ = ["channel", "home"]

# Takes the words of `create` as micromamba does, and answers in its forms; py-rattler does the work.
PROGRAM = r"""#!{python}
import argparse, asyncio, json, os, sys
import rattler
kind = os.path.basename(sys.argv[0])
parser = argparse.ArgumentParser()
parser.add_argument("verb", choices=["create"])
for flag in ("--yes", "--dry-run", "--json", "--quiet", "--override-channels"):
    parser.add_argument(flag, action="store_true", required=flag == "--yes")
if kind != "conda":
    parser.add_argument("--strict-channel-priority", action="store_true")
parser.add_argument("--channel", action="append", default=[])
parser.add_argument("--prefix", required=True)
parser.add_argument("--file")
parser.add_argument("specs", nargs="*")
options = parser.parse_intermixed_args()
open({seen!r}, "a").write(json.dumps(sys.argv[1:]) + "\n")
assert os.environ["CONDA_PKGS_DIRS"]
async def main():
    virtual = rattler.VirtualPackage.detect()
    try:
        sources = [rattler.Channel(one) for one in {channels!r}]
        records = await rattler.solve(sources, options.specs or {specs!r}, virtual_packages=virtual)
    except Exception as error:
        if kind == "conda":
            print(json.dumps({{"error": "PackagesNotFoundError", "message": "nothing provides beta >=7"}}))
            sys.exit(1)
        print("error    libmamba Could not solve for environment specs\n" + str(error), file=sys.stderr)
        print("critical libmamba Could not solve for environment specs", file=sys.stderr)
        sys.exit(1)
    if options.file:
        lines = open(options.file).read().split("\n")
        assert lines[0] == "@EXPLICIT"
        wanted = dict(line.split("#") for line in lines[1:] if line)
        assert wanted == {{one.url: one.md5.hex() for one in records}}, wanted
    if options.dry_run:
        links = [json.loads(one.to_json()) for one in records]
        if kind == "conda":
            links = [{{key: one[key] for key in ("name", "version", "build_number")}} for one in links]
        print(json.dumps({{"success": True, "actions": {{"LINK": links, "PREFIX": options.prefix}}}}))
    else:
        await rattler.install(records, options.prefix, show_progress=False)
asyncio.run(main())
sys.stdout.flush()
os._exit(0)
"""


@pytest.fixture
def program(tmp_path, channel):
    """program(kind) → the builder of a request, and the words that the program got so far."""

    def made(kind):
        seen = tmp_path / "words"
        path = tmp_path / kind
        specs = ["beta", "python"]
        text = PROGRAM.format(python=sys.executable, seen=str(seen), channels=[channel.url], specs=specs)
        path.write_text(text)
        path.chmod(0o755)
        builder = {"kind": kind, "program": str(path), "python": sys.executable}
        return builder, lambda: [json.loads(line) for line in seen.read_text().splitlines()]

    return made


@pytest.mark.parametrize("kind", ["micromamba", "mamba", "conda"])
def test_each_program(home, channel, program, kind):
    """Asked what it would install, then told exactly that, where it names URLs; the lock is the same."""
    builder, words = program(kind)
    what = {**asked(home, [channel], "beta"), "builder": builder}
    facts = ensure(home, what, Seen())
    place = EnvironmentPaths(home, what["name"])
    assert says(place, "import beta; print(beta.VERSION)") == "1.0"
    assert facts["packages"] == {"alpha": "1.0", "beta": "1.0", "python": PYTHON}
    solved = [] if kind == "conda" else ["--strict-channel-priority"]
    asks = ["--override-channels", *solved, "--channel", channel.url, "beta", "python"]
    create = ["create", "--yes", "--prefix", place.prefix]
    exact = asks if kind == "conda" else ["--file", os.path.join(place.directory, "explicit.txt")]
    assert words() == [[*create, "--dry-run", "--json", *asks], [*create, "--quiet", *exact]]
    records, pip = load_lock(facts["lock"])
    assert [one["name"] for one in records] == ["alpha", "beta", "python"]
    assert {(len(one["md5"]), len(one["sha256"])) for one in records} == {(32, 64)}
    assert all(one["url"].startswith(channel.url) for one in records)
    assert pip == ""


def test_its_lock_is_installed_again(home, channel, program):
    """A lock of py-rattler's, or of a program's own, is installed by exact URLs."""
    builder, words = program("micromamba")
    what = asked(home, [channel], "beta")
    lock = ensure(home, what, Seen())["lock"]
    other = {**what, "builder": builder, "lock": lock, "name": "0123456789abcdef"}
    assert ensure(home, other, Seen())["packages"] == packages_of(lock)
    assert [one[-2] for one in words()] == ["--file"]


def test_what_would_be_installed(home, channel, program, tmp_path):
    """A check needs its JSON alone."""
    builder, words = program("micromamba")
    lock = resolve(Home(str(tmp_path / "x")), {**asked(home, [channel], "beta"), "builder": builder}, Seen())
    assert packages_of(lock) == {"alpha": "1.0", "beta": "1.0", "python": PYTHON}
    assert len(words()) == 1


def test_its_failure(home, channel, program):
    """Its own words, with the line that asked."""
    builder, _ = program("micromamba")
    with pytest.raises(BuildFailed) as caught:
        ensure(home, {**asked(home, [channel], "alpha", "beta>=7"), "builder": builder}, Seen())
    error = caught.value.error
    assert (error["type"], error["where"]) == ("Unsolvable", "env.yml:2")
    assert "No candidates were found for beta >=7" in error["message"]


def test_its_failure_as_json(home, channel, program):
    """conda says on stdout why it could not."""
    builder, _ = program("conda")
    with pytest.raises(BuildFailed) as caught:
        ensure(home, {**asked(home, [channel], "alpha", "beta>=7"), "builder": builder}, Seen())
    error = caught.value.error
    assert (error["type"], error["message"], error["where"]) == (
        "Unsolvable",
        "these packages cannot be solved together: nothing provides beta >=7",
        "env.yml:2",
    )


def test_who_builds(tmp_path, monkeypatch):
    """py-rattler where it is, else a program of the PATH, else a word on what brings one."""
    assert conda_wanted.builder() == {"kind": "rattler", "program": sys.executable}
    monkeypatch.setattr(conda_wanted, "find_spec", lambda name: None)
    for name in ("MAMBA_EXE", "CONDA_EXE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserErrorException) as caught:
        conda_wanted.builder()
    assert "py-rattler" in caught.value.hint
    (tmp_path / "conda").write_text("#!/bin/sh\n")
    (tmp_path / "conda").chmod(0o755)
    assert conda_wanted.builder() == {
        "kind": "conda",
        "program": str(tmp_path / "conda"),
        "python": sys.executable,
    }
