"""The data standard in cells: a lint without an engine, and rows that violate it, counted by a real Flink."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.engines import Engine

SETUP = """
import os
os.environ['SCALEPH_LAB_CATALOG_URL'] = 'sqlite:///{catalog}'
from scaleph_lab.settings import reload_settings
reload_settings()
from scaleph_lab import Platform
from scaleph_lab.catalog.documents.standard_files import ImportRequest
values = '''set,set_name,code,value
status,Status,new,new
status,Status,it's,quoted
'''
elements = '''code,name,type,nullable,low,high,set
STATUS,Status,VARCHAR(5),no,,,status
AMOUNT,Amount,"DECIMAL(5, 2)",yes,0,500,
QUANTITY,Quantity,INT,yes,,,
ORDERED_AT,Ordered at,TIMESTAMP(3),yes,2024-01-01 00:00:00,,
DAY_OF,Day,DATE,yes,,,
PAID,Paid,BOOLEAN,no,,,
'''
standard = Platform().standard
print(standard.import_file(values.encode(), ImportRequest(name='values.csv')).created,
      standard.import_file(elements.encode(), ImportRequest(name='elements.csv')).created)
"""
TABLE = """%%flinksql
CREATE TEMPORARY VIEW `my orders` AS SELECT * FROM (VALUES
  ('new', CAST(1.5 AS DOUBLE), CAST(1 AS BIGINT), '2024-05-05 01:02:03', DATE '2024-01-01', TRUE, 'x'),
  ('it''s', 2000.0, 3000000000, '2023-05-05 01:02:03', DATE '2024-01-01', TRUE, 'x'),
  ('toolong', 1.005, 2, 'yesterday', DATE '2024-01-01', FALSE, 'x'),
  (CAST(NULL AS STRING), -1.0, CAST(NULL AS BIGINT), CAST(NULL AS STRING), CAST(NULL AS DATE), TRUE, 'x')
) AS t(status, amount, quantity, ordered_at, day_of, paid, other)"""


def rows(text: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Violations and samples by column and rule, of a table in plain text."""
    lines = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines()[1:]]
    return {(cells[0], cells[2]): (cells[4].split(" ")[0], cells[6] if len(cells) > 6 else "") for cells in lines}


def test_a_cell_is_compared_with_the_standard_and_not_run(notebook: Any, tmp_path: Path) -> None:
    assert notebook.run(SETUP.format(catalog=tmp_path / "catalog.sqlite")).stream.split() == ["2", "6"]
    cell = "CREATE TABLE t (\n  status STRING\n);\nSELECT * FROM t WHERE status = 'NEW'"
    reply = notebook.run(f"%%flinksql --lint\n{cell}")
    assert reply.error is None, reply.text
    assert "3:10" in reply.text and "VARCHAR(5) NOT NULL" in reply.text
    assert reply.text.endswith(
        "Corrected:\nCREATE TABLE t (\n  status VARCHAR(5) NOT NULL\n);\nSELECT * FROM t WHERE status = 'new'"
    )
    assert "<details open>" in reply.html
    kept = notebook.run("%%flinksql --lint\nCREATE TABLE t (paid BOOLEAN NOT NULL)")
    assert kept.text == "1 column of the standard, and none violates it."
    assert "No column corresponds" in notebook.run("%flinksql --lint CREATE TABLE t (a INT)").text
    file = tmp_path / "t.sql"
    file.write_text("CREATE TABLE t (amount DOUBLE)")
    assert "AMOUNT" in notebook.run(f"%flink lint {file}").text


@pytest.mark.engine
def test_the_rows_that_violate_the_standard_are_counted_and_sampled(
    notebook: Any, flink: Callable[[str], Engine], tmp_path: Path
) -> None:
    flink("flink-1.20")
    notebook.run(SETUP.format(catalog=tmp_path / "catalog.sqlite"))
    made = notebook.run(TABLE)
    assert made.error is None, made.text
    reply = notebook.run("%flink quality 'my orders'")
    assert reply.error is None, reply.text
    found = rows(reply.text)
    assert found == {
        ("status", "nullable"): ("1", ""),
        ("status", "length"): ("1", "'toolong'"),
        ("status", "code_set"): ("1", "'toolong'"),
        ("amount", "precision"): ("1", "'2000.0'"),
        ("amount", "scale"): ("1", "'1.005'"),
        ("amount", "range"): ("1", "'2000.0'"),
        ("quantity", "precision"): ("1", "'3000000000'"),
        ("ordered_at", "type"): ("1", "'yesterday'"),
        ("ordered_at", "range"): ("1", "'2023-05-05 01:02:03'"),
    }, reply.text
    shown = notebook.run("%flink quality 'my orders' --show").text
    assert "NOT IN ('new', 'it''s')" in shown and "FROM `my orders`" in shown
    assert "status" in notebook.run("%flink lint 'my orders'").text
    assert "my orders.amount" in notebook.run("%flink lint").text
    missing = notebook.run("%flink quality nothing")
    assert missing.error is not None and "nothing" in missing.text
