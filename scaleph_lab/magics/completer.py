"""Completion and inspection in IPython: of ``%%flinksql`` cells, and of ``%flinksql`` and ``%flink`` lines.

In those IPython's own matchers, which know Python and files, say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from scaleph_lab.magics.catalog_comm import register_catalog

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from scaleph_lab.magics.workbench import Workbench
    from scaleph_lab.sql.completion.inspect import Inspection
    from scaleph_lab.sql.completion.model import Completion

__all__ = ["assist"]

_CELL = re.compile(r"%%flinksql(?=\s|\Z)")
_LINE = re.compile(r"(?P<magic>\s*%(?P<name>flinksql|flink))(?=\s)")
_PATIENCE = 1.5
"""Seconds to wait for the answer above its own limit."""


@dataclass(frozen=True)
class _Place:
    """Where the cursor is in a cell: in the ``text`` of this kind, ``shift`` characters from the cell's beginning."""

    kind: str
    """``options``, ``verb`` or ``sql``."""
    text: str
    position: int
    shift: int
    engine: str | None = None


class _Nothing(Sequence[SimpleCompletion]):
    """No completions, and none of other matchers': IPython lets one silence the others only when it found some."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: Any) -> Any:
        raise IndexError(index)

    def __iter__(self) -> Iterator[SimpleCompletion]:
        return iter(())


def assist(shell: InteractiveShell, workbench: Workbench) -> None:
    """Adds completion to a shell; inspection and the catalog for front ends too, where it has a kernel."""
    completer = getattr(shell, "Completer", None)
    if completer is not None:
        completer.custom_matchers.append(_matcher(shell, workbench))
    kernel = getattr(shell, "kernel", None)
    if kernel is not None and hasattr(kernel, "do_inspect"):
        kernel.do_inspect = _inspector(kernel.do_inspect, workbench)
    if (comms := getattr(kernel, "comm_manager", None)) is not None:
        register_catalog(comms, workbench)


def _matcher(shell: InteractiveShell, workbench: Workbench) -> Callable[[CompletionContext], SimpleMatcherResult]:
    @context_matcher(identifier="scaleph_lab", priority=1000)  # type: ignore[untyped-decorator]
    def match(context: CompletionContext) -> SimpleMatcherResult:
        lines = context.full_text.split("\n")[: context.cursor_line]
        position = sum(len(line) + 1 for line in lines) + context.cursor_position
        place = _place(context.full_text, position)
        if place is None:
            return {"completions": []}
        found = _complete(place, workbench, shell)
        # IPython replaces up to the cursor only: a closing quote that is there already stays.
        kept = place.text[place.position : found.end]
        matches = [
            SimpleCompletion(text=each.text.removesuffix(kept) if kept else each.text, type=str(each.kind))
            for each in found.matches
        ]
        fragment = place.text[found.start : place.position]
        return {"completions": matches or _Nothing(), "matched_fragment": fragment, "suppress": True, "ordered": True}

    return match  # type: ignore[no-any-return]


def _inspector(original: Callable[..., Any], workbench: Workbench) -> Callable[..., Any]:
    """The kernel's ``do_inspect``, which knows SQL in the cells that are SQL."""

    def do_inspect(code: str, cursor_pos: int, *arguments: Any, **options: Any) -> Any:
        place = _place(code, cursor_pos)
        if place is None or place.kind != "sql":
            return original(code, cursor_pos, *arguments, **options)
        found = _inspect(place, workbench)
        return {
            "status": "ok",
            "found": found is not None,
            "data": found.bundle if found is not None else {},
            "metadata": {},
        }

    return do_inspect


def _place(cell: str, position: int) -> _Place | None:
    """What the cursor is in; ``None`` in Python."""
    return _place_in_cell(cell, position) if _CELL.match(cell) else _place_in_line(cell, position)


def _place_in_cell(cell: str, position: int) -> _Place | None:
    from scaleph_lab.magics.line_completion import engine_option

    top, _, _ = cell.partition("\n")
    shift = len(top) + 1
    if position >= shift:
        return _Place("sql", cell[shift:], position - shift, shift, engine_option(top))
    name = top.split(None, 1)[0]
    # The name of the magic itself is IPython's to complete.
    return _Place("options", top[len(name) :], position - len(name), len(name)) if position > len(name) else None


def _place_in_line(cell: str, position: int) -> _Place | None:
    from scaleph_lab.magics.line_completion import engine_option, options_end

    start = cell.rfind("\n", 0, position) + 1
    line = cell[start:].partition("\n")[0]
    magic = _LINE.match(line)
    if magic is None or position - start <= magic.end():
        return None
    shift = start + magic.end()
    rest, at = line[magic.end() :], position - shift
    if magic["name"] == "flink":
        return _Place("verb", rest, at, shift)
    end = options_end(rest)
    if at <= end:
        return _Place("options", rest, at, shift)
    return _Place("sql", rest[end:], at - end, shift + end, engine_option(rest[:end]))


def _complete(place: _Place, workbench: Workbench, shell: InteractiveShell) -> Completion:
    from scaleph_lab.magics.assistance import ANSWER_SECONDS, complete_script
    from scaleph_lab.magics.line_completion import complete_options, complete_verb
    from scaleph_lab.sql.completion.model import Completion

    if place.kind == "options":
        return complete_options(place.text, place.position)
    if place.kind == "verb":
        return complete_verb(place.text, place.position)
    names = [name for name in shell.user_ns if not name.startswith("_") and name not in shell.user_ns_hidden]
    call = workbench.loop.start(
        complete_script(workbench, place.text, place.position, engine=place.engine, variables=names)
    )
    try:
        return call.finish(ANSWER_SECONDS + _PATIENCE)
    except OutOfTime:
        call.cancel(0)
        return Completion((), place.position, place.position)


def _inspect(place: _Place, workbench: Workbench) -> Inspection | None:
    from scaleph_lab.magics.assistance import ANSWER_SECONDS, inspect_script

    call = workbench.loop.start(inspect_script(workbench, place.text, place.position, engine=place.engine))
    try:
        return call.finish(ANSWER_SECONDS + _PATIENCE)
    except OutOfTime:
        call.cancel(0)
        return None
