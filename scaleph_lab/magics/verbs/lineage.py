"""Lineage of tables and columns across the statements that the cells ran."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from scaleph_lab.errors import NotFoundError
from scaleph_lab.magics.answers import Answer, sentence
from scaleph_lab.magics.verbs import Request, Verb

if TYPE_CHECKING:
    from scaleph_lab.sql.lineage import Derivation, Lineage, Path
    from scaleph_lab.sql.session import SqlSession
    from scaleph_lab.widgets.graphs import DrawnNode

__all__ = ["VERBS", "lineage_answer"]

_HEAD = ("column", "comes from", "not resolved")
_LABEL_COLUMNS = 8


def show_lineage(request: Request) -> Answer:
    """The lineage of all statements of the session, or of one table or column."""
    session = request.workbench.session()
    if not session.dataflow.flows:
        return sentence(
            "No statement of this session has moved data yet: CREATE VIEW, CREATE TABLE … AS and INSERT tell lineage."
        )
    lineage: Lineage = request.wait(session_lineage(session))
    if request.arguments:
        lineage = _about(lineage, request.arguments[0])
    return lineage_answer(lineage)


async def session_lineage(session: SqlSession) -> Lineage:
    """The lineage of what the session ran."""
    from scaleph_lab.sql.faults import SqlError
    from scaleph_lab.sql.lineage import lineage_of

    await session.open()

    async def columns(table: Path) -> Sequence[str] | None:
        try:
            found = await session.catalog.columns(table)
        except SqlError:
            # Such as a table that was dropped since.
            return None
        return [column.name for column in found]

    return await lineage_of(session.dataflow.flows, columns)


def lineage_answer(lineage: Lineage) -> Answer:
    """Lineage as text, as a table, and as a graph of its tables."""
    from scaleph_lab.widgets.graphs import Drawing, DrawnEdge

    tables = list(dict.fromkeys(table for pair in lineage.tables for table in pair))
    names = _names(tables)
    text = "\n".join(line for table in tables for line in _text(lineage, table, names))
    drawing = Drawing(
        [_drawn(lineage, table, names) for table in tables],
        [DrawnEdge(".".join(source), ".".join(target)) for source, target in lineage.tables],
    )
    return Answer(text, _html(lineage, names), drawing.form)


def _about(lineage: Lineage, name: str) -> Lineage:
    """What one table, or one ``table.column``, comes from and goes to."""
    tables = {table for pair in lineage.tables for table in pair}
    parts = tuple(part.strip("`") for part in name.split("."))
    found = {table for table in tables if table[-len(parts) :] == parts}
    if found:
        return lineage.about(found)
    found = {table for table in tables if parts[:-1] and table[-len(parts) + 1 :] == parts[:-1]}
    if not found:
        there_are = ", ".join(sorted(table[-1] for table in tables))
        raise NotFoundError(f"No lineage is known of {name}.", hint=f"Tables: {there_are}.", path=name)
    return lineage.about(found, parts[-1])


def _names(tables: Sequence[Path]) -> dict[Path, str]:
    """The shortest names by which the tables can be told apart."""
    last = [table[-1] for table in tables]
    return {table: table[-1] if last.count(table[-1]) == 1 else ".".join(table) for table in tables}


def _text(lineage: Lineage, table: Path, names: dict[Path, str]) -> list[str]:
    sources = [names[source] for source, target in lineage.tables if target == table]
    if not sources:
        return []
    lines = [f"{names[table]} ← {', '.join(sources)}"]
    for each in lineage.columns:
        if each.target.table == table:
            lines.append(f"  {each.target.name} ← {_origin(each, names)}")
    return lines


def _origin(each: Derivation, names: dict[Path, str]) -> str:
    parts = [f"{names[source.table]}.{source.name}" for source in each.sources]
    parts += [f"? ({name})" for name in each.unresolved]
    return ", ".join(parts) or "no column"


def _html(lineage: Lineage, names: dict[Path, str]) -> str:
    left = 'style="text-align:left"'
    head = "".join(f'<th scope="col" {left}>{title}</th>' for title in _HEAD)
    rows = "".join(
        "<tr>"
        f"<td {left}>{escape(f'{names[each.target.table]}.{each.target.name}')}</td>"
        f"<td {left}>{escape(', '.join(f'{names[one.table]}.{one.name}' for one in each.sources) or '–')}</td>"
        f'<td style="text-align:left;color:var(--jp-warn-color1)">'
        f"{escape(', '.join(f'? {name}' for name in each.unresolved))}</td></tr>"
        for each in lineage.columns
    )
    pairs = "".join(
        f"<div>{escape(names[target])} ← {escape(names[source])}</div>" for source, target in lineage.tables
    )
    return (
        f'<div class="scaleph-lineage">{pairs}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _drawn(lineage: Lineage, table: Path, names: dict[Path, str]) -> DrawnNode:
    from scaleph_lab.widgets.graphs import DrawnNode

    derived = [each for each in lineage.columns if each.target.table == table]
    columns = [each.target.name + (" ?" if each.unresolved else "") for each in derived]
    if not derived:
        # A table at the beginning: what is read of it.
        columns = sorted({one.name for each in lineage.columns for one in each.sources if one.table == table})
    shown = columns[:_LABEL_COLUMNS]
    if len(columns) > len(shown):
        shown.append(f"… {len(columns) - len(shown)} more")
    details = [".".join(table), *(f"{each.target.name} ← {_origin(each, names)}" for each in derived)]
    tone = "unknown" if any(each.unresolved for each in derived) else "calm" if derived else "plain"
    return DrawnNode(".".join(table), "\n".join([names[table], *shown]), "\n".join(details), tone)


VERBS = (
    Verb("lineage [TABLE[.COLUMN]]", "draws which tables and columns each column comes from, across the cells",
         show_lineage, most=1),
)  # fmt: skip
