"""The stream of a run: the messages of a live view over a real WebSocket."""

import asyncio
import json
import os
import shutil

import pytest

from jupyter_runcfg.server.frame import pack
from jupyter_runcfg.view.feed import Message

from .conftest import until
from .jupyter import PATIENCE_S, unpack

SCRIPT = """
import os, time
from azureml.core import Run
run = Run.get_context()
for step in range(100):
    run.log("loss", 1 / (step + 1), step=step)
    print(f"step {step}", flush=True)
    while step == 49 and not os.path.exists("go"):
        time.sleep(0.01)
"""
LINES = "".join(f"step {step}\n" for step in range(100)).encode()


def test_a_run_is_followed_to_its_end(server, submit, go):
    """All lines and points, in batches; the last summary says Completed, and then nothing more comes."""
    run = submit(SCRIPT)

    async def watch(stream):
        view = await stream(run.run_id)
        info = await view.begin()
        assert info["summary"]["run_id"] == run.run_id
        await view.follow(lambda view: b"step 49\n" in view.log and view.points >= 50)
        assert view.summary["is_terminal"] is False
        go(run)
        await view.follow(lambda view: view.summary["is_terminal"])
        assert view.log == LINES
        assert view.points >= 100  # and those of the resources, if it was slow
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(view.hear(), 0.5)
        return view

    view = server.talk(watch)
    assert view.summary["status"] == "Completed"
    assert "loss" in str(view.names)


def test_a_replay_begins_where_it_is_asked_to(server, submit):
    """Of a run that has ended too: the bytes from there, and no others."""
    run = submit("for n in range(10): print(n)")
    run.wait(30)

    async def watch(stream):
        view = await stream(run.run_id)
        await view.begin()
        await view.follow(lambda view: view.summary.get("is_terminal") and len(view.log) == 20)
        await view.say({"kind": "replay", "log": 14, "point": 0})
        content, buffers = await view.hear()
        return content["log"], buffers[0]

    assert server.talk(watch) == ([14, 20], b"7\n8\n9\n")


def test_a_second_view_and_one_that_comes_back(server, submit, go):
    """Each view has its own place: two at once, and a third after both are gone, get all."""
    run = submit(SCRIPT)

    async def watch(stream):
        views = [await stream(run.run_id) for _ in range(2)]
        for view in views:
            await view.begin()
            await view.follow(lambda view: b"step 49\n" in view.log)
            view.socket.close()
        go(run)
        late = await stream(run.run_id)
        await late.begin()
        await late.follow(lambda view: view.summary.get("is_terminal"))
        return late

    assert server.talk(watch).log == LINES


def test_what_else_a_view_asks_is_answered(server, submit):
    """The desk of the view answers here as it does in the kernel."""
    run = submit("print('seen')")
    run.wait(30)

    async def ask(stream):
        view = await stream(run.run_id)
        await view.begin()
        await view.say({"kind": "ask", "id": 7, "what": "piece", "path": "logs/std_log.txt", "offset": 0})
        while True:
            content, buffers = await view.hear()
            if content["kind"] == "reply":
                return content, buffers

    content, buffers = server.talk(ask)
    assert (content["id"], content["ok"], buffers) == (7, True, [b"seen\n"])


def test_nonsense_is_not_answered(server, submit):
    """Words that nobody knows, and bytes that are no JSON, change nothing; the stream goes on."""
    run = submit("print('seen')")
    run.wait(30)

    async def ask(stream):
        view = await stream(run.run_id)
        for text in (
            "",
            "[]",
            "null",
            "{",
            "[" * 10_000,
            '{"kind": "ask"}',
            '{"kind": "replay", "log": "x"}',
            b"\xff",
        ):
            await view.say(text)
        await view.begin()
        for text in (
            '{"kind": []}',
            '{"kind": "replay", "log": -5, "point": 1e99}',
            '{"kind": "replay", "log": null}',
        ):
            await view.say(text)
        await view.follow(lambda view: view.log == b"seen\n" and view.summary.get("is_terminal"))

    server.talk(ask)


def test_an_unknown_run_is_told_by_the_close(server):
    """4404 and why: a browser is not told the status of a refused socket."""

    async def watch(stream):
        view = await stream("none_1_ab12cd34")
        assert await view.hear() is None
        return view.socket.close_code, view.socket.close_reason

    assert server.talk(watch) == (4404, "no run 'none_1_ab12cd34' on this server")


def test_a_record_that_is_removed(server, submit):
    """The stream of a run whose record goes away is closed, and the server lives."""
    run = submit("import time; time.sleep(60)")
    until(lambda: os.path.exists(run.paths.std_log))

    async def watch(stream):
        view = await stream(run.run_id)
        await view.begin()
        run.cancel()
        run.wait(30)
        shutil.rmtree(run.paths.directory)
        await view.say({"kind": "replay", "log": 0, "point": 0})
        while await view.hear() is not None:
            pass
        return view.socket.close_code

    assert server.talk(watch) == 4404
    assert server.look(run.run_id)[0] == 404


def test_a_hundred_views_leave_the_server_free(server, submit, go):
    """A hundred streams follow at once, each to the end, and other requests are answered meanwhile."""
    run = submit(SCRIPT)

    async def watch(stream):
        views = [await stream(run.run_id) for _ in range(100)]
        for view in views:
            await view.begin()
        await asyncio.gather(*(view.follow(lambda view: b"step 49\n" in view.log) for view in views))
        status, _ = await asyncio.wait_for(asyncio.to_thread(server.look, run.run_id), PATIENCE_S)
        go(run)
        await asyncio.gather(*(view.follow(lambda view: view.summary.get("is_terminal")) for view in views))
        return status, {view.log for view in views}

    assert server.talk(watch) == (200, {LINES})


def test_a_frame_holds_what_was_sent():
    """Header and buffers come out as they went in; numbers that JSON has not are null."""
    content = {"kind": "batch", "text": "ü\ud800", "nan": float("nan"), "list": [1.5, float("inf")]}
    back, buffers = unpack(pack(Message(content, (b"", b"\x00" * 9, b"log\n"))))
    assert back == {"kind": "batch", "text": "ü\ud800", "nan": None, "list": [1.5, None]}
    assert buffers == [b"", b"\x00" * 9, b"log\n"]
    assert json.loads(json.dumps(back)) == back
