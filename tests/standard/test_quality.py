"""Quality queries: what is asked of a column, and that a real Flink takes each of them."""

from __future__ import annotations

import pytest

from scaleph_lab.sql import SqlSession
from scaleph_lab.standard.elements import checked_element, element_of
from scaleph_lab.standard.quality import checks_of, quality_queries
from scaleph_lab.standard.types import TypeName, check_type

COLUMNS = {
    **{name.value: check_type(name, 9 if name.has_length else None, None, None).sql for name in TypeName},
    "WIDE": "DECIMAL(38, 18)",
    "ARRAY": "ARRAY<INT>",
}
BOUNDS = {
    TypeName.DATE: ("2024-01-01", "2024-12-31"),
    TypeName.TIME: ("00:00:00", "12:00:00"),
    TypeName.TIMESTAMP: ("2024-01-01 00:00:00", "2024-12-31 00:00:00.5"),
    TypeName.TIMESTAMP_LTZ: ("2024-01-01 00:00:00", "2024-12-31 00:00:00"),
}


def element(name, **more):
    length = 5 if name.has_length else None
    low, high = BOUNDS.get(name, ("-1", "99") if name.is_number else (None, None))
    if name.is_text or name.is_integer:
        more = {"set": "s", "codes": ("1", "02"), **more}
    given = {"code": name.value, "name": name.value, "length": length, "low": low, "high": high, **more}
    return checked_element(element_of(name, nullable=False, **given))


def conditions(column, name, **more):
    return [check.condition for check in checks_of("c", column, True, element(name, **more))]


def test_a_type_that_admits_nothing_else_is_asked_for_nulls_alone():
    assert conditions("BOOLEAN", TypeName.BOOLEAN) == ["`c` IS NULL"]
    assert checks_of("c", "BOOLEAN", False, element(TypeName.BOOLEAN)) == []
    assert conditions("VARCHAR(4)", TypeName.VARCHAR, set=None, codes=None) == ["`c` IS NULL"]


def test_codes_and_names_cannot_end_their_quotes():
    odd = element(TypeName.STRING, codes=("it's", "'); DROP TABLE x; --"))
    (query,) = quality_queries("`t`", checks_of("a`b", "STRING", False, odd))
    assert "`a``b` NOT IN ('it''s', '''); DROP TABLE x; --')" in query.sql


def test_codes_of_numbers_are_compared_as_numbers():
    assert conditions("BIGINT", TypeName.INT)[-1] == (
        "`c` NOT IN (CAST('1' AS DECIMAL(1, 0)), CAST('2' AS DECIMAL(1, 0)))"
    )
    assert conditions("STRING", TypeName.INT)[-1] == "`c` NOT IN ('1', '02')"


def test_a_column_of_another_kind_is_wrong_wherever_it_has_a_value():
    assert conditions("BOOLEAN", TypeName.DATE) == ["`c` IS NULL", "`c` IS NOT NULL"]
    assert conditions("ARRAY<INT>", TypeName.DATE) == ["`c` IS NULL"]


def test_many_checks_are_parted_into_queries():
    checks = [check for _ in range(20) for check in checks_of("c", "STRING", True, element(TypeName.VARCHAR))]
    queries = quality_queries("`t`", checks)
    assert len(queries) == 3
    assert [check for query in queries for check in query.checks] == checks


@pytest.mark.engine
async def test_flink_takes_each_check_of_each_type(flink):
    session = SqlSession(flink("flink-1.20"), name="quality")
    try:
        columns = ", ".join(f"`{name}` {kind}" for name, kind in COLUMNS.items())
        ddl = f"CREATE TEMPORARY TABLE t ({columns}) WITH ('connector' = 'datagen', 'number-of-rows' = '1')"
        await (await session.execute(ddl, keyword="CREATE")).rows()
        checks = [
            check
            for column, kind in COLUMNS.items()
            for name in TypeName
            for check in checks_of(column, kind, True, element(name))
        ]
        assert len({check.rule for check in checks}) >= 6
        for query in quality_queries("`t`", checks):
            explained = await session.execute(f"EXPLAIN {query.sql}", keyword="EXPLAIN")
            assert await explained.rows()
    finally:
        await session.close()
