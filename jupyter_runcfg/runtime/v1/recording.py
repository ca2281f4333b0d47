"""What is said of a run, by its own script or by others: metrics, tags, names; the second layer."""

from ...errors import UserErrorException
from ..tracking.tracker import Tracker
from .given import as_map, as_names
from .reading import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..paths import RunPaths


class Recording(Reading):
    """Every word is in the record when the call returns."""

    def _set(self, paths: "RunPaths") -> "None":
        self.paths = paths
        self._tracker = Tracker(paths.events, "client")

    def log(self, name: "str", value: "object", description: "str" = "", step: "object" = None) -> "None":
        """Record one value of a metric; several values under one name are a series.

        Raises:
            UserErrorException: The value is a list, a range, a generator or an array.
        """
        self._tracker.log(name, value, step)

    def log_list(self, name: "str", value: "list[Any]", description: "str" = "") -> "None":
        """Record several values of a metric at once; the lists of several calls are one.

        Raises:
            RuncfgError: One of them is no single value.
            UserErrorException: It is no list.
        """
        if isinstance(value, (str, bytes)):
            raise UserErrorException(
                "log_list takes a list, not a text", hint="log(name, value) takes a text"
            )
        try:
            values = list(value)
        except TypeError:
            raise UserErrorException(
                "log_list takes a list, not {!r}".format(value), hint="log(name, value) takes one value"
            ) from None
        self._tracker.values(name, values)

    def log_row(self, name: "str", description: "str | None" = None, **columns: "object") -> "None":
        """Record one row of a table: `log_row("pairs", x=1, y=0.4)`.

        Raises:
            RuncfgError: One of them is no single value.
        """
        self._tracker.row(name, columns)

    def log_table(self, name: "str", value: "dict[str, Any]", description: "str" = "") -> "None":
        """Record a table, `{column: [values]}`; one without columns is nothing.

        Raises:
            RuncfgError: Its columns differ in length or are empty, or a cell is no single value.
        """
        from ..tracking.table import rows_of

        for row in rows_of(name, value):
            self._tracker.row(name, row)

    def log_image(
        self, name: "str", path: "Any" = None, plot: "Any" = None, description: "str" = ""
    ) -> "None":
        """Record an image: a file by its `path`, or a matplotlib figure (or pyplot) as `plot`.

        Raises:
            UserErrorException: Both are given or none, or there is no such file.
        """
        import os

        from ..tracking import charts

        if (path is None) == (plot is None):
            raise UserErrorException("log_image takes a path or a plot, one of them")
        if plot is not None:
            self._log_file(name, "image", charts.file_name(name, ".png"), charts.image(plot))
        else:
            suffix = os.path.splitext(str(path))[1] or ".png"
            self._log_file(name, "image", charts.file_name(name, suffix), str(path))

    def log_confusion_matrix(self, name: "str", value: "Any", description: "str" = "") -> "None":
        """Record a confusion matrix: `{"class_labels": [...], "matrix": [[...]]}`, or that as JSON text.

        Raises:
            UserErrorException: It is no map and no JSON.
        """
        self._log_document(name, "confusion_matrix", value)

    def log_accuracy_table(self, name: "str", value: "Any", description: "str" = "") -> "None":
        """Record an accuracy table, as a map or as JSON text. Raises as `log_confusion_matrix` does."""
        self._log_document(name, "accuracy_table", value)

    def log_residuals(self, name: "str", value: "Any", description: "str" = "") -> "None":
        """Record residuals, as a map or as JSON text. Raises as `log_confusion_matrix` does."""
        self._log_document(name, "residuals", value)

    def log_predictions(self, name: "str", value: "Any", description: "str" = "") -> "None":
        """Record predictions, as a map or as JSON text. Raises as `log_confusion_matrix` does."""
        self._log_document(name, "predictions", value)

    def _log_document(self, name: "str", kind: "str", value: "Any") -> "None":
        from ..tracking import charts

        self._log_file(name, kind, charts.file_name(name, ".json"), charts.document(kind, value))

    def _log_file(self, name: "str", kind: "str", file: "str", data: "bytes | str") -> "None":
        """Keep bytes, or the file of that path, beside the record and name it as a metric."""
        try:
            path = self._keep(file, data)
        except OSError as error:
            self._tracker.lose(error)  # as any metric: it ends no script
        else:
            self._tracker.append("metric", name=str(name), artifact=path, type=kind)

    def _keep(self, name: "str", data: "bytes | str") -> "str":
        """Put a file of our own among the artifacts under a name that is free; returns that name."""
        from ..tracking import artifacts

        kept = artifacts.keep_new(self.paths.artifacts, name, data)
        self._tracker.append("artifact", **artifacts.facts(self.paths.artifacts, kept))
        return kept

    def flush(self, timeout_seconds: "float" = 300) -> "None":
        """Nothing is ever held back; here for scripts that call it."""

    def tag(self, key: "str", value: "object" = None) -> "None":
        """Name the run with a word, or a word and its value; a tag may be changed."""
        self._tracker.tag(key, value)

    def set_tags(self, tags: "dict[str, Any]") -> "None":
        """Set several tags; others stay. Raises UserErrorException for what is no map."""
        for key, value in as_map("set_tags", tags).items():
            self._tracker.tag(key, value)

    def remove_tags(self, tags: "list[str]") -> "None":
        """Take tags away; one that is not there is nothing."""
        for key in as_names("remove_tags", tags):
            self._tracker.remove_tag(str(key))

    def add_properties(self, properties: "dict[str, Any]") -> "None":
        """Note facts that stay as they are.

        Raises:
            UserErrorException: One of them is there with another value, then none is added; it is no map.
        """
        if not as_map("add_properties", properties or {}):
            return
        known = self.properties
        for key, value in properties.items():
            if known.get(str(key), str(value)) != str(value):
                raise UserErrorException(
                    "property '{}' is '{}' and stays so".format(key, known[str(key)]), hint="tags can change"
                )
        for key, value in properties.items():
            if str(key) not in known:
                self._tracker.property(key, value)

    @property
    def display_name(self) -> "str | None":
        """The name that a person gave it, if any."""
        return self._standing().display_name

    @display_name.setter
    def display_name(self, value: "str | None") -> "None":
        self._name("display_name", value)

    @property
    def name(self) -> "str | None":
        return self.display_name

    @property
    def description(self) -> "str | None":
        return self._standing().description

    @description.setter
    def description(self, value: "str | None") -> "None":
        self._name("description", value)

    def _name(self, what: "str", value: "object") -> "None":
        """None takes it away, as an empty text does."""
        self._tracker.append("name", name=what, value=None if value is None else str(value))
