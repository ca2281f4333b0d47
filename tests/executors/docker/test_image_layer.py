"""Packages upon an image: built once in a container of it, whoever asks, however the last build ended."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jupyter_runcfg import CondaDependencies, RunConfiguration
from jupyter_runcfg.environments.store import find_built, list_built
from jupyter_runcfg.runtime.environment.build import BuildCanceled, BuildFailed

from ...environments.wheelhouse import wheelhouse
from ...runtime.job import until
from .prepared import Wish, make_slow_source, printed, wish
from .relay import Relay

__all__ = ["wheelhouse", "wish"]
pytestmark = pytest.mark.engine("docker")


def config_of(image, *pip, python=""):
    tree = {"dependencies": [*([f"python={python}"] if python else []), {"pip": list(pip)}]}
    made = RunConfiguration(script="train.py")
    made.environment.docker.base_image = image
    made.environment.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    return made


def in_image(docker_engine, ready, code):
    """What the `python` of an image prints."""
    return printed(docker_engine, ready, "python", "-c", code)


def test_built_once(docker_engine, wish, wheelhouse):
    """The log is shown, anybody can read what was built, and the next one has it without a container."""
    config = config_of(docker_engine.base, *wheelhouse.options, "alpha<2")
    first = wish.have(config)
    said = "import alpha, sys; print(alpha.VERSION, sys.prefix)"
    name = first.lock["name"]
    prefix = f"/opt/runcfg/environments/{name}/prefix"
    assert in_image(docker_engine, first, said) == f"1.0 {prefix}\n"
    assert first.lock["packages"] == {"alpha": "1.0"}
    assert "--hash=sha256:" in first.lock["lock"]
    assert b"installing 1 package" in wish.log
    assert wish.steps[0] == f"builds its environment upon {docker_engine.base}"
    assert wish.steps[-1] == "builds its environment: makes an image of it"
    again = Wish(docker_engine.host, wish.home.root, wish.project, run_id="run_2")
    assert again.have(config) == first
    assert (again.steps, again.log, again.containers()) == ([], b"", [])
    built = find_built(wish.home, name)
    assert (built.packages, built.runs) == ({"alpha": "1.0"}, ("run_1", "run_2"))
    assert b"installing 1 package" in Path(built.directory, "build.log").read_bytes()


def test_what_the_image_starts(docker_engine, wish, wheelhouse):
    """It is its base with two variables more: nothing of how it was built, and no tool."""
    ready = wish.have(config_of(docker_engine.base, *wheelhouse.options, "alpha"))
    base = wish.engine.image(docker_engine.base)["Config"]
    made = wish.engine.image(ready.image_id)["Config"]
    prefix = f"/opt/runcfg/environments/{ready.lock['name']}/prefix"
    assert made["Env"] == [f"PATH={prefix}/bin:/usr/local/bin:/usr/bin:/bin", f"VIRTUAL_ENV={prefix}"]
    assert made["Cmd"] == base["Cmd"]
    assert not made["Entrypoint"]
    assert not made["Volumes"]
    listed = in_image(docker_engine, ready, "import os; print(os.listdir('/opt/runcfg/build'))")
    assert listed == "[]\n"
    assert os.path.exists(ready.lock["base"]) or ready.lock["base"].startswith("/usr/local/bin/python")


def test_python_of_the_image(docker_engine, wish, wheelhouse):
    """A definition for another Python is refused, by both versions; one for the same minor is built."""
    with pytest.raises(BuildFailed) as caught:
        wish.have(config_of(docker_engine.base, *wheelhouse.options, "alpha", python="3.7"))
    version = "{}.{}.{}".format(*sys.version_info)
    assert caught.value.error == {
        "type": "OtherPython",
        "message": f"the image '{docker_engine.base}' has Python {version}, and its packages ask for 3.7",
        "hint": "an image with that one (`environment.docker.baseImage=python:3.7-slim`), or take the line "
        "`python=…` out of the packages",
    }
    minor = "{}.{}".format(*sys.version_info)
    ready = wish.have(config_of(docker_engine.base, *wheelhouse.options, "alpha", python=f"{minor}.0"))
    assert ready.lock["definition"]["python"] == f"{minor}.0"


def test_what_cannot_be_resolved(docker_engine, wish, wheelhouse):
    """The resolver says why, the log is on this machine; nothing is left, or taken for whole."""
    with pytest.raises(BuildFailed) as caught:
        wish.have(config_of(docker_engine.base, *wheelhouse.options, "alpha==9"))
    error = caught.value.error
    assert error["type"] == "Unsolvable"
    assert "alpha==9" in error["message"]
    [built] = list_built(wish.home)
    assert error["hint"].endswith(f"the whole log: {built.directory}/build.log")
    assert not built.is_whole
    wish.wait_until_clean()


def test_many_at_once(docker_engine, wish, wheelhouse):
    """Four ask at the same moment: one builds, the others wait and have the same."""
    config = config_of(docker_engine.base, *wheelhouse.options, "alpha", "beta==1.0")
    config.environment.python.conda_dependencies.add_pip_package("alpha<2")
    wishes = [Wish(docker_engine.host, wish.home.root, wish.project, run_id=f"run_{n}") for n in range(4)]
    found = {}
    threads = [
        threading.Thread(target=lambda one: found.update({one.run_id: one.have(config)}), args=[one])
        for one in wishes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(found) == 4
    assert len({ready.image_id for ready in found.values()}) == 1
    assert sum("builds its environment: makes an image of it" in one.steps for one in wishes) == 1


def test_canceled(docker_engine, wish, wheelhouse):
    """The container is gone at once; the next one begins anew."""
    make_slow_source(wheelhouse.place)
    config = config_of(docker_engine.base, *wheelhouse.options, "slow")
    wish.cancel_when(lambda: b"resolving" in wish.log)
    with pytest.raises(BuildCanceled):
        wish.have(config)
    wish.wait_until_clean()
    assert [one.is_whole for one in list_built(wish.home)] == [False]


def test_the_builder_is_killed(docker_engine, wish, wheelhouse):
    """Nobody listens to its container any more: it ends by itself, and the next one may build."""
    make_slow_source(wheelhouse.place)
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.executors.docker.test_image_layer import config_of, Wish\n"
        f"config = config_of({docker_engine.base!r}, *{wheelhouse.options!r}, 'slow')\n"
        f"Wish({docker_engine.host!r}, {wish.home.root!r}, Path({str(wish.project)!r})).have(config)\n"
    )
    builder = subprocess.Popen([sys.executable, "-c", code])
    try:
        until(lambda: any(_is_building(one) for one in wish.containers()))
    finally:
        builder.send_signal(signal.SIGKILL)
        builder.wait()
    wish.wait_until_clean()


def test_the_engine_lost_it(docker_engine, wish, wheelhouse):
    """It is built again from the lock that it had, though there are newer versions now."""
    config = config_of(docker_engine.base, *wheelhouse.options, "alpha>=1.5")
    first = wish.have(config)
    docker_engine.client.images.remove(first.lock["image"]["tag"], force=True)
    wheelhouse.add("alpha", "3.0")
    second = wish.have(config)
    assert second.lock["lock"] == first.lock["lock"]
    assert in_image(docker_engine, second, "import alpha; print(alpha.VERSION)") == "2.0\n"


def test_another_home(docker_engine, wish, wheelhouse, tmp_path):
    """What the engine has already is taken over, with what it says of itself."""
    config = config_of(docker_engine.base, *wheelhouse.options, "beta")
    first = wish.have(config)
    other = Wish(docker_engine.host, tmp_path / "other", wish.project)
    assert other.have(config) == first
    assert other.log == b""
    facts = find_built(other.home, first.lock["name"]).facts
    assert facts["packages"] == {"alpha": "1.0", "beta": "1.0"}
    assert facts["definition"]["options"] == sorted(wheelhouse.options)


def test_a_lock_of_another_run(docker_engine, wish, wheelhouse):
    """A repeated run has the very versions that its lock names."""
    config = config_of(docker_engine.base, *wheelhouse.options, "alpha")
    newest = wish.have(config)
    old = newest.lock["lock"]
    assert newest.lock["packages"] == {"alpha": "2.0"}
    wheelhouse.add("alpha", "4.0")
    docker_engine.client.images.remove(newest.lock["image"]["tag"], force=True)
    os.unlink(f"{wish.home.environments}/{newest.lock['name']}/environment.json")
    wanted = {
        "image": {"base": docker_engine.base},
        "definition": newest.lock["definition"],
        "asked": {},
        "uv": _uv(),
        "lock": old,
    }
    assert wish.have_wanted(json.loads(json.dumps(wanted))).lock["packages"] == {"alpha": "2.0"}


def _is_building(container):
    return container["State"] == "running" and container["Names"][0].startswith("/runcfg-builds")


def _uv():
    import uv

    return uv.find_uv_bin()


@pytest.fixture
def relay(docker_engine):
    made = Relay(docker_engine.socket)
    yield made
    made.close()


def test_an_engine_far_away(docker_engine, relay, wish, wheelhouse):
    """It sees none of our files: wheels of this machine travel to it, and are not in the image."""
    far = Wish(relay.host, wish.home.root, wish.project)
    ready = far.have(config_of(docker_engine.base, *wheelhouse.options, "alpha==1"))
    assert in_image(docker_engine, ready, "import alpha; print(alpha.VERSION)") == "1.0\n"
    assert in_image(docker_engine, ready, "import os; print(os.listdir('/opt/runcfg/build'))") == "[]\n"
    far.wait_until_clean()


def test_the_engine_goes_in_the_middle(docker_engine, relay, wish, wheelhouse):
    """One clear error; once it is there again, nothing of the build is left in it."""
    make_slow_source(wheelhouse.place)
    far = Wish(relay.host, wish.home.root, wish.project)
    far.when(lambda: b"resolving" in far.log, relay.cut)
    with pytest.raises(BuildFailed) as caught:
        far.have(config_of(docker_engine.base, *wheelhouse.options, "slow"))
    assert caught.value.error["type"] == "EngineGone"
    assert caught.value.error["message"].startswith("the Docker engine cannot be reached")
    wish.wait_until_clean()
