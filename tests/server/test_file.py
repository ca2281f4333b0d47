"""Files of a run by their names: whole or in pieces, to be saved, and never anything else."""

import os

import pytest

from jupyter_runcfg.server.file import requested

SCRIPT = """
import os
os.makedirs("outputs/deep", exist_ok=True)
open("outputs/model.bin", "wb").write(bytes(range(256)) * 4096)
open("outputs/page.html", "w").write("<script>alert(1)</script>")
open("outputs/deep/ünïcode %41 'a b'.txt", "w").write("deep")
open("outputs/empty", "w").close()
os.symlink("/etc/passwd", "outputs/passwd")
os.symlink("../../request.json", "outputs/request")
print("hello")
"""
MODEL = bytes(range(256)) * 4096


@pytest.fixture
def run(submit):
    run = submit(SCRIPT)
    assert run.wait(30).status == "Completed"
    return run


def test_a_file_is_saved_and_never_shown(server, run):
    """An attachment without a type to guess: a page with a script stays a file."""
    status, headers, body = server.ask("GET", f"/runcfg/runs/{run.run_id}/files/outputs/page.html")
    assert (status, body) == (200, b"<script>alert(1)</script>")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=utf-8''page.html"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "allow-scripts" not in headers["Content-Security-Policy"]


def test_all_files_by_their_names(server, run):
    """Outputs and logs, of any name, any size, empty too."""
    for name, expected in (
        ("outputs/model.bin", MODEL),
        ("outputs/empty", b""),
        ("outputs/deep/%C3%BCn%C3%AFcode%20%2541%20%27a%20b%27.txt", b"deep"),
        ("logs/std_log.txt", b"hello\n"),
    ):
        status, headers, body = server.ask("GET", f"/runcfg/runs/{run.run_id}/files/{name}")
        assert (status, body) == (200, expected), name
        assert headers["Content-Length"] == str(len(expected))


def test_a_range_of_bytes(server, run):
    """As browsers and download managers ask to go on with a download."""
    path = f"/runcfg/runs/{run.run_id}/files/outputs/model.bin"
    size = len(MODEL)
    for asked, piece in (("0-0", (0, 1)), (f"{size - 10}-", (size - 10, size)), ("-5", (size - 5, size))):
        status, headers, body = server.ask("GET", path, {"Range": f"bytes={asked}"})
        assert (status, body) == (206, MODEL[piece[0] : piece[1]])
        assert headers["Content-Range"] == f"bytes {piece[0]}-{piece[1] - 1}/{size}"
    status, headers, body = server.ask("GET", path, {"Range": f"bytes={size}-"})
    assert (status, headers["Content-Range"], body) == (416, f"bytes */{size}", b"")


def test_head_tells_the_size(server, run):
    """All headers, and no body."""
    status, headers, body = server.ask("HEAD", f"/runcfg/runs/{run.run_id}/files/outputs/model.bin")
    assert (status, headers["Content-Length"], body) == (200, str(len(MODEL)), b"")


@pytest.mark.parametrize(
    "name",
    [
        "outputs/passwd",
        "outputs/request",
        "outputs",
        "outputs/deep",
        "request.json",
        "../request.json",
        "outputs/../request.json",
        "outputs/../../request.json",
        "%2e%2e/request.json",
        "outputs/%2e%2e/%2e%2e/request.json",
        "outputs%2f..%2f..%2frequest.json",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "outputs/model.bin%00.txt",
        "outputs//etc/passwd",
        "logs/../attempts/1/job.json",
        "a" * 5000,
        "%ff%fe",
    ],
)
def test_no_other_file_is_served(server, run, name):
    """No link out, no way up, no file of ours in the record, no directory."""
    assert os.path.exists(run.paths.request)
    status, _, body = server.ask("GET", f"/runcfg/runs/{run.run_id}/files/{name}")
    assert status in (400, 404), (name, status)
    assert b"root:" not in body
    assert b"snapshot" not in body


def test_a_log_that_grows_while_it_is_sent(server, submit, go):
    """Exactly the bytes that were promised come, whatever is written meanwhile."""
    run = submit("""
        import os
        while not os.path.exists("go"):
            print("line " * 2000, flush=True)
    """)
    while not os.path.exists(run.paths.std_log) or os.path.getsize(run.paths.std_log) < 3_000_000:
        pass
    status, headers, body = server.ask("GET", f"/runcfg/runs/{run.run_id}/files/logs/std_log.txt")
    go(run)
    assert status == 200
    assert len(body) == int(headers["Content-Length"]) >= 3_000_000


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", range(10)),
        ("bytes=0-", range(10)),
        ("bytes=2-5", range(2, 6)),
        ("bytes=2-99", range(2, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-99", range(10)),
        ("bytes=10-", None),
        ("bytes=5-2", None),
        ("bytes=-0", None),
        ("bytes=-", range(10)),
        ("bytes=0-1,4-5", range(10)),
        ("lines=0-1", range(10)),
        ("bytes=²-", range(10)),
    ],
)
def test_ranges(header, expected):
    """One range as RFC 9110 has it; what is no range of bytes, or several, gets the whole."""
    assert requested(header, 10) == expected
