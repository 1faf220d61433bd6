"""Lineage of statements, with the columns of a catalog that the tests write down."""

from __future__ import annotations

import pytest

from scaleph_lab.sql.dataflow import Flow
from scaleph_lab.sql.lineage import Lineage, Path, lineage_of

TABLES = {
    "clicks": ["id", "page", "who", "ts"],
    "orders": ["id", "cid", "amount", "ts"],
    "Rates": ["cur", "rate"],
    "two": ["a", "b"],
    "one": ["x"],
    "daily": ["day", "n", "p"],
    "v": ["id", "amount"],
}


async def columns(table: Path) -> list[str] | None:
    return TABLES.get(table[-1])


async def lineage(*statements: str) -> Lineage:
    return await lineage_of([Flow(statement, "c", "d") for statement in statements], columns)


def written(found: Lineage) -> list[str]:
    return [
        f"{each.target.table[-1]}.{each.target.name} <- "
        + ", ".join([f"{one.table[-1]}.{one.name}" for one in each.sources] + [f"?{name}" for name in each.unresolved])
        for each in found.columns
    ]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "INSERT INTO two SELECT c.id, o.amount FROM clicks AS c JOIN orders o ON c.id = o.cid",
            ["two.a <- clicks.id", "two.b <- orders.amount"],
        ),
        (
            "INSERT INTO two SELECT page, amount FROM clicks, orders WHERE clicks.id = cid",
            ["two.a <- clicks.page", "two.b <- orders.amount"],
        ),
        ("INSERT INTO two SELECT page, COUNT(*) FROM clicks GROUP BY page", ["two.a <- clicks.page", "two.b <- "]),
        ("INSERT INTO two (b, a) SELECT id, amount FROM orders", ["two.b <- orders.id", "two.a <- orders.amount"]),
        ("INSERT INTO two SELECT * FROM v", ["two.a <- v.id", "two.b <- v.amount"]),
        (
            "INSERT INTO two WITH x AS (SELECT id, amount * 2 AS d FROM orders) SELECT id, d FROM x",
            ["two.a <- orders.id", "two.b <- orders.amount"],
        ),
        (
            "INSERT INTO two SELECT q.k, q.s FROM (SELECT who AS k, SUM(id) s FROM clicks GROUP BY who) AS q",
            ["two.a <- clicks.who", "two.b <- clicks.id"],
        ),
        (
            "INSERT INTO two SELECT id, amount FROM orders UNION ALL SELECT id, page FROM clicks",
            ["two.a <- clicks.id, orders.id", "two.b <- clicks.page, orders.amount"],
        ),
        (
            "INSERT INTO two SELECT window_start, SUM(amount) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), "
            "INTERVAL '1' MINUTE)) GROUP BY window_start, window_end",
            ["two.a <- orders.ts", "two.b <- orders.amount"],
        ),
        (
            "INSERT INTO two SELECT o.id, r.rate FROM orders AS o LEFT JOIN Rates FOR SYSTEM_TIME AS OF o.ts AS r "
            "ON o.cid = r.cur",
            ["two.a <- orders.id", "two.b <- Rates.rate"],
        ),
        (
            "INSERT INTO two SELECT CASE WHEN id > 1e5 THEN page ELSE who END, CAST(ts AS DATE) FROM clicks",
            ["two.a <- clicks.id, clicks.page, clicks.who", "two.b <- clicks.ts"],
        ),
        (
            "INSERT INTO two SELECT id, (SELECT MAX(rate) FROM Rates) FROM orders",
            ["two.a <- orders.id", "two.b <- Rates.rate"],
        ),
        (
            "INSERT INTO daily PARTITION (p = 'x') SELECT EXTRACT(DAY FROM ts), id FROM clicks",
            ["daily.day <- clicks.ts", "daily.n <- clicks.id"],
        ),
        (
            "CREATE TABLE made WITH ('connector' = 'blackhole') AS SELECT id + 1 AS more, who FROM clicks",
            ["made.more <- clicks.id", "made.who <- clicks.who"],
        ),
        (
            "CREATE TEMPORARY VIEW v (id, amount) AS SELECT id, amount FROM orders",
            ["v.id <- orders.id", "v.amount <- orders.amount"],
        ),
        (
            "EXECUTE STATEMENT SET BEGIN INSERT INTO one SELECT id FROM orders; INSERT INTO one SELECT page FROM "
            "clicks; END",
            ["one.x <- orders.id", "one.x <- clicks.page"],
        ),
        (
            "INSERT INTO two SELECT id, ROW_NUMBER() OVER (PARTITION BY who ORDER BY ts DESC) FROM clicks",
            ["two.a <- clicks.id", "two.b <- clicks.ts, clicks.who"],
        ),
    ],
)
async def test_columns_come_from_where_they_come_from(statement: str, expected: list[str]) -> None:
    assert written(await lineage(statement)) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("INSERT INTO one SELECT secret FROM unknown", ["one.x <- ?secret"]),
        ("INSERT INTO one SELECT u.secret FROM unknown AS u JOIN clicks ON u.id = clicks.id", ["one.x <- ?u.secret"]),
        ("INSERT INTO two SELECT * FROM unknown", ["two.? <- ?*"]),
        ("INSERT INTO two SELECT *, 1 FROM clicks JOIN orders USING (id)", ["two.? <- ?*"]),
        (
            "INSERT INTO two SELECT T.a, T.b FROM clicks MATCH_RECOGNIZE (PARTITION BY id ORDER BY ts MEASURES A.page "
            "AS a, B.page AS b PATTERN (A B) DEFINE B AS B.who > A.who) AS T",
            ["two.a <- ?T.a", "two.b <- ?T.b"],
        ),
        ("INSERT INTO one SELECT word FROM clicks, LATERAL TABLE(split(page)) AS t(word)", ["one.x <- ?word"]),
        ("INSERT INTO elsewhere SELECT id, who FROM clicks", ["elsewhere.? <- clicks.id", "elsewhere.? <- clicks.who"]),
    ],
)
async def test_what_is_not_certain_is_marked(statement: str, expected: list[str]) -> None:
    assert written(await lineage(statement)) == expected


async def test_steps_of_several_cells_are_followed() -> None:
    found = await lineage(
        "CREATE VIEW v AS SELECT c.id, o.amount FROM clicks c JOIN orders o ON c.id = o.cid",
        "INSERT INTO two SELECT id, amount FROM v",
        "INSERT INTO one SELECT cur FROM Rates",
    )
    assert {(source[-1], target[-1]) for source, target in found.tables} == {
        ("clicks", "v"),
        ("orders", "v"),
        ("v", "two"),
        ("Rates", "one"),
    }
    about = found.about({("c", "d", "two")}, "b")
    assert written(about) == ["v.amount <- orders.amount", "two.b <- v.amount"]
    assert not any(pair[1][-1] == "one" for pair in about.tables)
