"""A result as HTML and as text. HTML uses JupyterLab's own colours only, so that it fits every theme."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from scaleph_lab.magics.live import Snapshot, State

__all__ = ["result_html", "result_text"]

_CELL_CHARACTERS = 200
_TEXT_CHARACTERS = 40
_RATED_CHANGES = 100
_QUIET = "color:var(--jp-ui-font-color2);font-size:var(--jp-ui-font-size1)"
_STATE_COLOURS = {
    State.SUBMITTED: "var(--jp-info-color1)",
    State.RUNNING: "var(--jp-info-color1)",
    State.FINISHED: "var(--jp-success-color1)",
    State.STOPPED: "var(--jp-warn-color1)",
    State.CANCELED: "var(--jp-warn-color1)",
    State.FAILED: "var(--jp-error-color1)",
}
_KIND_COLOURS = {
    "+I": "var(--jp-success-color1)",
    "+U": "var(--jp-info-color1)",
    "-U": "var(--jp-warn-color1)",
    "-D": "var(--jp-error-color1)",
}


def result_html(snapshot: Snapshot) -> str:
    """The result as an HTML fragment; every text of the user's or of Flink's is escaped."""
    names = ["", *(column.name for column in snapshot.columns)] if snapshot.first_signs is not None else None
    names = names or [column.name for column in snapshot.columns]
    titles = [column.type.sql for column in snapshot.columns]
    titles = ["row kind", *titles] if snapshot.first_signs is not None else titles
    head = "".join(_header(name, title) for name, title in zip(names, titles, strict=True))
    body = _html_rows(snapshot, snapshot.first, snapshot.first_signs)
    if snapshot.last:
        if snapshot.first:
            body += (
                f'<tr><td colspan="{len(names)}" style="text-align:center;{_QUIET}">{escape(_gap(snapshot))}</td></tr>'
            )
        body += _html_rows(snapshot, snapshot.last, None)
    lines = "".join(f'<div style="{_QUIET}">{escape(note)}</div>' for note in snapshot.notes)
    return (
        '<div class="scaleph-result jp-RenderedHTMLCommon">'
        f"{lines}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{_html_footer(snapshot)}</div>"
    )


def result_text(snapshot: Snapshot) -> str:
    """The same as text, in aligned columns."""
    signs = snapshot.first_signs
    names = [*([""] if signs is not None else []), *(column.name for column in snapshot.columns)]
    rows = _text_rows(snapshot, snapshot.first, signs) + _text_rows(snapshot, snapshot.last, None)
    widths = [
        max([len(name), *(len(row[index]) for row in rows)]) for index, name in enumerate(_clip(name) for name in names)
    ]
    lines = [
        *snapshot.notes,
        _aligned([_clip(name) for name in names], widths),
        _aligned(["─" * w for w in widths], widths),
    ]
    for number, row in enumerate(rows):
        if snapshot.last and snapshot.first and number == len(snapshot.first):
            lines.append(_gap(snapshot))
        lines.append(_aligned(row, widths))
    lines.append(" · ".join([_state(snapshot), *_facts(snapshot)]))
    return "\n".join(lines)


def _header(name: str, title: str) -> str:
    kind = f'<br><span style="font-weight:normal;{_QUIET}">{escape(title)}</span>' if name else ""
    return f'<th scope="col" style="text-align:left">{escape(name)}{kind}</th>'


def _html_rows(snapshot: Snapshot, rows: Sequence[Sequence[Any]], signs: Sequence[str] | None) -> str:
    lines: list[str] = []
    for number, row in enumerate(_values(snapshot, rows)):
        sign = signs[number] if signs is not None else ""
        colour = f' style="color:{_KIND_COLOURS[sign]}"' if sign else ""
        mark = f'<td style="font-weight:bold;color:{_KIND_COLOURS[sign]}">{sign}</td>' if sign else ""
        cells = "".join(_html_cell(value) for value in row)
        lines.append(f"<tr{colour}>{mark}{cells}</tr>")
    return "".join(lines)


def _html_cell(value: Any) -> str:
    if value is None:
        return f'<td style="text-align:left"><i style="{_QUIET}">NULL</i></td>'
    right = isinstance(value, int | float) and not isinstance(value, bool)
    return f'<td style="text-align:{"right" if right else "left"}">{escape(shown(value, _CELL_CHARACTERS))}</td>'


def _html_footer(snapshot: Snapshot) -> str:
    colour = _STATE_COLOURS[snapshot.state]
    facts = "".join(f" · {escape(fact)}" for fact in _facts(snapshot))
    return f'<div style="{_QUIET}"><b style="color:{colour}">● {escape(_state(snapshot))}</b>{facts}</div>'


def _state(snapshot: Snapshot) -> str:
    reason = f" {snapshot.reason}" if snapshot.reason else ""
    going_on = {State.SUBMITTED: "partial so far", State.RUNNING: "partial so far", State.FINISHED: "complete"}
    return f"{snapshot.state}{reason} ({going_on.get(snapshot.state, 'partial')})"


def _facts(snapshot: Snapshot) -> list[str]:
    """Counts, rate, time, and what of the rows is not shown."""
    changes = snapshot.first_signs is not None
    facts = [f"{snapshot.total:,} {'change' if changes else 'row'}{'' if snapshot.total == 1 else 's'}"]
    if snapshot.updating and not changes:
        facts.append(f"{snapshot.changes:,} changes folded")
    hidden = snapshot.total - len(snapshot.first) - len(snapshot.last)
    if hidden > 0 and (changes or not snapshot.first):
        facts.append(f"the latest {len(snapshot.first) + len(snapshot.last)} shown")
    elif hidden > 0:
        facts.append(f"the first {len(snapshot.first)} and last {len(snapshot.last)} shown")
    if snapshot.dropped:
        facts.append(f"{snapshot.dropped:,} oldest rows dropped")
    if snapshot.changes >= _RATED_CHANGES or snapshot.state is State.RUNNING:
        facts.append(f"{snapshot.rate:,.0f} rows/s")
    facts.append(f"{snapshot.elapsed:.1f} s")
    if snapshot.job_id and snapshot.state is not State.FINISHED:
        facts.append(f"job {snapshot.job_id}")
    return facts


def _gap(snapshot: Snapshot) -> str:
    return f"… {snapshot.total - len(snapshot.first) - len(snapshot.last):,} rows more …"


def _values(snapshot: Snapshot, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    from scaleph_lab.sql.results import convert_rows
    from scaleph_lab.sql.values import ValueConversionError

    try:
        return convert_rows(snapshot.columns, rows, snapshot.zones) if rows else []
    except ValueConversionError:
        # What Python cannot hold is shown as Flink sent it.
        return rows


def _text_rows(snapshot: Snapshot, rows: Sequence[Sequence[Any]], signs: Sequence[str] | None) -> list[list[str]]:
    lines: list[list[str]] = []
    for number, row in enumerate(_values(snapshot, rows)):
        cells = ["NULL" if value is None else shown(value, _TEXT_CHARACTERS) for value in row]
        lines.append([signs[number], *cells] if signs is not None else cells)
    return lines


def shown(value: Any, characters: int) -> str:
    """A value on one line, cut to a length."""
    from scaleph_lab.sql.texts import on_one_line, text_of

    return on_one_line(text_of(value), characters)


def _clip(text: str, characters: int = _TEXT_CHARACTERS) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
