"""A package index that asks for a password: the build has it, the record does not."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jupyter_runcfg import CondaDependencies, RunConfiguration, submit
from jupyter_runcfg.environments.store import find_built, remove
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.run import Run
from jupyter_runcfg.run.rerun import Change
from jupyter_runcfg.submission.rerun import rerun

from ..environments.wheelhouse import wheelhouse

__all__ = ["wheelhouse"]
SCRIPT = (
    "import os, alpha; print(alpha.VERSION, [name for name in os.environ if name.startswith('RUNCFG_INDEX')])"
)


@pytest.fixture
def index(wheelhouse):
    """The URL of an index of the wheels, for `ada` with the password `geheim-1815`."""
    allowed = "Basic " + base64.b64encode(b"ada:geheim-1815").decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.rstrip("/").rpartition("/")[2]
            file = wheelhouse.place / name
            if self.headers.get("Authorization") != allowed:
                self.answer(401, b"")
            elif file.is_file():
                self.answer(200, file.read_bytes())
            else:
                found = sorted(file.name for file in wheelhouse.place.glob(f"{name}-*.whl"))
                links = "".join(f'<a href="/files/{one}">{one}</a>' for one in found)
                self.answer(200 if found else 404, f"<html><body>{links}</body></html>".encode())

        def answer(self, status, data):
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(data)))
            if status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="test"')
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{{}}@127.0.0.1:{server.server_port}/simple"
    server.shutdown()
    server.server_close()
    thread.join()


def config_of(*pip):
    made = RunConfiguration(script="train.py")
    tree = {"dependencies": [{"pip": list(pip)}]}
    made.environment.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    return made


def texts_below(directory):
    return b"".join(path.read_bytes() for path in Path(directory).rglob("*") if path.is_file())


def test_only_the_build_has_it(project, index, runcfg_home, monkeypatch):
    """No file of the home, no variable of the script; a rerun says which one to give, and takes it."""
    project.write("train.py", SCRIPT)
    run = submit(config_of(f"--index-url {index.format('ada:geheim-1815')}", "alpha<2"))
    assert run.wait(60).status == "Completed", run.logs()
    assert run.logs().splitlines()[-1] == "1.0 []"
    for path in Path(runcfg_home).rglob("*"):
        if path.is_file() and "prefix" not in path.parts:
            assert b"geheim" not in path.read_bytes(), path
    [name] = run.request["environment"]["credentials"]
    again = Run(None, rerun(run.paths, Change()).run_id)
    assert again.wait(60).status == "Completed"  # it is built: no password is needed
    remove(run.paths.home, find_built(run.paths.home, run.request["environment"]["name"]))
    with pytest.raises(ConfigError) as caught:
        rerun(run.paths, Change())
    [fault] = caught.value.faults
    place = index.rpartition("@")[2]
    assert fault.message == f"the package index {place} needs a password, which no record keeps"
    assert fault.hint.startswith(f"set the environment variable {name} ")
    monkeypatch.setenv(name, "ada:geheim-1815")
    last = Run(None, rerun(run.paths, Change()).run_id)
    assert last.wait(60).status == "Completed", last.logs()
    assert last.logs().splitlines()[-1] == "1.0 []"


def test_a_wrong_one(project, index):
    """The run fails with what the index says; the password is in no message."""
    project.write("train.py", SCRIPT)
    run = submit(config_of(f"--index-url {index.format('ada:falsch-1815')}", "alpha"))
    summary = run.wait(60)
    assert summary.status == "Failed"
    assert summary.error["type"] == "NoAccess"
    assert "falsch" not in str(summary.error) + run.logs()
    assert b"falsch" not in texts_below(run.paths.directory)
