"""Completion and inspection of a cell, and the replies that carry them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scaleph_lab.magics.assistance import ANSWER_SECONDS, complete_script, inspect_script
from scaleph_lab.magics.line_completion import complete_verb

if TYPE_CHECKING:
    from scaleph_lab.magics.workbench import Workbench
    from scaleph_lab.sql.completion.inspect import Inspection
    from scaleph_lab.sql.completion.model import Completion

__all__ = ["complete_cell", "complete_reply", "inspect_cell", "inspect_reply"]

_VERB = "%flink "


async def complete_cell(workbench: Workbench, code: str, position: int) -> Completion:
    """What may stand at a position of a cell: in a line for the engine verbs, else SQL."""
    start = code.rfind("\n", 0, position) + 1
    line = code[start:].partition("\n")[0]
    behind = start + len(_VERB)
    if line.startswith(_VERB) and position >= behind:
        found = await asyncio.to_thread(complete_verb, line[len(_VERB) :], position - behind)
        return found.moved(behind)
    script = _below_verbs(code)
    call = workbench.loop.start(complete_script(workbench, script, position))
    return await call.join(lambda: None, ANSWER_SECONDS)


async def inspect_cell(workbench: Workbench, code: str, position: int) -> Inspection | None:
    """What is to be said of the name at a position of a cell."""
    call = workbench.loop.start(inspect_script(workbench, _below_verbs(code), position))
    return await call.join(lambda: None, ANSWER_SECONDS)


def complete_reply(found: Completion) -> dict[str, Any]:
    """The reply to ``complete_request``, with the kinds for front ends that show them."""
    types = [
        {"start": found.start, "end": found.end, "text": each.text, "type": str(each.kind), "signature": each.detail}
        for each in found.matches
    ]
    return {
        "status": "ok",
        "matches": list(found.texts),
        "cursor_start": found.start,
        "cursor_end": found.end,
        "metadata": {"_jupyter_types_experimental": types},
    }


def inspect_reply(found: Inspection | None) -> dict[str, Any]:
    """The reply to ``inspect_request``."""
    data = found.bundle if found is not None else {}
    return {"status": "ok", "found": found is not None, "data": data, "metadata": {}}


def _below_verbs(code: str) -> str:
    """The cell with blanks in place of its lines for the engine, so that all positions stay."""
    lines = code.splitlines(keepends=True)
    for at, line in enumerate(lines):
        if line.strip() and not line.lstrip().startswith("%"):
            break
        lines[at] = " " * (len(line) - 1) + "\n" if line.endswith("\n") else " " * len(line)
    return "".join(lines)
