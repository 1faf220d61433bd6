"""Writes the documentation's REST reference from the contract: ``python -m scaleph_lab.server.reference``."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

__all__ = ["REFERENCE", "reference"]

REFERENCE = Path(__file__).parents[2] / "docs" / "rest.md"
"""Where the reference is in a checkout."""

_DOCUMENTS = {
    *("Artifact", "DataSource", "Engine", "Grant", "Project", "Role", "Saved", "Upload", "User"),
    *("BusinessSystem", "DataElement", "ReferenceSet", "ReferenceValue", "ValueMapping"),
}
"""Answers that are no errors."""
_VERBS = ("get", "head", "post", "put", "patch", "delete")


def reference() -> str:
    """The reference as Markdown."""
    contract = yaml.safe_load((files("scaleph_lab.server") / "openapi.yaml").read_text("utf-8"))
    lines = [
        "# REST",
        "",
        "<!-- Made from scaleph_lab/server/openapi.yaml by `python -m scaleph_lab.server.reference`. -->",
        "",
        contract["info"]["summary"],
        "",
        *contract["info"]["description"].strip().splitlines(),
        "",
    ]
    for path, item in contract["paths"].items():
        lines += [f"## `{path}`", ""]
        if "description" in item:
            lines += [*item["description"].strip().splitlines(), ""]
        lines += _parameters(contract, item.get("parameters", []))
        for verb in _VERBS:
            if verb in item:
                lines += _operation(verb, item[verb])
    lines += ["## Schemas", ""]
    for name, schema in contract["components"]["schemas"].items():
        lines += _schema(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def _operation(verb: str, operation: dict[str, Any]) -> list[str]:
    lines = [f"**{verb.upper()}** ({operation['x-jupyter-authorization']}): {operation['summary']}", ""]
    if "description" in operation:
        lines += [*operation["description"].strip().splitlines(), ""]
    answers = [f"`{status}` {_answer(response)}" for status, response in operation["responses"].items()]
    return [*lines, "Answers: " + ", ".join(answers) + ".", ""]


def _answer(response: dict[str, Any]) -> str:
    if "$ref" in response:
        name = _name(response)
        return f"[{name}](#{name.lower()})" if name in _DOCUMENTS else f"{name} ([Error](#error))"
    schema = next(iter(response.get("content", {"": {}}).values())).get("schema")
    return f"[{_name(schema)}](#{_name(schema).lower()})" if schema else response["description"].rstrip(".")


def _parameters(contract: dict[str, Any], given: list[dict[str, Any]]) -> list[str]:
    lines = []
    for parameter in given:
        full = contract["components"]["parameters"][_name(parameter)] if "$ref" in parameter else parameter
        lines.append(f"- `{full['name']}` ({full['in']}, {_type(full['schema'])}): {full['description']}")
    return [*lines, ""] if lines else []


def _schema(name: str, schema: dict[str, Any]) -> list[str]:
    lines = [f"### {name}", ""]
    if "description" in schema:
        lines += [schema["description"], ""]
    if "enum" in schema:
        lines += [_type(schema), ""]
    if "properties" in schema:
        lines += ["| field | type | |", "|---|---|---|"]
        for field, inner in schema["properties"].items():
            lines.append(f"| `{field}` | {_type(inner)} | {inner.get('description', '')} |")
        lines.append("")
    return lines


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return f"[{_name(schema)}](#{_name(schema).lower()})"
    if choices := schema.get("oneOf") or schema.get("anyOf"):
        return " or ".join(_type(one) for one in choices)
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kinds = schema.get("type", "any")
    if kinds == "array":
        return f"array of {_type(schema['items'])}"
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rsplit("/", 1)[-1]


if __name__ == "__main__":
    REFERENCE.parent.mkdir(exist_ok=True)
    REFERENCE.write_text(reference(), "utf-8")
