"""The live view without a front end: what the kernel sends, and what it does with what views ask."""

import struct
import threading
from dataclasses import replace

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from jupyter_runcfg.errors import TargetError
from jupyter_runcfg.history.follow import Batch, Point
from jupyter_runcfg.history.record import RunSummary
from jupyter_runcfg.notebook import live
from jupyter_runcfg.notebook.pump import Pump
from jupyter_runcfg.runtime.paths import RunPaths
from jupyter_runcfg.view import feed, still
from jupyter_runcfg.view.told import Told

RUN_ID = "diabetes_1795000000_ab12cd34"
LOSS = ("metric", "loss")
SUMMARY = RunSummary(RUN_ID, "diabetes", 12, None, "Running", "", "local", "train.py", 1000.0, 1001.0)


class FakeRun:
    """A run whose log is a real file and whose points and status are set by the test."""

    run_id = RUN_ID
    label = "diabetes/12"
    request = {}  # noqa: RUF012  nobody writes to it
    outputs_directory = "/nowhere"
    sent = "diabetes/12 · train.py · local, this interpreter"
    warnings = ()

    def __init__(self, home):
        self.paths = RunPaths(str(home / "runs" / RUN_ID))
        self.paths.create()
        self.now = SUMMARY
        self.points = []
        self.cancels = 0
        self.fault = None
        self.print(b"")

    def print(self, text):
        with open(self.paths.std_log, "ab") as stream:
            stream.write(text)

    def log_metric(self, name, x, value):
        self.points.append(Point(name, x, 1002.0, value))

    def end(self, status="Completed", **more):
        self.now = replace(self.now, status=status, ended=1010.0, **more)

    def summary(self):
        return self.now

    def cancel(self):
        self.cancels += 1
        if self.fault:
            raise self.fault

    def follow(self):
        return FakeFollower(self)


class FakeFollower:
    def __init__(self, run):
        self.run, self.offset, self.count = run, 0, 0

    def read(self, max_bytes=1 << 20):
        with open(self.run.paths.std_log, "rb") as stream:
            stream.seek(self.offset)
            log = stream.read(max_bytes)
        offset, self.offset = self.offset, self.offset + len(log)
        points, self.count = self.run.points[self.count :], len(self.run.points)
        done = self.run.now.is_terminal and len(log) < max_bytes
        return Batch(offset, log, points, self.run.now, done)


@pytest.fixture(autouse=True)
def pumped(monkeypatch):
    """What the pump was given: here the tests take the steps, and not its thread."""
    given = []
    monkeypatch.setattr(live.pump, "add", given.append)
    return given


@pytest.fixture
def run(tmp_path):
    return FakeRun(tmp_path)


@pytest.fixture
def outputs(monkeypatch):
    """What is displayed, by a real IPython shell."""
    shell = InteractiveShell.instance()
    publisher = CapturingDisplayPublisher(parent=shell)
    monkeypatch.setattr(shell, "display_pub", publisher)
    yield publisher.outputs
    InteractiveShell.clear_instance()


class View:
    """A LiveRun with all that it sends, as plain values, and a way to speak as its front end."""

    def __init__(self, run, **options):
        self.sent = []
        self.widget = live.LiveRun(run, **options)
        self.widget.send = self._sent

    def _sent(self, content, buffers=None):
        content = dict(content)
        if content["kind"] == "batch":
            content["bytes"] = buffers[0]
            content["points_sent"] = list(struct.iter_unpack("4d", buffers[1]))
        if "summary" in content:
            content["summary"] = content["summary"]["status"]
        self.sent.append(content)

    def step(self):
        """The messages of one step."""
        self.sent.clear()
        self.more = self.widget.step()
        return list(self.sent)

    def say(self, **content):
        self.sent.clear()
        self.widget._handle_custom_msg(content, [])


def batch(log, points, raw, sent, **more):
    return {"kind": "batch", "log": log, "points": points, "bytes": raw, "points_sent": sent, **more}


@pytest.fixture
def view(run, outputs):
    seen = View(run)
    seen.say(kind="replay", log=0, point=0)
    return seen


def test_a_batch_has_what_is_new_with_its_offsets(run, view):
    """Log by byte, points by number; names and summary only when they are new."""
    run.print(b"one\n")
    run.log_metric("loss", 0.0, 0.5)
    assert view.step() == [
        batch([0, 4], [0, 1], b"one\n", [(0, 0, 1002, 0.5)], names=[LOSS], summary="Running")
    ]
    run.print(b"two")
    run.log_metric("acc", 7.0, 0.9)
    run.log_metric("loss", 1.0, 0.4)
    assert view.step() == [
        batch(
            [4, 7], [1, 3], b"two", [(1, 7, 1002, 0.9), (0, 1, 1002, 0.4)], names=[LOSS, ("metric", "acc")]
        ),
    ]


