"""Fields of several widgets: names with values as rows, and the packages of a conda file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from ...errors import ConfigError
from . import text
from .field import Field, box, button, html, shared_layout

if TYPE_CHECKING:
    from ...config import CondaDependencies, RunConfiguration


class RowsField(Field):
    """Names chosen by the person, each with its text."""

    def _build(self) -> widgets.Widget:
        self._rows: list[tuple[widgets.Text, widgets.Text]] = []
        self._head = html(f"<span class='runcfg-label'>{self.label}</span>")
        self._list = box((), "runcfg-rows")
        add = button("Add", self._add_empty, "runcfg-small", tooltip=f"{self.label}: one more")
        return box((self._head, box((self._list, add), "runcfg-stack")), "runcfg-several")

    def _fill(self, value: Any) -> None:
        self._rows = []
        for name, entry in (value or {}).items():
            self._rows.append(self._row(name, "" if entry is None else str(entry)))
        self._draw()

    def _row(self, name: str, value: str) -> tuple[widgets.Text, widgets.Text]:
        row = (
            widgets.Text(name, placeholder="NAME", tooltip="name", layout=shared_layout()),
            widgets.Text(value, placeholder="value", tooltip="value", layout=shared_layout()),
        )
        for part in row:
            self._watch(part)
        return row

    def _add_empty(self) -> None:
        self._rows.append(self._row("", ""))
        self._draw()
        self._rows[-1][0].focus()

    def _remove(self, row: tuple[widgets.Text, widgets.Text]) -> None:
        self._rows.remove(row)
        self._draw()
        self._on_typed()

    def _draw(self) -> None:
        drawn = []
        for row in self._rows:
            remove = button("Remove", partial(self._remove, row), "runcfg-small")
            remove.tooltip = f"remove {row[0].value or 'this row'}"
            drawn.append(box((*row, remove), "runcfg-row"))
        self._list.children = tuple(drawn)

    def _value(self) -> Any:
        found: dict[str, str] = {}
        for name, value in ((name.value.strip(), value.value) for name, value in self._rows):
            if not name and not value:
                continue
            if name in found:
                raise ConfigError.single(f"'{name}' is there twice", self.setting.key, "rename one of them")
            found[name] = value
        return found


_PARTS = {
    "python": ("Python version", "such as 3.12"),
    "conda": ("Conda packages", "one a line: numpy>=2"),
    "pip": ("Pip packages", "one a line: scikit-learn==1.7.2"),
    "channels": ("Conda channels", "one a line: conda-forge"),
}


class PackagesField(Field):
    """Python, packages and channels of a conda file; what else is in the file stays as it is."""

    def _build(self) -> widgets.Widget:
        self._parts: dict[str, widgets.Widget] = {}
        for name, (label, example) in _PARTS.items():
            kind = widgets.Text if name == "python" else widgets.Textarea
            more = {} if name == "python" else {"rows": 2}
            made = kind(description=label, placeholder=example, layout=shared_layout(), **more)
            self._watch(made)
            self._parts[name] = made
        return box(self._parts.values(), "runcfg-stack")

    def _fill(self, value: Any) -> None:
        from ...config import CondaDependencies

        packages = CondaDependencies(_underlying_structure=value or {})
        for name, items in _read(packages).items():
            part = self._parts[name]
            part.value = text.lines_text(items)
            if name != "python":
                part.rows = max(2, min(12, len(items)))

    def write(self, config: RunConfiguration) -> None:
        try:
            packages = self._changed(config.environment.python.conda_dependencies)
            config.environment.python.conda_dependencies = packages
        except ConfigError as error:
            self.faults = error.faults
            return
        self.faults = []
        self._seen = self.setting.read(config, config.to_dict())

    def _changed(self, before: CondaDependencies | None) -> CondaDependencies | None:
        from ...config import CondaDependencies

        typed = {name: text.as_lines(part.value) for name, part in self._parts.items()}
        if before is None and not any(typed.values()):
            return None
        made = before.copy() if before is not None else CondaDependencies(_underlying_structure={})
        old = _read(made)
        if typed["pip"] != old["pip"]:
            made.set_pip_requirements(typed["pip"])
        if typed["python"] != old["python"] and typed["python"]:
            made.set_python_version(typed["python"][0])
        for name, take, add in (
            ("conda", made.remove_conda_package, made.add_conda_package),
            ("channels", made.remove_channel, made.add_channel),
        ):
            for item in old[name]:
                if item not in typed[name]:
                    take(item)
            for item in typed[name]:
                if item not in old[name]:
                    add(item)
        return made


def _read(packages: CondaDependencies) -> dict[str, list[str]]:
    version = packages.get_python_version()
    conda = [word for word in packages.conda_packages if not (version and word.startswith("python="))]
    return {
        "python": [version] if version else [],
        "conda": conda,
        "pip": [*packages.pip_options, *packages.pip_packages],
        "channels": list(packages.conda_channels),
    }
