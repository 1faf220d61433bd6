"""Which tables a place in a query sees, and by what names: FROM and JOIN, subqueries, WITH, windows.

A light reader that never judges: what it does not understand has no columns, and the planner's candidates remain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scaleph_lab.sql.completion.tokens import Group, Item, Token, enclosing, items

__all__ = [
    "WINDOW_COLUMNS",
    "Output",
    "Part",
    "Query",
    "Scope",
    "Source",
    "in_from_clause",
    "named_columns",
    "query_of",
    "scope_at",
]

_DEPTH = 16
_UNIONS = {"UNION", "INTERSECT", "EXCEPT", "MINUS"}
_AFTER_FROM = {"WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "QUALIFY"} | _UNIONS
_NO_ALIAS = _AFTER_FROM | {
    *("ON", "USING", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER", "FOR", "SELECT", "SET"),
    *("MATCH_RECOGNIZE", "TABLESAMPLE", "PARTITION", "VALUES", "END", "WITH", "AS", "EMIT", "SEMI", "ANTI"),
}
_ENDS_EXPRESSION = {"END", "NULL", "TRUE", "FALSE", "UNKNOWN"}
_OPERATORS = {"AND", "OR", "NOT", "IS", "LIKE", "BETWEEN", "IN", "SIMILAR", "TO", "ESCAPE"}
_WINDOWS = {"TUMBLE", "HOP", "CUMULATE", "SESSION"}
WINDOW_COLUMNS = ("window_start", "window_end", "window_time")
"""What a window function adds to the columns of its table."""


@dataclass(frozen=True)
class Output:
    """A column of a query: its name, or a star, and where it comes from, where it is a column as it is."""

    name: str = ""
    path: tuple[str, ...] = ()
    star: bool = False
    items: tuple[Item, ...] = ()
    """What computes it, without the name it is given."""


@dataclass(frozen=True)
class Part:
    """What stands between two UNIONs: a SELECT, or a query in parentheses."""

    group: Group
    outputs: tuple[Output, ...] = ()
    sources: tuple[Source, ...] = ()
    ctes: dict[str, Source] = field(default_factory=dict)
    nested: Query | None = None


@dataclass(frozen=True)
class Query:
    """A query's columns and the sources that they come from."""

    outputs: tuple[Output, ...] = ()
    sources: tuple[Source, ...] = ()
    parts: tuple[Part, ...] = ()
    """All of a UNION, the first too."""


@dataclass(frozen=True)
class Source:
    """Something after FROM or JOIN."""

    alias: str
    """The name that qualifies its columns; empty where it has none."""
    path: tuple[str, ...] = ()
    """A table of the catalog."""
    query: Query | None = None
    """A subquery, or a query of WITH."""
    names: tuple[str, ...] = ()
    """New names for its columns, as in ``AS t(a, b)``."""
    window: bool = False
    """Whether a window function adds its columns."""
    time: str = ""
    """The column by whose time a window function cuts."""
    named: bool = False
    """Whether the alias was given to it."""


@dataclass(frozen=True)
class Scope:
    """What a place sees."""

    sources: tuple[Source, ...] = ()
    """The nearest first."""
    ctes: dict[str, Source] = field(default_factory=dict)
    """The queries of WITH, by name."""
    in_query: bool = False


def scope_at(tokens: Sequence[Token], index: int) -> Scope:
    """The sources and the queries of WITH at a place."""
    groups = enclosing(tokens, index)[:_DEPTH]
    ctes: dict[str, Source] = {}
    for group in reversed(groups):
        ctes.update(_ctes(tokens, group, ctes, 0))
    sources: list[Source] = []
    in_query = False
    for group in groups:
        segment = _segment(tokens, group, index)
        if any(isinstance(item, Token) and item.word == "SELECT" for _, item in items(tokens, segment)):
            in_query = in_query or any(token.word == "SELECT" for token in tokens[segment.first : index])
            sources += _sources(tokens, segment, ctes, 0)
        before = tokens[group.first - 2].word if group.first >= 2 else ""
        if in_query and before in {"FROM", "JOIN", "AS"}:
            # A derived table does not see its neighbours.
            break
    return Scope(tuple(sources), ctes, in_query)


