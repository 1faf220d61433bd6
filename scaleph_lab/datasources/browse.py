"""Databases, schemas, tables and columns of the SQL sources, by their own drivers.

Blocking, and bounded in time. Names are handed over as parameters, so that any name is safe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from scaleph_lab.datasources.dbapi import connect
from scaleph_lab.datasources.outcome import ConnectionProblem
from scaleph_lab.datasources.references import resolve
from scaleph_lab.datasources.types import DataSourceType
from scaleph_lab.errors import NotFoundError, PlatformError, UserError

__all__ = ["Browser", "Column", "Page"]

_SYSTEM = "('information_schema', 'performance_schema', 'mysql', 'sys', 'pg_catalog', 'pg_toast')"
_SCHEMAS = f"SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN {_SYSTEM} ORDER BY 1"  # noqa: S608
_TABLES = (
    "SELECT table_name FROM information_schema.tables WHERE table_schema = %s ORDER BY table_name LIMIT %s OFFSET %s"
)
_SQLITE_TABLES = (
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'"
    " ORDER BY name LIMIT ? OFFSET ?"
)
_KEYS = (
    "SELECT k.column_name FROM information_schema.table_constraints c JOIN information_schema.key_column_usage k"
    " ON c.constraint_name = k.constraint_name AND c.table_schema = k.table_schema AND c.table_name = k.table_name"
    " WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_schema = %s AND k.table_name = %s ORDER BY k.ordinal_position"
)
_COLUMNS = (
    "SELECT column_name, {type}, is_nullable, numeric_precision, numeric_scale, {time}"
    " FROM information_schema.columns WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position"
)
_DIALECT = {
    # An array's element is in its internal name, such as _int4.
    "postgresql": _COLUMNS.format(
        type="CASE data_type WHEN 'ARRAY' THEN udt_name ELSE data_type END", time="datetime_precision"
    ),
    "mysql": _COLUMNS.format(type="column_type", time="datetime_precision"),
}


@dataclass(frozen=True)
class Column:
    """A column as the database tells it."""

    name: str
    type: str
    nullable: bool = True
    key: int = 0
    """Its place in the primary key, from 1; 0: none."""
    precision: int | None = None
    scale: int | None = None


@dataclass(frozen=True)
class Page:
    """Some names, and where to go on; ``None`` at the end."""

    names: tuple[str, ...]
    next_offset: int | None


class Browser:
    """Looks into one data source of checked properties."""

    def __init__(
        self,
        kind: DataSourceType,
        properties: Mapping[str, Any],
        find_secret: Callable[[str], str],
        seconds: float = 10,
    ) -> None:
        """Raises `UserError` for a type without tables, and what ``find_secret`` raises."""
        if not kind.browse:
            raise UserError(f"A data source of type {kind.name!r} cannot be browsed.", path="type")
        self.dialect = kind.browse
        self._clear = resolve(kind, properties, find_secret)
        self._seconds = seconds

    def schemas(self) -> list[str]:
        """Schemas of PostgreSQL, databases of MySQL; SQLite has one, ``main``. Raises `PlatformError`."""
        return ["main"] if self.dialect == "sqlite" else [row[0] for row in self._rows(_SCHEMAS)]

    def tables(self, schema: str = "", limit: int = 100, offset: int = 0) -> Page:
        """Tables and views by name. Raises `PlatformError`."""
        # One more than asked for says whether there are more.
        if self.dialect == "sqlite":
            rows = self._rows(_SQLITE_TABLES, limit + 1, offset)
        else:
            rows = self._rows(_TABLES, schema or self.default_schema, limit + 1, offset)
        more = len(rows) > limit
        return Page(tuple(row[0] for row in rows[:limit]), offset + limit if more else None)

    def columns(self, table: str, schema: str = "") -> list[Column]:
        """The columns in their order. Raises `NotFoundError`, and `PlatformError`."""
        if self.dialect == "sqlite":
            rows = self._rows('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', table)
            columns = [Column(name, kind or "ANY", not required, key) for name, kind, required, key in rows]
        else:
            place = (schema or self.default_schema, table)
            keys = {row[0]: index for index, row in enumerate(self._rows(_KEYS, *place), 1)}
            columns = [
                Column(name, kind, nullable == "YES", keys.get(name, 0), time if time is not None else precision, scale)
                for name, kind, nullable, precision, scale, time in self._rows(_DIALECT[self.dialect], *place)
            ]
        if not columns:
            raise NotFoundError(f"There is no table {table!r}.", hint="Check its name and schema.", path="table")
        return columns

    @property
    def default_schema(self) -> str:
        """The schema that is meant where none is named."""
        default = {"sqlite": "main", "mysql": self._clear.get("database")}.get(self.dialect, self._clear.get("schema"))
        return str(default)

    def _rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        try:
            connection = connect(self.dialect, self._clear, self._seconds)
        except ConnectionProblem as problem:
            raise PlatformError(problem.message, hint=problem.hint) from None
        with closing(connection), closing(connection.cursor()) as cursor:
            cursor.execute(query, parameters)
            return [tuple(row) for row in cursor.fetchall()]
