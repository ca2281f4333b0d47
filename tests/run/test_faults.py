"""What a run goes through when everything around it is killed, cut off or lied to: it ends once, whole."""

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration, get_run, list_runs, submit
from jupyter_runcfg.history import Follower
from jupyter_runcfg.run.settle import settle
from jupyter_runcfg.runtime import atomic, process

from ..browser.lab import TOKEN, Lab
from ..runtime.job import events_of, left_of, log_of, until

# prints a line, then notes beside the record that it was printed: what was acknowledged
ACKNOWLEDGED = """
import os, sys
from azureml.core import Run
run = Run.get_context()
noted = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
for number in range(int(sys.argv[2])):
    print("line", number)
    run.log("n", number)
    os.write(noted, b".")
"""


UNTIL_TOLD = """
import time
while not os.path.exists(sys.argv[1] + ".go"): time.sleep(0.01)
print("end")
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text(ACKNOWLEDGED)
    monkeypatch.chdir(folder)
    return folder


def check_ended_once(run, noted):
    """One terminal status, no process left, each acknowledged line and point there and whole."""
    assert os.listdir(run.paths.directory).count("end.json") == 1
    assert left_of(run.paths) == []
    count = os.path.getsize(noted) if os.path.exists(noted) else 0
    lines = log_of(run.paths).splitlines(keepends=True) if os.path.exists(run.paths.std_log) else []
    assert lines[:count] == [b"line %d\n" % number for number in range(count)]
    points = [event["value"] for event in events_of(run.paths, "metric")]
    assert points[:count] == list(range(count))
    assert run.get_status() in ("Completed", "Failed", "Canceled")
    return count


@pytest.mark.parametrize("seed", range(12))
def test_the_runtime_is_killed(seed, project):
    """At any moment of its life: the next reader ends the run, and what the script still ran."""
    noted = project.parent / "noted"
    config = RunConfiguration(script="train.py", arguments=[str(noted), "10000000"])
    run = submit(config)
    runtime = int(atomic.read_json(run.paths.attempt(1).job)["job_id"])
    time.sleep(random.Random(seed).random() * 0.4)
    os.kill(runtime, signal.SIGKILL)
    summary = run.wait(30)
    assert (summary.status, summary.cause.partition(":")[0]) in (
        ("Failed", "the runtime of this run was killed"),
        ("Failed", "the runtime did not start"),
    )
    check_ended_once(run, noted)


SUBMITTING = """
import sys
from jupyter_runcfg import RunConfiguration, submit
for number in range(1000):
    run = submit(RunConfiguration(script="train.py", arguments=[sys.argv[1] + str(number), "200"]))
    print(run.id, flush=True)
