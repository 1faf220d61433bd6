"""Queries of Flink SQL that count and sample the rows of a table which violate the elements of its columns.

The checks of a table are aggregates of one pass over it. The length of bytes is no check: Flink has no function for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scaleph_lab.standard.elements import Element
from scaleph_lab.standard.lint import Rule
from scaleph_lab.standard.types import INTEGER_BYTES, FlinkType, TypeName, parse_type
from scaleph_lab.standard.values import literal, text_literal

__all__ = ["Check", "Query", "checks_of", "quality_queries"]

_A_QUERY = 24
"""Checks in one query: the code that Flink makes of many aggregates grows large."""


@dataclass(frozen=True)
class Check:
    """One condition that no row may meet."""

    column: str
    element: str
    rule: Rule
    wanted: str
    """What the standard wants, in words."""
    condition: str
    """In Flink SQL; TRUE for a row that violates it."""


@dataclass(frozen=True)
class Query:
    """Gives one row: all rows of the table, and for each check its violations and the least and greatest of them."""

    sql: str
    checks: tuple[Check, ...]


def quality_queries(table: str, checks: Sequence[Check]) -> list[Query]:
    """The queries for a table; `table` is its path as SQL writes it."""
    parts = [checks[start : start + _A_QUERY] for start in range(0, len(checks), _A_QUERY)]
    return [Query(_query(table, part), tuple(part)) for part in parts]


def checks_of(column: str, column_type: str, nullable: bool, element: Element) -> list[Check]:
    """What a column of a table is asked for. `column_type` is Flink's, without its nullability."""
    name = _quoted(column)
    kind = parse_type(column_type)
    found: list[tuple[Rule, str, str]] = []
    if nullable and not element.nullable:
        found.append((Rule.NULLABLE, "no NULL", f"{name} IS NULL"))
    # Without a type that holds one value there is nothing to compare.
    if kind is not None:
        found += _value_checks(name, kind, element)
    return [Check(column, element.code, rule, wanted, condition) for rule, wanted, condition in found]


def _value_checks(name: str, kind: FlinkType, element: Element) -> Iterator[tuple[Rule, str, str]]:
    wanted = element.type
    value = name
    if not _comparable(kind, wanted):
        yield Rule.TYPE, wanted.sql, f"{name} IS NOT NULL"
        return
    if wanted.name.is_text:
        yield from _text_checks(name, kind, wanted)
    elif wanted.name.is_number:
        yield from _number_checks(name, kind, wanted)
        value = name if kind.name.is_number else f"TRY_CAST({name} AS {wanted.sql})"
    elif kind.family != wanted.family:
        value = f"TRY_CAST({name} AS {wanted.sql})"
        yield Rule.TYPE, wanted.sql, f"{name} IS NOT NULL AND {value} IS NULL"
    for sign, bound, words in (("<", element.low, "at least"), (">", element.high, "at most")):
        if bound is not None:
            yield Rule.RANGE, f"{words} {bound}", f"{value} {sign} {literal(wanted, bound)}"
    if element.codes is not None:
        yield _code_check(name, kind, element, element.codes)


def _comparable(kind: FlinkType, wanted: FlinkType) -> bool:
    """Whether Flink can make a value of one type one of the other, if not each value."""
    if kind.name.is_text or wanted.name.is_text or kind.family == wanted.family:
        return True
    return (kind.name.is_number and wanted.name.is_number) or {kind.name, wanted.name} <= _DAYS


_DAYS = frozenset({TypeName.DATE, TypeName.TIMESTAMP, TypeName.TIMESTAMP_LTZ})


def _text_checks(name: str, kind: FlinkType, wanted: FlinkType) -> Iterator[tuple[Rule, str, str]]:
    text = name if kind.name.is_text else f"CAST({name} AS STRING)"
    longest = wanted.length
    fits_anyway = kind.name.is_text and kind.longest is not None and longest is not None and kind.longest <= longest
    if longest is not None and not fits_anyway:
        yield Rule.LENGTH, f"at most {longest} characters", f"CHAR_LENGTH({text}) > {longest}"


def _number_checks(name: str, kind: FlinkType, wanted: FlinkType) -> Iterator[tuple[Rule, str, str]]:
    if kind == wanted:
        return
    if not kind.name.is_number:
        yield Rule.TYPE, wanted.sql, f"{name} IS NOT NULL AND TRY_CAST({name} AS {wanted.sql}) IS NULL"
        return
    if wanted.name in INTEGER_BYTES:
        if not kind.name.is_integer:
            yield Rule.SCALE, "whole numbers", f"{name} <> FLOOR({name})"
        elif INTEGER_BYTES[kind.name] <= INTEGER_BYTES[wanted.name]:
            return
        bits = 8 * INTEGER_BYTES[wanted.name] - 1
        low, high = (_decimal(str(bound)) for bound in (-(2**bits), 2**bits - 1))
        yield Rule.PRECISION, wanted.sql, f"{name} < {low} OR {name} > {high}"
    elif wanted.name is TypeName.DECIMAL:
        before, scale = (wanted.precision or 0) - (wanted.scale or 0), wanted.scale or 0
        # The greatest that it holds, so that no digit more than 38 is needed.
        most = _decimal(("9" * before or "0") + (f".{'9' * scale}" if scale else ""))
        yield Rule.PRECISION, f"at most {before} digits before the point", f"ABS({name}) > {most}"
        if not kind.name.is_integer and (kind.scale is None or kind.scale > scale):
            yield Rule.SCALE, f"at most {scale} digits behind the point", f"{name} <> TRUNCATE({name}, {scale})"


def _code_check(name: str, kind: FlinkType, element: Element, codes: Sequence[str]) -> tuple[Rule, str, str]:
    wanted = f"a code of {element.set}"
    if not codes:
        return Rule.CODE_SET, wanted, f"{name} IS NOT NULL"
    if element.type.name.is_integer and kind.name.is_number:
        listed = ", ".join(_decimal(str(int(code))) for code in codes)
        return Rule.CODE_SET, wanted, f"{name} NOT IN ({listed})"
    text = name if kind.name.is_text else f"CAST({name} AS STRING)"
    return Rule.CODE_SET, wanted, f"{text} NOT IN ({', '.join(map(text_literal, codes))})"


def _query(table: str, checks: Iterable[Check]) -> str:
    columns = ["COUNT(*)"]
    for check in checks:
        name, where = _quoted(check.column), f"FILTER (WHERE {check.condition})"
        text = f"CAST({name} AS STRING)"
        columns += [f"COUNT(*) {where}", f"MIN({text}) {where}", f"MAX({text}) {where}"]
    named = ",\n  ".join(f"{column} AS `c{index}`" for index, column in enumerate(columns))
    return f"SELECT\n  {named}\nFROM {table}"


def _decimal(text: str) -> str:
    digits = text.lstrip("-").replace(".", "")
    scale = len(text.partition(".")[2])
    return f"CAST({text_literal(text)} AS DECIMAL({max(1, len(digits))}, {scale}))"


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
