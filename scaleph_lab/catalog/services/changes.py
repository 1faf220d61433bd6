"""Which changes a user may know of."""

from __future__ import annotations

from collections.abc import Iterable

from scaleph_lab.access.policy import Right, Rights, Verb
from scaleph_lab.catalog.changes import changes_after, newest_change
from scaleph_lab.catalog.documents.action import Change
from scaleph_lab.catalog.services.base import Service

__all__ = ["Changes"]

_OF_RIGHTS = frozenset({"grant", "role", "user"})


class Changes(Service):
    """The changes of what the actor may read; of the rest they learn nothing, and are refused nothing."""

    resource = "action"

    def readable(self, changes: Iterable[Change]) -> list[Change]:
        """Those of `changes` that the actor may know of."""
        every = list(changes)
        may = {
            resource: self._places_of(Right(Verb.READ, resource)) for resource in {change.resource for change in every}
        }
        return [
            change
            for change in every
            if (places := may[change.resource]) is None or (change.project_id and change.project_id in places)
        ]

    def rights(self) -> Rights:
        """What the actor may do now, by the project."""
        with self._database.read():
            return dict(self._policy.rights(self._actor.name))

    def newest(self) -> int:
        """The number of the newest entry of the log, from which `since` goes on."""
        return newest_change(self._database)

    def since(self, number: int, limit: int) -> tuple[list[Change], bool]:
        """What came after an entry of the log, and whether that is all: not where there were more than `limit` changes,
        or where some were of rights, after which the actor may read more or less than before."""
        found = changes_after(self._database, number, limit + 1)
        is_all = len(found) <= limit and not any(change.resource in _OF_RIGHTS for change in found)
        return self.readable(found[:limit]), is_all
