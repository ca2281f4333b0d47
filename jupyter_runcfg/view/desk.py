"""Answers what a view asks: files, tables, logs of other ranks, what was sent; cancels and repeats runs.

Knows no transport: a kernel's comm and a server's socket hand it what came, and send back what it says.
`replay` is not for here: it is the place of one reader, see `Feed.rewind`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ..errors import RuncfgError, RunNotFoundError
from ..runtime import fields
from .feed import Message, ShownRun
from .files import is_text, list_files, open_file
from .media import Media
from .preview import look
from .sent import what_was_sent
from .still import read_at

PIECE_BYTES = 1 << 20
FAR_BEHIND_BYTES = 4 << 20
MOST_EARLIER = 100

Answer = tuple[dict[str, Any], bytes]


class Desk:
    """Safe for threads. An answer may take seconds: ask in a thread that nobody waits for."""

    def __init__(self, run: ShownRun, media: Media) -> None:
        """Answer for a run; `media` is what its feed has seen (`feed.seen.media`)."""
        self._run = run
        self._media = media
        self._known: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "files": self._files,
            "preview": self._preview,
            "piece": self._piece,
            "log": self._log,
            "media": self._item,
            "sent": lambda _: (what_was_sent(self._run), b""),
            "rerun": self._rerun,
            "earlier": self._earlier,
        }

    def answer(self, content: dict[str, Any]) -> Message | None:
        """The message to send back: what was asked for, or why not; None for words that nobody knows."""
        if content.get("kind") == "cancel":
            return self._cancel()
        ask = self._known.get(fields.text(content.get("what")))
        if content.get("kind") != "ask" or ask is None:
            return None
        reply = {"kind": "reply", "id": fields.whole(content.get("id")) or 0}
        try:
            found, data = ask(content)
        except (RuncfgError, OSError) as error:
            return Message({**reply, "ok": False, "text": str(error)}, ())
        return Message({**reply, "ok": True, "found": found}, (data,))

    def _cancel(self) -> Message:
        try:
            self._run.cancel()
        except (RuncfgError, OSError) as error:
            text, ok = f"not cancelled: {error}", False
        else:
            text, ok = "cancel asked", True
        return Message({"kind": "answer", "to": "cancel", "ok": ok, "text": text}, ())

    def _files(self, content: dict[str, Any]) -> Answer:
        listing = list_files(self._run, fields.text(content.get("part")))
        found = listing._asdict()
        found["files"] = [tuple(file) for file in listing.files if is_text(file.path)]
        return found, b""

    def _preview(self, content: dict[str, Any]) -> Answer:
        name = fields.text(content.get("path"))
        with open_file(self._run, name) as stream:
            kind, data = look(stream, name)
            return {"type": kind, "size": os.fstat(stream.fileno()).st_size}, data

    def _piece(self, content: dict[str, Any]) -> Answer:
        with open_file(self._run, fields.text(content.get("path"))) as stream:
            offset = max(0, fields.whole(content.get("offset")) or 0)
            stream.seek(offset)
            return {"offset": offset, "size": os.fstat(stream.fileno()).st_size}, stream.read(PIECE_BYTES)

    def _log(self, content: dict[str, Any]) -> Answer:
        """A piece of a rank's log from an offset; of what is far behind, the end."""
        path = self._run.paths.log_of(max(0, fields.whole(content.get("rank")) or 0))
        start = max(0, fields.whole(content.get("offset")) or 0)
        try:
            size = os.path.getsize(path)
        except OSError:
            return {"start": start, "size": 0}, b""
        if size - start > FAR_BEHIND_BYTES and not content.get("whole"):
            start = size - PIECE_BYTES
            data = read_at(path, start, PIECE_BYTES)
            cut = data.find(b"\n") + 1
            return {"start": start + cut, "size": size}, data[cut:]
        return {"start": start, "size": size}, read_at(path, start, PIECE_BYTES)

    def _item(self, content: dict[str, Any]) -> Answer:
        name, kind = fields.text(content.get("name")), fields.text(content.get("type"))
        item = self._media.find(name, kind)
        if item is None:
            raise RuncfgError(f"run {self._run.label} has logged no {kind} named '{name}'")
        return {"total": item.total, "kept": list(item.kept)}, b""

    def _rerun(self, _content: dict[str, Any]) -> Answer:
        again = self._run.rerun()
        return {"run_id": again.run_id, "label": again.label}, b""

    def _earlier(self, content: dict[str, Any]) -> Answer:
        """Which of those runs still go on; `cancel`: after they were asked to end."""
        from ..run import Run

        named = content.get("run_ids")
        goes_on = []
        for run_id in named[:MOST_EARLIER] if isinstance(named, list) else []:
            try:
                run = Run(None, fields.text(run_id))
            except RunNotFoundError:  # its record was removed
                continue
            if content.get("cancel") is True:
                run.cancel()
            if not run.is_ended:
                goes_on.append(run.label)
        return {"labels": goes_on}, b""
