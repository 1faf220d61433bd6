"""A data source of the catalog in a cell: its facts, its test, and a table of it in the session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scaleph_lab.engines import Engine

SETUP = """
import os
os.environ['SCALEPH_LAB_CATALOG_URL'] = 'sqlite:///{catalog}'
os.environ['SCALEPH_SECRET_SHOP_DB'] = 'pw-of-the-test'
from scaleph_lab.settings import reload_settings
reload_settings()
from scaleph_lab import Platform
from scaleph_lab.catalog.documents.datasource import NewDataSource
properties = dict(host='127.0.0.1', port={port}, database='postgres', user='scaleph', password='{{{{secret:shop-db}}}}')
print(Platform().datasources.create(NewDataSource(name='shop', type='postgresql', properties=properties)).name)
"""


@pytest.mark.engine
def test_a_data_source_is_looked_at_tested_and_made_a_table(
    notebook: Any, flink: Callable[[str], Engine], postgres: int, tmp_path: Path
) -> None:
    flink("flink-1.20")
    with psycopg.connect(f"postgresql://scaleph:pw-of-the-test@127.0.0.1:{postgres}/postgres", autocommit=True) as on:
        on.execute("CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, item text)")
    made = notebook.run(SETUP.format(catalog=tmp_path / "catalog.sqlite", port=postgres))
    assert made.stream.strip() == "shop", made.text
    assert "postgresql" in notebook.run("%flink datasources").text
    facts = notebook.run("%flink datasource shop").text
    assert "{{secret:shop-db}}" in facts and "orders" in facts and "Postgres-CDC" in facts
    assert "shop: queried in" in notebook.run("%flink datasource shop --test").text
    shown = notebook.run("%flink datasource shop orders --show").text
    assert "CREATE TABLE `orders`" in shown and "'password' = '{{secret:shop-db}}'" in shown
    made = notebook.run("%flink datasource shop orders --as o")
    assert made.error is None and "Made o" in made.text
    assert "o" in notebook.run("%flinksql SHOW TABLES").text.split()
    ddl = notebook.run("%flinksql SHOW CREATE TABLE o").text
    assert "{{secret:shop-db}}" in ddl and "pw-of-the-test" not in ddl
    assert "{{secret:shop-db}}" in notebook.run("%flink journal").text
    missing = notebook.run("%flink datasource nothing")
    assert missing.error is not None and "no data source 'nothing'" in missing.text
