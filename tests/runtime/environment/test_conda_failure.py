"""What goes wrong with conda packages: one clear word each, no password, nothing half-built is used."""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from jupyter_runcfg.environments import conda, conda_wanted
from jupyter_runcfg.environments.definition import define
from jupyter_runcfg.environments.wanted import find_uv
from jupyter_runcfg.runtime.environment.build import BuildCanceled, BuildFailed, ensure, resolve
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home

from ...engines.channel import PYTHON, Server
from ...engines.silent import silent
from ..disk import tmpfs
from .conda_asked import asked, channel, error_of, home
from .test_build import Seen, says

__all__ = ["channel", "home", "silent", "tmpfs"]


@pytest.mark.parametrize(
    ("entries", "kind", "message", "hint", "where"),
    [
        (
            ["beta", "alpha>=2"],
            "Unsolvable",
            "these packages cannot be solved together: alpha >=2 can be installed with any of the "
            "following options: alpha 2.0; beta cannot be installed because there are no viable options: "
            "beta 1.0 would require alpha <2, which cannot be installed because there are no viable "
            "options: alpha 1.0, which conflicts with the versions reported above",
            "loosen or take out",
            "env.yml:2, env.yml:1",
        ),
        (["betta"], "UnknownPackage", "no channel has 'betta'", "did you mean 'beta'?", "env.yml:1"),
        (
            ["alpha", "beta>=7"],
            "Unsolvable",
            "no channel has 'beta >=7': there is 1.0",
            "ask for one that is there",
            "env.yml:2",
        ),
        (
            ["broken"],
            "UnknownPackage",
            "no channel has 'nowhere', which broken 1.0 needs",
            "pip",
            "env.yml:1",
        ),
        (
            ["old", f"python={PYTHON}"],
            "Unsolvable",
            "these packages cannot be solved together: old cannot be installed because there are no viable "
            "options: old 1.0 would require python <3, for which no candidates were found; "
            f"of python there is {PYTHON}",
            "loosen or take out",
            "env.yml:1, env.yml:2",
        ),
    ],
)
def test_what_cannot_be_solved(home, channel, entries, kind, message, hint, where):
    """In the solver's own words, with the lines that asked, and what there is instead."""
    channel.add_module("broken", "1.0", depends=["nowhere >=1"])
    channel.add_module("old", "1.0", depends=["python <3"])
    error = error_of(home, [channel], *entries)
    assert (error["type"], error["message"], error["where"]) == (kind, message, where)
    assert hint in error["hint"]


def test_channels_that_are_not_there(home, channel):
    """No directory, no page, nobody listening: one word each."""
    error = error_of(home, ["file:///nowhere/c"], "alpha")
    assert (error["type"], error["message"]) == (
        "UnknownChannel",
        "no channel of conda's is at file:///nowhere/c/",
    )
    server = Server(channel.place)
    try:
        error = error_of(home, [f"{server.url}/none"], "alpha")
    finally:
        server.stop()
    assert (error["type"], error["message"]) == (
        "UnknownChannel",
        f"no channel of conda's is at {server.url}/none/",
    )
    error = error_of(home, ["http://127.0.0.1:9/c"], "alpha")
    assert (error["type"], error["message"]) == (
        "NoNetwork",
        "the channel cannot be reached: http://127.0.0.1:9/c",
    )
    assert "HTTPS_PROXY" in error["hint"]


def test_a_password_is_nowhere(home, channel):
    """It opens the channel, and is in no file, log or error; a wrong one is refused without being shown."""
    server = Server(channel.place, "Basic " + base64.b64encode(b"ann:s3cret").decode())
    definition = conda.define(define("", []), [server.url], ["beta"], str)
    what = conda_wanted.wanted(home, definition, Path("/"), find_uv())

    def secrets(password):
        url = server.url.replace("//", f"//ann:{password}@")
        return conda_wanted.secrets(definition, (url,), Path("/"))

    try:
        for wrong in ({}, secrets("wr0ng")):
            with pytest.raises(BuildFailed) as caught:
                ensure(home, what, Seen(), wrong)
            assert (caught.value.error["type"], caught.value.error["message"]) == (
                "NoAccess",
                f"the channel refused: {server.url}",
            )
            assert "wr0ng" not in json.dumps(caught.value.error)
        seen = Seen()
        facts = ensure(home, what, seen, secrets("s3cret"))
    finally:
        server.stop()
    assert facts["packages"]["beta"] == "1.0"
    assert b"s3cret" not in seen.log
    files = [path for path in Path(home.root).rglob("*") if path.is_file()]
    assert [path for path in files if b"s3cret" in path.read_bytes()] == []


def test_a_proxy(home, channel, tmp_path, monkeypatch):
    """The one that `.condarc` names is asked; a password in its URL is in no file."""
    proxy = Server(channel.place)
    (tmp_path / "condarc").write_text(f"proxy_servers: {{http: 'http://ann:s3cret@{proxy.host}'}}\n")
    monkeypatch.setenv("CONDARC", str(tmp_path / "condarc"))
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    definition = conda.define(define("", []), ["http://conda.invalid/c"], ["beta"], str)
    what = conda_wanted.wanted(home, definition, Path("/"), find_uv())
    try:
        facts = ensure(home, what, Seen(), conda_wanted.secrets(definition, (), Path("/")))
    except BuildFailed as failed:  # the server has no directory `c`
        facts = failed.error
    finally:
        proxy.stop()
    assert "http://conda.invalid/c/noarch/repodata.json" in proxy.asked
    assert "s3cret" not in json.dumps([what, facts])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
