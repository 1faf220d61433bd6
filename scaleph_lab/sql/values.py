"""From the gateway's JSON to Python values, by logical type.

=========================  ==============================================================================
Flink                      Python
=========================  ==============================================================================
TINYINT … BIGINT           ``int``
FLOAT, DOUBLE              ``float`` (the gateway writes ``"NaN"``, ``"Infinity"``, ``"-Infinity"``)
DECIMAL                    ``decimal.Decimal`` with the scale of the type
CHAR, VARCHAR              ``str``
BINARY, VARBINARY          ``bytes`` (Base64 on the wire)
DATE, TIME                 ``datetime.date``, ``datetime.time``
TIMESTAMP                  ``datetime.datetime`` without a zone; ``pandas.Timestamp`` beyond microseconds
TIMESTAMP_LTZ              the same in the session's time zone, see `TimeZones`
INTERVAL DAY TO SECOND     ``datetime.timedelta`` (milliseconds on the wire)
INTERVAL YEAR TO MONTH     ``int``, a number of months
ARRAY, MAP, ROW            ``list``, ``dict``, ``dict`` by field
MULTISET                   ``dict`` from the element to its count
anything else              the text as it came
=========================  ==============================================================================

Source: Flink's ``RowDataToJsonConverters``, and every type tried on 1.18, 1.20 and 2.3.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scaleph_lab.errors import UserError
from scaleph_lab.sql.logical_types import LogicalType

__all__ = ["Converter", "PlainText", "TimeZones", "ValueConversionError", "converter", "fits_double", "time_zone"]

Converter = Callable[[Any], Any]

_EXACT = Context(prec=76)
_MICROSECONDS = 6
_DOUBLE_DIGITS = 15


class PlainText(str):
    """A value that stays as Flink wrote it, because its text can be read in two ways."""

    __slots__ = ()


class ValueConversionError(UserError):
    """A value that Python cannot hold, such as a TIMESTAMP of the year 12024."""

    code = "value"


@dataclass(frozen=True)
class TimeZones:
    """How TIMESTAMP_LTZ values stand on the wire, and in which zone they are given.

    Since 1.19 (FLINK-32396) the gateway writes local time of the session's zone, with a ``Z`` that is
    false; 1.18 and before write UTC, with a true one. Plain text is local time in any version.
    """

    sent: tzinfo = UTC
    local: tzinfo = UTC

    @classmethod
    def of(cls, flink_version: str, session: tzinfo, local: tzinfo) -> TimeZones:
        """The zones of an engine of that version, a session, and one statement of it."""
        numbers = re.match(r"(\d+)\.(\d+)", flink_version)
        sends_utc = numbers is not None and (int(numbers.group(1)), int(numbers.group(2))) < (1, 19)
        return cls(sent=UTC if sends_utc else session, local=local)


def time_zone(name: str) -> tzinfo:
    """The time zone of a ``table.local-time-zone``: a name of the tz database, or ``GMT+08:00``, ``UTC``.

    Raises `ValueConversionError` for a name that Python's tz database does not know.
    """
    offset = re.fullmatch(r"(?:GMT|UTC)([+-])(\d{1,2})(?::?(\d{2}))?", name)
    if offset:
        sign, hours, minutes = offset.groups()
        delta = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-delta if sign == "-" else delta)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueConversionError(
            f"Python knows no time zone '{name}'.",
            hint="Set 'table.local-time-zone' to a name such as 'Europe/Berlin', or install tzdata.",
        ) from error


def converter(kind: LogicalType, zones: TimeZones) -> Converter | None:
    """What turns a JSON value of this type into Python's, or ``None`` where it is that already.

    NULL stays ``None``. The function raises `ValueConversionError`.
    """
    plain = _converter(kind, zones)
    if plain is None:
        return None

    def convert(value: Any) -> Any:
        if value is None or isinstance(value, PlainText):
            return value
        try:
            return plain(value)
        except (ValueError, ArithmeticError, AttributeError, TypeError) as error:
            raise ValueConversionError(
                f"Python has no value for the {kind.sql} {str(value)[:80]!r}.",
                hint="CAST the column to STRING to see it as Flink writes it.",
            ) from error

    return convert


def _converter(kind: LogicalType, zones: TimeZones) -> Converter | None:
    scalar = _SCALARS.get(kind.root)
    if scalar is not None:
        return scalar
    if kind.root == "DECIMAL":
        return _decimal(kind)
    if kind.root == "TIMESTAMP_WITHOUT_TIME_ZONE":
        return _timestamp
    if kind.root == "TIMESTAMP_WITH_LOCAL_TIME_ZONE":
        return _local_timestamp(zones)
    return _nested(kind, zones)


def _nested(kind: LogicalType, zones: TimeZones) -> Converter | None:
    if kind.root == "ARRAY" and kind.element is not None:
        element = converter(kind.element, zones)
        return element and (lambda items: [element(item) for item in items])
    if kind.root == "MULTISET" and kind.element is not None:
        return _mapping(converter(kind.element, zones), None)
    if kind.root == "MAP" and kind.key is not None and kind.value is not None:
        return _mapping(converter(kind.key, zones), converter(kind.value, zones))
    if kind.fields:
        fields = [(name, converter(field, zones)) for name, field in kind.fields]
        return lambda row: {name: convert(row.get(name)) if convert else row.get(name) for name, convert in fields}
    return None


def _mapping(key: Converter | None, value: Converter | None) -> Converter | None:
    if key is None and value is None:
        return None
    return lambda items: {key(k) if key else k: value(v) if value else v for k, v in items.items()}


def _decimal(kind: LogicalType) -> Converter:
    unit = Decimal(1).scaleb(-(kind.scale or 0))
    digits = f".{kind.scale or 0}f"
    exact_in_double = fits_double(kind)

    def convert(value: Any) -> Decimal:
        if isinstance(value, float):
            if not exact_in_double:
                raise TypeError("digits of a DECIMAL were lost in a float")
            return Decimal(format(value, digits))
        return Decimal(value).quantize(unit, context=_EXACT)

    return convert


def fits_double(kind: LogicalType) -> bool:
    """Whether a DECIMAL comes back unchanged from a double, as any with up to 15 digits does (IEEE 754)."""
    return (kind.precision or _DOUBLE_DIGITS + 1) <= _DOUBLE_DIGITS


def _timestamp(text: str) -> Any:
    fraction = text.partition(".")[2]
    if len(fraction.rstrip("0")) <= _MICROSECONDS:
        head = text.partition(".")[0]
        return datetime.fromisoformat(f"{head}.{fraction[:_MICROSECONDS]:0<6}" if fraction else text)
    import pandas as pd

    return pd.Timestamp(text)


def _local_timestamp(zones: TimeZones) -> Converter:
    def convert(text: str) -> Any:
        if not text.endswith("Z"):
            return _timestamp(text).replace(tzinfo=zones.local)
        stamp = _timestamp(text[:-1]).replace(tzinfo=zones.sent)
        return stamp if zones.sent == zones.local else stamp.astimezone(zones.local)

    return convert


def _time(text: str) -> time:
    return time.fromisoformat(text[:15])


_SCALARS: dict[str, Converter] = {
    "FLOAT": float,
    "DOUBLE": float,
    "BINARY": base64.b64decode,
    "VARBINARY": base64.b64decode,
    "DATE": date.fromisoformat,
    "TIME_WITHOUT_TIME_ZONE": _time,
    "INTERVAL_DAY_TIME": lambda value: timedelta(milliseconds=value),
}
