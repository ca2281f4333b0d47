"""`targets check` of a Docker engine."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import RuncfgError
from ..executors import Resources, get_executor
from ..executors.docker import address, connection
from ..run.select import opened_home
from ..submission.image import default_image
from ..submission.target import Target
from .doctor import Line


def look(target: Target) -> Iterator[Line]:
    """The engine answers, can do what runs ask of it, and a container starts."""
    executor = get_executor("docker", opened_home())
    try:
        options = executor.accept(Resources(), target.options)
        for found in executor.check({**options, "image": target.options.get("image") or default_image()}):
            yield Line(target.name, found.is_well, found.text, found.hint)
    except RuncfgError as error:
        where = f", {error.where}" if error.where else ""
        yield Line(target.name, False, f"engine: {error.message}{where}", error.hint)


def forget(target: Target) -> str:
    """Drop the files that its engine keeps for the next run; what was done, as words to add."""
    from ..executors.docker.copied import forget as drop
    from ..executors.docker.engine import Engine

    try:
        options = get_executor("docker", opened_home()).accept(Resources(), target.options)
        count = drop(Engine(options["host"]), opened_home()) if options["copies"] else 0
    except RuncfgError as error:
        return f"; what its engine keeps of earlier runs is still there: {error.message}"
    return f", and {count} volume{'s' if count > 1 else ''} from its engine" if count else ""


def is_here() -> bool:
    """Whether an engine is named by the environment, or listens on this machine."""
    try:
        connection.check(address.find())
    except RuncfgError:
        return False
    return True
