"""Many rows by files: Flink writes a batch query's result next to the kernel, Arrow reads it.

The gateway hands rows over as JSON pages, at the pace of its collect sink. A batch query of a million rows comes about
twice as fast by way of CSV files that the query's own tasks write. The rows are the same, DECIMAL exact and NULL told
from the empty text; the folder has to be seen by the engine and by the kernel.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaleph_lab.errors import ScalephError, UserError
from scaleph_lab.settings import get_settings
from scaleph_lab.sql.arrow import arrow_schema
from scaleph_lab.sql.identifiers import quoted
from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.results import Column
from scaleph_lab.sql.values import TimeZones

if TYPE_CHECKING:
    import pyarrow

    from scaleph_lab.sql.session import SqlSession
    from scaleph_lab.sql.statements import StatementResult

__all__ = ["BulkRefusedError", "BulkRows", "bulk_folder", "fetch_bulk", "refusal"]

_TYPES = frozenset(
    {
        *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "BOOLEAN", "CHAR", "VARCHAR", "DECIMAL"),
        *("BINARY", "VARBINARY", "DATE", "TIMESTAMP_WITHOUT_TIME_ZONE", "TIMESTAMP_WITH_LOCAL_TIME_ZONE"),
    }
)
"""What Flink's CSV format writes without loss."""
_QUERIES = frozenset({"SELECT", "WITH", "VALUES"})
_BATCH = {"execution.runtime-mode": "batch"}


class BulkRefusedError(UserError):
    """A result that cannot come by files: a stream, nested types, or an engine that shares no folder."""

    code = "bulk_refused"


class BulkRows:
    """All rows of a query, as Arrow. ``probe`` is a result without rows that tells columns and zones."""

    def __init__(self, probe: StatementResult, table: pyarrow.Table) -> None:
        self.probe = probe
        self.table = table

    def head(self, count: int) -> list[list[Any]]:
        """The first rows in the gateway's form, to show them."""
        columns = [
            _as_sent(column.type, values)
            for column, values in zip(self.probe.columns, self.table.slice(0, count).columns, strict=True)
        ]
        return [list(row) for row in zip(*columns, strict=True)]


def bulk_folder(session: SqlSession) -> Path:
    """Where the files of a query are put. Raises `BulkRefusedError` where the engine may not see it."""
    folder = get_settings().bulk_dir
    if folder is None and not session.is_embedded:
        raise BulkRefusedError(
            f"{session.engine_name} shares no folder with this kernel.",
            hint="Name one that both see in the setting bulk_dir, or leave --bulk out.",
            path="bulk_dir",
        )
    return folder or get_settings().state_dir / "bulk"


def refusal(columns: Sequence[Column]) -> str:
    """Why rows of these columns cannot come by files; empty where they can."""
    other = next((column for column in columns if column.type.root not in _TYPES), None)
    return f"The column {other.name} is a {other.type.sql}, which no CSV file holds." if other else ""


async def fetch_bulk(
    session: SqlSession, statement: str, keyword: str, config: Mapping[str, str] | None = None
) -> BulkRows:
    """Runs a batch query and returns all its rows. Cancelling the call cancels the job and removes the files.

    Raises `BulkRefusedError`, and what `SqlSession.execute` raises; the place of a `SqlError` is the statement's.
    """
    if keyword not in _QUERIES:
        raise BulkRefusedError(f"A {keyword or 'statement'} has no rows to fetch by files.")
    settings = {**(config or {}), **_BATCH}
    await session.open()
    folder = bulk_folder(session)
    # Before anything is written: a mistake is found in the statement as the user wrote it.
    probe = await _probe(session, statement, settings)
    if why := refusal(probe.columns):
        raise BulkRefusedError(why, hint="CAST it to STRING, or leave --bulk out.")
    async with _files(folder) as files:
        null = uuid.uuid4().hex[:8]
        async with _sink(session, probe.columns, files, null) as sink:
            # The newline keeps a comment at the statement's end from taking what follows.
            result = await session.execute(f"INSERT INTO {sink}\n{statement}", config=settings, keyword="INSERT")
            await _wait(session, result)
        table = await asyncio.to_thread(_read, files, probe.columns, probe.zones, null)
    return BulkRows(probe, table)


