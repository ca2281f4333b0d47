"""What one kernel knows of its cells: sources, tags, parts, and what the one that runs has submitted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import settings
from ..errors import ConfigError

if TYPE_CHECKING:
    from ..run import Run
    from ..submission import Part
    from ..verbs.capture import Namespace

_MOST_CELLS = 10_000


@dataclass
class Execution:
    """One execution of a cell."""

    source: str = ""
    cell_id: str = ""
    runs: set[str] = field(default_factory=set)
    groups: dict[str, Run] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """What was printed of how its words were read: of the runs of a loop once."""


class Cells:
    """Sees each cell before it runs; front ends send its id and its tags with it, where they do."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.current = Execution()
        self._sources: dict[str, str] = {}
        """By cell id, as it was run last."""
        self._tagged: dict[str, dict[str, str]] = {}
        """By tag, then cell id: the code."""
        self._parts: dict[str, str] = {}

    def watch(self) -> None:
        self.shell.events.register("pre_run_cell", self._before)
        self.shell.events.register("post_run_cell", self._after)
        self.current.cell_id = str(self._metadata().get("cellId") or "")  # the cell that loads us has begun

    def unwatch(self) -> None:
        self.shell.events.unregister("pre_run_cell", self._before)
        self.shell.events.unregister("post_run_cell", self._after)

    def _before(self, info: Any) -> None:
        source = str(getattr(info, "raw_cell", "") or "")
        metadata = self._metadata()
        cell_id = str(getattr(info, "cell_id", None) or metadata.get("cellId") or "")
        self.current = Execution(source, cell_id)
        if cell_id and len(self._sources) < _MOST_CELLS:
            self._sources[cell_id] = source
        tags = metadata.get("tags")
        for known in self._tagged.values():
            known.pop(cell_id, None)
        for tag in tags if isinstance(tags, list) else ():
            self._tagged.setdefault(str(tag), {})[cell_id or source] = source

    def _after(self, _result: Any) -> None:
        if self.current.groups:
            from ..run import group

            for above in self.current.groups.values():
                group.close(above.paths)

    def _metadata(self) -> Mapping[str, Any]:
        """What the front end sent with the request that runs now."""
        kernel = getattr(self.shell, "kernel", None)
        try:
            message = kernel.get_parent("shell") if kernel is not None else {}
        except (AttributeError, LookupError, TypeError):  # another kernel than ipykernel
            return {}
        found = message.get("metadata") if isinstance(message, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def remember_part(self, name: str, code: str) -> None:
        self._parts[name] = code

    def _found(self, name: str) -> list[Part]:
        from ..submission import Part

        if name in self._parts:
            return [Part(name, self._parts[name])]
        return [
            Part(name if number == 1 else f"{name}-{number}", code)
            for number, code in enumerate(self._tagged.get(name, {}).values(), start=1)
        ]

    def namespace(self, names: Mapping[str, object]) -> Namespace:
        """The notebook as a cell sees it. `names` are its variables."""
        from ..verbs.capture import Namespace

        hidden = frozenset(self.shell.user_ns_hidden) | {"In", "Out", "_", "__", "___", "exit", "quit"}
        known = [*self._parts, *(tag for tag, cells in self._tagged.items() if cells)]
        return Namespace(names, hidden, self._found, lambda: known)

    def origin(self) -> str | None:
        """The cell that runs now, by the id that its front end gave it."""
        if not self.current.cell_id:
            return None
        return f"{settings.notebook_path() or ''}#{self.current.cell_id}"

    def find_notebook(self, named: str) -> str:
        """The file that is meant; the one of this kernel must be what was run here.

        Raises:
            ConfigError: Nobody told which notebook this is; or what is on disk is older than a cell.
        """
        own = self._own_path()
        if not named:
            if own is None:
                hint = "name it: `%runcfg submit --notebook NAME.ipynb`"
                raise ConfigError.single("which notebook this is, the front end did not tell", hint=hint)
            named = str(own)
        path = Path(named).expanduser()
        if own is not None and path.exists() and os.path.samefile(path, own):
            self._check_saved(own)
        return named

    def _own_path(self) -> Path | None:
        """VS Code's own variable, else what the Jupyter server told the kernel."""
        told = self.shell.user_ns.get("__vsc_ipynb_file__") or settings.notebook_path()
        path = Path(str(told)) if told else None
        return path if path is not None and path.suffix == ".ipynb" and path.is_file() else None

    def _check_saved(self, path: Path) -> None:
        from ..submission.notebook import code_cells, read_notebook

        cells = code_cells(read_notebook(path))
        on_disk = {cell_id: source.strip() for cell_id, source in cells if cell_id}
        now = self.current
        if now.source.strip() not in {source.strip() for _, source in cells}:
            which = "this cell"
        else:
            ran = ((key, source.strip()) for key, source in self._sources.items() if key in on_disk)
            stale = next((source for key, source in ran if on_disk[key] != source), None)
            if stale is None:
                return
            which = f"the cell `{(stale.splitlines() or [''])[0][:60]}`"
        raise ConfigError.single(
            f"the file on disk is older than {which}",
            where=str(path),
            hint="save the notebook, then run this cell again",
        )
