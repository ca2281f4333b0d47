"""`Dataset` of SDK v1, as far as training scripts use it: files and tables that this machine can read."""

import os

from ...errors import UserErrorException
from ..tracking import artifacts
from .abstract_dataset import KIND, AbstractDataset
from .datastore import home_of
from .file_dataset import FileDataset
from .registry import Shelf
from .tabular_dataset import TabularDataset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class FileDatasetFactory:
    """`Dataset.File`."""

    @staticmethod
    def from_files(path: "Any", validate: "bool" = True, **_ignored: "Any") -> "FileDataset":
        """Files by their paths, patterns, directories, or (datastore, path).

        Raises:
            UserErrorException: A place is not on this machine, or has no files and `validate` is on.
        """
        dataset = FileDataset(places(path))
        if validate:
            dataset.files()
        return dataset

    @staticmethod
    def upload_directory(
        src_dir: "Any",
        target: "Any",
        pattern: "str | None" = None,
        overwrite: "bool" = False,
        show_progress: "bool" = True,
    ) -> "FileDataset":
        """Copy a directory's files, or those of a pattern, to a place in a datastore; a dataset of it.

        Raises:
            UserErrorException: There is no such directory, or `target` is not one place.
        """
        from fnmatch import fnmatch

        place, *more = places(target) or [""]
        if more or not place:
            raise UserErrorException("a directory goes to one place", hint='target=(datastore, "path")')
        root = os.fspath(src_dir)
        if not os.path.isdir(root):
            raise UserErrorException("no directory '{}'".format(root), hint="src_dir is one of this machine")
        for name in artifacts.names_below(root, ""):
            copied = artifacts.below(place, name)
            if (pattern is None or fnmatch(name, pattern)) and (overwrite or not os.path.exists(copied)):
                artifacts.copy(artifacts.below(root, name), copied)
        return FileDatasetFactory.from_files(place)


class TabularDatasetFactory:
    """`Dataset.Tabular`."""

    @staticmethod
    def from_delimited_files(  # noqa: PLR0917 SDK v1's signature
        path: "Any",
        validate: "bool" = True,
        include_path: "bool" = False,
        infer_column_types: "bool" = True,
        set_column_types: "Any" = None,
        separator: "str" = ",",
        header: "Any" = True,
        partition_format: "Any" = None,
        support_multi_line: "bool" = False,
        empty_as_string: "bool" = False,
        encoding: "str" = "utf8",
    ) -> "TabularDataset":
        """Text files of columns. Raises UserErrorException as `from_files` does."""
        read = {"sep": separator, "encoding": encoding}  # type: dict[str, Any]
        if not infer_column_types:
            read["dtype"] = "str"
        if header is False or str(header).endswith("NO_HEADERS"):
            read["header"] = None
        if empty_as_string:
            read["keep_default_na"] = False
        return _tabular(path, validate, "delimited", read)

    @staticmethod
    def from_parquet_files(path: "Any", validate: "bool" = True, **_ignored: "Any") -> "TabularDataset":
        """Parquet files. Raises UserErrorException as `from_files` does."""
        return _tabular(path, validate, "parquet", {})

    @staticmethod
    def from_json_lines_files(
        path: "Any", validate: "bool" = True, encoding: "str" = "utf8", **_ignored: "Any"
    ) -> "TabularDataset":
        """A JSON object in each line. Raises UserErrorException as `from_files` does."""
        return _tabular(path, validate, "json_lines", {"lines": True, "encoding": encoding})

    @staticmethod
    def register_pandas_dataframe(
        dataframe: "Any",
        target: "Any",
        name: "str",
        description: "str | None" = None,
        tags: "Any" = None,
        **_ignored: "Any",
    ) -> "TabularDataset":
        """Write a DataFrame as a file of a datastore and register it as the next version of a name."""
        (place,) = places(target)
        store = target[0] if isinstance(target, (list, tuple)) else target.datastore
        os.makedirs(place, exist_ok=True)
        file = os.path.join(place, "{}.csv".format(os.urandom(8).hex()))
        dataframe.to_csv(file, index=False)
        made = TabularDatasetFactory.from_delimited_files(file)
        return made.register(store.workspace, name, description, tags, create_new_version=True)


def _tabular(path: "Any", validate: "bool", format: "str", read: "dict[str, Any]") -> "TabularDataset":
    dataset = TabularDataset(places(path, tables=True), {"format": format, "read": read})
    if validate and not any("://" in place for place in dataset.paths):
        dataset.files()
    return dataset


def places(path: "Any", tables: "bool" = False) -> "list[str]":
    """Absolute paths and patterns of what a person gave; of tables also addresses that pandas reads.

    Raises:
        UserErrorException: One of them is neither.
    """
    if isinstance(path, tuple) and len(path) == 2 and hasattr(path[0], "root"):
        store, inner = path
        inners = [inner] if isinstance(inner, str) else list(inner)
        return [os.path.join(store.root, one.strip("/")) if one.strip("/.") else store.root for one in inners]
    if isinstance(path, list):
        return [place for one in path for place in places(one, tables)]
    text = str(path.root) if hasattr(path, "root") else os.fspath(path)
    if text.startswith("file://"):
        text = text[len("file://") :]
    if "://" in text and not (tables and text.startswith(("http://", "https://"))):
        raise UserErrorException(
            "'{}' is not a place of this machine".format(text),
            hint="mount or copy it and give that path, or Datastore.register(ws, name, path=…)",
        )
    return [text if "://" in text else os.path.abspath(os.path.expanduser(text))]


def _load(facts: "dict[str, Any]") -> "AbstractDataset":
    kind = FileDataset if facts.get("kind") == "file" else TabularDataset
    dataset = kind(list(facts.get("paths") or []), facts.get("options"))
    dataset._facts = facts
    return dataset


class Dataset:
    """`Dataset.File`, `Dataset.Tabular`, and what is registered."""

    File = FileDatasetFactory
    Tabular = TabularDatasetFactory

    @staticmethod
    def get_by_name(workspace: "Any", name: "str", version: "Any" = "latest") -> "Any":
        """A registered dataset. Raises NotRegisteredError."""
        return _load(Shelf(home_of(workspace), KIND).read(name, version))

    @staticmethod
    def get_by_id(workspace: "Any", id: "str", **_ignored: "Any") -> "Any":
        """A registered dataset by its id, `name:version`. Raises NotRegisteredError."""
        name, _, version = str(id).rpartition(":")
        return Dataset.get_by_name(workspace, name, version)

    @staticmethod
    def get_all(workspace: "Any") -> "dict[str, Any]":
        """The newest version of each registered dataset, by name."""
        return {
            name: Dataset.get_by_name(workspace, name) for name in Shelf(home_of(workspace), KIND).names()
        }
