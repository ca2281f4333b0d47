"""The live view under a cell: a widget fed from the record, and the still picture that outlives it."""

from __future__ import annotations

import threading
import time
import uuid
import weakref
from pathlib import Path
from typing import Any, Protocol

import anywidget
import traitlets
from IPython.display import publish_display_data

from .. import settings
from ..view.desk import Desk
from ..view.feed import Feed, Message, ShownRun, sent_line
from ..view.seen import read_seen
from ..view.still import still_bundle
from ..view.told import NOTHING, Told
from .pump import pump

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"

# a view that opens while the kernel is busy cannot ask: what was sent first is sent again for a while
UNASKED_S, UNASKED_EVERY_S = 5.0, 0.5

_STATIC = Path(__file__).parent / "static"


class Ending(Protocol):
    """A view that becomes a picture when its runs have ended."""

    def show_ended(self) -> None: ...


_shown: weakref.WeakValueDictionary[str, Ending] = weakref.WeakValueDictionary()


def show_ended() -> None:
    """Put the pictures of runs that have ended in place, from the cell that is running now.

    The pump does so too, but what its thread sends belongs to no cell: a client that executes a notebook
    cell by cell (nbclient, papermill) takes updates only from the cell it waits for.
    """
    for live in list(_shown.values()):
        live.show_ended()


def show(run: ShownRun, *, told: Told = NOTHING) -> str:
    """Display a run once: live while it goes on, as a still picture when it has ended.

    Returns at once, with the display's id. The picture takes the live view's place when the run ends.
    """
    if run.summary().is_terminal:
        display_id = uuid.uuid4().hex
        publish(still_bundle(run, read_seen(run), sent_line(run), told), display_id)
        return display_id
    live = follow(run, told=told)
    live.display()
    watch(live.display_id, live)
    return live.display_id


def follow(run: ShownRun, *, told: Told = NOTHING) -> LiveRun:
    """The live view of a run, not displayed anywhere yet."""
    live = LiveRun(run, told=told)
    pump.add(live)
    return live


def watch(display_id: str, view: Ending) -> None:
    """Let a view put its picture in place after each cell."""
    _shown[display_id] = view


def release(display_id: str) -> None:
    """Another view takes this place: the run's own draws there no more."""
    view = _shown.pop(display_id, None)
    if isinstance(view, LiveRun):
        view.display_id = uuid.uuid4().hex


class LiveRun(anywidget.AnyWidget):
    """The widget of one run: sends what is new to its views, and answers what they ask."""

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    run = traitlets.Dict().tag(sync=True)
    """What a view knows before the first batch: RunInfo in labextension/src/widget/types.ts."""

    def __init__(self, run: ShownRun, *, told: Told = NOTHING) -> None:
        self._run = run
        self._notes = (sent_line(run), told)
        self.display_id = uuid.uuid4().hex
        self._feed = Feed(run)
        self._desk = Desk(run, self._feed.seen.media)
        self._made = self._rewound = time.monotonic()
        self._asked = self._settled = False
        # JupyterLab then shows the run by the server: what nobody asks for is not sent a second time
        self._is_served = settings.server_home() == str(settings.home())
        super().__init__(run=self._feed.info(self.display_id, told))
        self.on_msg(self._on_view)

    def display(self) -> None:
        """Put the view under the running cell, with the picture beside it for those who cannot show it."""
        picture = still_bundle(self._run, self._feed.seen, *self._notes)
        widget = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        publish({WIDGET_MIME: widget, **picture}, self.display_id)
        if settings.in_vscode():
            # a notebook reopened there shows "no widget" and not the HTML of the same output
            publish(picture, self._beside_id)

    def step(self) -> bool:
        """Read what is new and send it; False when the run has ended and all of it was sent."""
        if self._is_served and not self._asked:
            self.show_ended()
            return not self._settled
        self._send_again_unasked()
        message = self._feed.step()
        if message is not None:
            self._tell(message)
        if self._feed.is_ended:
            self._show_picture()
        return not self._feed.is_ended

    def show_ended(self) -> None:
        """Put the picture in place if the run has ended, once in the life of this view."""
        if self._settled or not Path(self._run.paths.end).exists():
            return
        self._settled = True
        seen = self._feed.seen if self._feed.is_ended else read_seen(self._run)
        publish(still_bundle(self._run, seen, *self._notes), self.display_id, update=True)

    def report(self, error: Exception) -> None:
        self._answer("feed", False, f"the view cannot read the run, and tries again: {error}")

    def _tell(self, message: Message) -> None:
        self.send(message.content, buffers=list(message.buffers))

    def _send_again_unasked(self) -> None:
        now = time.monotonic()
        if self._asked or now - self._made > UNASKED_S or now - self._rewound < UNASKED_EVERY_S:
            return
        self._rewound = now
        self._feed.rewind(0, 0)

    def _on_view(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("kind") == "replay":
            self._replay(content)
        else:
            # the comm's thread is the kernel's: what is slow to answer must not hold it up
            threading.Thread(
                target=self._serve, args=(content,), name="runcfg-view-asks", daemon=True
            ).start()

    def _replay(self, content: dict[str, Any]) -> None:
        self._asked = True
        self._feed.replay(content)
        # a page that was closed at the end lacks the rest, and missed the picture: both come again
        pump.add(self)

    def _serve(self, content: dict[str, Any]) -> None:
        message = self._desk.answer(content)
        if message is not None:
            self._tell(message)

    def _answer(self, to: str, ok: bool, text: str) -> None:
        self.send({"kind": "answer", "to": to, "ok": ok, "text": text})

    @property
    def _beside_id(self) -> str:
        return f"{self.display_id}-still"

    def _show_picture(self) -> None:
        publish(still_bundle(self._run, self._feed.seen, *self._notes), self.display_id, update=True)
        if settings.in_vscode():
            publish({"text/html": "", "text/plain": ""}, self._beside_id, update=True)


def publish(data: dict[str, Any], display_id: str, *, update: bool = False) -> None:
    publish_display_data(  # type: ignore[no-untyped-call]
        data=data, metadata={}, transient={"display_id": display_id}, update=update
    )
