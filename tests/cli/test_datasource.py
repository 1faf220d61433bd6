"""`jupyter scaleph datasource`: from the shell, for people and for scripts."""

from __future__ import annotations

import sqlite3

import pytest


@pytest.fixture
def datasource(scaleph, tmp_path):
    """``datasource("list")``, on a catalog of its own."""
    environment = {"SCALEPH_LAB_CATALOG_URL": f"sqlite:///{tmp_path / 'catalog.sqlite'}"}
    return lambda *arguments: scaleph("datasource", *arguments, env=environment)


@pytest.fixture
def lake(tmp_path):
    """The path of a database with a table."""
    path = tmp_path / "lake.sqlite"
    with sqlite3.connect(path) as on:
        on.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT)")
    return path


def test_a_data_source_from_its_making_to_its_end(datasource, lake):
    made = datasource("create", "lake", "sqlite", "--set", f"path={lake}", "--remark", "all [of] it", "--json")
    assert (made.code, made.json["properties"]["path"]) == (0, str(lake))
    assert "all [of] it" in datasource("list").out
    assert f"path = {lake}" in datasource("show", "lake").out
    assert datasource("test", "lake").out.startswith("OK: queried")
    assert datasource("tables", "lake").out.split() == ["orders"]
    assert datasource("update", "lake", "--set", "path=/nowhere/at/all", "--json").json["version"] == 2
    failed = datasource("test", "lake", "--json")
    assert (failed.code, failed.json["ok"]) == (4, False)
    assert datasource("delete", "lake", "--json").json == {"deleted": "lake"}


def test_a_statement_for_flink_keeps_the_reference(datasource, postgres, monkeypatch):
    monkeypatch.setenv("SCALEPH_SECRET_SHOP", "pw-of-the-test")
    properties = {"host": "127.0.0.1", "port": postgres, "database": "postgres", "user": "scaleph"}
    given = [word for name, value in properties.items() for word in ("--set", f"{name}={value}")]
    assert datasource("create", "shop", "postgresql", *given, "--set", "password={{secret:shop}}").code == 0
    answer = datasource("ddl", "shop", "pg_class", "--schema", "pg_catalog", "--as", "classes")
    assert answer.out.startswith("CREATE TABLE `classes` (")
    assert "'password' = '{{secret:shop}}'" in answer.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("create", "9", "sqlite"), "invalid"),
        (("create", "x", "sqlite"), "invalid"),
        (("create", "x", "nothing"), "not_found"),
        (("create", "x", "sqlite", "--set", "path"), "bad_request"),
        (("show", "nobody"), "not_found"),
        (("list", "--sort", "colour"), "invalid"),
    ],
)
def test_a_failure_is_told_with_its_code(datasource, arguments, code):
    answer = datasource(*arguments, "--json")
    assert (answer.code, answer.json["error"]["code"]) == (2, code)
    assert "Traceback" not in answer.err


def test_the_types_are_listed(datasource):
    assert {"postgresql", "kafka", "s3"} <= {each["name"] for each in datasource("types", "--json").json["items"]}
