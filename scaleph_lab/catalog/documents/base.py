"""What all documents share, and pages of them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from scaleph_lab.errors import ValidationError

__all__ = ["Document", "Input", "Listing", "Page", "read"]


class Document(BaseModel):
    """The base of what comes out: a thing with its version and its history."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: int
    created_by: str
    created_at: int
    """Milliseconds since the epoch, as all times of the catalog are."""
    updated_by: str
    updated_at: int


class Input(BaseModel):
    """The base of what goes in: an unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True)

    @pydantic.field_validator("*")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        # PostgreSQL cannot hold it, so SQLite need not either.
        if isinstance(value, str) and "\0" in value:
            raise ValueError("a text cannot have a NUL character")
        return value


class Listing(Input):
    """How a list is asked for."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None
    """``next_cursor`` of the page before, asked with the same `sort`."""
    search: str = Field(default="", max_length=200)
    sort: str = ""
    """A field, with ``-`` before it for the other direction; empty for the noun's own order."""


D = TypeVar("D", bound=BaseModel)


class Page(BaseModel, Generic[D]):
    """A part of a list."""

    items: list[D]
    next_cursor: str | None = None
    """Where the list goes on; without it, this was the last page."""


def read(kind: type[D], data: Any) -> D:
    """The document that `data` says. Raises `scaleph_lab.errors.ValidationError`, naming the field."""
    try:
        return kind.model_validate(data)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"{field}: {first['msg']}." if field else f"{first['msg']}."
        raise ValidationError(message, path=field) from error
