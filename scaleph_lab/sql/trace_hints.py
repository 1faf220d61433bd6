"""What to do about an error, where its words make that clear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol

__all__ = ["hint_for"]


class _Cause(Protocol):
    @property
    def message(self) -> str: ...


_KEYWORDS = {
    *("SELECT", "INSERT", "CREATE", "DROP", "ALTER", "SHOW", "DESCRIBE", "EXPLAIN", "SET", "RESET", "USE"),
    *("WITH", "VALUES", "EXECUTE", "BEGIN", "END", "LOAD", "UNLOAD", "ADD", "REMOVE", "CALL", "ANALYZE"),
    *("DELETE", "UPDATE", "TRUNCATE", "STOP", "COMPILE"),
}

_HINTS = (
    (r"Object '([^']+)' not found within '([^']+)'", "SHOW TABLES IN `{1}` lists what is there."),
    (
        r"Object '([^']+)' not found",
        "SHOW TABLES lists the tables; temporary ones live as long as their session.",
    ),
    (r"Column '([^']+)' not found", "DESCRIBE the table to see its columns; names are case-sensitive."),
    (r"No match found for function signature (\w+)", "SHOW FUNCTIONS lists the functions of this engine."),
    (
        r"Could not find any format factory for identifier '([^']+)'",
        "This engine has no format '{0}': the jar that brings it is missing.",
    ),
    (r"only single statement supported", "Separate statements with semicolons."),
    (
        r"Sort on a non-time-attribute field is not supported",
        "A stream is sorted by its time attribute only: use batch mode (--mode batch), or a LIMIT.",
    ),
    (
        r"requires the timecol is a time attribute type",
        "Declare a WATERMARK for that column in CREATE TABLE.",
    ),
    (r"is not being grouped", "Add the column to GROUP BY, or aggregate it."),
    (
        r"Insufficient number of network buffers|NoResourceAvailableException|"
        r"Could not acquire the minimum required resources",
        "All slots are taken: stop a running job, or lower the parallelism.",
    ),
    (r"doesn't support consuming update(?: and delete)? changes", "Use a sink that takes updates (a PRIMARY KEY)."),
)


def hint_for(chain: Sequence[_Cause], statement: str) -> str:
    """One or two sentences, or an empty text."""
    text = "\n".join(cause.message for cause in chain)
    factory = _factory_hint(text)
    if factory:
        return factory
    for pattern, hint in _HINTS:
        match = re.search(pattern, text)
        if match:
            return hint.format(*match.groups())
    if "Non-query expression encountered in illegal context" in text:
        return _keyword_hint(statement)
    if "Unsupported options:" in text:
        return _option_hint(text)
    return ""


def _factory_hint(text: str) -> str:
    match = re.search(
        r"Could not find any (format )?factory for identifier '([^']+)'.*?Available factory identifiers are:\s*"
        r"((?:[\w.-]+\s*)+)",
        text,
        re.DOTALL,
    )
    if not match:
        return ""
    kind = "format" if match.group(1) else "connector"
    available = [name for name in match.group(3).split("\n") if re.fullmatch(r"[\w.-]+", name.strip())]
    near = get_close_matches(match.group(2), available, 1)
    meant = f"Did you mean '{near[0]}'? " if near else ""
    return f"{meant}This engine has no {kind} '{match.group(2)}'; it has: {', '.join(available)}."


def _option_hint(text: str) -> str:
    unknown = re.search(r"Unsupported options:\s*\n\s*(\S+)", text)
    supported = re.search(r"Supported options:\s*\n((?:\s*\S+\n?)+)", text)
    if not unknown or not supported:
        return ""
    near = get_close_matches(unknown.group(1), supported.group(1).split(), 1)
    meant = f"Did you mean '{near[0]}'? " if near else ""
    return f"{meant}It takes: {', '.join(supported.group(1).split())}."


def _keyword_hint(statement: str) -> str:
    words = statement.split(None, 1)
    near = get_close_matches(words[0].upper(), _KEYWORDS, 1) if words else []
    return f"Did you mean {near[0]}?" if near and near[0] != words[0].upper() else ""
