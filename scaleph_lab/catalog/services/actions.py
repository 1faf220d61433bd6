"""The log of actions, to be read."""

from __future__ import annotations

from sqlalchemy import or_, select

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.documents.action import Action, ActionListing
from scaleph_lab.catalog.documents.base import Page
from scaleph_lab.catalog.models.action import ActionRow
from scaleph_lab.catalog.services.base import Service

__all__ = ["Actions"]

_SEARCHED = (ActionRow.actor, ActionRow.verb, ActionRow.resource, ActionRow.subject)


class Actions(Service):
    """Reads the log. It tells of all projects, so only who has the right on the whole platform sees all of it."""

    resource = "action"

    def list(self, listing: ActionListing | None = None) -> Page[Action]:
        """A page of the log, the newest first; with the right in a project only, of what the actor did themselves.

        Raises `ForbiddenError`.
        """
        asked = listing or ActionListing()
        query = select(ActionRow).order_by(ActionRow.id.desc()).limit(asked.limit + 1)
        if asked.cursor:
            query = query.where(ActionRow.id < int(asked.cursor))
        if asked.result:
            query = query.where(ActionRow.result == asked.result)
        if asked.search:
            query = query.where(or_(*(column.icontains(asked.search, autoescape=True) for column in _SEARCHED)))
        with self._database.read() as session:
            if self._places(Verb.READ) is not None:
                query = query.where(ActionRow.actor == self._actor.name)
            rows = list(session.scalars(query))
        shown = [Action.model_validate(row, from_attributes=True) for row in rows[: asked.limit]]
        return Page(items=shown, next_cursor=str(shown[-1].id) if len(rows) > asked.limit else None)
