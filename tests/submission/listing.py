"""What a submission has left on the disk."""

from pathlib import Path


def names_below(root):
    """All files of a home but its stored objects, manifests and runtimes."""
    return sorted(
        str(path.relative_to(root))
        for path in Path(root).rglob("*")
        if path.is_file()
        and path.relative_to(root).parts[0] not in ("objects", "snapshots", "runtime", "index")
    )
