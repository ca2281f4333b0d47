"""SDK v1's CondaDependencies: the packages that an environment is built from, and their file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Self

from ..errors import ConfigError
from . import conda_file, location
from .conda_file import check_tree, conda_name, pip_name, render, rewrite, version_of
from .fault import Report

__all__ = ["CondaDependencies", "check_tree"]

FILE_NAME = "conda_dependencies.yml"

_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*((a|b|rc|\.?dev|\.?post)[0-9]+)?(\.?\*)?")


class CondaDependencies:
    """A conda file as an object: channels, conda packages with the Python among them, and pip's list.

    Two are equal when their content is. An object that was read from a text writes that very text
    again; after a change, its comments, order and layout elsewhere stay.
    """

    def __init__(self, conda_dependencies_file_path: Any = None, _underlying_structure: Any = None) -> None:
        """Read a file, else take a deep copy of `_underlying_structure`, else begin with v1's defaults.

        Raises ConfigError when the file cannot be read, or with all faults of its content.
        """
        self._text: str | None = None
        if conda_dependencies_file_path is not None:
            if _underlying_structure is not None:
                raise ConfigError.single("give a file or its content, not both", "_underlying_structure")
            from .reading import read_text

            file = _path(conda_dependencies_file_path, "conda_dependencies_file_path")
            self._text = read_text(file)
            self._content = conda_file.read_content(self._text, Report(str(file)))
        elif _underlying_structure is not None:
            tree, report = conda_file.tree_of(_underlying_structure), Report("")
            check_tree(tree, report)
            report.raise_faults()
            self._content = tree.plain()
        else:
            self._content = {
                "name": "project_environment",
                "dependencies": ["python=3.8.13", {"pip": ["azureml-defaults"]}],
                "channels": ["anaconda", "conda-forge"],
            }

    @classmethod
    def from_text(cls, text: str, file: str = "<text>", base_line: int = 0) -> Self:
        """What a conda file's text says, which begins below line `base_line` of what `file` names.

        Raises ConfigError with all faults.
        """
        if not isinstance(text, str):
            raise _no_text(text, "text")
        made = cls()
        made._content = conda_file.read_content(text, Report(file, base_line=base_line))
        made._text = text
        return made

    @staticmethod
    def create(
        pip_indexurl: str | None = None,
        pip_packages: Iterable[str] | None = None,
        conda_packages: Iterable[str] | None = None,
        python_version: str = "3.10.18",
        pin_sdk_version: bool = True,
    ) -> CondaDependencies:
        """New dependencies; without `pip_packages`, pip installs azureml-defaults, as in v1.

        v1 pins azureml-* packages to the version of the SDK. There is none here: names stay as they
        are given, and `pin_sdk_version` is accepted and has no effect.
        """
        made = CondaDependencies()
        made.set_python_version(python_version)
        if pip_packages is not None:
            made.set_pip_requirements(pip_packages)
        if pip_indexurl is not None:
            made.set_pip_index_url(pip_indexurl)
        for package in () if conda_packages is None else _texts(conda_packages, "conda_packages"):
            made.add_conda_package(package)
        return made

    @property
    def conda_channels(self) -> list[str]:
        return list(self._content.get("channels") or [])

    @property
    def conda_packages(self) -> list[str]:
        """The packages that conda installs, Python included."""
        return [entry for entry in self._entries() if isinstance(entry, str)]

    @property
    def pip_packages(self) -> list[str]:
        """The packages that pip installs, without pip's options."""
        return [entry for entry in self._pip() if not entry.startswith("-")]

    @property
    def pip_options(self) -> list[str]:
        return [entry for entry in self._pip() if entry.startswith("-")]

    @property
    def text_as_read(self) -> str | None:
        """The text that this object was read from; None when it was made otherwise."""
        return self._text

    def add_channel(self, channel: str) -> None:
        """Ask this channel after those that are there; one that is there already stays in its place."""
        channel = _text(channel, "channel")
        if channel not in self.conda_channels:
            self._content["channels"] = [*self.conda_channels, channel]

    def remove_channel(self, channel: str) -> None:
        """Take the channel out; one that is not there is no error, here and for packages and options."""
        channel = _text(channel, "channel")
        if channel in self.conda_channels:
            self._content["channels"] = [name for name in self.conda_channels if name != channel]

    def add_conda_package(self, conda_package: str) -> None:
        """Have conda install `conda_package`, in the place of a package of the same name."""
        package = _package(conda_package, "conda_package", "conda packages have none here: name a package")
        entries = self._entries()
        places = [i for i, entry in enumerate(entries) if isinstance(entry, str)]
        at = places[-1] + 1 if places and conda_name(package) != "python" else 0
        self._content["dependencies"] = _put(entries, package, conda_name, at)

    def remove_conda_package(self, conda_package: str) -> None:
        """Take the package of that name out; Python stays. Raises ConfigError for Python."""
        name = conda_name(_text(conda_package, "conda_package"))
        if name == "python":
            raise ConfigError.single("python cannot be removed", name, "set_python_version changes it")
        self._take_conda(name)

    def add_pip_package(self, pip_package: str) -> None:
        """Have pip install `pip_package`, in the place of a package of the same name (PEP 503)."""
        package = _package(pip_package, "pip_package", "give options of pip to set_pip_option")
        self._set_pip(_put(self._pip(), package, pip_name, len(self._pip())))

    def remove_pip_package(self, pip_package: str) -> None:
        """Take the package of that name out, whatever its extras and version are."""
        package = _package(pip_package, "pip_package", "remove_pip_option removes options of pip")
        self._take_pip(pip_name(package))

    def set_pip_option(self, pip_option: str) -> None:
        """Give pip an option, such as '--pre', in the place of one of the same flag."""
        option = _pip_option(pip_option)
        options = [i for i, entry in enumerate(self._pip()) if entry.startswith("-")]
        self._set_pip(_put(self._pip(), option, pip_name, options[-1] + 1 if options else 0))

    def remove_pip_option(self, pip_option: str) -> None:
        """Take the option of that flag out, whatever its value is."""
        self._take_pip(pip_name(_pip_option(pip_option)))

    def set_pip_index_url(self, index_url: str) -> None:
        url = _text(index_url, "index_url")
        if " " in url or url.startswith("-"):
            raise ConfigError.single(f"'{url}' is no url", "index_url", "write 'https://pypi.org/simple'")
        self.set_pip_option(f"--index-url {url}")

    def set_pip_requirements(self, pip_requirements: Iterable[str]) -> None:
        """Replace all that pip is told, packages and options."""
        self._set_pip(_texts(pip_requirements, "pip_requirements"))

    def set_python_version(self, version: str) -> None:
        """Ask for this version of Python and no other; add_conda_package takes 'python>=3.10'."""
        self.add_conda_package(f"python={_version(version)}")

    def get_python_version(self) -> str | None:
        """The version that the python package names, of several the last; None when it names none."""
        return version_of(next((spec for spec in self.conda_packages if conda_name(spec) == "python"), ""))

    def add_tensorflow_conda_package(self, core_type: str = "cpu", version: str | None = None) -> None:
        """Have conda install tensorflow, or tensorflow-gpu when `core_type` is 'gpu'; version 2.2.0."""
        package = f"{_for_core('tensorflow', core_type)}={_version('2.2.0' if version is None else version)}"
        self.remove_tensorflow_conda_package()
        self.add_conda_package(package)

    def add_tensorflow_pip_package(self, core_type: str = "cpu", version: str | None = None) -> None:
        """Have pip install tensorflow, or tensorflow-gpu when `core_type` is 'gpu'; version 2.2.0."""
        package = f"{_for_core('tensorflow', core_type)}=={_version('2.2.0' if version is None else version)}"
        self.remove_tensorflow_pip_package()
        self.add_pip_package(package)

    def remove_tensorflow_conda_package(self) -> None:
        self._take_conda("tensorflow", "tensorflow-gpu")

    def remove_tensorflow_pip_package(self) -> None:
        self._take_pip("tensorflow", "tensorflow-gpu")

    def add_cntk_package(self, core_type: str = "cpu") -> None:
        """Have pip install cntk 2.7, or cntk-gpu when `core_type` is 'gpu'."""
        package = _for_core("cntk", core_type)
        self._take_pip("cntk", "cntk-gpu")
        self.add_pip_package(f"{package}==2.7")

    @staticmethod
    def merge_requirements(requirements: Iterable[str]) -> list[str]:
        """One requirement for each package, in the order of their first, with all versions asked for.

        Requirements under different markers stay apart. Raises ConfigError for text that is none, and
        for a package that is wanted from a url and from elsewhere too.
        """
        from packaging.requirements import InvalidRequirement, Requirement

        merged: dict[tuple[str, str], Requirement] = {}
        for text in _texts(requirements, "requirements"):
            try:
                new = Requirement(text)
            except InvalidRequirement:
                hint = "write 'name', 'name[extra]>=1.0' or 'name @ url'"
                raise ConfigError.single(f"'{text}' is no requirement", "requirements", hint) from None
            first = merged.setdefault((pip_name(new.name), str(new.marker or "")), new)
            if first.url != new.url:
                message = f"'{first}' and '{new}' are different sources of one package"
                raise ConfigError.single(message, "requirements", "keep one of them")
            first.extras |= new.extras
            first.specifier &= new.specifier
        return [str(requirement) for requirement in merged.values()]

    def as_dict(self) -> dict[str, Any]:
        """The content; nothing in it is shared with this object."""
        return deepcopy(self._content)

    def serialize_to_string(self) -> str:
        """The text of the conda file."""
        return render(self._content) if self._text is None else rewrite(self._text, self._content)

    def save(self, path: Any = None) -> str:
        """Write the conda file, without a path conda_dependencies.yml where we are; returns its path.

        Raises ConfigError when no Python is among the conda packages, or it cannot be written.
        """
        file = _path(FILE_NAME if path is None else path, "path")
        self._write(file, ())
        return str(file)

    def save_to_file(self, base_directory: Any, conda_file_path: Any = None) -> str:
        """Write the conda file below `base_directory`; returns its path from there.

        Without `conda_file_path` it is conda_dependencies.yml in aml_config where that directory
        exists, else in .azureml, which is created. Raises ConfigError as `save`.
        """
        base = _path(base_directory, "base_directory")
        if not os.path.isdir(base):
            raise ConfigError.single(f"no directory '{base}'", "base_directory", "create it first")
        if conda_file_path is None:
            file = location.config_directory(base) / FILE_NAME
        else:
            file = base / _path(conda_file_path, "conda_file_path")
        self._write(file, location.DIRECTORIES)
        return file.relative_to(base).as_posix() if file.is_relative_to(base) else str(file)

    def copy(self) -> Self:
        """An equal object that shares nothing with this one."""
        made = type(self)()
        made._content, made._text = self.as_dict(), self._text
        return made

    def __eq__(self, other: object) -> bool:
        return self._content == other._content if isinstance(other, CondaDependencies) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        words = ", ".join(f"{name}={value!r}" for name, value in self._summary().items() if value)
        return f"CondaDependencies({words})"

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td style='text-align:left'>"
            f"{escape(value if isinstance(value, str) else ', '.join(value))}</td></tr>"
            for name, value in (self._summary() | {"channels": self.conda_channels}).items()
            if value
        )
        return f"<table><caption>CondaDependencies</caption>{rows or '<tr><td>empty</td></tr>'}</table>"

    def _summary(self) -> dict[str, str | list[str] | None]:
        conda = [entry for entry in self.conda_packages if conda_name(entry) != "python"]
        return {"python": self.get_python_version(), "conda": conda, "pip": self._pip()}

    def _entries(self) -> list[Any]:
        return list(self._content.get("dependencies") or [])

    def _pip(self) -> list[str]:
        return [item for entry in self._entries() if isinstance(entry, dict) for item in entry["pip"] or []]

    def _set_pip(self, items: list[str]) -> None:
        """Lists are replaced, never changed: in a file with aliases, two keys may have the same one."""
        entries, section = self._entries(), [{"pip": items}] if items else []
        at = next((i for i, entry in enumerate(entries) if isinstance(entry, dict)), len(entries))
        self._content["dependencies"] = [*entries[:at], *section, *entries[at + 1 :]]

    def _take_conda(self, *names: str) -> None:
        rest = [
            entry for entry in self._entries() if isinstance(entry, dict) or conda_name(entry) not in names
        ]
        if rest != self._entries():
            self._content["dependencies"] = rest

    def _take_pip(self, *names: str) -> None:
        rest = [entry for entry in self._pip() if pip_name(entry) not in names]
        if rest != self._pip():
            self._set_pip(rest)

    def _write(self, file: Path, created: tuple[str, ...]) -> None:
        """Write `file`, whose directory must be there unless its name is one of `created`."""
        if self.conda_packages and "python" not in map(conda_name, self.conda_packages):
            message = "no python is among the conda packages"
            raise ConfigError.single(message, "dependencies", "add one: set_python_version('3.10')")
        if os.path.isdir(file):
            hint = f"name a file in it: '{file / FILE_NAME}'"
            raise ConfigError.single(f"'{file}' is a directory", str(file), hint)
        conda_file.write(file, self.serialize_to_string(), created)