@pytest.mark.parametrize(("verify", "kind"), [("", "NoAccess"), ("false", ""), ("FILE", "")])
def test_certificates(home, channel, tmp_path, monkeypatch, verify, kind):
    """One that nobody knows is refused; `ssl_verify` of `.condarc` names it, or has none looked at."""
    files = (tmp_path / "certificate.pem", tmp_path / "key.pem")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    words += ["-addext", "basicConstraints=critical,CA:FALSE", "-out", files[0], "-keyout", files[1]]
    subprocess.run(words, check=True, capture_output=True)
    said = verify.replace("FILE", str(files[0]))
    (tmp_path / "condarc").write_text(f"ssl_verify: {said}\n" if said else "")
    monkeypatch.setenv("CONDARC", str(tmp_path / "condarc"))
    server = Server(channel.place, tls=files)
    try:
        if kind:
            error = error_of(home, [server.url], "beta")
            assert (error["type"], error["message"]) == (
                kind,
                f"the channel's certificate is not trusted: {server.url}",
            )
        else:
            assert ensure(home, asked(home, [server.url], "beta"), Seen())["packages"]["beta"] == "1.0"
    finally:
        server.stop()


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_a_replaced_file_is_not_installed(home, channel, scheme):
    """What does not have the sum of the lock fails, in a word, from a directory and over HTTP."""
    server = Server(channel.place)
    try:
        first = asked(home, [channel if scheme == "file" else server.url], "beta")
        lock = resolve(Home(home.root + "-check"), first, Seen())
        files = channel.place / "noarch"
        (files / "alpha-1.0-py_0.tar.bz2").write_bytes((files / "alpha-2.0-py_0.tar.bz2").read_bytes())
        with pytest.raises(BuildFailed) as caught:
            ensure(home, {**first, "lock": lock}, Seen())
    finally:
        server.stop()
    assert caught.value.error["type"] == "HashMismatch"
    assert "alpha" in caught.value.error["message"]


def test_an_interrupted_build_is_built_anew(home, channel):
    """What a killed builder left is not used: only the file written last makes it whole."""
    what = asked(home, [channel], "beta")
    place = EnvironmentPaths(home, what["name"])
    ensure(home, what, Seen())
    os.unlink(place.facts)
    for path in Path(place.prefix).glob("lib/python3*/site-packages/beta.py"):
        path.unlink()
    ensure(home, what, Seen())
    assert says(place, "import beta; print(beta.VERSION)") == "1.0"


@pytest.mark.engine("tmpfs")
def test_a_full_disk(tmpfs, channel):
    """What the disk has no room for is said so."""
    home = Home(str(tmpfs("2m") / "home"))
    channel.add("big", "1.0", files={"share/big": os.urandom(4 << 20)})
    error = error_of(home, [channel], "big")
    assert error["type"] == "DiskFull"
    assert "env remove" in error["hint"]


def test_no_builder(home, channel, tmp_path):
    """A Python that went away, and one without py-rattler."""
    what = asked(home, [channel], "alpha")
    with pytest.raises(BuildFailed) as caught:
        ensure(home, {**what, "builder": {"kind": "rattler", "program": "/nowhere/python"}}, Seen())
    assert caught.value.error["message"].startswith("python cannot be started: /nowhere/python")
    venv.create(tmp_path / "bare")
    bare = str(tmp_path / "bare" / "bin" / "python")
    with pytest.raises(BuildFailed) as caught:
        ensure(home, {**what, "builder": {"kind": "rattler", "program": bare}}, Seen())
    assert caught.value.error["message"] == "py-rattler cannot be used: No module named 'rattler'"
    assert "py-rattler" in caught.value.error["hint"]


def test_canceled(home, channel, silent):
    """It ends at once, the builder with it, and those that wait may build."""
    what = asked(home, [silent.url], "alpha")
    for _ in range(2):
        with pytest.raises(BuildCanceled):
            ensure(home, what, Seen(is_canceled=silent.asked.is_set))


def test_a_killed_builder(home, silent):
    """While the solver of a killed builder goes on, nobody else begins."""
    what = asked(home, [silent.url], "alpha")
    code = (
        "import json, sys\n"
        "from jupyter_runcfg.runtime.environment.build import Watcher, ensure\n"
        "from jupyter_runcfg.runtime.paths import Home\n"
        "said = lambda *words: None\n"
        "watcher = Watcher(said, said, lambda: False, 'exp_1_0abcdef0')\n"
        "ensure(Home(sys.argv[1]), json.loads(sys.argv[2]), watcher)"
    )
    builder = subprocess.Popen([sys.executable, "-c", code, home.root, json.dumps(what)])
    assert silent.asked.wait(120)
    builder.send_signal(signal.SIGKILL)
    builder.wait()
    waiting = Seen()
    waiting.is_canceled = lambda: len(waiting.steps) == 1
    with pytest.raises(BuildCanceled):
        ensure(home, what, waiting)
    assert waiting.steps == ["waits for another run that builds its environment"]


def test_a_lock_that_is_none(home, channel):
    """A damaged lock is told, not guessed at."""
    with pytest.raises(BuildFailed) as caught:
        ensure(home, {**asked(home, [channel], "alpha"), "lock": "numpy==1.26\n"}, Seen())
    assert caught.value.error["message"] == "its lock cannot be read"
