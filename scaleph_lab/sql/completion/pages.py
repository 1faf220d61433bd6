"""How what is known of a name looks, as text and as HTML. Every text of the user's or of Flink's is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from scaleph_lab.engines.table_factories import FactoryOption, TableFactory
from scaleph_lab.sql.catalog import Column

__all__ = ["Inspection", "column_page", "factory_page", "function_page", "option_page", "table_page", "word_page"]

_MOST_COLUMNS = 60
_MOST_CHARACTERS = 6000
_QUIET = "color:var(--jp-ui-font-color2)"
_LEFT = "text-align:left;vertical-align:top"


@dataclass(frozen=True)
class Inspection:
    """What is said of a name."""

    text: str
    html: str

    @property
    def bundle(self) -> dict[str, str]:
        """Both forms as a MIME bundle."""
        return {"text/plain": self.text, "text/html": self.html}


def table_page(name: str, kind: str, columns: Sequence[Column], ddl: str) -> Inspection:
    """A table: its columns, and the statement that makes it."""
    shown = list(columns[:_MOST_COLUMNS])
    rows = [(column.name, column.type, _facts(column)) for column in shown]
    cut = f"… {len(columns) - len(shown)} columns more" if len(columns) > len(shown) else ""
    statement = ddl.strip()
    if len(statement) > _MOST_CHARACTERS:
        statement = f"{statement[:_MOST_CHARACTERS]}\n…"
    listed = "\n".join(filter(None, [f"{name} · {kind}", _aligned(rows), cut]))
    text = "\n\n".join(filter(None, [listed, statement]))
    pre = f'<pre style="white-space:pre-wrap;margin:8px 0 0">{escape(statement)}</pre>' if statement else ""
    more = f'<div style="{_QUIET}">{escape(cut)}</div>' if cut else ""
    return Inspection(text, f"{_head(name, kind)}{_rows_html(('column', 'type', ''), rows)}{more}{pre}")


def column_page(column: Column, source: str) -> Inspection:
    """A column: its type, and where it comes from."""
    facts = _facts(column)
    what = f"column of {source}" if source else "column"
    lines = [f"{column.name} · {what}", column.type, facts]
    html = f"{_head(column.name, what)}<div><code>{escape(column.type)}</code></div>"
    return Inspection("\n".join(filter(None, lines)), f'{html}<div style="{_QUIET}">{escape(facts)}</div>')


def function_page(name: str, *, own: bool, facts: Sequence[tuple[str, str]]) -> Inspection:
    """A function: whose it is, and what Flink says of it."""
    kind = "function of yours" if own else "built-in function"
    rows = [(label, value) for label, value in facts if value and value != "None"][:_MOST_COLUMNS]
    text = "\n".join(filter(None, [f"{name} · {kind}", _aligned(rows)]))
    return Inspection(text, f"{_head(name, kind)}{_rows_html(('', ''), rows) if rows else ''}")


def option_page(option: FactoryOption, *, of: str) -> Inspection:
    """An option of a connector or a format."""
    kind = f"option of {of}" if of else "option"
    facts = [option.type, "required" if option.required else f"default {option.default or 'none'}"]
    values = f"one of {', '.join(option.values)}" if option.values else ""
    lines = [f"{option.key} · {kind}", ", ".join(facts), values, option.description]
    return Inspection(
        "\n".join(filter(None, lines)),
        f"{_head(option.key, kind)}<div><code>{escape(', '.join(facts))}</code></div>"
        + (f"<div>{escape(values)}</div>" if values else "")
        + f'<div style="white-space:pre-line">{escape(option.description)}</div>',
    )


def factory_page(factories: Sequence[TableFactory]) -> Inspection:
    """A connector, a format or a catalog, with its options."""
    name = factories[0].identifier
    kind = ", ".join(dict.fromkeys(kind for each in factories for kind in each.kinds))
    options = [option for each in factories for option in each.options][:_MOST_COLUMNS]
    rows = [
        (option.key, option.type, "required" if option.required else option.default)
        for option in sorted(options, key=lambda each: (not each.required, each.key))
    ]
    text = "\n".join(filter(None, [f"{name} · {kind}", _aligned(rows)]))
    return Inspection(text, f"{_head(name, kind)}{_rows_html(('option', 'type', 'default'), rows)}")


def word_page(word: str, syntax: str) -> Inspection:
    """A word of the language, and how it is used."""
    return Inspection(f"{word}\n{syntax}", f'{_head(word, "Flink SQL")}<pre style="margin:0">{escape(syntax)}</pre>')


def _facts(column: Column) -> str:
    facts = [
        "" if column.nullable else "NOT NULL",
        column.key,
        column.extras,
        f"WATERMARK {column.watermark}" if column.watermark else "",
        f"-- {column.comment}" if column.comment else "",
    ]
    return " ".join(filter(None, facts))


def _head(name: str, kind: str) -> str:
    return f'<div><b>{escape(name)}</b> <span style="{_QUIET}">{escape(kind)}</span></div>'


def _rows_html(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    titles = "".join(f'<th scope="col" style="{_LEFT}">{escape(title)}</th>' for title in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    return f'<td style="{_LEFT}">{escape(text)}</td>'


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
