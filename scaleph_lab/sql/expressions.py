"""The columns that an expression names. It is read word by word; nothing is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scaleph_lab.sql.completion.tokens import Group, Token, items

__all__ = ["References", "references"]

_KEYWORDS = frozenset({
    "ALL", "AND", "ANY", "AS", "ASC", "ASYMMETRIC", "BETWEEN", "BOTH", "BY", "CASE", "CAST", "COLLATE", "CURRENT",
    "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "DESC", "DISTINCT", "ELSE", "END", "ESCAPE", "EXISTS",
    "FALSE", "FETCH", "FILTER", "FOLLOWING", "FOR", "FROM", "IGNORE", "IN", "INTERVAL", "IS", "LEADING", "LIKE",
    "LOCALTIME", "LOCALTIMESTAMP", "NOT", "NULL", "NULLS", "OF", "ON", "OR", "ORDER", "OVER", "PARTITION",
    "PRECEDING", "RANGE", "RESPECT", "ROW", "ROWS", "SIMILAR", "SOME", "SYMMETRIC", "THEN", "TO", "TRAILING",
    "TRUE", "UNBOUNDED", "UNKNOWN", "WHEN", "WHERE", "WITHIN", "DATE", "TIME", "TIMESTAMP", "YEAR", "MONTH", "DAY",
    "HOUR", "MINUTE", "SECOND",
})  # fmt: skip
"""Reserved in Flink SQL: as a column's name each needs back-ticks."""
_UNITS = frozenset({
    "CENTURY", "DECADE", "DOW", "DOY", "EPOCH", "FIRST", "ISODOW", "ISOYEAR", "LAST", "MICROSECOND", "MILLENNIUM",
    "MILLISECOND", "NANOSECOND", "QUARTER", "WEEK", "ABSENT", "JSON", "KEY", "VALUE", "ERROR", "EMPTY",
    "CONDITIONAL", "UNCONDITIONAL", "WRAPPER", "WITHOUT", "WITH", "ARRAY", "OBJECT", "STRING", "PASSING",
    "PROCTIME", "PI",
})  # fmt: skip
"""Words of certain functions, which may be names of columns too."""


@dataclass(frozen=True)
class References:
    """What an expression names."""

    names: tuple[tuple[tuple[str, ...], bool], ...] = ()
    """Names with dots, as written, and whether each is certainly a name."""
    queries: tuple[Group, ...] = ()
    """Subqueries within it."""


def references(tokens: Sequence[Token], expression: Sequence[Token | Group]) -> References:
    """The columns and subqueries that an expression names."""
    names: list[tuple[tuple[str, ...], bool]] = []
    queries: list[Group] = []
    _read(tokens, list(expression), "", names, queries)
    return References(tuple(dict.fromkeys(names)), tuple(queries))


def _read(
    tokens: Sequence[Token],
    level: Sequence[Token | Group],
    function: str,
    names: list[tuple[tuple[str, ...], bool]],
    queries: list[Group],
) -> None:
    at = 0
    while at < len(level):
        item = level[at]
        before = level[at - 1] if at else None
        after = level[at + 1] if at + 1 < len(level) else None
        if isinstance(item, Group):
            inner = [each for _, each in items(tokens, item)]
            if inner and isinstance(inner[0], Token) and inner[0].word in {"SELECT", "WITH"}:
                queries.append(item)
            else:
                _read(tokens, inner, before.word if isinstance(before, Token) else "", names, queries)
            at += 1
        elif item.word == "AS" and function in {"CAST", "TRY_CAST"}:
            # A type follows.
            return
        elif not item.is_name or item.word in _KEYWORDS or not _begins_name(item, before, after, level, at):
            at += 1
        else:
            chain, at = _chain(level, at)
            names.append((chain, item.kind != "word" or len(chain) > 1 or item.word not in _UNITS))


def _begins_name(
    item: Token, before: Token | Group | None, after: Token | Group | None, level: Sequence[Token | Group], at: int
) -> bool:
    if isinstance(after, Group):
        # A function's name.
        return False
    if isinstance(before, Token):
        if before.text in {".", "#"} or before.word == "OVER":
            # A field of what stands before, or a named window.
            return False
        if before.text.isdigit() and before.end == item.start:
            # The exponent of a number.
            return False
    is_argument = isinstance(after, Token) and after.text == "=" and at + 2 < len(level)
    arrow = level[at + 2] if is_argument else None
    return not (isinstance(arrow, Token) and arrow.text == ">")


def _chain(level: Sequence[Token | Group], at: int) -> tuple[tuple[str, ...], int]:
    parts: list[str] = []
    while at < len(level):
        item = level[at]
        if not isinstance(item, Token) or not item.is_name:
            break
        parts.append(item.name)
        dot = level[at + 1] if at + 1 < len(level) else None
        if not isinstance(dot, Token) or dot.text != ".":
            return tuple(parts), at + 1
        at += 2
    return tuple(parts), at
