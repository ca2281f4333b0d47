"""What git itself keeps of a tree, and trees to ask it about."""

import os
import subprocess
from pathlib import Path

from hypothesis import strategies as st

NAMES = ["a", "b", "ab", "A", "a.b", "#a", "!a", "-", "é", "a ", "[a]", "a\\", "0"]
_PIECES = [*"abA0*?[]!^-/\\# .é\t", "**", "**/", "/**", "[a-b]", "[!a]", "[[:alpha:]]", "[[:x:]]"]

names = st.sampled_from(NAMES)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
patterns = st.one_of(
    st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6).map("".join),
    st.lists(st.sampled_from([*NAMES, "*", "**", "?", "*.b", "a*"]), min_size=1, max_size=4).map("/".join),
)
lines = st.tuples(
    st.sampled_from(["", "", "!", "/", "!/", "\\"]),
    patterns,
    st.sampled_from(["", "", "/", "/*", "/**", " ", "\\ ", "\r", "*"]),
).map("".join)
ignore_files = st.lists(lines, max_size=5).map(lambda found: "\n".join(found).encode())


def build(root: Path, files: list[str], ignores: dict[str, bytes], name: str) -> None:
    """Write the files that can be written, and `name` with each text in the directories named."""
    for path in files:
        _write(root / path, b"")
    for directory, text in ignores.items():
        _write(root / directory / name, text)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        pass  # the drawn tree has a file where this one needs a directory


def git_keeps(root: Path, name: str) -> set[str]:
    """The files below `root` that git would add, were `name` called .gitignore."""
    clean = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
    if not (root / ".git").exists():
        subprocess.run(["git", "init", "-q", str(root)], check=True, env=clean)
    command = ["git", "-c", "core.excludesFile=", "ls-files", "-z", "--others"]
    done = subprocess.run(
        [*command, f"--exclude-per-directory={name}"],
        cwd=root,
        check=True,
        capture_output=True,
        env=clean,
    )
    return {os.fsdecode(path) for path in done.stdout.split(b"\0") if path}
