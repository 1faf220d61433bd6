"""Rows to a DataFrame, against a raw drain of the same gateway; what a statement costs, against an ideal poller.

The raw drain is the least that a client can do: ``httpx`` and ``json.loads``, no types, no frame. Both take turns on
one engine, so that a machine that slows down slows both. A ratio above 1 is faster than the floor.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable

import httpx

from scaleph_lab.engines import get_engine
from scaleph_lab.magics.cells import run_statement
from scaleph_lab.magics.live import LiveResult
from scaleph_lab.magics.options import parse_cell_options
from scaleph_lab.settings import reload_settings
from scaleph_lab.sql import SqlSession
from scaleph_lab.sql.bulk import fetch_bulk
from scaleph_lab.sql.frames import from_arrow
from scaleph_lab.sql.scripts import split_script

__all__ = ["measure_rows"]

TABLE = """CREATE TABLE rows_{rows} (id BIGINT, s STRING, x DOUBLE, ts TIMESTAMP(3), price DECIMAL(10, 2)) WITH (
  'connector' = 'datagen', 'number-of-rows' = '{rows}', 'rows-per-second' = '1000000000', 'fields.s.length' = '20')"""
BATCH = {"execution.runtime-mode": "batch"}
POLL_SECONDS = 0.02
IDEAL_POLL_SECONDS = 0.005
Figures = dict[str, float]


async def raw_drain(url: str, session: str, statement: str, config: dict[str, str], pause: float = POLL_SECONDS) -> int:
    """The number of rows; each page is parsed and dropped."""
    count = 0
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http:
        body = {"statement": statement, "executionConfig": config}
        reply = await http.post(f"/v1/sessions/{session}/statements", json=body)
        uri: str | None = f"/v1/sessions/{session}/operations/{reply.json()['operationHandle']}/result/0"
        while uri is not None:
            page = json.loads((await http.get(uri)).content)
            rows = page.get("results", {}).get("data", [])
            count += len(rows)
            uri = page.get("nextResultUri")
            if not rows and uri is not None:
                await asyncio.sleep(pause)
    return count


async def by_pages(session: SqlSession, statement: str) -> int:
    """The number of rows of the DataFrame, by the gateway's pages, as ``%%flinksql -o df --pages`` makes it."""
    options, _ = parse_cell_options("-o df --pages --mode batch")
    live = LiveResult(keep_all=True, keep_changes=False, show_changes=False)
    (cell,) = split_script(statement)
    await run_statement(session, cell, options, live, lambda _: None)
    return len(live.frame("pandas"))


async def by_files(session: SqlSession, statement: str) -> int:
    """The number of rows of the DataFrame, by files."""
    return len(from_arrow("pandas", (await fetch_bulk(session, statement, "SELECT")).table))


async def listing(session: SqlSession) -> int:
    """A statement without a job."""
    return len(await (await session.execute("SHOW TABLES", keyword="SHOW")).rows())


async def seconds(work: Callable[[], Awaitable[int]], expected: int | None = None) -> float:
    """How long it took; what it gave must be what was asked for."""
    begun = time.perf_counter()
    count = await work()
    took = time.perf_counter() - begun
    if expected is not None and count != expected:
        raise RuntimeError(f"{count} rows came instead of {expected}")
    return took


async def measure_rows(runs: int, sizes: tuple[int, ...] = (100_000, 1_000_000)) -> Figures:
    """All figures by name."""
    figures: Figures = {}
    async with SqlSession(get_engine("flink-1.20")) as session:
        await session.open()
        endpoint, handle = session.endpoint, session.handle
        assert endpoint is not None and handle is not None
        for rows in sizes:
            await session.execute(TABLE.format(rows=rows))
            statement = f"SELECT * FROM rows_{rows}"
            raw, pages, files = [], [], []
            for _ in range(runs):
                raw.append(await seconds(lambda s=statement: raw_drain(endpoint.gateway_url, handle, s, BATCH), rows))
                pages.append(await seconds(lambda s=statement: by_pages(session, s), rows))
                files.append(await seconds(lambda s=statement: by_files(session, s), rows))
            figures |= _ratios(f"{rows:,} rows to a DataFrame by pages", raw, pages, "1.0" if rows < 1e6 else "1.15")
            figures |= _ratios(f"{rows:,} rows to a DataFrame by files", raw, files, "1.8" if rows >= 1e6 else "")
        figures |= await _statements(session, endpoint.gateway_url, handle, max(runs, 20))
    return figures


async def _statements(session: SqlSession, url: str, handle: str, runs: int) -> Figures:
    async def ours() -> int:
        return len(await (await session.execute("SELECT 1", keyword="SELECT")).rows())

    ideal, own, shown = [], [], []
    for _ in range(runs):
        ideal.append(await seconds(lambda: raw_drain(url, handle, "SELECT 1", {}, IDEAL_POLL_SECONDS), 1))
        own.append(await seconds(ours, 1))
        shown.append(await seconds(lambda: listing(session)))
    return {
        f"SELECT 1, n = {runs}: ms above an ideal 5 ms poller (promised: 10 or less)": 1000
        * (statistics.median(own) - statistics.median(ideal)),
        "  the ideal poller, ms": 1000 * statistics.median(ideal),
        f"SHOW TABLES, n = {runs}: ms (promised: 20 or less)": 1000 * statistics.median(shown),
        "  slowest, ms": 1000 * max(shown),
    }


def _ratios(name: str, floor: list[float], ours: list[float], promised: str) -> Figures:
    ratios = [before / after for before, after in zip(floor, ours, strict=True)]
    goal = f" (promised: {promised} or more)" if promised else ""
    return {
        f"{name}, n = {len(ours)}: ratio to the raw drain{goal}": statistics.median(ratios),
        f"  {name}: least ratio": min(ratios),
        f"  {name}: greatest ratio": max(ratios),
        f"  {name}: median s": statistics.median(ours),
    }


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="100,000 rows only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        os.environ["SCALEPH_LAB_STATE_DIR"] = state
        reload_settings()
        engine = get_engine("flink-1.20")
        engine.ensure()
        try:
            sizes = (100_000,) if options.small else (100_000, 1_000_000)
            for name, value in asyncio.run(measure_rows(options.runs, sizes)).items():
                print(f"{name:<86} {value:8.2f}")
        finally:
            engine.stop()


if __name__ == "__main__":
    main()
