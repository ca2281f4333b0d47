"""A real sshd on loopback with keys of its own, for the tests that ask for one."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from .port import free_port

_WAIT_S = 120
_SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
NAME = "there"
"""What the person's ssh_config calls it."""


def probe():
    """Why none can be started here; empty when one can."""
    missing = [name for name in ("ssh", "ssh-keygen") if shutil.which(name) is None]
    if _SSHD is None:
        missing.append("sshd")
    return f"no {', '.join(missing)} on PATH" if missing else ""


class Sshd:
    """One that listens, with all it needs in one directory; `programs` has an `ssh` that knows it."""

    def __init__(self, directory, **variables):
        """`variables` are those that its sessions see."""
        self.directory = Path(directory)
        self.programs = self.directory / "programs"
        self.home = self.directory / "home"
        for place in (self.programs, self.home):
            place.mkdir()
        self.port = free_port()
        self._write_keys()
        self._write_config({"HOME": str(self.home), "PATH": os.environ["PATH"], **variables})
        self._process = None
        self.start()

    def start(self):
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        with open(self.directory / "sshd.log", "ab") as log:
            words = [_SSHD, "-D", "-e", "-f", self.directory / "sshd_config"]
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=log)
        deadline = time.monotonic() + _WAIT_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.directory / "sshd.log").read_text()) from None
                time.sleep(0.01)
            else:
                return

    def stop(self):
        """End the listener, not the sessions."""
        self._process.kill()
        self._process.wait()

    def cut(self):
        """Kill every session, as a network that is gone does; returns how many there were."""
        found = subprocess.run(
            ["pgrep", "-f", f"ssh -F {self.directory}/ssh_config"], capture_output=True, text=True
        )
        for pid in found.stdout.split():
            subprocess.run(["kill", "-9", pid], stderr=subprocess.DEVNULL)
        return len(found.stdout.split())

    def _write_keys(self):
        for name in ("host", "person"):
            words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", self.directory / name]
            subprocess.run(words, check=True)
        host_key = " ".join((self.directory / "host.pub").read_text().split()[:2])
        (self.directory / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host_key}\n")

    def _write_config(self, variables):
        place = self.directory
        said = " ".join(f'"{key}={value}"' for key, value in variables.items())
        (place / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {place}/host\nPidFile none\n"
            f"AuthorizedKeysFile {place}/person.pub\nStrictModes no\nUsePAM no\nUseDNS no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
            f"MaxStartups 100:30:200\nMaxSessions 100\nSetEnv {said}\n"
        )
        (place / "ssh_config").write_text(
            f"Host {NAME}\n  HostName 127.0.0.1\n  Port {self.port}\n  IdentityFile {place}/person\n"
            f"  IdentitiesOnly yes\n  UserKnownHostsFile {place}/known_hosts\n"
            "  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  BatchMode yes\n"
        )
        program = self.programs / "ssh"
        program.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {place}/ssh_config "$@"\n')
        program.chmod(0o755)


@pytest.fixture
def sshd(tmp_path_factory, monkeypatch):
    """sshd(VARIABLE=value …) starts one; the `ssh` on PATH then reaches it as `there`."""
    started = []

    def start(**variables):
        one = Sshd(tmp_path_factory.mktemp("sshd"), **variables)
        started.append(one)
        monkeypatch.setenv("PATH", f"{one.programs}{os.pathsep}{os.environ['PATH']}")
        return one

    yield start
    for one in started:
        one.stop()
        one.cut()
