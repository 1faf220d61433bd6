"""Rows as an Arrow table, and as a Polars frame, with the types of Flink's columns.

=========================  ==============================================================================
Flink                      Arrow
=========================  ==============================================================================
TINYINT … BIGINT           ``int8`` … ``int64``
FLOAT, DOUBLE              ``float``, ``double``
BOOLEAN                    ``bool``
CHAR, VARCHAR              ``string``
DECIMAL(p, s)              ``decimal128(p, s)``
BINARY, VARBINARY          ``binary``
DATE                       ``date32``
TIME(p)                    ``time32[s|ms]``, ``time64[us|ns]`` by precision
TIMESTAMP(p)               ``timestamp[s|ms|us|ns]`` by precision
TIMESTAMP_LTZ(p)           the same with the session's time zone
INTERVAL DAY TO SECOND     ``duration[ms]``
INTERVAL YEAR TO MONTH     ``int32``, a number of months
ARRAY, MAP, ROW            ``list``, ``map``, ``struct``
MULTISET                   ``map`` from the element to its count
anything else              ``string``, as it came
=========================  ==============================================================================

Each field's metadata has Flink's own type as ``flink.type``. Polars has maps since its version 2.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from scaleph_lab.errors import PlatformError
from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.results import Column, unique_names
from scaleph_lab.sql.values import PlainText, TimeZones, ValueConversionError, converter

if TYPE_CHECKING:
    import polars
    import pyarrow

__all__ = ["arrow_schema", "arrow_type", "polars_of", "to_arrow", "to_polars"]

_SIMPLE = {
    "TINYINT": "int8",
    "SMALLINT": "int16",
    "INTEGER": "int32",
    "BIGINT": "int64",
    "FLOAT": "float32",
    "DOUBLE": "float64",
    "BOOLEAN": "bool_",
    "CHAR": "string",
    "VARCHAR": "string",
    "BINARY": "binary",
    "VARBINARY": "binary",
    "DATE": "date32",
    "INTERVAL_YEAR_MONTH": "int32",
    "NULL": "null",
}
_AS_IT_CAME = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "BOOLEAN", "CHAR", "VARCHAR", "INTERVAL_YEAR_MONTH", "NULL"}
)
_BY_TEXT = frozenset({"DATE", "TIMESTAMP_WITHOUT_TIME_ZONE"})
_LOCAL_TIME = "TIMESTAMP_WITH_LOCAL_TIME_ZONE"
_TIMES = {"TIME_WITHOUT_TIME_ZONE": 0, "TIMESTAMP_WITHOUT_TIME_ZONE": 6, _LOCAL_TIME: 6}
"""With the precision that Flink takes where none is given."""


def to_arrow(columns: Sequence[Column], raw: Sequence[Sequence[Any]], zones: TimeZones) -> pyarrow.Table:
    """Rows of the gateway as an Arrow table; columns of one name get numbers.

    Raises `ValueConversionError`, which names the column, and `PlatformError` where pyarrow is not installed.
    """
    pa = _pyarrow()
    cells: Sequence[Sequence[Any]] = list(zip(*raw, strict=True)) if raw else [()] * len(columns)
    schema = arrow_schema(columns, zones)
    arrays = []
    for column, field, values in zip(columns, schema, cells, strict=True):
        try:
            arrays.append(_array(column.type, field.type, values, zones))
        except ValueConversionError as error:
            error.path = column.name
            raise
        except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError, TypeError, OverflowError) as error:
            raise ValueConversionError(
                f"Arrow has no value for a {column.type.sql} of the column: {error}",
                hint="CAST the column to STRING.",
                path=column.name,
            ) from error
    return pa.Table.from_arrays(arrays, schema=schema)


def to_polars(columns: Sequence[Column], raw: Sequence[Sequence[Any]], zones: TimeZones) -> polars.DataFrame:
    """Rows of the gateway as a Polars frame, by way of Arrow. Raises as `to_arrow` does, and where polars lacks."""
    return polars_of(to_arrow(columns, raw, zones))


def polars_of(table: pyarrow.Table) -> polars.DataFrame:
    """An Arrow table as a Polars frame. Raises `PlatformError` where polars is not installed."""
    try:
        import polars
    except ModuleNotFoundError:
        raise PlatformError("Polars is not installed.", hint="pip install 'scaleph-lab[polars]'") from None
    frame: Any = polars.from_arrow(_with_named_zones(table))
    return frame  # type: ignore[no-any-return]


def arrow_schema(columns: Sequence[Column], zones: TimeZones) -> pyarrow.Schema:
    """The schema of the columns."""
    pa = _pyarrow()
    return pa.schema(
        pa.field(name, arrow_type(column.type, zones), metadata={"flink.type": column.type.sql})
        for name, column in zip(unique_names(columns), columns, strict=True)
    )


def arrow_type(kind: LogicalType, zones: TimeZones) -> pyarrow.DataType:
    """The Arrow type of a logical type; times with a zone are in the session's."""
    pa = _pyarrow()
    if kind.root in _SIMPLE:
        return getattr(pa, _SIMPLE[kind.root])()
    if kind.root == "DECIMAL":
        return pa.decimal128(kind.precision or 10, kind.scale or 0)
    if kind.root in _TIMES:
        unit = _unit(_TIMES[kind.root] if kind.precision is None else kind.precision)
        if kind.root == "TIME_WITHOUT_TIME_ZONE":
            return pa.time32(unit) if unit in {"s", "ms"} else pa.time64(unit)
        return pa.timestamp(unit, tz=_zone_name(zones.local) if kind.root == _LOCAL_TIME else None)
    if kind.root == "INTERVAL_DAY_TIME":
        return pa.duration("ms")
    return _nested_type(kind, zones)


