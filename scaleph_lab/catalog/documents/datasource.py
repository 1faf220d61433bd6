"""Data sources as documents."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from scaleph_lab.catalog.documents.base import Document, Input, Listing

__all__ = [
    "ConnectionAnswer",
    "DataSource",
    "DataSourceChanges",
    "DataSourceDraft",
    "DataSourceListing",
    "DataSourceType",
    "NewDataSource",
    "TableColumn",
    "TableColumns",
    "TableNames",
    "TableRequest",
    "TypeList",
]

# A name is written in cells and in pipelines, so it has no spaces; it never looks like an id.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,30}$")]
TypeName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Remark = Annotated[str, StringConstraints(max_length=500)]
_PROPERTIES = "Of the type's schema; a secret is written {{secret:NAME}}."


class DataSource(Document):
    """The facts of a connection, kept once and used by cells, pipelines and jobs."""

    name: str
    type: str
    remark: str
    project: str | None
    """The id of the project that it belongs to; None where the whole platform shares it."""
    properties: dict[str, Any]
    """Of the type's schema. A secret stands here as ``{{secret:NAME}}``."""


class NewDataSource(Input):
    """A data source to make. Its name is unique."""

    name: Name
    type: TypeName
    remark: Remark = ""
    project: str | None = None
    """A project's id or code."""
    properties: dict[str, Any] = Field(description=_PROPERTIES)


class DataSourceChanges(Input):
    """What to change; a field that is not given stays. The type stays always."""

    name: Name | None = None
    remark: Remark | None = None
    properties: dict[str, Any] | None = Field(default=None, description=_PROPERTIES)
    """All of them, in the place of those before."""


class DataSourceDraft(Input):
    """A data source that is tested before it is kept."""

    type: TypeName
    project: str | None = None
    properties: dict[str, Any] = Field(description=_PROPERTIES)


class DataSourceListing(Listing):
    """How a list of data sources is asked for."""

    type: str = Field(default="", max_length=64)
    """Only those of this type."""
    project: str = Field(default="", max_length=64)
    """Only those of this project, by id or code."""


class ConnectionAnswer(BaseModel):
    """What a connection test found. It holds no secret."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    proof: str
    """The most that was proven: ``reachable``, ``authenticated`` or ``queried``."""
    version: str
    """Of the server, where it tells."""
    latency_ms: float
    cause: str
    """Of a failure, for programs: ``refused``, ``timeout``, ``authentication`` …"""
    message: str
    hint: str


class TableRequest(Input):
    """Which tables, or which table, of a data source."""

    schema_name: str = Field(default="", max_length=200, alias="schema")
    """A schema, or a database; empty for the data source's own."""
    table: str = Field(default="", max_length=200)
    limit: int = Field(default=100, ge=1, le=1000)
    offset: int = Field(default=0, ge=0, le=10_000_000)
    name: str = Field(default="", max_length=200)
    """What the table is called in Flink; empty for its own name."""
    connector: str = Field(default="", max_length=64)
    """Of Flink; empty for the first that fits."""
    flink: str = Field(default="1.20", max_length=16)
    """The version of Flink that the statement is for."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, populate_by_name=True)


class TableNames(BaseModel):
    """Schemas or tables of a data source."""

    names: list[str]
    next_offset: int | None = None
    """Where the list goes on; None on the last page."""


class TableColumn(BaseModel):
    """A column of a table."""

    name: str
    type: str
    """As the database calls it."""
    flink_type: str
    nullable: bool
    key: int
    """Its place in the primary key, from 1; 0 where it is none of it."""


class TableColumns(BaseModel):
    """The columns of a table, and the statement that makes it in Flink."""

    columns: list[TableColumn]
    ddl: str
    """``CREATE TABLE`` with references in the place of secrets; empty where no connector of Flink fits."""
    note: str = ""
    """Why there is no statement."""


class DataSourceType(BaseModel):
    """A type of data sources, as its form needs it."""

    name: str
    label: dict[str, str]
    """By language: ``en`` and ``zh``."""
    group: str
    icon: str
    properties_schema: dict[str, Any]
    """JSON Schema 2020-12; ``x-secret`` marks the properties that only references to secrets may fill."""
    form: list[dict[str, Any]]
    """Groups of the form in their order: ``title`` and ``fields``."""
    proof: str
    """The most that a connection test proves: ``reachable``, ``authenticated`` or ``queried``."""
    browsable: bool
    """Whether its tables can be listed."""
    seatunnel: list[str]
    """Connectors of SeaTunnel that it fills."""
    flink: list[str]
    """Table connectors of Flink that it fills."""


class TypeList(BaseModel):
    """All types, and the declarations that could not be read."""

    items: list[DataSourceType]
    broken: dict[str, str]
