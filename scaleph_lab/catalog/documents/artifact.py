"""Artifacts and their revisions as documents."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from scaleph_lab.catalog.documents.base import Document, Input, Listing
from scaleph_lab.catalog.documents.facts import ArtifactType
from scaleph_lab.catalog.documents.project import Remark

__all__ = [
    "MAX_TEXT",
    "Artifact",
    "ArtifactChanges",
    "ArtifactKind",
    "ArtifactKinds",
    "ArtifactListing",
    "Diff",
    "FactChange",
    "NewArtifact",
    "NewRevision",
    "Restoring",
    "Revision",
    "RevisionListing",
    "Saved",
]

MAX_TEXT = 8 * 1024 * 1024
"""Characters of a text that comes in one request; what is longer is uploaded."""

# A name is a part of the key PROJECT/TYPE/NAME, so it has no slash.
Name = Annotated[str, StringConstraints(pattern=r"^[^/\x00-\x1f]+$", max_length=120, strip_whitespace=True)]
Message = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]
ProjectKey = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]


class Artifact(Document):
    """An artifact: a thing with revisions, one of them current."""

    project_id: str
    project: str
    """The project's code."""
    type: ArtifactType
    name: str
    remark: str
    current: int
    """The number of the revision that is used."""

    @property
    def key(self) -> str:
        """What names it to people; the id does too."""
        return f"{self.project}/{self.type}/{self.name}"


class ArtifactKind(BaseModel):
    """A type of artifacts, for a form."""

    model_config = ConfigDict(frozen=True)

    name: ArtifactType
    summary: str
    is_text: bool
    """Whether its content may come as a text; else it is uploaded."""
    media_type: str
    facts_schema: dict[str, Any]
    """The JSON Schema of its facts."""


class ArtifactKinds(BaseModel):
    """All types of artifacts."""

    items: list[ArtifactKind]


class Revision(BaseModel):
    """What an artifact was at one time. It never changes."""

    model_config = ConfigDict(frozen=True)

    artifact_id: str
    number: int
    author: str
    at: int
    """Milliseconds since the epoch."""
    message: str
    sha256: str
    size: int
    """Bytes."""
    media_type: str
    file_name: str
    facts: dict[str, Any]
    """What its author says of it."""
    found: dict[str, Any]
    """What was seen in its content, such as a jar's entry class."""


class Saved(BaseModel):
    """What a save left."""

    artifact: Artifact
    revision: Revision
    is_new: bool
    """False where content and facts are those of the current revision, so that none was made."""


class NewRevision(Input):
    """A revision to make. The text is kept as it is, spaces at its ends too."""

    model_config = ConfigDict(str_strip_whitespace=False)

    message: Message = ""
    facts: dict[str, Any] | None = None
    """The facts of the artifact's type; None for those of the current revision."""
    text: Text | None = None
    """The content; None for that of the current revision, or where a file is uploaded."""


class Restoring(Input):
    """How an old revision is made the current one."""

    message: Message = ""


class NewArtifact(NewRevision):
    """An artifact to make, with its first revision. Its name is unique in its project and type."""

    project: ProjectKey
    """The project's id or code."""
    type: ArtifactType
    name: Name
    remark: Remark = ""


class ArtifactChanges(Input):
    """What to change; a field that is not given stays."""

    project: ProjectKey | None = None
    name: Name | None = None
    remark: Remark | None = None


class ArtifactListing(Listing):
    """How artifacts are asked for."""

    project: str | None = Field(default=None, max_length=64)
    type: ArtifactType | None = None


class RevisionListing(Input):
    """How the revisions of an artifact are asked for; the newest come first."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, pattern=r"^[0-9]{1,9}$")
    """``next_cursor`` of the page before."""


class FactChange(BaseModel):
    """A fact that two revisions say differently; None where one of them does not say it."""

    name: str
    old: Any = None
    new: Any = None


class Diff(BaseModel):
    """How two revisions differ."""

    old: Revision
    new: Revision
    text: str | None
    """A unified diff, empty for the same content; None where it cannot be shown as lines."""
    note: str
    """Why it cannot, with sizes and hashes."""
    facts: list[FactChange]
