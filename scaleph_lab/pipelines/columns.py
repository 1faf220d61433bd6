"""The columns that the schemas of a pipeline's connectors declare, with their types as Flink SQL calls them.

Source: "Schema Feature" of SeaTunnel's documentation. Its texts have no length, and its columns no nullability.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pydantic

from scaleph_lab.errors import ValidationError
from scaleph_lab.pipelines.document import Pipeline

__all__ = ["SchemaColumn", "schema_columns"]

_TYPES = {
    "string": "STRING",
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INT",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "bytes": "BYTES",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
}


@dataclass(frozen=True)
class SchemaColumn:
    """A column of a node's schema."""

    node: str
    name: str
    type: str
    """As Flink SQL calls it; SeaTunnel's own word where there is none."""


def schema_columns(text: str) -> list[SchemaColumn]:
    """The columns of all schemas. Raises `ValidationError` for a text that is no pipeline."""
    try:
        pipeline = Pipeline.model_validate_json(text)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(map(str, first["loc"]))
        raise ValidationError(f"The text is no pipeline: {path} {first['msg']}.", path=path) from error
    return [
        SchemaColumn(node.id, name, _flink(kind))
        for node in pipeline.nodes
        for name, kind in _declared(node.options.get("schema"))
    ]


def _declared(schema: Any) -> list[tuple[str, Any]]:
    if not isinstance(schema, dict):
        return []
    fields = schema.get("fields")
    found = list(fields.items()) if isinstance(fields, dict) else []
    columns = schema.get("columns")
    for each in columns if isinstance(columns, list) else []:
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            found.append((each["name"], each.get("type", "")))
    return found


def _flink(kind: Any) -> str:
    text = str(kind).strip()
    return _TYPES.get(text.lower(), text.upper() if text.lower().startswith("decimal") else text)
