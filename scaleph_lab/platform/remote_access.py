"""Users, roles, grants and rights over REST."""

from __future__ import annotations

from urllib.parse import quote

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
from scaleph_lab.platform.remote import Connection

__all__ = ["RemoteGrants", "RemoteRights", "RemoteRoles", "RemoteUsers"]


class RemoteUsers:
    """The verbs of users over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def list(self, listing: Listing | None = None) -> Page[User]:
        """The users that the user may see."""
        asked = (listing or Listing()).model_dump(exclude_none=True)
        return Page[User].model_validate(self._ask("GET", "users", params=asked))

    def get(self, key: str) -> User:
        """One user."""
        return User.model_validate(self._ask("GET", _path("users", key)))

    def create(self, new: NewUser) -> User:
        """Makes a user before they come."""
        return User.model_validate(self._ask("POST", "users", json=new.model_dump()))

    def update(self, key: str, changes: UserChanges, version: int) -> User:
        """Changes a user who was read at `version`; disables or enables them."""
        body = changes.model_dump(exclude_none=True)
        return User.model_validate(self._ask("PATCH", _path("users", key), version=version, json=body))

    def delete(self, key: str, version: int) -> None:
        """Deletes a user who was read at `version`, with all grants."""
        self._ask("DELETE", _path("users", key), version=version)


class RemoteRoles:
    """The verbs of roles over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def list(self) -> RoleList:
        """All roles, the built-in ones first."""
        return RoleList.model_validate(self._ask("GET", "roles"))

    def get(self, key: str) -> Role:
        """One role."""
        return Role.model_validate(self._ask("GET", _path("roles", key)))

    def create(self, new: NewRole) -> Role:
        """Makes a role."""
        return Role.model_validate(self._ask("POST", "roles", json=new.model_dump()))

    def update(self, key: str, changes: RoleChanges, version: int) -> Role:
        """Changes a role that was read at `version`."""
        body = changes.model_dump(exclude_none=True)
        return Role.model_validate(self._ask("PATCH", _path("roles", key), version=version, json=body))

    def delete(self, key: str, version: int) -> None:
        """Deletes a role that was read at `version` and that nobody has."""
        self._ask("DELETE", _path("roles", key), version=version)


class RemoteGrants:
    """The verbs of grants over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def list(self, listing: GrantListing | None = None) -> Page[Grant]:
        """The grants of a user, of a project, or all that the user may see."""
        asked = (listing or GrantListing()).model_dump(exclude_none=True)
        return Page[Grant].model_validate(self._ask("GET", "grants", params=asked))

    def get(self, key: str) -> Grant:
        """One grant."""
        return Grant.model_validate(self._ask("GET", _path("grants", key)))

    def create(self, new: NewGrant) -> Grant:
        """Grants a role or a right."""
        return Grant.model_validate(self._ask("POST", "grants", json=new.model_dump(exclude_none=True)))

    def delete(self, key: str) -> None:
        """Revokes a grant, which works at once."""
        self._ask("DELETE", _path("grants", key))


class RemoteRights:
    """Answers about rights over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def me(self) -> Me:
        """Who asks, and what they may do."""
        return Me.model_validate(self._ask("GET", "me"))

    def check(self, question: RightQuestion) -> RightAnswer:
        """Whether a user may do something somewhere, by which grant, or what would give it."""
        asked = question.model_dump(mode="json")
        return RightAnswer.model_validate(self._ask("GET", "rights", params=asked))


def _path(nouns: str, key: str) -> str:
    return f"{nouns}/{quote(key, safe='')}"
