"""Artifacts, their revisions and uploads over REST."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from scaleph_lab.catalog.documents.archive import ProjectImport
from scaleph_lab.catalog.documents.artifact import (
    Artifact,
    ArtifactChanges,
    ArtifactKinds,
    ArtifactListing,
    Diff,
    NewArtifact,
    NewRevision,
    Revision,
    RevisionListing,
    Saved,
)
from scaleph_lab.catalog.documents.base import Page
from scaleph_lab.catalog.documents.project import Project
from scaleph_lab.catalog.documents.upload import NewUpload, Upload
from scaleph_lab.platform.remote import Connection

__all__ = ["RemoteArchives", "RemoteArtifacts", "RemoteRevisions", "RemoteUploads"]


class RemoteArchives:
    """Projects as files over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask
        self._stream = connection.stream

    def export(self, key: str) -> Iterator[bytes]:
        """A project as a file, in chunks."""
        return self._stream(f"projects/{quote(key, safe='')}/archive")

    def import_file(self, file: IO[bytes], asked: ProjectImport | None = None) -> Project:
        """Makes the project of a file."""
        params = (asked or ProjectImport()).model_dump(exclude_none=True)
        return Project.model_validate(self._ask("POST", "project-imports", params=params, content=file.read()))


class RemoteArtifacts:
    """The verbs of artifacts over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def kinds(self) -> ArtifactKinds:
        """The types of artifacts."""
        return ArtifactKinds.model_validate(self._ask("GET", "artifact-types"))

    def list(self, listing: ArtifactListing | None = None) -> Page[Artifact]:
        """The artifacts that the user may read."""
        asked = (listing or ArtifactListing()).model_dump(exclude_none=True)
        return Page[Artifact].model_validate(self._ask("GET", "artifacts", params=asked))

    def get(self, key: str) -> Artifact:
        """One artifact."""
        return Artifact.model_validate(self._ask("GET", _path(key)))

    def create(self, new: NewArtifact) -> Saved:
        """Makes an artifact from a text."""
        return Saved.model_validate(self._ask("POST", "artifacts", json=new.model_dump(exclude_none=True)))

    def update(self, key: str, changes: ArtifactChanges, version: int) -> Artifact:
        """Renames an artifact that was read at `version`, moves it, or changes its remark."""
        body = changes.model_dump(exclude_none=True)
        return Artifact.model_validate(self._ask("PATCH", _path(key), version=version, json=body))

    def delete(self, key: str, version: int) -> None:
        """Deletes an artifact that was read at `version`, with all revisions."""
        self._ask("DELETE", _path(key), version=version)


class RemoteRevisions:
    """The verbs of revisions over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask
        self._stream = connection.stream

    def list(self, key: str, listing: RevisionListing | None = None) -> Page[Revision]:
        """A page of an artifact's revisions, the newest first."""
        asked = (listing or RevisionListing()).model_dump(exclude_none=True)
        return Page[Revision].model_validate(self._ask("GET", _path(key, "revisions"), params=asked))

    def get(self, key: str, number: int) -> Revision:
        """One revision."""
        return Revision.model_validate(self._ask("GET", _path(key, "revisions", number)))

    def content(self, key: str, number: int) -> Iterator[bytes]:
        """The content of a revision, in chunks."""
        return self._stream(_path(key, "revisions", number, "content"))

    def save(self, key: str, new: NewRevision, version: int) -> Saved:
        """Adds a revision; none where nothing differs from the current one."""
        body = new.model_dump(exclude_none=True)
        return Saved.model_validate(self._ask("POST", _path(key, "revisions"), version=version, json=body))

    def restore(self, key: str, number: int, version: int, message: str = "") -> Saved:
        """Adds an old revision once more, as the current one."""
        path, body = _path(key, "revisions", number, "restore"), {"message": message}
        return Saved.model_validate(self._ask("POST", path, version=version, json=body))

    def diff(self, key: str, old: int, new: int | None = None) -> Diff:
        """How the revision `new` (or the current one) differs from `old`."""
        asked = {"old": old} if new is None else {"old": old, "new": new}
        return Diff.model_validate(self._ask("GET", _path(key, "diff"), params=asked))

    def delete(self, key: str, number: int, version: int) -> None:
        """Deletes a revision that is not the current one."""
        self._ask("DELETE", _path(key, "revisions", number), version=version)


class RemoteUploads:
    """The verbs of uploads over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def create(self, new: NewUpload) -> Upload:
        """Begins an upload, or answers the one of the same file for the same purpose that was not finished."""
        return Upload.model_validate(self._ask("POST", "uploads", json=new.model_dump(exclude_none=True)))

    def get(self, key: str) -> Upload:
        """An upload, which says where it goes on."""
        return Upload.model_validate(self._ask("GET", f"uploads/{quote(key, safe='')}"))

    def send(self, key: str, offset: int, data: bytes) -> Upload:
        """Takes the part that begins at `offset`."""
        path, asked = f"uploads/{quote(key, safe='')}", {"offset": offset}
        return Upload.model_validate(self._ask("PATCH", path, params=asked, content=data))

    def finish(self, key: str) -> Saved:
        """Makes the upload a revision."""
        return Saved.model_validate(self._ask("POST", f"uploads/{quote(key, safe='')}/finish", timeout=None))

    def delete(self, key: str) -> None:
        """Ends an upload and removes its parts."""
        self._ask("DELETE", f"uploads/{quote(key, safe='')}")


def _path(key: str, *rest: str | int) -> str:
    return "/".join(["artifacts", quote(key, safe=""), *map(str, rest)])
