"""What a session sees: catalogs, databases, tables, columns and functions, remembered until something changes them.

Source: ``SHOW`` and ``DESCRIBE`` of Flink 1.18 to 2.3. Before 2.0 there is no ``SHOW DATABASES IN`` (1.18) and no
``SHOW VIEWS IN``; what they would say is then asked in another way, never by ``USE``: looking changes no session.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from scaleph_lab.sql.faults import SqlError
from scaleph_lab.sql.identifiers import path_sql, quoted
from scaleph_lab.sql.secrets import mask_secrets

if TYPE_CHECKING:
    from scaleph_lab.sql.session import SqlSession

__all__ = ["Catalog", "Column", "Table"]

T = TypeVar("T")

_MEMORY_SECONDS = 60.0
"""A catalog outside of the session, such as Hive's, may be changed by others."""
_LOOKED_INTO = 60
"""Of a database with more tables, no more are asked whether they are views or temporary."""


@dataclass(frozen=True)
class Table:
    """A table or a view."""

    name: str
    kind: str = "table"
    """``table`` or ``view``."""
    temporary: bool = False


@dataclass(frozen=True)
class Column:
    """A column as ``DESCRIBE`` tells it."""

    name: str
    type: str = ""
    """Flink SQL's way to write it; empty where it is not known."""
    nullable: bool = True
    key: str = ""
    """Such as ``PRI(id)``."""
    extras: str = ""
    """How it is computed, or that it is metadata."""
    watermark: str = ""
    comment: str = ""


class Catalog:
    """The names of one session. Ask within the event loop of the session; each call may raise `SqlError`
    and what `SqlSession.execute` raises."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session
        self._memory: dict[Hashable, Any] = {}
        self._state: tuple[str | None, int] = (None, 0)
        self._since = 0.0

    @property
    def revision(self) -> str:
        """Another text when names may have changed: the session was opened anew, or ran DDL."""
        return f"{self._session.handle}:{self._session.revision}"

    async def current(self) -> tuple[str, str]:
        """The session's current catalog and database."""

        async def ask() -> tuple[str, str]:
            return await self._one("SHOW CURRENT CATALOG"), await self._one("SHOW CURRENT DATABASE")

        return await self._remembered("current", ask)

    async def catalogs(self) -> list[str]:
        """All catalogs."""
        return await self._remembered("catalogs", lambda: self._names("SHOW CATALOGS"))

    async def databases(self, catalog: str | None = None) -> list[str]:
        """The databases of a catalog; without one, of the current."""

        async def ask() -> list[str]:
            if catalog is None or catalog == (await self.current())[0]:
                return await self._names("SHOW DATABASES")
            try:
                return await self._names(f"SHOW DATABASES IN {quoted(catalog)}")
            except SqlError as error:
                if "Encountered" not in error.message:
                    raise
                # Flink 1.18: the planner knows them, as what may follow the catalog's name.
                statement = f"SELECT * FROM {quoted(catalog)}."  # noqa: S608  it is not run
                found = [each.split(".") for each in await self._session.complete(statement, len(statement))]
                return [parts[1] for parts in found if len(parts) == 2 and parts[0] == catalog]

        return await self._remembered(("databases", catalog), ask)

    async def table_names(self, database: Sequence[str] = ()) -> list[str]:
        """The tables and views of a database; without one, of the current. They are not told apart."""
        where = f" IN {path_sql(database)}" if database else ""
        return await self._remembered(("names", *database), lambda: self._names(f"SHOW TABLES{where}"))

    async def tables(self, database: Sequence[str]) -> list[Table]:
        """The tables and views of a database, told apart; of a large database the first `_LOOKED_INTO` only."""

        async def ask() -> list[Table]:
            names = await self.table_names(database)
            looked = await asyncio.gather(*(self._table((*database, name)) for name in names[:_LOOKED_INTO]))
            return [*looked, *(Table(name) for name in names[_LOOKED_INTO:])]

        return await self._remembered(("tables", *database), ask)

    async def columns(self, table: Sequence[str]) -> list[Column]:
        """The columns of a table, whose path may leave out catalog and database."""

        async def ask() -> list[Column]:
            result = await self._session.execute(f"DESCRIBE {path_sql(table)}", keyword="DESCRIBE")
            names = [column.name for column in result.columns]
            return [_column(dict(zip(names, row, strict=True))) for row in await result.rows()]

        return await self._remembered(("columns", *table), ask)

    async def ddl(self, table: Sequence[str]) -> str:
        """The statement that makes a table or view, its secrets hidden."""

        async def ask() -> str:
            try:
                return mask_secrets(await self._one(f"SHOW CREATE TABLE {path_sql(table)}"))
            except SqlError as error:
                try:
                    return mask_secrets(await self._one(f"SHOW CREATE VIEW {path_sql(table)}"))
                except SqlError:
                    raise error from None

        return await self._remembered(("ddl", *table), ask)

    async def functions(self) -> dict[str, bool]:
        """The functions by name, and whether it is one of a user's."""

        async def ask() -> dict[str, bool]:
            own = set(await self._names("SHOW USER FUNCTIONS"))
            return {name: name in own for name in await self._names("SHOW FUNCTIONS")}

        return await self._remembered("functions", ask)

    async def describe_function(self, name: str) -> list[tuple[str, str]]:
        """What Flink says of a function; empty before Flink 2.0, which cannot say it."""

        async def ask() -> list[tuple[str, str]]:
            try:
                result = await self._session.execute(f"DESCRIBE FUNCTION EXTENDED {quoted(name)}", keyword="DESCRIBE")
                return [(str(row[0]), str(row[1])) for row in await result.rows()]
            except SqlError:
                return []

        return await self._remembered(("function", name), ask)

    async def candidates(self, statement: str, position: int) -> list[str]:
        """What the planner completes at ``position`` (characters from 0)."""
        # The gateway counts as Java does, in units of UTF-16.
        return await self._session.complete(statement, len(statement[:position].encode("utf-16-le")) // 2)

    async def _table(self, path: tuple[str, ...]) -> Table:
        try:
            words = (await self.ddl(path)).split(None, 3)[:3]
        except SqlError:
            # Such as a table of a connector that cannot write its DDL.
            words = []
        return Table(path[-1], "view" if "VIEW" in words else "table", "TEMPORARY" in words)

    async def _one(self, statement: str) -> str:
        return next(iter(await self._names(statement)), "")

    async def _names(self, statement: str) -> list[str]:
        result = await self._session.execute(statement, keyword="SHOW")
        return [str(row[0]) for row in await result.rows()]

    async def _remembered(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        state = (self._session.handle, self._session.revision)
        if state != self._state or time.monotonic() - self._since > _MEMORY_SECONDS:
            self._memory.clear()
            self._state, self._since = state, time.monotonic()
        if key not in self._memory:
            memory = self._memory
            answer = await ask()
            # What was asked before a change does not count after it.
            if (self._session.handle, self._session.revision) != state:
                return answer
            memory[key] = answer
        return cast(T, self._memory[key])


def _column(row: dict[str, Any]) -> Column:
    def text(name: str) -> str:
        return str(row.get(name) or "")

    return Column(
        name=text("name"),
        type=text("type"),
        nullable=str(row.get("null")).lower() != "false",
        key=text("key"),
        extras=text("extras"),
        watermark=text("watermark"),
        comment=text("comment"),
    )
