"""Data sources in pipelines: bound when a pipeline runs, with secrets that only the engine sees."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scaleph_lab.access.secrets import SecretNotFoundError
from scaleph_lab.engines import Engine
from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.errors import NotFoundError, UserError
from scaleph_lab.pipelines import PipelineInvalidError, compile_pipeline, run_pipeline
from scaleph_lab.pipelines.datasources import with_datasources, with_secrets
from scaleph_lab.pipelines.document import Pipeline, parse_pipeline
from scaleph_lab.settings import get_settings

ROWS = 500


@dataclass(frozen=True)
class Source:
    """What a pipeline needs to know of a data source."""

    type: str
    properties: dict[str, Any] = field(default_factory=dict)


SHOP = Source(
    "postgresql",
    {"host": "h", "port": 5432, "database": "shop", "user": "scaleph", "password": "{{secret:PIPELINE_PG}}"},
)


def find(name: str) -> Source:
    if name != "shop":
        raise NotFoundError(f"There is no data source {name!r}.", hint="`datasource list` lists them.", path=name)
    return SHOP


def reading(**node: Any) -> Pipeline:
    return parse_pipeline(
        {
            "name": "orders",
            "nodes": [
                {"id": "orders", "kind": "source", "connector": "Jdbc", "options": {"query": "SELECT 1"}, **node},
                {"id": "log", "kind": "sink", "connector": "Console"},
            ],
            "edges": [{"from": "orders", "to": "log"}],
        }
    )


def test_a_data_source_gives_what_the_node_does_not() -> None:
    bound = with_datasources(reading(datasource="shop", options={"query": "SELECT 2", "user": "other"}), find)
    assert bound.nodes[0].options == {
        "url": "jdbc:postgresql://h:5432/shop",
        "driver": "org.postgresql.Driver",
        "user": "other",
        "password": "{{secret:PIPELINE_PG}}",
        "query": "SELECT 2",
    }
    assert bound.nodes[0].datasource == ""
    assert "PIPELINE_PG" in json.dumps(compile_pipeline(bound))


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"datasource": "none"}, "There is no data source 'none'"),
        ({"datasource": "shop", "connector": "Kafka"}, "fits no source 'Kafka'"),
    ],
)
def test_a_data_source_that_serves_not_names_its_node(node: dict[str, Any], words: str) -> None:
    with pytest.raises(PipelineInvalidError, match=words) as caught:
        with_datasources(reading(**node), find)
    assert (caught.value.problems[0].node, caught.value.problems[0].path) == ("orders", "nodes.0.datasource")


async def test_a_pipeline_that_was_not_bound_is_not_run() -> None:
    with pytest.raises(UserError, match="was not bound"):
        await run_pipeline(reading(datasource="shop"), runner="zeta")


def test_secrets_are_put_in_wherever_they_are_named() -> None:
    config = {"a": ["x={{secret:ONE}};y={{ secret:TWO }}", 3], "b": {"c": "{{name}}"}}
    found = with_secrets(config, lambda name: f"<{name}>")
    assert found == {"a": ["x=<ONE>;y=<TWO>", 3], "b": {"c": "{{name}}"}}


async def test_a_secret_that_is_in_no_store_is_told_before_anything_starts(private_state: Path) -> None:
    with pytest.raises(SecretNotFoundError, match="PIPELINE_NOWHERE"):
        await run_pipeline(reading(options={"password": "{{secret:PIPELINE_NOWHERE}}"}), runner="zeta")


@pytest.fixture
def orders(postgres: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Source]]:
    """A table of 500 orders in PostgreSQL, and the data source that leads to it."""
    url = f"postgresql://scaleph:pw-of-the-test@127.0.0.1:{postgres}/postgres"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS pipeline_orders")
        connection.execute("CREATE TABLE pipeline_orders (id bigint PRIMARY KEY, item text, price double precision)")
        connection.execute(
            f"INSERT INTO pipeline_orders SELECT n, 'item ' || n % 7, n / 4.0 FROM generate_series(1, {ROWS}) n"
        )
    monkeypatch.setenv("SCALEPH_SECRET_PIPELINE_PG", "pw-of-the-test")
    properties = {**SHOP.properties, "host": "127.0.0.1", "port": postgres, "database": "postgres"}
    yield lambda name: Source("postgresql", properties)


def fan_out(folder: Path) -> Pipeline:
    """PostgreSQL → Sql → CSV, SQLite and Assert."""
    rules = {"row_rules": [{"rule_type": "MIN_ROW", "rule_value": 1}, {"rule_type": "MAX_ROW", "rule_value": ROWS}]}
    query = "SELECT id, UPPER(item) AS item, price * 2 AS price FROM orders"
    sqlite = {
        "url": f"jdbc:sqlite:{folder}/rows.sqlite",
        "driver": "org.sqlite.JDBC",
        "query": "INSERT INTO doubled VALUES (?, ?, ?)",
        "auto_commit": False,
    }
    nodes = [
        ("orders", "source", "Jdbc", {"query": "SELECT id, item, price FROM pipeline_orders"}),
        ("doubled", "transform", "Sql", {"query": query}),
        ("csv", "sink", "LocalFile", {"path": f"{folder}/csv", "file_format_type": "csv"}),
        ("sqlite", "sink", "Jdbc", sqlite),
        ("check", "sink", "Assert", {"rules": rules}),
    ]
    return parse_pipeline(
        {
            "name": "fan out",
            "nodes": [{"id": i, "kind": kind, "connector": name, "options": more} for i, kind, name, more in nodes],
            "edges": [
                {"from": "orders", "to": "doubled"},
                *({"from": "doubled", "to": name} for name in ("csv", "sqlite", "check")),
            ],
        }
    )


@pytest.mark.engine
@pytest.mark.parametrize("runner", ["zeta", "flink"])
async def test_a_secret_password_leads_from_postgresql_to_three_sinks(
    runner: Any, orders: Callable[[str], Source], flink: Callable[..., Engine], tmp_path: Path
) -> None:
    if runner == "flink":
        flink("flink-1.18")
    with sqlite3.connect(tmp_path / "rows.sqlite") as database:
        database.execute("CREATE TABLE doubled (id INTEGER, item TEXT, price REAL)")
    pipeline = fan_out(tmp_path)
    pipeline.nodes[0].datasource = "shop"
    outcome = await run_pipeline(with_datasources(pipeline, orders), runner=runner)
    assert outcome.state == "FINISHED", outcome.trace
    assert outcome.read == ROWS
    with sqlite3.connect(tmp_path / "rows.sqlite") as database:
        found = database.execute("SELECT COUNT(*), SUM(price), MIN(item) FROM doubled").fetchone()
    assert found == (ROWS, sum(n / 4 * 2 for n in range(1, ROWS + 1)), "ITEM 0")
    lines = [line for file in (tmp_path / "csv").rglob("*.csv") for line in file.read_text().splitlines()]
    assert len(lines) == ROWS
    # Nothing that was written beside the engine's memory holds the password.
    for file in [*get_settings().state_dir.rglob("*.log"), *get_settings().state_dir.rglob("*.json")]:
        assert "pw-of-the-test" not in file.read_text(errors="replace"), file


@pytest.fixture(scope="module", autouse=True)
def _no_zeta_stays() -> Iterator[None]:
    yield
    ZetaServer().stop()
