"""Artifacts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.contents import MEDIA_TYPES, is_text, sweep
from scaleph_lab.catalog.documents.artifact import (
    Artifact,
    ArtifactChanges,
    ArtifactKind,
    ArtifactKinds,
    ArtifactListing,
    NewArtifact,
    Saved,
)
from scaleph_lab.catalog.documents.base import Page
from scaleph_lab.catalog.documents.facts import ARTIFACT_TYPES, ArtifactType, facts_of, facts_schema
from scaleph_lab.catalog.models.artifact import ArtifactRow, RevisionRow
from scaleph_lab.catalog.models.project import ProjectRow
from scaleph_lab.catalog.paging import columns_page_of
from scaleph_lab.catalog.services.artifact_rows import ArtifactService, artifact_document, text_chunks
from scaleph_lab.errors import ValidationError

__all__ = ["Artifacts"]

_SORTS = {"name": ArtifactRow.name, "type": ArtifactRow.type, "updated_at": ArtifactRow.updated_at}

_LISTED = select(
    *(getattr(ArtifactRow, name) for name in Artifact.model_fields if name != "project"),
    ProjectRow.code.label("project"),
).join(ProjectRow, ProjectRow.id == ArtifactRow.project_id)


class Artifacts(ArtifactService):
    """What can be done with artifacts. A key is an id or ``PROJECT/TYPE/NAME``; all raise `ForbiddenError`."""

    def kinds(self) -> ArtifactKinds:
        """The types of artifacts; whoever may log in may see them."""
        return ArtifactKinds(items=[_kind(name) for name in ARTIFACT_TYPES])

    def list(self, listing: ArtifactListing | None = None) -> Page[Artifact]:
        """The artifacts that the actor may read. Raises `ValidationError` for a sort or a cursor that serves not."""
        asked = listing or ArtifactListing()
        query = _LISTED
        if asked.type:
            query = query.where(ArtifactRow.type == asked.type)
        if asked.search:
            query = query.where(ArtifactRow.name.icontains(asked.search, autoescape=True))
        with self._database.read() as session:
            places = self._places(Verb.READ)
            if places is not None:
                query = query.where(ArtifactRow.project_id.in_(places))
            if asked.project:
                query = query.where(ArtifactRow.project_id == self._project(session, asked.project, Verb.READ).id)
            rows, cursor = columns_page_of(session, query, ArtifactRow, asked, _SORTS)
            return Page(items=[Artifact(**row._mapping) for row in rows], next_cursor=cursor)

    def get(self, key: str) -> Artifact:
        """One artifact. Raises `NotFoundError`."""
        with self._database.read() as session:
            return artifact_document(self._row(session, key, Verb.READ))

    def create(self, new: NewArtifact) -> Saved:
        """Makes an artifact from a text, with its first revision; a file is uploaded.

        Raises `NotFoundError` for its project, `ConflictError` when its name is taken, `ValidationError`.
        """
        if new.text is None or not is_text(new.type):
            raise ValidationError(f"A {new.type} needs {'a text' if is_text(new.type) else 'a file'}.", path="text")
        facts = facts_of(new.type, new.facts or {})
        with self._staging(text_chunks(new.text)) as staged, self._writing(Verb.CREATE, new.name) as session:
            return self._make(session, new, facts, staged)

    def update(self, key: str, changes: ArtifactChanges, version: int) -> Artifact:
        """Renames an artifact that was read at `version`, moves it to another project, changes its remark.

        Raises `NotFoundError`; `ConflictError` when it was changed since, or the name is taken there.
        """
        with self._writing(Verb.WRITE, key) as session:
            row = self._row(session, key, Verb.WRITE)
            self._fresh(session, row, version)
            changed = self._change(session, row, changes)
            if changed:
                self._touch(row)
                self._flush(session, row)
                self._log(session, Verb.WRITE, row, changed)
            return artifact_document(row)

    def delete(self, key: str, version: int) -> None:
        """Deletes an artifact that was read at `version`, with its revisions.

        Raises `NotFoundError`, `ConflictError`.
        """
        with self._writing(Verb.DELETE, key) as session:
            row = self._row(session, key, Verb.DELETE)
            self._fresh(session, row, version)
            contents = [*session.scalars(select(RevisionRow.sha256).where(RevisionRow.artifact_id == row.id))]
            session.delete(row)
            self._log(session, Verb.DELETE, row)
        sweep(self._database, self._store, contents)

    def _change(self, session: Session, row: ArtifactRow, changes: ArtifactChanges) -> Sequence[str]:
        changed = []
        target = row.project if changes.project is None else self._target(session, row, changes.project)
        if target is not row.project:
            row.project = target
            changed.append("project")
        for field in ("name", "remark"):
            value = getattr(changes, field)
            if value is not None and value != getattr(row, field):
                setattr(row, field, value)
                changed.append(field)
        return changed

    def _target(self, session: Session, row: ArtifactRow, key: str) -> ProjectRow:
        # A move takes it away in one project and makes it in another.
        if key in {row.project.id, row.project.code}:
            return row.project
        self._ask(Verb.DELETE, row.project_id)
        return self._project(session, key, Verb.CREATE)


def _kind(name: ArtifactType) -> ArtifactKind:
    schema = facts_schema(name)
    return ArtifactKind(
        name=name,
        summary=schema.pop("description", ""),
        is_text=is_text(name),
        media_type=MEDIA_TYPES[name],
        facts_schema=schema,
    )
