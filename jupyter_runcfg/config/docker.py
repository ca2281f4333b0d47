"""Containers: the image an environment is built on, and how a run's container is started."""

from __future__ import annotations

import warnings
from typing import Annotated, Any, ClassVar

from ..errors import ConfigError, Fault
from .section import Section
from .value import OneOf, OptionalSize, OptionalText, Text, TextList, YesNo, setting

DEFAULT_CPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20251130.v1"
DEFAULT_GPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-cuda11.8-cudnn8-ubuntu22.04"


class RegistryIdentity(Section):
    """The identity that may pull from a private registry."""

    resource_id: OptionalText = setting(None, "Resource id of the identity.")
    client_id: OptionalText = setting(None, "Client id of the identity.")


class ContainerRegistry(Section):
    """The registry that an image is pulled from."""

    address: OptionalText = setting(None, "Host name of the registry.")
    username: OptionalText = setting(None, "Name to sign in with.")
    password: OptionalText = setting(
        None,
        "Password to sign in with; better kept out of files in git.",
        json_schema_extra={"format": "password"},
    )
    registry_identity: RegistryIdentity | None = setting(None, "Identity used in place of a password.")


class DockerImagePlatform(Section):
    """What the image runs on."""

    os: Text = setting("Linux", "Operating system of the image.")
    architecture: Text = setting("amd64", "Processor architecture of the image.")

    def __init__(self, os: Any = "Linux", architecture: Any = "amd64") -> None:
        super().__init__(os=os, architecture=architecture)


class DockerBuildContext(Section):
    """A directory that an image is built from."""

    location_type: Annotated[str | None, OneOf("git", "storageAccount")] = setting(
        None, "Where the directory is kept."
    )
    location: OptionalText = setting(None, "Its address there, a git URL for example.")
    dockerfile_path: Text = setting("Dockerfile", "The Dockerfile's path in that directory.")

    def __init__(
        self, location_type: Any = None, location: Any = None, dockerfile_path: Any = "Dockerfile"
    ) -> None:
        super().__init__(location_type=location_type, location=location, dockerfile_path=dockerfile_path)

    @staticmethod
    def from_git(git_url: str, dockerfile_path: str = "Dockerfile") -> DockerBuildContext:
        """A directory of a git repository, written as Docker has it: URL#branch:directory."""
        return DockerBuildContext("git", git_url, dockerfile_path)

    @staticmethod
    def from_storage_account(
        storage_account_url: str, dockerfile_path: str = "Dockerfile"
    ) -> DockerBuildContext:
        """A directory kept by a storage account."""
        return DockerBuildContext("storageAccount", storage_account_url, dockerfile_path)


class DockerSection(Section):
    """The image of an environment.

    `base_image`, `base_dockerfile` and `build_context` exclude each other: the one assigned last
    stays, with a warning when another was there. In a file all of them are kept.
    """

    place: ClassVar[str] = "environment.docker"
    old_keys: ClassVar[dict[str, str]] = {"gpuSupport": ""}

    enabled: YesNo = setting(False, "Run in a container of this image.")
    base_image: OptionalText = setting(DEFAULT_CPU_IMAGE, "Image to start from.")
    base_dockerfile: OptionalText = setting(None, "Text or path of a Dockerfile to build the image with.")
    build_context: DockerBuildContext | None = setting(None, "Directory to build the image from.")
    shared_volumes: YesNo = setting(True, "Mount directories of the machine into the container.")
    shm_size: OptionalSize = setting("2g", "Size of the container's shared memory.")
    arguments: TextList = setting(list, "More arguments for `docker run`.")
    base_image_registry: ContainerRegistry = setting(ContainerRegistry, "Registry of the base image.")
    platform: DockerImagePlatform = setting(
        DockerImagePlatform, "Operating system and processor of the image."
    )

    _SOURCES: ClassVar[tuple[str, ...]] = ("base_image", "base_dockerfile", "build_context")

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name not in self._SOURCES or value is None:
            return
        for other in self._SOURCES:
            before = getattr(self, other)
            if other == name or before is None:
                continue
            if before != DEFAULT_CPU_IMAGE:
                message = f"'{name}' takes the place of '{other}', which is None now"
                warnings.warn(message, UserWarning, stacklevel=2)
            super().__setattr__(other, None)

    @classmethod
    def bare(cls) -> DockerSection:
        """What a file starts from: SDK v1 gives a section that it reads no image and no size."""
        return cls(base_image=None, shm_size=None)


class DockerConfiguration(Section):
    """How a run's container is started."""

    place: ClassVar[str] = "docker"

    use_docker: YesNo = setting(False, "Run in a container of the environment's image.")
    shared_volumes: YesNo = setting(True, "Mount directories of the machine into the container.")
    arguments: TextList = setting(list, "More arguments for `docker run`.")
    shm_size: OptionalSize = setting("2g", "Size of the container's shared memory.")

    def __init__(
        self,
        use_docker: Any = False,
        shared_volumes: Any = True,
        arguments: Any = None,
        shm_size: Any = "2g",
    ) -> None:
        super().__init__(
            use_docker=use_docker, shared_volumes=shared_volumes, arguments=arguments, shm_size=shm_size
        )

    @classmethod
    def from_environment(cls, docker: DockerSection) -> DockerConfiguration:
        """What an environment of SDK v1's older style said of its container."""
        return cls(docker.enabled, docker.shared_volumes, list(docker.arguments), docker.shm_size)


def registry(value: Any) -> ContainerRegistry:
    """The registry given to an Environment's constructor. Raises ConfigError."""
    if value is None:
        return ContainerRegistry()
    if isinstance(value, ContainerRegistry):
        return value
    message = f"'{type(value).__name__}' is no ContainerRegistry"
    raise ConfigError([Fault(message, "container_registry", hint="ContainerRegistry(address=…)")])
