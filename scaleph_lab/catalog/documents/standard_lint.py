"""What the lint found, as documents."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from scaleph_lab.catalog.documents.base import Input
from scaleph_lab.standard.lint import Match, Rule

__all__ = ["LintColumn", "LintEdit", "LintFinding", "LintReport", "LintRequest"]


class LintRequest(Input):
    """What is looked at."""

    text: str = Field(max_length=2_000_000)
    """Statements of Flink SQL, or a pipeline document."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class LintColumn(BaseModel):
    """A column that corresponds to an element."""

    model_config = ConfigDict(frozen=True)

    table: str
    column: str
    element: str
    by: Match


class LintEdit(BaseModel):
    """What to write in the place of what is between two offsets of the text."""

    model_config = ConfigDict(frozen=True)

    start: int
    """In characters (code points) from 0."""
    end: int
    text: str


class LintFinding(BaseModel):
    """One violation."""

    model_config = ConfigDict(frozen=True)

    rule: Rule
    table: str
    column: str
    element: str
    message: str
    line: int | None
    """From 1; None where the text has no place for it."""
    column_number: int | None
    edit: LintEdit | None
    """The quick fix; None where it is not for a program to say."""


class LintReport(BaseModel):
    """All that was found in a text."""

    model_config = ConfigDict(frozen=True)

    columns: list[LintColumn]
    """The columns that correspond to an element."""
    findings: list[LintFinding]
    corrected: str
    """The text with all quick fixes."""