def _put(items: list[Any], new: str, key_of: Callable[[str], str], at: int) -> list[Any]:
    """`items` with `new` in the place of those of its name, else at that index."""
    same = [i for i, item in enumerate(items) if isinstance(item, str) and key_of(item) == key_of(new)]
    rest = [item for i, item in enumerate(items) if i not in same]
    at = same[0] if same else at
    return [*rest[:at], new, *rest[at:]]


def _for_core(name: str, core_type: str) -> str:
    if core_type not in ("cpu", "gpu"):
        raise ConfigError.single(f"'{core_type}' is no core type", "core_type", "use 'cpu' or 'gpu'")
    return name if core_type == "cpu" else f"{name}-gpu"


def _package(value: str, what: str, hint: str) -> str:
    package = _text(value, what)
    if package.startswith("-"):
        raise ConfigError.single(f"'{package}' is an option, not a package", what, hint)
    return package


def _pip_option(value: str) -> str:
    option = _text(value, "pip_option")
    if not re.match(r"--?[A-Za-z]", option):
        hint = "write '--pre' or '--index-url …'; add_pip_package takes packages"
        raise ConfigError.single(f"'{option}' is no option of pip", "pip_option", hint)
    return option


def _version(value: str) -> str:
    version = _text(value, "version")
    if not _VERSION.fullmatch(version):
        raise ConfigError.single(f"'{version}' is no version", "version", "write a number such as '3.10'")
    return version


def _text(value: str, what: str) -> str:
    """One line of text without space around it. Raises ConfigError."""
    if not isinstance(value, str):
        raise _no_text(value, what)
    if not value.strip():
        raise ConfigError.single(f"'{what}' is empty", what, "give its text")
    if not value.strip().isprintable():
        message = f"{value.strip()!a} holds a line end or another character that cannot be printed"
        raise ConfigError.single(message, what, "give one line of plain text")
    return value.strip()


def _texts(values: Iterable[str], what: str) -> list[str]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise _no_text(values, what, "list of texts", "give a list: ['numpy']")
    return [_text(value, what) for value in values]


def _path(value: Any, what: str) -> Path:
    path = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(path, str):
        raise _no_text(value, what)
    if not path or "\0" in path:
        message = f"{path!a} is no path" if path else f"'{what}' is empty"
        raise ConfigError.single(message, what, "give the path of a file")
    return Path(path)


def _no_text(value: object, what: str, wanted: str = "text", hint: str = "give a str") -> ConfigError:
    from .value import shown

    if isinstance(value, float):
        hint = "quote it: the number 3.10 is 3.1"
    return ConfigError.single(f"{shown(value)} is no {wanted}", what, hint)
