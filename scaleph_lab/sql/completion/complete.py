"""Completion: what may stand at the cursor, from the statement's own words, the catalog and the planner."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING

from scaleph_lab.errors import ScalephError
from scaleph_lab.sql.completion.columns import columns_of_table, columns_under
from scaleph_lab.sql.completion.expectation import Expected, expected_at
from scaleph_lab.sql.completion.model import Completion, Kind, Match
from scaleph_lab.sql.completion.options import option_list, option_matches
from scaleph_lab.sql.completion.planner import planner_matches
from scaleph_lab.sql.completion.scope import Scope, named_columns, scope_at
from scaleph_lab.sql.completion.tokens import Around, around, enclosing
from scaleph_lab.sql.identifiers import name_of, quoted, written
from scaleph_lab.sql.words import FUNCTIONS, KEYWORDS, TYPES

if TYPE_CHECKING:
    from scaleph_lab.engines.table_factories import TableFactories
    from scaleph_lab.sql.catalog import Catalog

__all__ = ["complete"]

_VARIABLE = re.compile(r"\{\{\s*(\w*)\Z")
_NAMES_ALONE = {Expected.CATALOG, Expected.TARGET_COLUMN, Expected.OWN_COLUMN}
_ORDER = {kind: at for at, kind in enumerate(Kind)}


async def complete(
    script: str,
    position: int,
    *,
    catalog: Catalog | None = None,
    factories: TableFactories | None = None,
    variables: Iterable[str] = (),
) -> Completion:
    """What may stand at ``position`` (characters from 0) of a script of statements.

    Without a ``catalog`` words alone are offered, and the columns that the statement itself names. Errors of the
    engine are swallowed: completion offers less then. ``variables`` are the names for ``{{name}}``.
    """
    if variable := _VARIABLE.search(script, 0, position):
        names = sorted(name for name in variables if name.startswith(variable[1]))
        return Completion(tuple(Match(name, Kind.VARIABLE) for name in names), position - len(variable[1]), position)
    where = around(script, position)
    if where.in_comment:
        return Completion((), position, position)
    options = option_list(where)
    typed = where.typed.text if where.typed else ""
    start = where.typed.start if where.typed else position
    if options is not None:
        found = option_matches(options, factories) if factories is not None else iter(())
        return Completion(tuple(_literals(found, typed)), start, where.end)
    if typed.startswith(("'", '"')):
        return Completion((), position, position)
    matches = [match async for match in _names(script, position, where, catalog)]
    fitting = [fit for match in matches if (fit := _fitted(match, typed)) is not None]
    if typed and not typed.startswith("`") and not where.qualifiers and expected_at(where) not in _NAMES_ALONE:
        fitting += _words(typed)
    unique: dict[str, Match] = {}
    for match in sorted(fitting, key=lambda each: _ORDER[each.kind]):
        unique.setdefault(match.text.casefold() if match.kind is Kind.FUNCTION else match.text, match)
    return Completion(tuple(_without_doubles(unique.values())), start, where.end)


def _without_doubles(matches: Iterable[Match]) -> Iterator[Match]:
    """A function is a word too: it is offered once."""
    seen: set[str] = set()
    for match in matches:
        if match.kind in {Kind.FUNCTION, Kind.KEYWORD}:
            if match.text.casefold() in seen:
                continue
            seen.add(match.text.casefold())
        yield match


async def _names(script: str, position: int, where: Around, catalog: Catalog | None) -> AsyncIterator[Match]:
    scope = scope_at(where.tokens, where.cursor)
    expected = expected_at(where)
    own = await _of_statement(where, scope, expected, catalog)
    for match in own:
        yield match
    if catalog is None:
        return
    asked = await asyncio.gather(
        _of_catalog(where, expected, catalog),
        planner_matches(script, position, where, expected, catalog),
        return_exceptions=True,
    )
    for answer in asked:
        if isinstance(answer, ScalephError):
            continue
        if isinstance(answer, BaseException):
            raise answer
        for match in answer:
            # The planner knows the fields of a row; of columns it knows less than the statement tells.
            if not (own and match.kind is Kind.COLUMN):
                yield match


async def _of_statement(where: Around, scope: Scope, expected: Expected, catalog: Catalog | None) -> list[Match]:
    """Columns and aliases in scope, queries of WITH, and columns that the statement lists itself."""
    if expected is Expected.TABLE:
        return [] if where.qualifiers else [Match(name, Kind.TABLE, "WITH") for name in scope.ctes]
    if expected is Expected.TARGET_COLUMN:
        table = _path_before(where, enclosing(where.tokens, where.cursor)[0].first - 1)
        return [Match(each.name, Kind.COLUMN, each.type) for each in await columns_of_table(table, catalog)]
    if expected is Expected.OWN_COLUMN:
        group = enclosing(where.tokens, where.cursor)[-2]
        names = named_columns(where.tokens, group)
        return [Match(name, Kind.COLUMN) for name in names]
    if expected is not Expected.EXPRESSION:
        return []
    matches: list[Match] = []
    for column, source in await columns_under(where.qualifiers, scope.sources, catalog):
        detail = f"{column.type}, {source.alias}" if source.alias else column.type
        matches.append(Match(column.name, Kind.COLUMN, detail))
    if not where.qualifiers:
        matches += [Match(each.alias, Kind.ALIAS, ".".join(each.path)) for each in scope.sources if each.alias]
    return matches


async def _of_catalog(where: Around, expected: Expected, catalog: Catalog) -> list[Match]:
    qualifiers = where.qualifiers
    matches: list[Match] = []
    if expected is Expected.EXPRESSION and not qualifiers:
        return [Match(name, Kind.FUNCTION) for name in await catalog.functions() if name.isidentifier()]
    if expected is Expected.CATALOG:
        return [Match(name, Kind.CATALOG) for name in await catalog.catalogs()]
    if expected not in {Expected.TABLE, Expected.DATABASE}:
        return []
    if not qualifiers:
        if expected is Expected.TABLE:
            matches += [Match(name, Kind.TABLE) for name in await catalog.table_names()]
        matches += [Match(name, Kind.DATABASE) for name in await catalog.databases()]
        matches += [Match(name, Kind.CATALOG) for name in await catalog.catalogs()]
    elif len(qualifiers) == 1:
        if qualifiers[0] in await catalog.catalogs():
            matches += [Match(name, Kind.DATABASE) for name in await catalog.databases(qualifiers[0])]
        if expected is Expected.TABLE and qualifiers[0] in await catalog.databases():
            matches += [Match(name, Kind.TABLE) for name in await catalog.table_names(qualifiers)]
    elif len(qualifiers) == 2 and expected is Expected.TABLE:
        matches += [Match(name, Kind.TABLE) for name in await catalog.table_names(qualifiers)]
    return matches


def _path_before(where: Around, index: int) -> tuple[str, ...]:
    """The path that ends before the token of an index."""
    names: list[str] = []
    tokens = where.tokens
    while index >= 1 and tokens[index - 1].is_name:
        names.append(tokens[index - 1].name)
        if index < 3 or tokens[index - 2].text != ".":
            break
        index -= 2
    return tuple(reversed(names))


def _fitted(match: Match, typed: str) -> Match | None:
    """The match as it is written in place of what was typed, where it begins so."""
    if not match.text.casefold().startswith(name_of(typed).casefold()):
        return None
    if match.kind is Kind.KEYWORD:
        return None if typed.startswith("`") else Match(_cased(match.text, typed), match.kind, match.detail)
    if match.kind is Kind.FUNCTION and not typed.startswith("`"):
        return Match(_cased(match.text, typed), match.kind, match.detail)
    text = quoted(match.text) if typed.startswith("`") else written(match.text)
    return Match(text, match.kind, match.detail)


def _literals(matches: Iterable[Match], typed: str) -> Iterator[Match]:
    """Matches as string literals."""
    if typed and not typed.startswith("'"):
        return
    prefix = typed[1:].replace("''", "'").casefold()
    for match in matches:
        if match.text.casefold().startswith(prefix):
            yield Match("'" + match.text.replace("'", "''") + "'", match.kind, match.detail)


def _words(typed: str) -> Iterator[Match]:
    """Words of the language in the case in which the user writes."""
    for kind, words in ((Kind.FUNCTION, FUNCTIONS), (Kind.KEYWORD, (*KEYWORDS, *TYPES))):
        for word in words:
            if word.startswith(typed.upper()):
                yield Match(_cased(word, typed), kind)


def _cased(word: str, typed: str) -> str:
    if typed.islower():
        return word.lower()
    return word.upper() if word.islower() else word
