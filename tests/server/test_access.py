"""Nobody without the token gets in, by any handler, and no other site with the person's cookie."""

import re

import pytest
from tornado.websocket import WebSocketHandler

from jupyter_runcfg.server.routes import ROUTES, addresses

METHODS = ("get", "head", "post", "put", "patch", "delete")
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def offered():
    """(method, path, headers) of all that the extension's handlers answer."""
    for route, handler in addresses("/", ROUTES):
        path = re.sub(r"\(\?P<run_id>[^)]*\)", "diabetes_1_ab12cd34", route)
        path = re.sub(r"\(\?P<name>[^)]*\)", "logs/std_log.txt", path)
        assert "(" not in path, f"give {path} an example"
        headers = UPGRADE if issubclass(handler, WebSocketHandler) else {}
        for method in METHODS:
            if is_answered(handler, method):
                yield method.upper(), path, headers


def is_answered(handler, method):
    """Whether the class has such a method of ours; tornado's own answers 405."""
    return getattr(handler, method).__module__.startswith("jupyter_") or bool(
        getattr(getattr(handler, method), "__wrapped__", None)
    )


def test_all_handlers_are_asked():
    """The list below is of all routes, each with a method at least."""
    assert {path.rsplit("ab12cd34")[-1] for _, path, _ in offered()} == {
        "",
        "/runcfg/table",
        "/cancel",
        "/files/logs/std_log.txt",
        "/stream",
    }


@pytest.mark.parametrize("token", ["", "wrong"])
@pytest.mark.parametrize(("method", "path", "headers"), list(offered()), ids=lambda part: str(part)[:60])
def test_no_token_no_answer(server, method, path, headers, token):
    """403 by every method of every handler, and nothing said."""
    status, _, body = server.ask(method, path, headers, token=token)
    assert status == 403
    assert b"std_log" not in body
    assert b"runcfg/" not in body


def cookies(server):
    """What a browser has after it signed in: the session's cookies."""
    _, headers, _ = server.ask("GET", "/api/contents?token=a-test-server-of-one-module", token="")
    return "; ".join(value.split(";")[0] for value in headers.get_all("Set-Cookie"))


def test_no_stream_for_other_sites(server):
    """A page of another site cannot open a stream with the person's cookie; ours can."""
    here = f"http://127.0.0.1:{server.port}"
    cookie = {"Cookie": cookies(server)}
    for headers, expected in (
        ({**cookie, "Origin": "http://evil.example"}, 403),
        ({**cookie, "Origin": here}, 101),
        ({"Origin": here}, 403),
    ):
        path = "/runcfg/runs/diabetes_1_ab12cd34/stream"
        assert server.ask("GET", path, {**UPGRADE, **headers}, token="")[0] == expected


def test_no_cancel_without_the_xsrf_token(server):
    """A form of another site cannot cancel with the person's cookie."""
    status, _, body = server.ask(
        "POST", "/runcfg/runs/diabetes_1_ab12cd34/cancel", {"Cookie": cookies(server)}, token=""
    )
    assert status == 403, body
    assert b"_xsrf" in body


def test_no_file_for_other_sites(server):
    """A file comes to pages of this server only; the token alone is enough for programs."""
    path = "/runcfg/runs/diabetes_1_ab12cd34/files/logs/std_log.txt"
    for referer, expected in (
        ({}, 403),
        ({"Referer": "http://evil.example/"}, 403),
        ({"Referer": f"http://127.0.0.1:{server.port}/lab"}, 404),
    ):
        status, _, _ = server.ask("GET", path, {"Cookie": cookies(server), **referer}, token="")
        assert status == expected, referer
    assert server.ask("GET", path)[0] == 404
