"""What the values of a configuration are: plain Python, but for texts with open references and numbers' spelling."""

from __future__ import annotations

from typing import Any, TypeAlias

from scaleph_lab.pipelines.hocon.syntax import Reference

__all__ = ["MISSING", "Missing", "SpelledFloat", "SpelledInt", "Template", "Tree", "size_of", "text_of"]

Tree: TypeAlias = Any
"""A dict, list, text, number, truth value or None, as JSON has them; texts may be `Template`."""


class Missing:
    """The value of an optional reference to nothing: the key itself is then absent."""


MISSING = Missing()


class SpelledInt(int):
    """A whole number that JSON would spell in another way: ``007``. Where SeaTunnel wants a text, it takes ``text``."""

    text: str

    def __new__(cls, text: str) -> SpelledInt:
        """The number that the text says."""
        made = super().__new__(cls, text)
        made.text = text
        return made


class SpelledFloat(float):
    """A number that JSON would spell in another way: ``1e3``."""

    text: str

    def __new__(cls, text: str) -> SpelledFloat:
        """The number that the text says."""
        made = super().__new__(cls, text)
        made.text = text
        return made


class Template(str):
    """A text with references that nothing in the file answers: SeaTunnel's run does.

    As a plain text it reads ``jdbc:${host}``.
    """

    __slots__ = ("parts",)
    parts: tuple[str | Reference, ...]

    def __new__(cls, parts: tuple[str | Reference, ...]) -> Template:
        """The text of the parts."""
        made = super().__new__(cls, "".join(part.raw if isinstance(part, Reference) else part for part in parts))
        made.parts = parts
        return made

    @property
    def references(self) -> list[Reference]:
        """The open references, in their order."""
        return [part for part in self.parts if isinstance(part, Reference)]


def text_of(value: Tree) -> str:
    """A simple value as a part of a text."""
    if isinstance(value, SpelledInt | SpelledFloat):
        return value.text
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def size_of(value: Tree) -> int:
    """About how many characters a value has."""
    if isinstance(value, dict):
        return 2 + sum(len(key) + size_of(item) for key, item in value.items())
    if isinstance(value, list):
        return 2 + sum(size_of(item) for item in value)
    return len(value) if isinstance(value, str) else 4
