"""How far a running query's watermark is behind the clock."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from scaleph_lab.errors import ScalephError

if TYPE_CHECKING:
    from scaleph_lab.magics.live import LiveResult
    from scaleph_lab.sql.session import SqlSession

__all__ = ["following_watermark", "lag"]

_POLL_SECONDS = 2.0
_IDLE_POLL_SECONDS = 10.0
_PATIENT_POLLS = 8
"""After so many polls without a watermark the query has none in all likelihood: it is asked for more rarely."""
_TIME_ZONE = "table.local-time-zone"


@contextlib.asynccontextmanager
async def following_watermark(
    session: SqlSession, job_id: str, properties: Mapping[str, str], live: LiveResult
) -> AsyncIterator[None]:
    """Keeps the watermark lag of ``live`` fresh. What the JobManager refuses to tell is not shown."""
    task = asyncio.create_task(_follow(session, job_id, _zone(properties), live))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def lag(watermark: float, now: float, zone: tzinfo) -> float:
    """Seconds from the watermark to the clock.

    A watermark of a TIMESTAMP column counts local time as if it were UTC, one of a TIMESTAMP_LTZ column is in UTC,
    and a job does not say which it is: of the two lags the smaller that is not negative is taken, which is wrong
    only where events are later than the zone is from UTC.
    """
    local = datetime.fromtimestamp(now, zone).replace(tzinfo=UTC).timestamp()
    lags = [now - watermark, local - watermark]
    return min((each for each in lags if each >= 0), default=max(lags))


async def _follow(session: SqlSession, job_id: str, zone: tzinfo, live: LiveResult) -> None:
    polls = 0
    while True:
        polls += 1
        await asyncio.sleep(_POLL_SECONDS if polls <= _PATIENT_POLLS else _IDLE_POLL_SECONDS)
        try:
            watermark = await session.watermark(job_id)
        except ScalephError:
            # That the engine or the job is gone is said by the rows.
            return
        if watermark is not None:
            polls = 0
            live.see_watermark_lag(lag(watermark, time.time(), zone))


def _zone(properties: Mapping[str, str]) -> tzinfo:
    from scaleph_lab.sql.values import ValueConversionError, time_zone

    name = properties.get(_TIME_ZONE, "default")
    local = datetime.now(UTC).astimezone().tzinfo or UTC
    if name == "default":
        return local
    try:
        return time_zone(name)
    except ValueConversionError:
        return local
