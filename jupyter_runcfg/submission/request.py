"""The request of a record: everything that was decided, written once, enough to run it again."""

from __future__ import annotations

import hashlib
import heapq
import os
import platform
import sys
import time
from collections.abc import Mapping
from typing import Any

from .. import settings, snapshot
from ..environments.credentials import hidden_in
from ..runtime import process
from ..runtime.atomic import encode
from ..snapshot.secret import Finding, find_secrets, secrets_in
from ..snapshot.value import printable
from ..version import __version__
from .environment import variables_of
from .plan import Plan

VERSION = 1
_MOST_IGNORED = 500
_MOST_SEARCHED, _MOST_SEARCHED_BYTES = 200, 1_000_000  # for secrets: some milliseconds
_SAME = (
    "snapshot",
    "argv",
    "configuration",
    "data",
    "distribution",
    "environment",
    "environment_variables",
    "time_limit_s",
)
# SDK v1's names of the git facts
_GIT_PROPERTIES = {
    "repository": ("azureml.git.repository_uri", "mlflow.source.git.repoURL"),
    "branch": ("azureml.git.branch", "mlflow.source.git.branch"),
    "commit": ("azureml.git.commit", "mlflow.source.git.commit"),
    "dirty": ("azureml.git.dirty",),
    "build_id": ("azureml.git.build_id",),
    "build_uri": ("azureml.git.build_uri",),
}


def build_request(
    run_id: str, number: int, plan: Plan, frozen: snapshot.Snapshot, git_facts: dict[str, str]
) -> dict[str, Any]:
    """The JSON object of request.json (durations in seconds, `created` in unix seconds)."""
    submission = plan.submission
    request = {
        "version": VERSION,
        "run_id": run_id,
        "number": number,
        "experiment": plan.experiment,
        "name": submission.name,
        "parent": submission.parent,
        "created": time.time(),
        **decided_by(plan),
        "snapshot": frozen.digest,
        "snapshot_size": {
            "files": frozen.file_count,
            "bytes": frozen.size_bytes,
            "described": frozen.describe(),
        },
        "ignored": _ignored(frozen),
        "ignored_more": max(0, len(frozen.ignored) - _MOST_IGNORED),
        "extra": sorted(plan.extra),
        "notes": _notes(plan, frozen),
        "source_directory": str(plan.source),
        "notebook": submission.notebook,
        "git": git_facts,
        "tags": dict(submission.tags),
        "properties": git_properties(git_facts),
        "client": process.identity(os.getpid()),
        "versions": versions(),
        "capture": submission.capture.facts(),
        "secrets": sorted(submission.secrets),
        "origin": submission.origin,
        "sent": _sent(plan, frozen, number),
    }
    return {**request, "same": digest_of_same(request)}


def decided_by(plan: Plan) -> dict[str, Any]:
    """What of a request the configuration decides, and not the source directory."""
    config = plan.submission.config
    return {
        "script": plan.title,
        "target": {"name": plan.target.name, "executor": plan.target.executor, "options": plan.options},
        "distribution": plan.distribution,
        "data": plan.data.variables,
        "data_links": plan.data.links,
        "configuration": without_passwords(config.to_dict()),
        "argv": list(plan.argv),
        "environment": {"python": plan.python} if plan.environment is None else plan.environment.wanted,
        "environment_variables": variables_of(config),
        "time_limit_s": config.max_run_duration_seconds,
    }


def without_passwords(tree: dict[str, Any]) -> dict[str, Any]:
    """A configuration without those of its registry, and of the URLs of packages and build contexts."""
    environment = dict(tree.get("environment") or {})
    docker, python = dict(environment.get("docker") or {}), dict(environment.get("python") or {})
    if (docker.get("baseImageRegistry") or {}).get("password"):
        docker["baseImageRegistry"] = {**docker["baseImageRegistry"], "password": None}
    for section, key in ((python, "condaDependencies"), (docker, "buildContext")):
        if section.get(key):
            section[key] = hidden_in(section[key])
    sections = {"docker": docker, "python": python}
    environment.update((key, value) for key, value in sections.items() if key in environment)
    return {**tree, "environment": environment} if "environment" in tree else tree


def digest_of_same(request: Mapping[str, Any]) -> str:
    """The same for runs of the same code, configuration, arguments, inputs and sent variables."""
    counts = {key: request[key] for key in _SAME if key in request}
    return hashlib.sha256(encode([request["target"]["name"], counts])).hexdigest()


def _ignored(frozen: snapshot.Snapshot) -> list[list[str]]:
    """What was left out and by which rule, the shortest paths first: a job that misses a file says why."""
    shortest = heapq.nsmallest(_MOST_IGNORED, frozen.ignored, key=lambda item: (len(item.path), item.path))
    return [[printable(item.path), item.rule] for item in shortest]


def versions() -> dict[str, str]:
    return {
        "jupyter_runcfg": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def git_properties(facts: dict[str, str]) -> dict[str, str]:
    """What git says of the source, under the names that SDK v1 gives it."""
    found = {name: facts[key] for key, names in _GIT_PROPERTIES.items() if key in facts for name in names}
    if "dirty" in facts:
        found["azureml.git.dirty"] = facts["dirty"].capitalize()  # as Python writes it
    return found


def _notes(plan: Plan, frozen: snapshot.Snapshot) -> list[str]:
    """What a person should know of files that do not travel, or not as they may think."""
    notes = [*plan.data.notes, *(() if plan.environment is None else plan.environment.notes)]
    notes += [f"not sent: {printable(path)} ({reason})" for path, reason in frozen.skipped]
    for path, line, what in _secrets(plan, frozen):
        place = f"{printable(path)}:{line}, {what}" if line else printable(path)
        advice = "" if path in plan.extra else " (a line in .amlignore keeps it here)"
        notes.append(f"sent, and looks like a secret: {place}{advice}")
    notes += [f"sent, but: {printable(path)} ({reason})" for path, reason in frozen.doubtful]
    return notes


def _secrets(plan: Plan, frozen: snapshot.Snapshot) -> list[Finding]:
    """By all names, and by the text of the cell and of some small files, the script first."""
    found = [
        Finding(name, line, what) for name, data in plan.extra.items() for line, what in secrets_in(data)
    ]
    files = [(entry.path, entry.size) for entry in frozen.entries if entry.path not in plan.extra]
    files.sort(key=lambda file: file[0] != plan.script)
    return found + find_secrets(str(frozen.root), files, _MOST_SEARCHED, _MOST_SEARCHED_BYTES)[0]


def _sent(plan: Plan, frozen: snapshot.Snapshot, number: int) -> str:
    """The one line that says what was sent."""
    interpreter = "this interpreter" if plan.argv[:1] == (sys.executable,) else plan.argv[0]
    if plan.environment is not None:
        interpreter = plan.environment.described
    return (
        f"{plan.experiment}/{number} · {plan.title} · {plan.target.name}, {interpreter} · "
        f"snapshot {settings.short_path(str(plan.source))} {frozen.describe()}"
        + "".join(f" · {text}" for text in (plan.submission.capture.described,) if text)
    )
