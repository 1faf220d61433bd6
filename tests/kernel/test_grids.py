"""The result grid below a cell of the Flink SQL kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scaleph_lab.widgets.grids import RESULT_MIME

pytestmark = pytest.mark.engine

STREAM = """CREATE TEMPORARY TABLE ticks (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '50');
SELECT * FROM ticks"""


def test_a_page_is_fed_and_stops_the_cell(kernel: Any, running_jobs: Callable[[], list[str]], grid_page: Any) -> None:
    client = kernel.client
    client.execute(STREAM)
    data: dict[str, Any] = {}
    while RESULT_MIME not in data:
        data = client.get_iopub_msg(timeout=60)["content"].get("data", {})
    page = grid_page(client, data[RESULT_MIME]["id"])
    page.listen(lambda: len(page.rows) > 50)
    assert running_jobs()
    page.ask(do="stop")
    page.listen(lambda: page.facts["done"] and any(m["msg_type"] == "error" for m in page.others))
    assert page.facts["state"] == "CANCELED"
    assert running_jobs() == []
    assert kernel.run("SELECT 1 AS n").error is None
