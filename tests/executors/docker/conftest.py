"""Fixtures: the engine of the session, and runs in its containers."""

import json

import pytest

from jupyter_runcfg import RunConfiguration, submit
from jupyter_runcfg.run.submitting import submit_words
from jupyter_runcfg.submission import Submission

from ...engines.docker import docker_engine, docker_host
from ...runtime.job import until
from .run import Runs

__all__ = ["docker_engine", "docker_host"]


@pytest.fixture
def runs(docker_engine, project, runcfg_home):
    """runs.start(script, …): a run on the target `box`; afterwards nothing of the home is at the engine."""
    facts = {"executor": "docker", "host": docker_engine.host, "image": docker_engine.base}
    runcfg_home.mkdir(exist_ok=True)
    (runcfg_home / "targets.yaml").write_text(json.dumps({"box": facts}))

    def start(script, **settings):
        project.write("train.py", script)
        config = RunConfiguration(script="train.py", target="box")
        asked = settings.pop("settings", {}).items()
        config.set_all([(key, said if isinstance(said, str) else json.dumps(said)) for key, said in asked])
        if "secrets" in settings:
            return submit_words(Submission(config, **settings))
        return submit(config, **settings)

    found = Runs(docker_engine, runcfg_home, start)
    yield found
    until(lambda: docker_engine.containers(runcfg_home) == [], "the engine to have no container of ours")
    until(lambda: docker_engine.networks(runcfg_home) == [], "the engine to have no network of ours")
