"""TensorBoard's files: their scalars are metrics of the run, whoever wrote them and however."""

import os
import random
import struct
from pathlib import Path

import pytest

from jupyter_runcfg.runtime.tensorboard import event_files, tfevents
from jupyter_runcfg.runtime.tracking.tracker import Tracker

from ..job import events_of, log_of, record, run, until

pytest.importorskip("tensorboardX", reason="tensorboardX is not installed")
from tensorboardX import SummaryWriter
from tensorboardX.proto import event_pb2, summary_pb2, tensor_pb2
from tensorboardX.record_writer import masked_crc32c

NAME = "events.out.tfevents.1.host"


class Watched:
    """A record whose working directory is looked through."""

    def __init__(self, root, **more):
        self.paths = record(root)
        self.work = Path(self.paths.work)
        self.work.mkdir()
        self.files = event_files.EventFiles(str(self.work), Tracker(self.paths.events, "tensorboard"), **more)

    def file(self, place="logs", name=NAME):
        path = self.work / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def points(self):
        assert self.files.drain()
        return [(e["name"], e["value"], e["step"]) for e in events_of(self.paths, "metric")]


@pytest.fixture
def watched(tmp_path):
    return Watched(tmp_path)


def frame(data):
    head = struct.pack("<Q", len(data))
    return head + masked(head) + data + masked(data)


def masked(data):
    return struct.pack("<I", masked_crc32c(data))


def event(tag, value, step=0, moment=1.0):
    """One scalar as SummaryWriter writes it."""
    one = summary_pb2.Summary.Value(tag=tag, simple_value=value)
    return event_of(one, step, moment)


def event_of(value, step=0, moment=1.0):
    summary = summary_pb2.Summary(value=[value])
    return frame(event_pb2.Event(wall_time=moment, step=step, summary=summary).SerializeToString())


def tensor(**fields):
    """One scalar as TensorFlow 2 writes it."""
    return event_of(summary_pb2.Summary.Value(tag="t", tensor=tensor_pb2.TensorProto(**fields)))


def test_a_summary_writer(watched):
    """Series with their steps and times, parameters as tags; texts and histograms are left in the file."""
    with SummaryWriter(str(watched.work / "runs" / "Jan31_12-00-00_host")) as writer:
        for step in range(3):
            writer.add_scalar("loss", 0.1 * step, step, walltime=10.0 + step)
        writer.add_text("note", "hello")
        writer.add_histogram("weights", [1.0, 2.0, 3.0], 1)
        writer.add_hparams({"lr": 0.5, "depth": 3, "opt": "adam", "bias": True}, {"hparam/acc": 1})
    assert watched.points() == [("loss", 0, 0), ("loss", 0.1, 1), ("loss", 0.2, 2), ("hparam/acc", 1, 0)]
    assert [e["t"] for e in events_of(watched.paths, "metric")][:3] == [10, 11, 12]
    tags = {e["name"]: e["value"] for e in events_of(watched.paths, "tag")}
    assert tags == {"lr": "0.5", "depth": "3", "opt": "adam", "bias": "True"}
    assert watched.points()[4:] == []


def test_the_persons_tags_stay(tmp_path):
    """A parameter of the same name and another value is a property."""
    watched = Watched(tmp_path, tags={"lr": "0.1"})
    with SummaryWriter(str(watched.work / "logs")) as writer:
        writer.add_hparams({"lr": 0.5}, {})
    watched.points()
    assert events_of(watched.paths, "tag") == []
    (said,) = events_of(watched.paths, "property")
    assert (said["name"], said["value"]) == ("tensorboard.hparam.lr", "0.5")


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"dtype": 1, "float_val": [0.1]}, 0.1),
        ({"dtype": 1, "tensor_content": struct.pack("<f", 0.1)}, 0.1),
        ({"dtype": 1, "tensor_content": struct.pack("<f", 0)}, 0),
        ({"dtype": 1}, 0),
        ({"dtype": 2, "double_val": [0.1]}, 0.1),
        ({"dtype": 2, "tensor_content": struct.pack("<d", -1e300)}, -1e300),
        ({"dtype": 3, "int_val": [-7]}, -7),
        ({"dtype": 9, "int64_val": [-(2**62)]}, -(2**62)),
        ({"dtype": 9, "tensor_content": struct.pack("<q", 5)}, 5),
        ({"dtype": 4, "int_val": [200]}, 200),
        ({"dtype": 10, "bool_val": [True]}, 1),
        ({"dtype": 19, "half_val": [0x3800]}, 0.5),
        ({"dtype": 19, "tensor_content": b"\x00\x38"}, 0.5),
        ({"dtype": 14, "half_val": [0x3F00]}, 0.5),
        ({"dtype": 14, "tensor_content": b"\x00\x3f"}, 0.5),
        ({"dtype": 1, "float_val": [2.5], "tensor_shape": {"dim": [{"size": 1}]}}, 2.5),
        ({"dtype": 1, "float_val": [1, 2], "tensor_shape": {"dim": [{"size": 2}]}}, None),
        ({"dtype": 7, "string_val": [b"text"]}, None),
    ],
)
def test_tensors(watched, fields, value):
    """A tensor of one number is a point, of whatever type; others are none."""
    watched.file().write_bytes(tensor(**fields))
    assert watched.points() == ([] if value is None else [("t", value, 0)])


def test_what_is_no_finite_number(watched):
    """NaN and infinities are points."""
    words = [float("nan"), float("inf"), float("-inf")]
    watched.file().write_bytes(b"".join(event("x", word, moment=word) for word in words))
    assert repr([value for _, value, _ in watched.points()]) == "[nan, inf, -inf]"


