"""The result grid at the level of the protocol: what a page is sent, and what it can ask while the cell runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.magics.watermarks import lag
from scaleph_lab.widgets.grids import RESULT_MIME

pytestmark = pytest.mark.engine

STREAM = """%%flinksql
CREATE TEMPORARY TABLE ticks (id BIGINT) WITH (
  'connector' = 'datagen', 'rows-per-second' = '50',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '1000000');
SELECT id, CAST(NULL AS STRING) AS nothing FROM ticks;
SELECT 'never'"""


@pytest.fixture
def engine(flink: Callable[..., Engine]) -> Engine:
    return flink()


def shown_grid(client: Any) -> str:
    """The id of the next grid that a cell shows."""
    while True:
        content = client.get_iopub_msg(timeout=60)["content"]
        if RESULT_MIME in content.get("data", {}):
            return str(content["data"][RESULT_MIME]["id"])


def running_jobs(engine: Engine) -> list[str]:
    reply = httpx.get(f"{engine.ensure().jobmanager_url}/jobs/overview", trust_env=False).json()
    return [job["name"] for job in reply["jobs"] if job["state"] not in {"CANCELED", "FINISHED", "FAILED"}]


def test_a_page_is_fed_and_stops_the_cell(notebook: Any, engine: Engine, grid_page: Any) -> None:
    client = notebook.client
    client.execute(STREAM)
    page = grid_page(client, shown_grid(client))
    page.listen(lambda: len(page.rows) > 100)
    reset = page.messages[0]["reset"]
    assert reset["view"] == "table" and reset["window"] == 10_000
    assert reset["columns"] == [
        {"name": "id", "type": "BIGINT", "order": "number"},
        {"name": "nothing", "type": "STRING", "order": "text"},
    ]
    assert page.rows[1] == ["1", None] and sorted(page.rows) == list(range(1, len(page.rows) + 1))
    assert running_jobs(engine)
    page.ask(do="stop")
    page.listen(lambda: page.facts["done"] and any(m["msg_type"] == "error" for m in page.others))
    assert running_jobs(engine) == []
    assert page.facts["state"] == "CANCELED"
    [error] = [message["content"] for message in page.others if message["msg_type"] == "error"]
    assert error["ename"] == "StatementCanceled" and len(error["traceback"]) == 1
    last = [m["content"]["data"] for m in page.others if m["msg_type"] == "update_display_data"][-1]
    assert "CANCELED (partial)" in last["text/plain"] and "CANCELED (partial)" in last["text/html"]


def test_html_rests_while_a_page_watches(notebook: Any, engine: Engine, grid_page: Any) -> None:
    client = notebook.client
    client.execute(STREAM)
    page = grid_page(client, shown_grid(client))
    page.listen(lambda: len(page.rows) > 10)
    page.others.clear()
    begun = time.monotonic()
    page.listen(lambda: time.monotonic() > begun + 4)
    drawn = [message for message in page.others if message["msg_type"] == "update_display_data"]
    assert len(drawn) <= 1
    page.ask(do="stop")
    page.listen(lambda: page.facts["done"])


def test_the_changes_are_another_view(notebook: Any, engine: Engine, grid_page: Any) -> None:
    values = "FROM (VALUES ('a'), ('b'), ('a')) AS t(x) GROUP BY x"
    client = notebook.client
    client.execute(f"%%flinksql\nSELECT x, COUNT(*) AS c {values}")
    page = grid_page(client, shown_grid(client))
    page.listen(lambda: page.facts["done"])
    assert list(page.rows.values()) == [["a", "2"], ["b", "1"]]
    page.ask(do="show", view="changes")
    page.listen(lambda: len(page.rows) == 4)
    assert page.messages[-1]["signs"] == ["+I", "+I", "-U", "+U"]


def test_an_ended_result_can_be_opened_and_an_unknown_one_is_refused(
    notebook: Any, engine: Engine, grid_page: Any
) -> None:
    client = notebook.client
    client.execute("%%flinksql\nSELECT 1 AS n, CAST(NULL AS STRING) AS s")
    grid = shown_grid(client)
    while client.get_iopub_msg(timeout=60)["content"].get("execution_state") != "idle":
        pass
    page = grid_page(client, grid)
    page.listen(lambda: bool(page.rows))
    assert list(page.rows.values()) == [["1", None]] and page.facts["state"] == "FINISHED"
    stranger = grid_page(client, "unknown")
    stranger.listen(lambda: stranger.closed)


def test_checkpoints_that_hold_rows_back_are_said(notebook: Any, engine: Engine, grid_page: Any) -> None:
    client = notebook.client
    assert notebook.run("%flinksql SET 'execution.checkpointing.interval' = '3 s'").error is None
    client.execute(STREAM)
    page = grid_page(client, shown_grid(client))
    page.listen(lambda: bool(page.messages))
    page.listen(lambda: any("every 3 s" in note for note in page.facts["notes"]))
    page.ask(do="stop")
    page.listen(lambda: page.facts["done"])
    assert page.facts["notes"] == []


def test_a_detached_query_leaves_the_kernel_idle(notebook: Any, engine: Engine, grid_page: Any) -> None:
    client = notebook.client
    client.execute(STREAM.replace("%%flinksql", "%%flinksql --detach", 1).replace("SELECT 'never'", ""))
    page = grid_page(client, shown_grid(client))
    page.listen(lambda: len(page.rows) > 50)
    page.others.clear()
    page.ask(do="alive")
    begun = time.monotonic()
    page.listen(lambda: time.monotonic() > begun + 1.5)
    states = [m["content"]["execution_state"] for m in page.others if m["msg_type"] == "status"]
    assert states and states[-1] == "idle"
    page.ask(do="stop")
    page.listen(lambda: page.facts["done"])
    assert page.facts["state"] == "CANCELED" and running_jobs(engine) == []


def test_the_watermark_lag_is_said(notebook: Any, engine: Engine, grid_page: Any) -> None:
    """In a zone far from UTC: the watermark of a TIMESTAMP column is local time."""
    client = notebook.client
    client.execute("""%%flinksql
SET 'table.local-time-zone' = 'Asia/Tokyo';
CREATE TEMPORARY TABLE events (id BIGINT, at_time AS LOCALTIMESTAMP,
  WATERMARK FOR at_time AS at_time - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen', 'rows-per-second' = '20');
SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(at_time), INTERVAL '1' SECOND))
GROUP BY window_start, window_end""")
    page = grid_page(client, shown_grid(client))
    page.listen(lambda: page.facts.get("watermarkLag") is not None)
    assert 5 <= page.facts["watermarkLag"] < 9
    page.ask(do="stop")
    page.listen(lambda: page.facts["done"])


@pytest.mark.parametrize(
    ("watermark", "seconds"),
    [(1000.0, 3.0), (1000.0 + 9 * 3600, 3.0), (1010.0 + 9 * 3600, -7.0), (1003.0 - 86_400, 86_400.0)],
    ids=["UTC", "local time", "ahead of the clock", "a day late"],
)
def test_a_lag_is_measured_in_the_zone_that_fits(watermark: float, seconds: float) -> None:
    assert lag(watermark, 1003.0, ZoneInfo("Asia/Tokyo")) == seconds
