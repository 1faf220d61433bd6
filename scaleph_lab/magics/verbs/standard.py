"""The data standard in cells: tables compared with it, and their rows counted that violate it."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaleph_lab.errors import NotFoundError, UserError
from scaleph_lab.magics.answers import Answer, sentence, table
from scaleph_lab.magics.verbs import Request, Verb

if TYPE_CHECKING:
    from scaleph_lab.catalog.documents.standard_lint import LintReport
    from scaleph_lab.platform import StandardVerbs
    from scaleph_lab.sql.session import SqlSession
    from scaleph_lab.standard.lint import Column
    from scaleph_lab.standard.quality import Check

__all__ = ["VERBS", "lint_answer", "notebook_standard"]

_TABLES = 60
_BATCH = {"execution.runtime-mode": "batch"}
_MONO = "font-family:var(--jp-code-font-family);font-size:var(--jp-code-font-size)"


def lint(request: Request) -> Answer:
    """A table, a file, or all tables of the current database."""
    standard = notebook_standard()
    if request.arguments and (file := Path(request.arguments[0])).is_file():
        try:
            return lint_answer(standard.lint(file.read_text("utf-8")))
        except UnicodeDecodeError as error:
            raise UserError(f"{file} is no text in UTF-8.", path=str(file)) from error
    from scaleph_lab.platform.linting import lint_columns

    session = request.workbench.session()
    paths = [_path(request.arguments[0])] if request.arguments else request.wait(_tables(session))
    columns = [column for path in paths for column in request.wait(_columns(session, path))]
    if not columns:
        return sentence("The current database has no table: %flink lint takes a table's name, or a file's.")
    return lint_answer(lint_columns(columns, standard.facts()))


def lint_answer(report: LintReport, lines_above: int = 0) -> Answer:
    """The findings as a table, and the corrected text where there is one."""
    count = f"{len(report.columns)} column{'' if len(report.columns) == 1 else 's'}"
    if not report.columns and not report.findings:
        return sentence("No column corresponds to a data element: jupyter scaleph standard element list shows them.")
    if not report.findings:
        return sentence(f"{count} of the standard, and none violates it.")
    rows = [
        (
            f"{each.line + lines_above}:{each.column_number}" if each.line else "",
            ".".join(filter(None, (each.table, each.column))),
            each.element,
            each.rule.value,
            each.message,
            each.edit.text if each.edit else "",
        )
        for each in report.findings
    ]
    found = table(("place", "column", "element", "rule", "finding", "quick fix"), rows)
    if not any(each.edit for each in report.findings):
        return found
    corrected = report.corrected.rstrip()
    return Answer(
        f"{found.text}\n\nCorrected:\n{corrected}",
        f"{found.html}<details open><summary>Corrected</summary>"
        f'<pre style="{_MONO};white-space:pre-wrap">{escape(corrected)}</pre></details>',
    )


def quality(request: Request) -> Answer:
    """Counts and samples the rows of a table that violate the elements of its columns."""
    from scaleph_lab.platform.quality import quality_checks
    from scaleph_lab.sql.identifiers import path_sql
    from scaleph_lab.standard.quality import quality_queries

    session, path = request.workbench.session(), _path(request.arguments[0])
    columns = request.wait(_columns(session, path))
    checks, matched = quality_checks(columns, notebook_standard().facts())
    if not matched:
        return sentence(
            f"No column of {'.'.join(path)} corresponds to a data element: "
            "jupyter scaleph standard element list shows them."
        )
    if not checks:
        return sentence(f"The types of {', '.join(matched)} admit nothing that the standard forbids.")
    queries = quality_queries(path_sql(path), checks)
    if "--show" in request.arguments[1:]:
        return sentence(";\n\n".join(query.sql for query in queries) + ";")
    counted = [(query.checks, request.wait(_counted(session, query.sql))) for query in queries]
    total = int(counted[0][1][0])
    rows = [
        _told(check, row[1 + 3 * index : 4 + 3 * index], total)
        for of_query, row in counted
        for index, check in enumerate(of_query)
    ]
    return table(("column", "element", "rule", "wanted", "violations", "of rows", "samples"), rows)


def notebook_standard() -> StandardVerbs:
    """The standard, of the settings' catalog."""
    from scaleph_lab.platform import Platform

    return Platform(origin="notebook").standard


def _told(check: Check, answer: list[Any], total: int) -> tuple[str, ...]:
    violations, least, greatest = answer
    share = f" ({violations / total:.1%})" if violations else ""
    samples = " … ".join(dict.fromkeys(repr(each) for each in (least, greatest) if each is not None))
    count = f"{violations:,}{share}"
    return check.column, check.element, check.rule.value, check.wanted, count, f"{total:,}", samples


async def _counted(session: SqlSession, query: str) -> list[Any]:
    result = await session.execute(query, config=_BATCH, keyword="SELECT")
    return list((await result.rows())[0])


async def _tables(session: SqlSession) -> list[tuple[str, ...]]:
    await session.open()
    return [(name,) for name in (await session.catalog.table_names())[:_TABLES]]


async def _columns(session: SqlSession, path: tuple[str, ...]) -> list[Column]:
    from scaleph_lab.standard.lint import Column

    await session.open()
    found = await session.catalog.columns(path)
    if not found:
        raise NotFoundError(f"There is no table {'.'.join(path)}.", path=path[-1])
    return [
        Column(path[-1], each.name, each.type.removesuffix(" NOT NULL"), each.nullable, stricter=not each.nullable)
        for each in found
    ]


def _path(name: str) -> tuple[str, ...]:
    """The path that a person writes, with back-ticks only where a name has dots."""
    from scaleph_lab.sql.completion.tokens import tokens_of

    if "`" not in name:
        return tuple(name.split("."))
    return tuple(token.name for token in tokens_of(name, 0, len(name)) if token.is_name)


VERBS = (
    Verb("lint [NAME]", "compares a table, a file, or all tables here with the data standard", lint, most=1),
    Verb("quality TABLE [--show]", "counts the rows that violate the data standard, or shows the query",
         quality, least=1, most=2),
)  # fmt: skip
