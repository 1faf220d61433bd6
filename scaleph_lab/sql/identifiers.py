"""Names in Flink SQL: when they need back-ticks, and how a path of them is written and read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scaleph_lab.sql.words import FUNCTIONS, KEYWORDS, TYPES

__all__ = ["name_of", "path_sql", "quoted", "short_path", "written"]

_PLAIN = re.compile(r"[^\W\d]\w*\Z", re.ASCII)
# Which functions are reserved differs from one Flink to the next; back-ticks never harm.
_RESERVED = frozenset((*KEYWORDS, *TYPES, *FUNCTIONS))


def quoted(name: str) -> str:
    """The name in back-ticks."""
    return "`" + name.replace("`", "``") + "`"


def written(name: str) -> str:
    """The name as a person writes it: in back-ticks only where Flink wants them."""
    return name if _PLAIN.match(name) and name.upper() not in _RESERVED else quoted(name)


def path_sql(path: Iterable[str]) -> str:
    """A path such as catalog, database and table, safe in any statement."""
    return ".".join(quoted(part) for part in path)


def name_of(text: str) -> str:
    """The name that a word or a text in back-ticks stands for; an open back-tick counts."""
    if not text.startswith("`"):
        return text
    inner = text[1:]
    # In an even number of back-ticks at the end all are parts of the name.
    closing = (len(inner) - len(inner.rstrip("`"))) % 2
    return inner[: len(inner) - closing].replace("``", "`")


def short_path(path: Sequence[str], current: Sequence[str]) -> tuple[str, ...]:
    """The path without what the session's current catalog and database say already."""
    for depth in (2, 1):
        if len(path) > depth and tuple(path[:depth]) == tuple(current[:depth]):
            return tuple(path[depth:])
    return tuple(path)
