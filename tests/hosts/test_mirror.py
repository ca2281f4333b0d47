"""The receiving side, fed by one that means ill, or that is only unlucky."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_runcfg.hosts.mirror import Receiver
from jupyter_runcfg.runtime.mirror import frame
from jupyter_runcfg.runtime.mirror.frame import Broken, Frame
from jupyter_runcfg.runtime.mirror.sending import placing


@pytest.fixture
def place(tmp_path):
    """The directory of a record, with its request."""
    directory = tmp_path / "record"
    directory.mkdir()
    (directory / "request.json").write_text("{}")
    return directory


@pytest.fixture
def receiver(place):
    with Receiver(str(place)) as found:
        yield found


def send(receiver, name, data=b"", mtime_ns=5, mode=0):
    """A whole file, as the other side sends one."""
    stage, facts = placing(name, len(data), mtime_ns, mode)
    receiver.take(Frame(frame.PART, stage, 0, data))
    receiver.take(Frame(frame.PLACE, name, 0, facts))


def test_bytes_at_their_place(receiver, place):
    """Twice is once, and what overlaps is the same."""
    for offset, data in ((0, b"abc"), (3, b"def"), (0, b"abc"), (2, b"cdefg")):
        receiver.take(Frame(frame.GROWN, "logs/std_log.txt", offset, data))
    assert (place / "logs" / "std_log.txt").read_bytes() == b"abcdefg"
    assert (place / "logs" / "std_log.txt").stat().st_mode & 0o777 == 0o600


def test_no_holes(receiver):
    """Bytes whose predecessors are missing are refused: the next connection brings them in order."""
    with pytest.raises(Broken):
        receiver.take(Frame(frame.GROWN, "logs/x", 1, b"a"))


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/x", "request.json", "logs/../../x", "cancel", "work/x", "events/client-1.jsonl", "logs"],
)
@pytest.mark.parametrize("kind", [frame.GROWN, frame.PART, frame.LINK])
def test_names_that_are_not_taken(name, kind, receiver, place):
    """Nothing is written for them."""
    with pytest.raises(Broken):
        receiver.take(Frame(kind, name, 0, b"x"))
    with pytest.raises(Broken):
        send(receiver, name, b"x")
    assert sorted(path.name for path in place.iterdir() if path.name != ".mirror") == ["request.json"]
    assert (place / "request.json").read_text() == "{}"


def test_links_here_are_not_followed(receiver, place, tmp_path):
    """A link in the place of a directory or a file leads nobody out."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "f").write_text("mine")
    os.symlink(outside, place / "logs")
    (place / "outputs").mkdir()
    os.symlink(outside / "f", place / "outputs" / "f")
    (place / "events").mkdir()
    os.symlink(outside / "f", place / "events" / "a.jsonl")
    for name in ("logs/f", "events/a.jsonl"):
        with pytest.raises((Broken, OSError)):
            receiver.take(Frame(frame.GROWN, name, 0, b"theirs"))
    send(receiver, "outputs/f", b"theirs")
    assert (outside / "f").read_text() == "mine"
    assert [path.name for path in outside.iterdir()] == ["f"]
    assert (place / "outputs" / "f").read_text() == "theirs"


def test_a_file_in_the_place_of_a_directory(receiver):
    """The other side is told off, and nothing breaks."""
    receiver.take(Frame(frame.GROWN, "logs/a", 0, b"x"))
    with pytest.raises(Broken):
        receiver.take(Frame(frame.GROWN, "logs/a/b", 0, b"x"))
    send(receiver, "outputs/d/f", b"x")
    with pytest.raises(Broken):
        send(receiver, "outputs/d", b"x")


