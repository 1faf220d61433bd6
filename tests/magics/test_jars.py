"""A connector that the engine lacks: the error names its jar, and adding it makes the table work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scaleph_lab.engines import Engine


@pytest.mark.engine
@pytest.mark.parametrize("profile", ["flink-1.20", "flink-2.3"])
def test_an_added_connector_works_and_comes_back(notebook: Any, flink: Callable[[str], Engine], profile: str) -> None:
    flink(profile)
    notebook.run(f"%flink use {profile}")
    table = (
        "CREATE TEMPORARY TABLE k (a INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json', "
        "'scan.startup.mode' = 'earliest-offset', "
        "'properties.bootstrap.servers' = '127.0.0.1:9')"
    )
    lacking = notebook.run(f"%%flinksql\n{table}; EXPLAIN SELECT * FROM k")
    assert "%flink add kafka fetches" in lacking.text
    added = notebook.run("%flink add kafka", timeout=300)
    assert "flink-sql-connector-kafka" in added.text and added.error is None, added
    explained = notebook.run("%flinksql EXPLAIN SELECT * FROM k")
    assert explained.error is None and "Physical" in explained.text
    assert "flink-sql-connector-kafka" in notebook.run("%flink jars").text
    assert "ADD JAR" in notebook.run("%flink journal").text
