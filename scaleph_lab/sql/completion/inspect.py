"""Inspection: what is known of the name under the cursor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaleph_lab.errors import ScalephError
from scaleph_lab.sql.completion.columns import columns_of, columns_of_table, columns_under
from scaleph_lab.sql.completion.expectation import Expected, expected_at
from scaleph_lab.sql.completion.options import known_options, option_list
from scaleph_lab.sql.completion.pages import (
    Inspection,
    column_page,
    factory_page,
    function_page,
    option_page,
    table_page,
    word_page,
)
from scaleph_lab.sql.completion.scope import Source, scope_at
from scaleph_lab.sql.completion.syntax import SYNTAX
from scaleph_lab.sql.completion.tokens import Around, around
from scaleph_lab.sql.identifiers import written
from scaleph_lab.sql.scripts import TOKEN

if TYPE_CHECKING:
    from scaleph_lab.engines.table_factories import TableFactories
    from scaleph_lab.sql.catalog import Catalog

__all__ = ["Inspection", "inspect"]


async def inspect(
    script: str, position: int, *, catalog: Catalog | None = None, factories: TableFactories | None = None
) -> Inspection | None:
    """What is to be said of the name at ``position`` (characters from 0), or of the function whose arguments begin
    there; ``None`` where nothing is known. May raise `ScalephError` when the engine goes away."""
    place = _place(script, position)
    if place is None:
        return None
    where = around(script, place)
    if where.typed is None or where.in_comment:
        return None
    if where.typed.text.startswith("'"):
        return _of_option(where, factories) if factories is not None else None
    path = (*where.qualifiers, where.typed.name)
    expected = expected_at(where)
    found = None
    if expected is not Expected.TABLE:
        found = await _in_scope(where, path, catalog)
    if found is None and catalog is not None and (expected is Expected.TABLE or len(path) > 1):
        found = await _of_table(where, path, catalog)
    if found is None and len(path) == 1:
        found = await _of_function(path[0], catalog) if expected is not Expected.TABLE else None
        found = found or _of_word(where)
    if found is None and catalog is not None and len(path) == 1 and where.typed.word not in SYNTAX:
        found = await _of_table(where, path, catalog)
    return found


def _place(script: str, position: int) -> int | None:
    """Where the name ends that is meant: the one that the cursor touches, or the one before the parenthesis."""
    before: list[re.Match[str]] = []
    for token in TOKEN.finditer(script):
        if token.lastgroup in {"word", "quoted"} and token.start() <= position <= token.end():
            # Within a literal, since behind it nothing is being written any more.
            literal = token.group().startswith("'") and token.end() - token.start() > 1
            return token.end() - 1 if literal and token.group().endswith("'") else token.end()
        if token.start() >= position:
            break
        if token.lastgroup not in {"blank", "comment"}:
            before = [*before[-1:], token]
    if len(before) == 2 and before[1].group() == "(" and before[0].lastgroup == "word":
        return before[0].end()
    return None


def _of_option(where: Around, factories: TableFactories) -> Inspection | None:
    options = option_list(where)
    if options is None or where.typed is None:
        return None
    value = options.given.get(options.key or "") or where.typed.text[1:]
    named = factories.named(value, catalog=options.kind == "catalog")
    if options.key == options.identity and named:
        return factory_page(named)
    if options.key is not None and options.key.endswith("format") and factories.formats_named(value):
        return factory_page(factories.formats_named(value))
    key = where.typed.text[1:] if options.key is None else options.key
    option = known_options(options, factories).get(key)
    of = options.given.get(options.identity, "") if key != options.identity else ""
    return option_page(option, of=of) if option is not None else None


async def _in_scope(where: Around, path: Sequence[str], catalog: Catalog | None) -> Inspection | None:
    """A column or an alias of the query around the cursor."""
    scope = scope_at(where.tokens, where.cursor)
    for column, source in await columns_under(path[:-1], scope.sources, catalog):
        if column.name == path[-1]:
            return column_page(column, source.alias)
    for source in scope.sources:
        if len(path) == 1 and source.alias == path[0]:
            return await _of_source(source, catalog)
    return None


async def _of_source(source: Source, catalog: Catalog | None) -> Inspection | None:
    if source.path and catalog is not None:
        return await _table(source.path, catalog)
    columns = await columns_of(source, catalog)
    return table_page(source.alias, "subquery", columns, "") if columns else None


async def _of_table(where: Around, path: Sequence[str], catalog: Catalog) -> Inspection | None:
    cte = scope_at(where.tokens, where.cursor).ctes.get(path[0]) if len(path) == 1 else None
    return await _of_source(cte, catalog) if cte is not None else await _table(path, catalog)


async def _table(path: Sequence[str], catalog: Catalog) -> Inspection | None:
    columns = await columns_of_table(path, catalog)
    if not columns:
        return None
    try:
        ddl = await catalog.ddl(path)
    except ScalephError:
        # Such as a table whose catalog cannot write its DDL: the columns are what there is.
        ddl = ""
    words = ddl.split(None, 3)[:3]
    kind = "view" if "VIEW" in words else "table"
    kind = f"temporary {kind}" if "TEMPORARY" in words else kind
    return table_page(".".join(map(written, path)), kind, columns, ddl)


async def _of_function(name: str, catalog: Catalog | None) -> Inspection | None:
    if catalog is None:
        return None
    functions = await catalog.functions()
    found = next((each for each in functions if each.casefold() == name.casefold()), None)
    if found is None or not name.isidentifier():
        return None
    return function_page(found, own=functions[found], facts=await catalog.describe_function(found))


def _of_word(where: Around) -> Inspection | None:
    word = where.typed.word if where.typed else ""
    return word_page(word, SYNTAX[word]) if word in SYNTAX else None
