"""``CREATE TABLE`` of Flink SQL for a table of a data source, and the types of its columns.

The mapping is that of the documentation of Flink's JDBC connector.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scaleph_lab.datasources.bindings import bind_flink
from scaleph_lab.datasources.browse import Column
from scaleph_lab.datasources.types import DataSourceType

__all__ = ["flink_ddl", "flink_type"]

_POSTGRESQL = {
    "smallint": "SMALLINT", "integer": "INT", "bigint": "BIGINT", "real": "FLOAT", "double precision": "DOUBLE",
    "boolean": "BOOLEAN", "date": "DATE", "bytea": "BYTES",
    "int2": "SMALLINT", "int4": "INT", "int8": "BIGINT", "float4": "FLOAT", "float8": "DOUBLE", "bool": "BOOLEAN",
}  # fmt: skip
_MYSQL = {
    "tinyint": "TINYINT", "smallint": "SMALLINT", "mediumint": "INT", "int": "INT", "bigint": "BIGINT",
    "float": "FLOAT", "double": "DOUBLE", "date": "DATE", "year": "INT", "bit": "BYTES",
    "binary": "BYTES", "varbinary": "BYTES", "tinyblob": "BYTES", "blob": "BYTES", "mediumblob": "BYTES",
    "longblob": "BYTES",
}  # fmt: skip
_UNSIGNED = {"TINYINT": "SMALLINT", "SMALLINT": "INT", "INT": "BIGINT", "BIGINT": "DECIMAL(20, 0)"}
_MOST_DIGITS = 38


def flink_type(dialect: str, column: Column) -> str:
    """The Flink SQL type of a column; what has no better one is a ``STRING``."""
    return {"postgresql": _of_postgresql, "mysql": _of_mysql, "sqlite": _of_sqlite}[dialect](column)


def flink_ddl(
    kind: DataSourceType,
    properties: Mapping[str, Any],
    table: Mapping[str, str],
    columns: Sequence[Column],
    name: str,
    *,
    connector: str = "",
    version: str = "1.20",
) -> str:
    """The statement that makes ``name`` in Flink; secrets are in it as ``{{secret:NAME}}``.

    ``table`` is what `bind_flink` takes. Raises `NotFoundError` where the type fits no connector of Flink.
    """
    options = bind_flink(kind, properties, connector, version, table)
    lines = [f"  {_quoted(each.name)} {_column_type(kind.browse, each)}" for each in columns]
    if keys := sorted((each for each in columns if each.key), key=lambda each: each.key):
        lines.append(f"  PRIMARY KEY ({', '.join(_quoted(each.name) for each in keys)}) NOT ENFORCED")
    settings = ",\n".join(f"  {_literal(key)} = {_literal(value)}" for key, value in options.items())
    body = ",\n".join(lines)
    return f"CREATE TABLE {_quoted(name)} (\n{body}\n) WITH (\n{settings}\n)"


def _column_type(dialect: str, column: Column) -> str:
    # A key that may be null is refused by Flink.
    return flink_type(dialect, column) + ("" if column.nullable and not column.key else " NOT NULL")


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _decimal(column: Column) -> str:
    if column.precision is None or column.precision > _MOST_DIGITS:
        return "STRING" if column.precision else f"DECIMAL({_MOST_DIGITS}, 18)"
    return f"DECIMAL({column.precision}, {column.scale or 0})"


def _of_postgresql(column: Column) -> str:
    name = column.type.lower()
    if name.startswith("_"):
        return f"ARRAY<{_of_postgresql(Column(column.name, name[1:], precision=column.precision, scale=column.scale))}>"
    if name == "numeric":
        return _decimal(column)
    if name.startswith("timestamp"):
        zone = "_LTZ" if name.endswith("with time zone") or name == "timestamptz" else ""
        return f"TIMESTAMP{zone}({6 if column.precision is None else column.precision})"
    if name.startswith("time"):
        return "TIME(0)"
    return _POSTGRESQL.get(name, "STRING")


def _of_mysql(column: Column) -> str:
    full = column.type.lower()
    name = re.split(r"[ (]", full, maxsplit=1)[0]
    if full in {"tinyint(1)", "bit(1)"}:
        return "BOOLEAN"
    if name == "decimal":
        return _decimal(column)
    if name in {"datetime", "timestamp"}:
        return f"TIMESTAMP({column.precision or 0})"
    if name == "time":
        return "TIME(0)"
    found = _MYSQL.get(name, "STRING")
    return _UNSIGNED.get(found, found) if "unsigned" in full else found


def _of_sqlite(column: Column) -> str:
    """By the affinity of the declared type, as SQLite itself reads it."""
    name = column.type.upper()
    rules = (("INT", "BIGINT"), ("CHAR", "STRING"), ("CLOB", "STRING"), ("TEXT", "STRING"), ("BLOB", "BYTES"))
    more = (("REAL", "DOUBLE"), ("FLOA", "DOUBLE"), ("DOUB", "DOUBLE"), ("BOOL", "BOOLEAN"))
    return next((flink for word, flink in (*rules, *more) if word in name), "STRING")
