"""Texts against the standard: here what reads SQL and pipelines meets what keeps the elements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scaleph_lab.catalog.documents.standard_lint import LintColumn, LintEdit, LintFinding, LintReport
from scaleph_lab.standard.elements import Element
from scaleph_lab.standard.lint import Column, Dictionary, Finding, Literal, corrected, lint

__all__ = ["lint_columns", "lint_text"]


def lint_text(text: str, elements: Iterable[Element]) -> LintReport:
    """What a text violates: statements of Flink SQL, or a pipeline document. Raises `ValidationError` for a JSON that
    is no pipeline."""
    if text.lstrip().startswith("{"):
        return _report(text, _of_pipeline(text), [], elements)
    from scaleph_lab.sql.declared import compared_texts, declared_columns

    columns = [
        Column(".".join(each.table), each.name, each.type, each.nullable, each.start, each.end, stricter=each.not_null)
        for each in declared_columns(text)
    ]
    literals = [
        Literal(".".join(each.table), each.column, each.text, each.start, each.end) for each in compared_texts(text)
    ]
    return _report(text, columns, literals, elements)


def lint_columns(columns: Sequence[Column], elements: Iterable[Element]) -> LintReport:
    """What the columns of a table violate, as ``DESCRIBE`` tells them."""
    return _report("", columns, [], elements)


def _of_pipeline(text: str) -> list[Column]:
    from scaleph_lab.pipelines.columns import schema_columns

    return [
        Column(each.node, each.name, each.type, with_length=False, with_nullability=False)
        for each in schema_columns(text)
    ]


def _report(
    text: str, columns: Sequence[Column], literals: Sequence[Literal], elements: Iterable[Element]
) -> LintReport:
    dictionary = Dictionary(elements)
    found = lint(columns, literals, dictionary)
    matched = []
    for column in columns:
        match = dictionary.find(column.name)
        if match is not None and len(match[0]) == 1:
            matched.append(LintColumn(table=column.table, column=column.name, element=match[0][0].code, by=match[1]))
    return LintReport(
        columns=matched, findings=[_document(text, each) for each in found], corrected=corrected(text, found)
    )


def _document(text: str, found: Finding) -> LintFinding:
    line = column = None
    if found.start is not None:
        before = text[: found.start]
        line, column = before.count("\n") + 1, found.start - (before.rfind("\n") + 1) + 1
    edit = found.edit
    return LintFinding(
        rule=found.rule,
        table=found.table,
        column=found.column,
        element=found.element,
        message=found.message,
        line=line,
        column_number=column,
        edit=None if edit is None else LintEdit(start=edit.start, end=edit.end, text=edit.text),
    )
