"""The tour of Flink SQL runs without a browser on each Flink, and shows what it tells of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from scaleph_lab.engines import Engine

TOUR = Path(__file__).parents[2] / "examples" / "flink-sql-tour.ipynb"
SHOWN = (
    "table.local-time-zone: ",
    "'path' = '/shop/{{secret:SHOP}}'",
    "(--timeout)",
    "+U",
    "<q1: RUNNING",
    "q1 is CANCELED",
    "3 rows came by files",
    "back is a temporary table of 4 rows now.",
    "Did you mean item?",
    "%flink add kafka fetches",
    "True CANCELED",
    "made again: ",
)
"""In the notebook's outputs, in this order."""


@pytest.mark.engine
@pytest.mark.parametrize("profile", ["flink-1.18", "flink-1.20", "flink-2.3"])
def test_the_tour_runs_and_shows_it(
    flink: Callable[[str], Engine], profile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flink(profile)
    monkeypatch.setenv("SCALEPH_LAB_ENGINE", profile)
    notebook: Any = nbformat.read(TOUR, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=180,
        resources={"metadata": {"path": str(tmp_path)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    client.execute()
    text = "\n".join(words for cell in notebook.cells for words in shown(cell))
    place = 0
    for words in SHOWN:
        assert words in text[place:], (words, text[place : place + 3000])
        place = text.index(words, place)
    assert "never shown" not in text
    failed = [cell for cell in notebook.cells if any(out.output_type == "error" for out in cell.get("outputs", ()))]
    assert len(failed) == 2 and all("raises-exception" in cell.metadata.tags for cell in failed)


def shown(cell: Any) -> list[str]:
    """All texts of a cell's outputs."""
    texts = []
    for output in cell.get("outputs", ()):
        texts.append(output.get("text", ""))
        texts.append(str(output.get("data", {}).get("text/plain", "")))
    return texts
