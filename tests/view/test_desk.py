"""What a view may ask of a run, by a real record with real files."""

import json
import os

import pytest

from jupyter_runcfg.errors import TargetError
from jupyter_runcfg.run import Run
from jupyter_runcfg.runtime import ending
from jupyter_runcfg.runtime.paths import RunPaths
from jupyter_runcfg.runtime.tracking.tracker import Tracker
from jupyter_runcfg.snapshot.value import printable
from jupyter_runcfg.view.desk import PIECE_BYTES, Desk
from jupyter_runcfg.view.feed import Feed

from ..verbs.made import made

RUN_ID = "diabetes_1795000000_ab12cd34"
REQUEST = {
    "run_id": RUN_ID,
    "experiment": "diabetes",
    "number": 12,
    "created": 1000.0,
    "script": "train.py",
    "target": {"name": "local"},
    "argv": ["python", "train.py", "--alpha", "0.03"],
    "environment": {"python": "/usr/bin/python3"},
    "snapshot": "c8f2",
    "snapshot_size": {"described": "14 files 0.3 MB"},
    "source_directory": "/home/ann/diabetes",
    "git": {"branch": "main", "commit": "3f2a91c0ffee" * 3, "dirty": "True"},
    "configuration": {"script": "train.py", "environmentVariables": {"A": "1"}, "target": "local"},
    "notes": ["sent, and looks like a secret: .env"],
    "versions": {"python": "3.11.7"},
}


@pytest.fixture
def run(runcfg_home):
    paths = RunPaths(str(runcfg_home / "runs" / RUN_ID))
    paths.home.create()
    paths.create()
    with open(paths.request, "w") as stream:
        json.dump(REQUEST, stream)
    os.makedirs(os.path.join(paths.work, "outputs"))
    return Run.of(paths)


@pytest.fixture
def desk(run):
    return Desk(run, Feed(run).seen.media)


def put(run, name, data=b""):
    """A file of the running script."""
    path = os.path.join(run.paths.work, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(data)
    return path


def ask(desk, what, **given):
    """What was found, and the bytes; of a refusal its text."""
    content, buffers = desk.answer({"kind": "ask", "id": 7, "what": what, **given})
    assert (content["kind"], content["id"]) == ("reply", 7)
    return (content["found"], *buffers) if content["ok"] else content["text"]


def test_files_are_listed_with_their_sizes_outputs_first(run, desk):
    """Outputs and logs of the running script, logs of the run, artifacts; our own index of lines is not."""
    put(run, "outputs/deep/model.pkl", b"12345")
    put(run, "logs/own.log", b"1")
    put(run, "train.py", b"not an output")
    with open(run.paths.std_log, "wb") as stream:
        stream.write(b"hello\n")
    open(run.paths.std_log_index, "wb").close()
    found, data = ask(desk, "files")
    assert [(path, size) for path, size, _ in found["files"]] == [
        ("outputs/deep/model.pkl", 5),
        ("logs/own.log", 1),
        ("logs/std_log.txt", 6),
    ]
    assert (found["total"], found["size"], found["is_partial"], data) == (3, 12, False, b"")
    found, _ = ask(desk, "files", part="MODEL")
    assert [path for path, _, _ in found["files"]] == ["outputs/deep/model.pkl"]


def test_of_many_files_the_first_are_listed_and_all_counted(run, desk):
    """A hundred thousand names are no message of ten megabytes."""
    for number in range(1_200):
        put(run, f"outputs/{number:05}.txt", b"x")
    found, _ = ask(desk, "files")
    assert (len(found["files"]), found["total"], found["size"]) == (1_000, 1_200, 1_200)
    assert found["files"][-1][0] == "outputs/00999.txt"


def test_names_that_are_no_text_are_counted_but_cannot_be_asked_for(run, desk):
    """A file system may hold what JSON cannot."""
    directory = os.fsencode(os.path.join(run.paths.work, "outputs"))
    open(os.path.join(directory, b"caf\xe9"), "wb").close()
    found, _ = ask(desk, "files")
    assert (found["files"], found["total"]) == ([], 1)


@pytest.mark.parametrize(
    "name", ["../request.json", "/etc/passwd", "outputs/../../request.json", "", ".", "outputs/no\0pe"]
)
def test_a_name_cannot_leave_the_files_of_the_run(desk, name):
    """Whatever asks, nothing else of the machine is opened."""
    assert ask(desk, "preview", path=name).startswith(f"'{printable(name)}' is no file")


def test_links_out_of_the_run_pipes_and_directories_are_not_opened(run, desk):
    """What a script leaves in its outputs is not trusted."""
    put(run, "outputs/inside.txt", b"inside")
    os.symlink("/etc/passwd", os.path.join(run.paths.work, "outputs/link"))
    os.symlink("inside.txt", os.path.join(run.paths.work, "outputs/near"))
    os.mkfifo(os.path.join(run.paths.work, "outputs/pipe"))
    os.mkdir(os.path.join(run.paths.work, "outputs/directory"))
    assert ask(desk, "preview", path="outputs/link") == "'outputs/link' is a link that leads out of the run"
    assert ask(desk, "preview", path="outputs/near") == ({"type": "text", "size": 6}, b"inside")
    for name in ("pipe", "directory", "absent"):
        said = ask(desk, "piece", path=f"outputs/{name}")
        assert said.startswith(f"run diabetes/12 has no file 'outputs/{name}'")


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"text \xff", "text"),
        ("a.CSV", b"a,b\n", "csv"),
        ("a.json", b"{}", "json"),
        ("a.bin", b"a\0b", "binary"),
        ("a.png", b"\x89PNG", "image/png"),
        ("a.html", b"<script>", "text"),
    ],
)
def test_a_preview_says_what_it_is(run, desk, name, data, kind):
    """By its name and its first bytes; what is no text and no image comes without bytes."""
    put(run, f"outputs/{name}", data)
    shown = b"" if kind == "binary" else data
    assert ask(desk, "preview", path=f"outputs/{name}") == ({"type": kind, "size": len(data)}, shown)


