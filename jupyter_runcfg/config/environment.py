"""The environment that a run needs: its Python, its image, its variables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import PlainValidator, PrivateAttr, WithJsonSchema

from ..errors import ConfigError
from . import environment_file
from .conda_dependencies import CondaDependencies
from .databricks import DatabricksSection, RSection
from .docker import ContainerRegistry, DockerBuildContext, DockerSection, registry
from .section import Section
from .spark import SparkSection
from .value import OptionalText, Text, TextMap, YesNo, setting, shown


def _conda(value: Any) -> CondaDependencies | None:
    if value is None or isinstance(value, CondaDependencies):
        return value
    if isinstance(value, Mapping):
        return CondaDependencies(_underlying_structure=dict(value))
    raise ValueError(f"{shown(value)} are no CondaDependencies, nor a map as conda files have it")


_CONDA_SCHEMA = {
    "anyOf": [{"type": "object"}, {"type": "null"}],
    "title": "Conda Dependencies",
}


class PythonSection(Section):
    """Which Python runs the script, and what must be installed for it.

    With `conda_dependencies_file`, `conda_dependencies` is what that file holds, and is saved there;
    without, it stands in the configuration itself.
    """

    place: ClassVar[str] = "environment.python"
    omitted: ClassVar[frozenset[str]] = frozenset({"keep_v1_packages"})

    user_managed_dependencies: YesNo = setting(
        False, "The interpreter has all that is needed; nothing is installed."
    )
    interpreter_path: Text = setting("python", "Path or name of the interpreter; python is this one.")
    conda_dependencies_file: OptionalText = setting(
        None, "Path of a conda file with the packages to install."
    )
    conda_dependencies: Annotated[
        CondaDependencies | None, PlainValidator(_conda), WithJsonSchema(_CONDA_SCHEMA)
    ] = setting(CondaDependencies, "The packages to install, as a conda file has them.")
    base_conda_environment: OptionalText = setting(None, "A conda environment to build upon.")
    keep_v1_packages: YesNo = setting(
        False, "Install the packages of SDK v1 itself (azureml-core and its kin) that are asked for."
    )

    _inline: bool = PrivateAttr(default=False)

    @classmethod
    def bare(cls) -> Self:
        """What a file starts from: no packages."""
        return cls(conda_dependencies=None)

    def _tree(self, *, full: bool, written: bool = False) -> dict[str, Any]:
        found = super()._tree(full=full, written=written)
        elsewhere = written and self.conda_dependencies_file is not None and not self._inline
        if self.conda_dependencies is None or elsewhere:
            found.pop("condaDependencies", None)
        return found


class Environment(Section):
    """What a run finds on the machine; variables here are overridden by the configuration's own."""

    place: ClassVar[str] = "environment"
    is_reference: ClassVar[bool] = False

    name: OptionalText = setting(None, "Name of the environment.")
    version: OptionalText = setting(None, "Version of the environment.")
    environment_variables: TextMap = setting(
        lambda: {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"}, "Environment variables of the run."
    )
    python: PythonSection = setting(PythonSection, "Which Python, and which packages.")
    docker: DockerSection = setting(DockerSection, "The image.")
    spark: SparkSection = setting(SparkSection, "Packages for Spark.")
    databricks: DatabricksSection = setting(DatabricksSection, "Libraries for Databricks.")
    r: RSection | None = setting(None, "R and its packages.")
    inferencing_stack_version: OptionalText = setting(None, "Version of the serving stack in the image.")
    asset_id: OptionalText = setting(None, "Id that Azure gave the environment.")

    def __init__(self, name: str | None = None, **values: Any) -> None:
        if name is not None and not isinstance(name, str):
            raise ConfigError.single(f"{shown(name)} is no name", "environment.name", "give it a str")
        super().__init__(name=name, **values)

    @classmethod
    def bare(cls) -> Self:
        """What a file starts from: no variables, no image, no packages."""
        return cls(None, environment_variables={}, python=PythonSection.bare(), docker=DockerSection.bare())

    @classmethod
    def given(cls, value: object) -> Self:
        """As in a file, a map of a name and a version alone stands for an environment defined elsewhere."""
        if cls is Environment and isinstance(value, Mapping) and value:
            names = {cls.find_field(str(word)) for word in value}
            if names <= {"name", "version"}:
                return cast(Self, EnvironmentReference.given(value))
        return super().given(value)

    @classmethod
    def _prepared(cls, name: str, value: Any) -> Any:
        # v1's example variable is for people who look at a new object; who writes nothing wants none
        return {} if name == "environment_variables" and value is None else super()._prepared(name, value)

    def changes(self) -> dict[str, Any]:
        """What differs from the defaults: those of a file, or those of the constructor, whichever is less."""
        from .section import differences

        mine = self.to_dict()
        plains = (Environment(None).to_dict(), Environment.bare().to_dict())
        return min((differences(mine, plain) for plain in plains), key=len)

    def clone(self, new_name: str) -> Environment:
        """An equal environment of another name, without a version."""
        other = self.copy()
        other.name, other.version = new_name, None
        return other

    @staticmethod
    def get(workspace: Any, name: str, version: str | None = None, label: str | None = None) -> Environment:
        """A registered environment; one that is not registered here is defined elsewhere, by its name.

        Args:
            workspace: Where it is registered; None: nowhere here.
            name: Its name.
            version: Its version; default: the newest.
            label: `latest` is the newest version; others have no effect.

        Raises:
            ConfigError: It is called as SDK v1's curated ones are, and there was none of that name.
        """
        find = getattr(workspace, "find_environment", None)
        found = None if find is None else find(name, version)
        return EnvironmentReference(name, version) if found is None else cast(Environment, found)

    def register(self, workspace: Any) -> Environment:
        """Keep it in a workspace, as the next version of its name; returns it with its version.

        Raises:
            ConfigError: The workspace is none.
            UserErrorException: It has no name.
        """
        add = getattr(workspace, "add_environment", None)
        if add is None:
            raise ConfigError.single(
                f"{shown(workspace)} is no workspace", "workspace", "give Workspace.from_config()"
            )
        return cast(Environment, add(self))

    @staticmethod
    def list(workspace: Any) -> dict[str, Environment]:
        """The newest version of each environment of a workspace, those that SDK v1 curated included."""
        return dict(workspace.environments)

    @staticmethod
    def from_conda_specification(name: str, file_path: str) -> Environment:
        """An environment of the packages in a conda file; a Python is added when the file has none."""
        return environment_file.from_conda(name, file_path)

    @staticmethod
    def from_pip_requirements(name: str, file_path: str, pip_version: str | None = None) -> Environment:
        """An environment of the packages in a requirements file, whose lines are taken as they are."""
        return environment_file.from_pip(name, file_path, pip_version)

    @staticmethod
    def from_docker_image(
        name: str,
        image: str,
        container_registry: ContainerRegistry | None = None,
        conda_specification: str | None = None,
        pip_requirements: str | None = None,
    ) -> Environment:
        """An environment in an image; without a file of packages the image has all that is needed."""
        made = environment_file.with_packages(name, conda_specification, pip_requirements)
        made.docker.base_image = image
        made.docker.base_image_registry = registry(container_registry)
        return made

    @staticmethod
    def from_dockerfile(
        name: str,
        dockerfile: str,
        conda_specification: str | None = None,
        pip_requirements: str | None = None,
    ) -> Environment:
        """An environment in the image that a Dockerfile builds: its text, or its path."""
        made = environment_file.with_packages(name, conda_specification, pip_requirements)
        made.docker.base_dockerfile = environment_file.dockerfile_text(dockerfile)
        return made

    @staticmethod
    def from_docker_build_context(name: str, docker_build_context: DockerBuildContext) -> Environment:
        """An environment in the image that a directory builds."""
        made = environment_file.with_packages(name, None, None)
        made.docker.build_context = docker_build_context
        return made

    @staticmethod
    def from_existing_conda_environment(name: str, conda_environment_name: str) -> Environment:
        """An environment of what a conda environment of this machine has, by `conda env export`."""
        return environment_file.from_existing_conda(name, conda_environment_name)

    def save_to_directory(self, path: str | Path, overwrite: bool = False) -> None:
        """Write azureml_environment.json, and beside it conda_dependencies.yml and BaseDockerfile.

        Raises:
            ConfigError: One of them is there already and `overwrite` is not given, or cannot be written.
        """
        environment_file.save_to_directory(self, Path(path), overwrite)

    @staticmethod
    def load_from_directory(path: str | Path) -> Environment:
        """Read what `save_to_directory` wrote. Raises ConfigError with every fault."""
        return environment_file.load_from_directory(Path(path))


class EnvironmentReference(Environment):
    """An environment that is defined elsewhere, under this name: a curated one, or a registered one.

    Once something else is set it is a definition like any other, and is written so.
    """

    def __init__(self, name: str | None = None, version: str | None = None) -> None:
        bare = Environment.bare()
        values = {word: getattr(bare, word) for word in type(self).model_fields if word != "name"}
        super().__init__(name, **{**values, "version": version})

    @classmethod
    def bare(cls) -> Self:
        return cls()

    @property
    def is_reference(self) -> bool:  # type: ignore[override]
        """Whether nothing but name and version is set."""
        bare = Environment.bare()
        return not self._unknown and all(
            getattr(self, word) == getattr(bare, word)
            for word in type(self).model_fields
            if word not in ("name", "version")
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Environment):
            return NotImplemented
        same = self.__dict__ == other.__dict__ and self._unknown == other._unknown
        return same and self.is_reference == other.is_reference

    __hash__ = None  # type: ignore[assignment]

    def _tree(self, *, full: bool, written: bool = False) -> dict[str, Any]:
        if self.is_reference:
            return {"name": self.name, "version": self.version}
        return super()._tree(full=full, written=written)
