"""The columns of what is in scope: of tables from the catalog, of subqueries from what they select."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaleph_lab.errors import ScalephError
from scaleph_lab.sql.catalog import Column
from scaleph_lab.sql.completion.scope import WINDOW_COLUMNS, Output, Query, Source

if TYPE_CHECKING:
    from scaleph_lab.sql.catalog import Catalog

__all__ = ["columns_of", "columns_of_table"]

_MOST_TABLES = 30


async def columns_of(source: Source, catalog: Catalog | None) -> list[Column]:
    """The columns of a source, as far as they can be told."""
    columns: list[Column] = []
    if source.query is not None:
        columns = await _of_query(source.query, catalog)
    elif source.path:
        columns = await columns_of_table(source.path, catalog)
    if source.names:
        types = [column.type for column in columns]
        columns = [Column(name, type=types[at] if at < len(types) else "") for at, name in enumerate(source.names)]
    if source.window:
        columns = [*columns, *(Column(name, type="TIMESTAMP(3)") for name in WINDOW_COLUMNS)]
    return columns


async def columns_of_table(path: Sequence[str], catalog: Catalog | None) -> list[Column]:
    """The columns of a table of the catalog; none where there is no such table."""
    if catalog is None:
        return []
    try:
        return await catalog.columns(path)
    except ScalephError:
        # One writes the name of a table before it is there.
        return []


async def _of_query(query: Query, catalog: Catalog | None) -> list[Column]:
    columns: list[Column] = []
    for output in query.outputs:
        if output.star:
            for source in query.sources[:_MOST_TABLES]:
                if not output.path or output.path == (source.alias,):
                    columns += await columns_of(source, catalog)
        elif output.name:
            columns.append(Column(output.name, type=await _type_of(output, query, catalog)))
    return columns


async def _type_of(output: Output, query: Query, catalog: Catalog | None) -> str:
    if not 1 <= len(output.path) <= 2:
        return ""
    for source in query.sources[:_MOST_TABLES]:
        if len(output.path) == 2 and source.alias != output.path[0]:
            continue
        for column in await columns_of(source, catalog):
            if column.name == output.path[-1]:
                return column.type
    return ""
