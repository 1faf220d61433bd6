"""What a cell holds: lines for the engine at its top, and a SQL script."""

from __future__ import annotations

from dataclasses import dataclass

from scaleph_lab.errors import UserError
from scaleph_lab.magics.verbs import usage

__all__ = ["Cell", "parse_cell"]

_VERB = "%flink"


@dataclass(frozen=True)
class Cell:
    """A cell of the kernel."""

    verbs: tuple[str, ...]
    """What stands behind ``%flink`` in the lines at the top."""
    script: str
    """The SQL, below blank lines in place of those lines, so that it counts its lines as the cell does."""


def parse_cell(code: str) -> Cell:
    """Takes a cell apart. Raises `UserError` when a line at the top begins with ``%`` and is not ``%flink``."""
    lines = code.splitlines(keepends=True)
    verbs: list[str] = []
    top = 0
    for number, line in enumerate(lines):
        words = line.strip()
        if words and not words.startswith("%"):
            break
        if words:
            verbs.append(_verb(words))
            top = number + 1
    return Cell(tuple(verbs), "\n" * top + "".join(lines[top:]))


def _verb(line: str) -> str:
    name, _, rest = line.partition(" ")
    if name != _VERB:
        raise UserError(f"This kernel has no {name}.", hint=f"Cells are Flink SQL. For all else: {usage()}")
    return rest
