"""The revisions of an artifact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.contents import is_text, lock_contents, sweep
from scaleph_lab.catalog.diffs import diff_of
from scaleph_lab.catalog.documents.artifact import Diff, NewRevision, Revision, RevisionListing, Saved
from scaleph_lab.catalog.documents.base import Page
from scaleph_lab.catalog.documents.facts import ArtifactType, facts_of
from scaleph_lab.catalog.jars import open_jar
from scaleph_lab.catalog.models.artifact import ArtifactRow, RevisionRow
from scaleph_lab.catalog.services.artifact_rows import (
    ArtifactService,
    artifact_document,
    revision_document,
    text_chunks,
)
from scaleph_lab.catalog.store import Staged
from scaleph_lab.errors import ConflictError, ValidationError

__all__ = ["RevisionService", "Revisions"]


class RevisionService(ArtifactService):
    """The base of what adds revisions."""

    def _save(
        self,
        session: Session,
        row: ArtifactRow,
        new: NewRevision,
        version: int,
        *,
        staged: Staged | None,
        file_name: str,
    ) -> Saved:
        self._fresh(session, row, version)
        current, kind = self._revision(session, row, None), cast("ArtifactType", row.type)
        facts = current.facts if new.facts is None else facts_of(kind, new.facts)
        if facts == current.facts and (staged is None or staged.sha256 == current.sha256):
            return Saved(artifact=artifact_document(row), revision=revision_document(current), is_new=False)
        if staged is None:
            if kind == "JAR":
                with self._store.open(current.sha256) as file:
                    open_jar(file, current.size, str(facts["entry_class"]))
            return self._copied(session, row, current, new.message, facts)
        found = self._inspect(staged, kind, facts)
        changed = [*(["facts"] if facts != current.facts else []), "content"]
        made = self._add(session, row, staged, message=new.message, facts=facts, found=found, file_name=file_name)
        return self._saved(session, row, made, changed)

    def _copied(
        self, session: Session, row: ArtifactRow, old: RevisionRow, message: str, facts: dict[str, object]
    ) -> Saved:
        """Adds a revision with the content of another."""
        lock_contents(session)
        kept = {name: getattr(old, name) for name in ("sha256", "size", "file_name", "found")}
        made = self._append(session, row, message=message, facts=facts, **kept)
        return self._saved(session, row, made, ["facts" if facts != old.facts else "content"])

    def _saved(self, session: Session, row: ArtifactRow, made: RevisionRow, changed: Sequence[str]) -> Saved:
        self._touch(row)
        session.flush()
        self._log(session, Verb.WRITE, row, changed)
        return Saved(artifact=artifact_document(row), revision=revision_document(made), is_new=True)


class Revisions(RevisionService):
    """What can be done with revisions. `key` names the artifact; all raise `ForbiddenError` and `NotFoundError`."""

    def list(self, key: str, listing: RevisionListing | None = None) -> Page[Revision]:
        """A page of an artifact's revisions, the newest first."""
        asked = listing or RevisionListing()
        with self._database.read() as session:
            row = self._row(session, key, Verb.READ)
            query = select(RevisionRow).where(RevisionRow.artifact_id == row.id).order_by(RevisionRow.number.desc())
            if asked.cursor:
                query = query.where(RevisionRow.number < int(asked.cursor))
            found = [revision_document(one) for one in session.scalars(query.limit(asked.limit + 1))]
        shown = found[: asked.limit]
        return Page(items=shown, next_cursor=str(shown[-1].number) if len(found) > asked.limit else None)

    def get(self, key: str, number: int | None = None) -> Revision:
        """One revision; without a number, the current one."""
        with self._database.read() as session:
            return revision_document(self._revision(session, self._row(session, key, Verb.READ), number))

    def content(self, key: str, number: int | None = None) -> Iterator[bytes]:
        """The content of a revision, in chunks. Raises `StoreUnavailableError`."""
        return self._store.read(self.get(key, number).sha256)

    def save(self, key: str, new: NewRevision, version: int) -> Saved:
        """Adds a revision to an artifact that was read at `version`; none where content and facts are the current ones.

        Raises `ConflictError` when it was changed since, `ValidationError`.
        """
        staging = self._staging(text_chunks(new.text)) if new.text is not None else nullcontext()
        with staging as staged, self._writing(Verb.WRITE, key) as session:
            row = self._row(session, key, Verb.WRITE)
            if staged and not is_text(cast("ArtifactType", row.type)):
                raise ValidationError(f"A revision of a {row.type} needs a file.", path="text")
            return self._save(session, row, new, version, staged=staged, file_name="")

    def restore(self, key: str, number: int, version: int, message: str = "") -> Saved:
        """Adds an old revision once more, as the current one. Raises `ConflictError` when it was changed since."""
        with self._writing(Verb.WRITE, key) as session:
            row = self._row(session, key, Verb.WRITE)
            self._fresh(session, row, version)
            current, old = self._revision(session, row, None), self._revision(session, row, number)
            if (old.sha256, old.facts) == (current.sha256, current.facts):
                return Saved(artifact=artifact_document(row), revision=revision_document(current), is_new=False)
            return self._copied(session, row, old, message or f"Restores revision {number}", old.facts)

    def diff(self, key: str, old: int, new: int | None = None) -> Diff:
        """How the revision `new` (or the current one) differs from `old`."""
        with self._database.read() as session:
            row = self._row(session, key, Verb.READ)
            before, after = (revision_document(self._revision(session, row, number)) for number in (old, new))
        return diff_of(self._store, before, after, as_text=is_text(cast("ArtifactType", row.type)))

    def delete(self, key: str, number: int, version: int) -> None:
        """Deletes a revision that is not the current one. Raises `ConflictError` for that, or for a stale version."""
        with self._writing(Verb.DELETE, key) as session:
            row = self._row(session, key, Verb.DELETE)
            self._fresh(session, row, version)
            revision = self._revision(session, row, number)
            if number == row.current:
                raise ConflictError(
                    f"Revision {number} is the current one of {row.name}, so it stays.",
                    hint="Save or restore another one first, or delete the whole artifact.",
                    path="number",
                )
            session.delete(revision)
            self._touch(row)
            self._log(session, Verb.DELETE, row, [f"revision {number}"])
        sweep(self._database, self._store, [revision.sha256])
