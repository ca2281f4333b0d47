"""Runs above and below a run; the fourth layer of `Run`."""

import os

from ...errors import UserErrorException
from .filing import Filing
from .given import as_names, as_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from typing_extensions import Self

MOST_CHILDREN = 100
_RUN_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}"


class Family(Filing):
    """A child is a record of its own, with the id of its parent; the process that made it records it."""

    _kept_directory = None  # type: str | None

    @property
    def parent(self) -> "Self | None":
        """The run above this one, if any."""
        run_id = self._request().get("parent")
        return self.of(self.paths.home.run(str(run_id))) if run_id else None

    def child_run(
        self, name: "str | None" = None, run_id: "str | None" = None, outputs: "Any" = None
    ) -> "Self":
        """A new run below this one, Running at once: `complete`, `fail` or a `with` ends it.

        Args:
            name: A display name.
            run_id: An id of your own, of letters, digits, - and _.
            outputs: A directory whose files are kept when it completes.

        Raises:
            UserErrorException: The id cannot be one, or is taken.
            HomeError: The record cannot be written; nothing of it is left.
        """
        return self._start_child(name, run_id, outputs, {})

    def _start_child(
        self, name: "str | None", run_id: "str | None", outputs: "Any", tags: "dict[str, str]"
    ) -> "Self":
        import re

        from ..tracking import interactive

        if run_id is not None and not re.fullmatch(_RUN_ID, str(run_id)):
            raise UserErrorException(
                "'{}' is no id for a run".format(run_id), hint="letters, digits, - and _, 255 at most"
            )
        request = self._request()
        facts = {key: request[key] for key in ("target", "snapshot", "source_directory") if request.get(key)}
        paths, tracker = interactive.start(
            self.paths.home, self._experiment(), run_id, name=name, parent=self.id, tags=tags, **facts
        )
        self.add_child(paths.run_id)
        child = self.of(paths)
        child._tracker = tracker
        child._kept_directory = None if outputs is None else os.fspath(outputs)
        return child

    def add_child(self, run_id: "str") -> "None":
        """Note that a run is below this one; its own request says so too."""
        self._tracker.append("child", run_id=run_id)

    def create_children(
        self,
        count: "int | None" = None,
        tag_key: "str | None" = None,
        tag_values: "list[Any] | None" = None,
    ) -> "list[Self]":
        """Several children at once: `count` of them, or one for each value of a tag.

        Raises:
            UserErrorException: Both are given or none, or they are more than 100.
        """
        by_tag = tag_key is not None and tag_values is not None
        if (count is None) == (not by_tag) or (tag_key is None) != (tag_values is None):
            raise UserErrorException("create_children takes count, or tag_key and tag_values")
        values = as_names("create_children", tag_values) if by_tag else []
        number = len(values) if by_tag else as_whole("create_children", count)
        if not 0 < number <= MOST_CHILDREN:
            raise UserErrorException(
                "{} children at once".format(number), hint="from 1 to {}".format(MOST_CHILDREN)
            )
        tags = [{str(tag_key): str(value)} for value in values] if by_tag else [{}] * number
        return [self._start_child(None, None, None, one) for one in tags]

    def get_children(
        self,
        recursive: "bool" = False,
        tags: "Any" = None,
        properties: "Any" = None,
        type: "str | None" = None,
        status: "str | None" = None,
        _rehydrate_runs: "bool" = True,
    ) -> "Iterator[Self]":
        """The runs below, newest first.

        Args:
            recursive: Those below them too.
            tags: Only runs that have them: `{"a": "b"}`, or the name of one.
            properties: Only runs that have them, in the same way.
            type: Only runs of that type.
            status: Only runs that are there now.
        """
        runs = (
            list(self._descend())
            if recursive
            else [self.of(self.paths.home.run(i)) for i in self._child_ids()]
        )
        for run in reversed(runs):
            if os.path.exists(run.paths.request) and run.answers(tags, properties, type, status):
                yield run

    def answers(
        self,
        tags: "Any" = None,
        properties: "Any" = None,
        type: "str | None" = None,
        status: "str | None" = None,
    ) -> "bool":
        """Whether it has those tags and properties, is of that type and there now."""
        if type is not None and self.type != type:
            return False
        if tags and not has_words(self.tags, tags):
            return False
        if properties and not has_words(self.properties, properties):
            return False
        return status is None or self.get_status() == status

    def submit_child(self, config: "Any", tags: "Any" = None, *, display_name: "str | None" = None) -> "Any":
        """Submit a configuration as a run below this one.

        Raises:
            RuncfgError: The interpreter of this job does not have our whole package.
            ConfigError: With every fault of the configuration.
        """
        return self._whole("submit_child").submit_child(config, tags, display_name=display_name)


def has_words(words: "dict[str, str]", wanted: "Any") -> "bool":
    """Whether all wanted words are there: a name, or names with their values (None: any)."""
    if isinstance(wanted, str):
        return wanted in words
    if isinstance(wanted, dict):
        return all(key in words and value in (None, words[key]) for key, value in wanted.items())
    return all(key in words for key in wanted or ())
