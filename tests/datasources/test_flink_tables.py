"""Tables that are made of data sources, on a real Flink: PostgreSQL by JDBC, Kafka with and without a login, files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scaleph_lab.datasources.bindings import bind_flink
from scaleph_lab.datasources.browse import Browser
from scaleph_lab.datasources.ddl import flink_ddl
from scaleph_lab.datasources.properties import checked
from scaleph_lab.datasources.types import datasource_types
from scaleph_lab.engines import Engine
from scaleph_lab.engines.connector_jars import fetch_jar
from scaleph_lab.errors import OfflineError
from scaleph_lab.sql import SqlSession

pytestmark = pytest.mark.engine
PASSWORDS = {"POSTGRES": "pw-of-the-test", "KAFKA": 'quo"ted\\canary'}


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in PASSWORDS.items():
        monkeypatch.setenv(f"SCALEPH_SECRET_{name}", secret)


@pytest.fixture
async def session(flink: Callable[..., Engine]) -> AsyncIterator[SqlSession]:
    async with SqlSession(flink("flink-1.20")) as made:
        await run(made, "SET 'execution.runtime-mode' = 'batch'")
        # An INSERT ends when its rows are there.
        await run(made, "SET 'table.dml-sync' = 'true'")
        yield made


async def run(session: SqlSession, statement: str) -> list[Any]:
    return [tuple(row) for row in await (await session.execute(statement)).rows()]


async def add_jars(session: SqlSession, *coordinates: str) -> None:
    for coordinate in coordinates:
        try:
            await run(session, f"ADD JAR '{fetch_jar((coordinate,))}'")
        except OfflineError as error:
            pytest.skip(f"{coordinate} is not in the cache, and cannot be fetched: {error.code}")


def table(options: Mapping[str, str], **more: str) -> str:
    """The statement for a table of which nothing can be browsed."""
    settings = ", ".join(f"'{name}' = '{value}'" for name, value in {**options, **more}.items())
    return f"CREATE TABLE words (id INT, word STRING) WITH ({settings})"


async def test_a_table_of_postgresql_is_read_and_written(session: SqlSession, postgres: int) -> None:
    await add_jars(session, "org.apache.flink:flink-connector-jdbc:3.3.0-1.20", "org.postgresql:postgresql:42.7.4")
    login = {"host": "127.0.0.1", "port": postgres, "user": "scaleph"}
    with psycopg.connect(**login, dbname="postgres", password=PASSWORDS["POSTGRES"], autocommit=True) as database:
        database.execute("CREATE TABLE bound_words AS SELECT 1 AS id, 'one'::text AS word")
        given = {**login, "database": "postgres", "password": "{{secret:POSTGRES}}"}
        kind = datasource_types().get("postgresql")
        properties = checked(kind, given)
        columns = Browser(kind, properties, {"POSTGRES": PASSWORDS["POSTGRES"]}.__getitem__).columns("bound_words")
        made = flink_ddl(kind, properties, {"table": "bound_words"}, columns, "words")
        assert PASSWORDS["POSTGRES"] not in made
        await run(session, made)
        await run(session, "INSERT INTO words VALUES (2, 'two')")
        assert sorted(await run(session, "SELECT * FROM words")) == [(1, "one"), (2, "two")]
        assert database.execute("SELECT count(*) FROM bound_words").fetchone() == (2,)


@pytest.mark.parametrize("login", [False, True], ids=["plain", "login with quotes in its password"])
async def test_a_topic_of_kafka_is_read_and_written(session: SqlSession, kafka_server: Any, login: bool) -> None:
    await add_jars(session, "org.apache.flink:flink-sql-connector-kafka:3.2.0-1.19")
    sasl = {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "user": "quoted",
        "password": "{{secret:KAFKA}}",
    }
    port = kafka_server.sasl if login else kafka_server.plain
    given = {"bootstrap_servers": f"127.0.0.1:{port}", **(sasl if login else {})}
    kind = datasource_types().get("kafka")
    options = bind_flink(kind, checked(kind, given), "kafka", "1.20", {"table": f"words-{login}".lower()})
    ends = {"scan.startup.mode": "earliest-offset", "scan.bounded.mode": "latest-offset"}
    await run(session, table({**options, **ends}, format="json"))
    await run(session, "INSERT INTO words VALUES (1, 'one'), (2, 'two')")
    assert sorted(await run(session, "SELECT * FROM words")) == [(1, "one"), (2, "two")]
    ((shown,),) = await run(session, "SHOW CREATE TABLE words")
    assert "canary" not in shown


async def test_a_folder_is_read_and_written(session: SqlSession, tmp_path: Path) -> None:
    """By the options that HDFS, S3 and OSS bind, with this machine's file system: none of theirs runs in the tests."""
    options = bind_flink(
        datasource_types().get("hdfs"), {"default_fs": f"file://{tmp_path}"}, "", "1.20", {"table": "w"}
    )
    await run(session, table(options, format="csv"))
    await run(session, "INSERT INTO words VALUES (1, 'one')")
    assert await run(session, "SELECT * FROM words") == [(1, "one")]
    assert list((tmp_path / "w").iterdir())
