"""Uploads as documents."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from scaleph_lab.catalog.documents.artifact import NewArtifact, NewRevision
from scaleph_lab.catalog.documents.base import Document, Input

__all__ = ["MAX_PART", "NewUpload", "Part", "RevisionOf", "Upload"]

MAX_PART = 16 * 1024 * 1024
"""Bytes of a part at most: it is the only piece of a file that is held in memory."""

MAX_SIZE = 64 * 1024 * 1024 * 1024
"""Bytes of a file at most."""

FileName = Annotated[str, StringConstraints(pattern=r"^[^/\\\x00-\x1f]+$", max_length=255)]


class RevisionOf(NewRevision):
    """A revision to make of an artifact that was read at `version`."""

    artifact: str = Field(max_length=300)
    """Its id, or ``PROJECT/TYPE/NAME``."""
    version: int = Field(ge=1, lt=2**31)


class NewUpload(Input):
    """A file to upload: for a new artifact, or for a revision of one."""

    model_config = ConfigDict(str_strip_whitespace=False)

    file_name: FileName
    size: int = Field(ge=0, le=MAX_SIZE)
    """Bytes."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    create: NewArtifact | None = None
    save: RevisionOf | None = None

    @model_validator(mode="after")
    def _has_one_purpose(self) -> Self:
        if (self.create is None) == (self.save is None):
            raise ValueError("an upload has either create or save")
        if (self.create or self.save or NewRevision()).text is not None:
            raise ValueError("the content is the file, not a text")
        return self


class Part(Input):
    """Where a part of a file begins."""

    offset: int = Field(ge=0, le=MAX_SIZE)


class Upload(Document):
    """A file that comes in parts."""

    file_name: str
    size: int
    sha256: str
    received: int
    """Bytes that have come: where the next part begins."""
    expires_at: int
    """Milliseconds since the epoch; each part puts it off."""
