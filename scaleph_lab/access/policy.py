"""Who may do what: a decision on plain data, asked by every call of the catalog's services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

__all__ = [
    "BUILT_IN_ROLES",
    "OWNER",
    "RESOURCES",
    "Actor",
    "Grant",
    "GrantedRoles",
    "Policy",
    "Right",
    "Rights",
    "Role",
    "SoleOwner",
    "Verb",
    "covers",
]


class Verb(StrEnum):
    """What can be done to a resource."""

    READ = "read"
    CREATE = "create"
    WRITE = "write"
    DELETE = "delete"
    EXECUTE = "execute"
    GRANT = "grant"


RESOURCES = ("project", "artifact", "datasource", "cluster", "secret", "standard", "action", "user", "role", "grant")
"""The kinds of things that there are rights on: each service names its own, and a test holds the two together."""

_ADMINISTRATION = frozenset({"action", "user", "role", "grant"})


@dataclass(frozen=True)
class Actor:
    """Who asks, and by which way in."""

    name: str
    origin: str
    display_name: str = ""
    """What people call them, where the way in knows."""


@dataclass(frozen=True)
class Right:
    """A verb on a kind of resource; the resource ``*`` is every kind."""

    verb: Verb
    resource: str

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}"

    @classmethod
    def parse(cls, text: str) -> Right:
        """The right that ``VERB RESOURCE`` says. Raises `ValueError` for one that there is not."""
        verb, _, resource = text.partition(" ")
        if resource not in {"*", *RESOURCES}:
            raise ValueError(f"there are no rights on {resource!r}; there are on {', '.join(RESOURCES)} and *")
        return cls(Verb(verb), resource)


@dataclass(frozen=True)
class Grant:
    """A role for a user: in one project (by id), or with None on the whole platform."""

    user: str
    role: str
    project: str | None = None


Role = frozenset[Right]
Rights = Mapping[str | None, Role]
"""The rights of one user by the project that they hold in; under None those that hold on the whole platform."""

OWNER = "owner"
"""The role that may do everything."""

BUILT_IN_ROLES: Mapping[str, Role] = {
    OWNER: frozenset(Right(verb, "*") for verb in Verb),
    # Who develops changes no users and no roles: `*` would give that as well.
    "developer": frozenset(
        {
            *(Right(verb, "*") for verb in (Verb.READ, Verb.EXECUTE)),
            *(Right(Verb.WRITE, resource) for resource in RESOURCES if resource not in _ADMINISTRATION),
            *(Right(verb, "artifact") for verb in (Verb.CREATE, Verb.DELETE)),
        }
    ),
    "operator": frozenset({Right(Verb.READ, "*"), Right(Verb.EXECUTE, "*")}),
    "viewer": frozenset({Right(Verb.READ, "*")}),
}
"""The roles that are always there."""


def covers(rights: Role, wanted: Right) -> bool:
    """Whether `wanted` is one of these, or of every kind."""
    return wanted in rights or Right(wanted.verb, "*") in rights


class Policy(Protocol):
    """Where a user has a right."""

    def rights(self, user: str) -> Rights:
        """All rights of `user`."""

    def projects(self, user: str, right: Right) -> frozenset[str] | None:
        """The ids of the projects in which `user` has `right`; None for the whole platform."""
        places = {place for place, rights in self.rights(user).items() if covers(rights, right)}
        return None if None in places else frozenset(place for place in places if place)

    def arrive(self, actor: Actor) -> None:
        """Somebody comes in; called before their first call's transaction begins."""

    def refusal(self, user: str, right: Right, project: str | None) -> tuple[str, str]:
        """What to say to who lacks `right` there, and what they can do about it."""
        return f"{user} lacks the right to {right}.", "An owner can grant a role that has it."


class SoleOwner(Policy):
    """The policy of a catalog that one user has alone: everything is theirs."""

    def rights(self, user: str) -> Rights:
        """Those of an owner of the platform."""
        return {None: BUILT_IN_ROLES[OWNER]}


class GrantedRoles(Policy):
    """The policy of grants that are given as they are: who has none has no right."""

    def __init__(self, grants: Iterable[Grant], roles: Mapping[str, Role] = BUILT_IN_ROLES) -> None:
        self._grants = tuple(grants)
        self._roles = roles

    def rights(self, user: str) -> Rights:
        """By the grants of `user`; a role that is no more gives nothing."""
        found: dict[str | None, Role] = {}
        for grant in self._grants:
            if grant.user == user:
                more = self._roles.get(grant.role, frozenset())
                found[grant.project] = found.get(grant.project, frozenset()) | more
        return found
