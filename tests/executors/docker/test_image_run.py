"""Runs whose image is made first: from what a configuration asks for to what the record keeps."""

import json
import sys
from argparse import Namespace
from pathlib import Path

import docker
import pytest

from jupyter_runcfg.environments.store import find_built, list_built
from jupyter_runcfg.errors import ConfigError, TargetError
from jupyter_runcfg.executors.docker import known
from jupyter_runcfg.run import Run
from jupyter_runcfg.run.rerun import Change
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.snapshot.value import size_text
from jupyter_runcfg.submission.rerun import rerun
from jupyter_runcfg.verbs import env

from ...environments.wheelhouse import wheelhouse
from ...runtime.job import until
from .prepared import make_slow_source
from .run import ended, error_of

__all__ = ["wheelhouse"]
pytestmark = pytest.mark.engine("docker")
SCRIPT = "import alpha, sys; print(alpha.VERSION, sys.prefix)\n"


def packages(*pip):
    return {"environment.python.condaDependencies": {"dependencies": [{"pip": list(pip)}]}}


def prefix_of(run):
    return f"/opt/runcfg/environments/{atomic.read_json(run.paths.attempt(1).lock)['name']}/prefix"


def causes(run):
    texts = [path.read_text() for path in Path(run.paths.events).glob("*.jsonl")]
    events = [json.loads(line) for text in texts for line in text.splitlines()]
    return [event["cause"] for event in events if event["kind"] == "status" and event.get("cause")]


def test_packages_upon_the_image(runs, wheelhouse, docker_engine):
    """Built while it is Preparing, its log before the script's; the next run only starts a container."""
    settings = packages(*wheelhouse.options, "alpha<2")
    first = runs.start(SCRIPT, settings=settings)
    assert ended(first) == ("Completed", 0, "")
    lines = first.logs().splitlines()
    assert lines[-1] == f"1.0 {prefix_of(first)}"
    assert "── installing 1 package" in lines
    assert "builds its environment: installing 1 package" in causes(first)
    assert "installing 1 package" in Path(first.paths.environment_log).read_text()
    second = runs.start(SCRIPT, settings=settings)
    assert ended(second) == ("Completed", 0, "")
    assert second.logs() == f"1.0 {prefix_of(first)}\n"
    assert causes(second) == ["starts its container"]
    locks = [atomic.read_json(run.paths.attempt(1).lock) for run in (first, second)]
    assert locks[0] == locks[1]
    assert locks[0]["image"]["base"] == docker_engine.base
    assert first.sent.count(f"image {docker_engine.base} with 1 package") == 1


def test_a_rerun(runs, wheelhouse, docker_engine):
    """The same versions and the same base, though the image of that name is another one now."""
    name = "runcfg-test/moving:latest"
    docker_engine.client.api.tag(docker_engine.base, *name.split(":"))
    try:
        settings = {**packages(*wheelhouse.options, "alpha"), "environment.docker.baseImage": name}
        first = runs.start(SCRIPT, settings=settings)
        assert ended(first)[0] == "Completed", first.logs()
        docker_engine.client.api.tag(docker_engine.bare, *name.split(":"))
        wheelhouse.add("alpha", "3.0")
        again = Run(None, rerun(first.paths, Change()).run_id)
        assert ended(again) == ("Completed", 0, ""), again.logs()
        assert again.logs() == f"2.0 {prefix_of(first)}\n"
        assert again.paths.attempt(1).lock
    finally:
        docker_engine.client.images.remove(name, force=True)


def test_what_cannot_be_installed(runs, wheelhouse):
    """The run fails in the resolver's words with the line that asked; the script never runs."""
    run = runs.start("print('ran')", settings=packages(*wheelhouse.options, "alpha==9"))
    assert ended(run)[0] == "Failed"
    error = error_of(run)
    assert error["type"] == "Unsolvable"
    assert "alpha==9" in error["message"]
    assert "ran" not in run.logs().splitlines()


