"""What is said of a run: tables, tags, properties, names."""

import pytest

from jupyter_runcfg.errors import RuncfgError, StillRunningError, UserErrorException
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.tracking import interactive
from jupyter_runcfg.runtime.v1.context import Run

from ..job import record


@pytest.fixture
def run(tmp_path):
    return Run.of(record(tmp_path, tags={"given": "1"}, properties={"p": "1"}, name="first"))


def test_tags(run):
    """Tags change and go; None is an empty value."""
    run.tag("a")
    run.set_tags({"b": 2, "given": 3})
    run.remove_tags(["a", "nothing"])
    assert run.get_tags() == {"b": "2", "given": "3"}


def test_properties(run):
    """The first value stays; the same again is nothing; of several none is added when one cannot be."""
    run.add_properties({})
    run.add_properties({"q": 2, "p": 1})
    with pytest.raises(
        UserErrorException, match=r"property 'p' is '1' and stays so\n\nhint: tags can change"
    ):
        run.add_properties({"r": 1, "p": 2})
    assert run.get_properties() == {"p": "1", "q": "2"}
    run._tracker.property("p", "another process")
    assert run.get_properties()["p"] == "1"


def test_names(run):
    """A display name and a description can be given later."""
    assert (run.display_name, run.description) == ("first", None)
    run.display_name, run.description = "second", "words"
    assert (Run.of(run.paths).name, Run.of(run.paths).description) == ("second", "words")


@pytest.mark.parametrize("given", [None, "", 5, 1.5, ["a"], b"b"])
def test_words_of_any_type(given, run):
    """Names, tags, properties and what is said of an error are kept as text; None clears, or is empty."""
    text = "" if given is None else str(given)
    run.display_name = run.description = given
    run.set_tags({1: given})
    run.add_properties({2: "" if given is None else given})
    child = run.child_run(given)
    assert (run.name, run.description, child.name) == ((text or None,) * 3)
    assert (run.tags, run.properties) == ({"given": "1", "1": text}, {"p": "1", "2": text})
    child.fail(given)
    assert child.get_details()["error"] == {"type": "UserError", "message": text}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run: run.set_tags(None), "set_tags takes a map, not None\n\nhint: set_tags({"),
        (lambda run: run.set_tags(["a"]), "set_tags takes a map, not ['a']"),
        (lambda run: run.add_properties("a"), "add_properties takes a map, not 'a'"),
        (lambda run: run.remove_tags(None), "remove_tags takes a list of names, not None"),
        (lambda run: run.log_list("x", 3), "log_list takes a list, not 3\n\nhint: log(name, value)"),
        (lambda run: run.create_children(-1), "-1 children at once\n\nhint: from 1 to 100"),
        (lambda run: run.create_children(10**12), "1000000000000 children at once"),
        (lambda run: run.create_children("3"), "create_children takes a whole number, not '3'"),
        (
            lambda run: run.create_children(tag_key="a", tag_values=3),
            "create_children takes a list of names, not 3",
        ),
        (lambda run: run.experiment.set_tags(None), "set_tags takes a map, not None"),
    ],
)
def test_words_of_the_wrong_kind(call, message, run):
    """Each says what was given, and what is right."""
    with pytest.raises(UserErrorException) as caught:
        call(run)
    assert str(caught.value).startswith(message)
    assert (run.tags, list(run.get_children())) == ({"given": "1"}, [])


def test_a_huge_error_is_cut(run):
    """An end has to fit its reserve; that it was cut can be seen."""
    child = run.child_run()
    child.fail("x" * 200_000)
    end = atomic.read_json(child.paths.end)
    assert end["error"]["message"] == end["cause"] == "x" * 1999 + "…"


def test_tables(run):
    """Columns may be lists, tuples, ranges, arrays, single values; a table without columns is nothing."""
    run.log_table("t", {"x": (1, 2), "y": range(2)})
    run.log_table("one", {"x": 1, "y": "a"})
    run.log_table("empty", {})
    assert run.get_metrics() == {"t": {"x": [1, 2], "y": [0, 1]}, "one": {"x": 1, "y": "a"}}
    np = pytest.importorskip("numpy")
    run.log_table("np", {"x": np.array([1.5, 2.5]), "y": np.array(["a", "b"])})
    assert run.get_metrics("np") == {"np": {"x": [1.5, 2.5], "y": ["a", "b"]}}


def test_unreadable_rows(run):
    """As in SDK v1 `get_metrics` refuses a metric of rows with unlike columns, and reads others alone."""
    run.log("loss", 0.5)
    run.log_row("odd", x=1)
    run.log_row("odd", y=2)
    assert run.get_metrics("loss") == {"loss": 0.5}
    with pytest.raises(RuncfgError, match=r"'odd'.*\(x\) and \(y\)"):
        run.get_metrics()


def test_what_is_no_table(run):
    """Unequal or empty columns, nested cells, no map, a text for a list are refused; nothing is written."""
    for call in (
        lambda: run.log_table("t", {"x": [1, 2], "y": [1]}),
        lambda: run.log_table("t", {"x": [], "y": []}),
        lambda: run.log_table("t", {"x": [[1]]}),
        lambda: run.log_table("t", [1]),
        lambda: run.log_list("l", "text"),
        lambda: run.log_list("l", [1, [2]]),
        lambda: run.log_row("r", x=[1]),
    ):
        with pytest.raises(RuncfgError):
            call()
    assert run.get_metrics() == {}


def test_a_run_does_not_wait_for_itself(tmp_path, monkeypatch):
    """Neither in its job nor in the process that records it; v1 would wait for ever."""
    paths = record(tmp_path)
    monkeypatch.setenv("RUNCFG_RUN_DIR", paths.directory)
    own = Run.of(interactive.start(Home(str(tmp_path)), "exp")[0])
    for run in (Run.of(paths), own):
        with pytest.raises(StillRunningError, match="would wait for ever"):
            run.wait_for_completion()
    own.complete()
    assert own.wait_for_completion()["status"] == "Completed"


V1_KEYS = """
runId target status startTimeUtc endTimeUtc services error warnings properties inputDatasets outputDatasets
runDefinition logFiles submittedBy
"""


def test_details(run):
    """All of v1's keys are there, the end only once there is one."""
    assert {*V1_KEYS.split()} - run.get_details().keys() == {"endTimeUtc"}
    end = {"status": "Failed", "cause": "exit code 3", "t": 2.0, "error": {"type": "E", "message": "m"}}
    atomic.write_once(run.paths.end, atomic.encode(end))
    details = run.get_details()
    assert {key: details[key] for key in ("runId", "target", "status", "cause", "endTimeUtc", "error")} == {
        "runId": run.id,
        "target": "local",
        "status": "Failed",
        "cause": "exit code 3",
        "endTimeUtc": "1970-01-01T00:00:02+00:00",
        "error": {"type": "E", "message": "m"},
    }


def test_a_record_that_was_removed_can_be_asked(tmp_path):
    """It has said nothing."""
    run = Run.of(Home(str(tmp_path)).run("gone"))
    assert (run.tags, run.get_metrics(), run.get_status(), run.get_file_names()) == ({}, {}, "NotStarted", [])
    assert run.get_details()["runId"] == "gone"
