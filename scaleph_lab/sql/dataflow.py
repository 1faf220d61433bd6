"""What a session's statements said of what flows where: kept as written, read when lineage is asked for."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaleph_lab.sql.journal import ctas_target
from scaleph_lab.sql.scripts import TOKEN

if TYPE_CHECKING:
    from scaleph_lab.sql.catalog import Catalog

__all__ = ["Dataflow", "Flow"]

_KEPT = 300
_OPENING = 6
"""Words within which CREATE says what it creates."""


@dataclass(frozen=True)
class Flow:
    """One statement that has succeeded."""

    statement: str
    """As written, with references in the place of secrets."""
    catalog: str
    """The session's current catalog and database when it ran: what its names begin at."""
    database: str


class Dataflow:
    """The latest of them; the oldest are forgotten beyond 300."""

    def __init__(self) -> None:
        self._flows: deque[Flow] = deque(maxlen=_KEPT)

    @property
    def flows(self) -> tuple[Flow, ...]:
        """In the order they ran; of equal ones the last."""
        return tuple(dict.fromkeys(reversed(self._flows)))[::-1]

    async def note(self, statement: str, catalog: Catalog) -> None:
        """Keeps a statement that moves or derives data; any other is ignored."""
        if _flows(statement):
            self._flows.append(Flow(statement, *await catalog.current()))


def _flows(statement: str) -> bool:
    words = [match.group().upper() for match in TOKEN.finditer(statement) if match.lastgroup == "word"]
    if not words:
        return False
    if words[0] in {"INSERT", "EXECUTE", "BEGIN"}:
        return "INSERT" in words
    return (words[0] == "CREATE" and "VIEW" in words[:_OPENING]) or ctas_target(statement) is not None
