"""A bound data source runs on a real engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from scaleph_lab.datasources.bindings import bind_seatunnel
from scaleph_lab.datasources.properties import checked
from scaleph_lab.datasources.types import datasource_types
from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.pipelines import run_pipeline
from scaleph_lab.pipelines.document import Edge, Node, Pipeline

pytestmark = pytest.mark.engine
PASSWORD = "pw-of-the-test"


@pytest.fixture(autouse=True)
def zeta() -> Iterator[None]:
    yield
    ZetaServer().stop()


async def test_a_pipeline_reads_and_writes_by_the_options_of_a_data_source(postgres: int) -> None:
    kind = datasource_types().get("postgresql")
    given = {"host": "127.0.0.1", "port": postgres, "database": "postgres", "user": "scaleph"}
    properties = checked(kind, {**given, "password": "{{secret:pg}}"})

    def bound(role: str, query: str) -> dict[str, Any]:
        options = bind_seatunnel(kind, properties, "Jdbc", "2.3.4", role)
        return {**options, "password": PASSWORD, "query": query}

    login = {"host": "127.0.0.1", "port": postgres, "dbname": "postgres", "user": "scaleph", "password": PASSWORD}
    with psycopg.connect(**login, autocommit=True) as database:
        database.execute("CREATE TABLE origin AS SELECT g AS id FROM generate_series(1, 100) g")
        database.execute("CREATE TABLE target (id int)")
        source = Node(id="in", kind="source", connector="Jdbc", options=bound("source", "SELECT id FROM origin"))
        sink = Node(id="out", kind="sink", connector="Jdbc", options=bound("sink", "INSERT INTO target VALUES (?)"))
        pipeline = Pipeline(name="bound", nodes=[source, sink], edges=[Edge(source="in", target="out")])
        outcome = await run_pipeline(pipeline, runner="zeta")
        assert outcome.state == "FINISHED", outcome.cause
        assert database.execute("SELECT count(*), sum(id) FROM target").fetchone() == (100, 5050)
