"""How an engine is reached: the socket of this machine, TCP with or without TLS, or SSH."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager

from ...errors import TargetError

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPConnection
    from subprocess import Popen

    from .engine import EngineGone

_SSH = ("ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=10")
_PORT, _TLS_PORT = 2375, 2376


@contextmanager
def connect(host: str, timeout_s: float | None) -> Iterator[HTTPConnection]:
    """A connection that is closed at the end. Raises OSError where there is nobody."""
    if host.startswith("ssh://"):
        with _by_ssh(host, timeout_s) as line:
            yield line
        return
    line = _http(host, timeout_s)
    try:
        yield line
    finally:
        line.close()


def is_remote(host: str) -> bool:
    """Whether that engine sees other files than we do."""
    return not host.startswith("unix://")


def check(host: str) -> None:
    """Nothing where somebody listens on that socket; other kinds of engines are not asked.

    Raises:
        EngineGone: Nobody does.
    """
    if is_remote(host):
        return
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(path_of(host))
    except OSError as error:
        raise gone(host, error) from error


def gone(host: str, error: Exception) -> EngineGone:
    """Why an engine cannot be asked, and what to do."""
    from ... import settings
    from .engine import EngineGone

    known = error.__cause__ if isinstance(error, TargetError) and error.__cause__ else error
    if isinstance(known, PermissionError):
        message = "you may not use the Docker engine of this machine"
        hint = f"`sudo usermod -aG docker {settings.user_name()}`, then sign in again"
    elif isinstance(known, (FileNotFoundError, ConnectionRefusedError)) and not is_remote(host):
        message = "no Docker engine answers on this machine"
        hint = "`sudo systemctl start docker` (podman: `systemctl --user start podman.socket`)"
        if settings.docker_host():
            hint += f"; or DOCKER_HOST is wrong: {host}"
    elif is_remote(host):
        message = f"the Docker engine cannot be reached: {_said(known)}"
        hint = f"is the address right, and does `docker -H {host} version` answer?"
    else:
        message = f"the Docker engine does not answer: {_said(known)}"
        hint = "`docker version` says more"
    return EngineGone(message, where=host, hint=hint)


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__


def path_of(host: str) -> str:
    """The socket of an engine of this machine."""
    return host.removeprefix("unix://")


def _http(host: str, timeout_s: float | None) -> HTTPConnection:
    if host.startswith("unix://"):
        return _on_socket(_unix(path_of(host), timeout_s))
    from http.client import HTTPConnection, HTTPSConnection
    from urllib.parse import urlsplit

    from ... import settings

    address = urlsplit(host)
    place = settings.docker_certificates()
    if address.scheme == "https" or place:
        import ssl

        trust = ssl.create_default_context(cafile=os.path.join(place, "ca.pem") if place else None)
        if place:
            trust.load_cert_chain(os.path.join(place, "cert.pem"), os.path.join(place, "key.pem"))
        port = address.port or _TLS_PORT
        return HTTPSConnection(address.hostname or "", port, timeout=timeout_s, context=trust)
    return HTTPConnection(address.hostname or "", address.port or _PORT, timeout=timeout_s)


def _unix(path: str, timeout_s: float | None) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(timeout_s)
        line.connect(path)
    except BaseException:
        line.close()
        raise
    return line


def _on_socket(line: socket.socket) -> HTTPConnection:
    """HTTP on a socket that is connected already."""
    from http.client import HTTPConnection

    made = HTTPConnection("docker")
    made.sock = line
    return made


@contextmanager
def _by_ssh(host: str, timeout_s: float | None) -> Iterator[HTTPConnection]:
    """The person's own ssh carries it to the docker program over there, as `docker -H ssh://…` does."""
    import subprocess
    from http.client import HTTPException

    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(timeout_s)
        ssh = subprocess.Popen(
            [*_SSH, "--", host.rstrip("/"), "docker", "system", "dial-stdio"],
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=subprocess.PIPE,
        )
        theirs.close()
        try:
            yield _on_socket(ours)
        except (OSError, HTTPException) as error:
            said = _last_words(ssh)
            if said and not isinstance(error, TimeoutError):
                raise ConnectionError(said) from error
            raise
        finally:
            ours.close()
            ssh.kill()
            ssh.communicate()


def _last_words(ssh: Popen[bytes]) -> str:
    from subprocess import TimeoutExpired

    try:
        said = ssh.communicate(timeout=1.0)[1]
    except TimeoutExpired:
        return ""
    return (said.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
