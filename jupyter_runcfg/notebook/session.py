"""What one kernel remembers: its configurations, the current one, its newest run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ConfigError

if TYPE_CHECKING:
    from ..config import RunConfiguration
    from ..run import Run


class Session:
    """The state behind `%runcfg` in one kernel; nothing of it is written unless `save` is said."""

    def __init__(self) -> None:
        self.configurations: dict[str, RunConfiguration] = {}
        self.name: str | None = None
        self.experiment: str | None = None
        """What `%runcfg experiment NAME` said; None: the source directory's name."""
        self._unnamed: RunConfiguration | None = None
        self.last_run: str | None = None
        self.looked = 0.0
        """When it was noted last which runs have ended."""
        self.drawn: tuple[int, set[str]] = (0, set())
        """The cell execution and the runs whose views were drawn in it: none is drawn twice."""
        self.submitted: dict[str, list[Run]] = {}
        """By a cell's source the runs that may go on, where the front end gives cells no id."""

    @property
    def current(self) -> RunConfiguration:
        return self.unnamed if self.name is None else self.configurations[self.name]

    @property
    def unnamed(self) -> RunConfiguration:
        """The one that is current until another is; it becomes a named one when it is saved."""
        from ..config import RunConfiguration

        if self._unnamed is None:
            self._unnamed = RunConfiguration()
        return self._unnamed

    def named(self, name: str) -> RunConfiguration:
        """A configuration of this kernel, else the file of the project.

        Raises:
            ConfigError: There is neither.
        """
        if name not in self.configurations:
            return self.load(name)
        return self.configurations[name]

    def load(self, name: str) -> RunConfiguration:
        """Read .azureml/NAME.runconfig of the nearest project, or the file of that path."""
        from ..config import RunConfiguration
        from ..config.location import find_named

        return RunConfiguration.load(find_named(name))

    def file_of(self, name: str) -> Path:
        """The file that `save` writes for this name. Raises ConfigError."""
        from ..config import RunConfiguration, current_project

        return RunConfiguration().file_for(current_project(), name)

    def make_current(self, name: str, config: RunConfiguration) -> None:
        self.configurations[name] = config
        self.name = name

    def save(self, name: str | None) -> tuple[Path, list[str]]:
        """Write the current configuration into the project; returns the file, and how its lines changed.

        Raises:
            ConfigError: It has no name yet.
        """
        from difflib import unified_diff

        from ..config import current_project

        name = name or self.name
        if name is None:
            raise ConfigError.single("the current configuration has no name", hint="`%runcfg save NAME`")
        config = self.current if self.name in (None, name) else self.current.copy()
        project = current_project()
        before = _lines(config.file_for(project, name))
        saved = config.save(project, name)
        if self.name is None:
            self._unnamed = None
        self.make_current(name, config)
        after = _lines(saved)
        return saved, list(unified_diff(before, after, n=0, lineterm=""))[2:] if before else []

    def delete(self, name: str) -> str:
        """Forget a configuration, and remove its file; returns what was done.

        Raises:
            ConfigError: There is neither.
        """
        from ..config import RunConfiguration, current_project

        was_current = self.name == name
        known = self.configurations.pop(name, None)
        if was_current:
            self.name, self._unnamed = None, known
        try:
            RunConfiguration.delete(current_project(), name)
        except ConfigError:
            if known is None:
                raise
            return f"'{name}' is dropped; it was not saved"
        return f"'{name}' is removed" + ("; the current configuration has no name now" if was_current else "")


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
