"""A real Jupyter server with our extension, in a process of its own, and words to it."""

import asyncio
import contextlib
import http.client
import json
import os
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from ..engines.port import free_port

TOKEN = "a-test-server-of-one-module"
START_S, PATIENCE_S = 300, 120  # other tests have the processors too


@dataclass
class JupyterServer:
    """A running server whose RUNCFG_HOME is `home`."""

    port: int
    home: Path
    log: Path
    process: subprocess.Popen

    @classmethod
    def start(cls, directory: Path) -> "JupyterServer":
        port, home, log = free_port(), directory / "runcfg", directory / "server.log"
        (directory / "root").mkdir()
        command = [
            *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"),
            *(
                f"--ServerApp.root_dir={directory / 'root'}",
                "--ServerApp.jpserver_extensions=jupyter_runcfg=True",
            ),
        ]
        environment = {**os.environ, "RUNCFG_HOME": str(home)}
        with log.open("wb") as stream:
            process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, env=environment)
        server = cls(port, home, log, process)
        server._wait()
        return server

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while True:
            try:
                self.ask("GET", "/api/status")
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.process.kill()
                    self.process.wait()
                    raise RuntimeError(self.log.read_text()[-4000:]) from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def ask(self, method, path, headers=None, *, token=TOKEN):
        """(status, headers, body) of what the server answers; the path goes as it is, unchecked."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        sent = {**({"Authorization": f"token {token}"} if token else {}), **(headers or {})}
        try:
            connection.request(method, path, headers=sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def look(self, run_id, method="GET", rest=""):
        """(status, content) of what the server says of a run."""
        status, _, body = self.ask(method, f"/runcfg/runs/{run_id}{rest}")
        return status, json.loads(body)

    def talk(self, script):
        """What `await script(stream)` returns; `await stream(run_id)` opens a View, closed at the end."""
        return asyncio.run(self._talk(script))

    async def _talk(self, script):
        async with contextlib.AsyncExitStack() as stack:

            async def stream(run_id):
                view = View(await stack.enter_async_context(self.connected(f"runs/{run_id}/stream")))
                stack.push_async_callback(view.leave)
                return view

            return await script(stream)

    @contextlib.asynccontextmanager
    async def connected(self, path):
        """A page's socket."""
        url = f"ws://127.0.0.1:{self.port}/runcfg/{path}"
        socket = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {TOKEN}"}))
        line = socket.protocol.stream
        try:
            yield socket
        finally:
            socket.close()
            line.close()  # else the server closes it, maybe when nobody here looks any more


class View:
    """What a live view does with its socket."""

    def __init__(self, socket):
        self.socket = socket
        self.is_closed = False
        self.log, self.summary, self.names, self.points = b"", {}, [], 0

    async def hear(self):
        """(content, buffers) of the next message; None when the stream is closed."""
        if self.is_closed:
            return None
        frame = await asyncio.wait_for(self.socket.read_message(), PATIENCE_S)
        self.is_closed = frame is None
        return None if frame is None else unpack(frame)

    async def leave(self):
        """Close it, and take what still comes."""
        self.socket.close()
        while await self.hear() is not None:
            pass

    async def say(self, content):
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        await self.socket.write_message(text, binary=isinstance(text, bytes))

    async def begin(self):
        """The RunInfo, after which batches come."""
        content, _ = await self.hear()
        assert content["kind"] == "info"
        await self.say({"kind": "replay", "log": 0, "point": 0})
        return content["run"]

    async def follow(self, until):
        """Take batches until `until(self)` is true."""
        while not until(self):
            content, buffers = await self.hear()
            if content["kind"] != "batch":
                continue
            self.summary = content.get("summary", self.summary)
            self.names = content.get("names", self.names)
            start, end = content["log"]
            assert end - start == len(buffers[0])
            self.log = self.log[:start] + buffers[0]
            self.points = content["points"][1]


def unpack(frame):
    """(content, buffers) of a frame, by the words of jupyter_runcfg/server/frame.py."""
    (length,) = struct.unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    buffers, offset = [], 4 + length
    for size in header["sizes"]:
        buffers.append(frame[offset : offset + size])
        offset += size
    assert offset == len(frame)
    return header["content"], buffers
