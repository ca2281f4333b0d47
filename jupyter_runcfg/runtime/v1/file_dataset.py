"""Files as they are, as datasets of SDK v1."""

import os

from ...errors import UserErrorException
from ..tracking import artifacts
from .abstract_dataset import AbstractDataset, DatasetConsumptionConfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self


class FileDataset(AbstractDataset):
    """Files as they are."""

    kind = "file"

    def root(self) -> "str":
        """The directory, or the one file, that a script gets as its path."""
        if len(self.paths) == 1 and os.path.exists(self.paths[0]):
            return self.paths[0]
        files = self.files()
        return files[0] if len(files) == 1 else os.path.commonpath([os.path.dirname(one) for one in files])

    def argument(self) -> "str":
        return self.root()

    def to_path(self) -> "list[str]":
        """Each file's path below the dataset, beginning with `/`."""
        root = self.root()
        if os.path.isfile(root):
            return ["/" + os.path.basename(root)]
        return ["/" + os.path.relpath(one, root).replace(os.sep, "/") for one in self.files()]

    def download(
        self, target_path: "Any" = None, overwrite: "bool" = False, ignore_not_found: "bool" = False
    ) -> "list[str]":
        """Copy the files into a directory (default: a new one of this machine's); returns their paths there.

        Raises:
            UserErrorException: One is there already and `overwrite` is not given.
        """
        import tempfile

        target = (
            os.path.abspath(os.fspath(target_path)) if target_path else tempfile.mkdtemp(prefix="dataset-")
        )
        copied = []
        for inner, file in zip(self.to_path(), self.files()):  # noqa: B905 Python 3.6
            place = artifacts.below(target, inner.lstrip("/"))
            if os.path.exists(place) and not overwrite:
                raise UserErrorException(
                    "'{}' is there already".format(place), hint="overwrite=True replaces it"
                )
            artifacts.copy(file, place)
            copied.append(place)
        return copied

    def mount(self, mount_point: "Any" = None, **_ignored: "Any") -> "MountContext":
        """The directory itself: `with dataset.mount() as m: m.mount_point`. Nothing is mounted.

        Raises:
            UserErrorException: `mount_point` is given: the files are where they are.
        """
        if mount_point is not None:
            raise UserErrorException(
                "files of this machine are not mounted to '{}'".format(mount_point),
                hint="mount() without it gives their directory; download(target_path) copies them",
            )
        return MountContext(self.root())

    def as_mount(self, path_on_compute: "str | None" = None) -> "DatasetConsumptionConfig":
        return DatasetConsumptionConfig("input", self, "mount", path_on_compute)

    def as_download(self, path_on_compute: "str | None" = None) -> "DatasetConsumptionConfig":
        return DatasetConsumptionConfig("input", self, "download", path_on_compute)


class MountContext:
    """Where the files of a dataset are."""

    def __init__(self, mount_point: "str") -> "None":
        self.mount_point = mount_point

    def start(self) -> "None":
        """Nothing to do."""

    def stop(self) -> "None":
        """Nothing to do."""

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_error: "object") -> "None":
        """Nothing to do."""
