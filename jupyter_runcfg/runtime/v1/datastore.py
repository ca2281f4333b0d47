"""Datastores of SDK v1 by name: directories that this machine can read, mounted or its own."""

import os

from ...errors import NotRegisteredError, UserErrorException, did_you_mean
from .. import atomic
from ..number import file_name
from ..paths import Home
from ..tracking import artifacts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT = "workspaceblobstore"


class Datastore:
    """`Datastore.register(ws, "blob", "/mnt/blob")` names a directory; `Datastore(ws, "blob")` is it.

    `workspaceblobstore`, v1's default, is there without being registered: a directory of the home.
    """

    datastore_type = "Local"

    def __init__(self, workspace: "Any", name: "str | None" = None) -> "None":
        """Look a datastore up; without a name it is the default one.

        Raises:
            NotRegisteredError: There is none of that name.
        """
        self.workspace = workspace
        self.home = home_of(workspace)
        self.name = name or _default_name(self.home)
        self.root = path_of(self.home, self.name)

    @classmethod
    def get(cls, workspace: "Any", datastore_name: "str") -> "Datastore":
        return cls(workspace, datastore_name)

    @classmethod
    def get_default(cls, workspace: "Any") -> "Datastore":
        return cls(workspace)

    @staticmethod
    def names(workspace: "Any") -> "list[str]":
        return _names(home_of(workspace))

    @classmethod
    def register(
        cls, workspace: "Any", datastore_name: "str", path: "Any", is_default: "bool" = False
    ) -> "Datastore":
        """Give a directory a name; one that has the name gets the new directory.

        Raises:
            UserErrorException: There is no such directory, or the name cannot be one.
        """
        root = os.path.abspath(os.path.expanduser(os.fspath(path)))
        if not os.path.isdir(root):
            raise UserErrorException("'{}' is no directory".format(root), hint="make or mount it first")
        place = _file(home_of(workspace), datastore_name)
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
        atomic.write_replace(place, atomic.encode({"name": datastore_name, "path": root}))
        store = cls(workspace, datastore_name)
        if is_default:
            store.set_as_default()
        return store

    @classmethod
    def _register_elsewhere(
        cls, workspace: "Any", datastore_name: "str", *_args: "Any", **_named: "Any"
    ) -> "Datastore":
        """v1's `register_azure_…`: the name, where a directory has it already.

        Raises:
            NotRegisteredError: None has.
        """
        return cls(workspace, datastore_name)

    register_azure_blob_container = _register_elsewhere
    register_azure_file_share = _register_elsewhere
    register_azure_data_lake = _register_elsewhere
    register_azure_data_lake_gen2 = _register_elsewhere
    register_azure_sql_database = _register_elsewhere
    register_azure_my_sql = _register_elsewhere
    register_azure_postgre_sql = _register_elsewhere
    register_dbfs = _register_elsewhere
    register_hdfs = _register_elsewhere

    def unregister(self) -> "None":
        """Forget the name; the directory stays as it is."""
        try:
            os.unlink(_file(self.home, self.name))
        except FileNotFoundError:
            pass

    def set_as_default(self) -> "None":
        os.makedirs(_root(self.home), mode=0o700, exist_ok=True)
        atomic.write_replace(os.path.join(_root(self.home), "default"), self.name.encode("utf-8"))

    def path(self, path: "str | None" = None, data_reference_name: "str | None" = None) -> "DataReference":
        """A place in it, as an argument of a script or as the path of a dataset."""
        return DataReference(self, data_reference_name, path)

    def as_mount(self) -> "DataReference":
        return DataReference(self)

    def as_download(self, path_on_compute: "str | None" = None) -> "DataReference":
        return DataReference(self, mode="download", path_on_compute=path_on_compute)

    def as_upload(self, path_on_compute: "str | None" = None) -> "DataReference":
        return DataReference(self, mode="upload", path_on_compute=path_on_compute)

    def upload(
        self,
        src_dir: "Any",
        target_path: "str | None" = None,
        overwrite: "bool" = False,
        show_progress: "bool" = True,
    ) -> "DataReference":
        """Copy the files of a directory into the datastore; those that are there stay, unless `overwrite`."""
        root = os.fspath(src_dir)
        files = [os.path.join(root, name) for name in artifacts.names_below(root, "")]
        return self.upload_files(files, root, target_path, overwrite, show_progress)

    def upload_files(
        self,
        files: "list[Any]",
        relative_root: "Any" = None,
        target_path: "str | None" = None,
        overwrite: "bool" = False,
        show_progress: "bool" = True,
    ) -> "DataReference":
        """Copy files into the datastore, by their paths below `relative_root` (default: by their names).

        Raises:
            UserErrorException: One of them is not there.
        """
        for file in files:
            rest = os.path.basename(file) if relative_root is None else os.path.relpath(file, relative_root)
            target = os.path.join(self._below(target_path), rest)
            if overwrite or not os.path.exists(target):
                artifacts.copy(os.fspath(file), target)
        return self.path(target_path)

    def download(
        self,
        target_path: "Any",
        prefix: "str | None" = None,
        overwrite: "bool" = False,
        show_progress: "bool" = True,
    ) -> "int":
        """Copy files whose paths begin with `prefix` into a directory; returns how many were copied."""
        count = 0
        for name in artifacts.chosen(artifacts.names_below(self.root, ""), prefix):
            target = os.path.join(os.path.abspath(os.fspath(target_path)), *name.split("/"))
            if overwrite or not os.path.exists(target):
                artifacts.copy(artifacts.below(self.root, name), target)
                count += 1
        return count

    def _below(self, path: "str | None") -> "str":
        """Raises UserErrorException for a path that leaves the datastore."""
        text = (path or "").strip("/")
        return artifacts.below(self.root, artifacts.inner_path(text)) if text not in ("", ".") else self.root

    def __repr__(self) -> "str":
        return "Datastore(name='{}', path='{}')".format(self.name, self.root)


