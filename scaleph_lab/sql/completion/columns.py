"""The columns of what is in scope: of tables from the catalog, of subqueries from what they select."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from scaleph_lab.errors import ScalephError
from scaleph_lab.sql.catalog import Column
from scaleph_lab.sql.completion.scope import WINDOW_COLUMNS, Output, Query, Source
from scaleph_lab.sql.identifiers import name_of
from scaleph_lab.sql.scripts import TOKEN

if TYPE_CHECKING:
    from scaleph_lab.sql.catalog import Catalog

__all__ = ["columns_of", "columns_of_table", "columns_under"]

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


async def columns_under(
    qualifiers: Sequence[str], sources: Iterable[Source], catalog: Catalog | None
) -> list[tuple[Column, Source]]:
    """What may stand behind qualifiers: the columns of a table, or the fields of a column that is a ROW."""
    found: list[tuple[Column, Source]] = []
    path = tuple(qualifiers)
    for source in sources:
        if not path or path in ((source.alias,), source.path):
            found += [(column, source) for column in await columns_of(source, catalog)]
            continue
        fields = path[1:] if path[0] == source.alias and len(path) > 1 else path
        columns = await columns_of(source, catalog)
        for name in fields:
            kind = next((column.type for column in columns if column.name == name), "")
            columns = _fields_of(kind)
        found += [(column, source) for column in columns]
    return found


def _fields_of(kind: str) -> list[Column]:
    """The fields of ``ROW<`a` INT, `b` STRING>``."""
    if not kind.startswith("ROW<"):
        return []
    fields: list[Column] = []
    depth = 0
    parts: list[str] = []
    for token in TOKEN.finditer(kind, len("ROW<")):
        text = token.group()
        depth += (text in {"<", "("}) - (text in {">", ")"})
        if (text == "," and depth == 0) or depth < 0:
            # The first token is the name, a word or in back-ticks.
            fields += [Column(name_of(parts[0]), type="".join(parts[1:]).strip())] if parts else []
            parts = []
            if depth < 0:
                break
        elif parts or token.lastgroup != "blank":
            parts.append(text)
    return fields


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
