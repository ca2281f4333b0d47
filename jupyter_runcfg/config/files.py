"""Text files that are written together: all of them, or none."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import ConfigError

_Staged = list[tuple[str, Path]]


def write_texts(files: Iterable[tuple[Path, str]], made: tuple[str, ...] = ()) -> None:
    """Put each text at its path; a link stays a link, rights stay as they are (new files: 0644).

    The directories above that have a name of `made` are created. What cannot be written is found
    before the first file changes.

    Raises:
        ConfigError: With the file that cannot be written.
    """
    staged: _Staged = []
    try:
        for path, text in files:
            with _told(path):
                staged.append(_stage(path, text, made))
        for temporary, target in staged:
            with _told(target):
                os.replace(temporary, target)
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _stage(path: Path, text: str, made: tuple[str, ...]) -> tuple[str, Path]:
    target = path.resolve()
    if target.parent.name in made:
        target.parent.mkdir(exist_ok=True)
    if target.is_dir():
        raise IsADirectoryError(None, "is a directory", str(target))
    mode = stat.S_IMODE(target.stat().st_mode) if target.is_file() else 0o644
    temporary = f"{target}.{os.urandom(6).hex()}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode("utf-8"))
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary, target


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: links in a circle, before 3.13
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError.single(f"cannot be written: {reason.lower()}", str(path)) from None
