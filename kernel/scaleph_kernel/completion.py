"""Completion: names as the gateway's planner sees them, and the words of Flink SQL."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaleph_kernel.words import WORDS
from scaleph_lab.errors import ScalephError
from scaleph_lab.sql.scripts import TOKEN, split_script

if TYPE_CHECKING:
    from scaleph_lab.magics.workbench import Workbench

__all__ = ["Completion", "complete"]

_GATEWAY_SECONDS = 2.0
_QUALIFIER = r"(?:`[^`]*`|[^\W\d]\w*)\s*\.\s*"
_PLACE = re.compile(rf"(?P<qualifiers>(?:{_QUALIFIER})*)(?P<word>`[^`]*|[^\W\d]\w*)?\Z")
_PART = re.compile(r"`([^`]*)`|([^\W\d]\w*)")
_PLAIN = re.compile(r"[^\W\d]\w*\Z")


@dataclass(frozen=True)
class Completion:
    """What may replace the characters from ``start`` to ``end`` (counted from 0)."""

    matches: tuple[str, ...]
    start: int
    end: int


async def complete(workbench: Workbench, code: str, position: int) -> Completion:
    """What may stand at ``position``.

    An engine that does not run is not started for it: then words alone are offered.
    """
    before = code[:position]
    place = _PLACE.search(before)
    if place is None or _is_in_text(before):
        return Completion((), position, position)
    word = place["word"] or ""
    qualifiers = [quoted or plain for quoted, plain in _PART.findall(place["qualifiers"])]
    found = [_fitted(each, qualifiers, word) for each in await _candidates(workbench, code, position)]
    words = _words(word) if word and not qualifiers else []
    # An editor that closes quotes has put the closing back-tick there already.
    end = position + (1 if word.startswith("`") and code[position : position + 1] == "`" else 0)
    return Completion(tuple(dict.fromkeys([*filter(None, found), *words])), position - len(word), end)


def _is_in_text(before: str) -> bool:
    """Whether what comes next belongs to a comment or to a literal."""
    tokens = list(TOKEN.finditer(before))
    if not tokens:
        return False
    last = tokens[-1]
    text = last.group()
    if last.lastgroup == "comment":
        return not text.endswith("*/") or len(text) < 4
    closed = len(text) > 1 and text.endswith(text[0])
    return last.lastgroup == "quoted" and not text.startswith("`") and not closed


async def _candidates(workbench: Workbench, code: str, position: int) -> list[str]:
    """What the planner offers; nothing where it does not answer, or not soon."""
    from scaleph_lab.engines.model import EngineState

    start = _statement_start(code, position)
    if start is None:
        return []
    rest = code[position:].partition(";")[0]
    statement = code[start:position] + rest
    # The gateway counts as Java does, in units of UTF-16.
    units = len(code[start:position].encode("utf-16-le")) // 2
    with contextlib.suppress(ScalephError, TimeoutError):
        async with asyncio.timeout(_GATEWAY_SECONDS):
            status = await asyncio.to_thread(workbench.engine().status)
            if status.state is EngineState.RUNNING:
                session = workbench.session()
                return await workbench.loop.start(session.complete(statement, units)).join(
                    lambda: None, _GATEWAY_SECONDS
                )
    return []


def _statement_start(code: str, position: int) -> int | None:
    """Where the statement begins in which ``position`` is; ``None`` between statements."""
    statements = [each for each in split_script(code[:position]) if each.offset < position]
    if not statements:
        return None
    last = statements[-1]
    behind = TOKEN.finditer(code, last.offset + len(last.text), position)
    return None if any(token.lastgroup == "end" for token in behind) else last.offset


def _fitted(candidate: str, qualifiers: list[str], word: str) -> str | None:
    """The part of a candidate that stands for ``word``: the gateway gives tables with catalog and database."""
    parts = candidate.split(".")
    typed = word.removeprefix("`").casefold()
    wanted = [each.casefold() for each in qualifiers]
    # From the right: without qualifiers a table is known by its own name.
    for index in reversed(range(len(parts))):
        above = [each.casefold() for each in parts[max(0, index - len(wanted)) : index]]
        is_fit = above == wanted if wanted and len(parts) > 1 else True
        if is_fit and parts[index].casefold().startswith(typed):
            return ".".join(_quoted(each, word) for each in parts[index:]) if _is_name(parts[index]) else None
    return None


def _is_name(text: str) -> bool:
    """Signs such as ``(`` and ``/*+`` are offered by the planner too."""
    return any(character.isalnum() for character in text)


def _quoted(name: str, word: str) -> str:
    return name if _PLAIN.match(name) and not word.startswith("`") else f"`{name}`"


def _words(prefix: str) -> Iterable[str]:
    """Words of the language in the case in which the user writes."""
    lower = prefix.islower()
    return [word.lower() if lower else word for word in WORDS if word.startswith(prefix.upper())]
