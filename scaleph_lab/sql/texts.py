"""Values as text on one line, as a person reads them.

`text_of` takes Python's values (see ``values``). `formatter` takes the gateway's JSON and goes by the logical
type, so that a stream's rows are shown without being converted first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any

from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.values import TimeZones, ValueConversionError, converter

__all__ = ["Formatter", "formatter", "is_number", "on_one_line", "text_of"]

Formatter = Callable[[Any], str]

_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "INTERVAL_YEAR_MONTH"}
_NUMBERS = {*_INTEGERS, "FLOAT", "DOUBLE", "DECIMAL"}


def is_number(kind: LogicalType) -> bool:
    """Whether values of the type are ordered as numbers are."""
    return kind.root in _NUMBERS


def on_one_line(text: str, characters: int) -> str:
    """The text without line breaks, cut to a length."""
    if "\n" in text or "\r" in text:
        text = text.replace("\r", " ").replace("\n", "⏎")
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def text_of(value: Any) -> str:
    """A Python value as text."""
    if isinstance(value, list):
        return f"[{', '.join(text_of(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{text_of(key)}={text_of(item)}' for key, item in value.items())}}}"
    return next((form(value) for kind, form in _FORMS if isinstance(value, kind)), str(value))


_FORMS: tuple[tuple[Any, Formatter], ...] = (
    (NoneType, lambda _: "NULL"),
    (bytes, lambda value: f"x'{value.hex()}'"),
    (datetime, lambda value: value.replace(tzinfo=None).isoformat(" ")),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, lambda value: f"{'-' if value < timedelta(0) else ''}{abs(value)}"),
)


def formatter(kind: LogicalType, zones: TimeZones) -> Formatter:
    """What turns a JSON value of this type, other than NULL, into text. It raises nothing: a value that Python
    cannot hold is shown as Flink wrote it."""
    if kind.root in _INTEGERS or kind.root in {"CHAR", "VARCHAR"}:
        return str
    if kind.root in {"FLOAT", "DOUBLE"}:
        return _float
    if kind.root == "BOOLEAN":
        return str
    if kind.root == "TIMESTAMP_WITHOUT_TIME_ZONE":
        return _timestamp
    if kind.root == "TIMESTAMP_WITH_LOCAL_TIME_ZONE" and zones.sent == zones.local:
        return _timestamp
    return _converted(kind, zones)


def _float(value: Any) -> str:
    return str(float(value))


def _timestamp(value: Any) -> str:
    return str(value).removesuffix("Z").replace("T", " ", 1)


def _converted(kind: LogicalType, zones: TimeZones) -> Formatter:
    convert = converter(kind, zones)

    def form(value: Any) -> str:
        try:
            turned = convert(value) if convert is not None else value
        except ValueConversionError:
            return str(value)
        # A Decimal of a large scale would be written with an exponent.
        return format(turned, "f") if isinstance(turned, Decimal) else text_of(turned)

    return form
