"""The git state of a source directory, as far as the git command tells it in time."""

from __future__ import annotations

import os
import re
import subprocess
import time

TIMEOUT_S = 1.0  # a submit waits for it


def facts(root: str | os.PathLike[str]) -> dict[str, str]:
    """`repository` (a URL without credentials), `branch`, `commit` and `dirty` ("true", "false").

    A fact that is not there is left out: {} without git or a repository, no `commit` before the
    first one, no `dirty` where git does not answer within a second.
    """
    deadline = time.monotonic() + TIMEOUT_S
    found: dict[str, str] = {}
    remotes = _git(root, deadline, "config", "--null", "--get-regexp", r"^remote\..*\.url$")
    head = _git(root, deadline, "symbolic-ref", "--quiet", "--short", "HEAD")
    commit = _git(root, deadline, "rev-parse", "--verify", "--quiet", "HEAD")
    if head is None and commit is None:
        return {}
    urls = dict(pair.split("\n", 1) for pair in (remotes or "").split("\0") if "\n" in pair)
    if urls:
        found["repository"] = without_credentials(urls.get("remote.origin.url") or next(iter(urls.values())))
    if head:
        found["branch"] = head.strip()
    if commit:
        found["commit"] = commit.strip()
    changes = _git(root, deadline, "status", "--porcelain")
    if changes is not None:
        found["dirty"] = "true" if changes else "false"
    return found


def _git(root: str | os.PathLike[str], deadline: float, *words: str) -> str | None:
    """What the command printed; None when it failed, is not installed or was not done in time."""
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        return None
    environment = {
        **os.environ,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(
            # a repository's own fsmonitor would run a program of its choice
            ["git", "-c", "core.fsmonitor=false", "-C", os.fspath(root), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=left_s,
            env=environment,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


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
