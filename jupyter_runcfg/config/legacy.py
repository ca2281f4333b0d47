"""Keys and values of older files: what became of them, with one warning each.

Source of the names: the files that SDK v1 and its previews wrote, and those found in the wild.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .node import Node
from .section import Section, camel

if TYPE_CHECKING:
    from .reading import Reader

_WITHOUT_EFFECT = {
    "autoPrepareEnvironment": "environments are prepared when they are needed",
    "prepareEnvironment": "environments are prepared when they are needed",
    "gpuSupport": "ask for GPUs with `resources: {gpus: 1}`",
    "containerInstance": "ask for cores and memory with `resources: {cpus: 2, memory: 4g}`",
    "location": "a compute target says where it is",
}


def read(  # noqa: PLR0917 what there is to know of a key
    reader: Reader, section: Section, key: Node, value: Node, path: tuple[str, ...], seen: set[str]
) -> None:
    """Take an old key: into the setting that it became, or kept as it is where it has no effect now."""
    word = camel(key.text)
    dotted = ".".join((*path, key.text))
    became = section.old_keys[word]
    if word == "batchai":
        _read_batchai(reader, section, key, value, "node_count" in seen)
        return
    if not became:
        _warn(reader, key, dotted, f"'{key.text}' has no effect any more", _WITHOUT_EFFECT.get(word, ""))
        section.unknown_keys[key.text] = value.plain()
        return
    new = section.key(became)
    if became in seen:
        _warn(reader, key, dotted, f"'{key.text}' has no effect: '{new}' is there")
        section.unknown_keys[key.text] = value.plain()
        return
    where = ".".join((*path, new))
    _warn(reader, key, dotted, f"'{key.text}' is read as '{where}'", f"write '{new}'")
    reader.setting(section, became, value, path, key.line)


def _read_batchai(reader: Reader, config: Section, key: Node, value: Node, counted: bool) -> None:
    """The nodes of a Batch AI cluster are those of the run; the section itself is kept."""
    config.unknown_keys[key.text] = value.plain()
    node = value.resolved
    nodes = [item for name, item in node.entries() if camel(name.text) == "nodeCount"] if node.pairs else []
    if nodes and not nodes[0].is_null and not counted:
        _warn(reader, key, key.text, "'batchai.nodeCount' is read as 'nodeCount'", "write 'nodeCount'")
        reader.setting(config, "node_count", nodes[0], (), nodes[0].line)
    else:
        _warn(reader, key, key.text, "'batchai' has no effect any more")


def value(reader: Reader, section: Section, name: str, node: Node, place: tuple[str, ...]) -> Any:
    """A plain value of a setting, from its old form where it has one."""
    from .reading import words

    if place == ("arguments",) and node.resolved.kind == "mapping":
        _warn(reader, node, "arguments", "arguments as a map are read as a list", "write `[--name, value]`")
        return node.plain()
    if place == ("communicator",) and node.resolved.text.lower() == "mpi":
        _warn(reader, node, "communicator", "'Mpi' is read as 'OpenMpi'", "write 'OpenMpi' or 'IntelMpi'")
        return "OpenMpi"
    return node.plain() if section.shapes()[name].typed else words(node)


def _warn(reader: Reader, node: Node, key: str, message: str, hint: str = "") -> None:
    reader.report.warn(message, key, node.line, hint)
