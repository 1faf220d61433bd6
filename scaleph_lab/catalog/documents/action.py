"""The log of actions as documents."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scaleph_lab.catalog.documents.base import Input

__all__ = ["Action", "ActionListing", "Change"]

Result = Literal["done", "denied", "failed"]


class Action(BaseModel):
    """Who did what to which thing, when, from where, and how it ended."""

    model_config = ConfigDict(frozen=True)

    id: int
    at: int
    """Milliseconds since the epoch."""
    actor: str
    origin: str
    """The way in, such as ``cli``, ``python`` or ``rest`` with the caller's address."""
    verb: str
    resource: str
    subject: str
    """The id of the thing, or the name that it was asked by."""
    project_id: str | None = None
    """The id of the project that the thing was in, where it was in one."""
    result: Result
    version: int | None
    """The version that a change made."""
    changed: list[str]
    """Names of the fields that it changed."""


class Change(BaseModel):
    """A change that was committed, for those who hold what it has made stale."""

    model_config = ConfigDict(frozen=True)

    id: int
    """Its number in the log of actions."""
    at: int
    """Milliseconds since the epoch."""
    actor: str
    verb: str
    resource: str
    subject: str
    """The id of the thing."""
    project_id: str | None
    version: int | None
    """The version that it made."""
    changed: list[str]
    """Names of the fields that it changed, never their values."""


class ActionListing(Input):
    """How the log is asked for; the newest come first."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, pattern=r"^[0-9]{1,18}$")
    """``next_cursor`` of the page before."""
    search: str = Field(default="", max_length=200)
    """Text that the actor, the verb, the kind of thing or the subject has, in any case."""
    result: Result | None = None
