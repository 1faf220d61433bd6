"""A project as one file: exported with all revisions and without secrets, imported whole or not at all."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Right, Verb
from scaleph_lab.access.secrets import SECRET_NAME
from scaleph_lab.catalog.archives import ArchiveReader, open_archive, write_contents, write_manifest
from scaleph_lab.catalog.contents import MEDIA_TYPES, inspect, lock_contents, sweep
from scaleph_lab.catalog.documents.archive import (
    ArchivedArtifact,
    ArchivedRevision,
    ProjectArchive,
    ProjectImport,
)
from scaleph_lab.catalog.documents.base import read
from scaleph_lab.catalog.documents.datasource import NewDataSource
from scaleph_lab.catalog.documents.facts import facts_of
from scaleph_lab.catalog.documents.project import NewProject, Project
from scaleph_lab.catalog.models.artifact import ArtifactRow, RevisionRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.datasource import DataSourceRow
from scaleph_lab.catalog.models.project import ProjectRow
from scaleph_lab.catalog.services.projects import Projects
from scaleph_lab.catalog.store import CHUNK, ContentStore, Staged, open_store
from scaleph_lab.datasources.properties import checked
from scaleph_lab.datasources.types import datasource_types
from scaleph_lab.errors import ConflictError, ValidationError

__all__ = ["Archives"]

_REFERENCE = re.compile(rf"\{{\{{\s*secret:({SECRET_NAME})\s*\}}\}}")
_NAMES = 5


class Archives(Projects):
    """Export and import of projects; all raise `ForbiddenError`."""

    def export(self, key: str) -> Iterator[bytes]:
        """The file, in chunks. Raises `NotFoundError`, `StoreUnavailableError`."""
        with tempfile.TemporaryFile() as file:
            self._write(key, file)
            file.seek(0)
            while chunk := file.read(CHUNK):
                yield chunk

    def import_file(self, file: IO[bytes], asked: ProjectImport | None = None) -> Project:
        """Makes the project of a file, with its artifacts, revisions and data sources. Who wrote each revision when is
        kept. A process that is killed in it leaves nothing.

        Raises `ValidationError` for a file that serves not, `ConflictError` where the code or a name is taken.
        """
        asked = asked or ProjectImport()
        with open_archive(file) as reader:
            found = read(ProjectArchive, reader.manifest())
            if asked.code:
                found.project.code = asked.code
            with self._writing(Verb.CREATE, found.project.code):
                # Who may not is told so before a gigabyte was read.
                self._ask(Verb.CREATE, None)
            with self._staged(reader, found) as staged, self._writing(Verb.CREATE, found.project.code) as session:
                return self._import(session, found, staged, asked.datasource_prefix)

    def _write(self, key: str, file: IO[bytes]) -> None:
        with self._database.read() as session:
            row = self._row(session, key, Verb.READ)
            for resource in ("artifact", "datasource"):
                self._ask_for(Right(Verb.READ, resource), row.id)
            manifest = self._manifest(session, row)
        checksums = [revision.sha256 for artifact in manifest.artifacts for revision in artifact.revisions]
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            write_manifest(archive, manifest.model_dump(mode="json"))
            write_contents(archive, self._store, checksums)

    @property
    def _store(self) -> ContentStore:
        return open_store(self._database.identity)

    def _manifest(self, session: Session, row: ProjectRow) -> ProjectArchive:
        artifacts = session.scalars(
            select(ArtifactRow).where(ArtifactRow.project_id == row.id).order_by(ArtifactRow.type, ArtifactRow.name)
        )
        sources = session.scalars(
            select(DataSourceRow).where(DataSourceRow.project_id == row.id).order_by(DataSourceRow.name)
        )
        datasources = [NewDataSource.model_validate(each, from_attributes=True) for each in sources]
        names = {name for each in datasources for name in _REFERENCE.findall(str(each.properties))}
        return ProjectArchive(
            exported_by=self._actor.name,
            exported_at=now(),
            project=NewProject(code=row.code, name=row.name, remark=row.remark),
            artifacts=[_archived(session, artifact) for artifact in artifacts],
            datasources=[each.model_copy(update={"project": None}) for each in datasources],
            secrets=sorted(names),
        )

    @contextmanager
    def _staged(self, reader: ArchiveReader, found: ProjectArchive) -> Iterator[Mapping[str, Staged]]:
        """The contents, each verified; they stay only if the block ends well and revisions name them."""
        sizes: dict[str, int] = {}
        for revision in (one for each in found.artifacts for one in each.revisions):
            # Where two revisions of one content differ, the larger is refused by its size.
            sizes[revision.sha256] = min(revision.size, sizes.get(revision.sha256, revision.size))
        staged: dict[str, Staged] = {}
        try:
            for sha256, size in sizes.items():
                one = self._store.stage(reader.content(sha256, size))
                staged[sha256] = one
                if (one.sha256, one.size) != (sha256, size):
                    raise ValidationError(f"The content {sha256[:12]}… is damaged.", path="file")
            yield staged
        except BaseException:
            sweep(self._database, self._store, staged)
            raise
        finally:
            for one in staged.values():
                self._store.discard(one.path)

    def _import(self, session: Session, found: ProjectArchive, staged: Mapping[str, Staged], prefix: str) -> Project:
        project = self._made(session, found.project)
        history = {
            "created_by": project.created_by,
            "created_at": project.created_at,
            "updated_by": project.updated_by,
            "updated_at": project.updated_at,
        }
        self._add_sources(session, found.datasources, prefix, project_id=project.id, version=1, **history)
        kinds = self._inspected(found, staged)
        lock_contents(session)
        for one in staged.values():
            self._store.publish(one)
        for artifact in found.artifacts:
            _add(session, artifact, kinds, project_id=project.id, version=1, **history)
        return project

    def _inspected(self, found: ProjectArchive, staged: Mapping[str, Staged]) -> dict[tuple[str, int], dict[str, Any]]:
        """What is seen in each revision's content: what the file says of it is not believed."""
        seen = {}
        for artifact in found.artifacts:
            for revision in artifact.revisions:
                facts = facts_of(artifact.type, revision.facts)
                revision.facts = facts
                content = inspect(self._store, staged[revision.sha256], artifact.type, facts)
                seen[f"{artifact.type}/{artifact.name}", revision.number] = content
        return seen

    def _add_sources(self, session: Session, sources: list[NewDataSource], prefix: str, **shared: Any) -> None:
        names = [f"{prefix}{each.name}" for each in sources]
        taken = sorted(session.scalars(select(DataSourceRow.name).where(DataSourceRow.name.in_(names))))
        if taken:
            shown = ", ".join([*taken[:_NAMES], *(["…"] if len(taken) > _NAMES else [])])
            raise ConflictError(
                f"There are data sources of these names already: {shown}.",
                hint="Give a prefix for the names of the data sources of the file.",
                path="datasource_prefix",
            )
        for name, each in zip(names, sources, strict=True):
            properties = checked(datasource_types().get(each.type), each.properties)
            about = {"name": read(NewDataSource, {**each.model_dump(), "name": name}).name, "remark": each.remark}
            session.add(DataSourceRow(type=each.type, properties=properties, **about, **shared))


