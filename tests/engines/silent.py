"""A server on loopback that takes requests and never answers: an index or a channel that hangs."""

import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Silent:
    """`asked` is set by the first request."""

    def __init__(self):
        self.asked, self.is_over = threading.Event(), threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def hang_up(self):
        """End every request, those to come too, without an answer."""
        self.is_over.set()

    def stop(self):
        self.hang_up()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, server, *args):
        self._owner = server
        super().__init__(*args)

    def do_GET(self):
        self._owner.asked.set()
        self._owner.is_over.wait()

    do_HEAD = do_GET


@pytest.fixture
def silent(monkeypatch):
    """One that runs; uv asks it once."""
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    server = Silent()
    yield server
    server.stop()
