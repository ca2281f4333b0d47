"""The environment that a run needs: its Python and its image."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from .section import Section
from .value import OptionalText, Text, TextMap, YesNo


class PythonSection(Section):
    """Which Python runs the script, and what must be installed for it."""

    place: ClassVar[str] = "environment.python"

    interpreter_path: Text = "python"
    user_managed_dependencies: YesNo = False
    conda_dependencies_file: OptionalText = None


class DockerSection(Section):
    """The image that the run uses when it runs in a container."""

    place: ClassVar[str] = "environment.docker"

    enabled: YesNo = False
    base_image: OptionalText = None


class Environment(Section):
    """What a run finds on the machine; variables here are overridden by the configuration's own."""

    place: ClassVar[str] = "environment"

    name: Text = "default-environment"
    version: OptionalText = None
    environment_variables: TextMap = Field(default_factory=dict)
    python: PythonSection = Field(default_factory=PythonSection)
    docker: DockerSection = Field(default_factory=DockerSection)

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name=name, **values)
