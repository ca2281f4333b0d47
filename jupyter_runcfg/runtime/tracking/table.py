"""Tables, `{column: [values]}`, as rows."""

from ...errors import RuncfgError, UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def rows_of(name: "str", table: "dict[str, Any]") -> "list[dict[str, Any]]":
    """The rows of a table; a column may be a list, an array, or one value.

    Raises:
        RuncfgError: The columns differ in length, or are empty.
        UserErrorException: It is no map of columns.
    """
    if hasattr(table, "to_dict") and hasattr(table, "columns"):  # a DataFrame
        table = table.to_dict("list")
    if not hasattr(table, "items"):
        raise UserErrorException(
            "a table is a map of columns, not a {}".format(type(table).__name__),
            hint='log_table(name, {"x": [1, 2], "y": [3, 4]})',
        )
    columns = {key: _column(value) for key, value in table.items()}
    lengths = {key: len(values) for key, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise RuncfgError("the columns of table '{}' differ in length: {}".format(name, lengths))
    count = max(lengths.values()) if lengths else 0
    if lengths and not count:
        raise RuncfgError("the table '{}' has no rows".format(name), hint="log it once it has some")
    return [{key: values[number] for key, values in columns.items()} for number in range(count)]


def _column(values: "Any") -> "list[Any]":
    if isinstance(values, (list, tuple)):
        return list(values)
    is_array = hasattr(values, "tolist") and getattr(values, "ndim", 1) > 0
    return list(values) if is_array or isinstance(values, range) else [values]
