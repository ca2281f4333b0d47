"""`env build`: what a run would need, built before one does: a prefix on this machine, or an image."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..config import RunConfiguration, current_project
from ..environments.store import Built, find_built
from ..errors import ConfigError, RuncfgError, home_error
from ..run.environment import with_registered
from ..run.select import opened_home
from ..runtime.environment.build import BuildCanceled, BuildFailed, Watcher, ensure
from ..runtime.environment.explain import masked
from ..runtime.environment.place import EnvironmentPaths
from ..runtime.paths import Home
from ..snapshot.value import size_text
from ..submission import Submission
from ..submission.environment import Built as Planned
from ..submission.environment import plan_environment
from ..submission.image import plan_image
from ..submission.target import Target, find_target_of
from .env import facts_of, use
from .wording import duration


@dataclass(frozen=True)
class Made:
    """What was built: for people, and for programs."""

    said: str
    facts: dict[str, Any]


def build(
    config: RunConfiguration, word: str | None, target: str | None, show: Callable[[str], object]
) -> Made:
    """Do `env build`: build what a run would need, and say how it went.

    Args:
        config: The current configuration.
        word: As of `--env`; None: what the configuration itself asks for.
        target: Where it would run; None: where the configuration says.
        show: Called with what the build prints.

    Raises:
        RuncfgError: It cannot be built; says why.
    """
    source = config.project_directory() or current_project()
    home = opened_home()
    submission = Submission(config.copy(), source=source)
    notes = list(use(submission, word)) if word else []
    if not word:
        submission = Submission(with_registered(submission.config), source=source)
    if target is not None:
        submission.config.target = target
    where = find_target_of(submission.config)
    planned = _planned(submission.config, where, source, home)
    for note in [*notes, *planned.notes]:
        show(f"note: {note}\n")
    try:
        if "image" in planned.wanted:
            return _image(planned, where, home, show)
        return _prefix(planned, home, show)
    except BuildFailed as failed:
        error = failed.error
        raise RuncfgError(
            error["message"], where=error.get("where", ""), hint=error.get("hint", "")
        ) from None
    except BuildCanceled as error:
        raise RuncfgError("the build was canceled") from error
    except OSError as error:
        raise home_error(error, home.root) from error


def _planned(config: RunConfiguration, where: Target, source: Path, home: Home) -> Planned:
    if where.executor == "docker":
        return plan_image(config, where, source, home)
    planned = plan_environment(config, source, home, where.options.get("python", ""))
    if planned is None:
        hint = "`env build kernel`, a registered NAME, or a conda or requirements file"
        raise ConfigError.single("nothing to build: this interpreter runs it", "env build", hint)
    return planned


def _prefix(planned: Planned, home: Home, show: Callable[[str], object]) -> Made:
    name = planned.wanted["name"]
    was_there = EnvironmentPaths(home, name).read() is not None
    began = time.monotonic()
    ensure(home, planned.wanted, _watcher(show), planned.secrets)
    return _made(find_built(home, name), was_there, began)


def _image(planned: Planned, where: Target, home: Home, show: Callable[[str], object]) -> Made:
    from ..executors.docker import address
    from ..executors.docker.engine import Engine
    from ..executors.docker.image import ensure as ensure_image

    steps: list[str] = []
    began = time.monotonic()
    engine = Engine(address.find(where.options.get("host", "")))
    home.create()
    watcher = _watcher(show, steps.append)
    ready = ensure_image(engine, planned.wanted, watcher, home=home, secrets=planned.secrets)
    if "name" in ready.lock:
        return _made(find_built(home, str(ready.lock["name"])), not steps, began)
    image = ready.lock["image"]
    how = f"made ready in {duration(time.monotonic() - began)}" if steps else "was there already"
    return Made(f"image {image['base']} {how}: {image['id']}", {"image": image, "python": ready.python})


def _made(built: Built, was_there: bool, began: float) -> Made:
    how = "was built already" if was_there else f"built in {duration(time.monotonic() - began)}"
    if "made_of" in built.image:
        what = f"image of {masked(built.image['made_of'])}"
        return Made(f"{built.name} {how}: {what}, {size_text(built.size_bytes)}", facts_of(built))
    count = len(built.packages)
    packages = "1 package" if count == 1 else f"{count} packages"
    return Made(f"{built.name} {how}: {packages}, {size_text(built.size_bytes)}", facts_of(built))


def _watcher(show: Callable[[str], object], tell: Callable[[str], object] = lambda step: None) -> Watcher:
    return Watcher(lambda data: show(data.decode("utf-8", "replace")), tell, lambda: False)
