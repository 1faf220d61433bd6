"""Many rows by files in a cell: asked for, or because there are many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from IPython.core.error import UsageError

from scaleph_lab.engines import Engine
from scaleph_lab.magics.options import parse_cell_options

TABLE = (
    "CREATE TEMPORARY TABLE g (id BIGINT, price DECIMAL(10, 2)) WITH ('connector' = 'datagen', 'rows-per-second' = "
    "'100000000', 'number-of-rows' = '400000', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', "
    "'fields.id.end' = '400000')"
)


@pytest.mark.parametrize("line", ["--bulk --pages", "--bulk --detach", "--bulk --limit 3", "--bulk --as changelog"])
def test_what_does_not_fit_is_said(line: str) -> None:
    with pytest.raises(UsageError, match="--bulk gives all rows"):
        parse_cell_options(line)


@pytest.mark.engine
def test_rows_come_by_files_where_asked_for_or_many(notebook: Any, flink: Callable[[str], Engine]) -> None:
    flink("flink-1.20")
    notebook.run(f"%%flinksql\n{TABLE}")
    asked = notebook.run("%%flinksql --mode batch --bulk -o few --as arrow\nSELECT id, price FROM g WHERE id <= 5000")
    assert asked.error is None and "5,000 rows came by files" in asked.text
    assert notebook.run("print(few.num_rows, sorted(few['id'].to_pylist())[-1])").stream.strip() == "5000 5000"
    many = notebook.run("%%flinksql --mode batch -o frame\nSELECT id, price FROM g")
    assert many.error is None and "400,000 rows came by files" in many.text
    summary = (
        "print(len(frame), frame['id'].sum(), frame.dtypes.astype(str).to_dict(), type(frame['price'][0]).__name__)"
    )
    assert notebook.run(summary).stream.strip() == "400000 80000200000 {'id': 'Int64', 'price': 'object'} Decimal"
    paged = notebook.run("%%flinksql --mode batch --pages -o frame\nSELECT id FROM g")
    assert "by files" not in paged.text and notebook.run("print(len(frame))").stream.strip() == "400000"
    refused = notebook.run("%%flinksql --mode batch --bulk -o frame\nSELECT ARRAY[id] AS a FROM g")
    assert refused.error is not None and "which no CSV file holds" in refused.text
