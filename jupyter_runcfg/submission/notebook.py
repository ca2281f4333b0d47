"""A notebook as the script of a run: what can be told of it before it is sent."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import ConfigError, Fault
from ..runtime.parameters import Wrong, read_parameters

SUFFIX = ".ipynb"
MODULE = "_runcfg.runtime.notebook"


def read_notebook(path: Path) -> dict[str, Any]:
    """The notebook as JSON has it.

    Raises:
        ConfigError: It cannot be read, or is none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError.single(f"cannot read '{path}': {error.strerror}", "script") from error
    except ValueError as error:
        raise ConfigError.single(f"'{path}' is no notebook: {error}", "script", "open and save it") from error
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        raise ConfigError.single(
            f"'{path}' is no notebook of format 4", "script", "open it in Jupyter and save it"
        )
    return found


def code_cells(notebook: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Id (empty in old files) and source of each code cell."""
    found = []
    for cell in notebook["cells"]:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            text = "".join(map(str, source)) if isinstance(source, list) else str(source)
            found.append((str(cell.get("id") or ""), text))
    return found


def find_faults(path: Path, arguments: Sequence[str], python: str) -> list[Fault]:
    """What would fail before the first cell runs."""
    faults = []
    try:
        notebook = read_notebook(path)
    except ConfigError as error:
        return error.faults
    if not any(source.strip() for _, source in code_cells(notebook)):
        faults.append(Fault(f"'{path.name}' has no code to run", "script", hint="is it saved?"))
    try:
        parameters = read_parameters(arguments)
    except Wrong as error:
        faults.append(Fault(str(error), "arguments", hint="`-- --lr 0.03 -p epochs=20`"))
    else:
        faults += _unknown(notebook, parameters, path.name)
    if python == sys.executable:
        missing = [name for name in ("nbclient", "nbformat", "ipykernel") if find_spec(name) is None]
        if missing:
            hint = f"`{python} -m pip install {' '.join(missing)}`"
            faults.append(
                Fault(f"this interpreter has no {', '.join(missing)} to run a notebook", "script", hint=hint)
            )
    return faults


def _unknown(notebook: Mapping[str, Any], parameters: Mapping[str, object], name: str) -> list[Fault]:
    """Parameters that the cell tagged `parameters` does not set: a typo would change nothing."""
    known: set[str] = set()
    for cell in notebook["cells"]:
        tags = (cell.get("metadata") or {}).get("tags") if isinstance(cell, dict) else None
        if tags and "parameters" in tags:
            try:
                tree = ast.parse("".join(cell.get("source", "")))
            except SyntaxError:
                return []  # another language, or IPython's own lines
            known |= {
                node.id
                for node in ast.walk(tree)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
    unknown = [one for one in parameters if known and one not in known]
    hint = f"its cell tagged `parameters` has {', '.join(sorted(known))}"
    return [Fault(f"'{name}' has no parameter '{one}'", "arguments", hint=hint) for one in unknown]
