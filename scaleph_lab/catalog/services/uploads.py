"""Uploads: files that come in parts and become a revision when they are whole."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.documents.artifact import NewArtifact, Saved
from scaleph_lab.catalog.documents.facts import facts_of
from scaleph_lab.catalog.documents.upload import MAX_PART, NewUpload, RevisionOf, Upload
from scaleph_lab.catalog.errors import StoreUnavailableError
from scaleph_lab.catalog.models.artifact import ArtifactRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.upload import UploadRow
from scaleph_lab.catalog.services.artifact_rows import artifact_document, revision_document
from scaleph_lab.catalog.services.revisions import RevisionService
from scaleph_lab.catalog.store import Staged
from scaleph_lab.catalog.sweeping import EXPIRY_MILLISECONDS, sweep_uploads
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError

__all__ = ["Uploads"]


class Uploads(RevisionService):
    """What can be done with uploads. Each is its maker's alone: to others it is not there."""

    def create(self, new: NewUpload) -> Upload:
        """Begins an upload, or answers the one of the same file for the same purpose that was not finished.

        Raises `ForbiddenError` and `NotFoundError` for what it is to become a revision of, `ConflictError` when that
        was changed since or the name is taken, `ValidationError`.
        """
        sweep_uploads(self._database, self._store)
        purpose = _purpose(new)
        with self._writing(Verb.CREATE if new.create else Verb.WRITE, purpose) as session:
            self._check(session, new)
            mine = select(UploadRow).where(
                UploadRow.sha256 == new.sha256, UploadRow.created_by == self._actor.name, UploadRow.purpose == purpose
            )
            row = session.scalars(mine.where(UploadRow.done.is_(None)).with_for_update()).first() or self._begin(new)
            row.target = (new.create or new.save or new).model_dump(mode="json")
            row.updated_at = now()
            session.add(row)
            session.flush()
            return _document(row)

    def get(self, key: str) -> Upload:
        """An upload, which says where it goes on. Raises `NotFoundError`."""
        with self._database.read() as session:
            return _document(self._upload(session, key))

    def send(self, key: str, offset: int, data: bytes) -> Upload:
        """Takes the part that begins at `offset`; what is kept then survives the server.

        Raises `NotFoundError`; `ConflictError` when it goes on elsewhere; `ValidationError` for a part too large.
        """
        if not 0 < len(data) <= MAX_PART:
            raise ValidationError(f"A part has 1 to {MAX_PART:,} bytes, not {len(data):,}.", path="body")
        self.get(key)
        staged = self._store.stage([data])
        try:
            with self._database.write() as session:
                row = self._upload(session, key, to_change=True)
                if row.received != offset or row.done:
                    raise ConflictError(
                        f"The upload has {row.received:,} bytes, so no part begins at {offset:,}.",
                        hint="Ask where it goes on.",
                        path="offset",
                    )
                if offset + len(data) > row.size:
                    raise ValidationError(f"The upload was to have {row.size:,} bytes; these are more.", path="body")
                self._store.publish_part(row.id, offset, staged)
                row.received += len(data)
                row.updated_at = now()
                return _document(row)
        finally:
            self._store.discard(staged.path)

    def finish(self, key: str) -> Saved:
        """Makes the upload a revision. Asked again, it answers the same.

        Raises `NotFoundError`; `ConflictError` while parts are missing, or as saving does; `ValidationError` when its
        checksum is not the one that was promised (it is removed then), or for what its type does not allow.
        """
        with self._database.read() as session:
            row = self._upload(session, key)
            if row.done:
                return self._again(session, row.done)
        if row.received != row.size:
            raise ConflictError(
                f"The upload has {row.received:,} of {row.size:,} bytes.", hint="Send the rest.", path="size"
            )
        try:
            saved = self._assemble(row)
        except (StoreUnavailableError, NotFoundError, ValidationError):
            # Asked twice at once, the one that is later finds the parts gone.
            again = self._if_done(key)
            if again is None:
                raise
            return again
        self._store.remove_parts(row.id)
        return saved

    def delete(self, key: str) -> None:
        """Ends an upload and removes its parts. Raises `NotFoundError`."""
        with self._database.write() as session:
            row = self._upload(session, key, to_change=True)
            session.delete(row)
        self._store.remove_parts(row.id)

    def _assemble(self, row: UploadRow) -> Saved:
        with self._staging(self._store.parts(row.id)) as staged:
            if staged.sha256 == row.sha256:
                return self._become(row.id, staged)
        self._give_up(row.id)
        raise ValidationError(
            f"The file came with the checksum {staged.sha256}, and {row.sha256} was promised.",
            hint="Upload it again.",
            path="sha256",
        )

    def _if_done(self, key: str) -> Saved | None:
        with self._database.read() as session:
            try:
                row = self._upload(session, key)
            except NotFoundError:
                return None
            return self._again(session, row.done) if row.done else None

    def _give_up(self, key: str) -> None:
        with self._database.write() as session:
            row = self._upload(session, key, to_change=True)
            if row.done:
                return
            session.delete(row)
        self._store.remove_parts(key)

    def _become(self, key: str, staged: Staged) -> Saved:
        verb = Verb.CREATE if self._is_create(key) else Verb.WRITE
        with self._writing(verb, key) as session:
            row = self._upload(session, key, to_change=True)
            if row.done:
                return self._again(session, row.done)
            if verb is Verb.CREATE:
                new = NewArtifact.model_validate(row.target)
                saved = self._make(session, new, facts_of(new.type, new.facts or {}), staged, file_name=row.file_name)
            else:
                more = RevisionOf.model_validate(row.target)
                of = self._row(session, more.artifact, Verb.WRITE)
                saved = self._save(session, of, more, more.version, staged=staged, file_name=row.file_name)
            row.done = {
                "artifact": saved.artifact.id,
                "number": saved.revision.number,
                "is_new": saved.is_new,
            }
            return saved

    def _is_create(self, key: str) -> bool:
        with self._database.read() as session:
            return "type" in self._upload(session, key).target

    def _again(self, session: Session, done: dict[str, object]) -> Saved:
        row = self._row(session, str(done["artifact"]), Verb.READ)
        revision = self._revision(session, row, int(str(done["number"])))
        return Saved(artifact=artifact_document(row), revision=revision_document(revision), is_new=bool(done["is_new"]))

    def _check(self, session: Session, new: NewUpload) -> None:
        """Refuses now what would be refused when all has come."""
        if new.save:
            row = self._row(session, new.save.artifact, Verb.WRITE)
            self._fresh(session, row, new.save.version)
        elif new.create:
            project = self._project(session, new.create.project, Verb.CREATE)
            facts_of(new.create.type, new.create.facts or {})
            same = select(ArtifactRow.id).where(
                ArtifactRow.project_id == project.id,
                ArtifactRow.type == new.create.type,
                ArtifactRow.name == new.create.name,
            )
            if session.scalar(same) is not None:
                raise self._taken(new.create.type, new.create.name, project.code)

    def _begin(self, new: NewUpload) -> UploadRow:
        who, when = self._actor.name, now()
        history = {"created_by": who, "created_at": when, "updated_by": who, "updated_at": when}
        given = new.model_dump(include={"file_name", "size", "sha256"})
        return UploadRow(purpose=_purpose(new), version=1, received=0, **given, **history)

    def _upload(self, session: Session, key: str, *, to_change: bool = False) -> UploadRow:
        query = select(UploadRow).where(UploadRow.id == key, UploadRow.created_by == self._actor.name)
        row = None if "\0" in key else session.scalars(query.with_for_update() if to_change else query).one_or_none()
        if row is None:
            raise NotFoundError(f"There is no upload {key!r}.", hint="It may have expired: begin it anew.", path=key)
        self._places(Verb.CREATE if "type" in row.target else Verb.WRITE)
        return row


def _purpose(new: NewUpload) -> str:
    if new.create:
        return f"create {new.create.project}/{new.create.type}/{new.create.name}"
    return f"save {new.save.artifact}" if new.save else ""


def _document(row: UploadRow) -> Upload:
    fields = {name: getattr(row, name) for name in Upload.model_fields if name != "expires_at"}
    return Upload(expires_at=row.updated_at + EXPIRY_MILLISECONDS, **fields)
