"""Reading the gateway's ``PLAIN_TEXT`` rows back into the values of its JSON rows.

The gateway cannot write a MAP or MULTISET whose key is no string as JSON ("Could not map response to
JSON", HTTP 500). Such a page comes as text instead, in the form of Flink's ``CAST(… AS STRING)``:
``[1, 2, NULL]``, ``{k=v}``, ``(1, x)``, ``x'00ff'``, ``+1 02:00:00.000``. That form quotes nothing, so a
string inside a collection can be read in two ways. Then the text stays as it is: nothing is guessed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from scaleph_lab.sql.logical_types import LogicalType

__all__ = ["AmbiguousTextError", "parse_plain_text"]

_BRACKETS = {"[": "]", "{": "}", "(": ")"}
_DAY_TIME = re.compile(r"([+-])(\d+) (\d+):(\d+):(\d+)\.(\d+)")
_YEAR_MONTH = re.compile(r"([+-])(\d+)-(\d+)")
_STRINGS = {"CHAR", "VARCHAR"}


class AmbiguousTextError(ValueError):
    """The text can be read in more than one way."""


def parse_plain_text(kind: LogicalType, text: str | None) -> Any:
    """The JSON form of a top-level value, or `AmbiguousTextError`."""
    if text is None or kind.root in _STRINGS:
        return text
    try:
        return _value(kind, text)
    except (ValueError, KeyError, ArithmeticError) as error:
        raise AmbiguousTextError(text) from error


def _value(kind: LogicalType, text: str) -> Any:
    read = _SCALARS.get(kind.root)
    return read(text) if read else _collection(kind, text)


def _inside(kind: LogicalType, text: str) -> Any:
    """A value inside a collection, where NULL is a word and strings are not quoted."""
    if text == "NULL":
        if kind.root in _STRINGS and not kind.nullable:
            return text
        if kind.root in _STRINGS:
            raise AmbiguousTextError(text)
        return None
    if kind.root in _STRINGS and re.search(r"[\[\]{}(),=]", text):
        raise AmbiguousTextError(text)
    return _value(kind, text)


def _collection(kind: LogicalType, text: str) -> Any:
    if kind.root == "ARRAY" and kind.element is not None:
        element = kind.element
        return [_inside(element, item) for item in _items(text, "[")]
    if kind.root == "MULTISET" and kind.element is not None:
        return _pairs(kind.element, LogicalType("INTEGER"), text)
    if kind.root == "MAP" and kind.key is not None and kind.value is not None:
        return _pairs(kind.key, kind.value, text)
    if kind.fields:
        items = _items(text, "(")
        if len(items) != len(kind.fields):
            raise AmbiguousTextError(text)
        return {name: _inside(field, item) for (name, field), item in zip(kind.fields, items, strict=True)}
    return text


def _pairs(key: LogicalType, value: LogicalType, text: str) -> dict[Any, Any]:
    pairs: dict[Any, Any] = {}
    for item in _items(text, "{"):
        left, equals, right = item.partition("=")
        name = _inside(key, left)
        # No map has a key twice: then a value imitates an entry.
        if not equals or isinstance(name, dict | list) or name in pairs:
            raise AmbiguousTextError(text)
        pairs[name] = _inside(value, right)
    return pairs


def _items(text: str, opening: str) -> list[str]:
    """The parts of ``[a, b]`` at its own depth."""
    if not (text.startswith(opening) and text.endswith(_BRACKETS[opening])):
        raise AmbiguousTextError(text)
    body = text[1:-1]
    if not body:
        return []
    items, depth, start = [], 0, 0
    for index, character in enumerate(body):
        if character in _BRACKETS:
            depth += 1
        elif character in _BRACKETS.values():
            depth -= 1
        elif depth == 0 and body.startswith(", ", index):
            items.append(body[start:index])
            start = index + 2
    if depth:
        raise AmbiguousTextError(text)
    return [*items, body[start:]]


def _day_time(text: str) -> int:
    match = _DAY_TIME.fullmatch(text)
    if not match:
        raise AmbiguousTextError(text)
    sign, days, hours, minutes, seconds, millis = match.groups()
    total = ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
    return (total * 1000 + int(millis)) * (-1 if sign == "-" else 1)


def _year_month(text: str) -> int:
    match = _YEAR_MONTH.fullmatch(text)
    if not match:
        raise AmbiguousTextError(text)
    sign, years, months = match.groups()
    return (int(years) * 12 + int(months)) * (-1 if sign == "-" else 1)


_SCALARS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), int),
    "BOOLEAN": {"TRUE": True, "FALSE": False}.__getitem__,
    "DECIMAL": Decimal,
    **dict.fromkeys(
        ("TIMESTAMP_WITHOUT_TIME_ZONE", "TIMESTAMP_WITH_LOCAL_TIME_ZONE"),
        lambda text: text.replace(" ", "T", 1),
    ),
    **dict.fromkeys(("BINARY", "VARBINARY"), lambda text: base64.b64encode(bytes.fromhex(text[2:-1])).decode()),
    "INTERVAL_DAY_TIME": _day_time,
    "INTERVAL_YEAR_MONTH": _year_month,
}
