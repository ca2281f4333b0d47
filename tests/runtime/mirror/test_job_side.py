"""The side of the job as a process: what it refuses, and what it leaves undone then."""

import json
import os
import subprocess
import sys

import pytest

from jupyter_runcfg.runtime import archive
from jupyter_runcfg.runtime.mirror import frame
from jupyter_runcfg.runtime.paths import Home

PAUSED = frame.pack(frame.HAVE, data=b"[]")


@pytest.fixture
def paths(tmp_path):
    home = Home(str(tmp_path / "home"))
    home.create()
    return home.run("exp_1_00000000")


def say(paths, *frames):
    """Exit status, what it said in frames, and its last words."""
    pyz = archive.install(paths.home.runtime)
    words = [sys.executable, "-I", "-S", pyz, "--mirror", paths.directory, "1"]
    done = subprocess.run(words, input=b"".join(frames), capture_output=True, timeout=60)
    assert done.stdout.startswith(frame.BANNER)
    return done.returncode, done.stdout[len(frame.BANNER) :], done.stderr.decode()


def files(root):
    found = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return sorted(name for name in found if not name.startswith(("home/index/", "home/runtime/")))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (frame.pack(frame.PUT, "../../x", 0, b"x"), "may not be written"),
        (frame.pack(frame.PUT, "/etc/x", 0, b"x"), "may not be written"),
        (frame.pack(frame.MANIFEST, " ../../x", 0, b""), "is no name of a manifest"),
        (
            frame.pack(frame.MANIFEST, " " + "a" * 64, 0, b"x") + frame.pack(frame.MANIFEST, " " + "a" * 64),
            "cut off",
        ),
        (frame.pack(frame.ASK, data=b'[["../../x", 1]]') + frame.pack(frame.ASK, data=b"[]"), "is no digest"),
        (frame.pack(frame.ASK, data=b"{"), "Expecting property name"),
        (frame.pack(frame.OBJECTS, data=b"x" * 512), "stream of objects is damaged"),
        (frame.pack(frame.OBJECTS, data=b"x" * 100), "cut off"),
        (frame.pack(frame.GROWN, "logs/x", 0, b"x"), "nothing that may be said now"),
        (b"junk" * 100, "no frame"),
        (b"", "went away"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused(said, why, paths, tmp_path):
    """It ends with the reason, and has written nothing but its own marks."""
    status, _, words = say(paths, said, PAUSED) if said else say(paths)
    assert status == 1
    assert why in words
    assert "Traceback" not in words
    assert files(tmp_path) == [f"home/runs/{paths.run_id}/attempts/1/mirror"]


def test_only_new_small_files_come_to_a_job_that_runs(paths, tmp_path):
    """The cancel marker does; its request and what it writes itself do not."""
    paths.create()
    paths.attempt(1).create()
    for name in ("request.json", "attempts/1/sent"):
        (tmp_path / "home/runs" / paths.run_id / name).write_text("{}")
    cancel = frame.pack(frame.PUT, "cancel")
    status, _, words = say(paths, PAUSED, cancel, frame.pack(frame.PUT, "request.json", 0, b"[]"))
    assert (status, words) == (1, "'request.json' may not be written\n")
    assert os.path.exists(paths.cancel)
    with open(paths.request) as stream:
        assert stream.read() == "{}"


def test_what_is_sent_to_one_that_has_a_part(paths):
    """Each byte that it lacks, and the end last."""
    paths.create()
    paths.attempt(1).create()
    contents = {
        "logs/std_log.txt": b"0123456789",
        "logs/whole.txt": b"abc",
        "events/node-0.jsonl": b"{}\n",
        "events/client-1.jsonl": b"{}\n",
        "attempts/1/claim": b"{}",
        "attempts/1/secrets": b"hush",
        "attempts/1/end.json": b'{"status": "Completed"}',
        "end.json": b'{"status": "Completed"}',
        "outputs/model": b"m",
        "work/left": b"l",
    }
    for name, data in contents.items():
        path = os.path.join(paths.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(data)
    had = [
        ["logs/std_log.txt", 4, 0],
        ["logs/whole.txt", 3, 0],
        ["attempts/1/claim", 2, 0],
        ["logs/mine", 9, 0],
    ]
    have = frame.pack(frame.HAVE, data=json.dumps(had).encode())
    pyz = archive.install(paths.home.runtime)
    words = [sys.executable, "-I", "-S", pyz, "--mirror", paths.directory, "1"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        process.stdin.write(have + PAUSED)
        frame.skip_to_banner(process.stdout.read)
        assert frame.read(process.stdout.read).kind == frame.HELLO
        found = []
        while (said := frame.read(process.stdout.read)).kind != frame.END:
            found.append((said.kind, said.name, said.offset, said.data))
        process.stdin.write(frame.pack(frame.DONE))
        assert process.wait(30) == 0
    assert [one for one in found if one[0] == frame.GROWN] == [
        (frame.GROWN, "logs/std_log.txt", 4, b"456789"),
        (frame.GROWN, "events/node-0.jsonl", 0, b"{}\n"),
    ]
    placed = [name for kind, name, _, _ in found if kind == frame.PLACE]
    assert placed == ["outputs/model", "attempts/1/end.json", "end.json"]
    assert (
        b"".join(data for kind, _, _, data in found if kind == frame.PART) == b"m" + 2 * contents["end.json"]
    )
