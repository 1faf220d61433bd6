"""The verbs of artifacts; the services of the catalog say what they raise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Protocol

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

__all__ = ["ArchiveVerbs", "ArtifactVerbs", "RevisionVerbs", "UploadVerbs"]


class ArchiveVerbs(Protocol):
    """Projects as files."""

    def export(self, key: str) -> Iterator[bytes]:
        """A project as a file, in chunks."""

    def import_file(self, file: IO[bytes], asked: ProjectImport | None = None) -> Project:
        """Makes the project of a file."""


class ArtifactVerbs(Protocol):
    """The verbs of artifacts. A key is an id or ``PROJECT/TYPE/NAME``."""

    def kinds(self) -> ArtifactKinds:
        """The types of artifacts."""

    def list(self, listing: ArtifactListing | None = None) -> Page[Artifact]:
        """The artifacts that the user may read."""

    def get(self, key: str) -> Artifact:
        """One artifact."""

    def create(self, new: NewArtifact) -> Saved:
        """Makes an artifact from a text."""

    def update(self, key: str, changes: ArtifactChanges, version: int) -> Artifact:
        """Renames an artifact that was read at `version`, moves it, or changes its remark."""

    def delete(self, key: str, version: int) -> None:
        """Deletes an artifact that was read at `version`, with all revisions."""


class RevisionVerbs(Protocol):
    """The verbs of revisions; `key` names the artifact, and `version` is the one that it was read at."""

    def list(self, key: str, listing: RevisionListing | None = None) -> Page[Revision]:
        """A page of an artifact's revisions, the newest first."""

    def get(self, key: str, number: int) -> Revision:
        """One revision."""

    def content(self, key: str, number: int) -> Iterator[bytes]:
        """The content of a revision, in chunks."""

    def save(self, key: str, new: NewRevision, version: int) -> Saved:
        """Adds a revision; none where nothing differs from the current one."""

    def restore(self, key: str, number: int, version: int, message: str = "") -> Saved:
        """Adds an old revision once more, as the current one."""

    def diff(self, key: str, old: int, new: int | None = None) -> Diff:
        """How the revision `new` (or the current one) differs from `old`."""

    def delete(self, key: str, number: int, version: int) -> None:
        """Deletes a revision that is not the current one."""


class UploadVerbs(Protocol):
    """The verbs of uploads. `Platform.upload` is a whole one, which goes on by itself where it was interrupted."""

    def create(self, new: NewUpload) -> Upload:
        """Begins an upload, or answers the one of the same file for the same purpose that was not finished."""

    def get(self, key: str) -> Upload:
        """An upload, which says where it goes on."""

    def send(self, key: str, offset: int, data: bytes) -> Upload:
        """Takes the part that begins at `offset`."""

    def finish(self, key: str) -> Saved:
        """Makes the upload a revision."""

    def delete(self, key: str) -> None:
        """Ends an upload and removes its parts."""
