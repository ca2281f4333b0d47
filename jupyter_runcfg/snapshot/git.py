"""The git state of a source directory, as far as the git command tells it in time."""

from __future__ import annotations

import os
import re
import subprocess
import time

TIMEOUT_S = 5.0


def facts(root: str | os.PathLike[str]) -> dict[str, str]:
    """`repository` (a URL without credentials), `branch`, `commit` and `dirty` ("true", "false").

    A fact that is not there is left out: {} without git or a repository, no `commit` before the
    first one, no `dirty` where git does not answer within five seconds.
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
            timeout=max(0.01, deadline - time.monotonic()),
            env=environment,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def without_credentials(url: str) -> str:
    """The URL without user, password, query and fragment; the user of an SSH address stays.

    A password may hold an unescaped `/` or `@`: where the host would have to be `user:secret`, all
    up to the last `@` goes.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        return url
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    authority = rest.split("/", 1)[0]
    secret_has_slash = "@" not in authority and re.search(r":(?!\d*$)", authority)
    if secret_has_slash and not authority.startswith("["):
        user, _, rest = rest.rpartition("@")
    else:
        user, _, host = authority.rpartition("@")
        rest = host + rest[len(authority) :]
    name = user.split(":", 1)[0]
    keeps_user = name and scheme.endswith("ssh")
    return f"{scheme}://{name}@{rest}" if keeps_user else f"{scheme}://{rest}"