async def _probe(session: SqlSession, statement: str, settings: Mapping[str, str]) -> StatementResult:
    result = await session.execute(statement, config=settings)
    await result.cancel()
    return result


@contextlib.asynccontextmanager
async def _files(folder: Path) -> AsyncIterator[Path]:
    files = await asyncio.to_thread(_new_folder, folder)
    try:
        yield files
    finally:
        await asyncio.to_thread(shutil.rmtree, files, ignore_errors=True)


def _new_folder(above: Path) -> Path:
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(tempfile.mkdtemp(prefix="query-", dir=above))


@contextlib.asynccontextmanager
async def _sink(session: SqlSession, columns: Sequence[Column], files: Path, null: str) -> AsyncIterator[str]:
    name = f"__scaleph_bulk_{uuid.uuid4().hex[:12]}"
    fields = ", ".join(f"c{at} {replace(column.type, nullable=True).sql}" for at, column in enumerate(columns))
    path = (files / "rows").as_uri().replace("'", "''")
    await session.execute(
        f"CREATE TEMPORARY TABLE {name} ({fields}) WITH ('connector' = 'filesystem', 'path' = '{path}', "
        f"'format' = 'csv', 'csv.null-literal' = '{null}', 'csv.write-bigdecimal-in-scientific-notation' = 'false')",
        keyword="CREATE",
    )
    try:
        yield quoted(name)
    finally:
        with contextlib.suppress(ScalephError):
            await asyncio.shield(session.execute(f"DROP TEMPORARY TABLE {name}", keyword="DROP"))


async def _wait(session: SqlSession, result: StatementResult) -> None:
    """Waits for the job's end; raises its failure as the gateway would."""
    job_id = str(result.job_id)
    try:
        await session.finish_job(result)
    except asyncio.CancelledError:
        await asyncio.shield(result.cancel())
        raise
    finally:
        # It is no job of the user's.
        session.submitted_jobs.pop(job_id, None)


def _read(files: Path, columns: Sequence[Column], zones: TimeZones, null: str) -> pyarrow.Table:
    import pyarrow as pa
    from pyarrow import csv

    schema = arrow_schema(columns, zones)
    written = sorted(path for path in (files / "rows").rglob("part-*") if path.is_file() and path.stat().st_size)
    if not written:
        return schema.empty_table()
    names = [f"c{at}" for at in range(len(columns))]
    # Flink writes moments in UTC (`…Z`), whatever the session's zone, and bytes in Base64.
    types = dict(zip(names, (_in_file(field.type) for field in schema), strict=True))
    has_text = any(column.type.root in {"CHAR", "VARCHAR"} for column in columns)
    tables = [
        csv.read_csv(
            path,
            read_options=csv.ReadOptions(column_names=names, block_size=1 << 23),
            parse_options=csv.ParseOptions(newlines_in_values=has_text, quote_char='"', double_quote=True),
            convert_options=csv.ConvertOptions(
                column_types=types,
                null_values=[null],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                true_values=["true"],
                false_values=["false"],
            ),
        )
        for path in written
    ]
    rows = pa.concat_tables(tables)
    arrays = [_from_file(values, field.type) for values, field in zip(rows.columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _in_file(target: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_timestamp(target) and target.tz is not None:
        return pa.timestamp(target.unit, tz="UTC")
    return pa.string() if pa.types.is_binary(target) else target


def _from_file(values: Any, target: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_binary(target):
        return pa.array(
            [None if value is None else base64.b64decode(value) for value in values.to_pylist()], type=target
        )
    return values if values.type == target else values.cast(target)


def _as_sent(kind: LogicalType, values: Any) -> list[Any]:
    if kind.root in {"BINARY", "VARBINARY"}:
        return [None if value is None else base64.b64encode(value).decode() for value in values.to_pylist()]
    if kind.root.startswith("TIMESTAMP"):
        # As local time of the session's zone, in the form that both sides agree on: text without a zone.
        naive = [None if value is None else value.replace(tzinfo=None) for value in values.to_pylist()]
        return [None if value is None else value.isoformat() for value in naive]
    if kind.root == "DATE":
        return [None if value is None else value.isoformat() for value in values.to_pylist()]
    return list(values.to_pylist())
