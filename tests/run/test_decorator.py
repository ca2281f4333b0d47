"""Functions whose calls are runs."""

import pytest

import jupyter_runcfg
from jupyter_runcfg import RunConfiguration, remote
from jupyter_runcfg.errors import ConfigError, RunFailedError, UserErrorException

from ..project import project

__all__ = ["project"]
FACTOR = 3


def test_a_call_is_a_run(project):
    """It returns at once with a Run; the function has its arguments and the globals that it reads."""

    @remote(name="fit", tags={"a": 1}, experiment="e")
    def fit(a, b=2):
        """Fits."""
        print("in the job")
        return a * b * FACTOR

    run = fit(5, b=4)
    assert isinstance(run, jupyter_runcfg.Run)
    assert (run.result(), run.logs()) == (60, "in the job\n")
    assert (run.request["script"], run.display_name, run.tags) == ("fit(5, b=4)", "fit", {"a": "1"})
    assert (fit.__name__, fit.__doc__, run.label) == ("fit", "Fits.", "e/1")


def test_without_brackets_and_nothing_to_send(project):
    """`@remote` alone; a function may return nothing."""

    @remote
    def nothing():
        pass

    assert nothing().result() is None


def test_names_that_only_its_text_reads(project):
    """`with_` gives what no look at the code can find, by name or with a value."""

    @remote(with_={"zed": 9})
    def read():
        return eval("zed")

    @remote(with_=["FACTOR"])
    def by_name():
        return globals()["FACTOR"]

    assert (read().result(), by_name().result()) == (9, 3)
    with pytest.raises(UserErrorException, match="no variable 'FACTORY'"):
        remote(lambda: 1, with_=["FACTORY"])()


def test_settings_and_configuration(project):
    """Options are settings of the run; the configuration stays as it is."""
    config = RunConfiguration(environment_variables={"A": "1"}, script="train.py")

    @remote(config=config, settings={"environmentVariables.B": "2"}, timeout_s=60)
    def read():
        import os

        return os.environ["A"] + os.environ["B"]

    run = read()
    assert (run.result(), run.request["time_limit_s"]) == ("12", 60)
    assert config.script == "train.py"
    with pytest.raises(ConfigError, match="no compute target named 'nope'"):
        remote(lambda: 1, target="nope")()


def test_an_error_of_the_function_is_told_where_the_result_is_asked_for(project):
    """Type, message and the line."""

    @remote
    def wrong(key):
        return {}[key]

    with pytest.raises(RunFailedError, match="KeyError: 'k'"):
        wrong("k").result()


def test_what_makes_no_sense():
    """An option that there is not, and what is no function."""
    with pytest.raises(UserErrorException) as caught:
        remote(targt="x")
    assert (caught.value.message, caught.value.hint) == (
        "`remote` has no option 'targt'",
        "did you mean 'target'?",
    )
    with pytest.raises(UserErrorException, match="takes a function"):
        remote("local")
