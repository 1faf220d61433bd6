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

RESERVED_NAMES = {
    *(
        "AT",
        "DATE",
        "TIME",
        "TIMESTAMP",
        "YEAR",
        "MONTH",
        "DAY",
        "HOUR",
        "MINUTE",
        "SECOND",
        "INTERVAL",
        "VALUE",
        "USER",
    ),
    *("USER", "START", "END", "TABLE", "COLUMN", "ROW", "ROWS", "RANGE", "ORDER", "GROUP", "POSITION", "RANK"),
    *("RESULT", "KEY", "METHOD", "MODULE", "MODULES", "OFFSET", "ONE", "OPEN", "PERIOD", "PERCENT", "LANGUAGE"),
    *(
        "REF",
        "SYSTEM",
        "MAP",
        "COUNT",
        "SUM",
        "MIN",
        "MAX",
        "AVG",
        "DEFAULT",
        "COMMENT",
        "PARTITION",
        "LEVEL",
        "STATE",
        "TYPE",
        "PASSING",
    ),
}
"""Words that are common as names of columns; ``FROM`` and its like are rather a clause that came too early."""

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
        r"requires the timecol",
        "Take a TIMESTAMP column with a WATERMARK in CREATE TABLE, or one that is AS PROCTIME().",
    ),
    (r"Temporal Table Join requires primary key", "Declare PRIMARY KEY (…) NOT ENFORCED in the versioned table."),
    (r"\$SCALAR_QUERY", "A subquery that stands for a value must have one column."),
    (
        r"do not contain an option key 'connector'",
        "Add WITH ('connector' = '…'): datagen, print and blackhole need nothing else.",
    ),
    (r"already exists?\b", "DROP it first, or write IF NOT EXISTS."),
    (r"is not empty", "CASCADE behind it drops what is in it, too."),
    (r"Invalid data type of time field for watermark", "Make the time first: ts AS TO_TIMESTAMP(…), a TIMESTAMP(3)."),
    (r"ENFORCED mode for PRIMARY KEY", "Write PRIMARY KEY (…) NOT ENFORCED."),
    (r"due to implementation errors", "ADD JAR 'PATH' brings the jar that has it."),
    (r"Could not find Flink job", "%flink jobs lists the jobs of the engine; one that has ended cannot be stopped."),
    (r"For input string", "TRY_CAST gives NULL for what cannot be cast."),
    (r'Encountered "\\?\""', "Names stand in back-ticks, texts in single quotes: `name`, 'text'."),
    (r"Aggregate expression is illegal in WHERE", "Conditions on aggregates stand in HAVING, behind GROUP BY."),
    (r"Column '[^']+' is ambiguous", "Say of which table it is: alias.column."),
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
        match = re.search(pattern, text, re.DOTALL)
        if match:
            return hint.format(*match.groups())
    if "Non-query expression encountered in illegal context" in text:
        return _keyword_hint(statement)
    if "Unsupported options:" in text:
        return _option_hint(text)
    return _reserved_hint(text)


def _reserved_hint(text: str) -> str:
    """A word of the language in the place of a name."""
    match = re.search(r'Encountered "(\w+)(?: (\w+))?', text)
    word = match[1].upper() if match else ""
    if word in RESERVED_NAMES:
        return f"{word} is a word of the language: as a name it stands in back-ticks, `{word.lower()}`."
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
