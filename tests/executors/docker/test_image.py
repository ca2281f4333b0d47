"""The image that a configuration names: there already, or an error that says what is wrong."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration
from jupyter_runcfg.executors.docker import known
from jupyter_runcfg.runtime.environment.build import BuildCanceled, BuildFailed

from ...runtime.job import until
from .prepared import wish
from .registry import registry

__all__ = ["registry", "wish"]
pytestmark = pytest.mark.engine("docker")


def config_of(image, **registry_of):
    made = RunConfiguration(script="train.py")
    made.environment.docker.base_image = image
    for key, value in registry_of.items():
        setattr(made.environment.docker.base_image_registry, key, value)
    return made


def refused(wish, config):
    with pytest.raises(BuildFailed) as caught:
        wish.have(config)
    wish.wait_until_clean()
    return caught.value.error


def test_one_that_is_there(docker_engine, wish):
    """It is not pulled; its Python is asked once, in a container that is gone after it."""
    ready = wish.have(config_of(docker_engine.base))
    assert ready.image_id == docker_engine.client.images.get(docker_engine.base).id
    assert ready.python == "/usr/local/bin/python3"
    image = {"id": ready.image_id, "base": docker_engine.base, "base_id": ready.image_id}
    assert ready.lock == {"image": image}
    assert (wish.steps, wish.log) == ([], b"")
    wish.wait_until_clean()
    docker_engine.client.api.tag(docker_engine.base, "runcfg-test/again", "1")
    assert wish.have(config_of("runcfg-test/again:1")).image_id == ready.image_id


def test_without_python(docker_engine, wish):
    """Said before anything runs, with what to do."""
    assert refused(wish, config_of(docker_engine.bare)) == {
        "type": "NoPython",
        "message": f"the image '{docker_engine.bare}' has no Python, which a run is started by",
        "hint": "name one that has it (`environment.docker.baseImage=python:3.13-slim`), or add Python "
        ">= 3.6 to it: `RUN apt-get update && apt-get install -y python3`",
    }


def for_arm(image):
    """The tar of an image that says it is for another processor, as `runcfg-test/other:1`."""
    out = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(b"".join(image.save()))) as had,
        tarfile.open(fileobj=out, mode="w") as made,
    ):
        for member in had:
            data = had.extractfile(member).read() if member.isfile() else b""
            if member.name == "manifest.json":
                [said] = json.loads(data)
                data = json.dumps([{**said, "RepoTags": ["runcfg-test/other:1"]}]).encode()
            elif member.name.endswith(".json"):
                data = data.replace(b'"architecture":"amd64"', b'"architecture":"arm64"')
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    return out.getvalue()


def test_for_another_processor(docker_engine, wish):
    """Said so, whether its name asks for it or it is what the engine has; the same name is no advice."""
    config = config_of(docker_engine.base)
    config.environment.docker.platform.architecture = "arm64"
    error = refused(wish, config)
    assert f"the image '{docker_engine.base}' " not in error["hint"]
    assert "and the image is here for linux/amd64 only: " in error["message"]
    docker_engine.client.images.load(for_arm(docker_engine.client.images.get(docker_engine.bare)))
    error = refused(wish, config_of("runcfg-test/other:1"))
    assert (error["type"], error["message"]) == (
        "OtherProcessor",
        "the image 'runcfg-test/other:1' is for linux/arm64, and the engine's machine is linux/amd64",
    )


def test_what_is_remembered_goes_with_it(docker_engine, wish):
    """Its Python and what that has compiled are forgotten once the engine has another in its place."""
    client = docker_engine.client
    ids = []
    for number in range(2):
        made = client.containers.create(docker_engine.base, ["true"], labels={"number": str(number)})
        ids.append(made.commit("runcfg-test/moving", "1", changes=f"LABEL number={number}").id)
        made.remove()
        wish.have(config_of("runcfg-test/moving:1"))
        wish.wait_until_clean()
        place = Path(known.bytecode(wish.home, ids[number]))
        place.mkdir()
        if number == 0:
            client.images.remove("runcfg-test/moving:1")
    kept = [Path(known.python_file(wish.home, one)).exists() for one in ids]
    assert (kept, Path(known.bytecode(wish.home, ids[0])).exists(), place.exists()) == (
        [False, True],
        False,
        True,
    )
    client.images.remove("runcfg-test/moving:1")


def test_one_that_is_nowhere(docker_engine, wish):
    """Without a network too: the nearest one that is here is named."""
    error = refused(wish, config_of(docker_engine.base + "1"))
    assert error["type"] == "NoNetwork"
    assert error["hint"].startswith(f"did you mean '{docker_engine.base}'? ")
    assert refused(wish, config_of("Upper:1"))["type"] == "UnknownImage"


def test_pulled(docker_engine, wish, registry):
    """With the password of the configuration, which is in nothing that is told or kept."""
    name = registry.add("team/train", "1", docker_engine.base)
    config = config_of("team/train:1", address=registry.address, username="ada", password="geheim-1815")
    ready = wish.have(config)
    assert ready.image_id == docker_engine.client.images.get(name).id
    assert wish.steps[0] == f"pulls its image {name}"
    assert f"── pulling {name}" in wish.log.decode()
    assert "geheim" not in wish.log.decode() + str(wish.steps) + str(ready)
    docker_engine.client.images.remove(name, force=True)


def test_wrong_password(docker_engine, wish, registry):
    """One clear error, which does not have the password."""
    name = registry.add("team/secret", "1", docker_engine.base)
    config = config_of(name, address=registry.address, username="ada", password="falsch-1815")
    error = refused(wish, config)
    assert error["type"] == "NoAccess"
    assert error["message"].startswith(f"the registry refused: '{name}'")
    assert f"`docker login {registry.address}`" in error["hint"]
    assert "falsch" not in str(error) + wish.log.decode()


def test_signed_in_by_docker(docker_engine, wish, registry, monkeypatch, tmp_path):
    """What `docker login` keeps is used where the configuration has no password."""
    name = registry.add("team/login", "1", docker_engine.base)
    monkeypatch.setenv("DOCKER_CONFIG", str(registry.sign_in(tmp_path, "ada", "geheim-1815")))
    assert wish.have(config_of(name)).image_id == docker_engine.client.images.get(name).id
    docker_engine.client.images.remove(name, force=True)


def test_sign_ins_that_cannot_be_read(docker_engine, wish, registry, monkeypatch, tmp_path):
    """A helper that is not on PATH is told; an image that needs no sign-in is had all the same."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    (tmp_path / "config.json").write_text('{"credsStore": "not-there"}')
    error = refused(wish, config_of("localhost:1/x:1"))
    assert error["type"] == "NoNetwork"
    assert b"the sign-ins that Docker keeps cannot be read" in wish.log
    made = RunConfiguration(script="train.py")
    made.environment.docker.base_dockerfile = f"FROM {docker_engine.base}\nRUN echo no sign-in\n"
    assert wish.have(made).image_id


def test_unknown_to_its_registry(docker_engine, wish, registry):
    """An image that a registry does not have is told from one that may not be had."""
    config = config_of("team/nothing:7", address=registry.address, username="ada", password="geheim-1815")
    assert refused(wish, config)["type"] == "UnknownImage"


def test_canceled_while_it_is_pulled(docker_engine, wish, registry):
    """The engine is told no more, at once."""
    name = registry.add("team/slow", "1", docker_engine.base, slow=True)
    config = config_of(name, address=registry.address, username="ada", password="geheim-1815")
    wish.cancel_when(lambda: registry.is_asked("team/slow"))
    with pytest.raises(BuildCanceled):
        wish.have(config)
    until(lambda: registry.is_left("team/slow"))