def query_of(tokens: Sequence[Token], group: Group, ctes: dict[str, Source] | None = None) -> Query:
    """The query that a group of tokens is."""
    return _query(tokens, group, ctes or {}, 0)


def in_from_clause(tokens: Sequence[Token], index: int) -> bool:
    """Whether a place is behind a FROM of its own query and before what ends its clause."""
    group = enclosing(tokens, index)[0]
    inside = False
    for at, item in items(tokens, _segment(tokens, group, index)):
        if at >= index:
            break
        if isinstance(item, Token):
            inside = item.word == "FROM" or (inside and item.word not in _AFTER_FROM)
    return inside


def named_columns(tokens: Sequence[Token], group: Group) -> tuple[str, ...]:
    """The names that begin the parts of a list in parentheses, such as a table's columns."""
    names: list[str] = []
    begins = True
    for _, item in items(tokens, group):
        if begins and isinstance(item, Token) and item.is_name:
            names.append(item.name)
        begins = isinstance(item, Token) and item.text == ","
    reserved = {"WATERMARK", "PRIMARY", "CONSTRAINT", "UNIQUE"}
    return tuple(name for name in names if name.upper() not in reserved)


def _segment(tokens: Sequence[Token], group: Group, index: int) -> Group:
    """The part of a group between two UNIONs in which an index lies."""
    first, last = group.first, group.last
    for at, item in items(tokens, group):
        if isinstance(item, Token) and item.word in _UNIONS:
            if at >= index:
                last = at
                break
            first = at + 1
    return Group(first, last)


def _ctes(tokens: Sequence[Token], group: Group, known: dict[str, Source], depth: int) -> dict[str, Source]:
    level = [item for _, item in items(tokens, group)]
    found: dict[str, Source] = {}
    for start, item in enumerate(level):
        at = start + 1 if _is_word(item, "WITH") else len(level)
        while at < len(level):
            source, at = _cte(tokens, level, at, {**known, **found}, depth)
            if source is not None:
                found[source.alias] = source
    return found


def _cte(
    tokens: Sequence[Token], level: Sequence[Item], at: int, known: dict[str, Source], depth: int
) -> tuple[Source | None, int]:
    """One ``name [(columns)] AS (query)``, and the index of the next; the end of the level where there is none."""
    name = level[at]
    if not isinstance(name, Token) or not name.is_name:
        return None, len(level)
    names, at = _column_list(tokens, level, at + 1)
    body = level[at + 1] if at + 1 < len(level) and _is_word(level[at], "AS") else None
    if not isinstance(body, Group):
        return None, len(level)
    source = Source(name.name, query=_query(tokens, body, known, depth + 1), names=names)
    follows = at + 2 < len(level) and _is_sign(level[at + 2], ",")
    return source, at + 3 if follows else len(level)


def _query(tokens: Sequence[Token], group: Group, ctes: dict[str, Source], depth: int) -> Query:
    if depth > _DEPTH:
        return Query()
    known = {**ctes, **_ctes(tokens, group, ctes, depth)}
    parts = tuple(_parts(tokens, group, known, depth))
    # The first part of a UNION gives the names.
    return Query(parts[0].outputs, parts[0].sources, parts) if parts else Query()


