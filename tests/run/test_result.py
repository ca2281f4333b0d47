"""What a run hands back."""

from pathlib import Path

import pytest

import jupyter_runcfg
from jupyter_runcfg import RunConfiguration
from jupyter_runcfg.errors import RuncfgError, RunFailedError, StillRunningError
from jupyter_runcfg.run.bundle import export, import_file
from jupyter_runcfg.run.result import describe
from jupyter_runcfg.run.submitting import submit_words
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.submission import Capture, Cell, Submission

from ..project import project

__all__ = ["project"]


def submitted(code, *results, **more):
    capture = Capture(results=results)
    return submit_words(Submission(RunConfiguration(**more), cell=Cell(code), capture=capture))


def test_it_waits_and_survives_the_process(project):
    """Asked for at once it waits; by its number it is found again, as after a kernel restart."""
    run = submitted("import time; time.sleep(0.3); model = {'a': 1}", "model")
    assert run.result() == {"a": 1}
    assert jupyter_runcfg.get_run(run.number).result("model") == {"a": 1}
    assert describe(run, {"model": {"a": 1}}) == "model dict 21 B"


def test_a_run_that_goes_on_is_waited_for_so_long(project):
    """Past `timeout_s` it is said that the run goes on."""
    run = submitted("import time\nwhile True: time.sleep(1)", "x")
    with pytest.raises(StillRunningError):
        run.result(timeout_s=0.1)
    run.cancel()
    with pytest.raises(RunFailedError, match="canceled"):
        run.result()


def test_no_result_of_that_name(project):
    """A name that was not kept is told with those there are; a run without any says how to have some."""
    run = submitted("score = 1", "score")
    with pytest.raises(RuncfgError, match="kept no result 'scor'") as caught:
        run.result("scor")
    assert caught.value.hint == "did you mean 'score'?"
    run = submitted("score = 1")
    with pytest.raises(RuncfgError, match="kept no results") as caught:
        run.result()
    assert caught.value.hint == "submit it with `--get NAME`"


def test_a_file_that_was_changed_is_not_loaded(project):
    """The digest of what the run wrote decides, before anything is unpickled."""
    run = submitted("a = 1; b = 2", "a", "b")
    run.wait(30)
    (file,) = Path(run.paths.outputs).rglob("a.pickle")
    file.write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    with pytest.raises(RuncfgError, match="'a' of run project/1 is not what the run wrote"):
        run.result()
    assert (run.result("b"), Path("pwned").exists()) == (2, False)
    file.unlink()
    with pytest.raises(RuncfgError, match="cannot be read"):
        run.result("a")


def test_an_imported_run_asks_for_trust(project, tmp_path, monkeypatch):
    """What came from elsewhere is loaded only when a person says so."""
    run = submitted("a = 1", "a")
    run.wait(30)
    file = tmp_path / "run.tar.gz"
    export([run], str(file))
    monkeypatch.setenv("RUNCFG_HOME", str(tmp_path / "other"))
    home = Home(str(tmp_path / "other"))
    home.create()
    import_file(str(file), home)
    other = jupyter_runcfg.get_run(run.run_id)
    with pytest.raises(RuncfgError, match="came from elsewhere") as caught:
        other.result()
    assert "trust=True" in caught.value.hint
    assert other.result(trust=True) == 1


def test_outputs_that_stay_in_place_are_found(project):
    """With `outputCollection: false` the results are where the script left them."""
    config = RunConfiguration(script=None)
    config.history.output_collection = False
    run = submit_words(Submission(config, cell=Cell("a = 1"), capture=Capture(results=("a",))))
    assert run.result() == 1


def test_what_is_missing_here_is_named(project):
    """A module that only the job had: which value, and what it needs."""
    project.write("only_there.py", "class Thing: pass\n")
    run = submitted("from only_there import Thing\nthing = Thing()", "thing")
    with pytest.raises(
        RuncfgError, match="'thing', a Thing, cannot be loaded here: No module named 'only_there'"
    ):
        run.result()
