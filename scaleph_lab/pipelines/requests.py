"""What a page asks about a pipeline that it is writing, as documents."""

from __future__ import annotations

from typing import Any, TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from scaleph_lab.errors import ValidationError
from scaleph_lab.pipelines.running import RunnerName

__all__ = ["ConfigRequest", "ConnectorRequest", "DiagnosisRequest", "RunRequest", "read_request"]

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


class ConfigRequest(_Request):
    """A document to compile."""

    document: dict[str, Any]
    variables: dict[str, str] = Field(default_factory=dict)


class RunRequest(ConfigRequest):
    """A document to run."""

    runner: RunnerName = "zeta"