def test_large_files_are_shown_in_part_and_large_images_not(run, desk):
    """A page must not choke on what somebody clicks on."""
    put(run, "outputs/long.txt", b"x" * 1_000_000)
    put(run, "outputs/large.png", b"x" * 6_000_000)
    found, data = ask(desk, "preview", path="outputs/long.txt")
    assert (found["size"], len(data)) == (1_000_000, 256 << 10)
    assert ask(desk, "preview", path="outputs/large.png") == ({"type": "image/png", "size": 6_000_000}, b"")


def test_pieces_come_to_the_whole_file(run, desk):
    """A download without a server."""
    data = os.urandom(PIECE_BYTES + 10)
    put(run, "outputs/model.pkl", data)
    first, head = ask(desk, "piece", path="outputs/model.pkl", offset=0)
    second, tail = ask(desk, "piece", path="outputs/model.pkl", offset=len(head))
    assert (first, second) == (
        {"offset": 0, "size": len(data)},
        {"offset": PIECE_BYTES, "size": len(data)},
    )
    assert head + tail == data


def test_the_log_of_another_rank_is_read_from_where_one_is(run, desk):
    """Far behind it begins near the end, with a whole line; `whole` leaves nothing out."""
    assert ask(desk, "log", rank=1) == ({"start": 0, "size": 0}, b"")
    with open(run.paths.log_of(1), "wb") as stream:
        stream.write(b"one\ntwo\n")
    assert ask(desk, "log", rank=1, offset=4) == ({"start": 4, "size": 8}, b"two\n")
    lines = b"".join(b"%07d\n" % number for number in range(700_000))
    with open(run.paths.log_of(1), "wb") as stream:
        stream.write(lines)
    found, data = ask(desk, "log", rank=1)
    assert (found["start"] % 8, data) == (0, lines[found["start"] :])
    found, data = ask(desk, "log", rank=1, whole=True)
    assert (found, data) == ({"start": 0, "size": len(lines)}, lines[:PIECE_BYTES])


def test_media_are_what_a_script_logged_besides_numbers(run):
    """Rows, files and texts by name, as the feed has read them."""
    feed = Feed(run)
    desk, tracker = Desk(run, feed.seen.media), Tracker(run.paths.events, "rank-0")
    tracker.row("pairs", {"x": 1, "y": float("nan"), "z": 1 << 60})
    tracker.row("pairs", {"x": "<b>"})
    tracker.append("metric", name="plot", artifact="plot_1.png", type="image")
    tracker.log("phase", "warm-up")
    tracker.log("loss", 0.5)
    message = feed.step()
    assert message.content["media"] == [
        {"name": "pairs", "kind": "table", "total": 2},
        {"name": "plot", "kind": "image", "total": 1},
        {"name": "phase", "kind": "text", "total": 1, "last": "warm-up"},
    ]
    rows = [{"x": 1, "y": "nan", "z": str(1 << 60)}, {"x": "<b>"}]
    assert ask(desk, "media", name="pairs", type="table") == ({"total": 2, "kept": rows}, b"")
    assert ask(desk, "media", name="plot", type="image") == ({"total": 1, "kept": ["plot_1.png"]}, b"")
    assert ask(desk, "media", name="no", type="table") == "run diabetes/12 has logged no table named 'no'"
    assert feed.seen.trace.series() == {"loss": [(0.0, 0.5)]}


