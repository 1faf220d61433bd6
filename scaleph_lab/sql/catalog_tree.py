"""The catalog as a tree: catalogs, databases, tables and views, columns. Each level is asked for when it is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scaleph_lab.sql.identifiers import short_path, written

if TYPE_CHECKING:
    from scaleph_lab.sql.catalog import Catalog, Column
    from scaleph_lab.sql.session import SqlSession

__all__ = ["SAMPLE_ROWS", "SAMPLE_SECONDS", "Node", "Sample", "children", "sample"]

SAMPLE_ROWS = 10
SAMPLE_SECONDS = 5.0
"""A stream may have no rows at all: then the sample ends with those that came."""


@dataclass(frozen=True)
class Node:
    """One entry of the tree."""

    name: str
    kind: str
    """``catalog``, ``database``, ``table``, ``view`` or ``column``."""
    sql: str
    """How a statement of the session writes it: without the current catalog and database."""
    detail: str = ""
    """A column's type and what else is said of it."""
    temporary: bool = False
    current: bool = False
    """Whether it is the session's current catalog or database."""

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


@dataclass(frozen=True)
class Sample:
    """Some rows of a table."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    """As Python values."""
    timed_out: bool
    """Whether fewer rows came within the time than were asked for, though there may be more."""


async def children(catalog: Catalog, path: Sequence[str] = ()) -> list[Node]:
    """What is below a path of names; below none the catalogs. Raises `SqlError`."""
    current = await catalog.current()
    if not path:
        names = await catalog.catalogs()
        return [Node(name, "catalog", written(name), current=name == current[0]) for name in names]
    if len(path) == 1:
        names = await catalog.databases(path[0])
        return [
            Node(name, "database", _sql((path[0], name), current[:1]), current=(path[0], name) == current)
            for name in names
        ]
    if len(path) == 2:
        return [
            Node(each.name, each.kind, _sql((*path, each.name), current), temporary=each.temporary)
            for each in await catalog.tables(path)
        ]
    return [Node(each.name, "column", written(each.name), _detail(each)) for each in await catalog.columns(path)]


async def sample(session: SqlSession, sql: str) -> Sample:
    """The first rows of a table, which ``sql`` names. Its job is gone when this returns. Raises `SqlError`."""
    from scaleph_lab.sql.changelog import MaterializedTable

    # Batch mode refuses an unbounded table, and streaming reads a bounded one too.
    config = {"execution.runtime-mode": "streaming"}
    table = MaterializedTable()
    timed_out = False
    result = None
    try:
        async with asyncio.timeout(SAMPLE_SECONDS):
            # The query begins with its columns: an error in it is said at once.
            result = await session.execute(f"SELECT * FROM {sql}", config=config, keyword="SELECT")  # noqa: S608  a path
            async for batch in result:
                table.apply(batch.kinds, batch.rows)
                if len(table) >= SAMPLE_ROWS:
                    break
    except TimeoutError:
        timed_out = True
    finally:
        if result is not None and not result.exhausted:
            await asyncio.shield(result.cancel())
    columns = result.columns if result is not None else ()
    return Sample(
        tuple(column.name for column in columns),
        tuple(column.type.sql for column in columns),
        tuple(tuple(row) for row in table.rows()[:SAMPLE_ROWS]),
        timed_out,
    )


def _sql(path: Sequence[str], current: Sequence[str]) -> str:
    return ".".join(written(part) for part in short_path(path, current))


def _detail(column: Column) -> str:
    facts = [column.type, "" if column.nullable else "NOT NULL", column.key, column.extras]
    return " ".join(filter(None, facts))