def test_the_first_end_stays(receiver, place):
    """What is written once is not written over; what a script wrote is what it wrote last."""
    send(receiver, "end.json", b"first")
    send(receiver, "end.json", b"second")
    assert (place / "end.json").read_bytes() == b"first"
    send(receiver, "outputs/x", b"first", mtime_ns=1)
    send(receiver, "outputs/x", b"second", mtime_ns=7, mode=0o755)
    info = (place / "outputs" / "x").stat()
    assert (place / "outputs" / "x").read_bytes() == b"second"
    assert (info.st_mtime_ns, info.st_mode & 0o777) == (7, 0o700)


@pytest.mark.parametrize(
    "facts",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        json.dumps({"stage": "../../x", "size": 0, "mtime_ns": 0, "mode": 0}).encode(),
        json.dumps({"stage": "a" * 32, "size": -1, "mtime_ns": 0, "mode": 0}).encode(),
        json.dumps({"stage": "a" * 32, "size": 0, "mtime_ns": 2**70, "mode": 0}).encode(),
        json.dumps({"stage": "a" * 32, "size": 0, "mtime_ns": 0, "mode": 0o4777}).encode(),
        json.dumps({"stage": "a" * 32, "size": True, "mtime_ns": 0, "mode": 0}).encode(),
        json.dumps({"stage": "a" * 32, "size": 9, "mtime_ns": 0, "mode": 0}).encode(),
    ],
)
def test_facts_that_make_no_sense(facts, receiver, place):
    """No file comes of them."""
    with pytest.raises(Broken):
        receiver.take(Frame(frame.PLACE, "outputs/x", 0, facts))
    assert not (place / "outputs" / "x").exists()


def test_many_files_keep_few_open(receiver, place):
    """The number of open files does not grow with theirs."""
    before = len(os.listdir("/proc/self/fd"))
    for turn in range(2):
        for number in range(300):
            receiver.take(Frame(frame.GROWN, f"logs/{number}", turn * 3, b"abc"))
    assert len(os.listdir("/proc/self/fd")) < before + 100
    assert {path.read_bytes() for path in Path(place, "logs").iterdir()} == {b"abcabc"}


def test_what_is_there_is_told(receiver, place):
    """Sizes of what grows, sizes and times of what is whole, and what is in the making."""
    receiver.take(Frame(frame.GROWN, "logs/a", 0, b"abc"))
    send(receiver, "outputs/x", b"data", mtime_ns=7)
    send(receiver, "attempts/1/claim", b"{}")
    receiver.take(Frame(frame.PART, "a" * 32, 0, b"half"))
    (place / "events").mkdir()
    (place / "events" / "client-1.jsonl").write_bytes(b"mine")
    found = [item for items in receiver.have() for item in items]
    assert sorted(found) == [
        ("a" * 32, 4, 0),
        ("attempts/1/claim", 2, 0),
        ("logs/a", 3, 0),
        ("outputs/x", 4, 7),
    ]


@settings(max_examples=300)
@given(
    st.lists(
        st.builds(
            Frame,
            st.sampled_from([frame.GROWN, frame.PART, frame.PLACE, frame.LINK, frame.ALIVE, b"?"]),
            st.lists(
                st.sampled_from(["logs", "outputs", "a", "..", "", "end.json", "attempts", "1", "a" * 32])
            ).map("/".join),
            st.integers(0, 3),
            st.sampled_from(
                [b"", b"x", b"..", b"../..", b"a/../../..", b"/etc", *[placing("a", 1, 1, 0)[1]]]
            ),
        ),
        max_size=8,
    )
)
def test_nothing_leaves_the_record(tmp_path_factory, frames):
    """Whatever comes in whatever order, all stays below the record, and its request is as it was."""
    root = tmp_path_factory.mktemp("root")
    place = root / "record"
    place.mkdir()
    (place / "request.json").write_text("{}")
    with Receiver(str(place)) as receiver:
        for one in frames:
            try:
                receiver.take(one)
            except (Broken, OSError):
                continue
    assert [path.name for path in root.iterdir()] == ["record"]
    assert (place / "request.json").read_text() == "{}"
    real = os.path.realpath(place)
    for path in place.rglob("*"):
        assert os.path.realpath(path).startswith(real + "/"), path
