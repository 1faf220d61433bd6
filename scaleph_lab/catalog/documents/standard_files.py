"""Imports and exports of the data standard as documents."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scaleph_lab.catalog.documents.base import Input

__all__ = ["ExportRequest", "Format", "ImportReport", "ImportRequest", "ImportRow", "Kind", "Outcome"]

Kind = Literal["systems", "sets", "values", "elements", "mappings"]
Format = Literal["csv", "xlsx"]
Outcome = Literal["created", "changed", "unchanged", "refused"]


class ImportRequest(Input):
    """How a file is imported."""

    name: str = Field(default="", max_length=255)
    """The file's name, which may say what it holds."""
    kind: Kind | None = None
    """What it holds; without it the sheets, the name or the head say so."""
    dry_run: bool = False
    """Says what would happen, and does nothing."""
    partial: bool = False
    """Takes the rows that can be taken, though others are refused."""


class ExportRequest(Input):
    """What is exported."""

    kind: Kind | None = None
    """What; without it all, in sheets of a workbook."""
    format: Format = "csv"


class ImportRow(BaseModel):
    """What came of a row."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    row: int
    """Its number, as a spreadsheet counts: the head is row 1."""
    key: str
    """What the row is of, such as the element's code."""
    result: Outcome
    field: str = ""
    """Of a refusal: the column."""
    reason: str = ""
    changed: list[str] = []
    """Of a change: the fields."""


class ImportReport(BaseModel):
    """What came of a file, row by row."""

    applied: bool
    """Whether the catalog has it now: not after a dry run, nor where a row was refused and all were wanted."""
    dry_run: bool
    created: int
    changed: int
    unchanged: int
    refused: int
    rows: list[ImportRow]
