"""The text of a configuration, and the places in it that errors name."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scaleph_lab.errors import ValidationError

__all__ = ["MAX_CHARACTERS", "ConfigSyntaxError", "Place", "Source"]

MAX_CHARACTERS = 4_000_000
"""A larger text is refused: real configurations have some thousand characters."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text; both numbers begin at 1."""

    line: int
    column: int


class ConfigSyntaxError(ValidationError):
    """The text is no configuration that SeaTunnel could read. ``line`` and ``column`` say where it goes wrong."""

    code = "config_syntax"

    def __init__(self, message: str, place: Place, *, hint: str = "", path: str = "") -> None:
        super().__init__(message, hint=hint, path=path)
        self.line = place.line
        self.column = place.column

    def as_dict(self) -> dict[str, Any]:
        """The wire format, with the place."""
        return {**super().as_dict(), "line": self.line, "column": self.column}


class Source:
    """A text that knows lines and columns. Raises `ConfigSyntaxError` for one that is too large."""

    def __init__(self, text: str, name: str = "") -> None:
        self.text = text
        self.name = name
        """The file that it came from, for messages."""
        if len(text) > MAX_CHARACTERS:
            size = f"{len(text) / 1e6:.1f} million characters"
            raise ConfigSyntaxError(
                f"The configuration has {size}, more than the {MAX_CHARACTERS // 1_000_000} million that are read.",
                Place(1, 1),
                hint="Split it into several pipelines.",
                path=name,
            )

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def place(self, offset: int) -> Place:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)

    def error(self, message: str, offset: int, hint: str = "") -> ConfigSyntaxError:
        """An error at that offset."""
        return ConfigSyntaxError(message, self.place(offset), hint=hint, path=self.name)
