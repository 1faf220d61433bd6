"""One column of a result as a pandas Series, by its logical type; ``frames`` puts them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.values import TimeZones, ValueConversionError, converter

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["column_series", "no_nanoseconds"]

_INTEGERS = {
    "TINYINT": "int8",
    "SMALLINT": "int16",
    "INTEGER": "int32",
    "BIGINT": "int64",
    "INTERVAL_YEAR_MONTH": "int64",
}
_FLOATS = {"FLOAT": "float32", "DOUBLE": "float64"}


def column_series(kind: LogicalType, cells: Sequence[Any], zones: TimeZones) -> Any:
    """The values of the gateway's JSON as a pandas Series, or as an array for one; see ``frames``.

    Raises `ValueConversionError`.
    """
    build = _BUILDERS.get(kind.root, _objects)
    return build(kind, cells, zones)


def _objects(kind: LogicalType, cells: Sequence[Any], zones: TimeZones) -> Any:
    import pandas as pd

    convert = converter(kind, zones)
    return pd.Series([convert(cell) for cell in cells] if convert else list(cells), dtype=object)


def _masked(dtype: str, cells: Sequence[Any], array: Any) -> Any:
    import numpy as np

    mask = np.fromiter((cell is None for cell in cells), dtype=bool, count=len(cells))
    filled = [0 if cell is None else cell for cell in cells] if mask.any() else cells
    # NaN and the infinities come as text, which NumPy reads.
    numbers = np.array(filled, dtype="float64").astype(dtype) if "float" in dtype else np.array(filled, dtype=dtype)
    return array(numbers, mask)


def _integers(kind: LogicalType, cells: Sequence[Any], zones: TimeZones) -> Any:
    from pandas.arrays import IntegerArray

    return _masked(_INTEGERS[kind.root], cells, IntegerArray)


def _floats(kind: LogicalType, cells: Sequence[Any], zones: TimeZones) -> Any:
    from pandas.arrays import FloatingArray

    return _masked(_FLOATS[kind.root], [float(cell) if cell is not None else None for cell in cells], FloatingArray)


def _booleans(kind: LogicalType, cells: Sequence[Any], zones: TimeZones) -> Any:
    from pandas.arrays import BooleanArray

    return _masked("bool", cells, BooleanArray)


def _strings(kind: LogicalType, cells: Sequence[Any], zones: TimeZones) -> Any:
    import pandas as pd

    return pd.array(list(cells), dtype="string")


def _timestamps(kind: LogicalType, cells: Sequence[Any], zones: TimeZones) -> Any:
    import numpy as np
    import pandas as pd

    local = kind.root == "TIMESTAMP_WITH_LOCAL_TIME_ZONE"
    texts = [None if cell is None else cell.removesuffix("Z") for cell in cells]
    unit = _unit(kind.precision if kind.precision is not None else 6)
    if unit == "ns" and not all(text is None or "1678" <= text[:4] <= "2261" for text in texts):
        unit = "us"
    if unit == "us" and any(text and len(text.partition(".")[2].rstrip("0")) > 6 for text in texts):
        raise no_nanoseconds(kind.sql)
    try:
        stamps = pd.Series(np.array(texts, dtype=f"datetime64[{unit}]"))
    except ValueError as error:
        raise ValueConversionError(
            f"pandas has no value for a {kind.sql} of the column: {error}", hint="CAST the column to STRING."
        ) from error
    return _zoned(stamps, cells, zones) if local else stamps


def _zoned(stamps: pd.Series[Any], cells: Sequence[Any], zones: TimeZones) -> Any:
    """Local times with their zone. Of the hour that the clock goes through twice the first is meant."""
    import numpy as np

    as_text = np.fromiter((cell is not None and not cell.endswith("Z") for cell in cells), dtype=bool, count=len(cells))
    sent = zones.local if as_text.any() else zones.sent
    if as_text.any() and zones.sent != zones.local and not all(as_text | stamps.isna()):
        raise ValueConversionError("A TIMESTAMP_LTZ came partly as text.", hint="CAST the MAP to STRING.")
    zoned = stamps.dt.tz_localize(sent, ambiguous=np.ones(len(stamps), dtype=bool))
    return zoned if sent == zones.local else zoned.dt.tz_convert(zones.local)


def _unit(precision: int) -> str:
    return "s" if precision == 0 else "ms" if precision <= 3 else "us" if precision <= 6 else "ns"


def _dates(kind: LogicalType, cells: Sequence[Any], zones: TimeZones) -> Any:
    return _timestamps(LogicalType("TIMESTAMP_WITHOUT_TIME_ZONE", precision=0), cells, zones)


def _durations(kind: LogicalType, cells: Sequence[Any], zones: TimeZones) -> Any:
    import numpy as np
    import pandas as pd

    return pd.Series(np.array(["NaT" if cell is None else cell for cell in cells], dtype="timedelta64[ms]"))


_BUILDERS: dict[str, Callable[[LogicalType, Sequence[Any], TimeZones], Any]] = {
    **dict.fromkeys(_INTEGERS, _integers),
    **dict.fromkeys(_FLOATS, _floats),
    "BOOLEAN": _booleans,
    "CHAR": _strings,
    "VARCHAR": _strings,
    "TIMESTAMP_WITHOUT_TIME_ZONE": _timestamps,
    "TIMESTAMP_WITH_LOCAL_TIME_ZONE": _timestamps,
    "DATE": _dates,
    "INTERVAL_DAY_TIME": _durations,
}


def no_nanoseconds(sql: str) -> ValueConversionError:
    """The error for a time that no ``datetime64[ns]`` holds, and that loses digits in ``[us]``."""
    return ValueConversionError(
        f"pandas holds no nanoseconds for a {sql} outside of the years 1678 to 2261.",
        hint="CAST the column to TIMESTAMP(6), or to STRING.",
    )
