"""What is known of one plug-in of SeaTunnel.

The shape is the one of SeaTunnel's ``OptionRule``: options, and four kinds of rules on which of them must be given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Condition", "ConditionalRule", "ConnectorDescriptor", "Dressing", "Kind", "OptionDescriptor", "OptionType"]

Kind = Literal["source", "transform", "sink"]
OptionType = Literal["string", "integer", "number", "boolean", "duration", "enum", "list", "map", "object"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")


class ValueType(_Model):
    """The type of a value, as JSON has it."""

    type: OptionType
    items: ValueType | None = None
    """Of a list's items, or of a map's values."""
    values: tuple[Any, ...] = ()
    """The allowed values. SeaTunnel compares an enumeration's in any case of letters."""
    class_name: str = Field(default="", alias="class")
    """The Java class of an ``object``."""


class OptionDescriptor(ValueType):
    """One option."""

    key: str
    default: Any = None
    description: str = ""
    fallback_keys: tuple[str, ...] = ()
    """Older names that SeaTunnel reads too."""
    sensitive: bool = False
    """Whether its value is a secret, which is written as a reference only."""
    editor: Literal["", "sql", "text", "json"] = ""
    """The editor that its value is best written in."""


class Condition(_Model):
    """When a rule holds: ``{key, equals}``, or conditions joined by ``and`` or ``or``."""

    key: str = ""
    equals: Any = None
    all_of: tuple[Condition, ...] = Field(default=(), alias="and")
    any_of: tuple[Condition, ...] = Field(default=(), alias="or")

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it holds for those values, defaults among them."""
        if self.all_of:
            return all(one.holds(values) for one in self.all_of)
        if self.any_of:
            return any(one.holds(values) for one in self.any_of)
        return _same(values.get(self.key), self.equals)

    def words(self) -> str:
        """For people: ``format is JSON or format is TEXT``."""
        if self.all_of or self.any_of:
            return (" and " if self.all_of else " or ").join(one.words() for one in self.all_of or self.any_of)
        return f"{self.key} is {str(self.equals).lower() if isinstance(self.equals, bool) else self.equals}"


class ConditionalRule(_Model):
    """Options that must be given when a condition holds."""

    when: Condition
    required: tuple[str, ...]


class Dressing(_Model):
    """What no jar tells of a plug-in: how it is shown and where it is at home."""

    group: str = "other"
    """A key of the palette's groups, such as ``file`` or ``database``."""
    summary: str = ""
    health: Literal["run", "listed"] = "listed"
    """``run``: pipelines with it are run by the project's own tests; ``listed``: its rules are known, no more."""
    datasources: tuple[str, ...] = ()
    """Types of data sources whose bindings fill its options."""


class ConnectorDescriptor(_Model):
    """A source, transform or sink of one release."""

    kind: Kind
    name: str
    """As a configuration names it, such as ``LocalFile``."""
    jar: str
    features: tuple[str, ...] = ()
    options: tuple[OptionDescriptor, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    """Groups of which exactly one must be given."""
    bundled: tuple[tuple[str, ...], ...] = ()
    """Groups that are given together or not at all."""
    conditional: tuple[ConditionalRule, ...] = ()
    dressing: Dressing = Dressing()

    def option(self, key: str) -> OptionDescriptor | None:
        """The option of that key, or of that older name."""
        for option in self.options:
            if key == option.key or key in option.fallback_keys:
                return option
        return None

    def with_defaults(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values as the rules see them: what is given, else the defaults."""
        values = {option.key: option.default for option in self.options if option.default is not None}
        for key, value in given.items():
            option = self.option(key)
            values[option.key if option else key] = value
        return values


def _same(value: Any, expected: Any) -> bool:
    if isinstance(value, str) and isinstance(expected, str):
        return value.casefold() == expected.casefold()
    if isinstance(expected, bool) and isinstance(value, str):
        return value.casefold() == str(expected).casefold()
    return bool(value == expected)
