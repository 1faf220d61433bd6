"""Columns and literals against the data elements that they correspond to: what differs, and the edit that mends it.

A column corresponds to an element by its code, else by its name; by themselves, else but for case, ``_``, ``-``, ``.``
and blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scaleph_lab.standard.elements import Element
from scaleph_lab.standard.types import LONGEST, parse_type

__all__ = ["Column", "Dictionary", "Edit", "Finding", "Literal", "Match", "Rule", "corrected", "lint"]

_SHOWN = 8


class Match(StrEnum):
    """By what a column corresponds to an element."""

    CODE = "code"
    CODE_LOOSE = "code_loose"
    NAME = "name"
    NAME_LOOSE = "name_loose"


class Rule(StrEnum):
    """What a column, a literal or a row violates."""

    TYPE = "type"
    LENGTH = "length"
    PRECISION = "precision"
    SCALE = "scale"
    NULLABLE = "nullable"
    RANGE = "range"
    CODE_SET = "code_set"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Column:
    """A column as a statement declares it, ``DESCRIBE`` tells it, or a pipeline's schema has it."""

    table: str
    name: str
    type: str
    """In Flink SQL, without its nullability."""
    nullable: bool = True
    start: int | None = None
    """Where its type begins in the text, in characters from 0; None where there is no text to mend."""
    end: int | None = None
    """Where it ends, with its nullability."""
    stricter: bool = False
    """Whether NOT NULL is written there."""
    with_length: bool = True
    """Whether its texts could have a length at all; SeaTunnel's have none."""
    with_nullability: bool = True
    """Whether it could say that it holds no NULL; SeaTunnel's cannot."""


@dataclass(frozen=True)
class Literal:
    """A text that is compared with a column."""

    table: str
    column: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Edit:
    """What to write in the place of what is between two offsets of the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Finding:
    """One violation."""

    rule: Rule
    table: str
    column: str
    element: str
    message: str
    start: int | None = None
    end: int | None = None
    edit: Edit | None = None


class Dictionary:
    """Elements, to be found by the name of a column."""

    def __init__(self, elements: Iterable[Element]) -> None:
        self._found: dict[tuple[Match, str], list[Element]] = {}
        for element in elements:
            for match, key in (
                (Match.CODE, element.code),
                (Match.CODE_LOOSE, _loose(element.code)),
                (Match.NAME, element.name),
                (Match.NAME_LOOSE, _loose(element.name)),
            ):
                self._found.setdefault((match, key), []).append(element)

    def find(self, column: str) -> tuple[list[Element], Match] | None:
        """The elements that a column corresponds to, and by what; more than one where it does not tell."""
        for match in Match:
            key = _loose(column) if match in {Match.CODE_LOOSE, Match.NAME_LOOSE} else column
            if key and (match, key) in self._found:
                return self._found[match, key], match
        return None


def lint(columns: Sequence[Column], literals: Sequence[Literal], elements: Dictionary) -> list[Finding]:
    """All violations, in the order of their places."""
    found: list[Finding] = []
    for column in columns:
        matched = elements.find(column.name)
        if matched is None:
            continue
        candidates, _ = matched
        if len(candidates) > 1:
            codes = ", ".join(each.code for each in candidates)
            message = f"{column.name} may be any of the elements {codes}."
            found.append(_finding(Rule.AMBIGUOUS, column, codes, message))
        else:
            found += _violations(column, candidates[0])
    for literal in literals:
        matched = elements.find(literal.column)
        if matched is not None and len(matched[0]) == 1:
            found += _foreign_code(literal, matched[0][0])
    return sorted(found, key=lambda finding: finding.start if finding.start is not None else -1)


def corrected(text: str, findings: Iterable[Finding]) -> str:
    """The text with all edits."""
    edits = {finding.edit for finding in findings if finding.edit is not None}
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _violations(column: Column, element: Element) -> list[Finding]:
    differences = list(_type_differences(column, element))
    if column.nullable and not element.nullable and column.with_nullability:
        differences.append((Rule.NULLABLE, f"{column.name} may be NULL, and {element.code} may not."))
    if not differences:
        return []
    kind = element.type.sql if any(rule is not Rule.NULLABLE for rule, _ in differences) else column.type
    strict = not element.nullable or column.stricter
    edit = None
    if column.start is not None and column.end is not None:
        edit = Edit(column.start, column.end, f"{kind} NOT NULL" if strict else kind)
    return [_finding(rule, column, element.code, message, edit) for rule, message in differences]


def _type_differences(column: Column, element: Element) -> Iterable[tuple[Rule, str]]:
    kind, wanted = parse_type(column.type), element.type
    if kind is None or kind.family != wanted.family:
        yield Rule.TYPE, f"{column.name} is {column.type}, and {element.code} is {wanted.sql}."
        return
    if kind.longest != wanted.longest and (column.with_length or kind.longest != LONGEST):
        how = "takes more than" if (kind.longest or 0) > (wanted.longest or 0) else "is too short for"
        yield Rule.LENGTH, f"{column.name} is {kind.sql}, which {how} the {wanted.sql} of {element.code}."
    for rule, given, needed in (
        (Rule.PRECISION, kind.precision, wanted.precision),
        (Rule.SCALE, kind.scale, wanted.scale),
    ):
        if given != needed:
            yield rule, f"{column.name} is {kind.sql}, and {element.code} has the {rule} {needed}: {wanted.sql}."


def _foreign_code(literal: Literal, element: Element) -> list[Finding]:
    codes = element.codes
    if codes is None or literal.value in codes:
        return []
    shown = ", ".join([*codes[:_SHOWN], *(["…"] if len(codes) > _SHOWN else [])]) or "none yet"
    alike = [code for code in codes if code.casefold() == literal.value.strip().casefold()]
    edit = None
    if len(alike) == 1:
        edit = Edit(literal.start, literal.end, "'" + alike[0].replace("'", "''") + "'")
    message = f"{literal.value!r} is no code of {element.set}, which {element.code} takes: {shown}."
    return [
        Finding(Rule.CODE_SET, literal.table, literal.column, element.code, message, literal.start, literal.end, edit)
    ]


def _finding(rule: Rule, column: Column, element: str, message: str, edit: Edit | None = None) -> Finding:
    return Finding(rule, column.table, column.name, element, message, column.start, column.end, edit)


def _loose(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).casefold()