"""


@pytest.mark.parametrize("seed", range(5))
def test_who_submits_is_killed(seed, project, runcfg_home):
    """A kernel that dies between two submits or inside one: each record ends, what was launched completes."""
    noted = f"{project.parent}/noted"
    kernel = subprocess.Popen(
        [sys.executable, "-c", SUBMITTING, noted], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    kernel.stdout.readline()
    time.sleep(random.Random(seed).random() * 0.5)
    os.killpg(kernel.pid, signal.SIGKILL)
    told = kernel.stdout.read().split()
    kernel.wait()
    kernel.stdout.close()
    runs = list_runs()
    assert {*told} <= {run.id for run in runs}
    for run in runs:
        summary = run.wait(30)
        if summary.status != "Completed":
            assert (summary.status, summary.cause) == (
                "Failed",
                "its submission was interrupted before the launch",
            )
        number = run.request["configuration"]["arguments"][0].removeprefix(noted)
        count = check_ended_once(run, noted + number)
        assert count == (200 if summary.status == "Completed" else 0)
    settle(run.paths for run in runs)
    assert not list(Path(runcfg_home).glob("runs/*/work"))


@pytest.mark.engine("browser")
def test_server_and_kernel_are_killed(tmp_path, monkeypatch):
    """Jupyter's server and its kernel die by SIGKILL while a cell's run goes on: it completes."""
    lab = Lab.start(tmp_path)
    monkeypatch.setenv("RUNCFG_HOME", str(lab.home))
    try:
        (lab.root / "train.py").write_text(ACKNOWLEDGED + UNTIL_TOLD)
        kernel = _request(lab, "POST", "api/kernels", {})["id"]
        noted = tmp_path / "noted"
        code = f"%load_ext jupyter_runcfg\n%runcfg submit train.py -- {noted} 100"
        _execute(lab, kernel, code)
        run = until(lambda: list_runs() and list_runs()[0])
        until(lambda: noted.exists())
    finally:
        victims = [lab.process.pid, *_children(lab.process.pid)]
        process.send(victims, signal.SIGKILL)
        lab.process.wait()
    assert not os.path.exists(run.paths.end)
    (tmp_path / "noted.go").touch()
    assert run.wait(30).status == "Completed"
    assert check_ended_once(run, noted) == 100
    assert log_of(run.paths).endswith(b"end\n")


def _request(lab, method, path, body):
    request = urllib.request.Request(
        lab.url + path,
        method=method,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"token {TOKEN}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def _execute(lab, kernel, code):
    """Send a cell to a kernel, as a notebook does, and wait until it is done."""
    import asyncio

    from tornado.websocket import websocket_connect

    async def send():
        url = lab.url.replace("http", "ws", 1) + f"api/kernels/{kernel}/channels?token={TOKEN}"
        socket = await websocket_connect(url)
        ids = {"msg_id": "1", "session": "1", "username": "", "version": "5.3"}
        header = {**ids, "msg_type": "execute_request"}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        around = {"parent_header": {}, "metadata": {}, "channel": "shell"}
        message = {"header": header, "content": content, **around}
        await socket.write_message(json.dumps(message))
        while True:
            text = await asyncio.wait_for(socket.read_message(), 60)
            if isinstance(text, bytes):
                continue  # the widget, with buffers
            answer = json.loads(text)
            if answer["msg_type"] == "execute_reply":
                assert answer["content"]["status"] == "ok", answer["content"]
                break
        socket.close()

    asyncio.run(send())


def _children(pid):
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = Path(f"/proc/{name}/stat").read_text()
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == pid:
            found += [int(name), *_children(int(name))]
    return found


WITHOUT_A_NETWORK = """
import subprocess, sys
from jupyter_runcfg import RunConfiguration, submit
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
run = submit(RunConfiguration(script="train.py", arguments=[sys.argv[1], "20000"]))
subprocess.run(["ip", "link", "set", "lo", "down"], check=True)
print(run.wait(60).status)
"""


@pytest.mark.engine("netns")
def test_the_network_goes_away(project):
    """A local run needs none: the loopback device is taken down under it."""
    noted = project.parent / "noted"
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-c", WITHOUT_A_NETWORK, str(noted)], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("Completed\n", "")
    assert check_ended_once(get_run("last"), noted) == 20000


@pytest.mark.engine("faketime")
def test_the_clock_is_set_back(project, tmp_path, monkeypatch):
    """By a day, while the run goes on: nothing ends early or late, its points stay in their order."""
    clock = tmp_path / "clock"
    clock.write_text("+0")
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    monkeypatch.setenv("LD_PRELOAD", str(library))
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(clock))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    go_on = tmp_path / "go-on"
    (project / "train.py").write_text(
        textwrap.dedent(
            """
            import os, sys, time
            from azureml.core import Run
            run, began = Run.get_context(), time.time()
            for number in range(50): run.log("n", number)
            print("up", flush=True)
            while not os.path.exists(sys.argv[1]): time.sleep(0.01)
            for number in range(50, 100): run.log("n", number)
            print(time.time() < began)
            """
        )
    )
    config = RunConfiguration(script="train.py", arguments=[str(go_on)])
    config.max_run_duration_seconds = 3600
    run = submit(config)
    until(lambda: run.logs() == "up\n")
    clock.write_text("-86400")
    time.sleep(0.3)
    go_on.touch()
    assert run.wait(30).status == "Completed"
    assert run.logs() == "up\nTrue\n"
    assert run.get_metrics()["n"] == list(range(100))
    assert [event["status"] for event in events_of(run.paths, "status")] == [
        "Preparing",
        "Running",
        "Finalizing",
    ]


GIGABYTE = 1 << 30
PRINTS_A_GIGABYTE = f"""
import os
block = b"".join(b"%015d\\n" % number for number in range(1 << 16))
for _ in range({GIGABYTE} // len(block)): os.write(1, block)
"""


def test_a_gigabyte_of_log(project):
    """Every byte is kept, and a follower reads it in pieces, never all of it at once."""
    (project / "train.py").write_text(PRINTS_A_GIGABYTE)
    run = submit(RunConfiguration(script="train.py"))
    follower = Follower(run.paths)
    read, last = 0, b""
    while True:
        batch = follower.read()
        assert batch.log_offset == read
        assert len(batch.log) <= 1 << 20
        read += len(batch.log)
        last = batch.log[-16:] or last
        if batch.done:
            break
    assert (run.status, read, last) == ("Completed", GIGABYTE, b"%015d\n" % 65535)
    os.unlink(run.paths.std_log)