def test_what_was_sent_is_told_from_the_request(desk):
    """Facts to copy, the configuration as far as it is not the default, and the notes."""
    found, _ = ask(desk, "sent")
    assert dict(found["facts"])["Command"] == "python train.py --alpha 0.03"
    assert dict(found["facts"])["Git"] == "main 3f2a91c0ffee, with changes that are not committed"
    assert found["configuration"] == "script: train.py\nenvironmentVariables:\n  A: '1'"
    assert found["notes"] == ["sent, and looks like a secret: .env"]


def test_a_damaged_request_tells_what_it_can(run, desk):
    """A record that somebody edited ends no view."""
    with open(run.paths.request, "w") as stream:
        json.dump(
            {**REQUEST, "configuration": [1], "argv": "x", "git": 3, "notes": 5, "versions": None}, stream
        )
    found, _ = ask(desk, "sent")
    assert (found["configuration"], found["notes"]) == ("", [])


def test_a_cancel_asks_the_run_to_end(run, desk):
    """The answer says so, and the marker is there."""
    assert desk.answer({"kind": "cancel"}).content == {
        "kind": "answer",
        "to": "cancel",
        "ok": True,
        "text": "cancel asked",
    }
    assert run.refresh().status in ("CancelRequested", "Canceled")


def test_a_rerun_that_cannot_be_says_why(desk):
    """The snapshot of this record was never stored."""
    assert "c8f2" in ask(desk, "rerun")


def test_a_refusal_of_an_engine_is_an_answer(run, monkeypatch):
    """With its hint, and without an end of the view."""
    desk = Desk(run, Feed(run).seen.media)

    def refuse():
        raise TargetError("login1 does not answer", hint="check the network")

    monkeypatch.setattr(run, "cancel", refuse)
    answer = desk.answer({"kind": "cancel"}).content
    assert (answer["ok"], answer["text"]) == (
        False,
        "not cancelled: login1 does not answer\n\nhint: check the network",
    )


@pytest.mark.parametrize(
    "content",
    [{}, {"kind": "dance"}, {"kind": "ask"}, {"kind": "ask", "what": "dance"}, {"kind": "ask", "what": [1]}],
)
def test_words_that_nobody_knows_have_no_answer(desk, content):
    """A newer or a broken view does no harm."""
    assert desk.answer(content) is None


@pytest.mark.parametrize("what", ["files", "preview", "piece", "log", "media"])
@pytest.mark.parametrize("odd", [None, [], {"a": 1}, -5, 1e300, "x" * 10_000, "\ud800"])
def test_odd_words_are_answered_all_the_same(desk, what, odd):
    """Each answer is JSON, whatever stands in the question."""
    question = dict.fromkeys(("id", "path", "offset", "rank", "name", "type", "part"), odd)
    content, _ = desk.answer({**question, "kind": "ask", "what": what})
    assert json.loads(json.dumps(content))["kind"] == "reply"


def test_the_earlier_runs_of_a_cell_are_looked_at_and_ended(runcfg_home, desk):
    """Those that go on, by their labels; `cancel` asks them to end; what is gone or no run is left out."""
    going, ended = made(runcfg_home, status=None, machine="elsewhere"), made(runcfg_home)
    names = [going.run_id, ended.run_id, "exp_1_removed", "../x", None]
    assert ask(desk, "earlier", run_ids=names) == ({"labels": [going.label]}, b"")
    assert not os.path.exists(going.paths.cancel)
    ask(desk, "earlier", run_ids=names, cancel=True)
    assert os.path.exists(going.paths.cancel)
    ending.write_status(going.paths, "Canceled", "")
    assert ask(desk, "earlier", run_ids=names) == ({"labels": []}, b"")
    assert ask(desk, "earlier", run_ids="x") == ({"labels": []}, b"")
