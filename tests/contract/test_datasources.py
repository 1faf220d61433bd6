"""Data sources, in process and over REST, on SQLite and on PostgreSQL; they are tested and browsed on a PostgreSQL."""

from __future__ import annotations

import os

import psycopg
import pytest

from scaleph_lab.catalog.documents.action import ActionListing
from scaleph_lab.catalog.documents.datasource import (
    DataSourceChanges,
    DataSourceDraft,
    DataSourceListing,
    NewDataSource,
    TableRequest,
)
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.errors import ConflictError, NotFoundError, PlatformError, UserError, ValidationError

SECRET = "{{secret:shop-db}}"


@pytest.fixture(scope="module", autouse=True)
def shop_secret():
    """The password of the test's PostgreSQL, as the server of the contract tests finds it too."""
    os.environ["SCALEPH_SECRET_SHOP_DB"] = "pw-of-the-test"
    os.environ["SCALEPH_SECRET_WRONG"] = "not-the-password"
    yield
    del os.environ["SCALEPH_SECRET_SHOP_DB"], os.environ["SCALEPH_SECRET_WRONG"]


@pytest.fixture
def datasources(shop_secret, platform):
    """The verbs of data sources, on a catalog without any."""
    yield platform.datasources
    for each in platform.datasources.list(DataSourceListing(limit=200)).items:
        platform.datasources.delete(each.id, each.version)


@pytest.fixture
def shop(postgres):
    """Properties of a PostgreSQL that has a table."""
    with psycopg.connect(f"postgresql://scaleph:pw-of-the-test@127.0.0.1:{postgres}/postgres", autocommit=True) as on:
        on.execute('DROP TABLE IF EXISTS "order\'s 🛒"')
        on.execute('CREATE TABLE "order\'s 🛒" (id bigint PRIMARY KEY, price numeric(10, 2), at timestamptz(3))')
    return {"host": "127.0.0.1", "port": postgres, "database": "postgres", "user": "scaleph", "password": SECRET}


def new(name, properties, **more):
    return NewDataSource(name=name, type="postgresql", properties=properties, **more)


def test_a_data_source_is_made_read_changed_and_deleted(datasources, shop):
    made = datasources.create(new("shop", shop, remark="orders"))
    assert (made.name, made.type, made.version, made.project) == ("shop", "postgresql", 1, None)
    assert made.properties == {**shop, "schema": "public", "params": ""}, "with defaults, and a reference as password"
    assert datasources.get("shop") == datasources.get(made.id) == made
    changed = datasources.update("shop", DataSourceChanges(properties={**shop, "port": 9}), 1)
    assert (changed.properties["port"], changed.remark, changed.version) == (9, "orders", 2)
    with pytest.raises(ConflictError, match=r"\(properties\)"):
        datasources.update("shop", DataSourceChanges(remark="x"), 1)
    with pytest.raises(ConflictError, match="'shop' already"):
        datasources.create(new("shop", shop))
    datasources.delete("shop", 2)
    with pytest.raises(NotFoundError, match="no data source 'shop'"):
        datasources.get("shop")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"password": "canary-in-clear"}, "password"),
        ({"params": "?password=canary-in-clear"}, "params"),
        ({"port": "many"}, "port"),
        ({"host": None}, "host"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_properties_that_serve_not_are_refused_and_never_quoted(datasources, shop, change, path):
    with pytest.raises(ValidationError) as refused:
        datasources.create(new("shop", {**shop, **change}))
    assert refused.value.path == path
    assert "canary" not in str(refused.value)
    assert datasources.list().items == []


def test_a_type_that_there_is_not_is_named(datasources):
    with pytest.raises(NotFoundError, match="no data source type 'postgres'"):
        datasources.create(NewDataSource(name="x", type="postgres", properties={}))


def test_a_list_goes_by_type_project_and_search(platform, datasources, shop):
    project = platform.projects.create(NewProject(code="sales", name="Sales"))
    datasources.create(new("shop", shop, project="sales"))
    datasources.create(new("shared", shop))
    datasources.create(NewDataSource(name="lake", type="sqlite", properties={"path": "/nowhere.sqlite"}))
    assert [each.name for each in datasources.list().items] == ["lake", "shared", "shop"]
    found = datasources.list(DataSourceListing(project="sales")).items
    assert [(each.name, each.project) for each in found] == [("shop", project.id)]
    assert [each.name for each in datasources.list(DataSourceListing(type="sqlite")).items] == ["lake"]
    assert [each.name for each in datasources.list(DataSourceListing(search="SHA")).items] == ["shared"]
    with pytest.raises(NotFoundError, match="no project"):
        datasources.list(DataSourceListing(project="nobody"))
    with pytest.raises(ConflictError, match=r"hang 1 data source \(shop\)"):
        platform.projects.delete("sales", 1)
    platform.projects.delete("sales", 1, cascade=True)
    assert [each.name for each in datasources.list().items] == ["lake", "shared"]


def test_a_connection_test_connects(platform, datasources, shop):
    made = datasources.create(new("shop", shop))
    answer = datasources.test("shop")
    assert (answer.ok, answer.proof) == (True, "queried")
    assert answer.version[0].isdigit()
    wrong = datasources.test_draft(
        DataSourceDraft(type="postgresql", properties={**shop, "password": "{{secret:wrong}}"})
    )
    assert (wrong.ok, wrong.cause) == (False, "authentication")
    assert "not-the-password" not in wrong.model_dump_json()
    with pytest.raises(NotFoundError, match="no secret 'none'"):
        datasources.test_draft(DataSourceDraft(type="postgresql", properties={**shop, "password": "{{secret:none}}"}))
    log = platform.actions.list(ActionListing(search=made.id)).items
    assert [each.verb for each in log] == ["execute", "create"]


def test_tables_are_listed_and_written_as_tables_of_flink(datasources, shop):
    datasources.create(new("shop", shop))
    assert "public" in datasources.schemas("shop").names
    assert "order's 🛒" in datasources.tables("shop", TableRequest()).names
    found = datasources.columns("shop", TableRequest(table="order's 🛒", name="orders"))
    columns = [(each.name, each.flink_type, each.key) for each in found.columns]
    assert columns == [("id", "BIGINT", 1), ("price", "DECIMAL(10, 2)", 0), ("at", "TIMESTAMP_LTZ(3)", 0)]
    assert found.ddl.startswith("CREATE TABLE `orders` (\n  `id` BIGINT NOT NULL,")
    assert f"'password' = '{SECRET}'" in found.ddl and "pw-of-the-test" not in found.ddl
    assert "'table-name' = 'public.order''s 🛒'" in found.ddl
    with pytest.raises(NotFoundError, match="no table 'nothing'"):
        datasources.columns("shop", TableRequest(table="nothing"))


def test_what_cannot_be_looked_into_says_why(datasources, shop):
    datasources.create(new("away", {**shop, "port": 1}))
    datasources.create(NewDataSource(name="web", type="http", properties={"url": "http://127.0.0.1:9/"}))
    with pytest.raises(PlatformError, match="refused the connection"):
        datasources.tables("away", TableRequest())
    with pytest.raises(UserError, match="cannot be browsed"):
        datasources.schemas("web")


def test_the_types_have_what_a_form_needs(datasources):
    found = datasources.types()
    assert found.broken == {}
    assert len(found.items) >= 41
    for kind in found.items:
        fields = [field for group in kind.form for field in group["fields"]]
        assert sorted(fields) == sorted(kind.properties_schema["properties"])
        assert kind.label["en"] and kind.label["zh"]
