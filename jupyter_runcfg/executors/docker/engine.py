"""A Docker engine as its own HTTP interface has it: the few calls that every run needs.

A plain client, since each supervisor pays for what it imports: the docker SDK takes 0.2 s to load.
"""

from __future__ import annotations

import http
import json
from contextlib import contextmanager

from ...errors import TargetError
from . import brief, connection
from .lines import Lines

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from http.client import HTTPResponse
    from typing import Any

API = "/v1.41"  # of Docker 20.10 (December 2020) and podman 4
ANSWER_S = 60.0
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/@")
_REFUSED = http.HTTPStatus.BAD_REQUEST


class EngineError(TargetError):
    """The engine answered that it will not: `.status` is the HTTP status."""

    def __init__(self, status: int, message: str, where: str = "", hint: str = "") -> None:
        super().__init__(message, where=where, hint=hint)
        self.status = status


class EngineGone(TargetError):
    """The engine does not answer: not there, not allowed, or lost in the middle."""


class Engine:
    """One engine, by its address (`unix://…`, `tcp://…`, `ssh://…`)."""

    def __init__(self, host: str) -> None:
        self.host = host
        self._lines = Lines(host)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        /,
        *,
        timeout_s: float | None = ANSWER_S,
        **query: Any,
    ) -> Any:
        """What the engine answers, as JSON; None where it has nothing to say.

        Raises:
            EngineError: It refuses.
            EngineGone: It does not answer.
        """
        text = self._read(method, path, body, timeout_s, query)
        if not text.strip():
            return None
        try:
            return json.loads(text)
        except ValueError as error:
            raise self._cut_off() from error

    def get(self, method: str, path: str, body: object = None, /, **more: Any) -> Any:
        """As `ask`, where the engine always has something to say: one that is killed sends half of it."""
        answer = self.ask(method, path, body, **more)
        if answer is None:
            raise self._cut_off()
        return answer

    def _cut_off(self) -> EngineGone:
        return connection.gone(self.host, ConnectionError("its answer was cut off"))

    def _read(
        self, method: str, path: str, body: object, timeout_s: float | None, query: Mapping[str, Any]
    ) -> bytes:
        if connection.is_remote(self.host) or isinstance(body, bytes) or hasattr(body, "read"):
            with self.open(method, path, body, timeout_s=timeout_s, **query) as answer:
                return answer.read()
        sent = b"" if body is None else json.dumps(body).encode("utf-8")
        address = _address(path, query)
        try:
            status, text = brief.call(connection.path_of(self.host), method, address, sent, timeout_s)
        except OSError as error:
            raise connection.gone(self.host, error) from error
        if status >= _REFUSED:
            raise refused(status, text, self.host)
        return text

    @contextmanager
    def open(
        self,
        method: str,
        path: str,
        body: object = None,
        /,
        *,
        timeout_s: float | None = ANSWER_S,
        **query: Any,
    ) -> Iterator[HTTPResponse]:
        """The answer as a stream; what is wrong is raised as by `ask`. `body` is bytes, a file, or JSON."""
        raw = isinstance(body, bytes) or hasattr(body, "read")
        sent: Any = body if raw or body is None else json.dumps(body).encode("utf-8")
        kind = "application/x-tar" if raw else "application/json"
        head = {"Content-Type": kind} if sent is not None else {}
        from http.client import HTTPException

        try:
            with self._lines.call(method, _address(path, query), sent, head, timeout_s) as answer:
                if answer.status < _REFUSED:
                    yield answer
                    return
                said = refused(answer.status, answer.read(), self.host)
        except (OSError, HTTPException) as error:
            raise connection.gone(self.host, error) from error
        raise said

    def version(self) -> dict[str, Any]:
        return dict(self.get("GET", "/version"))

    def info(self) -> dict[str, Any]:
        return dict(self.get("GET", "/info"))

    def image(self, name: str) -> dict[str, Any] | None:
        """What the engine has of an image; None where it has none."""
        return self._find(f"/images/{_quoted(name)}/json")

    def create(self, name: str, spec: Mapping[str, Any]) -> str:
        """A container that waits for its start; returns its id."""
        return str(self.get("POST", "/containers/create", spec, name=name)["Id"])

    def start(self, container: str) -> None:
        self.ask("POST", f"/containers/{container}/start")

    def container(self, name: str) -> dict[str, Any] | None:
        """What the engine has of a container; None where it is gone."""
        return self._find(f"/containers/{name}/json")

    def wait(self, container: str, timeout_s: float | None = None) -> int | None:
        """The exit code, once it has ended; None where that takes longer than `timeout_s`."""
        try:
            return int(self.get("POST", f"/containers/{container}/wait", timeout_s=timeout_s)["StatusCode"])
        except EngineGone as error:
            if isinstance(error.__cause__, TimeoutError):
                return None
            raise

    def containers(self, labels: Mapping[str, str]) -> list[dict[str, Any]]:
        """Those with such labels, ended ones too."""
        wanted = json.dumps({"label": [f"{key}={value}" for key, value in labels.items()]})
        return list(self.get("GET", "/containers/json", all="1", filters=wanted))

    def kill(self, container: str, signal: str = "SIGKILL") -> None:
        """Nothing, where it has ended."""
        self._unless_gone("POST", f"/containers/{container}/kill", signal=signal)

    def remove(self, container: str) -> None:
        """End it and take it away with its unnamed volumes; nothing, where it is gone."""
        self._unless_gone("DELETE", f"/containers/{container}", force="1", v="1")

    def printed(self, container: str) -> bytes:
        """What the container itself wrote, its last lines."""
        path = f"/containers/{container}/logs"
        query = {"stdout": "1", "stderr": "1", "tail": "200"}
        return b"".join(_frames(self._read("GET", path, None, ANSWER_S, query)))

    def create_network(self, name: str, labels: Mapping[str, str]) -> None:
        body = {"Name": name, "Driver": "bridge", "CheckDuplicate": True, "Labels": dict(labels)}
        self.ask("POST", "/networks/create", body)

    def networks(self, labels: Mapping[str, str]) -> list[dict[str, Any]]:
        wanted = json.dumps({"label": [f"{key}={value}" for key, value in labels.items()]})
        return list(self.get("GET", "/networks", filters=wanted))

    def remove_network(self, name: str) -> None:
        self._unless_gone("DELETE", f"/networks/{name}")

    def volumes(self, labels: Mapping[str, str]) -> list[dict[str, Any]]:
        wanted = json.dumps({"label": [f"{key}={value}" for key, value in labels.items()]})
        return list(self.get("GET", "/volumes", filters=wanted)["Volumes"] or [])

    def remove_volume(self, name: str) -> None:
        """Nothing, where it is gone, or a container still has it."""
        self._unless_gone("DELETE", f"/volumes/{name}")

    def _find(self, path: str) -> dict[str, Any] | None:
        try:
            return dict(self.get("GET", path))
        except EngineError as error:
            if error.status == http.HTTPStatus.NOT_FOUND:
                return None
            raise

    def _unless_gone(self, method: str, path: str, **query: Any) -> None:
        try:
            self.ask(method, path, **query)
        except EngineError as error:
            if error.status not in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.CONFLICT):
                raise


def _address(path: str, query: Mapping[str, Any]) -> str:
    words = "&".join(f"{key}={_quoted(str(value))}" for key, value in query.items())
    return f"{API}{path}" + (f"?{words}" if words else "")


def _quoted(text: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode("utf-8"))


def refused(status: int, body: bytes, host: str) -> EngineError:
    """What an answer says that is none: the engine's own words."""
    try:
        message = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        message = body.decode("utf-8", "replace").strip()[:500] or f"HTTP status {status}"
    return EngineError(status, message, where=host)


def _frames(data: bytes) -> Iterator[bytes]:
    """The parts of a stream in which the engine mixes stdout and stderr: a head of 8 bytes before each."""
    while len(data) > 8:
        size = int.from_bytes(data[4:8], "big")
        yield data[8 : 8 + size]
        data = data[8 + size :]
