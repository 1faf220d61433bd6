"""What the services share: the policy's word, versions, the log of actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Actor, Policy, Right, SoleOwner, Verb
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.models.action import ActionRow
from scaleph_lab.catalog.models.base import Noun, now
from scaleph_lab.catalog.models.project import ProjectRow
from scaleph_lab.errors import ConflictError, ForbiddenError, NotFoundError, UserError

__all__ = ["Service"]


class Service:
    """The base of the services: for one actor, on one database."""

    resource: ClassVar[str]
    """The noun, as rights and the log name it."""
    noun: ClassVar[str] = ""
    """What people call it, where that is another word."""

    def __init__(self, database: Database, actor: Actor, policy: Policy | None = None) -> None:
        self._database = database
        self._actor = actor
        self._policy = policy or SoleOwner()

    def _places(self, verb: Verb) -> frozenset[str] | None:
        """The projects in which the actor may; None for all. Raises `ForbiddenError` where there is none."""
        right = Right(verb, self.resource)
        places = self._policy.projects(self._actor.name, right)
        if places is not None and not places:
            raise self._forbidden(right)
        return places

    def _ask(self, verb: Verb, project: str | None) -> None:
        """Raises `ForbiddenError` unless the actor may do this in `project` (None: on the platform)."""
        places = self._places(verb)
        if places is not None and project not in places:
            raise self._forbidden(Right(verb, self.resource))

    def _forbidden(self, right: Right) -> ForbiddenError:
        return ForbiddenError(
            f"{self._actor.name} lacks the right to {right}.",
            hint="An owner can grant a role that has it.",
            path=self.resource,
        )

    def _project(self, session: Session, key: str, verb: Verb) -> ProjectRow:
        """The project that something is put into, or looked for in; it is not deleted until the transaction ends."""
        query = select(ProjectRow).where(or_(ProjectRow.id == key, ProjectRow.code == key))
        if verb is not Verb.READ:
            query = query.with_for_update(read=True, key_share=True)
        row = None if "\0" in key else session.scalars(query).one_or_none()
        if row is None:
            self._places(verb)
            raise NotFoundError(f"There is no project {key!r}.", path="project")
        self._ask(verb, row.id)
        return row

    @contextmanager
    def _writing(self, verb: Verb, subject: str) -> Iterator[Session]:
        """A transaction; a refusal or a user's failure in it is logged, after all else of it was rolled back."""
        try:
            with self._database.write() as session:
                yield session
        except UserError as error:
            result = "denied" if isinstance(error, ForbiddenError) else "failed"
            with self._database.write() as session:
                session.add(self._action(verb, subject, result))
            raise

    def _log(self, session: Session, verb: Verb, row: Noun, changed: Sequence[str] = ()) -> None:
        """Writes a change down, in the transaction of the change."""
        action = self._action(verb, row.id, "done")
        action.version, action.changed = row.version, list(changed)
        session.add(action)

    def _action(self, verb: Verb, subject: str, result: str) -> ActionRow:
        return ActionRow(
            at=now(),
            actor=self._actor.name,
            origin=self._actor.origin,
            verb=verb.value,
            resource=self.resource,
            subject=subject.replace("\0", "")[:200],
            result=result,
            changed=[],
        )

    def _touch(self, row: Noun) -> None:
        row.version += 1
        row.updated_by, row.updated_at = self._actor.name, now()

    def _fresh(self, session: Session, row: Noun, version: int) -> None:
        """Raises `ConflictError`, saying what changed, unless `version` is the row's."""
        if row.version == version:
            return
        later = session.scalars(
            select(ActionRow)
            .where(ActionRow.resource == self.resource, ActionRow.subject == row.id, ActionRow.version > version)
            .order_by(ActionRow.id)
        )
        fields = dict.fromkeys(field for action in later for field in action.changed)
        what = f" ({', '.join(fields)})" if fields else ""
        raise ConflictError(
            f"{row.updated_by} has changed this {self.noun or self.resource}{what}: "
            f"it has version {row.version}, and you have {version}.",
            hint="Read it again, then repeat your change.",
            path="version",
        )
