"""Who may do what: a decision on plain data, asked by every call of the catalog's services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

__all__ = ["BUILT_IN_ROLES", "Actor", "Grant", "GrantedRoles", "Policy", "Right", "SoleOwner", "Verb"]


class Verb(StrEnum):
    """What can be done to a resource."""

    READ = "read"
    CREATE = "create"
    WRITE = "write"
    DELETE = "delete"
    EXECUTE = "execute"
    GRANT = "grant"


@dataclass(frozen=True)
class Actor:
    """Who asks, and by which way in."""

    name: str
    origin: str


@dataclass(frozen=True)
class Right:
    """A verb on a kind of resource; the resource ``*`` is every kind."""

    verb: Verb
    resource: str

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}"


@dataclass(frozen=True)
class Grant:
    """A role for a user: in one project (by id), or with None on the whole platform."""

    user: str
    role: str
    project: str | None = None


Role = frozenset[Right]

BUILT_IN_ROLES: Mapping[str, Role] = {
    "owner": frozenset(Right(verb, "*") for verb in Verb),
    "developer": frozenset(
        {
            *(Right(verb, "*") for verb in (Verb.READ, Verb.WRITE, Verb.EXECUTE)),
            *(Right(verb, "artifact") for verb in (Verb.CREATE, Verb.DELETE)),
        }
    ),
    "operator": frozenset({Right(Verb.READ, "*"), Right(Verb.EXECUTE, "*")}),
    "viewer": frozenset({Right(Verb.READ, "*")}),
}
"""The roles that are always there."""


class Policy(Protocol):
    """Where a user has a right."""

    def projects(self, user: str, right: Right) -> frozenset[str] | None:
        """The ids of the projects in which `user` has `right`; None for the whole platform."""


class SoleOwner:
    """The policy of a catalog that one user has alone: everything is theirs."""

    def projects(self, user: str, right: Right) -> frozenset[str] | None:
        """The whole platform."""
        return None


class GrantedRoles:
    """The policy of a shared catalog: who has no grant has no right."""

    def __init__(self, grants: Iterable[Grant], roles: Mapping[str, Role] = BUILT_IN_ROLES) -> None:
        self._grants = tuple(grants)
        self._roles = roles

    def projects(self, user: str, right: Right) -> frozenset[str] | None:
        """By the grants of `user`; a role that is no more gives nothing."""
        wanted = {right, Right(right.verb, "*")}
        places = [
            grant.project
            for grant in self._grants
            if grant.user == user and wanted & self._roles.get(grant.role, frozenset())
        ]
        return None if None in places else frozenset(place for place in places if place)
