"""A directory of a git repository, as `URL#REF:DIRECTORY` names it: what an image is built from."""

from __future__ import annotations

import contextlib
import os
import re
import string
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from ...runtime.environment.build import POLL_S, BuildCanceled, BuildFailed, Watcher
from . import image_fault

# git asks it for what would otherwise stand in the URL, and so in lists of processes; no other host gets it
_ASKPASS = """#!/bin/sh
case "$1" in
    *"//$RUNCFG_GIT_HOST'"*|*"@$RUNCFG_GIT_HOST'"*) ;;
    *) exit 1 ;;
esac
case "$1" in
    Username*) printf '%s\\n' "$RUNCFG_GIT_USER" ;;
    *) printf '%s\\n' "$RUNCFG_GIT_PASSWORD" ;;
esac
"""
_WITH_USER = re.compile(r"(https?://)([^/?#\s]+)@(([^/\s]+).*)")


@contextlib.contextmanager
def cloned(location: str, watcher: Watcher, secrets: Mapping[str, str]) -> Iterator[str]:
    """A directory with the files, and nothing of their history.

    Raises:
        BuildFailed: They cannot be had.
        BuildCanceled: The watcher does not want it any more.
    """
    url, _, rest = location.partition("#")
    reference, _, below = rest.partition(":")
    with tempfile.TemporaryDirectory(prefix="runcfg-") as place:
        watcher.tell(f"fetches its build context {location}")
        real, git = _signed_in(string.Template(url).safe_substitute(secrets), place, watcher, location)
        if real.startswith("-") or reference.startswith("-"):
            raise BuildFailed(image_fault.no_context(f"'{location}' is no git URL"))
        folder = os.path.join(place, "files")
        git.run(["init", "--quiet", folder])
        git.run(["-C", folder, "fetch", "--quiet", "--depth=1", "--no-tags", real, reference or "HEAD"])
        git.run(["-C", folder, "checkout", "--quiet", "FETCH_HEAD"])
        if os.path.exists(os.path.join(folder, ".gitmodules")):
            words = ["submodule", "update", "--init", "--recursive", "--depth=1", "--quiet"]
            git.run(["-C", folder, *words])
        directory = os.path.realpath(os.path.join(folder, below.strip("/")))
        if not f"{directory}/".startswith(f"{os.path.realpath(folder)}/") or not os.path.isdir(directory):
            raise BuildFailed(image_fault.no_context(f"no directory '{below}' in {url}"))
        yield directory


def _signed_in(url: str, place: str, watcher: Watcher, location: str) -> tuple[str, _Git]:
    """The URL without a name and a password, and a git that answers with these when it is asked."""
    env = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "0"}
    found = _WITH_USER.match(url)
    if found is None:
        return url, _Git(env, [], watcher, location)
    name, _, password = found[2].partition(":")
    program = os.path.join(place, "askpass")
    with open(program, "w", encoding="ascii") as stream:
        stream.write(_ASKPASS)
    os.chmod(program, 0o700)
    own = {
        "GIT_ASKPASS": program,
        "RUNCFG_GIT_HOST": found[4],
        "RUNCFG_GIT_USER": unquote(name),
        "RUNCFG_GIT_PASSWORD": unquote(password),
    }
    words = ["-c", "credential.helper="]  # what the URL says wins over what is kept
    return found[1] + found[3], _Git({**env, **own}, words, watcher, location)


class _Git:
    """git, for as long as somebody wants what it fetches."""

    def __init__(self, env: Mapping[str, str], words: list[str], watcher: Watcher, location: str) -> None:
        self._env = dict(env)
        self._words = words
        self._watcher = watcher
        self._location = location

    def run(self, words: list[str]) -> None:
        try:
            with tempfile.TemporaryFile() as said:
                git = subprocess.Popen(
                    ["git", *self._words, *words],
                    env=self._env,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    start_new_session=True,
                )
                self._wait(git)
                said.seek(0)
                text = said.read().decode("utf-8", "replace")
        except FileNotFoundError as error:
            message = "there is no git on this machine to fetch it"
            raise BuildFailed(image_fault.no_context(message)) from error
        if git.returncode != 0:
            lines = [line for line in text.splitlines() if re.match(r"(fatal|error|ERROR|remote):", line)]
            reason = image_fault.cut("; ".join(lines[:3]) or text)
            message = f"the build context {self._location} cannot be fetched: {reason}"
            raise BuildFailed(image_fault.no_context(message))

    def _wait(self, git: subprocess.Popen[bytes]) -> None:
        while True:
            try:
                git.wait(POLL_S)
            except subprocess.TimeoutExpired:
                if self._watcher.is_canceled():
                    git.kill()
                    git.wait()
                    raise BuildCanceled from None
            else:
                return
