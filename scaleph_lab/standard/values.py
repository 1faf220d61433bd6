"""Values of a type, as people write them: read, compared, and written as literals of Flink SQL."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from scaleph_lab.standard.types import INTEGER_BYTES, FlinkType, TypeName

__all__ = ["literal", "read_value", "text_literal"]

_BOOLEANS = {"true": True, "false": False}
_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:\.(?P<fraction>\d{1,9}))?"
_FORMS = {
    TypeName.DATE: (re.compile(_DAY), "a day such as 2024-01-31"),
    TypeName.TIME: (re.compile(_CLOCK), "a time such as 23:59:59"),
    TypeName.TIMESTAMP: (re.compile(rf"{_DAY}[ T]{_CLOCK}"), "a time such as 2024-01-31 23:59:59"),
    TypeName.TIMESTAMP_LTZ: (re.compile(rf"{_DAY}[ T]{_CLOCK}"), "a time such as 2024-01-31 23:59:59"),
}


def read_value(kind: FlinkType, text: str) -> Any:
    """The value, which compares with others of its type. Raises ``ValueError`` with a sentence why it is none."""
    if kind.name.is_text:
        if len(text) > (kind.longest or 0):
            raise ValueError(f"{text!r} has {len(text)} characters, and {kind.sql} takes {kind.longest}.")
        return text
    if kind.name is TypeName.BOOLEAN:
        if text.lower() not in _BOOLEANS:
            raise ValueError(f"{text!r} is neither true nor false.")
        return _BOOLEANS[text.lower()]
    if kind.name in {TypeName.BINARY, TypeName.VARBINARY, TypeName.BYTES}:
        return _bytes(kind, text)
    return _number(kind, text) if kind.name.is_number else _time(kind, text)


def literal(kind: FlinkType, text: str) -> str:
    """The value as a literal of Flink SQL. Raises ``ValueError`` as `read_value` does."""
    value = read_value(kind, text)
    if kind.name.is_text:
        return text_literal(text)
    if kind.name is TypeName.BOOLEAN:
        return str(value).upper()
    if kind.name.is_number:
        return f"CAST({text_literal(format(value, 'f') if isinstance(value, Decimal) else str(value))} AS {kind.sql})"
    if kind.name is TypeName.TIMESTAMP_LTZ:
        # It has no literal of its own: the session's time zone is what makes it one.
        return f"CAST(TIMESTAMP {text_literal(text.replace('T', ' '))} AS {kind.sql})"
    if kind.name.is_time:
        return f"{kind.name.value} {text_literal(text.replace('T', ' '))}"
    return f"X{text_literal(text)}"


def text_literal(text: str) -> str:
    """A text as a literal, which cannot end before its end."""
    return "'" + text.replace("'", "''") + "'"


def _bytes(kind: FlinkType, text: str) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        raise ValueError(f"{text!r} is no bytes in hexadecimal digits, such as 00ff.") from None
    if len(value) > (kind.longest or 0):
        raise ValueError(f"{text!r} has {len(value)} bytes, and {kind.sql} takes {kind.longest}.")
    return value


def _number(kind: FlinkType, text: str) -> Decimal:
    try:
        value = Decimal(text) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    # A huge exponent would make a text of as many digits.
    if not value.is_finite() or value.adjusted() > 400 or value.adjusted() < -400:
        raise ValueError(f"{text!r} is no number that {kind.sql} holds.")
    if kind.name.is_integer:
        bits = 8 * INTEGER_BYTES[kind.name] - 1
        if value != value.to_integral_value() or not -(2**bits) <= value < 2**bits:
            raise ValueError(f"{text!r} is no {kind.sql}.")
        return Decimal(int(value))
    if kind.name is TypeName.DECIMAL:
        before = value.adjusted() + 1 if value else 0
        parts = value.normalize().as_tuple()
        behind = max(0, -int(parts.exponent))
        if before > (kind.precision or 0) - (kind.scale or 0) or behind > (kind.scale or 0):
            raise ValueError(f"{text!r} does not fit {kind.sql}.")
    return value


def _time(kind: FlinkType, text: str) -> date | time:
    pattern, form = _FORMS[kind.name]
    found = pattern.fullmatch(text) if text.isascii() else None
    try:
        if found is None:
            raise ValueError(text)
        if kind.name is TypeName.DATE:
            return date.fromisoformat(text)
        fraction = found["fraction"] or ""
        # Python's times have microseconds.
        short = re.sub(r"(\.\d{6})\d+$", r"\1", text)
        value = time.fromisoformat(short) if kind.name is TypeName.TIME else datetime.fromisoformat(short)
    except ValueError:
        raise ValueError(f"{text!r} is not {form}.") from None
    if len(fraction.rstrip("0")) > (kind.precision or 0):
        raise ValueError(f"{text!r} has more digits of a second than {kind.sql}.")
    return value
