"""What may go wrong between a session and its engine, and results of awkward shapes."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.engines.jobmanager import JobManagerClient
from scaleph_lab.engines.remote import RemoteFlink
from scaleph_lab.errors import EngineError, EngineLostError
from scaleph_lab.magics.cells import run_statement
from scaleph_lab.magics.live import LiveResult
from scaleph_lab.magics.options import parse_cell_options
from scaleph_lab.magics.tables import result_html, result_text
from scaleph_lab.settings import RemoteEngine
from scaleph_lab.sql import SqlSession
from scaleph_lab.sql.faults import SqlError
from scaleph_lab.sql.scripts import split_script
from scaleph_lab.widgets.feeds import View
from scaleph_lab.widgets.patches import PageRows

from .remote_gateway import Wire

pytestmark = pytest.mark.engine

ENDLESS = "CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100')"


async def run(session: SqlSession, statement: str) -> list[tuple[Any, ...]]:
    return await (await session.execute(statement)).rows()


async def shown(session: SqlSession, sql: str, options: str = "") -> tuple[LiveResult, str, str, list[Any]]:
    """What a cell shows of a query: the result, its text, its HTML, and the texts of its grid."""
    live = LiveResult(keep_all=False, keep_changes=False, show_changes=False)
    (statement,) = split_script(sql)
    await run_statement(session, statement, parse_cell_options(options)[0], live, lambda _: None)
    snapshot = live.snapshot()
    grid = PageRows(View.TABLE, live.columns, live.zones).patch(live.newest(View.TABLE, 10_000), 10**9)
    return live, result_text(snapshot), result_html(snapshot), grid.rows


async def test_an_engine_killed_mid_fetch_is_named_and_comes_back(flink: Callable[[str], Engine]) -> None:
    """The embedded engine is gateway and JobManager in one process: both are lost."""
    engine = flink("flink-1.20")
    async with SqlSession(engine) as session:
        await run(session, ENDLESS)
        with pytest.raises(EngineLostError, match=r"flink-1\.20 was killed"):
            async for _ in await session.execute("SELECT id FROM g"):
                if (pid := engine.status().pid) is not None:
                    os.kill(pid, signal.SIGKILL)
        assert await run(session, "SHOW TABLES") == [("g",)]


async def test_queries_stopped_as_they_start_leave_other_jobs_alone(flink: Callable[[str], Engine]) -> None:
    """Flink alone loses its TaskManager by that, and every job on it (FLINK-39330)."""
    async with SqlSession(flink("flink-2.3")) as session:
        await run(session, ENDLESS)
        await run(session, "CREATE TEMPORARY TABLE b (id BIGINT) WITH ('connector' = 'blackhole')")
        insert = await session.execute("INSERT INTO b SELECT id FROM g")
        await insert.rows()
        for number in range(12):
            query = await session.execute(f"SELECT id + {number}, CAST(id AS STRING) FROM g")
            await asyncio.sleep(0.005 * (number % 4))
            await query.close()
            assert await session.job_state(str(insert.job_id)) == "RUNNING"


async def test_a_taskmanager_that_a_task_took_down_is_replaced(flink: Callable[[str], Engine]) -> None:
    engine = flink("flink-2.3")
    async with SqlSession(engine) as session, JobManagerClient(str(engine.status().jobmanager_url)) as jobmanager:
        await run(session, ENDLESS)
        lost = False
        for number in range(60):
            query = await session.execute(f"SELECT id * {number}, CAST(id AS STRING) FROM g")
            # As a client would do it that does not know better.
            query._row_seen = True
            await query.close()
            await asyncio.sleep(0.1)
            if lost := (await jobmanager.overview())["taskmanagers"] == 0:
                break
        if not lost:
            pytest.skip("Flink's fault did not come up in 60 tries: this Flink may have mended it")
        # The jobs of before come back first, and may have all slots for a moment.
        deadline = asyncio.get_running_loop().time() + 60
        while True:
            try:
                assert await run(session, "SELECT 1") == [(1,)]
                break
            except SqlError:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(1)


class Proxy(BaseHTTPRequestHandler):
    """Answers all calls with a page for people."""

    status: ClassVar[int]

    def do_GET(self) -> None:
        page = b"<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>"
        self.send_response(self.status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_POST = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    ("status", "says"), [(200, "something else than JSON: '<!DOCTYPE html>"), (502, "502 Bad Gateway")]
)
async def test_html_from_a_proxy_is_named(status: int, says: str) -> None:
    handler = type("Handler", (Proxy,), {"status": status})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        engine = RemoteFlink("far", RemoteEngine(gateway_url=url, jobmanager_url=url))  # type: ignore[arg-type]
        async with SqlSession(engine) as session:
            with pytest.raises(EngineError) as raised:
                await session.execute("SELECT 1")
        server.shutdown()
    assert says in raised.value.message


async def test_a_silent_gateway_is_said_until_it_answers(flink: Callable[[str], Engine]) -> None:
    endpoint = flink("flink-1.20").ensure()
    wire = Wire(endpoint.gateway_url)
    engine = RemoteFlink("far", RemoteEngine(gateway_url=wire.url, jobmanager_url=endpoint.jobmanager_url))  # type: ignore[arg-type]
    live = LiveResult(keep_all=False, keep_changes=False, show_changes=False)
    async with SqlSession(engine) as session:
        await run(session, ENDLESS)
        (query,) = split_script("SELECT id FROM g")
        running = asyncio.create_task(run_statement(session, query, parse_cell_options("")[0], live, lambda _: None))
        while not live.changes:
            await asyncio.sleep(0.1)
        wire.cut()
        await asyncio.sleep(3)
        silent = "No answer from the gateway for "
        assert silent in result_text(live.snapshot()) and silent in result_html(live.snapshot())
        assert any(silent in note for note in live.facts()["notes"])
        wire.mend()
        before = live.changes
        while live.changes <= before:
            await asyncio.sleep(0.1)
        assert live.facts()["notes"] == []
        running.cancel()
        await asyncio.wait([running])
    wire.close()


async def test_five_thousand_wide_rows(flink: Callable[[str], Engine]) -> None:
    columns = [f"c{number}" for number in range(20)]
    lengths = ", ".join(f"'fields.{name}.length' = '200'" for name in columns)
    async with SqlSession(flink("flink-1.20")) as session:
        await run(session, "DROP TEMPORARY TABLE IF EXISTS wide")
        await run(
            session,
            f"CREATE TEMPORARY TABLE wide ({', '.join(f'{name} STRING' for name in columns)}) "
            f"WITH ('connector' = 'datagen', 'number-of-rows' = '5000', {lengths})",
        )
        live, text, html, rows = await shown(session, "SELECT * FROM wide", "--mode batch --limit 0")
    assert live.changes == len(rows) == 5000
    assert {len(value) for row in rows for value in row} == {200}
    assert "5,000 rows" in text and "5,000 rows" in html and len(html) < 1_000_000


async def test_no_rows_and_five_hundred_columns(flink: Callable[[str], Engine]) -> None:
    wide = ", ".join(f"{number} AS c{number}" for number in range(500))
    async with SqlSession(flink("flink-1.20")) as session:
        _, text, html, rows = await shown(session, "SELECT n FROM (VALUES (1)) AS t(n) WHERE n > 1")
        assert rows == [] and "FINISHED (complete) · 0 rows" in text and "0 rows" in html
        _, text, html, rows = await shown(session, f"SELECT {wide}")
        assert rows == [[str(number) for number in range(500)]]
        assert html.count("<th ") == 500 and "c499" in text


async def test_odd_names_and_markup_are_only_text(flink: Callable[[str], Engine]) -> None:
    script = "<script>alert(1)</script>"
    async with SqlSession(flink("flink-1.20")) as session:
        odd = '`it\'s "odd" 🦆`'
        await run(session, f"CREATE TEMPORARY VIEW {odd} AS SELECT '{script}' AS `<b>🦆</b>`, 1 AS a")
        assert any("🦆" in name for (name,) in await run(session, "SHOW TABLES"))
        live, text, html, rows = await shown(session, f"SELECT * FROM {odd}")
        assert rows == [[script, "1"]] and script in text
        assert [column.name for column in live.columns] == ["<b>🦆</b>", "a"]
        assert "<script" not in html and "<b>🦆" not in html and "&lt;script&gt;" in html


async def test_columns_of_one_name(flink: Callable[[str], Engine]) -> None:
    async with SqlSession(flink("flink-1.20")) as session:
        live, _, html, rows = await shown(session, "SELECT x.a, y.a FROM (SELECT 1 AS a) x, (SELECT 2 AS a) y")
    assert rows == [["1", "2"]] and html.count("<th ") == 2
    frame = live.frame("pandas")
    assert len(set(frame.columns)) == 2 and frame.iloc[0].tolist() == [1, 2]
