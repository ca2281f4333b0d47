"""Records that are not as a good day leaves them."""

import json
import os
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration, list_runs, submit
from jupyter_runcfg.run import keep
from jupyter_runcfg.runtime import changes

from ..project import project

__all__ = ["project"]


def run_of(project, code):
    project.write("train.py", code)
    run = submit(RunConfiguration(script="train.py"))
    run.wait(30)
    return run


def test_points_of_several_processes_are_in_the_order_of_their_time(project):
    """A child's earlier value comes first, whatever its file is called; the last value is the latest."""
    run = run_of(
        project,
        """
        import os
        from azureml.core import Run
        run = Run.get_context()
        run.log("loss", 3)
        if os.fork() == 0:
            run.log("loss", 2)
            os._exit(0)
        os.wait()
        run.log("loss", 1)
        """,
    )
    assert run.get_metrics() == {"loss": [3, 2, 1]}
    assert run.summary().metrics == {"loss": 1.0}


def test_what_a_script_moved_away_is_not_deleted(project, tmp_path):
    """A directory of the snapshot moved out, with a link in its place: its files are the person's now."""
    project.write("data/x.txt", "keep me")
    away = tmp_path / "away"
    run = run_of(project, f"import os; os.rename('data', {str(away)!r}); os.symlink({str(away)!r}, 'data')")
    assert (run.status, (away / "x.txt").read_text()) == ("Completed", "keep me")


def test_a_file_added_after_the_end_is_an_output(project, tmp_path):
    """`upload_file` on a run that has ended puts the file where the outputs are."""
    run = run_of(project, "open('outputs/a.txt', 'w').write('a')")
    source = tmp_path / "report.txt"
    source.write_text("r")
    run.upload_file("outputs/report.txt", str(source))
    assert run.get_file_names()[:2] == ["outputs/a.txt", "outputs/report.txt"]
    copy = run.download_file("outputs/report.txt", str(tmp_path / "copy.txt"))
    assert Path(copy).read_text() == "r"


@pytest.mark.parametrize("end", ["", '{"status": "Comp', "[]", '{"status": 7}', "[" * 100_000])
def test_a_damaged_end_is_that_of_the_last_attempt(end, project):
    """What cannot be read, as after a power cut, is read beside it; nothing waits for it for ever."""
    run = run_of(project, "print(1)")
    before, details = run.summary(), run.get_details()
    Path(run.paths.end).write_text(end)
    assert (run.summary(), run.get_details()) == (before, details)
    Path(run.paths.attempt(1).end).write_text(end)
    assert (run.status, run.summary().cause) == ("Failed", "the file of its end is damaged")
    assert (run.get_details()["status"], run.get_details()["cause"]) == (run.status, run.summary().cause)


@pytest.mark.parametrize("request_text", ["", '{"run_id": "', "{}", "null", "[" * 100_000])
def test_a_run_with_a_damaged_request_has_its_id_as_its_name(request_text, project):
    """It is listed, says what is wrong, and can be removed."""
    run, other = run_of(project, "print(1)"), run_of(project, "print(2)")
    Path(run.paths.request).write_text(request_text)
    changes.note(run.paths.directory)
    labels = [(found.label, found.summary().status) for found in list_runs()]
    assert sorted(labels) == [("project/2", "Completed"), (run.run_id, "Completed")]
    os.unlink(run.paths.end)
    assert (run.summary().status, run.summary().cause) == ("Failed", "its request.json is damaged")
    assert (run.wait(30).status, run.follow().read().summary.status) == ("Failed", "Failed")
    keep.remove([run])
    assert list_runs() == [other]


def test_a_record_of_a_later_version_does_not_hide_the_others(project):
    """What it says in another way is left out; the rest is told, beside the other runs."""
    run, other = run_of(project, "print(1)"), run_of(project, "print(2)")
    request = json.loads(Path(run.paths.request).read_text())
    Path(run.paths.request).write_text(json.dumps({**request, "target": "a text"}))
    summaries = {found.run_id: found.summary() for found in list_runs()}
    assert summaries[other.run_id].status == "Completed"
    assert (summaries[run.run_id].status, summaries[run.run_id].target) == ("Completed", "")


def test_a_run_of_another_machine_is_not_responding_until_it_is_given_up(project):
    """Its status says where it was started; a second cancel ends it in the record."""
    run = run_of(project, "print(1)")
    claim = Path(run.paths.attempt(1).claim)
    claim.write_text(json.dumps({**json.loads(claim.read_text()), "host": "other", "boot_id": "theirs"}))
    os.unlink(run.paths.end)
    os.unlink(run.paths.attempt(1).end)
    summary = run.refresh()
    assert summary.status == "NotResponding"
    assert summary.cause == "it was started on other, which cannot be asked here"
    run.cancel()
    assert not run.is_ended
    run.cancel()
    assert run.status == "Canceled"