def _archived(session: Session, row: ArtifactRow) -> ArchivedArtifact:
    revisions = session.scalars(
        select(RevisionRow).where(RevisionRow.artifact_id == row.id).order_by(RevisionRow.number)
    )
    fields = ArchivedRevision.model_fields
    return ArchivedArtifact(
        type=row.type,  # type: ignore[arg-type]
        name=row.name,
        remark=row.remark,
        current=row.current,
        revisions=[ArchivedRevision(**{name: getattr(each, name) for name in fields}) for each in revisions],
    )


def _add(
    session: Session, artifact: ArchivedArtifact, seen: Mapping[tuple[str, int], dict[str, Any]], **shared: Any
) -> None:
    numbers = [revision.number for revision in artifact.revisions]
    key = f"{artifact.type}/{artifact.name}"
    if len(set(numbers)) != len(numbers) or artifact.current not in numbers:
        raise ValidationError(f"The revisions of {key} are not whole.", path="artifacts")
    about = artifact.model_dump(include={"type", "name", "remark", "current"})
    row = ArtifactRow(last=max(numbers), **about, **shared)
    session.add(row)
    session.flush()
    for revision in artifact.revisions:
        session.add(
            RevisionRow(
                artifact_id=row.id,
                media_type=MEDIA_TYPES[artifact.type],
                found=seen[key, revision.number],
                **revision.model_dump(),
            )
        )
