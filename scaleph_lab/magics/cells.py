"""Running one statement for a cell: fetch, stop at limits, tell the state. Runs on the background loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from scaleph_lab.errors import ScalephError
from scaleph_lab.magics.live import LiveResult, State
from scaleph_lab.magics.options import MODE, CellOptions
from scaleph_lab.magics.watermarks import following_watermark

if TYPE_CHECKING:
    from scaleph_lab.engines.model import ProgressListener
    from scaleph_lab.sql.scripts import Statement
    from scaleph_lab.sql.session import SqlSession
    from scaleph_lab.sql.statements import StatementResult

__all__ = ["DEFAULT_LIMIT", "changed_options", "run_statement"]

DEFAULT_LIMIT = 1000
"""Rows that are fetched of a batch query which is only shown."""
_SETTING = frozenset({"SET", "RESET"})
QUERIES = frozenset({"SELECT", "WITH", "VALUES"})
BULK_ROWS = 300_000
"""A batch query that is kept whole and has given so many rows comes by files instead, all of it anew."""
_QUICK_SECONDS = 5.0
"""Its first rows must have come within that time: then running the query again costs less than it saves."""
_CHECKPOINTS = "execution.checkpointing.interval"
_CHECKPOINT_MODE = "execution.checkpointing.mode"


async def run_statement(
    session: SqlSession, statement: Statement, options: CellOptions, live: LiveResult, progress: ProgressListener
) -> None:
    """Runs a statement to its end, its limit or its timeout; ``live`` has all there is to show.

    When it is cancelled, the statement is stopped and its job is gone before this returns. Raises
    `SqlError`, `EngineError` and `PlatformError`.
    """
    live.submit(await session.open(progress))
    before = await session.properties() if statement.keyword in _SETTING else None
    try:
        async with asyncio.timeout(options.timeout):
            if options.bulk and statement.keyword in QUERIES:
                await _run_bulk(session, statement, options, live)
                return
            result = await session.execute(
                statement.sql, config=options.config, keyword=statement.keyword, progress=progress
            )
            live.begin(result)
            if before is not None:
                live.note(changed_options(before, await session.properties()))
            if await _consume(session, result, options, live):
                await _run_bulk(session, statement, options, live)
    except TimeoutError:
        await _stop(live)
        live.end(State.STOPPED, f"after {options.timeout:g} s (--timeout)")
    except asyncio.CancelledError:
        try:
            await asyncio.shield(_stop(live))
        except ScalephError as error:
            live.end(State.CANCELED, f"but not verified: {error}")
            raise
        live.end(State.CANCELED)
        raise
    except Exception:
        live.end(State.FAILED)
        raise


async def _run_bulk(session: SqlSession, statement: Statement, options: CellOptions, live: LiveResult) -> None:
    from scaleph_lab.sql.bulk import fetch_bulk
    from scaleph_lab.sql.results import Batch

    rows = await fetch_bulk(session, statement.sql, statement.keyword, options.config)
    is_first = live.result is None
    live.begin(rows.probe)
    if is_first:
        live.add(Batch(rows.probe.columns, rows.head(DEFAULT_LIMIT), None, rows.probe.zones))
    live.fill(rows.table)
    live.note((f"{rows.table.num_rows:,} rows came by files; some of them are shown.",))
    live.end(State.FINISHED)


async def _consume(session: SqlSession, result: StatementResult, options: CellOptions, live: LiveResult) -> bool:
    """Fetches to the end, or to the limit; whether there are so many rows that files shall bring them instead."""
    properties = await session.properties() if result.is_query else {}
    live.explain_wait(_wait(properties, options))
    limit = _limit(properties, result, options)
    streams = result.is_query and _mode(properties, options) != "batch"
    async with contextlib.AsyncExitStack() as beside:
        if streams and result.job_id is not None:
            await beside.enter_async_context(following_watermark(session, result.job_id, properties, live))
        grows = not streams and not limit and _may_come_by_files(session, result, options)
        async for batch in result:
            live.add(batch.head(limit - live.changes) if limit else batch)
            if limit and live.changes >= limit:
                break
            # A query that computes for long before its first row would have to do it twice.
            grows = grows and (live.changes > len(batch) or live.elapsed < _QUICK_SECONDS)
            if grows and live.changes >= BULK_ROWS and not result.exhausted:
                await result.cancel()
                return True
    if not result.exhausted:
        await result.cancel()
        live.end(State.STOPPED, f"at {limit:,} rows{' (--limit)' if options.named else ''}")
    elif not result.is_query and result.job_id is not None:
        live.end(State.FINISHED, await session.job_state(result.job_id))
    else:
        live.end(State.FINISHED)
    return False


def _may_come_by_files(session: SqlSession, result: StatementResult, options: CellOptions) -> bool:
    """Whether the rows of a batch query are all wanted, and files hold them without loss."""
    if options.output is None or options.pages or options.form == "changelog" or not session.is_embedded:
        return False
    if find_spec("pyarrow") is None:
        return False
    from scaleph_lab.sql.bulk import refusal

    return result.is_query and not refusal(result.columns)


def _limit(properties: Mapping[str, str], result: StatementResult, options: CellOptions) -> int:
    """How many rows to fetch; 0 is all. A stream that is shown runs until it is stopped."""
    if not result.is_query:
        return 0
    if options.limit is not None:
        return options.limit
    if options.output is not None:
        return 0
    return DEFAULT_LIMIT if _mode(properties, options) == "batch" else 0


def _mode(properties: Mapping[str, str], options: CellOptions) -> str:
    return (options.config.get(MODE) or properties.get(MODE, "streaming")).lower()


def _wait(properties: Mapping[str, str], options: CellOptions) -> str:
    """Why a streaming query's rows come late: with exactly-once checkpoints Flink's collect sink holds them back
    until the checkpoint that they belong to."""
    interval = properties.get(_CHECKPOINTS, "")
    if not interval or _mode(properties, options) == "batch":
        return ""
    if properties.get(_CHECKPOINT_MODE, "EXACTLY_ONCE").upper().replace("-", "_") != "EXACTLY_ONCE":
        return ""
    return f"Rows come with each checkpoint, every {interval} ({_CHECKPOINTS}); RESET it to see them at once."


async def _stop(live: LiveResult) -> None:
    if live.result is not None:
        await live.result.cancel()


def changed_options(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """What a SET or RESET has changed, a line each; values of keys that hold secrets are not shown."""
    keys = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    return tuple(f"{key}: {_shown(key, before)} → {_shown(key, after)}" for key in keys)


def _shown(key: str, options: Mapping[str, str]) -> str:
    from scaleph_lab.sql.secrets import HIDDEN, is_secret

    if key not in options:
        return "(not set)"
    return HIDDEN if is_secret(key) else options[key]
