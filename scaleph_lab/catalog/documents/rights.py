"""Answers about rights: what somebody may do, by which grant, and what would give it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.documents.access import Grant
from scaleph_lab.catalog.documents.base import Input

__all__ = ["Me", "PlaceRights", "RightAnswer", "RightQuestion"]


class RightQuestion(Input):
    """May a user do this?"""

    user: str = Field(default="", max_length=200)
    """Empty for who asks."""
    verb: Verb
    resource: str = Field(max_length=32)
    project: str = Field(default="", max_length=64)
    """A project's code or id; empty for the whole platform."""


class RightAnswer(BaseModel):
    """Whether, and why."""

    user: str
    right: str
    """As ``VERB RESOURCE``."""
    project: str | None
    """The project's id."""
    allowed: bool
    by: list[Grant]
    """The grants that give it, though the user may be disabled."""
    by_setting: bool
    """Whether the setting ``catalog_owners`` names the user."""
    disabled: bool
    roles: list[str]
    """The roles that have the right."""
    owners: list[str]
    """Who can grant it: the project's owners, and those of the platform."""


class PlaceRights(BaseModel):
    """What the user may do in one place."""

    project: str | None
    """The project's id; None for the whole platform."""
    project_code: str | None
    roles: list[str]
    rights: list[str]
    """Each as ``VERB RESOURCE``; with those of the roles."""


class Me(BaseModel):
    """Who asks, and what they may do."""

    name: str
    display_name: str
    disabled: bool
    is_owner: bool
    """Of the whole platform."""
    alone: bool
    """Whether there is no other user."""
    owners: list[str]
    """Who can grant more: the owners of the platform."""
    places: list[PlaceRights]
    """The platform first, then projects by their codes."""
