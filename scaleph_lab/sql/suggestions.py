"""Did you mean …? What a failed statement may have meant, by what the session and the engine have.

Flink's messages name what was not found; the session knows what there is. Looking costs some milliseconds after a
failure, changes nothing, and where it fails the error stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from scaleph_lab.engines.connector_jars import jar_for
from scaleph_lab.errors import ScalephError
from scaleph_lab.sql.completion.columns import columns_of
from scaleph_lab.sql.completion.scope import Source, scope_at
from scaleph_lab.sql.completion.tokens import around
from scaleph_lab.sql.faults import SqlError
from scaleph_lab.sql.identifiers import path_sql, written
from scaleph_lab.sql.scripts import TOKEN

if TYPE_CHECKING:
    from scaleph_lab.sql.session import SqlSession

__all__ = ["suggest"]

_OBJECT = re.compile(r"Object '([^']+)' not found(?: within '([^']+)')?")
_COLUMN = re.compile(r"Column '([^']+)' not found in (?:any table|table '([^']+)')")
_TABLE = re.compile(r"Table '([^']+)' not found")
_FUNCTION = re.compile(r"No match found for function signature (\w+)")
_SINK = re.compile(r"Cannot find table '`([^`]+)`\.`([^`]+)`\.`([^`]+)`'")
_NO_TABLE = re.compile(r"(?:Tables? (?:or views? )?|View )with (?:the )?identifier '(\S+)' (?:does not|doesn't) exist")
_NO_DATABASE = re.compile(
    r"[Dd]atabase (?:with name )?\[?'?([^\]\s']+)\]?'? does not exist in (?:the )?[Cc]atalog:? \[?([^\]\s.]+)"
)
_NO_CATALOG = re.compile(r"[Cc]atalog (?:with name )?\[?'?([^\]\s']+)\]?'? does not exist")
_NAMED = re.compile(r"'([^']+)'|\[([^\]]+)\]|:\s*([\w.-]+)\.?\Z|class (\S+) was|Database (\S+) in")
_FACTORY = re.compile(r"Could not find any (format )?factory for identifier '([^']+)'")
_DATABASES_LOOKED_INTO = 20
_CLOSE = 0.6

Advice = Callable[["SqlSession", re.Match[str], SqlError, str], Awaitable[str]]


async def suggest(session: SqlSession, error: SqlError, statement: str) -> SqlError:
    """The error, its hint with what may have been meant. ``statement`` is the text in which the error has its place."""
    if error.line is None:
        _find_place(error, statement)
    for pattern, advice in _ADVICE:
        if match := pattern.search(error.message):
            try:
                found = await advice(session, match, error, statement)
            except ScalephError:
                return error
            if found:
                error.hint = found
            return error
    return error


async def _tables(session: SqlSession, match: re.Match[str], error: SqlError, statement: str) -> str:
    name, within = match.groups()
    above = within.split(".") if within else []
    return await _table_like(session, name, above)


async def _table_like(session: SqlSession, name: str, above: Sequence[str]) -> str:
    if len(above) == 1:
        databases = await session.catalog.databases(above[0])
        return _did_you_mean(name, databases) or f"The catalog {written(above[0])} has: {_listed(databases)}."
    tables = await session.catalog.table_names(above)
    if meant := _did_you_mean(name, tables):
        return meant
    if elsewhere := await _elsewhere(session, name):
        return f"It is in another database: {elsewhere}."
    if not above and (meant := _did_you_mean(name, await _qualifiers(session))):
        return meant
    where = path_sql(above or await session.catalog.current())
    return (
        f"{where} has: {_listed(tables)}." if tables else f"There is no table in {where} yet: CREATE TABLE makes one."
    )


async def _qualifiers(session: SqlSession) -> list[str]:
    return [*await session.catalog.databases(), *await session.catalog.catalogs()]


async def _sinks(session: SqlSession, match: re.Match[str], error: SqlError, statement: str) -> str:
    *above, name = match.groups()
    return await _table_like(session, name, above)


async def _missing_tables(session: SqlSession, match: re.Match[str], error: SqlError, statement: str) -> str:
    *above, name = match[1].replace("`", "").split(".")
    meant = await _table_like(session, name, above)
    is_drop = statement.split(maxsplit=1)[0].upper() == "DROP"
    return f"{meant} DROP … IF EXISTS is silent about it." if is_drop else meant


async def _databases(session: SqlSession, match: re.Match[str], error: SqlError, statement: str) -> str:
    databases = await session.catalog.databases(match[2])
    return _did_you_mean(match[1], databases) or f"The catalog {written(match[2])} has: {_listed(databases)}."


async def _catalogs(session: SqlSession, match: re.Match[str], error: SqlError, statement: str) -> str:
    catalogs = await session.catalog.catalogs()
    return _did_you_mean(match[1], catalogs) or f"There are: {_listed(catalogs)}."


async def _elsewhere(session: SqlSession, name: str) -> str:
    """The path of a table of that name in another database of the session."""
    looked = 0
    for catalog in await session.catalog.catalogs():
        for database in await session.catalog.databases(catalog):
            looked += 1
            if looked > _DATABASES_LOOKED_INTO:
                return ""
            if name in await session.catalog.table_names((catalog, database)):
                return path_sql((catalog, database, name))
    return ""


async def _columns(session: SqlSession, match: re.Match[str], error: SqlError, statement: str) -> str:
    name, table = match.groups()
    sources = [source for source in _sources_at(statement, error) if table in {None, _name(source)}]
    columns = [column.name for source in sources for column in await columns_of(source, session.catalog)]
    if not columns:
        return ""
    return _did_you_mean(name, columns) or f"There are: {_listed(columns)}."


async def _aliases(session: SqlSession, match: re.Match[str], error: SqlError, statement: str) -> str:
    names = [name for source in _sources_at(statement, error) if (name := _name(source))]
    return _did_you_mean(match[1], names) or (f"This query calls its tables: {_listed(names)}." if names else "")


async def _functions(session: SqlSession, match: re.Match[str], error: SqlError, statement: str) -> str:
    functions = await session.catalog.functions()
    same = next((name for name in functions if name.casefold() == match[1].casefold()), None)
    if same is not None:
        return f"{same.upper()} takes other arguments: cast them, or see Flink's documentation of it."
    meant = _did_you_mean(match[1].lower(), functions)
    return meant or "SHOW FUNCTIONS lists the functions of this engine."


async def _connectors(session: SqlSession, match: re.Match[str], error: SqlError, statement: str) -> str:
    jar = jar_for(match[2], "format" if match[1] else "connector")
    version = session.endpoint.flink_version if session.endpoint else ""
    coordinates = jar.coordinates(version) if jar else ()
    if jar is None or not coordinates:
        return ""
    beside = f" It needs {jar.also} too." if jar.also else ""
    return (
        f"This engine lacks its jar: %flink add {match[2]} fetches {coordinates[0]} and adds it to the session "
        f"(in plain SQL: ADD JAR 'PATH').{beside}"
    )


_ADVICE: tuple[tuple[re.Pattern[str], Advice], ...] = (
    (_OBJECT, _tables),
    (_COLUMN, _columns),
    (_TABLE, _aliases),
    (_FUNCTION, _functions),
    (_FACTORY, _connectors),
    (_SINK, _sinks),
    (_NO_TABLE, _missing_tables),
    (_NO_DATABASE, _databases),
    (_NO_CATALOG, _catalogs),
)


def _find_place(error: SqlError, statement: str) -> None:
    """Gives an error that names something the place where the statement names it, if that is one place only."""
    names = [next(filter(None, found)) for found in _NAMED.findall(error.message)]
    if sink := _SINK.search(error.message):
        names.insert(0, sink[3])
    for name in names:
        wanted = {name, name.rpartition(".")[2]}
        places = [token for token in TOKEN.finditer(statement) if _token_name(token) in wanted]
        if len(places) == 1:
            start, end = places[0].span()
            line, begin = statement.count("\n", 0, start) + 1, statement.rfind("\n", 0, start) + 1
            error.line, error.column = line, start - begin + 1
            error.end_line, error.end_column = line, end - begin
            return


def _token_name(token: re.Match[str]) -> str:
    text = token.group()
    return text[1:-1] if token.lastgroup == "quoted" else text if token.lastgroup == "word" else ""


def _sources_at(statement: str, error: SqlError) -> Sequence[Source]:
    """What the place of the error sees."""
    lines = statement.split("\n")
    line, column = error.line or 1, error.column or 1
    offset = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
    here = around(statement, min(offset, len(statement)))
    return scope_at(here.tokens, here.cursor).sources


def _name(source: Source) -> str:
    return source.alias or (source.path[-1] if source.path else "")


def _did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """The nearest of the candidates, or nothing."""
    known = list(dict.fromkeys(candidates))
    by_folded = {each.casefold(): each for each in reversed(known)}
    same = by_folded.get(name.casefold())
    if same is not None:
        return f"Did you mean {written(same)}? Names are case-sensitive."
    near = get_close_matches(name.casefold(), by_folded, 1, _CLOSE)
    return f"Did you mean {written(by_folded[near[0]])}?" if near else ""


def _listed(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(written(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown or "nothing"
