"""The table of a loop over a real WebSocket."""

import asyncio
import json

from .jupyter import PATIENCE_S

SCRIPT = """
import os, time
from azureml.core import Run
Run.get_context().log("loss", 0.5)
print("ready", flush=True)
while not os.path.exists("go"): time.sleep(0.01)
"""


def talk(server, script):
    """What `await script(socket)` returns."""

    async def connected():
        async with server.connected("table") as socket:
            return await script(socket)

    return asyncio.run(connected())


async def hear(socket, fact=lambda table: True):
    """The next table of which `fact` is true; None when the socket is closed."""
    while True:
        text = await asyncio.wait_for(socket.read_message(), PATIENCE_S)
        table = None if text is None else json.loads(text)
        if table is None or fact(table):
            return table


async def ask(socket, *run_ids):
    await socket.write_message(json.dumps({"run_ids": run_ids}))


def statuses(table):
    return {row["run_id"]: row["status"] for row in table["rows"]}


def test_a_table_follows_its_runs(server, submit, go):
    """A row each, with its metrics; a run that is asked for later is one more; then the ends, and silence."""
    first = submit(SCRIPT)

    async def watch(socket):
        await ask(socket, first.run_id)
        table = await hear(socket, lambda table: table["metrics"] == ["loss"])
        assert [row["metrics"] for row in table["rows"]] == [["0.5"]]
        second = submit(SCRIPT + "raise SystemExit(3)")
        await ask(socket, first.run_id, second.run_id)
        await hear(socket, lambda table: statuses(table).get(second.run_id) == "Running")
        go(first)
        go(second)
        last = await hear(socket, lambda table: all(row["is_terminal"] for row in table["rows"]))
        assert last["counts"] == "2 runs: 1 Completed, 1 Failed"
        assert statuses(last) == {first.run_id: "Completed", second.run_id: "Failed"}
        try:
            return await asyncio.wait_for(socket.read_message(), 1.0)
        except TimeoutError:
            return "silence"

    assert talk(server, watch) == "silence"


def test_nothing_is_sent_while_nothing_is_new(server, submit, go):
    """The clock of a run that goes on is no news: the page has its own."""
    run = submit(SCRIPT)

    async def watch(socket):
        await ask(socket, run.run_id)
        await hear(socket, lambda table: table["rows"][0]["metrics"] == ["0.5"])
        try:
            return await asyncio.wait_for(socket.read_message(), 1.5)
        except TimeoutError:
            return "silence"

    assert talk(server, watch) == "silence"
    go(run)


def test_runs_that_are_gone(server, submit):
    """The others are shown and their number is told; of none at all the socket closes with 4404."""
    run = submit("print(1)")
    run.wait(30)

    async def watch(socket):
        await ask(socket, "diabetes_1_00000000", run.run_id, "../x", "")
        return await hear(socket)

    table = talk(server, watch)
    assert table["counts"] == "1 run: 1 Completed; 3 more are no longer on this server"
    assert statuses(table) == {run.run_id: "Completed"}

    async def none(socket):
        await ask(socket, "diabetes_1_00000000")
        return await hear(socket), socket.close_code, socket.close_reason

    assert talk(server, none) == (None, 4404, "no run 'diabetes_1_00000000' on this server")


def test_what_is_no_question_is_left_alone(server, submit):
    """Text that is no JSON, other shapes and no runs: the socket waits for a question."""
    run = submit("print(1)")
    run.wait(30)

    async def watch(socket):
        for said in ("", "{", "[]", "{}", '{"run_ids": []}', '{"run_ids": "x"}', "7"):
            await socket.write_message(said)
        await ask(socket, run.run_id)
        return await hear(socket)

    assert statuses(talk(server, watch)) == {run.run_id: "Completed"}
