"""The candidates of Flink's planner, told apart and cut to what may stand at the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaleph_lab.sql.completion.expectation import Expected
from scaleph_lab.sql.completion.model import Kind, Match
from scaleph_lab.sql.completion.tokens import Around
from scaleph_lab.sql.words import FUNCTIONS, KEYWORDS, TYPES

if TYPE_CHECKING:
    from scaleph_lab.sql.catalog import Catalog

__all__ = ["planner_matches"]

_PATH_KINDS = (Kind.CATALOG, Kind.DATABASE, Kind.TABLE)
_FUNCTIONS = frozenset(FUNCTIONS)
_WORDS = frozenset((*KEYWORDS, *TYPES))


async def planner_matches(
    script: str, position: int, where: Around, expected: Expected, catalog: Catalog
) -> list[Match]:
    """What the gateway's ``complete-statement`` offers: names, and the keywords that fit.

    Names of tables, databases and catalogs are left out where the catalog tells them itself. The planner is asked for
    the statement without the prefix of a statement set.
    """
    statement = script[where.start : position] + script[where.end : where.stop]
    typed = where.typed.name if where.typed else ""
    found: list[Match] = []
    for candidate in await catalog.candidates(statement, position - where.start):
        match = _match(candidate, where.qualifiers, typed, expected)
        if match is not None and (match.kind not in _PATH_KINDS or expected is Expected.OTHER):
            found.append(match)
    return found


def _match(candidate: str, qualifiers: Sequence[str], typed: str, expected: Expected) -> Match | None:
    parts = candidate.split(".")
    wanted = [each.casefold() for each in qualifiers]
    # From the right: without qualifiers a table is known by its own name.
    for index in reversed(range(len(parts))):
        above = [each.casefold() for each in parts[max(0, index - len(wanted)) : index]]
        is_fit = above == wanted if wanted and len(parts) > 1 else True
        if is_fit and parts[index].casefold().startswith(typed.casefold()):
            # Signs such as ``(`` and ``/*+`` are offered too.
            if index == len(parts) - 1 and any(character.isalnum() for character in parts[index]):
                return Match(parts[index], _kind(parts, qualifiers, expected))
            return None
    return None


def _kind(parts: Sequence[str], qualifiers: Sequence[str], expected: Expected) -> Kind:
    if len(parts) > 1:
        return _PATH_KINDS[min(len(parts), 3) - 1]
    if not qualifiers and parts[0] in _WORDS:
        return Kind.KEYWORD
    if not qualifiers and parts[0].upper() in _FUNCTIONS:
        return Kind.FUNCTION
    if expected in {Expected.TABLE, Expected.DATABASE, Expected.CATALOG}:
        # The catalog itself has told these, with their kinds.
        return Kind.CATALOG
    return Kind.COLUMN
