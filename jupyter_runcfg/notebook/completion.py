"""TAB after `%runcfg` and `%%runcfg`, and in a cell of YAML below `%%runcfg config`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..verbs.completion import Candidate
    from .verb import NotebookVerbs

# also `run = %runcfg submit …`
_LINE = re.compile(r"^\s*(?:[\w., ]+=\s*)?%%?runcfg(?=\s)(?P<words>.*)$")
_CELL = re.compile(r"\A\s*%%runcfg\s+(?P<words>[^\n]*)\n")
_KEY = re.compile(r"^(?P<space>[ ]*)(?:- )?(?P<key>[\w-]*)(?P<colon>:[ ]*(?P<value>\S*))?$")


class Completer:
    """What IPython's completer asks: one for each kernel."""

    def __init__(self, verbs: NotebookVerbs) -> None:
        self._verbs = verbs
        self._shell = verbs.shell

    def match(self, context: Any) -> dict[str, Any]:
        """What may stand at the cursor; where we know something, it is all that is offered."""
        from IPython.core.completer import SimpleCompletion

        from ..errors import RuncfgError

        lines = context.full_text.split("\n")
        before = lines[context.cursor_line][: context.cursor_position]
        try:
            found, fragment = self._candidates(lines, context.cursor_line, before)
        except (RuncfgError, OSError):  # TAB is no place for what a home or a file has to say
            found, fragment = [], ""
        completions = [SimpleCompletion(one.text, type=one.about or None) for one in found]
        return {
            "completions": completions,
            "matched_fragment": fragment,
            "suppress": bool(completions),
            "ordered": True,
        }

    def _candidates(self, lines: list[str], number: int, before: str) -> tuple[list[Candidate], str]:
        said = _LINE.match(before)
        if said is not None and (number == 0 or "%%runcfg" not in before):
            return self._after(said["words"])
        cell = _CELL.match("\n".join(lines)) if number else None
        if cell is None or not _holds_yaml(cell["words"], lines[1:]):
            return [], ""
        return _in_yaml(lines[1:number], before)

    def _after(self, said: str) -> tuple[list[Candidate], str]:
        from ..verbs.completion import complete
        from ..verbs.line import take_apart

        line = take_apart(said)
        found = complete(line, self._place())
        if line.quote or said.endswith(line.fragment):
            return found, line.fragment
        return [], ""  # a word with an escape in it is not what stands there

    def _place(self) -> Any:
        from ..verbs.completion import Place

        session = self._verbs.session
        label, experiment = self._newest()
        mine = self._shell.user_ns_hidden
        names = [
            name
            for name in sorted(self._shell.user_ns)
            if not name.startswith("_") and mine.get(name, ...) is not self._shell.user_ns[name]
        ]
        return Place(
            "notebook",
            configurations=tuple(session.configurations),
            experiment=experiment,
            last_run=label,
            variables=names,
            parts=self._verbs.cells.namespace({}).part_names(),
        )

    def _newest(self) -> tuple[str | None, str]:
        """The label of this kernel's newest run, and the experiment that a bare number counts in."""
        from ..config import current_project, default_experiment
        from ..run import Run

        session = self._verbs.session
        if session.last_run is not None:
            run = Run(None, session.last_run)
            return run.label, run.experiment.name
        return None, session.experiment or default_experiment(current_project())


def _holds_yaml(words: str, body: list[str]) -> bool:
    """Whether the cell is a configuration: of `submit`, where its body begins as one."""
    verb, *rest = words.split() or [""]
    if verb == "config":
        return True
    if verb != "submit" or "--lang python" in words or "--lang bash" in words:
        return False
    first = next((line for line in body if line.strip()), "")
    return "yaml" in rest or re.match(r"\w+:(\s|$)", first) is not None


def _in_yaml(above: list[str], before: str) -> tuple[list[Candidate], str]:
    """Keys of the section that the line stands in, and after a colon the values that its key allows."""
    from ..verbs.completion import Candidate
    from ..verbs.setting_keys import keys, values

    found = _KEY.match(before)
    if found is None:
        return [], ""
    path = _path_to(above, len(found["space"]))
    if found["colon"]:
        said = found["value"]
        return [Candidate(word) for word in values((*path, found["key"])) if word.startswith(said)], said
    there = {name: str(node.get("description", "")) for name, node in keys(path).items()}
    begun = found["key"].lower()
    return [
        Candidate(f"{name}: ", about) for name, about in there.items() if name.lower().startswith(begun)
    ], found["key"]


def _path_to(above: list[str], indent: int) -> tuple[str, ...]:
    """The keys that lead to a line that is indented so far."""
    path: list[str] = []
    for line in reversed(above):
        found = _KEY.match(line.split(" #")[0].rstrip())
        if found is None or not found["key"] or len(found["space"]) >= indent:
            continue
        path.insert(0, found["key"])
        indent = len(found["space"])
    return tuple(path)
