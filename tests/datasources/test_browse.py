"""Browsing real databases, and the Flink table that is written of what is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pymysql
import pytest

from scaleph_lab.datasources.browse import Browser
from scaleph_lab.datasources.ddl import flink_ddl, flink_type
from scaleph_lab.datasources.properties import checked
from scaleph_lab.datasources.types import datasource_types
from scaleph_lab.errors import NotFoundError, UserError

CANARY = "canary-pa55"
ODD = "a'b\"c`d 🦆"


def browser(name: str, properties: dict[str, object]) -> Browser:
    kind = datasource_types().get(name)
    return Browser(kind, checked(kind, properties), {"pg": "pw-of-the-test", "maria": CANARY}.__getitem__)


def test_postgresql(postgres: int) -> None:
    given = {
        "host": "127.0.0.1",
        "port": postgres,
        "database": "browsed",
        "user": "scaleph",
        "password": "{{secret:pg}}",
    }
    odd = '"' + ODD.replace('"', '""') + '"'
    login = {"host": "127.0.0.1", "port": postgres, "user": "scaleph", "password": "pw-of-the-test"}
    with psycopg.connect(**login, dbname="postgres", autocommit=True) as made:
        made.execute("CREATE DATABASE browsed")
    with psycopg.connect(**login, dbname="browsed") as made:
        made.execute(
            f"CREATE TABLE {odd} (id bigint PRIMARY KEY, {odd} text, n numeric(10,2) NOT NULL, t timestamptz(3))"
        )
        made.execute("CREATE TABLE second (tags int[], raw bytea, at timestamp)")
    looking = browser("postgresql", given)
    assert "public" in looking.schemas()
    first = looking.tables(limit=1)
    assert first.next_offset == 1
    assert {*first.names, *looking.tables(limit=1, offset=1).names} == {ODD, "second"}
    columns = looking.columns(ODD)
    assert [flink_type("postgresql", each) for each in columns] == [
        "BIGINT",
        "STRING",
        "DECIMAL(10, 2)",
        "TIMESTAMP_LTZ(3)",
    ]
    types = [flink_type("postgresql", each) for each in looking.columns("second")]
    assert types == ["ARRAY<INT>", "BYTES", "TIMESTAMP(6)"]
    with pytest.raises(NotFoundError):
        looking.columns("nope")
    kind = datasource_types().get("postgresql")
    ddl = flink_ddl(kind, checked(kind, given), {"table": ODD}, columns, ODD)
    quoted = "`" + ODD.replace("`", "``") + "`"
    assert ddl.startswith(f"CREATE TABLE {quoted} (\n  `id` BIGINT NOT NULL,\n  {quoted} STRING,\n")
    assert "PRIMARY KEY (`id`) NOT ENFORCED" in ddl
    assert "'password' = '{{secret:pg}}'" in ddl
    assert f"'table-name' = 'public.{ODD.replace(chr(39), chr(39) * 2)}'" in ddl


def test_mariadb(mariadb: int) -> None:
    odd = "`" + ODD.replace("`", "``") + "`"
    place = {"host": "127.0.0.1", "port": mariadb, "database": "lab", "user": "scaleph"}
    with closing(pymysql.connect(**place, password=CANARY, charset="utf8mb4")) as made, made.cursor() as cursor:
        # Names of MariaDB have no characters beyond the basic plane.
        cursor.execute(
            f"CREATE TABLE {odd.replace(' 🦆', '')} (a int unsigned, b tinyint(1), k char(3), PRIMARY KEY (k, a))"
        )
    looking = browser("mariadb", {**place, "password": "{{secret:maria}}"})
    assert "lab" in looking.schemas()
    name = ODD.replace(" 🦆", "")
    assert looking.tables().names == (name,)
    columns = looking.columns(name)
    assert [(each.name, each.key, flink_type("mysql", each)) for each in columns] == [
        ("a", 2, "BIGINT"),
        ("b", 0, "BOOLEAN"),
        ("k", 1, "STRING"),
    ]


def test_sqlite(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as made:
        made.execute('CREATE TABLE "🦆 t" (id INTEGER PRIMARY KEY, "x y" REAL NOT NULL, b BLOB)')
    looking = browser("sqlite", {"path": str(tmp_path / "a.db")})
    assert looking.tables().names == ("🦆 t",)
    columns = looking.columns("🦆 t")
    assert [(each.name, each.nullable, flink_type("sqlite", each)) for each in columns] == [
        ("id", True, "BIGINT"),
        ("x y", False, "DOUBLE"),
        ("b", True, "BYTES"),
    ]


def test_what_has_no_tables_is_told() -> None:
    with pytest.raises(UserError, match="cannot be browsed"):
        browser("redis", {"host": "h"})
