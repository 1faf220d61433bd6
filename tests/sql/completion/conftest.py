"""A session with tables on a real engine, and the cursor as ``|`` in a statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.engines.profiles import get_profile
from scaleph_lab.engines.table_factories import TableFactories, read_factories
from scaleph_lab.sql.background import BackgroundLoop
from scaleph_lab.sql.completion.complete import complete
from scaleph_lab.sql.completion.inspect import Inspection, inspect
from scaleph_lab.sql.completion.model import Completion
from scaleph_lab.sql.session import SqlSession

TABLES = (
    """CREATE TEMPORARY TABLE clicks (
         id BIGINT COMMENT 'the key', price DECIMAL(10, 2), `odd name` STRING, `😀` INT,
         `user` ROW<name STRING, age INT>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND,
         PRIMARY KEY (id) NOT ENFORCED
       ) WITH ('connector' = 'datagen', 'rows-per-second' = '5')""",
    "CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'jdbc', 'password' = 'hunter2')",
    "CREATE DATABASE attic",
    "CREATE TABLE attic.relics (age INT) WITH ('connector' = 'datagen')",
    "CREATE TEMPORARY VIEW dear AS SELECT id, price FROM clicks",
)


def cursor(marked: str) -> tuple[str, int]:
    """The text without the ``|``, and where that stood."""
    at = marked.index("|")
    return marked[:at] + marked[at + 1 :], at


class Typist:
    """Asks as an editor does."""

    def __init__(self, engine: Engine) -> None:
        self._loop = BackgroundLoop()
        self.session = SqlSession(engine)
        self.factories: TableFactories = read_factories(get_profile(engine.name))
        for statement in TABLES:
            self.run(statement)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        async def work() -> list[tuple[Any, ...]]:
            return await (await self.session.execute(statement)).rows()

        return self.wait(work())

    def wait(self, work: Any) -> Any:
        return self._loop.start(work).finish(60)

    def complete(self, marked: str) -> Completion:
        script, at = cursor(marked)
        return self.wait(complete(script, at, catalog=self.session.catalog, factories=self.factories))

    def inspect(self, marked: str) -> Inspection | None:
        script, at = cursor(marked)
        return self.wait(inspect(script, at, catalog=self.session.catalog, factories=self.factories))

    def close(self) -> None:
        self.wait(self.session.close())


@pytest.fixture(scope="module")
def typists(flink: Callable[..., Engine]) -> Iterator[Callable[[str], Typist]]:
    """``typists(engine)``: one for each engine."""
    made: dict[str, Typist] = {}

    def typist(name: str) -> Typist:
        if name not in made:
            made[name] = Typist(flink(name))
        return made[name]

    yield typist
    for each in made.values():
        each.close()


@pytest.fixture(scope="module")
def typist(typists: Callable[[str], Typist]) -> Typist:
    """On the default engine."""
    return typists("flink-1.20")