def _parts(tokens: Sequence[Token], group: Group, known: dict[str, Source], depth: int) -> Iterator[Part]:
    start = group.first
    while start < group.last:
        segment = _segment(tokens, group, start)
        begin = next((at for at, _ in items(tokens, segment)), segment.last)
        while begin < segment.last and tokens[begin].word in {"ALL", "DISTINCT"}:
            begin += 1
        if begin < segment.last and tokens[begin].text == "(":
            inner = next(item for at, item in items(tokens, segment) if at == begin)
            nested = _query(tokens, inner, known, depth + 1) if isinstance(inner, Group) else Query()
            yield Part(segment, nested.outputs, nested.sources, known, nested)
        else:
            outputs, sources = _outputs(tokens, segment), _sources(tokens, segment, known, depth)
            yield Part(segment, tuple(outputs), tuple(sources), known)
        start = segment.last + 1


def _outputs(tokens: Sequence[Token], group: Group) -> Iterator[Output]:
    level = [item for _, item in items(tokens, group)]
    start = next((at for at, item in enumerate(level) if _is_word(item, "SELECT")), None)
    if start is None:
        return
    part: list[Item] = []
    for item in level[start + 1 :]:
        if _is_word(item, "FROM"):
            break
        if _is_sign(item, ","):
            yield _output(part)
            part = []
        elif not part and isinstance(item, Token) and item.word in {"DISTINCT", "ALL"}:
            continue
        else:
            part.append(item)
    yield _output(part)


def _output(part: Sequence[Item]) -> Output:
    path = tuple(item.name for item in part[::2] if isinstance(item, Token) and item.is_name)
    whole_part = tuple(part)
    if part and _is_sign(part[-1], "*"):
        return Output(path=path, star=True) if len(part) in {1, 3} else Output(items=whole_part)
    last = part[-1] if part else None
    if not isinstance(last, Token) or not last.is_name or last.word in _ENDS_EXPRESSION:
        return Output(items=whole_part)
    if len(part) == 1 or _is_sign(part[-2], "."):
        return Output(last.name, path, items=whole_part)
    if _is_operator(part[-2]):
        return Output(items=whole_part)
    origin = part[:-2] if _is_word(part[-2], "AS") else part[:-1]
    whole = all(
        isinstance(item, Token) and (item.is_name if at % 2 == 0 else item.text == ".")
        for at, item in enumerate(origin)
    )
    path = tuple(item.name for item in origin[::2] if isinstance(item, Token)) if whole else ()
    return Output(last.name, path, items=tuple(origin))


def _sources(tokens: Sequence[Token], group: Group, ctes: dict[str, Source], depth: int) -> list[Source]:
    level = [item for _, item in items(tokens, group)]
    found: list[Source] = []
    at = next((index for index, item in enumerate(level) if _is_word(item, "FROM")), len(level))
    while at < len(level):
        item = level[at]
        if isinstance(item, Token) and item.word in _AFTER_FROM:
            break
        if isinstance(item, Token) and (item.word in {"FROM", "JOIN"} or item.text == ","):
            read, at = _source(tokens, level, at + 1, ctes, depth)
            found += read
        else:
            at += 1
    return found


def _source(
    tokens: Sequence[Token], level: Sequence[Item], at: int, ctes: dict[str, Source], depth: int
) -> tuple[list[Source], int]:
    """What stands at an index of the level, and the index behind it."""
    while at < len(level) and isinstance(level[at], Token) and level[at].word in {"LATERAL", "TABLE", "UNNEST"}:  # type: ignore[union-attr]
        at += 1
    if at >= len(level):
        return [], at
    item = level[at]
    source = Source("")
    if isinstance(item, Group):
        first = tokens[item.first].word if item.first < item.last else ""
        if first in {"SELECT", "WITH", "VALUES"} or (item.first < item.last and tokens[item.first].text == "("):
            source = Source("", query=_query(tokens, item, ctes, depth + 1))
        elif first in _WINDOWS:
            source = _windowed(tokens, item, ctes)
        elif depth < _DEPTH and any(_is_word(each, "JOIN") for _, each in items(tokens, item)):
            return _joined(tokens, item, ctes, depth + 1), at + 1
        at += 1
    elif item.is_name and item.word not in _NO_ALIAS:
        path, at = _path(level, at)
        if at < len(level) and isinstance(level[at], Group):
            source = _windowed(tokens, level[at], ctes) if path[-1].upper() in _WINDOWS else Source("")  # type: ignore[arg-type]
            at += 1
        else:
            source = _table(path, ctes)
    else:
        return [], at
    if at < len(level) and _is_word(level[at], "FOR"):
        at = _behind_time(level, at)
    alias, names, at = _alias(tokens, level, at)
    named = Source(
        alias or source.alias, source.path, source.query, names or source.names, source.window, source.time, bool(alias)
    )
    return [named], at


