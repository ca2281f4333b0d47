"""HTTP for scripts that use MLflow: one thread a connection, JSON in and out."""

import hmac
import json
import socket
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from .store import Refusal, Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_BYTES = 64 << 20  # of one request: the client sends at most 1,000 metrics at once
MOST_CONNECTIONS = 512
STRANGER_S = 10.0  # for those who have not shown the secret yet
_AGAIN_S = 0.05
_STATUS = {
    "RESOURCE_DOES_NOT_EXIST": 404,
    "ENDPOINT_NOT_FOUND": 404,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "REQUEST_LIMIT_EXCEEDED": 413,
    "NOT_IMPLEMENTED": 501,
}  # others are 400: the client tries 5xx again for minutes


class Server:
    """Takes connections from a listening socket until it is closed."""

    def __init__(self, listener: "Any", secret: "str", store: "Store") -> "None":
        self.secret = secret
        self.store = store
        self._listener = socket.socket(fileno=listener.detach())
        self._address = self._listener.getsockname()
        self._is_open = True
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> "None":
        while self._is_open:
            try:
                connection = self._listener.accept()[0]
            except OSError:  # it was gone before we took it, or there are no descriptors left
                time.sleep(_AGAIN_S)
                continue
            try:
                if self._places.acquire(blocking=False):
                    threading.Thread(target=self._talk, args=(connection,), daemon=True).start()
                    continue
            except RuntimeError:  # there are no threads left
                self._places.release()
            connection.close()
        self._listener.close()

    def _talk(self, connection: "socket.socket") -> "None":
        with connection:
            try:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _Handler(connection, self._address, self)  # type: ignore[arg-type]
            except OSError:
                pass  # it went away
            finally:
                self._places.release()

    def close(self, status: "str") -> "None":
        """Take no more connections; what comes over those that are there is refused."""
        self._is_open = False
        self.store.close(status)
        try:  # nothing else wakes a thread that waits in accept() on every system
            socket.create_connection(self._address, STRANGER_S).close()
        except OSError:
            pass
        self._thread.join(STRANGER_S)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "jupyter_runcfg"
    timeout = STRANGER_S

    def _serve(self) -> "None":
        path, _, query = self.path.partition("?")
        server = self.server  # type: Server  # type: ignore[assignment]
        if not self._is_known(path, server.secret):
            self.close_connection = True
            self._refuse(Refusal("UNAUTHENTICATED", "this address belongs to the processes of another run"))
            return
        self.connection.settimeout(None)  # between two epochs may lie hours
        try:
            body = self._body(query)
            answer = self._answer(server.store, path.replace("/" + server.secret, "", 1), body)
        except Refusal as refusal:
            self._refuse(refusal)
        else:
            self._send(200, answer)

    def _answer(self, store: "Store", path: "str", body: "dict[str, Any]") -> "object":
        try:
            return store.answer(self.command, path, body)
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001 - a front door: the script must hear of it, and soon
            traceback.print_exc()
            raise Refusal("INTERNAL_ERROR", repr(error)) from None

    def _is_known(self, path: "str", secret: "str") -> "bool":
        """Whether the secret is there: as a token, or as the first part of the address."""
        said = self.headers.get("Authorization", "").rpartition(" ")[2]
        first = path.partition("/")[2].partition("/")[0]
        return any(
            hmac.compare_digest(word.encode("utf-8"), secret.encode("ascii")) for word in (said, first)
        )

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _serve

    def _body(self, query: "str") -> "dict[str, Any]":
        """The fields of the request: its JSON object, or for GET those of the address."""
        fields = {key: v[0] if len(v) == 1 else v for key, v in parse_qs(query).items()}  # type: dict[str, Any]
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or not length.isdigit() or int(length) > MOST_BYTES:
            self.close_connection = True  # what follows was not read
            raise Refusal("REQUEST_LIMIT_EXCEEDED", "a request has a length of at most 64 MB")
        data = self.rfile.read(int(length))
        if len(data) < int(length):
            raise ConnectionError("half a request")  # its sender was killed
        if not data:
            return fields
        try:
            sent = json.loads(data.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Refusal("INVALID_PARAMETER_VALUE", "the request is not JSON") from None
        if not isinstance(sent, dict):
            raise Refusal("INVALID_PARAMETER_VALUE", "the request is not a JSON object")
        fields.update(sent)
        return fields

    def _refuse(self, refusal: "Refusal") -> "None":
        self._send(_STATUS.get(refusal.code, 400), {"error_code": refusal.code, "message": str(refusal)})

    def _send(self, status: "int", answer: "object") -> "None":
        if isinstance(answer, str):
            data, kind = answer.encode("utf-8"), "text/plain"
        else:
            data, kind = json.dumps(answer).encode("ascii"), "application/json"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self._headers_buffer.append(b"\r\n" + data)  # type: ignore[attr-defined]
        self.flush_headers()  # one packet

    def log_message(self, format: "str", *args: "object") -> "None":
        """Nothing: a request is no event."""