def test_nothing_new_sends_nothing(run, view):
    """An idle run costs no messages."""
    view.step()
    assert view.step() == []


def test_a_replay_is_read_again_from_the_file(run, view):
    """A view that lacks something gets it from where it stands, with all names."""
    run.print(b"one\ntwo\n")
    for x in range(3):
        run.log_metric("loss", x, x / 2)
    view.step()
    view.say(kind="replay", log=4, point=1)
    assert view.step() == [
        batch(
            *([4, 8], [1, 3], b"two\n", [(0, 1, 1002, 0.5), (0, 2, 1002, 1.0)]),
            names=[LOSS],
            summary="Running",
        ),
    ]


def test_a_replay_beyond_what_was_sent_skips_nothing(run, view):
    """A view cannot make the kernel leave something out."""
    view.step()
    view.say(kind="replay", log=1000, point=1000)
    run.print(b"one\n")
    run.log_metric("loss", 0.0, 0.5)
    (sent,) = view.step()
    assert (sent["log"], sent["points"]) == ([0, 4], [0, 1])


def test_a_view_that_is_far_behind_gets_the_end(run, view):
    """More than 8 MB are not sent: the batch says that it skips, and begins with a whole line."""
    lines = b"".join(b"%07d\n" % n for n in range(1_200_000))
    run.print(lines)
    for _ in range(10):
        view.step()
    view.say(kind="replay", log=0, point=0)
    (sent,) = view.step()
    start, end = sent["log"]
    assert (sent["skip"], start % 8, sent["bytes"]) == (True, 0, lines[start:end])
    assert len(lines) - start <= feed.NEAR_BYTES
    view.say(kind="replay", log=0, point=0, whole=True)
    sent = [view.step()[0] for _ in range(10)]
    assert [message.get("skip") for message in sent] == [None] * 10
    assert b"".join(message["bytes"] for message in sent) == lines


def test_until_a_view_has_spoken_the_start_is_sent_again(run, outputs, monkeypatch):
    """A view that opens while the kernel is busy cannot ask, and still misses nothing."""
    monkeypatch.setattr(live, "UNASKED_EVERY_S", 0.0)
    view = View(run)
    run.print(b"one\n")
    assert [message["log"] for message in view.step() + view.step()] == [[0, 4], [0, 4]]
    view.say(kind="replay", log=4, point=0)
    assert [message["log"] for message in view.step() + view.step()] == [[4, 4]]


def test_a_log_that_vanished_does_not_hold_up_the_end(run, view):
    """The run ends in the view though its record is being removed."""
    run.print(b"one\n")
    view.step()
    run.print(b"two\n")
    run.end()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed, "read_at", lambda *_: b"")
        view.step()
    assert still.read_at(run.paths.std_log, 0, 100) == b"one\ntwo\n"
    assert view.more is False


def test_cancel_reports_what_happened(run, view):
    """The run is asked to end outside of the comm's thread, and the view hears of it."""
    answered = threading.Event()
    send = view.widget.send
    view.widget.send = lambda *args, **kwargs: (send(*args, **kwargs), answered.set())
    view.say(kind="cancel")
    assert answered.wait(60)
    assert run.cancels == 1
    assert view.sent == [{"kind": "answer", "to": "cancel", "ok": True, "text": "cancel asked"}]


def test_a_cancel_that_fails_says_why(run, view):
    """The engine's refusal, with its hint, stands in the view."""
    run.fault = TargetError("login1 does not answer", hint="check the network")
    answered = threading.Event()
    send = view.widget.send
    view.widget.send = lambda *args, **kwargs: (send(*args, **kwargs), answered.set())
    view.say(kind="cancel")
    assert answered.wait(60)
    text = "not cancelled: login1 does not answer\n\nhint: check the network"
    assert view.sent == [{"kind": "answer", "to": "cancel", "ok": False, "text": text}]


def test_words_that_nobody_knows_are_not_answered(run, view):
    """A newer or a broken view does no harm."""
    view.say(kind="dance")
    assert (view.sent, run.cancels) == ([], 0)


def test_a_live_run_is_shown_with_its_picture_beside_it(run, outputs, monkeypatch):
    """One output: the widget, our own type, HTML and text; the rest comes through the widget."""
    monkeypatch.setattr(live.pump, "add", lambda widget: None)
    live.show(run, told=Told(("hello", "you"), ("diabetes_1_earlier",)))
    (output,) = outputs
    assert sorted(output["data"]) == sorted([live.WIDGET_MIME, still.RUN_MIME, "text/html", "text/plain"])
    assert output["data"][still.RUN_MIME] == {
        "version": 1,
        "run_id": RUN_ID,
        "note": "hello · you",
        "earlier": ["diabetes_1_earlier"],
    }
    assert output["data"]["text/plain"].endswith("\nthis interpreter\nhello · you")
    assert output["update"] is False