@pytest.mark.parametrize(
    ("places", "names"),
    [
        (["logs"], ["loss"]),
        (["logs/train", "logs/validation"], ["train/loss", "validation/loss"]),
        (["logs/fit/20240131-120000/train"], ["train/loss"]),
        (["lightning_logs/version_0"], ["loss"]),
        (["outputs/model/runs/Jan31_12-00-00_host"], ["model/loss"]),
        (
            ["runs/Jan31_12-00-00_host", "runs/Jan31_13-00-00_host"],
            ["loss", "runs/Jan31_13-00-00_host/loss"],
        ),
    ],
)
def test_names(watched, places, names):
    """A tag, below the directory's name where that tells something."""
    for place in places:
        watched.file(place).write_bytes(event("loss", 1))
        watched.points()
    assert [name for name, _, _ in watched.points()] == names


def test_a_torn_tail(watched):
    """A file that grows byte by byte gives each point once, when it is whole."""
    data = frame(event_pb2.Event(file_version="brain.Event:2").SerializeToString())
    data += b"".join(event("loss", step, step) for step in range(3))
    path = watched.file()
    seen = []
    with open(path, "wb", buffering=0) as stream:
        for byte in data:
            stream.write(bytes([byte]))
            watched.files.drain()
            seen.append(len(events_of(watched.paths, "metric")))
    assert watched.points() == [("loss", 0, 0), ("loss", 1, 1), ("loss", 2, 2)]
    assert seen == sorted(seen)
    assert events_of(watched.paths, "warning") == []


def test_a_file_that_is_replaced(watched):
    """A synchronised copy with more in it adds what is new; one that was cut and written anew as well."""
    path = watched.file()
    first = b"".join(event("loss", step, step, 1.0 + step) for step in range(3))
    path.write_bytes(first)
    watched.points()
    other = watched.work / "copy"
    other.write_bytes(first + event("loss", 3, 3, 4.0))
    other.replace(path)
    watched.points()
    path.write_bytes(event("loss", 4, 4, 5.0))
    assert [step for _, _, step in watched.points()] == [0, 1, 2, 3, 4]


def test_damage_is_told(watched):
    """What stands before it is recorded; the rest is left, with a word."""
    path = watched.file()
    path.write_bytes(event("loss", 1) + b"\0" * 40 + event("loss", 2))
    sound = len(event("loss", 1))
    assert watched.points() == [("loss", 1, 0)]
    (warning,) = events_of(watched.paths, "warning")
    assert warning["message"] == f"logs/{NAME}: not read from byte {sound} on: no frame of an event file"


def test_any_bytes_in_a_sound_frame(watched):
    """Events that were damaged in every way are skipped or read, never an error."""
    chance = random.Random(5)
    whole = event_pb2.Event.FromString(event("loss", 1)[12:-4]).SerializeToString()
    whole += tensor(dtype=9, int64_val=[5], tensor_shape={"dim": [{"size": 1}]})[12:-4]
    data = b""
    for _ in range(2000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        data += frame(bytes(damaged[: chance.randint(0, len(damaged))]))
    watched.file().write_bytes(data + event("last", 1))
    assert watched.points()[-1] == ("last", 1, 0)
    with pytest.raises(tfevents.DamagedError):
        tfevents.hyperparameters(b"\x1a\x02\x0a\x01")


def test_long_events_are_passed_over(watched):
    """A graph of 20 MB between two scalars."""
    graph = frame(event_pb2.Event(graph_def=b"x" * (20 << 20)).SerializeToString())
    images = frame(event_pb2.Event(graph_def=b"x" * (1 << 20)).SerializeToString())
    watched.file().write_bytes(event("a", 1) + graph + images + event("b", 2))
    assert watched.points() == [("a", 1, 0), ("b", 2, 0)]


def test_files_of_the_snapshot_are_of_other_runs(tmp_path):
    """An event file that came with the code is not read; hidden directories and links are not followed."""
    watched = Watched(tmp_path, known={f"logs/{NAME}"})
    watched.file().write_bytes(event("old", 1))
    watched.file(".git").write_bytes(event("hidden", 1))
    (watched.work / "loop").symlink_to(watched.work)
    watched.file("logs/new").write_bytes(event("loss", 1))
    assert watched.points() == [("new/loss", 1, 0)]


def test_a_big_tree_is_looked_through_slice_by_slice(watched, monkeypatch):
    """One call does little, and the next goes on where it stopped."""
    for number in range(3000):
        (watched.work / f"d{number}").mkdir()
    watched.file("d7").write_bytes(event("loss", 1))
    monkeypatch.setattr(event_files, "_SLICE_S", 0)
    calls = []

    def found():
        calls.append(watched.files.poll())
        return events_of(watched.paths, "metric")

    until(found)
    assert len(calls) > 5


def test_what_cannot_be_read(watched):
    """A directory with such a name, a file that vanished, no directory at all."""
    watched.file(name=NAME + ".d").mkdir()
    path = watched.file()
    path.write_bytes(event("loss", 1))
    watched.files.poll()
    path.unlink()
    watched.points()
    missing = event_files.EventFiles(os.path.join(watched.paths.work, "none"), None)
    assert missing.poll() is False
    assert missing.drain() is True


def test_a_whole_job(tmp_path):
    """What a script writes into ./logs is recorded without a line changed, and the files are kept."""
    script = """
        from tensorboardX import SummaryWriter
        with SummaryWriter("logs/train") as writer:
            for step in range(50):
                writer.add_scalar("loss", step, step)
        """
    paths = record(tmp_path, script)
    _, end = run(paths)
    assert end["status"] == "Completed", log_of(paths)
    assert [(e["name"], e["value"]) for e in events_of(paths, "metric")] == [
        ("train/loss", step) for step in range(50)
    ]
    assert Path(paths.runtime_log).read_text() == ""
