"""What the services share: the policy's word, versions, the log of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Actor, Policy, Right, Verb
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.idempotency import RequestKey, keep_key, subject_of
from scaleph_lab.catalog.models.action import ActionRow
from scaleph_lab.catalog.models.base import Noun, now
from scaleph_lab.catalog.models.project import ProjectRow
from scaleph_lab.catalog.recorded_policy import RecordedPolicy
from scaleph_lab.errors import ConflictError, ForbiddenError, NotFoundError, UserError

__all__ = ["Service"]

T = TypeVar("T")

_DONE_ONCE = frozenset({Verb.CREATE, Verb.WRITE, Verb.GRANT})


class Service:
    """The base of the services: for one actor, on one database."""

    resource: ClassVar[str]
    """The noun, as rights and the log name it."""
    noun: ClassVar[str] = ""
    """What people call it, where that is another word."""

    def __init__(self, database: Database, actor: Actor, policy: Policy | None = None) -> None:
        """Without a policy it is the one of the catalog's records."""
        self._opened = database
        self._actor = actor
        self._policy = policy or RecordedPolicy(database)
        self._request: RequestKey | None = None

    def once(self, request: RequestKey, call: Callable[[], T]) -> tuple[T, bool]:
        """Does `call`, a call of this service, unless `request` was done before; then the answer is what it made, as it
        is now, and True. Raises as `call` does, and `ValidationError` when the key came with another request."""
        subject = self._done_before(request)
        if subject is None:
            self._request = request
            try:
                return call(), False
            except ConflictError:
                # The same request may have come twice at one time, and this one was the slower.
                subject = self._done_before(request)
                if subject is None:
                    raise
            finally:
                self._request = None
        return self._answer_of(subject), True

    def _done_before(self, request: RequestKey) -> str | None:
        with self._database.read() as session:
            return subject_of(session, self._actor.name, request)

    def _answer_of(self, subject: str) -> Any:
        """The answer of a change that was done before, by the id of what it changed."""
        return cast("Any", self).get(subject)

    @property
    def _database(self) -> Database:
        """The database, for an actor whose arrival is noted: that is a transaction of its own, before any other."""
        if not self._opened.is_writing:
            self._policy.arrive(self._actor)
        return self._opened

    def _places(self, verb: Verb) -> frozenset[str] | None:
        """The projects in which the actor may; None for all. Raises `ForbiddenError` where there is none."""
        right = Right(verb, self.resource)
        places = self._places_of(right)
        if places is not None and not places:
            raise self._refused(right, None)
        return places

    def _ask(self, verb: Verb, project: str | None) -> None:
        """Raises `ForbiddenError` unless the actor may do this in `project` (None: on the platform)."""
        self._ask_for(Right(verb, self.resource), project)

    def _ask_for(self, right: Right, project: str | None) -> None:
        """The same for a right of another noun."""
        places = self._places_of(right)
        if places is not None and project not in places:
            raise self._refused(right, project)

    def _places_of(self, right: Right) -> frozenset[str] | None:
        if not self._opened.is_writing:
            self._policy.arrive(self._actor)
        return self._policy.projects(self._actor.name, right)

    def _refused(self, right: Right, project: str | None) -> ForbiddenError:
        """The error; what was only to be read is logged here, a change where its transaction ends."""
        if not self._opened.is_writing:
            with self._opened.write() as session:
                session.add(self._action(right.verb, project or "", "denied"))
        return self._forbidden(right, project)

    def _forbidden(self, right: Right, project: str | None) -> ForbiddenError:
        message, hint = self._policy.refusal(self._actor.name, right, project)
        return ForbiddenError(message, hint=hint, path=self.resource)

    def _project(self, session: Session, key: str, verb: Verb) -> ProjectRow:
        """The project that something is put into, or looked for in; it is not deleted until the transaction ends."""
        row = self._found_project(session, key, to_stay=verb is not Verb.READ)
        if row is None:
            self._places(verb)
            raise NotFoundError(f"There is no project {key!r}.", path="project")
        self._ask(verb, row.id)
        return row

    def _found_project(self, session: Session, key: str, *, to_stay: bool) -> ProjectRow | None:
        """The same before anybody is asked, or None."""
        query = select(ProjectRow).where(or_(ProjectRow.id == key, ProjectRow.code == key))
        if to_stay:
            query = query.with_for_update(read=True, key_share=True)
        return None if "\0" in key else session.scalars(query).one_or_none()

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
        action.project_id = row.id if isinstance(row, ProjectRow) else getattr(row, "project_id", None)
        session.add(action)
        if self._request is not None and verb in _DONE_ONCE:
            keep_key(session, self._actor.name, self._request, row.id)
            self._request = None

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
