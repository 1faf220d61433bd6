"""What the services of artifacts share: rows by their keys, contents that are staged, revisions that are added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Actor, Policy, Verb
from scaleph_lab.catalog.contents import MEDIA_TYPES, inspect, lock_contents, sweep
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.artifact import Artifact, NewArtifact, Revision, Saved
from scaleph_lab.catalog.documents.facts import ArtifactType
from scaleph_lab.catalog.models.artifact import ArtifactRow, RevisionRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.project import ProjectRow
from scaleph_lab.catalog.services.base import Service
from scaleph_lab.catalog.store import CHUNK, ContentStore, Staged, open_store
from scaleph_lab.errors import ConflictError, NotFoundError

__all__ = ["ArtifactService", "artifact_document", "revision_document", "text_chunks"]

_FIELDS = tuple(name for name in Artifact.model_fields if name != "project")
_VALUES = attrgetter(*_FIELDS)


class ArtifactService(Service):
    """The base of the services of artifacts. A key is an id, or ``PROJECT/TYPE/NAME``."""

    resource = "artifact"

    def __init__(
        self, database: Database, actor: Actor, policy: Policy | None = None, store: ContentStore | None = None
    ) -> None:
        super().__init__(database, actor, policy)
        self._given_store = store

    @cached_property
    def _store(self) -> ContentStore:
        return self._given_store or open_store(self._database.identity)

    def _answer_of(self, subject: str) -> Saved:
        with self._database.read() as session:
            row = self._row(session, subject, Verb.READ)
            revision = self._revision(session, row, None)
            return Saved(artifact=artifact_document(row), revision=revision_document(revision), is_new=True)

    def _row(self, session: Session, key: str, verb: Verb) -> ArtifactRow:
        query = select(ArtifactRow).where(ArtifactRow.id == key)
        if key.count("/") == 2:
            project, kind, name = key.split("/")
            query = select(ArtifactRow).where(
                ArtifactRow.project_id == _project_id(project), ArtifactRow.type == kind, ArtifactRow.name == name
            )
        if verb is not Verb.READ:
            query = query.with_for_update(of=ArtifactRow)
        row = None if "\0" in key else session.scalars(query).one_or_none()
        if row is None:
            # Who may see no artifact is told so, not which there are.
            self._places(verb)
            raise NotFoundError(f"There is no artifact {key!r}.", path=key)
        self._ask(verb, row.project_id)
        return row

    def _revision(self, session: Session, row: ArtifactRow, number: int | None) -> RevisionRow:
        # PostgreSQL's integers end there, and nothing is numbered so high.
        wanted = row.current if number is None else number
        found = session.get(RevisionRow, (row.id, wanted)) if 0 < wanted < 2**31 else None
        if found is None:
            raise NotFoundError(f"The artifact {row.name} has no revision {number}.", path="number")
        return found

    @contextmanager
    def _staging(self, chunks: Iterable[bytes]) -> Iterator[Staged]:
        """A content that is staged; it stays only if the block ends well and a revision names it."""
        staged = self._store.stage(chunks)
        try:
            yield staged
        except BaseException:
            sweep(self._database, self._store, [staged.sha256])
            raise
        finally:
            self._store.discard(staged.path)

    def _make(
        self, session: Session, new: NewArtifact, facts: dict[str, Any], staged: Staged, *, file_name: str = ""
    ) -> Saved:
        """Makes an artifact with its first revision. Raises `ConflictError` when the name is taken."""
        project = self._project(session, new.project, Verb.CREATE)
        found = self._inspect(staged, new.type, facts)
        who, when = self._actor.name, now()
        history = {"created_by": who, "created_at": when, "updated_by": who, "updated_at": when}
        row = ArtifactRow(
            project=project, type=new.type, name=new.name, remark=new.remark, version=1, current=1, last=0, **history
        )
        session.add(row)
        self._flush(session, row)
        revision = self._add(session, row, staged, message=new.message, facts=facts, found=found, file_name=file_name)
        self._log(session, Verb.CREATE, row, ["project", "type", "name", "remark", "content", "facts"])
        return Saved(artifact=artifact_document(row), revision=revision_document(revision), is_new=True)

    def _add(self, session: Session, row: ArtifactRow, staged: Staged, **revision: Any) -> RevisionRow:
        """Adds a revision and makes it the current one."""
        lock_contents(session)
        self._store.publish(staged)
        return self._append(session, row, sha256=staged.sha256, size=staged.size, **revision)

    def _append(self, session: Session, row: ArtifactRow, **revision: Any) -> RevisionRow:
        row.last += 1
        row.current = row.last
        media_type = MEDIA_TYPES[cast("ArtifactType", row.type)]
        made = RevisionRow(
            artifact_id=row.id, number=row.last, author=self._actor.name, at=now(), media_type=media_type, **revision
        )
        session.add(made)
        session.flush()
        return made

    def _flush(self, session: Session, row: ArtifactRow) -> None:
        kind, name, project = row.type, row.name, row.project.code
        try:
            session.flush()
        except IntegrityError as error:
            raise self._taken(kind, name, project) from error

    def _taken(self, kind: str, name: str, project: str) -> ConflictError:
        return ConflictError(
            f"There is an artifact {name!r} of the type {kind} in {project} already.",
            hint="Take another name, or save a revision of it.",
            path="name",
        )

    def _inspect(self, staged: Staged, kind: ArtifactType, facts: Mapping[str, Any]) -> dict[str, Any]:
        return inspect(self._store, staged, kind, facts)


def text_chunks(text: str) -> Iterator[bytes]:
    """A text as bytes, part by part."""
    return (text[start : start + CHUNK].encode() for start in range(0, len(text), CHUNK))


def artifact_document(row: ArtifactRow) -> Artifact:
    """An artifact as a document."""
    return Artifact(project=row.project.code, **dict(zip(_FIELDS, _VALUES(row), strict=True)))


def revision_document(row: RevisionRow) -> Revision:
    """A revision as a document."""
    return Revision.model_validate(row, from_attributes=True)


def _project_id(key: str) -> Any:
    return select(ProjectRow.id).where(or_(ProjectRow.id == key, ProjectRow.code == key)).scalar_subquery()
