"""Settings that are read, kept and written, and that this version does not act on yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import RunConfiguration

_OTHER_LANGUAGES = ("pyspark", "cntk")


def not_acted_on(config: RunConfiguration) -> list[str]:
    """Dotted keys whose values ask for more than is done."""
    return sorted({*_values(config), *_sections(config)})


def _values(config: RunConfiguration) -> Iterator[str]:
    if config.paralleltask.max_retries_per_worker:
        yield "paralleltask.maxRetriesPerWorker"
    if config.framework.lower() in _OTHER_LANGUAGES:
        yield "framework"
    if config.credential_passthrough:
        yield "credentialPassthrough"
    if config.history.ambient_authentication is not None:
        yield "history.ambientAuthentication"


def _sections(config: RunConfiguration) -> Iterator[str]:
    for name in ("datacaches", "services"):
        if getattr(config, name):
            yield config.key(name)
    for name, output in config.output_data.items():
        location = output.output_location
        if location is None or location.data_path is None:
            yield f"outputData.{name}.outputLocation"
    environment = config.environment
    is_limited = config.target != "local" or config.docker.use_docker or environment.docker.enabled
    for name in () if is_limited else ("cpus", "memory"):
        if getattr(config.resources, name) is not None:
            yield f"resources.{name}"
    if environment.r is not None:
        yield "environment.r"