def test_a_run_that_has_ended_is_shown_as_a_picture(run, outputs):
    """No widget, no thread: only what outlives the kernel."""
    run.print(b"done\n")
    run.log_metric("loss", 0.0, 0.5)
    run.log_metric("loss", 1.0, 0.25)
    run.end()
    live.show(run)
    (output,) = outputs
    assert sorted(output["data"]) == sorted([still.RUN_MIME, "text/html", "text/plain"])
    assert "data:image/svg+xml" in output["data"]["text/html"]


def test_at_the_end_the_picture_takes_the_place_of_the_view(run, outputs):
    """The last bytes are sent first; then the same output is updated, without the widget."""
    view = View(run)
    view.say(kind="replay", log=0, point=0)
    view.widget.display()
    view.step()
    run.print(b"last words")
    run.end()
    (sent,) = view.step()
    assert (sent["bytes"], sent["summary"], view.more) == (b"last words", "Completed", False)
    shown, replaced = outputs
    assert shown["transient"] == replaced["transient"]
    assert replaced["update"] is True
    assert sorted(replaced["data"]) == sorted([still.RUN_MIME, "text/html", "text/plain"])
    assert "last words" in replaced["data"]["text/html"]


def test_a_page_that_was_closed_at_the_end_gets_all_of_it(run, outputs, pumped):
    """A view that asks after the end is sent the whole run, and the picture once more."""
    view = View(run)
    view.say(kind="replay", log=0, point=0)
    run.print(b"last words")
    run.end()
    view.step()
    pumped.clear()
    view.say(kind="replay", log=0, point=0)
    assert pumped == [view.widget]
    assert view.step() == [batch([0, 10], [0, 0], b"last words", [], summary="Completed")]
    assert view.more is False
    assert [output["update"] for output in outputs] == [True, True]


def test_in_vscode_the_picture_stands_beside_the_widget(run, outputs, monkeypatch):
    """There a reopened notebook shows the HTML; at the end one picture is left."""
    monkeypatch.setenv("VSCODE_PID", "1")
    view = View(run)
    view.say(kind="replay", log=0, point=0)
    view.widget.display()
    run.end()
    view.step()
    ids = [output["transient"]["display_id"] for output in outputs]
    assert ids == [ids[0], f"{ids[0]}-still"] * 2
    assert [bool(output["data"]["text/html"]) for output in outputs] == [True, True, True, False]


class Stepper:
    """Ends after a number of steps; the first of them fail."""

    def __init__(self, failures=0, steps=3):
        self.failures, self.steps = failures, steps
        self.reported = []
        self.ended = threading.Event()

    def step(self):
        if self.failures:
            self.failures -= 1
            raise OSError("disk is gone")
        self.steps -= 1
        if self.steps == 0:
            self.ended.set()
        return self.steps > 0

    def report(self, error):
        self.reported.append(str(error))
        raise RuntimeError("and so is the view")


def test_one_thread_serves_all_runs_and_ends_with_them():
    """However many runs are live, one thread steps them; it comes back for the next one."""
    pump, threads, all_added = Pump(), set(), threading.Event()
    steppers = [Stepper() for _ in range(20)]
    for stepper in steppers:
        step = stepper.step
        stepper.step = lambda step=step: (
            threads.add(threading.current_thread()) or not all_added.is_set() or step()
        )
        pump.add(stepper)
    all_added.set()
    assert all(stepper.ended.wait(60) for stepper in steppers)
    (thread,) = threads
    thread.join(60)
    late = Stepper(steps=1)
    pump.add(late)
    assert late.ended.wait(60)


def test_a_step_that_fails_is_reported_and_tried_again(monkeypatch):
    """Neither the fault nor a fault in saying so ends the thread or the other runs."""
    monkeypatch.setattr("jupyter_runcfg.notebook.pump.BACKOFF_S", 0.0)
    pump, broken, fine = Pump(), Stepper(failures=2), Stepper()
    pump.add(broken)
    pump.add(fine)
    assert broken.ended.wait(60)
    assert fine.ended.wait(60)
    assert broken.reported == ["disk is gone", "disk is gone"]


def test_a_run_that_is_added_during_its_last_step_is_stepped_again():
    """As a loop's table is, when one more run is submitted while it finds that all have ended."""
    pump, steps, ended = Pump(), [], threading.Event()

    class Table:
        def step(self):
            steps.append(None)
            if len(steps) == 1:
                pump.add(self)
            else:
                ended.set()
            return False

    pump.add(Table())
    assert ended.wait(60)
