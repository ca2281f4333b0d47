"""Which executors there are."""

import pytest

from jupyter_runcfg.errors import TargetError
from jupyter_runcfg.executors import BUILT_IN_TARGETS, get_executor
from jupyter_runcfg.executors.local import LocalExecutor
from jupyter_runcfg.executors.registry import EXECUTORS
from jupyter_runcfg.runtime.paths import Home

VERBS = ("prepare", "launch", "poll", "cancel", "find")


@pytest.mark.parametrize("name", EXECUTORS)
def test_every_row_has_its_executor(name, tmp_path):
    """Each can be loaded, and has the five verbs."""
    executor = get_executor(name, Home(str(tmp_path)))
    assert [verb for verb in VERBS if not callable(getattr(executor, verb, None))] == []
    assert set(BUILT_IN_TARGETS) <= set(EXECUTORS)


def test_local(tmp_path):
    """`local` is this machine."""
    assert type(get_executor("local", Home(str(tmp_path)))) is LocalExecutor


@pytest.mark.parametrize(("target", "near"), [("locla", "did you mean 'local'? "), ("gpu-cluster", "")])
def test_an_unknown_target(target, near, tmp_path):
    """The error names it, what is near, and what there is."""
    with pytest.raises(TargetError) as caught:
        get_executor(target, Home(str(tmp_path)))
    assert (caught.value.message, caught.value.hint) == (
        f"no compute target named '{target}'",
        f"{near}there is 'local', 'docker'",
    )
