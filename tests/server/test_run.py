"""What the server says of a run, and how it ends one."""

WAITS = """
import os, time
print("started", flush=True)
while not os.path.exists("go"):
    time.sleep(0.01)
"""


def test_a_run_is_told_by_its_id(server, submit):
    """The summary that a view shows, as JSON."""
    run = submit("print(1)")
    run.wait(30)
    status, content = server.look(run.run_id)
    assert status == 200
    assert content["run_id"] == run.run_id
    assert content["label"] == "project/1"
    assert content["status"] == "Completed"
    assert content["is_terminal"] is True


def test_an_unknown_run_is_not_found(server):
    """404, the home that was searched, and why it may be elsewhere."""
    status, content = server.look("diabetes_1_ab12cd34")
    assert status == 404
    assert content == {
        "message": "no run 'diabetes_1_ab12cd34' on this server",
        "where": str(server.home),
        "hint": "a kernel with another RUNCFG_HOME keeps its runs elsewhere",
    }
    assert not (server.home / "runs" / "diabetes_1_ab12cd34").exists()


def test_words_that_are_no_id_are_no_runs(server, submit):
    """`last`, numbers and ways out of the home name no run here."""
    run = submit("print(1)")
    suffix = run.run_id[-8:]
    for word in (
        "last",
        "1",
        suffix,
        "..",
        "%2e%2e",
        "%2e%2e%2fruns",
        ".",
        f"{run.run_id}%00",
        "a" * 300,
        "%ff",
    ):
        status, _, body = server.ask("GET", f"/runcfg/runs/{word}")
        assert status in (400, 404), (word, status, body)


def test_cancel_ends_a_run(server, submit):
    """POST …/cancel ends it; said again, it changes nothing."""
    run = submit(WAITS)
    status, content = server.look(run.run_id, "POST", "/cancel")
    assert status == 200
    assert content["run_id"] == run.run_id
    assert run.wait(30).status == "Canceled"
    status, content = server.look(run.run_id, "POST", "/cancel")
    assert (status, content["status"]) == (200, "Canceled")


def test_cancel_of_an_unknown_run(server):
    """404 with a message, and nothing is made."""
    status, content = server.look("none_1_ab12cd34", "POST", "/cancel")
    assert (status, content["message"]) == (404, "no run 'none_1_ab12cd34' on this server")


def test_a_get_does_not_cancel(server, submit, go):
    """Only POST ends a run: a link or an image cannot."""
    run = submit(WAITS)
    assert server.ask("GET", f"/runcfg/runs/{run.run_id}/cancel")[0] == 405
    go(run)
    assert run.wait(30).status == "Completed"
