"""Running one statement for a cell: fetch, stop at limits, tell the state. Runs on the background loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scaleph_lab.magics.live import LiveResult, State
from scaleph_lab.magics.options import MODE, CellOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scaleph_lab.engines.model import ProgressListener
    from scaleph_lab.sql.scripts import Statement
    from scaleph_lab.sql.session import SqlSession
    from scaleph_lab.sql.statements import StatementResult

__all__ = ["DEFAULT_LIMIT", "changed_options", "run_statement"]

DEFAULT_LIMIT = 1000
"""Rows that are fetched of a batch query which is only shown."""
_SETTING = frozenset({"SET", "RESET"})


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
            result = await session.execute(
                statement.sql, config=options.config, keyword=statement.keyword, progress=progress
            )
            live.begin(result)
            if before is not None:
                live.note(changed_options(before, await session.properties()))
            await _consume(session, result, options, live)
    except TimeoutError:
        await _stop(live)
        live.end(State.STOPPED, f"after {options.timeout:g} s (--timeout)")
    except asyncio.CancelledError:
        await asyncio.shield(_stop(live))
        live.end(State.CANCELED)
        raise
    except Exception:
        live.end(State.FAILED)
        raise


async def _consume(session: SqlSession, result: StatementResult, options: CellOptions, live: LiveResult) -> None:
    limit = await _limit(session, result, options)
    async for batch in result:
        live.add(batch.head(limit - live.changes) if limit else batch)
        if limit and live.changes >= limit:
            break
    if not result.exhausted:
        await result.cancel()
        live.end(State.STOPPED, f"at {limit:,} rows{' (--limit)' if options.named else ''}")
    elif not result.is_query and result.job_id is not None:
        live.end(State.FINISHED, await session.job_state(result.job_id))
    else:
        live.end(State.FINISHED)


async def _limit(session: SqlSession, result: StatementResult, options: CellOptions) -> int:
    """How many rows to fetch; 0 is all. A stream that is shown runs until it is stopped."""
    if not result.is_query:
        return 0
    if options.limit is not None:
        return options.limit
    if options.output is not None:
        return 0
    mode = options.config.get(MODE) or (await session.properties()).get(MODE, "streaming")
    return DEFAULT_LIMIT if mode.lower() == "batch" else 0


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