def _nested_type(kind: LogicalType, zones: TimeZones) -> pyarrow.DataType:
    pa = _pyarrow()
    if kind.root == "ARRAY" and kind.element is not None:
        return pa.list_(arrow_type(kind.element, zones))
    if kind.root == "MULTISET" and kind.element is not None:
        return pa.map_(arrow_type(kind.element, zones), pa.int32())
    if kind.root == "MAP" and kind.key is not None and kind.value is not None:
        return pa.map_(arrow_type(kind.key, zones), arrow_type(kind.value, zones))
    if kind.fields:
        return pa.struct([pa.field(name, arrow_type(field, zones)) for name, field in kind.fields])
    return pa.string()


def _array(kind: LogicalType, target: Any, cells: Sequence[Any], zones: TimeZones) -> Any:
    pa = _pyarrow()
    if any(isinstance(cell, PlainText) for cell in cells):
        raise ValueConversionError(
            f"A {kind.sql} came as Flink's text, which can be read in two ways.",
            hint="CAST the column to STRING, or give its map string keys.",
        )
    if kind.root in _AS_IT_CAME:
        return pa.array(cells, type=target)
    if kind.root in _BY_TEXT:
        return pa.array(cells, type=pa.string()).cast(target)
    if kind.root == _LOCAL_TIME:
        return _local_times(cells, target, zones)
    if kind.root == "INTERVAL_DAY_TIME":
        return pa.array(cells, type=pa.int64()).cast(target)
    plain = _plain(kind, zones)
    return pa.array(cells if plain is None else [plain(cell) for cell in cells], type=target)


def _local_times(cells: Sequence[Any], target: Any, zones: TimeZones) -> Any:
    """Local times with their zone. Of the hour that the clock goes through twice the first is meant."""
    import pyarrow.compute as pc

    pa = _pyarrow()
    texts = pa.array([None if cell is None else cell.removesuffix("Z") for cell in cells], type=pa.string())
    naive = texts.cast(pa.timestamp(target.unit))
    # Plain text is local time whatever the version, see `TimeZones`.
    as_text = any(cell is not None and not cell.endswith("Z") for cell in cells)
    sent = zones.local if as_text else zones.sent
    return pc.assume_timezone(naive, _zone_name(sent), ambiguous="earliest").cast(target)


def _plain(kind: LogicalType, zones: TimeZones) -> Callable[[Any], Any] | None:
    """From the gateway's JSON to what Arrow builds its nested arrays from: maps are lists of pairs."""
    if kind.root == "ARRAY" and kind.element is not None:
        element = _plain(kind.element, zones)
        return _or_null(lambda items: [element(item) for item in items] if element else items)
    if kind.root == "MULTISET" and kind.element is not None:
        return _pairs(_plain(kind.element, zones), None)
    if kind.root == "MAP" and kind.key is not None and kind.value is not None:
        return _pairs(_plain(kind.key, zones), _plain(kind.value, zones))
    if kind.fields:
        fields = [(name, _plain(field, zones)) for name, field in kind.fields]
        return _or_null(lambda row: {name: turn(row.get(name)) if turn else row.get(name) for name, turn in fields})
    if kind.root in {"BINARY", "VARBINARY"}:
        return _or_null(base64.b64decode)
    # Within collections numbers, times and intervals are Python's own; what pandas alone holds has no place there.
    return converter(kind, zones)


def _pairs(key: Callable[[Any], Any] | None, value: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    return _or_null(lambda items: [(key(k) if key else k, value(v) if value else v) for k, v in items.items()])


def _or_null(turn: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else turn(value)


def _unit(precision: int) -> str:
    return "s" if precision == 0 else "ms" if precision <= 3 else "us" if precision <= 6 else "ns"


def _zone_name(zone: tzinfo) -> str:
    """Arrow's name of a zone: that of the tz database, or an offset such as ``+08:00``."""
    if isinstance(zone, ZoneInfo):
        return zone.key
    name = str(zone)
    return name.removeprefix("UTC") or "UTC"


def _with_named_zones(table: pyarrow.Table) -> pyarrow.Table:
    """Polars takes named zones only: times of an offset are given in UTC, the same moments."""
    pa = _pyarrow()
    fields = []
    for field in table.schema:
        is_offset = pa.types.is_timestamp(field.type) and (field.type.tz or "").startswith(("+", "-"))
        fields.append(field.with_type(pa.timestamp(field.type.unit, tz="UTC")) if is_offset else field)
    return table.cast(pa.schema(fields))


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise PlatformError("Apache Arrow is not installed.", hint="pip install 'scaleph-lab[arrow]'") from None
    return pyarrow
