"""Says in plain words what is wrong with the syntax of a YAML text."""

from __future__ import annotations

from typing import Any

_VERSION = "the version of YAML in '%YAML' is not known"
_PROBLEMS = (
    ("mapping values are not allowed", "a ':' stands where no key can be", "indent or quote"),
    ("could not find expected ':'", "a ':' is missing after a key", ""),
    ("expected <block end>", "the indentation does not fit the lines above", ""),
    ("expected block end", "the indentation does not fit the lines above", ""),
    ("found unknown escape", "an unknown escape after '\\' in double quotes", "single quotes"),
    ("<document start>", "the text goes on where the configuration has ended", "indent"),
    ("undefined alias", "an alias names an anchor that does not stand above it", ""),
    ("expected alphabetic or numeric", "a name is missing behind '&', '*' or '%'", "put the value in quotes"),
    (
        "expected chomping or indentation",
        "words stand on the line of '|' or '>'",
        "put them on the next line",
    ),
    ("incompatible YAML document", _VERSION, "write `%YAML 1.2`"),
    ("duplicate anchor", "the same anchor stands twice", ""),
    ("did not find expected node content", "a value is missing", ""),
    ("expected the node content", "a value is missing", ""),
)
_HINTS = {
    "indent": "check the indentation and the brackets",
    "indent or quote": "check the indentation, or quote a value that holds ': '",
    "single quotes": "write \\\\ for a backslash, or use single quotes",
}


def explain(error: Any, text: str, base_line: int = 0) -> tuple[str, int, str]:
    """Message, line (from 1) and hint for an error that ruamel.yaml raised while reading `text`.

    Lines named inside the message are counted from `base_line` + 1.
    """
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _without_mark(error, text)
    problem = str(getattr(error, "problem", None) or getattr(error, "context", None) or "")
    context = str(getattr(error, "context", None) or "")
    line = mark.line + 1
    if "end of stream" in problem and "quoted" in context and error.context_mark is not None:
        line = error.context_mark.line + 1
        return "a quote is opened here and never closed", line, ""
    if "cannot start any token" in problem:
        return _bad_start(text, mark.index, line)
    if "expected ',' or" in problem and error.context_mark is not None:
        opened = error.context_mark.line + 1 + base_line
        close, bracket = ("}", "{") if "'}'" in problem else ("]", "[")
        return f"a ',' or '{close}' is missing: the '{bracket}' on line {opened} is open", line, ""
    if "expected ':'" in problem and error.context_mark is not None:
        line = error.context_mark.line + 1
    for part, message, hint in _PROBLEMS:
        if part in problem:
            return message, line, _HINTS.get(hint, hint)
    return f"this is no YAML: {problem}", line, ""


def _bad_start(text: str, index: int, line: int) -> tuple[str, int, str]:
    character = text[index : index + 1]
    if character == "\t":
        return "a tab stands where YAML allows only spaces", line, "indent with spaces"
    message = f"a value cannot begin with '{character}'"
    return message, line, "put the value in quotes"


def _without_mark(error: Any, text: str) -> tuple[str, int, str]:
    """A version that is not known, or a character that cannot stand there."""
    if isinstance(error, AssertionError):
        lines = enumerate(text.splitlines(), 1)
        return _VERSION, next((n for n, line in lines if line.startswith("%YAML")), 0), "write `%YAML 1.2`"
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return f"this is no YAML: {error}", 0, ""
    code = ord(text[position]) if position < len(text) else 0
    line = text.count("\n", 0, position) + 1
    message = f"the character U+{code:04X} cannot stand in a YAML file"
    return message, line, f'write "\\u{code:04x}" in double quotes'
