"""What a ``%flink`` verb says: one answer in every form that a front end may show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

__all__ = ["Answer", "sentence", "table"]

_QUIET = "color:var(--jp-ui-font-color2)"


@dataclass(frozen=True)
class Answer:
    """Text for a terminal, HTML for a page, and further MIME forms (such as a widget's) for those that know them."""

    text: str
    html: str
    forms: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bundle(self) -> dict[str, Any]:
        """All forms as a MIME bundle."""
        return {"text/plain": self.text, "text/html": self.html, **self.forms}


def sentence(text: str) -> Answer:
    """One or more plain lines."""
    return Answer(text, f'<div style="{_QUIET};white-space:pre-line">{escape(text)}</div>')


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str = "") -> Answer:
    """Rows below a head; ``empty`` is said instead where there are none."""
    if not rows and empty:
        return sentence(empty)
    widths = [max(len(row[index]) for row in [head, *rows]) for index in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    titles = "".join(f'<th scope="col" style="text-align:left">{escape(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return Answer(
        "\n".join(line.rstrip() for line in lines),
        f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>",
    )


def _cell(text: str) -> str:
    return f'<td style="text-align:left">{escape(text)}</td>'
