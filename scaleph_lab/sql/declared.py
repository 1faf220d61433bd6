"""What a script says of columns: those that its CREATE TABLE declare, and the texts that it compares columns with.

A light reader, as that of the completion: what it does not understand it leaves out, and it judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaleph_lab.sql.completion.scope import Source, scope_at
from scaleph_lab.sql.completion.tokens import Group, Token, items, tokens_of
from scaleph_lab.sql.scripts import Statement, split_script

__all__ = ["ComparedText", "DeclaredColumn", "compared_texts", "declared_columns"]

_NESTED = frozenset({"ARRAY", "MAP", "MULTISET", "ROW"})
_BEHIND_TYPE = frozenset({"NOT", "NULL", "COMMENT", "METADATA", "PRIMARY", "UNIQUE", "CONSTRAINT", "DEFAULT", "AS"})
_CONSTRAINTS = frozenset({"PRIMARY", "UNIQUE", "CONSTRAINT", "WATERMARK", "LIKE", "PERIOD"})
_BEFORE_OPERAND = frozenset({"WHERE", "AND", "OR", "NOT", "ON", "WHEN", "HAVING", "QUALIFY"})
_MOST_COMPARISONS = 300
"""In one statement: each is a walk through its scopes."""
_OPERATORS = frozenset("|+-*/%.[:")


@dataclass(frozen=True)
class DeclaredColumn:
    """A column of a CREATE TABLE. Offsets count characters of the script from 0."""

    table: tuple[str, ...]
    name: str
    type: str
    nullable: bool
    """Not so for a column of the primary key, too."""
    not_null: bool
    """Whether ``NOT NULL`` is written."""
    start: int
    """Where its type begins."""
    end: int
    """Where it ends, with its nullability."""


@dataclass(frozen=True)
class ComparedText:
    """A literal that is compared with a column of a table."""

    table: tuple[str, ...]
    """Empty where it may be of more than one."""
    column: str
    text: str
    start: int
    end: int


def declared_columns(script: str) -> list[DeclaredColumn]:
    """The columns of all CREATE TABLE, but those that are computed, which declare no type."""
    return [column for statement in split_script(script) for column in _declared(script, statement)]


def compared_texts(script: str) -> list[ComparedText]:
    """The literals that are compared with columns by ``=``, ``<>``, ``!=`` and ``IN``.

    Only where the column is certainly one of a table: not where a subquery or a WITH may have computed it.
    """
    return [found for statement in split_script(script) for found in _compared(script, statement)]


def _declared(script: str, statement: Statement) -> Iterator[DeclaredColumn]:
    tokens = _tokens(script, statement)
    words = [token.word for token in tokens]
    if words[:1] != ["CREATE"] or "TABLE" not in words[1:3]:
        return
    at = words.index("TABLE") + 1
    if words[at : at + 3] == ["IF", "NOT", "EXISTS"]:
        at += 3
    path, at = _path(tokens, at)
    if not path or at >= len(tokens) or tokens[at].text != "(":
        return
    group = next(item for index, item in items(tokens, Group(at, len(tokens))) if isinstance(item, Group))
    parts = list(_parts(tokens, group))
    keys = {name for part in parts for name in _key_of(tokens, part)}
    for part in parts:
        column = _column(script, tokens, part, path, keys)
        if column is not None:
            yield column


def _column(
    script: str, tokens: Sequence[Token], part: Group, path: tuple[str, ...], keys: set[str]
) -> DeclaredColumn | None:
    first = tokens[part.first] if part.first < part.last else None
    if first is None or not first.is_name or first.word in _CONSTRAINTS or part.last - part.first < 2:
        return None
    last = part.first + 1
    while last < part.last and not (tokens[last].word in _BEHIND_TYPE and _depth(tokens, part.first + 1, last) == 0):
        last += 1
    if last == part.first + 1:
        # A computed column.
        return None
    begin, end = tokens[part.first + 1].start, tokens[last - 1].end
    kind, words = script[begin:end], [token.word for token in tokens[last : last + 2]]
    not_null = words == ["NOT", "NULL"] and last + 2 <= part.last
    if not_null:
        end = tokens[last + 1].end
    elif words[:1] == ["NULL"] and last < part.last:
        end = tokens[last].end
    nullable = not not_null and first.name not in keys
    return DeclaredColumn(path, first.name, kind, nullable, not_null, begin, end)


def _key_of(tokens: Sequence[Token], part: Group) -> list[str]:
    """The columns that a part makes the primary key."""
    for index in range(part.first, part.last - 1):
        if tokens[index].word == "PRIMARY" and tokens[index + 1].word == "KEY":
            if index + 2 < part.last and tokens[index + 2].text == "(":
                return [
                    token.name for token in tokens[index + 3 : part.last] if token.is_name and not _is_enforced(token)
                ]
            return [tokens[part.first].name]
    return []


def _is_enforced(token: Token) -> bool:
    return token.word in {"NOT", "ENFORCED"}


def _parts(tokens: Sequence[Token], group: Group) -> Iterator[Group]:
    """What stands between the commas of a list of columns; those within a type do not part."""
    first = group.first
    for index in range(group.first, group.last + 1):
        ends = index == group.last
        if ends or (tokens[index].text == "," and _depth(tokens, first, index) == 0):
            if index > first:
                yield Group(first, index)
            first = index + 1


def _depth(tokens: Sequence[Token], first: int, index: int) -> int:
    """How many parentheses and angles of types are open before an index."""
    depth = angles = 0
    for at in range(first, index):
        text = tokens[at].text
        if text in {"(", ")"}:
            depth += 1 if text == "(" else -1
        elif text == "<" and (angles or tokens[at - 1].word in _NESTED):
            angles += 1
        elif text == ">" and angles:
            angles -= 1
    return depth + angles


def _compared(script: str, statement: Statement) -> Iterator[ComparedText]:
    tokens = _tokens(script, statement)
    tables: dict[int, tuple[str, ...] | None] = {}
    openings: list[int] = []
    for index, token in enumerate(tokens):
        if token.text == "(":
            openings.append(index)
        elif token.text == ")":
            openings = openings[:-1]
        if token.kind != "quoted" or not token.text.startswith("'"):
            continue
        sign = _sign_before(tokens, index, openings)
        column = _column_before(tokens, sign) if sign is not None else ()
        if not column or sign is None:
            continue
        if sign not in tables:
            if len(tables) == _MOST_COMPARISONS:
                return
            tables[sign] = _table_of(tokens, index, column)
        table = tables[sign]
        if table is not None:
            yield ComparedText(table, column[-1], token.literal, token.start, token.end)


def _sign_before(tokens: Sequence[Token], index: int, openings: Sequence[int]) -> int | None:
    """Where the sign begins by which a literal is compared with what is before; None where it is not."""
    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
    before = tokens[index - 1].text if index else ""
    prior = tokens[index - 2].text if index > 1 else ""
    if after in _OPERATORS:
        return None
    if before == "=":
        return index - 2 if prior == "!" else None if prior in {"<", ">"} else index - 1
    if before == ">" and prior == "<":
        return index - 2
    opening = openings[-1] if before in {"(", ","} and openings else 0
    if opening < 2 or tokens[opening - 1].word != "IN" or tokens[opening + 1].kind != "quoted":
        return None
    return opening - 2 if tokens[opening - 2].word == "NOT" else opening - 1


def _column_before(tokens: Sequence[Token], end: int) -> tuple[str, ...]:
    names: list[str] = []
    at = end - 1
    while at >= 0 and tokens[at].is_name:
        names.insert(0, tokens[at].name)
        if at < 2 or tokens[at - 1].text != ".":
            break
        at -= 2
    before = tokens[at - 1] if at > 0 else None
    if not names or before is None:
        return ()
    return tuple(names) if before.word in _BEFORE_OPERAND or before.text in {"(", ","} else ()


def _table_of(tokens: Sequence[Token], index: int, column: tuple[str, ...]) -> tuple[str, ...] | None:
    """The table of the column; empty for one of several, None where it may be computed."""
    sources: Sequence[Source] = scope_at(tokens, index).sources
    if len(column) > 1:
        sources = [source for source in sources if source.alias == column[-2]]
    if not sources or any(not source.path or source.query is not None or source.names for source in sources):
        return None
    return sources[0].path if len(sources) == 1 else ()


def _path(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    names: list[str] = []
    while at < len(tokens) and tokens[at].is_name:
        names.append(tokens[at].name)
        at += 1
        if at >= len(tokens) or tokens[at].text != ".":
            break
        at += 1
    return tuple(names), at


def _tokens(script: str, statement: Statement) -> list[Token]:
    return list(tokens_of(script, statement.offset, statement.offset + len(statement.text)))
