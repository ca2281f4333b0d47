"""Compute targets of files: found, written, and told where they are wrong."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_runcfg.errors import ConfigError, TargetError
from jupyter_runcfg.submission.target import (
    Target,
    add_target,
    find_target,
    list_targets,
    project_file,
    remove_target,
    user_file,
)

from ..project import project

__all__ = ["project"]


def test_the_built_in_ones_are_always_there(project):
    """Without any file there are `local` and `docker`, of the executors of those names."""
    assert list_targets(project.directory) == {name: Target(name, name) for name in ("local", "docker")}
    assert find_target("local", project.directory).executor == "local"


def test_the_projects_targets_win(project, runcfg_home):
    """A target of the project stands before the user's of the same name; `local` cannot be replaced."""
    runcfg_home.mkdir()
    user_file().write_text("old: {executor: local, python: python3.10}\nmine: {executor: local}\n")
    project.write(".azureml/targets.yaml", "old:\n  executor: local\nlocal: {executor: other}\n")
    found = list_targets(project.directory)
    assert list(found) == ["local", "docker", "old", "mine"]
    assert (found["old"].options, found["old"].line) == ({}, 1)
    assert found["local"].executor == "local"


def test_comments_stay_when_a_target_is_added_and_removed(project):
    """The file is the person's: what they wrote around a target is there afterwards."""
    file = project.write(".azureml/targets.yaml", "# ours\nold:  # the old one\n  executor: local\n")
    assert add_target(Target("new", "local", {"python": "python3"}), file) is False
    assert file.read_text() == (
        "# ours\nold:  # the old one\n  executor: local\nnew:\n  executor: local\n  python: python3\n"
    )
    assert add_target(Target("new", "local"), file) is True
    assert remove_target("new", project.directory) == str(file)
    assert file.read_text() == "# ours\nold:  # the old one\n  executor: local\n"


def test_many_are_added_at_once(project):
    """Of targets that several processes add or remove at the same time none is lost, nor any that stays."""
    file = user_file()
    file.parent.mkdir()
    names = [f"box{number}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: add_target(Target(name, "local"), file), names))
        assert sorted(list_targets(project.directory)) == sorted([*names, "local", "docker"])
        list(pool.map(lambda name: remove_target(name, project.directory), names[1:]))
    assert list(list_targets(project.directory)) == ["local", "docker", "box0"]


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        (Target("cluster", "slurm"), TargetError, "no executor 'slurm' in this version"),
        (Target("box", "local", {"pyhton": "x"}), TargetError, "has no option 'pyhton'"),
        (Target("local", "local"), ConfigError, "'local' is built in"),
        (Target("a b", "local"), ConfigError, "'a b' cannot name a target"),
        (Target("../x", "local"), ConfigError, "'../x' cannot name a target"),
    ],
)
def test_what_cannot_be_added(project, target, error, message):
    """One error that says what would be right; no file is written."""
    with pytest.raises(error, match=message) as caught:
        add_target(target, project_file(project.directory))
    assert caught.value.hint
    assert not project_file(project.directory).exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("old: [", "missing"),
        ("- old", "this is no list of targets"),
        ("a: {executor: local}\nold: {python: x}", "a target names its executor"),
        ("old: local", "a target names its executor"),
        ("\t", "a tab stands"),
    ],
)
def test_a_file_that_cannot_be_read(project, text, message):
    """It is told with its name; the built-in target works all the same."""
    (project.directory / ".azureml").mkdir()
    (project.directory / ".azureml" / "targets.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        find_target("old", project.directory)
    assert message in caught.value.message
    assert "targets.yaml" in caught.value.where
    assert find_target("local", project.directory).name == "local"


def test_a_target_that_is_wrong_is_told_when_it_is_used(project):
    """Others of the same file work; the place of the wrong one is named."""
    project.write(".azureml/targets.yaml", "good: {executor: local}\ncluster: {executor: slrum}\n")
    assert find_target("good", project.directory).executor == "local"
    with pytest.raises(TargetError, match="no executor 'slrum'") as caught:
        find_target("cluster", project.directory)
    assert caught.value.where.endswith("targets.yaml:2")


def test_an_unknown_target_names_the_others(project):
    """And the line that would make it."""
    project.write(".azureml/targets.yaml", "gpu-box: {executor: local}\n")
    with pytest.raises(TargetError, match="no compute target named 'gpubox'") as caught:
        find_target("gpubox", project.directory)
    assert caught.value.hint == (
        "did you mean 'gpu-box'? there is 'local', 'docker', 'gpu-box'; "
        "`targets add gpubox EXECUTOR` makes one"
    )


def test_removing_what_is_not_there(project):
    """Neither a built-in target nor one of no file."""
    for name, message in (("local", "is built in"), ("x", "is no compute target")):
        with pytest.raises(ConfigError, match=message):
            remove_target(name, project.directory)
