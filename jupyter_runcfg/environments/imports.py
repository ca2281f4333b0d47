"""What a piece of code and the modules beside it import; nothing of it is executed."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_FOREIGN_LINE = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)  # IPython's own
_MOST_FILES = 5_000
_ERRORS = ("ImportError", "ModuleNotFoundError", "Exception")


@dataclass
class Reached:
    """The modules that are neither Python's own nor local, by their first name."""

    needed: dict[str, set[str]] = field(default_factory=dict)
    """First name → the dotted names that are imported; what fails without them."""
    optional: dict[str, set[str]] = field(default_factory=dict)
    """Those that the code can do without: in a `try` that catches ImportError."""
    files: list[Path] = field(default_factory=list)
    """The local modules that were read."""
    unread: list[str] = field(default_factory=list)
    """Files that could not be read or parsed."""
    lines: dict[str, str] = field(default_factory=dict)
    """First name → where it is first imported, `model.py:3`."""


def reach(pieces: Sequence[tuple[str, str]], roots: Sequence[Path]) -> Reached:
    """What these pieces of code (name, text) import, and what the modules below `roots` that they reach do.

    Args:
        pieces: The script, or a cell and those that run before it.
        roots: Where Python would look for local modules, the first wins.
    """
    walk = _Walk(roots)
    for name, text in pieces:
        walk.read(name, text, None)
    while walk.queue and len(walk.reached.files) < _MOST_FILES:
        file = walk.queue.pop(0)
        walk.reached.files.append(file)
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            walk.reached.unread.append(file.name)
            continue
        walk.read(walk.shown(file), text, file)
    for name in walk.reached.needed:
        walk.reached.optional.pop(name, None)
    return walk.reached


class _Walk:
    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = list(roots)
        self.reached = Reached()
        self.queue: list[Path] = []
        self._seen: set[Path] = set()

    def shown(self, file: Path) -> str:
        root = next((root for root in self.roots if file.is_relative_to(root)), None)
        return file.relative_to(root).as_posix() if root else file.name

    def read(self, name: str, text: str, file: Path | None) -> None:
        try:
            tree = ast.parse(_FOREIGN_LINE.sub(r"\1pass", text))
        except (SyntaxError, ValueError, RecursionError):
            self.reached.unread.append(name)
            return
        self._visit(tree.body, name, file, optional=False)

    def _visit(self, nodes: Iterable[ast.AST], name: str, file: Path | None, *, optional: bool) -> None:
        for node in nodes:
            place = f"{name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._module(alias.name, place, optional=optional)
            elif isinstance(node, ast.ImportFrom):
                self._from(node, place, file, optional=optional)
            elif isinstance(node, ast.Call) and (dynamic := _dynamic(node)):
                self._module(dynamic, place, optional=optional)
            elif isinstance(node, ast.If) and _is_for_types(node.test):
                self._visit(node.orelse, name, file, optional=optional)
                continue
            elif isinstance(node, ast.Try) and any(map(_catches, node.handlers)):
                self._visit([*node.body, *node.handlers], name, file, optional=True)
                self._visit([*node.orelse, *node.finalbody], name, file, optional=optional)
                continue
            self._visit(ast.iter_child_nodes(node), name, file, optional=optional)

    def _from(self, node: ast.ImportFrom, place: str, file: Path | None, *, optional: bool) -> None:
        names = [alias.name for alias in node.names]
        if not node.level:
            self._module(node.module or "", place, names, optional=optional)
        elif file is not None:
            above = file.parent
            for _ in range(node.level - 1):
                above = above.parent
            inner = (node.module or "").split(".") if node.module else []
            self._local(above, inner, names)

    def _module(self, dotted: str, place: str, names: Sequence[str] = (), *, optional: bool) -> None:
        parts = dotted.split(".")
        first = parts[0]
        if not first:
            return
        for root in self.roots:
            if (root / f"{first}.py").is_file() or (root / first / "__init__.py").is_file():
                self._local(root, parts, names)
                return
            if (
                (root / first).is_dir()
                and _has_modules(root / first)
                and first not in sys.stdlib_module_names
            ):
                self._local(root, parts, names)
                return
        if first not in sys.stdlib_module_names:
            found = self.reached.optional if optional else self.reached.needed
            found.setdefault(first, set()).update(
                {dotted, *(f"{dotted}.{name}" for name in names if name != "*")}
            )
            self.reached.lines.setdefault(first, place)

    def _local(self, directory: Path, parts: Sequence[str], names: Sequence[str]) -> None:
        """The files that importing this runs: packages on the way, the module, modules it is asked for."""
        self._add(directory / "__init__.py")
        for part in parts:
            self._add(directory / f"{part}.py")
            directory = directory / part
            self._add(directory / "__init__.py")
        for name in names:
            self._add(directory / f"{name}.py")
            self._add(directory / name / "__init__.py")

    def _add(self, file: Path) -> None:
        if (
            file not in self._seen
            and file.is_file()
            and any(file.is_relative_to(root) for root in self.roots)
        ):
            self._seen.add(file)
            self.queue.append(file)


def _has_modules(directory: Path) -> bool:
    """Whether a directory without __init__.py is a package: data directories have names as well."""
    return any(directory.glob("*.py")) or any(directory.glob("*/*.py"))


def _dynamic(node: ast.Call) -> str:
    """The module of `importlib.import_module("x")` and `__import__("x")`."""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    first = node.args[0] if node.args else None
    if called in ("import_module", "__import__") and isinstance(first, ast.Constant):
        return first.value if isinstance(first.value, str) and not first.value.startswith(".") else ""
    return ""


def _is_for_types(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(getattr(kind, "id", "") in _ERRORS for kind in types)
