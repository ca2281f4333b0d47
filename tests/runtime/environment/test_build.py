"""Environments that uv builds: once, whole or not at all, with what went wrong in words."""

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jupyter_runcfg.environments.definition import Asked, define
from jupyter_runcfg.environments.interpreter import this
from jupyter_runcfg.environments.wanted import again, wanted
from jupyter_runcfg.runtime.environment.build import BuildCanceled, BuildFailed, Watcher, ensure
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home

from ...engines import interpreter
from ...engines.silent import silent
from ...environments.wheelhouse import wheelhouse
from ..disk import tmpfs
from ..job import until

__all__ = ["silent", "tmpfs", "wheelhouse"]


class Seen(Watcher):
    """Keeps what it is told."""

    def __init__(self, is_canceled=lambda: False, run_id=""):
        self.log, self.steps = b"", []
        super().__init__(self._show, self.steps.append, is_canceled, run_id)

    def _show(self, data):
        self.log += data


def asked(home, *lines, base=None, lock=""):
    definition = define("3.11", [Asked(line, f"conda.yml:{n}") for n, line in enumerate(lines, 1)])
    return wanted(home, definition, base or this(), lock)


@pytest.fixture
def home(tmp_path):
    return Home(str(tmp_path / "home"))


def says(place, code):
    return subprocess.run(
        [place.python, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_build(home, wheelhouse):
    """The newest that fit together, hashes in the lock, steps and log as they come; used again as it is."""
    what, seen = asked(home, *wheelhouse.options, "beta"), Seen(run_id="run-1")
    facts = ensure(home, what, seen)
    place = EnvironmentPaths(home, what["name"])
    assert says(place, "import alpha, beta; print(alpha.VERSION, beta.VERSION)") == "1.0 1.0"
    assert facts["packages"] == {"alpha": "1.0", "beta": "1.0"}
    assert facts["lock"].count("--hash=sha256:") == 2
    assert facts["size"] > 1000
    assert seen.steps == [
        "builds its environment: resolving 1 package",
        "builds its environment: making a Python 3.11",
        "builds its environment: installing 2 packages",
    ]
    assert "── installing 2 packages\n".encode() in seen.log
    assert b" + beta==1.0\n" in seen.log
    again_seen = Seen(run_id="run-2")
    assert ensure(home, {**what, "uv": "/nowhere"}, again_seen) == facts
    assert (again_seen.log, again_seen.steps) == (b"", [])
    assert Path(place.used).read_text() == "run-1\nrun-2\n"


def test_no_packages(home, wheelhouse):
    """A definition of nothing but a Python is one too."""
    what = asked(home)
    assert ensure(home, what, Seen())["packages"] == {}
    assert says(EnvironmentPaths(home, what["name"]), "print(1)") == "1"


def test_programs_of_packages(home, wheelhouse):
    """They are beside its Python, and run with it."""
    what = asked(home, *wheelhouse.options, "alpha")
    ensure(home, what, Seen())
    program = os.path.join(EnvironmentPaths(home, what["name"]).programs, "alpha-says")
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "two\n"


def test_parallel_ones_wait_for_one_build(home, wheelhouse):
    """Of four that want it at once one builds; all have the same log and the same facts."""
    what = asked(home, *wheelhouse.options, "beta")
    seen = [Seen(run_id=f"run-{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        facts = list(pool.map(lambda one: ensure(home, what, one), seen))
    assert len({json.dumps(one, sort_keys=True) for one in facts}) == 1
    log = Path(EnvironmentPaths(home, what["name"]).log).read_bytes()
    assert log.count(b"installing 2 packages") == 1
    assert {one.log for one in seen if one.log} == {log}
    built = [one.run_id for one in seen if any("resolving" in step for step in one.steps)]
    assert built == [facts[0]["built_by"]]


def test_an_interrupted_build_is_built_anew(home, wheelhouse):
    """What a killed builder left is not used: only the file written last makes it whole."""
    what = asked(home, *wheelhouse.options, "alpha")
    place = EnvironmentPaths(home, what["name"])
    ensure(home, what, Seen())
    os.unlink(place.facts)
    os.unlink(os.path.join(place.prefix, "lib", "python3.11", "site-packages", "alpha.py"))
    assert ensure(home, what, Seen())["packages"] == {"alpha": "2.0"}
    assert says(place, "import alpha; print(alpha.VERSION)") == "2.0"


def test_a_python_that_has_gone(home, wheelhouse):
    """An environment whose base was removed is built anew."""
    what = asked(home, *wheelhouse.options, "alpha")
    place = EnvironmentPaths(home, what["name"])
    ensure(home, what, Seen())
    os.unlink(place.python)
    os.symlink("/nowhere/python3.11", place.python)
    ensure(home, what, Seen())
    assert says(place, "print(2)") == "2"


def test_the_lock_decides(home, wheelhouse):
    """What was locked once is installed again, though an index has newer ones by now; another environment."""
    first = asked(home, *wheelhouse.options, "alpha<2")
    lock = ensure(home, first, Seen())["lock"]
    wheelhouse.add("alpha", "1.5")
    repeated = again(home, first, lock)
    assert repeated == first  # the one that is built is from that lock
    os.unlink(EnvironmentPaths(home, first["name"]).facts)
    repeated = again(home, first, lock)
    assert repeated["name"] != first["name"]
    assert ensure(home, repeated, Seen())["packages"] == {"alpha": "1.0"}
    assert ensure(home, first, Seen())["packages"] == {"alpha": "1.5"}


def test_a_replaced_file_is_not_installed(home, wheelhouse, tmp_path, monkeypatch):
    """What does not have the hash of the lock fails, in a word."""
    first = asked(home, *wheelhouse.options, "alpha<2")
    lock = ensure(home, first, Seen())["lock"]
    os.unlink(EnvironmentPaths(home, first["name"]).facts)
    wheelhouse.add("alpha", "1.0", files={"evil.py": ""})
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "another"))  # this one has the file that was locked
    with pytest.raises(BuildFailed) as caught:
        ensure(home, again(home, first, lock), Seen())
    assert (caught.value.error["type"], caught.value.error["message"]) == (
        "HashMismatch",
        "what the index has of 'alpha' is not what was locked: its hash differs",
    )


@pytest.mark.parametrize(
    ("lines", "kind", "message", "where"),
    [
        (
            ["alpha==9"],
            "Unsolvable",
            "these packages cannot be resolved: Because there is no version of alpha==9",
            "conda.yml:3",
        ),
        (["beta", "alpha>=2"], "Unsolvable", "these packages cannot be resolved: Because", "conda.yml:4"),
        (["skleran"], "UnknownPackage", "no package index has 'skleran'", "conda.yml:3"),
    ],
)
def test_what_cannot_be_had(home, wheelhouse, lines, kind, message, where):
    """The resolver's explanation in a sentence or two, and the line that asked for it."""
    what = asked(home, *wheelhouse.options, *lines)
    with pytest.raises(BuildFailed) as caught:
        ensure(home, what, Seen())
    error = caught.value.error
    assert (error["type"], error["message"][: len(message)]) == (kind, message)
    assert where in error["where"]
    assert error["hint"]
    assert EnvironmentPaths(home, what["name"]).read() is None


def test_no_network(home, wheelhouse, monkeypatch):
    """An index that cannot be reached is named, without its password, and so is the way out."""
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    what = asked(home, "--index-url http://ann:secret@127.0.0.1:9/simple", "alpha")
    with pytest.raises(BuildFailed) as caught:
        ensure(home, what, Seen())
    error = caught.value.error
    assert error["type"] == "NoNetwork"
    assert error["message"].startswith("the package index cannot be reached: http://")
    assert "secret" not in json.dumps(error)
    assert "HTTPS_PROXY" in error["hint"]


@pytest.mark.engine("tmpfs")
def test_a_full_disk(tmpfs, wheelhouse):
    """What the disk has no room for is said so."""
    home = Home(str(tmpfs("2m") / "home"))
    wheelhouse.add("big", "1.0", files={"big.bin": os.urandom(3 << 20).hex()})
    with pytest.raises(BuildFailed) as caught:
        ensure(home, asked(home, *wheelhouse.options, "big"), Seen())
    assert caught.value.error["type"] == "DiskFull"
    assert "env remove" in caught.value.error["hint"]


def test_no_uv(home, wheelhouse):
    """A uv that went away is told, with what installs it."""
    with pytest.raises(BuildFailed) as caught:
        ensure(home, {**asked(home, "alpha"), "uv": "/nowhere/uv"}, Seen())
    assert caught.value.error["message"] == "uv cannot be started: /nowhere/uv: No such file or directory"


def test_canceled(home, wheelhouse, silent):
    """It ends at once, uv with it, and those that wait may build."""
    what = asked(home, f"--index-url {silent.url}/simple", "alpha")
    with pytest.raises(BuildCanceled):
        ensure(home, what, Seen(is_canceled=silent.asked.is_set))
    with pytest.raises(BuildCanceled):
        ensure(home, what, Seen(is_canceled=lambda: True))


def test_a_killed_builder(home, wheelhouse, silent, tmp_path):
    """While uv of a killed builder goes on, nobody else begins; then the next one builds."""
    what = asked(home, f"--index-url {silent.url}/simple", "alpha")
    code = (
        "import json, sys\n"
        "from jupyter_runcfg.runtime.environment.build import Watcher, ensure\n"
        "from jupyter_runcfg.runtime.paths import Home\n"
        "said = lambda *words: None\n"
        "watcher = Watcher(said, said, lambda: False, 'exp_1_0abcdef0')\n"
        "ensure(Home(sys.argv[1]), json.loads(sys.argv[2]), watcher)"
    )
    builder = subprocess.Popen([sys.executable, "-c", code, home.root, json.dumps(what)])
    assert silent.asked.wait(120)
    builder.send_signal(signal.SIGKILL)
    builder.wait()
    waiting = Seen()
    waiting.is_canceled = lambda: len(waiting.steps) == 1
    with pytest.raises(BuildCanceled):
        ensure(home, what, waiting)
    assert waiting.steps == ["waits for another run that builds its environment"]
    silent.hang_up()
    with pytest.raises(BuildFailed):  # the index answers nothing still
        ensure(home, what, Seen())


@pytest.mark.parametrize(
    "version",
    [pytest.param(v, marks=pytest.mark.engine(f"python{v}")) for v in ("3.8", "3.9", "3.10", "3.12", "3.13")],
)
def test_other_pythons(home, wheelhouse, version):
    """An environment of another Python than ours."""
    from jupyter_runcfg.environments.interpreter import Interpreter

    base = Interpreter(os.path.realpath(interpreter(version)), version)
    definition = define(version, [Asked(line) for line in (*wheelhouse.options, "beta")])
    what = wanted(home, definition, base)
    ensure(home, what, Seen())
    place = EnvironmentPaths(home, what["name"])
    assert says(place, "import sys, beta; print('%d.%d' % sys.version_info[:2])") == version


def test_the_log_of_a_waiting_one_is_whole(home, wheelhouse):
    """Nothing of it is lost between the last look and the end of the build."""
    what = asked(home, *wheelhouse.options, "alpha")
    seen = [Seen() for _ in range(2)]
    threads = [threading.Thread(target=ensure, args=(home, what, one)) for one in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: EnvironmentPaths(home, what["name"]).read())
    assert seen[0].log == seen[1].log
