"""The verbs of users, roles, grants and rights; the services of the catalog say what they raise."""

from __future__ import annotations

from typing import Protocol

from scaleph_lab.catalog.documents.access import (
    Grant,
    GrantListing,
    NewGrant,
    NewRole,
    NewUser,
    Role,
    RoleChanges,
    RoleList,
    User,
    UserChanges,
)
from scaleph_lab.catalog.documents.base import Listing, Page
from scaleph_lab.catalog.documents.rights import Me, RightAnswer, RightQuestion

__all__ = ["GrantVerbs", "RightVerbs", "RoleVerbs", "UserVerbs"]


class UserVerbs(Protocol):
    """The verbs of users. A key is a name or an id."""

    def list(self, listing: Listing | None = None) -> Page[User]:
        """The users that the user may see."""

    def get(self, key: str) -> User:
        """One user."""

    def create(self, new: NewUser) -> User:
        """Makes a user before they come."""

    def update(self, key: str, changes: UserChanges, version: int) -> User:
        """Changes a user who was read at `version`; disables or enables them."""

    def delete(self, key: str, version: int) -> None:
        """Deletes a user who was read at `version`, with all grants."""


class RoleVerbs(Protocol):
    """The verbs of roles. A key is a name or an id."""

    def list(self) -> RoleList:
        """All roles, the built-in ones first."""

    def get(self, key: str) -> Role:
        """One role."""

    def create(self, new: NewRole) -> Role:
        """Makes a role."""

    def update(self, key: str, changes: RoleChanges, version: int) -> Role:
        """Changes a role that was read at `version`."""

    def delete(self, key: str, version: int) -> None:
        """Deletes a role that was read at `version` and that nobody has."""


class GrantVerbs(Protocol):
    """The verbs of grants."""

    def list(self, listing: GrantListing | None = None) -> Page[Grant]:
        """The grants of a user, of a project, or all that the user may see."""

    def get(self, key: str) -> Grant:
        """One grant."""

    def create(self, new: NewGrant) -> Grant:
        """Grants a role or a right."""

    def delete(self, key: str) -> None:
        """Revokes a grant, which works at once."""


class RightVerbs(Protocol):
    """Answers about rights."""

    def me(self) -> Me:
        """Who asks, and what they may do."""

    def check(self, question: RightQuestion) -> RightAnswer:
        """Whether a user may do something somewhere, by which grant, or what would give it."""
