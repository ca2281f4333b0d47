"""What was sent with a run: snapshot, configuration, arguments, interpreter, git; from its request alone."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from ..runtime import fields

if TYPE_CHECKING:
    from .feed import ShownRun

MAX_YAML = 64 << 10


def what_was_sent(run: ShownRun) -> dict[str, Any]:
    """Texts by name, in the order to show them; those that are empty are not there."""
    request = run.request
    size = fields.mapping(request.get("snapshot_size"))
    versions = fields.mapping(request.get("versions"))
    argv = request.get("argv")
    facts = {
        "Run": run.run_id,
        "Record": run.paths.directory,
        "Notebook": fields.text(request.get("notebook")),
        "Source directory": fields.text(request.get("source_directory")),
        "Snapshot": fields.text(request.get("snapshot")),
        "Files": fields.text(size.get("described")),
        "Command": shlex.join(fields.text(word) for word in argv) if isinstance(argv, list) else "",
        "Interpreter": fields.text(fields.mapping(request.get("environment")).get("python")),
        "Git": git_line(fields.texts(request.get("git"))),
        "Versions": " · ".join(f"{name} {fields.text(version)}" for name, version in versions.items()),
    }
    notes = request.get("notes")
    return {
        "facts": [[name, text] for name, text in facts.items() if text],
        "configuration": configuration_yaml(fields.mapping(request.get("configuration"))),
        "notes": [fields.text(note) for note in notes] if isinstance(notes, list) else [],
    }


def git_line(facts: dict[str, str]) -> str:
    """`main 3f2a91c, with changes that are not committed · https://…`."""
    if not facts:
        return ""
    is_dirty = facts.get("dirty", "").lower() == "true"
    named = " ".join(part for part in (facts.get("branch", ""), facts.get("commit", "")[:12]) if part)
    state = f"{named}{', with changes that are not committed' if is_dirty else ''}"
    return " · ".join(part for part in (state, facts.get("repository", "")) if part)


def configuration_yaml(configuration: dict[str, Any]) -> str:
    """What differs from the defaults, as YAML; empty where nothing does."""
    from ..config import RunConfiguration
    from ..config.rendering import block
    from ..config.section import differences

    if not configuration:
        return ""
    tree: dict[str, Any] = {}
    plain = RunConfiguration().to_dict()
    for key, value in configuration.items():
        if key not in plain or differences({key: value}, plain):
            inner = differences(value, plain.get(key) or {}) if isinstance(value, dict) else None
            tree[key] = value if inner is None else inner
    return "\n".join(block(tree))[:MAX_YAML]
