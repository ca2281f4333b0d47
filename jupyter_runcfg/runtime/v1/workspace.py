"""The workspace of SDK v1: here it is the home of the records, whatever its name."""

import json
import os

from ...errors import RuncfgError, UserErrorException
from .. import atomic
from ..number import file_name
from ..paths import Home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

DEFAULT_NAME = "local"
FILES = (os.path.join(".azureml", "config.json"), os.path.join("aml_config", "config.json"), "config.json")


class Workspace:
    """All workspaces share one home: the name is kept for scripts that show it, and chooses nothing."""

    def __init__(
        self,
        subscription_id: "str | None" = None,
        resource_group: "str | None" = None,
        workspace_name: "str | None" = None,
        *_authentication: "object",
        **_ignored: "object",
    ) -> "None":
        from . import place

        self._set(place.home(), workspace_name, subscription_id, resource_group)

    def _set(
        self,
        home: "Home",
        name: "str | None" = None,
        subscription_id: "str | None" = None,
        resource_group: "str | None" = None,
    ) -> "None":
        self.home = home
        self.name = name or DEFAULT_NAME
        self.subscription_id = subscription_id or DEFAULT_NAME  # texts: first cells put them together
        self.resource_group = resource_group or DEFAULT_NAME

    @classmethod
    def of(cls, home: "Home") -> "Self":
        """The workspace of a home."""
        workspace = cls.__new__(cls)
        workspace._set(home)
        return workspace

    @classmethod
    def from_config(
        cls,
        path: "Any" = None,
        auth: "object" = None,
        _logger: "object" = None,
        _file_name: "str | None" = None,
    ) -> "Self":
        """The workspace that config.json names, here or in a directory above; without one it is `local`.

        Raises:
            UserErrorException: `path` has none, or it cannot be read.
        """
        found = _find(os.fspath(path) if path is not None else None, _file_name)
        if found is None:
            return cls()
        try:
            with open(found, "rb") as stream:
                facts = json.loads(stream.read().decode("utf-8-sig"))
            return cls(facts.get("subscription_id"), facts.get("resource_group"), facts.get("workspace_name"))
        except (OSError, ValueError, AttributeError) as error:
            raise UserErrorException(
                "a workspace's config.json cannot be read: {}".format(error),
                where=found,
                hint='it holds {"subscription_id": …, "resource_group": …, "workspace_name": …}',
            ) from error

    @classmethod
    def get(
        cls,
        name: "str",
        auth: "object" = None,
        subscription_id: "str | None" = None,
        resource_group: "str | None" = None,
        **_ignored: "object",
    ) -> "Self":
        """The workspace of that name; it need not have been created."""
        return cls(subscription_id, resource_group, name)

    @classmethod
    def create(
        cls,
        name: "str",
        auth: "object" = None,
        subscription_id: "str | None" = None,
        resource_group: "str | None" = None,
        location: "str | None" = None,
        *_ignored: "object",
        exist_ok: "bool" = False,
        tags: "Any" = None,
        **_others: "object",
    ) -> "Self":
        """Make the home and note the name.

        Raises:
            UserErrorException: It was created before, and `exist_ok` is not given.
        """
        workspace = cls(subscription_id, resource_group, name)
        workspace.home.create()
        facts = {
            "name": name,
            "subscription_id": workspace.subscription_id,
            "resource_group": workspace.resource_group,
            "location": location,
            "tags": dict(tags or {}),
        }
        path = workspace._path()
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        if not atomic.write_once(path, atomic.encode(facts)) and not exist_ok:
            raise UserErrorException(
                "there is a workspace '{}' already".format(name), hint="exist_ok=True takes that one"
            )
        return workspace

    @classmethod
    def list(
        cls, subscription_id: "str | None" = None, *_ignored: "object", **_others: "object"
    ) -> "dict[str, list[Self]]":
        """Those that were created, by name."""
        from . import place

        root = os.path.join(place.home().registry, "workspaces")
        names = sorted(os.listdir(root)) if os.path.isdir(root) else []
        facts = [atomic.read_json(os.path.join(root, name)) or {} for name in names]
        return {
            str(one["name"]): [cls(one.get("subscription_id"), one.get("resource_group"), one["name"])]
            for one in facts
            if one.get("name") and subscription_id in (None, one.get("subscription_id"))
        }

    def _path(self) -> "str":
        return os.path.join(self.home.registry, "workspaces", file_name(self.name) + ".json")

    def _facts(self) -> "dict[str, Any]":
        return atomic.read_json(self._path()) or {}

    @property
    def location(self) -> "str":
        return str(self._facts().get("location") or "local")

    sku = "Basic"
    """v1's word for what all workspaces have been since 2020."""

    @property
    def tags(self) -> "dict[str, str]":
        return dict(self._facts().get("tags") or {})

    def get_details(self) -> "dict[str, Any]":
        """What v1 tells of a workspace, as far as there is something to tell."""
        return {
            "id": self.home.root,
            "name": self.name,
            "type": "jupyter_runcfg",
            "location": self.location,
            "tags": self.tags,
            "subscriptionId": self.subscription_id,
            "resourceGroup": self.resource_group,
            "workspaceid": self.home.root,
        }

    def write_config(self, path: "Any" = None, file_name: "str | None" = None) -> "None":
        """Write `.azureml/config.json` below a directory (default: this one), for `from_config`."""
        root = os.path.join(os.path.abspath(os.fspath(path or ".")), ".azureml")
        os.makedirs(root, exist_ok=True)
        facts = {
            "subscription_id": self.subscription_id,
            "resource_group": self.resource_group,
            "workspace_name": self.name,
        }
        atomic.write_replace(os.path.join(root, file_name or "config.json"), atomic.encode(facts), 0o644)

    @property
    def experiments(self) -> "dict[str, Any]":
        from .experiment import Experiment

        return {one.name: one for one in Experiment.list(self)}

    @property
    def models(self) -> "dict[str, Any]":
        """The newest version of each model."""
        from .model import Model

        return {one.name: one for one in Model.list(self, latest=True)}

    @property
    def datasets(self) -> "dict[str, Any]":
        """The newest version of each dataset."""
        from .dataset import Dataset

        return Dataset.get_all(self)

    @property
    def datastores(self) -> "dict[str, Any]":
        from .datastore import Datastore

        return {name: Datastore(self, name) for name in Datastore.names(self)}

    def get_default_datastore(self) -> "Any":
        from .datastore import Datastore

        return Datastore.get_default(self)

    def set_default_datastore(self, name: "str") -> "None":
        """Raises NotRegisteredError unless there is one of that name."""
        from .datastore import Datastore

        Datastore(self, name).set_as_default()

    @property
    def webservices(self) -> "dict[str, Any]":
        """None: models are not served from here."""
        return {}

    @property
    def environments(self) -> "dict[str, Any]":
        return dict(self._whole("environments").environments)

    @property
    def compute_targets(self) -> "Any":
        return self._whole("compute_targets").compute_targets

    def get_run(self, run_id: "str") -> "Any":
        """The run of that id. Raises RunNotFoundError."""
        from .context import Run

        return Run(None, run_id)

    def get_default_keyvault(self) -> "Keyvault":
        return Keyvault()

    def get_mlflow_tracking_uri(self) -> "str | None":
        """What MLflow's client is told in a job; None elsewhere."""
        return os.environ.get("MLFLOW_TRACKING_URI")

    def _whole(self, what: "str") -> "Any":
        from importlib import import_module

        try:
            whole = import_module("jupyter_runcfg.run").Workspace
        except ImportError:
            raise RuncfgError(
                "Workspace.{} needs jupyter_runcfg in the interpreter of the job".format(what),
                hint="add jupyter-runcfg to its environment (Python 3.11 or later)",
            ) from None
        return whole.of(self.home)

    def __eq__(self, other: "object") -> "bool":
        return isinstance(other, Workspace) and (other.home.root, other.name) == (self.home.root, self.name)

    def __hash__(self) -> "int":
        return hash((self.home.root, self.name))

    def __repr__(self) -> "str":
        return "Workspace(name='{}', home='{}')".format(self.name, self.home.root)


class Keyvault:
    """Secrets by name: environment variables."""

    def __repr__(self) -> "str":
        return "Keyvault()"

    def get_secret(self, name: "str") -> "str":
        """Raises NotRegisteredError unless the variable of that name is set."""
        from .secret import get_secret

        return get_secret(name)

    def get_secrets(self, secrets: "list[str]") -> "dict[str, str]":
        return {name: self.get_secret(name) for name in secrets}


def _find(path: "str | None", file_name: "str | None") -> "str | None":
    """The file that is meant: the one given, that of a directory, or of the nearest directory above.

    Raises:
        UserErrorException: A path was given, and there is none.
    """
    if path is not None and os.path.isfile(path):
        return path
    names = FILES if file_name is None else tuple(os.path.join(os.path.dirname(f), file_name) for f in FILES)
    place = os.path.abspath(path or ".")
    while True:
        for name in names:
            if os.path.isfile(os.path.join(place, name)):
                return os.path.join(place, name)
        above = os.path.dirname(place)
        if above == place:
            break
        place = above
    if path is None:
        return None
    raise UserErrorException(
        "there is no config.json in '{}', nor above".format(path),
        hint="from_config() without a path needs none; write_config() writes one",
    )