def test_canceled_while_it_is_built(runs, wheelhouse):
    """The run is Canceled, and the container of the build is gone with it."""
    make_slow_source(wheelhouse.place)
    run = runs.start("print('ran')", settings=packages(*wheelhouse.options, "slow"))
    until(lambda: any("resolving" in cause for cause in causes(run)))
    run.cancel()
    assert ended(run)[0] == "Canceled"
    [built] = list_built(Home(str(runs.home)))
    assert not built.is_whole


def test_env_knows_it(runs, wheelhouse, docker_engine):
    """Listed and shown with its image; removed with it, but not while a container needs it."""
    run = runs.start(SCRIPT, settings=packages(*wheelhouse.options, "beta"))
    assert ended(run)[0] == "Completed", run.logs()
    name = atomic.read_json(run.paths.attempt(1).lock)["name"]
    tag = f"runcfg-environment:{name}"
    [row] = env.list_them().rows
    assert row[:3] == (name, "{}.{}".format(*sys.version_info), "beta")
    shown = env.text_of(find_built(Home(str(runs.home)), name))
    assert f"image   {tag}, upon {docker_engine.base}, at {docker_engine.host}" in shown
    holder = docker_engine.client.containers.create(tag, ["true"])
    options = Namespace(names=[name], older=None)
    with pytest.raises(TargetError, match=f"a container needs the image '{tag}'"):
        env.removed(options)
    holder.remove()
    assert [one.name for one in env.removed(options)] == [name]
    assert list_built(Home(str(runs.home))) == []
    assert docker_engine.client.api.images(tag) == []


def test_env_knows_an_image_of_a_dockerfile(runs, docker_engine, project):
    """Listed with its size at the engine, shown, kept while a run needs it; removed with all it left."""
    home = Home(str(runs.home))
    project.write("Dockerfile", f"FROM {docker_engine.base}\nRUN echo listed\n")
    settings = {"environment.docker.baseDockerfile": "Dockerfile"}
    run = runs.start("import time; print('up', flush=True); time.sleep(1000)", word="up", settings=settings)
    [built] = list_built(home)
    tag = f"runcfg-image:{built.name}"
    image = docker_engine.client.images.get(tag)
    assert built.size_bytes == image.attrs["Size"]
    [row] = env.list_them().rows
    assert row[:3] == (built.name, "{}.{}.{}".format(*sys.version_info), "image of Dockerfile")
    assert env.list_them().note == f"{size_text(built.size_bytes)} in images"
    options = Namespace(names=[built.name], older=None)
    with pytest.raises(ConfigError, match=f"run {run.label} needs the environment '{built.name}'"):
        env.removed(options)
    run.cancel()
    assert ended(run)[0] == "Canceled"
    again = Run(None, rerun(run.paths, Change()).run_id)
    until(lambda: "up" in again.logs())
    with pytest.raises(ConfigError, match=f"run {again.label} needs the environment '{built.name}'"):
        env.removed(options)
    again.cancel()
    assert ended(again)[0] == "Canceled"
    shown = env.text_of(find_built(home, built.name))
    assert "  of      Dockerfile\n" in shown
    assert f"  image   {tag}, at {docker_engine.host}\n  runs    {run.label}, {again.label}" in shown
    assert [one.name for one in env.removed(options)] == [built.name]
    left = [Path(known.bytecode(home, image.id)), Path(known.python_file(home, image.id))]
    assert ([path.exists() for path in left], list_built(home)) == ([False, False], [])
    with pytest.raises(docker.errors.ImageNotFound):
        docker_engine.client.images.get(tag)


def test_an_image_from_a_dockerfile(runs, docker_engine, project):
    """Built while it is Preparing, from a file beside the script; a name with python3 alone is enough."""
    rename = "RUN mkdir /only && ln -s /usr/local/bin/python3 /only/python3"
    text = f"FROM {docker_engine.base}\n{rename}\nENV PATH=/only:/usr/bin SAID=built\n# for {runs.home}\n"
    project.write("Dockerfile", text)
    settings = {"environment.docker.baseDockerfile": "Dockerfile"}
    run = runs.start("import os; print(os.environ['SAID'])", settings=settings)
    assert ended(run) == ("Completed", 0, ""), (run.logs(), Path(run.paths.runtime_log).read_text())
    assert run.logs().splitlines()[-1] == "built"
    assert "Step 1/" in run.logs()
