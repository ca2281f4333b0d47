"""The git state of a source directory, as far as the git command tells it in time."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .. import settings
from .secret import looks_secret, may_hold_secrets, without_secrets
from .value import printable

TIMEOUT_S = 1.0  # a submit waits for it
MOST_DIFF_BYTES = 1_000_000
_MOST_NAMED = 1_000  # untracked files
_STATUS = ("status", "--porcelain=v2", "--branch", "-z", "--", ".")
# no setting of anybody's may change its form, or run a program
_DIFF = ("diff", "HEAD", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative",
         "--submodule=short", "--src-prefix=a/", "--dst-prefix=b/", "--", ".")  # fmt: skip


@dataclass(frozen=True)
class State:
    """What git says of a directory.

    `facts` are `repository` (a URL without credentials), `branch`, `commit`, `dirty` ("true", "false"),
    and, where the environment names them, `build_id` and `build_uri`. `diff` is what is not committed,
    below comment lines that name untracked files; b"" where there is neither.
    """

    facts: dict[str, str] = field(default_factory=dict)
    diff: bytes = b""


def facts(root: str | os.PathLike[str]) -> dict[str, str]:
    """The facts alone."""
    return state(root).facts


def state(root: str | os.PathLike[str]) -> State:
    """Ask git about `root` and what is below it; SDK v1's AZUREML_GIT_* variables win over what it says.

    A fact that is not there is left out: all without git or a repository, `commit` before the first
    one, `dirty` where git takes more than a second.
    """
    if not _may_be_in_repository(root):
        return State(_overrides())
    deadline = time.monotonic() + TIMEOUT_S
    status = _Status.parse(_git(root, deadline - TIMEOUT_S / 4, *_STATUS))
    if status is not None:
        branch, commit = status.branch, status.commit
    else:  # no repository, or one that is too big to look through in time
        branch, commit = _head(_git(root, deadline, "rev-parse", "HEAD", "--symbolic-full-name", "HEAD"))
    if not branch and not commit:
        return State(_overrides())
    remotes = _git(root, deadline, "config", "--null", "--get-regexp", r"^remote\..*\.url$")
    found = {"repository": _repository(remotes), "branch": branch, "commit": commit}
    diff = b""
    if status is not None:
        found["dirty"] = "true" if status.is_changed or status.untracked else "false"
        diff = _for_record(root, deadline, status)
    return State({name: value for name, value in found.items() if value} | _overrides(), diff)


def _may_be_in_repository(root: str | os.PathLike[str]) -> bool:
    """Whether it pays to start git, which takes some milliseconds to say no."""
    place = os.path.realpath(root)
    if "GIT_DIR" in os.environ or os.path.exists(os.path.join(place, "HEAD")):
        return True
    while not os.path.lexists(os.path.join(place, ".git")):
        place, below = os.path.dirname(place), place
        if place == below:
            return False
    return True


def _overrides() -> dict[str, str]:
    said = settings.git_facts()
    if "repository" in said:
        said["repository"] = without_credentials(said["repository"])
    if "build_uri" in said:  # the number of the build is in its query
        said["build_uri"] = re.sub(r"^([\w+.-]+://)[^/?#]*@", r"\1", said["build_uri"])
    if "dirty" in said:
        said["dirty"] = "true" if said["dirty"].strip().lower() in ("true", "1", "yes") else "false"
    return said


def _repository(remotes: bytes | None) -> str:
    pairs = [pair.split("\n", 1) for pair in (remotes or b"").decode("utf-8", "replace").split("\0")]
    urls = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    return without_credentials(urls.get("remote.origin.url") or next(iter(urls.values()))) if urls else ""


def _head(answer: bytes | None) -> tuple[str, str]:
    """Branch and commit; no branch where HEAD is detached."""
    commit, branch = [*(answer or b"").decode("utf-8", "replace").split(), "", ""][:2]
    return branch.removeprefix("refs/heads/") if branch != "HEAD" else "", commit


@dataclass(frozen=True)
class _Status:
    branch: str
    commit: str
    is_changed: bool  # a file that git knows
    untracked: tuple[bytes, ...]

    @classmethod
    def parse(cls, answer: bytes | None) -> _Status | None:
        if answer is None:
            return None
        said: dict[str, str] = {}
        untracked, is_changed = [], False
        items = iter(answer.split(b"\0"))
        for item in items:
            if item.startswith(b"# "):
                key, _, value = item[2:].decode("utf-8", "replace").partition(" ")
                said[key] = "" if value in ("(initial)", "(detached)") else value
            elif item.startswith(b"? "):
                untracked.append(item[2:])
            elif item:
                is_changed = True
                if item.startswith(b"2 "):
                    next(items, None)  # what it was called before
        return cls(said.get("branch.head", ""), said.get("branch.oid", ""), is_changed, tuple(untracked))


def _for_record(root: str | os.PathLike[str], deadline: float, status: _Status) -> bytes:
    """The diff with its notes: cut where it is too long, without what looks like a secret."""
    named = [_one_line(name) for name in status.untracked[:_MOST_NAMED]]
    notes = [f"# untracked: {name}" for name in named]
    if len(status.untracked) > len(named):
        notes.append(f"# untracked: {len(status.untracked) - len(named):,} more")
    diff: bytes | None = b""
    if status.is_changed and status.commit:
        diff = _git(root, deadline, *_DIFF, most=MOST_DIFF_BYTES)
        if diff is None:
            notes.append("# git took too long to tell what is not committed")
    lines = (diff or b"").split(b"\n")[:-1]
    if len(diff or b"") > MOST_DIFF_BYTES:
        lines = _cut(diff or b"")
        notes.append(f"# cut off: what is not committed is longer than {MOST_DIFF_BYTES:,} bytes")
    if may_hold_secrets(diff or b""):
        lines = list(without_secrets(lines))
    lines = [note.encode("utf-8", "backslashreplace") for note in notes] + list(_without_secret_files(lines))
    return b"".join(line + b"\n" for line in lines)


def _one_line(name: bytes) -> str:
    shown = printable(os.fsdecode(name))
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in shown)


def _cut(diff: bytes) -> list[bytes]:
    """The lines of the files that are whole; of the first file as much as there is room for."""
    end = max(diff.rfind(b"\ndiff --git ", 0, MOST_DIFF_BYTES), 0) or diff.rfind(b"\n", 0, MOST_DIFF_BYTES)
    return diff[: max(end, 0)].split(b"\n")


def _without_secret_files(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Of files whose names tell that they hold secrets, only the names."""
    is_secret = False
    for line in lines:
        if line.startswith(b"diff --git "):
            names = line.decode("utf-8", "replace").removeprefix("diff --git ").replace('"', "").split(" b/")
            is_secret = any(looks_secret(name) for name in names)
            yield line
            if is_secret:
                yield b"# left out: looks like a secret by its name"
        elif not is_secret:
            yield line


