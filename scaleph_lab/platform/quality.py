"""The checks of a table whose columns correspond to elements: here what reads columns meets what keeps the elements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scaleph_lab.standard.elements import Element
from scaleph_lab.standard.lint import Column, Dictionary
from scaleph_lab.standard.quality import Check, checks_of

__all__ = ["quality_checks"]


def quality_checks(columns: Sequence[Column], elements: Iterable[Element]) -> tuple[list[Check], list[str]]:
    """The checks of all columns that correspond to one element, and the names of these columns."""
    dictionary = Dictionary(elements)
    checks: list[Check] = []
    matched: list[str] = []
    for column in columns:
        found = dictionary.find(column.name)
        if found is not None and len(found[0]) == 1:
            matched.append(column.name)
            checks += checks_of(column.name, column.type, column.nullable, found[0][0])
    return checks, matched
