"""What the author of a revision says of it: a document for each type of artifact, with the values it allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from scaleph_lab.catalog.documents.base import Input, read
from scaleph_lab.errors import ValidationError

__all__ = ["ARTIFACT_TYPES", "ArtifactType", "JarFound", "facts_of", "facts_schema"]

ArtifactType = Literal["JAR", "SQL", "SEATUNNEL", "CDC", "NOTEBOOK"]

FlinkVersion = Literal["1.15", "1.16", "1.17", "1.18", "1.19", "1.20", "2.0", "2.1", "2.2", "2.3"]
SeaTunnelVersion = Literal["2.3.3", "2.3.4", "2.3.5", "2.3.6", "2.3.7", "2.3.8", "2.3.9", "2.3.10", "2.3.11", "2.3.12"]
CdcVersion = Literal["3.0", "3.1", "3.2", "3.3", "3.4", "3.5"]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not the name of a time zone, such as Europe/Berlin")
    return name


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text cannot have a NUL character")
    return text


Short = Annotated[str, StringConstraints(max_length=200)]
# Spaces at its ends are part of an argument.
Argument = Annotated[
    str, StringConstraints(max_length=8000, strip_whitespace=False, strict=True), AfterValidator(_without_nul)
]
ClassName = Annotated[
    str, StringConstraints(pattern=r"^([\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*)?$", max_length=500)
]
TimeZone = Annotated[str, AfterValidator(_zone)]


class JarFacts(Input):
    """A DataStream job as a jar."""

    model_config = ConfigDict(str_strip_whitespace=False)

    flink_version: FlinkVersion = "1.20"
    entry_class: ClassName = ""
    """The class that is run; empty for the one that the jar's manifest names."""
    arguments: Annotated[list[Argument], Field(default_factory=list, max_length=1000)]
    """One item an argument, spaces and all."""


class SqlFacts(Input):
    """A script of Flink SQL."""

    flink_version: FlinkVersion = "1.20"


class SeaTunnelFacts(Input):
    """A pipeline document, and what runs it."""

    engine: Literal["flink", "zeta"] = "flink"
    flink_version: FlinkVersion = "1.18"
    seatunnel_version: SeaTunnelVersion = "2.3.4"


class CdcFacts(Input):
    """A Flink CDC pipeline."""

    flink_version: FlinkVersion = "1.20"
    cdc_version: CdcVersion = "3.5"
    parallelism: int = Field(default=1, ge=1, le=32768, strict=True)
    time_zone: TimeZone = "UTC"
    source: Short = ""
    """The data source that it reads."""
    sink: Short = ""
    """The data source that it writes."""


class NotebookFacts(Input):
    """A Jupyter notebook."""

    kernel: Short = ""
    """The kernel that runs it; empty for the one that the notebook names."""


class JarFound(BaseModel):
    """What was seen in a jar."""

    model_config = ConfigDict(frozen=True)

    main_class: str = ""
    """``Main-Class`` of its manifest."""
    entries: int = 0
    services: dict[str, list[str]] = {}
    """Classes by the service of ``META-INF/services`` that they are registered for."""
    duplicate_services: dict[str, list[str]] = {}
    """Of these, the ones that are registered more than once."""
    flink_versions: list[str] = []
    """Versions of Flink's own modules that it was built with."""


_KINDS: Mapping[ArtifactType, type[Input]] = {
    "JAR": JarFacts,
    "SQL": SqlFacts,
    "SEATUNNEL": SeaTunnelFacts,
    "CDC": CdcFacts,
    "NOTEBOOK": NotebookFacts,
}


ARTIFACT_TYPES: tuple[ArtifactType, ...] = tuple(_KINDS)


def facts_schema(kind: ArtifactType) -> dict[str, Any]:
    """The JSON Schema of what `facts_of` takes, for a form; its title is for nobody."""
    schema = _KINDS[kind].model_json_schema()
    del schema["title"]
    return schema


def facts_of(kind: ArtifactType, given: Mapping[str, Any]) -> dict[str, Any]:
    """All facts of a revision, defaults too. Raises `ValidationError`, naming the fact that is not allowed."""
    try:
        return read(_KINDS[kind], dict(given)).model_dump(mode="json")
    except ValidationError as error:
        raise ValidationError(error.message, path=f"facts.{error.path}") from error
