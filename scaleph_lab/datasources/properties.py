"""Checks the properties of a data source against its type, and fills the defaults."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError as SchemaFault

from scaleph_lab.datasources.references import inline_secret, is_reference
from scaleph_lab.datasources.types import DataSourceType
from scaleph_lab.errors import ValidationError

__all__ = ["InvalidPropertiesError", "Problem", "checked"]

_REFERENCE_HINT = "Keep it as a secret, and write {{secret:NAME}} here."


@dataclass(frozen=True)
class Problem:
    """What is wrong with one property."""

    path: str
    message: str
    hint: str = ""


class InvalidPropertiesError(ValidationError):
    """Properties break the rules of their type. ``problems`` are all of them; the error itself tells the first."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{first.message}{more}", hint=first.hint, path=first.path)
        self.problems = tuple(problems)

    def as_dict(self) -> dict[str, Any]:
        """The wire format, with all problems."""
        return {**super().as_dict(), "problems": [asdict(each) for each in self.problems]}


def checked(kind: DataSourceType, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties with defaults filled, in the schema's order.

    Raises `InvalidPropertiesError` with all that is wrong at once. No message repeats a value: it may be a secret
    that was put in the wrong field.
    """
    filled = _with_defaults(kind, properties)
    validator = Draft202012Validator(kind.schema, format_checker=FormatChecker())
    problems = [_problem(kind, each) for each in validator.iter_errors(filled)]
    for name, value in filled.items():
        if name in kind.secret_fields:
            if value is not None and not is_reference(value):
                problems.append(Problem(name, f"{name} must be a reference to a secret.", _REFERENCE_HINT))
        elif any(inline_secret(text) for text in _texts(value)):
            hint = "Take the password out of it, and fill the field for the password by {{secret:NAME}}."
            problems.append(Problem(name, f"{name} holds a password.", hint))
    if problems:
        raise InvalidPropertiesError(sorted(set(problems), key=lambda each: each.path))
    return filled


def _with_defaults(kind: DataSourceType, properties: Mapping[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name, schema in kind.schema["properties"].items():
        if name in properties:
            filled[name] = copy.deepcopy(properties[name])
        elif "default" in schema:
            filled[name] = copy.deepcopy(schema["default"])
    return filled | {name: value for name, value in properties.items() if name not in filled}


def _texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        # With its name: {"password": "…"} among free options is a password too.
        yield f"{name}={value}" if name else value
        if name:
            yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, str(key).rpartition(".")[2])
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _problem(kind: DataSourceType, fault: SchemaFault) -> Problem:  # noqa: PLR0911  one line a rule
    path = ".".join(str(part) for part in fault.absolute_path)
    rule = fault.validator_value
    match fault.validator:
        case "required":
            missing = next(each for each in rule if each not in fault.instance)
            for each in rule:
                if each not in fault.instance and f"'{each}'" in fault.message:
                    missing = each
            title = kind.schema["properties"].get(missing, {}).get("title", missing)
            return Problem(missing, f"{missing} is missing.", f"Fill in {title!r}.")
        case "additionalProperties":
            known = kind.schema["properties"]
            odd = sorted(set(fault.instance) - set(known))
            return Problem(
                odd[0] if odd else path, f"There is no property {', '.join(odd)}.", f"It has: {', '.join(known)}."
            )
        case "enum":
            return Problem(path, f"{path} is none of its values.", f"One of: {', '.join(map(str, rule))}.")
        case "type":
            return Problem(path, f"{path} must be of type {rule}.")
        case "format":
            return Problem(path, f"{path} is no {rule}.")
        case "minimum" | "maximum":
            return Problem(path, f"{path} is out of its range ({fault.validator} {rule}).")
        case _:
            return Problem(path, f"{path} breaks the rule {fault.validator} ({rule}).")
