"""What a replay of a session runs: what made it, in its order, and nothing that must not be run twice."""

from __future__ import annotations

import pytest

from scaleph_lab.sql.journal import Journal, ctas_target


def kept(*statements: str) -> list[str]:
    journal = Journal()
    for statement in statements:
        journal.note(statement)
    return [entry.statement for entry in journal.entries]


A = "CREATE TABLE a (x INT) WITH ('connector' = 'datagen')"
TEMPORARY_A = "CREATE TEMPORARY TABLE a (x INT) WITH ('connector' = 'datagen')"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([A, "SET 'a.b' = '1'", "USE db"], [A, "SET 'a.b' = '1'", "USE db"]),
        (["SELECT 1", "INSERT INTO a SELECT 1", "SHOW TABLES", "EXPLAIN SELECT 1", "SET", ""], []),
        (["SET 'a' = '1'", A, "SET 'a' = '2'"], [A, "SET 'a' = '2'"]),
        (["SET 'a' = '1'", "SET 'b' = '1'", "RESET 'a'"], ["SET 'b' = '1'", "RESET 'a'"]),
        (["SET 'a' = '1'", "SET 'b' = '1'", "RESET"], ["RESET"]),
        ([A, "DROP TABLE a"], []),
        ([A, "DROP TABLE IF EXISTS `a`"], []),
        ([A, TEMPORARY_A, "DROP TEMPORARY TABLE a"], [A]),
        (["DROP TABLE somebody_elses"], []),
        ([A, "ALTER TABLE a ADD y INT", "DROP TABLE a"], []),
        (
            [A, "ALTER TABLE a RENAME TO b", "DROP TABLE a"],
            [A, "ALTER TABLE a RENAME TO b"],
        ),
        ([A, "ALTER TABLE a RENAME TO b", "DROP TABLE b"], []),
        (["USE CATALOG c", "USE d", A, "DROP TABLE c.d.a"], ["USE CATALOG c", "USE d"]),
        (["USE a", "USE b", "USE CATALOG c", "USE CATALOG d"], ["USE CATALOG d"]),
        (["USE CATALOG c", "USE a", "USE b"], ["USE CATALOG c", "USE b"]),
        (
            ["CREATE CATALOG c WITH ('type' = 'generic_in_memory')", "USE CATALOG c", A, "DROP CATALOG c"],
            [],
        ),
        (["CREATE DATABASE d", "CREATE TABLE d.t (x INT)", "DROP DATABASE d CASCADE"], []),
        (
            ["CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1", "CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 2"],
            ["CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 2"],
        ),
        (
            ["CREATE TEMPORARY SYSTEM FUNCTION f AS 'x'", "USE d", "DROP TEMPORARY SYSTEM FUNCTION f"],
            ["USE d"],
        ),
        (["ADD JAR '/a.jar'", "ADD JAR '/b.jar'", "REMOVE JAR '/a.jar'"], ["ADD JAR '/b.jar'"]),
        (["LOAD MODULE hive WITH ('v' = '1')", "UNLOAD MODULE hive"], []),
        (["UNLOAD MODULE core"], ["UNLOAD MODULE core"]),
        (["-- CREATE TABLE b\nCREATE TABLE `if` (x INT)", "DROP TABLE `if`"], []),
        (["CREATE MATERIALIZED TABLE m FRESHNESS = INTERVAL '1' MINUTE AS SELECT 1"], []),
        (["BEGIN STATEMENT SET", "END"], []),
    ],
)
def test_the_journal_keeps_what_made_the_session(statements: list[str], expected: list[str]) -> None:
    assert kept(*statements) == expected


def test_repeating_oneself_does_not_make_it_grow() -> None:
    journal = Journal()
    for number in range(1000):
        journal.note(f"SET 'pipeline.name' = '{number}'")
        journal.note("USE d")
        journal.note("CREATE TEMPORARY VIEW v AS SELECT 1")
        journal.note("DROP TEMPORARY VIEW v")
    assert len(journal) <= 2


def test_the_summary_counts_what_comes_back() -> None:
    journal = Journal()
    for statement in (A, TEMPORARY_A, "CREATE TABLE b (x INT)", "SET 'a' = '1'", "ADD JAR '/a.jar'"):
        journal.note(statement)
    assert journal.summary() == "2 tables, 1 temporary table, 1 option, 1 jar"


@pytest.mark.parametrize(
    ("statement", "target"),
    [
        ("CREATE TABLE a WITH ('x' = 'y') AS SELECT 1 AS n", "a"),
        ("CREATE TABLE IF NOT EXISTS c.`d e`.a AS WITH q AS (SELECT 1) SELECT * FROM q", "c.`d e`.a"),
        ("CREATE OR REPLACE TABLE a AS SELECT 1", "a"),
        (A, None),
        ("CREATE TABLE a (x AS y + 1, y INT) WITH ('connector' = 'datagen')", None),
        ("CREATE TEMPORARY VIEW v AS SELECT 1", None),
    ],
)
def test_a_table_made_from_a_query_is_known(statement: str, target: str | None) -> None:
    assert ctas_target(statement) == target
