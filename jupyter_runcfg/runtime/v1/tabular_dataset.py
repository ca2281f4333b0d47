"""Tables, as datasets of SDK v1; pandas reads them."""

import os

from ...errors import RuncfgError, UserErrorException
from .abstract_dataset import AbstractDataset, DatasetConsumptionConfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TABLES = {  # what a format is read with
    "delimited": "read_csv",
    "parquet": "read_parquet",
    "json_lines": "read_json",
}


def _sample(table: "Any", share: "float", seed: "int") -> "Any":
    return table.sample(frac=share, random_state=seed)


_STEPS = {
    "take": lambda table, count: table.head(count),
    "skip": lambda table, count: table.iloc[count:],
    "keep": lambda table, columns: table[columns],
    "drop": lambda table, columns: table.drop(columns=columns),
    "sample": lambda table, value: _sample(table, *value),
    "rest": lambda table, value: table.drop(_sample(table, *value).index),
}  # type: dict[str, Any]


class TabularDataset(AbstractDataset):
    """Tables; pandas reads them when they are asked for."""

    kind = "tabular"

    def to_pandas_dataframe(self, **_ignored: "Any") -> "Any":
        """The rows of all files as one DataFrame.

        Raises:
            RuncfgError: pandas is not installed.
            UserErrorException: There are no such files.
        """
        try:
            import pandas  # type: ignore[import-untyped]
        except ImportError:
            raise RuncfgError(
                "reading a table needs pandas", hint="add pandas to the environment of the run"
            ) from None
        reader = _TABLES[self._options.get("format", "delimited")]
        places = [path for path in self.paths if "://" in path]
        files = places or self.files()
        tables = [getattr(pandas, reader)(file, **self._options.get("read", {})) for file in files]
        table = tables[0] if len(tables) == 1 else pandas.concat(tables, ignore_index=True)
        for verb, value in self._options.get("steps", []):
            table = _STEPS[verb](table, value)
        return table

    def _then(self, verb: "str", value: "Any") -> "TabularDataset":
        options = dict(self._options, steps=[*self._options.get("steps", []), [verb, value]])
        return TabularDataset(self.paths, options)

    def take(self, count: "int") -> "TabularDataset":
        """Its first rows."""
        return self._then("take", int(count))

    def skip(self, count: "int") -> "TabularDataset":
        """All but its first rows."""
        return self._then("skip", int(count))

    def keep_columns(self, columns: "Any", **_ignored: "Any") -> "TabularDataset":
        """Those columns only."""
        return self._then("keep", [columns] if isinstance(columns, str) else list(columns))

    def drop_columns(self, columns: "Any") -> "TabularDataset":
        """All but those columns."""
        return self._then("drop", [columns] if isinstance(columns, str) else list(columns))

    def random_split(
        self, percentage: "float", seed: "int | None" = None
    ) -> "tuple[TabularDataset, TabularDataset]":
        """Two parts: about that share of the rows (0.8), by chance, and the rest.

        Raises:
            UserErrorException: The share is not between 0 and 1.
        """
        share = float(percentage)
        if not 0 <= share <= 1:
            raise UserErrorException("a share of {}".format(percentage), hint="between 0 and 1: 0.8")
        if seed is None:
            seed = int.from_bytes(os.urandom(4), "big")
        return self._then("sample", [share, seed]), self._then("rest", [share, seed])

    def as_mount(self, path_on_compute: "str | None" = None) -> "DatasetConsumptionConfig":
        return DatasetConsumptionConfig("input", self, "mount", path_on_compute)