def _joined(tokens: Sequence[Token], group: Group, ctes: dict[str, Source], depth: int) -> list[Source]:
    level = [item for _, item in items(tokens, group)]
    found, at = _source(tokens, level, 0, ctes, depth)
    while at < len(level):
        if _is_word(level[at], "JOIN"):
            read, at = _source(tokens, level, at + 1, ctes, depth)
            found += read
        else:
            at += 1
    return found


def _table(path: tuple[str, ...], ctes: dict[str, Source]) -> Source:
    cte = ctes.get(path[0]) if len(path) == 1 else None
    return cte or Source(path[-1], path)


def _windowed(tokens: Sequence[Token], group: Group, ctes: dict[str, Source]) -> Source:
    """The source of a window function: the table after TABLE, at whatever depth."""
    for index in range(group.first, group.last - 1):
        if tokens[index].word == "TABLE" and tokens[index + 1].is_name:
            path, _ = _path(tokens, index + 1)
            inner = _table(path, ctes)
            return Source("", inner.path, inner.query, inner.names, window=True, time=_described(tokens, group))
    return Source("", window=True)


def _described(tokens: Sequence[Token], group: Group) -> str:
    """The column of the group's first DESCRIPTOR."""
    for index in range(group.first, group.last - 2):
        if tokens[index].word == "DESCRIPTOR" and tokens[index + 2].is_name:
            return tokens[index + 2].name
    return ""


def _path(level: Sequence[Item], at: int) -> tuple[tuple[str, ...], int]:
    names: list[str] = []
    while at < len(level):
        item = level[at]
        if not isinstance(item, Token) or not item.is_name:
            break
        names.append(item.name)
        at += 1
        if at >= len(level) or not _is_sign(level[at], "."):
            break
        at += 1
    return tuple(names), at


def _behind_time(level: Sequence[Item], at: int) -> int:
    """The index behind ``FOR SYSTEM_TIME AS OF`` and its expression."""
    while at < len(level) and not _is_word(level[at], "OF"):
        at += 1
    _, at = _path(level, at + 1)
    return at + 1 if at < len(level) and isinstance(level[at], Group) else at


def _alias(tokens: Sequence[Token], level: Sequence[Item], at: int) -> tuple[str, tuple[str, ...], int]:
    if at < len(level) and _is_word(level[at], "AS"):
        at += 1
    item = level[at] if at < len(level) else None
    if not isinstance(item, Token) or not item.is_name or item.word in _NO_ALIAS:
        return "", (), at
    names, at = _column_list(tokens, level, at + 1)
    return item.name, names, at


def _column_list(tokens: Sequence[Token], level: Sequence[Item], at: int) -> tuple[tuple[str, ...], int]:
    item = level[at] if at < len(level) else None
    if isinstance(item, Group):
        return tuple(token.name for token in tokens[item.first : item.last] if token.is_name), at + 1
    return (), at


def _is_word(item: Item, word: str) -> bool:
    return isinstance(item, Token) and item.word == word


def _is_operator(item: Item) -> bool:
    """Whether what follows belongs to the expression: ``a + b`` names nothing."""
    return isinstance(item, Token) and (
        (item.kind == "other" and not item.text.isdigit() and item.text not in "]") or item.word in _OPERATORS
    )


def _is_sign(item: Item, sign: str) -> bool:
    return isinstance(item, Token) and item.text == sign
