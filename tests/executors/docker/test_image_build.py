"""Images from a Dockerfile or a build context: built by the engine, once for the same files."""

import os
import subprocess

import pytest

from jupyter_runcfg import RunConfiguration
from jupyter_runcfg.config import DockerBuildContext
from jupyter_runcfg.executors.docker.image_dockerfile import instructions, line_of_step
from jupyter_runcfg.runtime.environment.build import BuildCanceled, BuildFailed

from ...runtime.job import until
from .prepared import Wish, printed, wish

__all__ = ["wish"]

engine = pytest.mark.engine("docker")


def of_dockerfile(text):
    made = RunConfiguration(script="train.py")
    made.environment.docker.base_dockerfile = text
    return made


def of_context(location, dockerfile="Dockerfile", kind=None):
    made = RunConfiguration(script="train.py")
    made.environment.docker.build_context = DockerBuildContext(kind, location, dockerfile)
    return made


def refused(wish, config):
    with pytest.raises(BuildFailed) as caught:
        wish.have(config)
    return caught.value.error


@engine
def test_dockerfile(docker_engine, wish):
    """Its steps are told and its output shown; the second time there is nothing to do."""
    config = of_dockerfile(f"FROM {docker_engine.base}\nRUN echo built-$((6 * 7)) | tee /said\n")
    first = wish.have(config)
    assert printed(docker_engine, first, "cat", "/said") == "built-42\n"
    assert wish.steps == [
        "builds its image",
        f"builds its image: step 1 of 2: FROM {docker_engine.base}",
        "builds its image: step 2 of 2: RUN echo built-$((6 * 7)) | tee /said",
    ]
    assert b"\nbuilt-42\n" in wish.log
    again = Wish(docker_engine.host, wish.home.root, wish.project)
    assert again.have(config) == first
    assert (again.steps, again.log) == ([], b"")
    wish.wait_until_clean()


@engine
def test_dockerfile_of_a_path(docker_engine, wish):
    """A path is meant from the source directory; the text is what counts."""
    (wish.project / "docker").mkdir()
    text = f"FROM {docker_engine.base}\nRUN true path\n"
    (wish.project / "docker" / "Dockerfile.gpu").write_text(text)
    by_path = wish.have(of_dockerfile("docker/Dockerfile.gpu"))
    assert wish.have(of_dockerfile(text)).image_id == by_path.image_id


@engine
def test_a_step_that_fails(docker_engine, wish):
    """What it printed last, its exit code, and the line it begins in."""
    step = "RUN echo first && \\\n  # why\n  echo second && exit 7\n"
    text = f"# mine\nARG N=1\nFROM {docker_engine.base}\n\n{step}"
    error = refused(wish, of_dockerfile(text))
    log = error.pop("hint").removeprefix("the whole log: ")
    assert error == {
        "type": "ImageBuildFailed",
        "message": "step 3 of 3 failed, `RUN echo first && echo second && exit 7`: "
        "first / second / exit code 7",
        "where": "Dockerfile:5",
    }
    with open(log, encoding="utf-8") as stream:
        assert "second" in stream.read()
    wish.wait_until_clean()


@engine
@pytest.mark.parametrize(
    ("text", "kind", "where"),
    [
        ("FROM {base}\nFOO bar\n", "ImageBuildFailed", "Dockerfile:2"),
        ("RUN echo no\nRUN echo one\n", "ImageBuildFailed", "Dockerfile"),
        ("FROM runcfg-test/pythom:base\nRUN true\n", "NoNetwork", "Dockerfile:1"),
    ],
)
def test_what_is_no_dockerfile(docker_engine, wish, text, kind, where):
    """An unknown instruction, no image to start from, one that is nowhere: each by its line."""
    error = refused(wish, of_dockerfile(text.format(base=docker_engine.base)))
    assert (error["type"], error["where"]) == (kind, where)