def _git(root: str | os.PathLike[str], deadline: float, *words: str, most: int = -1) -> bytes | None:
    """What the command printed; None when it failed, is not installed or was not done in time.

    With `most`, the command is stopped after it has printed more bytes than that.
    """
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    if deadline <= time.monotonic():
        return None
    try:
        process = subprocess.Popen(
            # a repository's own fsmonitor would run a program of its choice
            [
                "git",
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.quotePath=false",
                "-C",
                os.fspath(root),
                *words,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
    except OSError:
        return None
    try:
        return _printed(process, deadline, most)
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with the filters that it may have started
        if process.stdout is not None:
            process.stdout.close()  # not read to its end: somebody we do not know of may hold it
        process.wait()


def _printed(process: subprocess.Popen[bytes], deadline: float, most: int) -> bytes | None:
    assert process.stdout is not None
    data = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        while waiting.select(max(0.0, deadline - time.monotonic())):
            chunk = os.read(process.stdout.fileno(), 1 << 16)
            if not chunk:
                break
            data += chunk
            if 0 <= most < len(data):
                return bytes(data)
    try:
        status = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return None
    return bytes(data) if status == 0 else None


def without_credentials(url: str) -> str:
    """The URL without user, password, query and fragment; the user of an SSH address stays.

    A password may hold characters that should have been escaped: in doubt all up to the last `@` goes.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        return re.sub(r"^([^/:@]+):[^/]*@", r"\1@", url)  # user:secret@host:path
    head, at, tail = rest.rpartition("@")
    name, colon, secret = head.partition(":")
    is_port = "." in name and re.match(r"\d+/", secret)
    if at and colon and "/" not in name and not name.startswith("[") and not is_port:
        rest = f"{name}@{tail}"
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    authority, slash, path = rest.partition("/")
    user, _, host = authority.rpartition("@")
    keeps_user = user and scheme.endswith("ssh")
    return f"{scheme}://{f'{user}@' if keeps_user else ''}{host}{slash}{path}"
