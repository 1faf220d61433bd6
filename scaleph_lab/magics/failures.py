"""How a failed cell looks: one line that a person understands, the place, and the trace one click away."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from scaleph_lab.errors import ScalephError

__all__ = [
    "FlinkSqlFailure",
    "StatementCanceled",
    "failure_html",
    "failure_summary",
    "failure_text",
    "placed",
    "trace_html",
]

_MONO = "font-family:var(--jp-code-font-family);font-size:var(--jp-code-font-size);white-space:pre-wrap"


class FlinkSqlFailure(Exception):
    """Makes the cell fail without a Python traceback: the failure is not in any Python code."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class StatementCanceled(FlinkSqlFailure):
    """The user interrupted the cell; its statement was stopped."""


def placed(error: ScalephError, locate: Callable[[int, int], tuple[int, int]], lines_above: int = 0) -> ScalephError:
    """A SQL error's place as the cell counts it: ``locate`` leads from the statement to the script, which has
    ``lines_above`` lines of the cell above it."""
    from scaleph_lab.sql.faults import SqlError

    if not isinstance(error, SqlError) or error.line is None or error.column is None:
        return error
    line, column = locate(error.line, error.column)
    end_line, end_column = locate(error.end_line or error.line, error.end_column or error.column)
    return error.moved(line + lines_above, column, end_line + lines_above, end_column)


def failure_summary(error: ScalephError) -> str:
    """Message and place on one line, for what keeps no outputs."""
    line, column = _position(error)
    return f"{error.message} (line {line}, column {column})" if line else error.message


def failure_text(error: ScalephError, cell: str) -> str:
    """Message, the cell's line with a caret under the place, and the hint."""
    parts = [_headline(error), *_excerpt(error, cell)]
    return "\n".join([*parts, *([error.hint] if error.hint else [])])


def failure_html(error: ScalephError, cell: str) -> str:
    """The same as HTML, with the whole trace folded away."""
    excerpt = "\n".join(_excerpt(error, cell))
    lines = [
        f'<div style="color:var(--jp-error-color1);font-weight:bold">{escape(_headline(error))}</div>',
        f'<pre style="{_MONO}">{escape(excerpt)}</pre>' if excerpt else "",
        f'<div style="color:var(--jp-ui-font-color1)">{escape(error.hint)}</div>' if error.hint else "",
        trace_html(error),
    ]
    return f'<div class="scaleph-failure" role="alert">{"".join(lines)}</div>'


def trace_html(error: ScalephError) -> str:
    """The engine's whole trace, folded away; empty where there is none."""
    trace = str(getattr(error, "trace", ""))
    if not trace:
        return ""
    return (
        '<details style="color:var(--jp-ui-font-color2)"><summary>Trace of the engine</summary>'
        f'<pre style="{_MONO}">{escape(trace)}</pre></details>'
    )


def _headline(error: ScalephError) -> str:
    line, column = _position(error)
    place = f"Line {line}, column {column}: " if line else ""
    return f"{place}{error.message}"


def _position(error: ScalephError) -> tuple[int | None, int | None]:
    return getattr(error, "line", None), getattr(error, "column", None)


def _excerpt(error: ScalephError, cell: str) -> list[str]:
    """The line of the cell, and carets from the beginning of the place to its end on that line."""
    line, column = _position(error)
    lines = cell.splitlines()
    if line is None or column is None or not 1 <= line <= len(lines):
        return []
    text = lines[line - 1]
    same_line = getattr(error, "end_line", line) == line
    end = (getattr(error, "end_column", None) or column) if same_line else len(text)
    number = f"{line} | "
    # Tabs stay tabs under the text, so that the caret stands where the place is.
    lead = "".join("\t" if character == "\t" else " " for character in text[: column - 1]).ljust(column - 1)
    return [f"{number}{text}", f"{' ' * len(number)}{lead}{'^' * max(1, end - column + 1)}"]
