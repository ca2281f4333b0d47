"""MLflow's model registry, on that of the home: what a script registers stays when its job is over."""

import os
from urllib.parse import quote, unquote, urlsplit

from ...errors import NotRegisteredError, UserErrorException
from ..v1.model import KIND, Model
from ..v1.registry import Shelf
from .run import Refusal, pairs, text, values
from .search import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .store import Store

_ALIAS = "mlflow.alias."  # a tag of the version that has the alias
_STAGE = "mlflow.stage"


class Registry:
    """Names and versions of models; a name is there with its first version, until then this job knows it."""

    def __init__(self, store: "Store") -> "None":
        self._store = store
        self._home = store.home
        self._shelf = Shelf(self._home, KIND)
        self._names = {}  # type: dict[str, dict[str, Any]]
        self._routes = {
            "registered-models/create": self._create_name,
            "registered-models/get": lambda body: {"registered_model": self._registered(self._name(body))},
            "registered-models/search": self._search_names,
            "registered-models/get-latest-versions": self._latest,
            "model-versions/create": self._create_version,
            "model-versions/get": lambda body: {"model_version": self._version(self._facts(body))},
            "model-versions/search": self._search_versions,
            "model-versions/get-download-uri": self._download_uri,
            "model-versions/update": self._update_version,
            "model-versions/set-tag": self._set_tag,
            "model-versions/delete-tag": self._delete_tag,
            "model-versions/transition-stage": self._set_stage,
        }

    def answer(self, method: "str", route: "str", body: "dict[str, Any]") -> "dict[str, Any]":
        """The answer to a call on registered models. Raises Refusal."""
        try:
            if route == "registered-models/alias":
                return {"GET": self._by_alias, "DELETE": self._delete_alias}.get(method, self._set_alias)(
                    body
                )
            if route in self._routes:
                return self._routes[route](body)
        except NotRegisteredError as error:
            raise Refusal("RESOURCE_DOES_NOT_EXIST", str(error)) from None
        except (UserErrorException, OSError) as error:
            raise Refusal("INVALID_PARAMETER_VALUE", str(error)) from None
        if route.startswith(("registered-models/", "model-versions/")):
            hint = "a job registers models and reads them; `Model` of jupyter_runcfg does the rest outside"
            raise Refusal("NOT_IMPLEMENTED", "{}: {}".format(route, hint))
        raise Refusal("NOT_IMPLEMENTED", "a run does not record {}".format(route))

    def _name(self, body: "dict[str, Any]") -> "str":
        name = text(body, "name")
        if name not in self._names and not self._shelf.versions(name):
            raise Refusal("RESOURCE_DOES_NOT_EXIST", "Registered Model with name={} not found".format(name))
        return name

    def _create_name(self, body: "dict[str, Any]") -> "dict[str, Any]":
        name = text(body, "name")
        if name in self._names or self._shelf.versions(name):
            raise Refusal(
                "RESOURCE_ALREADY_EXISTS", "Registered Model (name={}) already exists.".format(name)
            )
        self._names[name] = {"tags": values(body, "tags"), "description": body.get("description")}
        return {"registered_model": self._registered(name)}

    def _registered(self, name: "str") -> "dict[str, Any]":
        every = [self._version(self._shelf.read(name, number)) for number in self._shelf.versions(name)]
        begun = self._names.get(name, {})  # what is said of a name goes to its first version
        found = {"name": name, "tags": pairs(begun.get("tags", {})), "latest_versions": every[-1:]}
        if every:
            found["creation_timestamp"] = every[0]["creation_timestamp"]
            found["last_updated_timestamp"] = every[-1]["last_updated_timestamp"]
        found["aliases"] = [
            {"alias": alias, "version": version["version"]}
            for version in every
            for alias in version["aliases"]
        ]
        return found

    def _facts(self, body: "dict[str, Any]") -> "dict[str, Any]":
        return self._shelf.read(text(body, "name"), text(body, "version"))

    def _version(self, facts: "dict[str, Any]") -> "dict[str, Any]":
        moment = int(facts.get("created", 0) * 1000)
        found = {
            "name": facts["name"],
            "version": str(facts["version"]),
            "creation_timestamp": moment,
            "last_updated_timestamp": moment,
            "current_stage": facts["tags"].get(_STAGE, "None"),
            "description": facts.get("description") or "",
            "source": facts.get("uri") or self._uri(facts),
            "run_id": facts.get("run_id") or "",
            "status": "READY",
            "tags": pairs(
                {key: value for key, value in facts["tags"].items() if not key.startswith("mlflow.")}
            ),
            "aliases": [key[len(_ALIAS) :] for key in facts["tags"] if key.startswith(_ALIAS)],
        }
        if facts.get("model_id"):
            found["model_id"] = facts["model_id"]
        return found

    def _uri(self, facts: "dict[str, Any]") -> "str":
        path = self._shelf.path(facts["name"], facts["version"], "files", facts["path"])
        return "file://" + quote(path)

    def _create_version(self, body: "dict[str, Any]") -> "dict[str, Any]":
        name, source = self._name(body), text(body, "source")
        run = self._store.find_run(str(body["run_id"])) if body.get("run_id") else self._store.default_run()
        path = self._path(source)
        begun = self._names.pop(name, {})
        tags = dict(begun.get("tags", {}), **values(body, "tags"))
        model = Model.add(
            self._home,
            name,
            path,
            tags,
            description=body.get("description") or begun.get("description"),
            run_id=run.run_id if run else None,
            experiment=run.experiment if run else None,
            model_framework="mlflow",
            uri=source,
            model_id=body.get("model_id"),
        )
        if run is not None:
            run.tracker.property("mlflow.registered_model." + name, str(model.version))
        return {"model_version": self._version(self._shelf.read(name, model.version))}

    def _path(self, source: "str") -> "str":
        """The directory that a version is made of. Raises Refusal."""
        parts = urlsplit(source)
        path = unquote(parts.path) if parts.scheme in ("", "file") else ""
        if parts.scheme == "models":
            model = self._store.models.find(parts.path.strip("/"))
            path = model.directory if model else ""
        elif parts.scheme == "runs":
            run_id, _, inner = unquote(parts.path).strip("/").partition("/")
            path = os.path.join(self._store.find_run(run_id).outputs, inner)
        if not os.path.exists(path):
            raise Refusal(
                "INVALID_PARAMETER_VALUE", "there is no model at '{}' on this machine".format(source)
            )
        return path

    def _every(self) -> "list[dict[str, Any]]":
        names = self._shelf.names()
        return [self._shelf.read(name, number) for name in names for number in self._shelf.versions(name)]

    def _search_versions(self, body: "dict[str, Any]") -> "dict[str, Any]":
        found = [self._version(facts) for facts in self._every()]
        return _select(found, body, "model_versions")

    def _search_names(self, body: "dict[str, Any]") -> "dict[str, Any]":
        names = sorted({*self._names, *self._shelf.names()})
        return _select([self._registered(name) for name in names], body, "registered_models")

    def _latest(self, body: "dict[str, Any]") -> "dict[str, Any]":
        return {"model_versions": self._registered(self._name(body))["latest_versions"]}

    def _download_uri(self, body: "dict[str, Any]") -> "dict[str, Any]":
        return {"artifact_uri": self._uri(self._facts(body))}

    def _change(self, facts: "dict[str, Any]", **changes: "Any") -> "dict[str, Any]":
        facts.update(changes)
        self._shelf.write(facts["name"], facts["version"], facts)
        return {"model_version": self._version(facts)}

    def _update_version(self, body: "dict[str, Any]") -> "dict[str, Any]":
        return self._change(self._facts(body), description=str(body.get("description", "")))

    def _set_tag(self, body: "dict[str, Any]") -> "dict[str, Any]":
        facts = self._facts(body)
        return self._change(
            facts, tags=dict(facts["tags"], **{text(body, "key"): str(body.get("value", ""))})
        )

    def _delete_tag(self, body: "dict[str, Any]") -> "dict[str, Any]":
        facts, key = self._facts(body), text(body, "key")
        return self._change(facts, tags={k: v for k, v in facts["tags"].items() if k != key})

    def _set_stage(self, body: "dict[str, Any]") -> "dict[str, Any]":
        return self._set_tag(dict(body, key=_STAGE, value=text(body, "stage")))

    def _set_alias(self, body: "dict[str, Any]") -> "dict[str, Any]":
        facts = self._facts(body)
        self._delete_alias(body)
        return self._set_tag(
            dict(body, version=str(facts["version"]), key=_ALIAS + text(body, "alias"), value="")
        )

    def _delete_alias(self, body: "dict[str, Any]") -> "dict[str, Any]":
        name, key = self._name(body), _ALIAS + text(body, "alias")
        for number in self._shelf.versions(name):
            if key in self._shelf.read(name, number)["tags"]:
                self._delete_tag({"name": name, "version": str(number), "key": key})
        return {}

    def _by_alias(self, body: "dict[str, Any]") -> "dict[str, Any]":
        name, key = self._name(body), _ALIAS + text(body, "alias")
        for number in self._shelf.versions(name):
            facts = self._shelf.read(name, number)
            if key in facts["tags"]:
                return {"model_version": self._version(facts)}
        raise Refusal("INVALID_PARAMETER_VALUE", "Registered model alias {} not found.".format(body["alias"]))


def _select(found: "list[dict[str, Any]]", body: "dict[str, Any]", name: "str") -> "dict[str, Any]":
    """The objects that a search asks for."""
    as_rows = [{"info": one, "data": {"tags": one["tags"]}} for one in found]  # type: list[dict[str, object]]
    answer = select(as_rows, body, name)
    answer[name] = [row["info"] for row in answer[name]]
    return answer
