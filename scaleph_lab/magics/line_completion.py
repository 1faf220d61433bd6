"""Completion of the lines that are not SQL: the options of ``%%flinksql``, and the verbs of ``%flink``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scaleph_lab.magics.options import parser

if TYPE_CHECKING:
    from scaleph_lab.sql.completion.model import Completion, Match

__all__ = ["complete_options", "complete_verb", "engine_option", "options_end"]

_FLAG = re.compile(r"\s*(-\S+)")
_VALUE = re.compile(r"\s+(\"[^\"]*\"|'[^']*'|\S+)")
_ENGINE = re.compile(r"(?:^|\s)--engine(?:\s+|=)(\"[^\"]*\"|'[^']*'|\S+)")


def engine_option(line: str) -> str | None:
    """The engine that a magic's line names, without judging the line."""
    found = _ENGINE.search(line)
    return found[1].strip("\"'") if found else None


def options_end(line: str) -> int:
    """Where the options of a ``%flinksql`` line end and its SQL begins, also while an option is being written."""
    flags = {name: action for action in parser()._actions for name in action.option_strings}
    end = 0
    while (match := _FLAG.match(line, end)) and match[1] != "--":
        end = match.end()
        name, equals, _ = match[1].partition("=")
        action = flags.get(name)
        if action is not None and action.nargs != 0 and not equals:
            value = _VALUE.match(line, end)
            end = value.end() if value else len(line)
    return end


def complete_options(line: str, position: int) -> Completion:
    """Options of ``%%flinksql`` and their values; ``line`` is what stands behind the name of the magic."""
    start = _word_start(line, position)
    words = line[:start].split()
    before = words[-1] if words else ""
    return _completion(_option_matches(before), line, start, position)


def complete_verb(line: str, position: int) -> Completion:
    """Verbs of ``%flink`` and the engines that they take; ``line`` is what stands behind ``%flink``."""
    start = _word_start(line, position)
    words = line[:start].split()
    return _completion(_verb_matches(words), line, start, position)


def _option_matches(before: str) -> Iterator[Match]:
    from scaleph_lab.sql.completion.model import Kind, Match

    actions = parser()._actions
    taking = next((each for each in actions if before in each.option_strings and each.nargs != 0), None)
    if taking is None:
        for action in actions:
            name = max(action.option_strings, key=len)
            yield Match(name, Kind.OPTION, action.help or "")
    elif taking.choices is not None:
        yield from (Match(str(choice), Kind.VALUE) for choice in taking.choices)
    elif taking.dest == "engine":
        yield from _engines()


def _verb_matches(words: list[str]) -> Iterator[Match]:
    from scaleph_lab.magics.verbs import verbs
    from scaleph_lab.sql.completion.model import Kind, Match

    if not words:
        yield from (Match(verb.name, Kind.KEYWORD, verb.summary) for verb in verbs().values())
        return
    verb = verbs().get(words[0])
    if verb is not None and len(words) == 1 and verb.name in {"use", "stop"}:
        yield from _engines()


def _engines() -> Iterator[Match]:
    from scaleph_lab.engines import list_engines
    from scaleph_lab.sql.completion.model import Kind, Match

    yield from (Match(engine.name, Kind.VALUE, "engine") for engine in list_engines())


def _completion(matches: Iterator[Match], line: str, start: int, position: int) -> Completion:
    from scaleph_lab.sql.completion.model import Completion

    typed = line[start:position]
    return Completion(tuple(match for match in matches if match.text.startswith(typed)), start, position)


def _word_start(line: str, position: int) -> int:
    return position - len(re.split(r"[\s=]", line[:position])[-1])
