"""Lineage: which tables and columns each column comes from, across the statements that a session ran.

Read from the statements by the scope reader of the completion, and from the catalog's columns. What is not certain is
said to be unresolved (``?``), never guessed: a name that no known source has, a star over a table whose columns are not
known, the columns of a table function or of MATCH_RECOGNIZE. Conditions (WHERE, ON) move no values and are not read.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scaleph_lab.sql.completion.scope import Part, Query, Source, query_of
from scaleph_lab.sql.completion.tokens import Group, Token, items
from scaleph_lab.sql.dataflow import Flow
from scaleph_lab.sql.expressions import references
from scaleph_lab.sql.scripts import TOKEN

__all__ = ["UNRESOLVED", "Column", "Derivation", "Lineage", "Path", "lineage_of"]

Path = tuple[str, ...]
"""Catalog, database and table."""
UNRESOLVED = "?"

_OPAQUE = {"MATCH_RECOGNIZE", "PIVOT", "UNPIVOT"}
_MERGING = {"NATURAL", "USING"}


@dataclass(frozen=True, order=True)
class Column:
    """A column of a table; the name is `UNRESOLVED` where only the table is known."""

    table: Path
    name: str


@dataclass(frozen=True)
class Derivation:
    """Where a column of a target comes from."""

    target: Column
    sources: tuple[Column, ...]
    unresolved: tuple[str, ...] = ()
    """Names in its expression, as written, of which the origin is not certain."""


@dataclass(frozen=True)
class Lineage:
    """The lineage of some statements."""

    tables: tuple[tuple[Path, Path], ...] = ()
    """Pairs of a source and what is made of it."""
    columns: tuple[Derivation, ...] = ()

    def about(self, tables: set[Path], column: str = "") -> Lineage:
        """What these tables, or their column, come from and go to, through all steps."""
        kept: set[tuple[Path, Path]] = set()
        for start, end in ((1, 0), (0, 1)):
            reached = set(tables)
            while new := {pair for pair in self.tables if pair[start] in reached} - kept:
                kept |= new
                reached |= {pair[end] for pair in new}
        derived = [each for each in self.columns if any(each.target.table == end for _, end in kept)]
        if column:
            derived = _linked(derived, {Column(table, column) for table in tables})
        return Lineage(tuple(pair for pair in self.tables if pair in kept), tuple(derived))


@dataclass(frozen=True)
class _Value:
    """A column of a query."""

    name: str
    sources: frozenset[Column] = frozenset()
    unresolved: tuple[str, ...] = ()


_Known = Mapping[Path, Sequence[str] | None]


async def lineage_of(flows: Sequence[Flow], columns: Callable[[Path], Awaitable[Sequence[str] | None]]) -> Lineage:
    """The lineage of statements in their order; ``columns`` tells those of a table, ``None`` where it is not known."""
    pairs: dict[tuple[Path, Path], None] = {}
    derived: dict[tuple[Column, tuple[Column, ...]], Derivation] = {}
    known: dict[Path, Sequence[str] | None] = {}
    for flow in flows:
        for target in _targets(flow):
            reader = _Reader(flow, target.tokens, known)
            sources = list(dict.fromkeys(reader.tables(target.query)))
            for path in [target.table, *sources]:
                if path not in known:
                    known[path] = await columns(path)
            if not sources:
                continue
            pairs |= {(source, target.table): None for source in sources}
            derived |= {(each.target, each.sources): each for each in reader.derivations(target)}
    return Lineage(tuple(pairs), tuple(derived.values()))


@dataclass(frozen=True)
class _Target:
    """One target of a statement, and the query that fills it."""

    tokens: tuple[Token, ...]
    table: Path
    query: Query
    names: tuple[str, ...] | None
    """Of its columns, where the statement lists them."""
    fixed: frozenset[str]
    """Columns that a PARTITION clause gives values."""
    made_here: bool
    """Whether the query gives the columns their names."""


def _targets(flow: Flow) -> Iterator[_Target]:
    tokens = tuple(
        Token(str(match.lastgroup), match.group(), match.start())
        for match in TOKEN.finditer(flow.statement)
        if match.lastgroup not in {"blank", "comment", "hint"}
    )
    starts = [at for at, token in enumerate(tokens) if token.word == "INSERT" and at + 2 < len(tokens)]
    if not starts:
        yield from _created(flow, tokens)
    for start in starts:
        end = next((at for at in range(start, len(tokens)) if tokens[at].kind == "end"), len(tokens))
        yield _inserted(flow, tokens, start, end)


def _inserted(flow: Flow, tokens: tuple[Token, ...], start: int, end: int) -> _Target:
    # INSERT INTO | OVERWRITE [TABLE] name [PARTITION (…)] [(columns)] query
    at = start + 2 + (tokens[start + 2].word == "TABLE")
    path, at = _name(tokens, at)
    names: tuple[str, ...] | None = None
    fixed: frozenset[str] = frozenset()
    while at < end and (tokens[at].word == "PARTITION" or (tokens[at].text == "(" and not _is_query(tokens, at))):
        is_partition = tokens[at].word == "PARTITION"
        at += is_partition
        group = next(item for where, item in items(tokens, Group(at, end)) if where == at)
        if not isinstance(group, Group):
            break
        inner = [token for token in tokens[group.first : group.last] if token.is_name]
        if is_partition:
            follows = {token.start: after for token, after in itertools.pairwise(tokens)}
            fixed = frozenset(token.name for token in inner if follows[token.start].text == "=")
        else:
            names = tuple(token.name for token in inner)
        at = group.last + 1
    return _Target(tokens, _qualified(path, flow), query_of(tokens, Group(at, end)), names, fixed, False)


def _created(flow: Flow, tokens: tuple[Token, ...]) -> Iterator[_Target]:
    # CREATE … VIEW | TABLE [IF NOT EXISTS] name [(columns)] … AS query
    at = next(at for at, token in enumerate(tokens) if token.word in {"VIEW", "TABLE"}) + 1
    while tokens[at].word in {"IF", "NOT", "EXISTS"}:
        at += 1
    path, at = _name(tokens, at)
    level = list(items(tokens, Group(at, len(tokens))))
    names = None
    if level and isinstance(level[0][1], Group):
        names = tuple(token.name for token in tokens[level[0][1].first : level[0][1].last] if token.is_name)
    begin = next((where + 1 for where, item in level if isinstance(item, Token) and item.word == "AS"), None)
    if begin is not None:
        query = query_of(tokens, Group(begin, len(tokens)))
        is_view = any(token.word == "VIEW" for token in tokens[:at])
        yield _Target(tokens, _qualified(path, flow), query, names if is_view else None, frozenset(), True)


class _Reader:
    """Reads the queries of one statement."""

    def __init__(self, flow: Flow, tokens: tuple[Token, ...], known: _Known) -> None:
        self._flow = flow
        self._tokens = tokens
        self._known = known

    def tables(self, query: Query) -> Iterator[Path]:
        """All tables that it reads, those of its subqueries too."""
        for part in query.parts:
            if part.nested is not None:
                yield from self.tables(part.nested)
                continue
            for source in part.sources:
                if source.query is not None:
                    yield from self.tables(source.query)
                elif source.path:
                    yield _qualified(source.path, self._flow)
            for output in part.outputs:
                for inner in references(self._tokens, output.items).queries:
                    yield from self.tables(query_of(self._tokens, inner, part.ctes))

    def derivations(self, target: _Target) -> Iterator[Derivation]:
        """One for each column of the target."""
        values = self.values(target.query)
        there = self._known[target.table]
        names = target.names or (None if there is None else tuple(name for name in there if name not in target.fixed))
        if values is None:
            yield Derivation(Column(target.table, UNRESOLVED), (), ("*",))
            return
        if names is None and target.made_here:
            names = tuple(value.name or UNRESOLVED for value in values)
        if names is None or len(names) != len(values):
            # Which column is which cannot be told.
            names = tuple(UNRESOLVED for _ in values)
        for name, value in zip(names, values, strict=True):
            yield Derivation(Column(target.table, name), tuple(sorted(value.sources)), value.unresolved)

    def values(self, query: Query) -> list[_Value] | None:
        """The columns of a query; ``None`` where not even their number is certain."""
        merged: list[_Value] | None = None
        for part in query.parts:
            values = self._part(part)
            if values is None or (merged is not None and len(values) != len(merged)):
                return None
            merged = values if merged is None else [_merged(a, b) for a, b in zip(merged, values, strict=True)]
        return merged

    def _part(self, part: Part) -> list[_Value] | None:
        if part.nested is not None:
            return self.values(part.nested)
        words = {item.word for _, item in items(self._tokens, part.group) if isinstance(item, Token)}
        opaque, merging = bool(words & _OPAQUE), bool(words & _MERGING)
        scope = [(source, None if opaque else self._columns(source)) for source in part.sources]
        values: list[_Value] = []
        for output in part.outputs:
            if not output.star:
                values.append(self._value(output.items, output.name, scope, part))
                continue
            starred = [
                (source, columns)
                for source, columns in scope
                if not output.path or output.path == ((source.alias,) if source.named else source.path[-1:])
            ]
            if not starred or (merging and len(starred) > 1):
                return None
            for _, columns in starred:
                if columns is None:
                    return None
                values += columns
        return values

    def _value(
        self,
        expression: Sequence[Token | Group],
        name: str,
        scope: Sequence[tuple[Source, list[_Value] | None]],
        part: Part,
    ) -> _Value:
        found: set[Column] = set()
        lost: list[str] = []
        read = references(self._tokens, tuple(expression))
        for chain, certain in read.names:
            matches = _matches(chain, scope)
            for match in matches:
                found |= match.sources
                lost += match.unresolved
            if not matches and certain:
                lost.append(".".join(chain))
        for group in read.queries:
            for value in self.values(query_of(self._tokens, group, part.ctes)) or [_Value("", unresolved=("*",))]:
                found |= value.sources
                lost += value.unresolved
        return _Value(name, frozenset(found), tuple(dict.fromkeys(lost)))

    def _columns(self, source: Source) -> list[_Value] | None:
        """The columns that a source gives; ``None`` where they are not known."""
        columns: list[_Value] | None = None
        if source.query is not None:
            columns = self.values(source.query)
        elif source.path:
            path = _qualified(source.path, self._flow)
            there = self._known.get(path)
            columns = None if there is None else [_Value(name, frozenset({Column(path, name)})) for name in there]
        if source.names:
            if columns is None or len(columns) < len(source.names):
                return [_Value(name, unresolved=(name,)) for name in source.names]
            columns = [replace(value, name=name) for value, name in zip(columns, source.names, strict=False)]
        if source.window and columns is not None:
            time = next((value for value in columns if value.name == source.time), _Value("", unresolved=("?",)))
            columns += [replace(time, name=name) for name in ("window_start", "window_end", "window_time")]
        return columns


def _matches(chain: Path, scope: Sequence[tuple[Source, list[_Value] | None]]) -> list[_Value]:
    """What a name with dots may stand for: a column of the source that it names, else one that some source has."""
    for source, columns in scope:
        qualifiers = {(source.alias,)} if source.named or not source.path else {source.path, source.path[-1:]}
        for qualifier in qualifiers:
            if len(chain) > len(qualifier) and chain[: len(qualifier)] == qualifier:
                return [value for value in columns or [] if value.name == chain[len(qualifier)]]
    return [value for _, columns in scope for value in columns or [] if value.name == chain[0]]


def _merged(one: _Value, other: _Value) -> _Value:
    return _Value(one.name, one.sources | other.sources, tuple(dict.fromkeys(one.unresolved + other.unresolved)))


def _linked(derived: Sequence[Derivation], start: set[Column]) -> list[Derivation]:
    """The derivations that lead to these columns, or from them."""
    kept: list[Derivation] = []
    for towards in (True, False):
        reached = set(start)
        grows = True
        while grows:
            grows = False
            for each in derived:
                if each not in kept and (each.target in reached if towards else reached & set(each.sources)):
                    kept.append(each)
                    reached |= set(each.sources) if towards else {each.target}
                    grows = True
    return [each for each in derived if each in kept]


def _qualified(path: Path, flow: Flow) -> Path:
    return (*(flow.catalog, flow.database)[: max(0, 3 - len(path))], *path)


def _name(tokens: Sequence[Token], at: int) -> tuple[Path, int]:
    names = [tokens[at].name]
    while at + 2 < len(tokens) and tokens[at + 1].text == ".":
        at += 2
        names.append(tokens[at].name)
    return tuple(names), at + 1


def _is_query(tokens: Sequence[Token], at: int) -> bool:
    """Whether a parenthesis opens a query."""
    while at < len(tokens) and tokens[at].text == "(":
        at += 1
    return at < len(tokens) and tokens[at].word in {"SELECT", "WITH", "VALUES"}
