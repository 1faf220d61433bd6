"""Holds given options against a plug-in's rules, as SeaTunnel's own ConfigValidator does before a run.

Sources: ``ConfigValidator`` and ``ConfigUtil`` of seatunnel-api. A required option that has a default may be left out;
text is taken for numbers, booleans and enumerations, whose letters may be of any case.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scaleph_lab.connectors.descriptor import ConnectorDescriptor, OptionDescriptor, ValueType

__all__ = ["COMMON_KEYS", "Violation", "violations"]

COMMON_KEYS = frozenset(
    {"plugin_name", "parallelism", "result_table_name", "source_table_name", "plugin_output", "plugin_input", "schema"}
)
"""Keys that every plug-in takes, whatever its rule says. ``schema`` is read by many sources whose rule is silent."""
_PLACEHOLDER = re.compile(r"\$\{[^}]+\}|\{\{[^}]+\}\}")
_NUMBER = {"integer": re.compile(r"[+-]?\d+"), "number": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")}


@dataclass(frozen=True)
class Violation:
    """A broken rule."""

    code: Literal["missing", "missing_one_of", "several_of", "missing_with", "type", "value", "unknown", "clear_secret"]
    key: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"


def violations(connector: ConnectorDescriptor, given: Mapping[str, Any]) -> list[Violation]:
    """All rules that the options break, in the order of the rules."""
    present = {key: value for key, value in given.items() if value is not None}
    keys = {_canonical(connector, key) for key in present}
    return [
        *_required(connector, keys),
        *_exclusive(connector, keys),
        *_bundled(connector, keys),
        *_conditional(connector, present, keys),
        *_values(connector, present),
    ]


def _canonical(connector: ConnectorDescriptor, key: str) -> str:
    option = connector.option(key)
    return option.key if option else key


def _lacks(connector: ConnectorDescriptor, key: str, keys: set[str]) -> bool:
    option = connector.option(key)
    return key not in keys and (option is None or option.default is None)


def _required(connector: ConnectorDescriptor, keys: set[str]) -> Iterator[Violation]:
    for key in connector.required:
        if _lacks(connector, key, keys):
            yield Violation("missing", key, f"{connector.name} needs {key}.", _about(connector, key))


def _exclusive(connector: ConnectorDescriptor, keys: set[str]) -> Iterator[Violation]:
    for group in connector.exclusive:
        given = [key for key in group if key in keys]
        if not given and all(_lacks(connector, key, keys) for key in group):
            yield Violation("missing_one_of", group[0], f"{connector.name} needs one of {', '.join(group)}.")
        elif len(given) > 1:
            message = f"{' and '.join(given)} exclude each other: give one of them."
            yield Violation("several_of", given[1], message)


def _bundled(connector: ConnectorDescriptor, keys: set[str]) -> Iterator[Violation]:
    for group in connector.bundled:
        given = [key for key in group if key in keys]
        if given:
            for key in group:
                if _lacks(connector, key, keys):
                    yield Violation("missing_with", key, f"{key} belongs to {given[0]}: give both or neither.")


def _conditional(connector: ConnectorDescriptor, present: Mapping[str, Any], keys: set[str]) -> Iterator[Violation]:
    values = connector.with_defaults(present)
    told = set()
    for rule in connector.conditional:
        if rule.when.holds(values):
            for key in rule.required:
                if key not in told and _lacks(connector, key, keys):
                    told.add(key)
                    message = f"{connector.name} needs {key}, because {rule.when.words()}."
                    yield Violation("missing", key, message, _about(connector, key))


def _values(connector: ConnectorDescriptor, present: Mapping[str, Any]) -> Iterator[Violation]:
    for key, value in present.items():
        option = connector.option(key)
        if option is None:
            if key not in COMMON_KEYS and connector.options:
                yield _unknown(connector, key)
        elif (found := _value(option, value)) is not None:
            yield found


def _unknown(connector: ConnectorDescriptor, key: str) -> Violation:
    near = difflib.get_close_matches(key, [option.key for option in connector.options], n=1)
    hint = f"Did you mean {near[0]}?" if near else "Some connectors read more than their rules tell; it is kept."
    return Violation("unknown", key, f"The rules of {connector.name} know no option {key}.", hint, "warning")


def _value(option: OptionDescriptor, value: Any) -> Violation | None:
    if isinstance(value, str) and _PLACEHOLDER.search(value):
        # What it stands for is known when the configuration is compiled.
        return None
    if option.sensitive and value:
        hint = "Keep it as a secret and write {{secret:NAME}} here, or choose a data source."
        return Violation("clear_secret", option.key, f"{option.key} stands in clear in the document.", hint, "warning")
    if not _fits(option, value):
        return Violation("type", option.key, f"{option.key} must be {_article(option)}, not {_shown(value)}.")
    if option.values and not _allowed(option, value):
        values = ", ".join(str(each) for each in option.values)
        near = difflib.get_close_matches(str(value).upper(), [str(each) for each in option.values], n=1)
        hint = f"Did you mean {near[0]}?" if near else ""
        return Violation("value", option.key, f"{option.key} must be one of {values}, not {_shown(value)}.", hint)
    return None


def _fits(of: ValueType, value: Any) -> bool:
    match of.type:
        case "boolean":
            return isinstance(value, bool) or (isinstance(value, str) and value.lower() in {"true", "false"})
        case "integer" | "number":
            return _is_number(of.type, value)
        case "list":
            # A text is taken for a list, split at its commas.
            items = value if isinstance(value, list) else []
            return isinstance(value, str | list) and all(of.items is None or _fits(of.items, item) for item in items)
        case "map":
            return isinstance(value, dict)
        case _:
            return of.type == "object" or not isinstance(value, list | dict)


def _is_number(kind: str, value: Any) -> bool:
    if isinstance(value, str):
        return _NUMBER[kind].fullmatch(value.strip()) is not None
    return isinstance(value, int if kind == "integer" else int | float) and not isinstance(value, bool)


def _allowed(option: OptionDescriptor, value: Any) -> bool:
    if option.type == "list":
        return True
    return str(value).casefold() in {str(each).casefold() for each in option.values}


def _about(connector: ConnectorDescriptor, key: str) -> str:
    option = connector.option(key)
    return option.description if option and option.description.casefold() != key.casefold() else ""


def _article(of: ValueType) -> str:
    word = {"enum": "one value", "string": "a text", "duration": "a duration"}.get(of.type, "")
    return word or f"{'an' if of.type[0] in 'aeiou' else 'a'} {of.type}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
