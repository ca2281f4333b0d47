"""Proxies, as Docker's own program takes them from its configuration."""

import json

import pytest

from jupyter_runcfg.executors.docker import proxies

from .run import ended

HOST = "unix:///var/run/docker.sock"


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path / "config.json"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{}", {}),
        ("no json", {}),
        ('{"proxies": []}', {}),
        ('{"proxies": {"default": {"httpProxy": 3}}}', {}),
        (
            '{"proxies": {"default": {"httpProxy": "http://p:1", "noProxy": "a"}}}',
            {"http_proxy": "http://p:1", "HTTP_PROXY": "http://p:1", "no_proxy": "a", "NO_PROXY": "a"},
        ),
        (
            '{"proxies": {"default": {"httpsProxy": "a"}, "%s": {"httpsProxy": "b"}}}' % HOST,  # noqa: UP031
            {"https_proxy": "b", "HTTPS_PROXY": "b"},
        ),
    ],
)
def test_what_the_configuration_says(config, text, found):
    """In both spellings; an engine's own win, what makes no sense is none."""
    assert proxies.of_person(HOST) == {}
    config.write_text(text)
    assert proxies.of_person(HOST) == found


@pytest.mark.engine("docker")
def test_a_run_and_a_build(config, runs, docker_engine):
    """Both have them; the image that is built keeps none."""
    config.write_text(json.dumps({"proxies": {"default": {"httpProxy": "http://proxy.test:1"}}}))
    text = f"FROM {docker_engine.base}\nRUN echo {runs.home} built with $http_proxy\n"
    run = runs.start(
        "import os; print('runs with', os.environ['HTTP_PROXY'])",
        settings={"environment.docker.baseDockerfile": text},
    )
    assert ended(run) == ("Completed", 0, ""), run.logs()
    assert f"{runs.home} built with http://proxy.test:1\n" in run.logs()
    assert run.logs().endswith("runs with http://proxy.test:1\n")
    [image] = docker_engine.client.images.list("runcfg-image", filters={"label": f"runcfg.home={runs.home}"})
    assert "proxy.test" not in json.dumps(image.attrs)
