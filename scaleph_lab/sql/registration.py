"""A frame of Python's as a Flink table: its rows are written once, as JSON lines, where the engine reads them.

Types are exact: a DECIMAL stays one, NULL is told from the empty text, NaN from NULL. The table is temporary and
bounded, so that it serves in batch and in streaming queries. Source: Flink's JSON format (``timestamp-format.standard``
is ``SQL``), tried on 1.18, 1.20 and 2.3.
"""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaleph_lab.errors import UserError
from scaleph_lab.sql.bulk import bulk_folder
from scaleph_lab.sql.identifiers import quoted

if TYPE_CHECKING:
    import pyarrow

    from scaleph_lab.sql.session import SqlSession

__all__ = ["register_frame"]

_CHUNK_ROWS = 50_000
_SIMPLE = {
    "bool": "BOOLEAN",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INT",
    "int64": "BIGINT",
    "uint8": "SMALLINT",
    "uint16": "INT",
    "uint32": "BIGINT",
    "uint64": "DECIMAL(20, 0)",
    "halffloat": "FLOAT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "STRING",
    "large_string": "STRING",
    "string_view": "STRING",
    "binary": "BYTES",
    "large_binary": "BYTES",
    "date32[day]": "DATE",
    "date64[ms]": "DATE",
    "null": "STRING",
}
_MOST_DIGITS = 38
_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}


async def register_frame(session: SqlSession, name: str, frame: Any) -> tuple[int, Path]:
    """Makes the temporary table ``name`` of a pandas or Polars frame or an Arrow table, in the place of an older one.

    Returns the number of rows and the file that holds them, which must stay while the table is used. Raises `UserError`
    for what is no frame and for a column of a type that Flink has no word for, `BulkRefusedError` for an engine that
    shares no folder with this process.
    """
    table = _arrow(frame)
    columns = ", ".join(f"{quoted(field.name)} {_sql_type(field.type, field.name)}" for field in table.schema)
    await session.open()
    file = bulk_folder(session) / f"frame-{uuid.uuid4().hex[:12]}.json"
    await asyncio.to_thread(_write, table, file)
    path = file.as_uri().replace("'", "''")
    await session.execute(f"DROP TEMPORARY TABLE IF EXISTS {quoted(name)}", keyword="DROP")
    await session.execute(
        f"CREATE TEMPORARY TABLE {quoted(name)} ({columns}) WITH ('connector' = 'filesystem', 'path' = '{path}', "
        "'format' = 'json')",
        keyword="CREATE",
    )
    return table.num_rows, file


def _arrow(frame: Any) -> pyarrow.Table:
    import pyarrow as pa

    if isinstance(frame, pa.Table):
        return frame
    if hasattr(frame, "to_arrow"):
        return frame.to_arrow()
    if type(frame).__module__.partition(".")[0] == "pandas" and hasattr(frame, "columns"):
        frame = frame.rename(columns=str)
        try:
            return pa.Table.from_pandas(frame, preserve_index=False)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise UserError(
                f"A column has values of several types: {error}", hint="Make it one type: df[c].astype(…)."
            ) from error
    raise UserError(
        f"A {type(frame).__name__} is no frame.", hint="Take a pandas or Polars DataFrame or an Arrow table."
    )


def _sql_type(kind: Any, column: str) -> str:
    found = _SIMPLE.get(str(kind)) or _parametrised(kind) or _nested(kind, column)
    if found is None:
        raise UserError(
            f"Flink has no type for the {kind} of the column {column!r}.", hint="Make it a string.", path=column
        )
    return found


def _parametrised(kind: Any) -> str | None:
    import pyarrow as pa

    if pa.types.is_decimal(kind) and kind.precision <= _MOST_DIGITS:
        return f"DECIMAL({kind.precision}, {max(kind.scale, 0)})"
    if pa.types.is_time(kind):
        return "TIME(0)"
    if pa.types.is_timestamp(kind):
        return f"{'TIMESTAMP' if kind.tz is None else 'TIMESTAMP_LTZ'}({_DIGITS[kind.unit]})"
    return None


def _nested(kind: Any, column: str) -> str | None:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _sql_type(kind.value_type, column)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"ARRAY<{_sql_type(kind.value_type, column)}>"
    if pa.types.is_map(kind) and pa.types.is_string(kind.key_type):
        return f"MAP<STRING, {_sql_type(kind.item_type, column)}>"
    if pa.types.is_struct(kind):
        return f"ROW<{', '.join(f'{quoted(field.name)} {_sql_type(field.type, column)}' for field in kind)}>"
    return None


def _write(table: pyarrow.Table, file: Path) -> None:
    import orjson

    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    turns = [(field.name, _to_json(field.type)) for field in table.schema]
    file.touch(mode=0o600)
    with file.open("wb") as sink:
        for rows in _chunks(table):
            for row in rows:
                sink.write(orjson.dumps({name: turn(row[name]) for name, turn in turns}) + b"\n")


def _chunks(table: pyarrow.Table) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, table.num_rows, _CHUNK_ROWS):
        yield table.slice(start, _CHUNK_ROWS).to_pylist()


def _to_json(kind: Any) -> Callable[[Any], Any]:
    """What Flink's JSON format reads back as the same value."""
    import pyarrow as pa

    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner = _to_json(kind.value_type)
        return lambda items: None if items is None else [inner(item) for item in items]
    if pa.types.is_map(kind):
        value = _to_json(kind.item_type)
        return lambda pairs: None if pairs is None else {key: value(item) for key, item in pairs}
    if pa.types.is_struct(kind):
        fields = [(field.name, _to_json(field.type)) for field in kind]
        return lambda row: None if row is None else {name: turn(row[name]) for name, turn in fields}
    return _scalar


def _scalar(value: Any) -> Any:
    if isinstance(value, float):
        # JSON has no NaN and no infinity; Flink reads them from text.
        return value if value - value == 0 else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "hour") and hasattr(value, "year"):
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return f"{moment.isoformat(sep=' ')}{'Z' if value.tzinfo else ''}"
    return value.isoformat() if hasattr(value, "isoformat") else value
