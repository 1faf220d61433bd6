"""A project as one file, and a whole catalog: what stands in the file beside the contents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from scaleph_lab.catalog.documents.artifact import Message, Name
from scaleph_lab.catalog.documents.base import Input
from scaleph_lab.catalog.documents.datasource import NewDataSource
from scaleph_lab.catalog.documents.facts import ArtifactType
from scaleph_lab.catalog.documents.project import Code, NewProject, Remark
from scaleph_lab.catalog.documents.upload import MAX_SIZE

__all__ = [
    "PROJECT_FORMAT",
    "ArchivedArtifact",
    "ArchivedRevision",
    "ProjectArchive",
    "ProjectImport",
]

PROJECT_FORMAT = "scaleph-lab/project"


class ArchivedRevision(Input):
    """A revision; its content is in the file by its checksum."""

    model_config = ConfigDict(str_strip_whitespace=False)

    number: int = Field(ge=1, lt=2**31)
    author: str = Field(max_length=200)
    at: int = Field(ge=0, lt=2**53)
    message: Message = ""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0, le=MAX_SIZE)
    file_name: str = Field(default="", max_length=255)
    facts: dict[str, Any]


class ArchivedArtifact(Input):
    """An artifact with all its revisions."""

    type: ArtifactType
    name: Name
    remark: Remark = ""
    current: int = Field(ge=1, lt=2**31)
    revisions: Annotated[list[ArchivedRevision], Field(min_length=1, max_length=10_000)]


class ProjectArchive(Input):
    """What an exported project holds. Secrets are named where they are used; none is in it."""

    format: Literal["scaleph-lab/project"] = "scaleph-lab/project"
    version: Literal[1] = 1
    exported_by: str = Field(default="", max_length=200)
    exported_at: int = 0
    """Milliseconds since the epoch."""
    project: NewProject
    artifacts: Annotated[list[ArchivedArtifact], Field(max_length=10_000)]
    datasources: Annotated[list[NewDataSource], Field(max_length=10_000)]
    secrets: list[str] = Field(default_factory=list)
    """The names of the secrets that its data sources refer to: the importer's stores must have them."""


class ProjectImport(Input):
    """How an exported project is imported."""

    code: Code | None = None
    """The code of the project that is made; that of the file without it."""
    datasource_prefix: Annotated[str, StringConstraints(pattern=r"^([A-Za-z][A-Za-z0-9_.-]{0,20})?$")] = ""
    """Put before the names of the data sources, which are unique in the whole catalog."""
