"""What a page asks about a pipeline that it is writing, as documents."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from scaleph_lab.errors import ValidationError
from scaleph_lab.pipelines.running import RunnerName

__all__ = [
    "ConfigRequest",
    "ConnectorRequest",
    "DiagnosisRequest",
    "ImportRequest",
    "RunRequest",
    "SampleRequest",
    "read_request",
]

D = TypeVar("D", bound=BaseModel)


def read_request(kind: type[D], body: Any) -> D:
    """The request that a body says. Raises `ValidationError`, naming the field."""
    try:
        return kind.model_validate(body)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ValidationError(f"{field}: {first['msg']}." if field else f"{first['msg']}.", path=field) from error


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ConnectorRequest(_Request):
    """Which release's connectors are asked for; the one that runs here without it."""

    seatunnel: str = Field(default="", max_length=50)


class DiagnosisRequest(ConnectorRequest):
    """A document to look through. It may be wrong in any way."""

    document: dict[str, Any]


class _Compiled(_Request):
    document: dict[str, Any]
    variables: dict[str, str] = Field(default_factory=dict)


class ConfigRequest(_Compiled):
    """A document to compile: to what runs (``json``), or to a file for people (``hocon``), where variables stay."""

    format: Literal["json", "hocon"] = "json"


class ImportRequest(_Request):
    """A SeaTunnel configuration to turn into a document."""

    text: str = Field(max_length=10_000_000)
    name: str = Field(default="pipeline.conf", min_length=1, max_length=200)
    """The file's name: as in SeaTunnel, ``*.json`` is JSON and all else HOCON."""


class SampleRequest(_Compiled):
    """A node of a document whose first rows are asked for."""

    node: str = Field(min_length=1, max_length=200)
    rows: int = Field(default=100, ge=1, le=1000)


class RunRequest(_Compiled):
    """A document to run."""

    runner: RunnerName = "zeta"
