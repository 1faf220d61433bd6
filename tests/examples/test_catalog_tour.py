"""The tour of the catalog runs from top to bottom, and shows what it tells of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

TOUR = Path(__file__).parents[2] / "examples" / "catalog-tour.ipynb"
SHOWN = (
    "changed this project (remark): it has version 2, and you have 1.",
    "True queried",
    "price  REAL     -> DOUBLE",
    "password must be a reference to a secret.",
    "['warehouse'] {{secret:warehouse}}",
    "4 QUANTITY refused type",
    "1 of crm is new",
    "1:29 length: status is STRING",
    "CREATE TABLE orders (status VARCHAR(20) NOT NULL, price DECIMAL(10, 2));",
    "status = 'paid'",
    "+WHERE price > 0",
    "Returns count too",
    "hang 1 artifact (daily); 1 data source (shop)",
    "execute datasource",
)
"""In the notebook's outputs, in this order."""


def test_the_tour_of_the_catalog_runs_and_shows_it(tmp_path: Path) -> None:
    notebook: Any = nbformat.read(TOUR, as_version=4)
    kept = text_of(notebook)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    for shown in (text_of(notebook), kept):
        at = -1
        for wanted in SHOWN:
            at = shown.find(wanted, at + 1)
            assert at >= 0, f"{wanted!r} is not shown, or not in its place"
        assert "correct horse" not in shown


def text_of(notebook: Any) -> str:
    """All that the cells have printed."""
    return "\n".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
