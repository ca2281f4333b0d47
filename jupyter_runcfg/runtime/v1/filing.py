"""Files that a script keeps with its run, and what others take from there; the third layer of `Run`."""

import os

from ..tracking import artifacts
from .given import as_path
from .recording import Recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Filing(Recording):
    """Names that begin with `outputs/` and `logs/` are those directories of the script; others are free."""

    def _is_in_record(self) -> "bool":
        """Whether outputs and logs are in the record by now; a job has them in its working directory."""
        return self.is_ended or self.is_interactive

    def _outputs(self) -> "str":
        return self.paths.outputs if self._is_in_record() else os.path.join(self.paths.work, "outputs")

    def _logs(self) -> "str":
        """Where a script's own logs are."""
        return self.paths.logs if self._is_in_record() else os.path.join(self.paths.work, "logs")

    @property
    def outputs_directory(self) -> "str":
        """Where its output files are by now."""
        return self._outputs()

    def _root_of(self, path: "str") -> "tuple[str, str, str]":
        """Of a name the prefix, the directory that stands for it, and the rest of the name."""
        first, _, rest = path.partition("/")
        if rest and first == "outputs":
            return "outputs/", self._outputs(), rest
        if rest and first == "logs":
            return "logs/", self._logs(), rest
        return "", self.paths.artifacts, path

    def _locate(self, name: "str") -> "str":
        """Where the file of that name is.

        Raises:
            UserErrorException: There is none.
        """
        path = artifacts.inner_path(name)
        _, root, rest = self._root_of(path)
        roots = [root, self.paths.logs] if root == self._logs() else [root]
        for place in roots:
            if os.path.isfile(artifacts.below(place, rest)):
                return artifacts.below(place, rest)
        raise artifacts.no_such(self.id, name, self.get_file_names())

    def upload_file(self, name: "str", path_or_stream: "Any", datastore_name: "str | None" = None) -> "None":
        """Keep a file with the run, under `name`; one of that name is replaced.

        Raises:
            UserErrorException: There is no such file, or `name` leaves the run's files, or is a directory.
        """
        path = artifacts.inner_path(name)
        prefix, root, rest = self._root_of(path)
        artifacts.refuse_in_the_way(root, rest, prefix)
        artifacts.copy(path_or_stream, artifacts.below(root, rest))
        if not prefix or self._is_in_record():  # else the end of the job tells of it
            self._tracker.append("artifact", **artifacts.facts(root, rest, prefix))

    def upload_files(
        self,
        names: "list[str]",
        paths: "list[Any]",
        return_artifacts: "bool" = False,
        timeout_seconds: "float | None" = None,
        datastore_name: "str | None" = None,
    ) -> "None":
        """Keep several files with the run.

        Raises:
            TypeError: There is not one path for each name.
            UserErrorException: As `upload_file`.
        """
        names, paths = list(names), list(paths)
        artifacts.same_length(names, paths)
        for name, path in zip(names, paths):  # noqa: B905 Python 3.6
            self.upload_file(name, path)

    def upload_folder(self, name: "str", path: "Any", datastore_name: "str | None" = None) -> "None":
        """Keep all files below a directory, under `name` and their relative paths.

        Raises:
            UserErrorException: There is no such directory, or `name` leaves the run's files.
        """
        from ...errors import UserErrorException

        root = as_path("upload_folder", path)
        if not os.path.isdir(root):
            raise UserErrorException("'{}' is no directory".format(root), hint="upload_file takes a file")
        for rest in artifacts.names_below(root, ""):
            self.upload_file("{}/{}".format(str(name).rstrip("/"), rest), os.path.join(root, rest))

    def get_file_names(self) -> "list[str]":
        """The files that `download_file` takes: outputs/…, logs/… and those of bare names."""
        names = artifacts.names_below(self._outputs(), "outputs/")
        logs = [artifacts.names_below(root, "logs/") for root in {self._logs(), self.paths.logs}]
        ours = "logs/" + os.path.basename(self.paths.std_log_index)  # times of lines, for our views
        names += sorted(name for found in logs for name in found if name != ours)
        names += artifacts.names_below(self.paths.artifacts, "")
        return list(dict.fromkeys(names))

    def download_file(
        self, name: "str", output_file_path: "Any" = None, _validate_checksum: "bool" = False
    ) -> "str":
        """Copy one file of the run to a path, into a directory, or (default) here; returns where it is.

        Raises:
            UserErrorException: The run has no such file.
        """
        target = artifacts.target_of(name, output_file_path)
        artifacts.copy(self._locate(name), target)
        return target

    def download_files(  # noqa: PLR0917 SDK v1's signature
        self,
        prefix: "str | None" = None,
        output_directory: "Any" = None,
        output_paths: "list[Any] | None" = None,
        batch_size: "int" = 100,
        append_prefix: "bool" = True,
        timeout_seconds: "float | None" = None,
    ) -> "None":
        """Copy files of the run: all, or those whose names begin with `prefix`.

        Args:
            prefix: How their names begin.
            output_directory: Where to; the working directory if not given.
            output_paths: Where to, one path for each file, below `output_directory`.
            append_prefix: Whether the prefix stays in the names below that directory.
            batch_size: For scripts of v1; as `timeout_seconds` without effect.
            timeout_seconds: See `batch_size`.

        Raises:
            TypeError: There is not one of `output_paths` for each file.
        """
        names = artifacts.chosen(self.get_file_names(), prefix)
        root = os.fspath(output_directory or ".")
        if output_paths is None:
            cut = 0 if append_prefix or not prefix else len(prefix)
            output_paths = [name[cut:].lstrip("/") or os.path.basename(name) for name in names]
        output_paths = list(output_paths)
        artifacts.same_length(names, output_paths)
        for name, path in zip(names, output_paths):  # noqa: B905 Python 3.6
            self.download_file(name, os.path.join(root, path))

    def get_all_logs(self, destination: "Any" = None) -> "list[str]":
        """Copy all logs into a directory (default: a new one here, named as the run); returns their paths."""
        root = os.fspath(destination or self.id)
        names = [name for name in self.get_file_names() if name.startswith("logs/")]
        return [self.download_file(name, os.path.join(root, *name.split("/")[1:])) for name in names]

    def register_model(
        self,
        model_name: "str",
        model_path: "Any" = None,
        tags: "Any" = None,
        properties: "Any" = None,
        **more: "Any",
    ) -> "Any":
        """Put files of the run into the registry of models, as a new version.

        Args:
            model_name: Its name there.
            model_path: A file or directory of the run (`outputs/model.pkl`), or of the script's working
                directory; default: what is named as the model.
            tags: Words of your own, which may change.
            properties: Facts that stay.
            more: `description`, `model_framework`, `model_framework_version`, `datasets` …

        Raises:
            UserErrorException: There are no such files, or the name cannot be one.
        """
        from .model import Model

        source = self._model_source(os.fspath(model_path or model_name))
        facts = dict(more, run_id=self.id, experiment=self._experiment())
        return Model.add(self._home(), model_name, source, tags=tags, properties=properties, **facts)

    def _model_source(self, path: "str") -> "str":
        """The file or directory that is meant, in the run or else here."""
        inner = path if os.path.isabs(path) else artifacts.inner_path(path.rstrip("/"))
        candidates = [path]
        if not os.path.isabs(path):
            _, root, rest = self._root_of(inner)
            whole = {"outputs": self._outputs(), "logs": self._logs()}.get(inner)
            candidates = [whole or artifacts.below(root, rest), path]
        for candidate in candidates:
            if os.path.exists(candidate):
                return os.path.abspath(candidate)
        raise artifacts.no_such(self.id, path, self.get_file_names())
