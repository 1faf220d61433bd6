"""Users, roles and grants as documents."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from scaleph_lab.access.policy import Right
from scaleph_lab.catalog.documents.base import Document, Input, Listing

__all__ = [
    "Grant",
    "GrantListing",
    "NewGrant",
    "NewRole",
    "NewUser",
    "Role",
    "RoleChanges",
    "RoleList",
    "User",
    "UserChanges",
]


def _right(text: str) -> str:
    return str(Right.parse(text))


UserName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
DisplayName = Annotated[str, StringConstraints(max_length=200)]
# A name never looks like an id, since both name a role.
RoleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=120)]
RightText = Annotated[str, StringConstraints(max_length=64), AfterValidator(_right)]


class User(Document):
    """Somebody who works here."""

    name: str
    """As Jupyter, or the operating system, names them."""
    display_name: str
    disabled: bool
    """Whether they have no right at all, whatever is granted to them."""
    first_seen: int | None
    """Milliseconds since the epoch; None before they came."""
    last_seen: int | None
    """To the hour."""


class NewUser(Input):
    """A user to make before they come."""

    name: UserName
    display_name: DisplayName = ""


class UserChanges(Input):
    """What to change; a field that is not given stays."""

    display_name: DisplayName | None = None
    disabled: bool | None = None


class Role(Document):
    """Rights by one name. The built-in ones have their name as id, and never change."""

    name: str
    title: str
    rights: list[str]
    """Each as ``VERB RESOURCE``; the resource ``*`` is every kind."""
    built_in: bool


class NewRole(Input):
    """A role to make. Its name is unique, and stays."""

    name: RoleName
    title: Title
    rights: Annotated[list[RightText], Field(max_length=100)]


class RoleChanges(Input):
    """What to change; a field that is not given stays."""

    title: Title | None = None
    rights: Annotated[list[RightText], Field(max_length=100)] | None = None


class RoleList(BaseModel):
    """All roles, the built-in ones first."""

    items: list[Role]


class Grant(Document):
    """A role or a single right of a user, in a project or on the whole platform. `created_by` is who granted it."""

    user: str
    user_disabled: bool
    """Then the grant gives nothing."""
    project: str | None
    """The project's id; None for the whole platform."""
    project_code: str | None
    role: str | None
    right: str | None
    """As ``VERB RESOURCE``; None where a role is granted."""


class NewGrant(Input):
    """What to grant, to whom, where: a role or a right."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    user: UserName
    """A user who is not known yet is made."""
    project: str | None = Field(default=None, max_length=64)
    """A project's code or id; None for the whole platform."""
    role: str | None = Field(default=None, min_length=1, max_length=64)
    right: RightText | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> NewGrant:
        if (self.role is None) == (self.right is None):
            raise ValueError("a grant gives either a role or a right")
        return self


class GrantListing(Listing):
    """Which grants: of a user, of a project, or all that the reader may see."""

    user: str = Field(default="", max_length=200)
    project: str = Field(default="", max_length=64)
    """A project's code or id; its list has the grants on the whole platform too, since they hold there."""
    role: str = Field(default="", max_length=64)
