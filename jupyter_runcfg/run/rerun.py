"""A run repeated from its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..submission.rerun import Change
from ..submission.rerun import rerun as _rerun

if TYPE_CHECKING:
    from .run import Run


def rerun(
    run: Run,
    settings: Mapping[str, object],
    arguments: Sequence[object] | None,
    tags: Mapping[str, object],
    name: str | None,
) -> Run:
    """What `Run.rerun` does."""
    change = Change(
        settings=tuple((key, str(value)) for key, value in settings.items()),
        arguments=None if arguments is None else tuple(str(word) for word in arguments),
        tags={key: "" if value is None else str(value) for key, value in tags.items()},
        name=name,
    )
    return type(run)(None, _rerun(run.paths, change).run_id)
