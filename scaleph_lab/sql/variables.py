"""Values from outside in a statement: ``{{name}}``, quoted for the place where it stands.

Inside a string literal or a quoted identifier the value's text is put in, with its quotes doubled, so that it cannot
end the literal. Elsewhere it becomes a literal of its type. Comments are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from scaleph_lab.errors import UserError
from scaleph_lab.sql.scripts import TOKEN, Statement

__all__ = ["FilledStatement", "UnknownVariableError", "fill", "fill_variables"]

_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


class UnknownVariableError(UserError):
    """A statement names a variable that does not exist, or one whose value SQL has no literal for."""

    code = "unknown_variable"


@dataclass(frozen=True)
class FilledStatement:
    """A statement with its variables' values, and the way back to the places of the text as written."""

    statement: Statement
    """Its text has the values."""
    written: Statement
    """Its text has the variables."""
    cuts: tuple[tuple[int, int, int], ...] = ()
    """For each variable: offset and length as written, and the length of its value."""

    @classmethod
    def as_written(cls, text: str) -> FilledStatement:
        """A statement alone, with nothing to put in."""
        alone = Statement(text, 0, 1, 1, "")
        return cls(alone, alone)

    def locate(self, line: int, column: int) -> tuple[int, int]:
        """The script's line and column of a place that Flink named in the filled text."""
        if not self.cuts:
            return self.statement.locate(line, column)
        lines = self.statement.text.split("\n")
        offset = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
        shift = 0
        for start, length, filled in self.cuts:
            if offset < start + shift:
                break
            # A place inside of a value is the place of its variable.
            offset = start + shift if offset < start + shift + filled else offset
            if offset == start + shift:
                break
            shift += filled - length
        before = self.written.text[: offset - shift]
        return self.written.locate(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def fill_variables(statement: Statement, lookup: Callable[[str], Any]) -> FilledStatement:
    """Puts values into a statement. ``lookup`` raises `KeyError` for a name that it does not know.

    Raises `UnknownVariableError`.
    """
    return fill(statement, _VARIABLE, lambda name: _value(name, lookup))


def fill(
    statement: Statement,
    pattern: re.Pattern[str],
    value_of: Callable[[str], Any],
    in_its_place: Callable[[Any, re.Match[str]], Any] = lambda value, match: value,
) -> FilledStatement:
    """Puts a value in the place of each match outside of comments; the pattern's first group is its name.

    ``in_its_place`` may change a value by what stands around it inside of a literal.
    """
    parts: list[str] = []
    cuts: list[tuple[int, int, int]] = []
    done = 0
    for match in pattern.finditer(statement.text):
        token = _token_at(statement.text, match.start())
        if token.lastgroup == "comment":
            continue
        value = value_of(match[1])
        quote = token[0][0] if token.lastgroup == "quoted" else ""
        text = str(in_its_place(value, match)).replace(quote, quote * 2) if quote else _literal(match[1], value)
        parts += [statement.text[done : match.start()], text]
        cuts.append((match.start(), len(match[0]), len(text)))
        done = match.end()
    if not cuts:
        return FilledStatement(statement, statement)
    filled = "".join([*parts, statement.text[done:]])
    return FilledStatement(replace(statement, text=filled), statement, tuple(cuts))


def _token_at(text: str, offset: int) -> re.Match[str]:
    """The token in which an offset lies; every character is in one."""
    return next(match for match in TOKEN.finditer(text) if match.end() > offset)


def _value(name: str, lookup: Callable[[str], Any]) -> Any:
    try:
        return lookup(name)
    except KeyError:
        raise UnknownVariableError(
            f"There is no variable {name!r} for {{{{{name}}}}}.", hint="Assign it in a cell before.", path=name
        ) from None


def _literal(name: str, value: Any) -> str:  # noqa: PLR0911  one line a type
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | Decimal():
            return str(value)
        case float():
            return repr(value) if "e" in repr(value) else f"CAST('{value!r}' AS DOUBLE)"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case datetime() if value.tzinfo is None:
            return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
        case date() if not isinstance(value, datetime):
            return f"DATE '{value.isoformat()}'"
        case list() | tuple() if value:
            return ", ".join(_literal(name, item) for item in value)
    raise UnknownVariableError(
        f"SQL has no literal for {name!r}, a {type(value).__name__}.",
        hint=f"Make it a string, a number, a date or a list of them; or put it between quotes: '{{{{{name}}}}}'.",
        path=name,
    )
