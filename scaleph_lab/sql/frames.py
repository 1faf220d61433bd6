"""Rows as a pandas DataFrame with the types of Flink's columns.

=========================  =================================================================
Flink                      pandas
=========================  =================================================================
TINYINT … BIGINT           ``Int8`` … ``Int64`` (nullable; never a float)
FLOAT, DOUBLE              ``Float32``, ``Float64`` (NULL is ``<NA>``, NaN stays NaN)
BOOLEAN                    ``boolean``
CHAR, VARCHAR              ``string``
DECIMAL                    ``object`` of ``decimal.Decimal``
TIMESTAMP(p)               ``datetime64[s|ms|us|ns]`` by precision
TIMESTAMP_LTZ(p)           the same with the session's time zone
DATE                       ``datetime64[s]``
INTERVAL DAY TO SECOND     ``timedelta64[ms]``
INTERVAL YEAR TO MONTH     ``Int64``, a number of months
everything else            ``object``, see ``values``
=========================  =================================================================

A TIMESTAMP(9) outside of 1677 to 2262, which no ``datetime64[ns]`` holds, makes its column ``[us]``; when
that would lose digits a `ValueConversionError` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scaleph_lab.sql.changelog import RowKind
from scaleph_lab.sql.collector import paused_collector
from scaleph_lab.sql.results import Column, unique_names
from scaleph_lab.sql.series import column_series, no_nanoseconds
from scaleph_lab.sql.values import TimeZones, ValueConversionError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow

__all__ = ["ROW_KIND_COLUMN", "FramePieces", "from_arrow", "to_frame", "to_pandas"]

ROW_KIND_COLUMN = "row_kind"
"""The column that tells the kind of each change in a frame of changes."""

_PIECE = 10_000
"""Rows made into a piece of a frame at once: what stays in the processor's cache takes half the time."""


def to_frame(
    form: str,
    columns: Sequence[Column],
    raw: Sequence[Sequence[Any]],
    zones: TimeZones,
    kinds: Sequence[RowKind] | None = None,
) -> Any:
    """Rows of the gateway as ``pandas``, ``polars`` or ``arrow``; see `to_pandas` and ``arrow``."""
    if form == "pandas":
        return to_pandas(columns, raw, zones, kinds)
    from scaleph_lab.sql.arrow import to_arrow, to_polars

    return (to_polars if form == "polars" else to_arrow)(columns, raw, zones)


def to_pandas(
    columns: Sequence[Column],
    raw: Sequence[Sequence[Any]],
    zones: TimeZones,
    kinds: Sequence[RowKind] | None = None,
) -> pd.DataFrame:
    """Rows of the gateway as a DataFrame; with ``kinds`` a first column says the kind of each change.

    Columns of one name get numbers (``a``, ``a_1``). Raises `ValueConversionError`.
    """
    import pandas as pd

    pieces = FramePieces(columns, zones)
    pieces.add(raw)
    frame = pieces.frame()
    if kinds is not None:
        signs = pd.Series([kind.sign for kind in kinds], dtype="string")
        frame.insert(0, _free_name(ROW_KIND_COLUMN, set(frame.columns)), signs)
    return frame


class FramePieces:
    """A DataFrame that is made while its rows arrive: each piece while the gateway prepares the next page."""

    def __init__(self, columns: Sequence[Column], zones: TimeZones) -> None:
        self._columns = columns
        self._zones = zones
        self._waiting: list[Sequence[Any]] = []
        self._pieces: list[list[Any]] = []
        self._failure: ValueConversionError | None = None

    def add(self, raw: Sequence[Sequence[Any]]) -> None:
        """More rows of the gateway. What cannot be converted is told by `frame`."""
        self._waiting.extend(raw)
        if len(self._waiting) >= _PIECE and self._failure is None:
            self._convert()

    def frame(self) -> pd.DataFrame:
        """All rows up to now. Raises `ValueConversionError`."""
        import pandas as pd

        if self._failure is None and (self._waiting or not self._pieces):
            self._convert()
        if self._failure is not None:
            raise self._failure
        with paused_collector():
            return pd.DataFrame(
                {name: _joined(parts) for name, *parts in zip(unique_names(self._columns), *self._pieces, strict=True)}
            )

    def _convert(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            with paused_collector():
                for at in range(0, len(waiting) or 1, _PIECE):
                    self._pieces.append(_series_of(self._columns, waiting[at : at + _PIECE], self._zones))
        except ValueConversionError as error:
            self._failure = error


def _series_of(columns: Sequence[Column], raw: Sequence[Sequence[Any]], zones: TimeZones) -> list[Any]:
    values: Sequence[Sequence[Any]] = list(zip(*raw, strict=True)) if raw else [()] * len(columns)
    series = []
    for column, cells in zip(columns, values, strict=True):
        try:
            series.append(column_series(column.type, cells, zones))
        except ValueConversionError as error:
            error.path = column.name
            raise
    return series


def _joined(pieces: Sequence[Any]) -> Any:
    """The pieces of a column as one; where a piece of a TIMESTAMP(9) is ``[us]``, all of it is."""
    import pandas as pd

    if len(pieces) == 1:
        return pieces[0]
    joined = [piece if isinstance(piece, pd.Series) else pd.Series(piece) for piece in pieces]
    units = {getattr(piece.dt, "unit", "") for piece in joined if pd.api.types.is_datetime64_any_dtype(piece.dtype)}
    if len(units) > 1:
        joined = [_in_microseconds(piece) for piece in joined]
    return pd.concat(joined, ignore_index=True)


def _in_microseconds(stamps: pd.Series[Any]) -> Any:
    if stamps.dt.nanosecond.fillna(0).any():
        raise no_nanoseconds("TIMESTAMP(9)")
    return stamps.dt.as_unit("us")


def from_arrow(form: str, table: pyarrow.Table) -> Any:
    """An Arrow table as ``pandas`` (of the same dtypes as `to_pandas`), as ``polars``, or as it is (``arrow``).

    Raises `PlatformError` where Polars is not installed.
    """
    if form == "arrow":
        return table
    if form == "polars":
        from scaleph_lab.sql.arrow import polars_of

        return polars_of(table)
    import pandas as pd
    import pyarrow as pa

    dates = [field.with_type(pa.timestamp("s")) if pa.types.is_date(field.type) else field for field in table.schema]
    return table.cast(pa.schema(dates)).to_pandas(types_mapper=_pandas_types(pd, pa).get, split_blocks=True)


def _pandas_types(pd: Any, pa: Any) -> dict[Any, Any]:
    integers = {getattr(pa, f"int{bits}")(): getattr(pd, f"Int{bits}Dtype")() for bits in (8, 16, 32, 64)}
    floats = {pa.float32(): pd.Float32Dtype(), pa.float64(): pd.Float64Dtype()}
    return {**integers, **floats, pa.bool_(): pd.BooleanDtype(), pa.string(): pd.StringDtype()}


def _free_name(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"_{name}"
    return name
