"""What is kept of a run beside its logs."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from .section import Section
from .value import TextList, YesNo


class HistoryConfiguration(Section):
    """Whether outputs are collected and the source directory is frozen."""

    place: ClassVar[str] = "history"

    output_collection: YesNo = True
    snapshot_project: YesNo = True
    directories_to_watch: TextList = Field(default_factory=lambda: ["logs"])