@engine
def test_what_only_buildkit_can(docker_engine, wish):
    """The engine's interface builds without it; what to do in its place."""
    text = f"FROM {docker_engine.base}\nRUN --mount=type=cache,target=/c true\n"
    error = refused(wish, of_dockerfile(text))
    assert "requires BuildKit" in error["message"]
    assert error["hint"].startswith("build it yourself, `docker build --tag NAME .`")


@engine
def test_canceled_in_a_step(docker_engine, wish):
    """The engine ends the step, and leaves no container of it."""
    wish.cancel_when(lambda: b"has begun" in wish.log)
    with pytest.raises(BuildCanceled):
        wish.have(of_dockerfile(f"FROM {docker_engine.base}\nRUN echo has begun; sleep 600\n"))
    running = docker_engine.client.api.containers
    until(lambda: not [one for one in running() if "sleep 600" in one["Command"]], "the end of the step")


@engine
def test_context_of_a_directory(docker_engine, wish):
    """What its .dockerignore names stays out; a changed file is another image, a touched one is the same."""
    place = wish.project / "image"
    (place / "sub").mkdir(parents=True)
    (place / "Dockerfile").write_text(f"FROM {docker_engine.base}\nCOPY . /here\n")
    (place / ".dockerignore").write_text("# not these\n*.csv\n!kept.csv\n")
    for name in ("big.csv", "kept.csv", "sub/code.py"):
        (place / name).write_text(name)
    os.symlink("kept.csv", place / "link")
    first = wish.have(of_context("image"))
    listed = printed(docker_engine, first, "sh", "-c", "cd /here; find . | sort")
    assert listed.split() == [
        ".",
        "./.dockerignore",
        "./Dockerfile",
        "./kept.csv",
        "./link",
        "./sub",
        "./sub/code.py",
    ]
    os.utime(place / "kept.csv", (1, 1))
    assert wish.have(of_context("image")).image_id == first.image_id
    (place / "kept.csv").write_text("other")
    assert wish.have(of_context("image")).image_id != first.image_id


@engine
def test_context_of_git(docker_engine, wish):
    """A branch and a directory of a repository, as Docker writes them; a wrong one by git's own words."""
    place = wish.project / "repository"
    (place / "train").mkdir(parents=True)
    (place / "train" / "Dockerfile").write_text(f"FROM {docker_engine.base}\nCOPY note /note\n")
    (place / "train" / "note").write_text("from git\n")
    _git(place, "init", "--quiet", "--initial-branch=main")
    _git(place, "add", "--all")
    _git(place, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message=first")
    _git(place, "branch", "next")
    url = f"file://{place}"
    ready = wish.have(of_context(f"{url}#next:train", kind="git"))
    assert printed(docker_engine, ready, "cat", "/note") == "from git\n"
    (place / "Dockerfile").write_text(f"FROM {docker_engine.base}\nCOPY . /all\n")
    _git(place, "add", "--all")
    _git(place, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message=second")
    whole = wish.have(of_context(f"{url}#main", kind="git"))
    assert printed(docker_engine, whole, "sh", "-c", "ls -A /all | sort") == "Dockerfile\ntrain\n"
    beside = wish.have(of_context(str(place)))
    assert ".git\n" in printed(docker_engine, beside, "sh", "-c", "ls -A /all")
    error = refused(wish, of_context(f"{url}#none:train", kind="git"))
    assert error["type"] == "NoBuildContext"
    assert "couldn't find remote ref none" in error["message"]
    error = refused(wish, of_context(f"{url}#main:../..", kind="git"))
    assert error["message"] == f"no directory '../..' in {url}"


def _git(directory, *words):
    subprocess.run(["git", *words], cwd=directory, check=True, capture_output=True)


def test_lines_of_steps():
    """Instructions go on over lines, where comments and empty lines do not count; the escape may be set."""
    text = "# c\nARG a\n\nFROM x\nRUN a \\\n# c\n\n  && b\nRUN c\n"
    assert instructions(text) == [2, 4, 5, 9]
    assert [line_of_step(text, number) for number in (1, 4, 5, 0)] == [2, 9, 0, 0]
    assert instructions("# escape=`\nRUN a `\n b\nRUN c\\\nRUN d\n") == [2, 4, 5]
