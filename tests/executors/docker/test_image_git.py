"""What a git URL names, with a password in it."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jupyter_runcfg.executors.docker.image_git import cloned
from jupyter_runcfg.runtime.environment.build import BuildFailed, Watcher

pytestmark = pytest.mark.engine("git")


class Server(ThreadingHTTPServer):
    """Wants to know who asks, notes that, and what all processes were started with meanwhile."""

    def __init__(self):
        self.names = []
        self.commands = b""
        super().__init__(("127.0.0.1", 0), _Asks)


class _Asks(BaseHTTPRequestHandler):
    def do_GET(self):
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                self.server.commands += place.read_bytes()
            except OSError:
                continue
        if "Authorization" in self.headers:
            self.server.names.append(base64.b64decode(self.headers["Authorization"].split()[1]).decode())
            self.send_response(404)
        else:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.end_headers()

    def log_message(self, *_words):
        """Nothing."""


@pytest.fixture
def server():
    with Server() as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.mark.parametrize("user", ["me:p%40ss-word-1", "p%40ss-word-1", "me:p@ss-word-1"])
def test_a_password(server, user):
    """It is what git signs in with; no command line, no error has it."""
    port = server.server_address[1]
    location = f"http://${{RUNCFG_INDEX_0}}@127.0.0.1:{port}/x.git#main"
    watcher = Watcher(lambda data: None, lambda step: None, lambda: False)
    with pytest.raises(BuildFailed) as caught, cloned(location, watcher, {"RUNCFG_INDEX_0": user}):
        pass
    name, is_there, password = user.replace("%40", "@").partition(":")
    assert server.names == [f"{name}:{password if is_there else ''}"]
    assert b"git\0" in server.commands
    assert b"ss-word-1" not in server.commands
    assert "ss-word-1" not in str(caught.value.error)