class DataReference:
    """A place in a datastore. As an argument of a script it is that path on this machine."""

    def __init__(  # noqa: PLR0917 SDK v1's signature
        self,
        datastore: "Datastore",
        data_reference_name: "str | None" = None,
        path_on_datastore: "str | None" = None,
        mode: "str" = "mount",
        path_on_compute: "str | None" = None,
        overwrite: "bool" = False,
    ) -> "None":
        self.datastore = datastore
        self.data_reference_name = data_reference_name or file_name(datastore.name).replace("%", "_")
        self.path_on_datastore = path_on_datastore
        self.mode = mode
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite

    def __repr__(self) -> "str":
        return "DataReference({!r}, {!r})".format(self.data_reference_name, self.path_on_datastore)

    def path(self, path: "str | None" = None, data_reference_name: "str | None" = None) -> "DataReference":
        inner = "/".join(filter(None, (self.path_on_datastore, path)))
        return DataReference(self.datastore, data_reference_name, inner, self.mode, self.path_on_compute)

    def _with(self, mode: "str", path_on_compute: "str | None") -> "DataReference":
        return DataReference(
            self.datastore,
            self.data_reference_name,
            self.path_on_datastore,
            mode,
            path_on_compute,
            self.overwrite,
        )

    def as_mount(self) -> "DataReference":
        return self._with("mount", self.path_on_compute)

    def as_download(self, path_on_compute: "str | None" = None, overwrite: "bool" = False) -> "DataReference":
        return self._with("download", path_on_compute)

    def as_upload(self, path_on_compute: "str | None" = None, overwrite: "bool" = False) -> "DataReference":
        return self._with("upload", path_on_compute)

    def to_config(self) -> "Any":
        """As `run_config.data_references` has it. Needs our whole package."""
        from importlib import import_module

        configuration = import_module("jupyter_runcfg.config").DataReferenceConfiguration
        return configuration(
            self.datastore.name, self.mode, self.path_on_datastore, self.path_on_compute, self.overwrite
        )

    def __fspath__(self) -> "str":
        return self.datastore._below(self.path_on_datastore)

    def __str__(self) -> "str":
        return self.__fspath__()


class DataPath:
    """A place in a datastore, as v1's datasets and references take it."""

    def __init__(
        self,
        datastore: "Datastore | None" = None,
        path_on_datastore: "str | None" = None,
        name: "str | None" = None,
    ) -> "None":
        self.datastore = datastore
        self.datastore_name = None if datastore is None else datastore.name
        self.path_on_datastore = path_on_datastore
        self.name = name

    def __repr__(self) -> "str":
        return "DataPath({!r}, {!r})".format(self.datastore_name, self.path_on_datastore)

    def __fspath__(self) -> "str":
        if self.datastore is None:
            return os.path.abspath(self.path_on_datastore or ".")
        return self.datastore._below(self.path_on_datastore)


def home_of(workspace: "Any") -> "Home":
    from . import place

    home = getattr(workspace, "home", None)
    return place.home() if home is None else home


def path_of(home: "Home", name: "str") -> "str":
    """The directory of a datastore.

    Raises:
        NotRegisteredError: No directory has that name.
    """
    facts = atomic.read_json(_file(home, name))
    if facts is not None and isinstance(facts.get("path"), str):
        return str(facts["path"])
    if name == DEFAULT:
        root = os.path.join(home.root, "data", DEFAULT)
        os.makedirs(root, mode=0o700, exist_ok=True)
        return root
    near = did_you_mean(name, _names(home))
    raise NotRegisteredError(
        "no datastore named '{}'".format(name),
        hint=" ".join(
            filter(None, (near, 'Datastore.register(ws, "{}", path="/mnt/…") names a directory'.format(name)))
        ),
    )


def _names(home: "Home") -> "list[str]":
    from urllib.parse import unquote

    root = _root(home)
    names = os.listdir(root) if os.path.isdir(root) else []
    return sorted({unquote(name[: -len(".json")]) for name in names if name.endswith(".json")} | {DEFAULT})


def _default_name(home: "Home") -> "str":
    try:
        with open(os.path.join(_root(home), "default"), encoding="utf-8") as stream:
            return stream.read()
    except OSError:
        return DEFAULT


def _root(home: "Home") -> "str":
    return os.path.join(home.registry, "datastores")


def _file(home: "Home", name: "str") -> "str":
    quoted = file_name(str(name))
    if not name or len(quoted) > 200:
        raise UserErrorException("'{}' is no name for a datastore".format(str(name)[:60]))
    return os.path.join(_root(home), quoted + ".json")
