"""The statements that made a session what it is, so that another one can be made the same.

Flink's default catalog lives in the session's memory, as do temporary objects, options and added jars. When a gateway
goes, all that is gone; replaying the journal on a new session brings it back. What is kept are statements as they were
written, with references in the place of secrets, and in memory only.

What must not be run twice is not kept: queries, INSERTs, and anything that drops. A DROP strikes what it drops out of
the journal instead, so that a replay never drops what somebody else made meanwhile in a catalog that persists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from scaleph_lab.sql.scripts import TOKEN

__all__ = ["Entry", "Journal", "ctas_target"]

Name = tuple[str, ...]

_SWITCHES = frozenset({"SET", "RESET", "USE"})
_MODIFIERS = frozenset({"OR", "REPLACE", "TEMPORARY", "SYSTEM", "IF", "NOT", "EXISTS"})
_KINDS = frozenset({"TABLE", "VIEW", "FUNCTION", "CATALOG", "DATABASE", "MODEL", "CONNECTION"})
_DIALECT = "table.sql-dialect"


@dataclass(frozen=True)
class Entry:
    """One kept statement."""

    statement: str
    """As written, with references in the place of secrets."""
    verb: str
    """``CREATE``, ``ALTER``, ``SET``, ``RESET``, ``USE``, ``ADD``, ``REMOVE``, ``LOAD`` or ``UNLOAD``."""
    kind: str = ""
    """What it makes or changes: ``TABLE``, ``TEMPORARY VIEW``, ``JAR``, ``MODULE`` …"""
    name: Name = ()
    """Its name, with catalog and database as far as they are known; the key of a SET, the path of a jar."""


class Journal:
    """In the order of the session; what later statements undo is struck out."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._catalog: str | None = None
        self._database: str | None = None

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What a replay runs, in order."""
        return tuple(self._entries)

    def note(self, statement: str) -> None:
        """Keeps a statement that has succeeded, where it changed the session; any other is ignored."""
        words = _words(statement)
        verb, rest = (words[0].upper(), words[1:]) if words else ("", [])
        if verb == "SET":
            self._set(statement, rest)
        elif verb == "RESET":
            self._reset(statement, rest)
        elif verb == "USE":
            self._use(statement, rest)
        elif verb in {"ADD", "REMOVE"}:
            self._jar(statement, verb, rest)
        elif verb in {"LOAD", "UNLOAD"}:
            self._module(statement, verb, rest)
        elif verb in {"CREATE", "ALTER", "DROP"}:
            self._define(statement, verb, rest)

    def summary(self) -> str:
        """What a replay brings back, for a person: ``3 tables, 1 temporary view, 2 options``."""
        counts: dict[str, int] = {}
        for entry in self._entries:
            if entry.verb in {"CREATE", "ADD", "LOAD", "SET"}:
                what = {"ADD": "jar", "LOAD": "module", "SET": "option"}.get(entry.verb, entry.kind.lower())
                counts[what] = counts.get(what, 0) + 1
        return ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts.items())

    def _set(self, statement: str, words: list[str]) -> None:
        if "=" not in words:
            return
        key = ("".join(map(_unquoted, words[: words.index("=")])),)
        if key != (_DIALECT,):
            self._strike(lambda entry: entry.verb in {"SET", "RESET"} and entry.name == key)
        self._entries.append(Entry(statement, "SET", name=key))

    def _reset(self, statement: str, words: list[str]) -> None:
        key = ("".join(map(_unquoted, words)),) if words else ()
        self._strike(lambda entry: entry.verb in {"SET", "RESET"} and (not key or entry.name == key))
        self._entries.append(Entry(statement, "RESET", name=key))

    def _use(self, statement: str, words: list[str]) -> None:
        first = words[0].upper() if words else ""
        if first == "MODULES":
            self._strike(lambda entry: entry.kind == "MODULES")
            self._entries.append(Entry(statement, "USE", "MODULES"))
            return
        name = _name(words[1:] if first == "CATALOG" else words)
        if not name:
            return
        self._overtake({"USE CATALOG", "USE"} if first == "CATALOG" or len(name) > 1 else {"USE"})
        if first == "CATALOG":
            self._catalog, self._database = name[-1], None
            self._entries.append(Entry(statement, "USE", "USE CATALOG", name))
        else:
            self._catalog = name[-2] if len(name) > 1 else self._catalog
            self._database = name[-1]
            kind = "USE CATALOG" if len(name) > 1 else "USE"
            self._entries.append(Entry(statement, "USE", kind, (self._catalog or "", name[-1])))

    def _overtake(self, kinds: set[str]) -> None:
        """Strikes the latest USEs, which nothing was made under."""
        made = next((at for at in reversed(range(len(self._entries))) if self._entries[at].verb not in _SWITCHES), -1)
        latest = [entry for entry in self._entries[made + 1 :] if entry.kind not in kinds]
        self._entries = [*self._entries[: made + 1], *latest]

    def _jar(self, statement: str, verb: str, words: list[str]) -> None:
        path = (_unquoted(words[-1]),) if words else ()
        self._strike(lambda entry: entry.kind == "JAR" and entry.name == path)
        if verb == "ADD":
            self._entries.append(Entry(statement, verb, "JAR", path))

    def _module(self, statement: str, verb: str, words: list[str]) -> None:
        name = _name(words[1:])[:1]
        loaded = any(entry.verb == "LOAD" and entry.name == name for entry in self._entries)
        self._strike(lambda entry: entry.kind == "MODULE" and entry.name == name)
        if verb == "LOAD" or not loaded:
            self._entries.append(Entry(statement, verb, "MODULE", name))

    def _define(self, statement: str, verb: str, words: list[str]) -> None:
        modifiers: list[str] = []
        while words and words[0].upper() in _MODIFIERS:
            modifiers.append(words.pop(0).upper())
        kind = words.pop(0).upper() if words else ""
        while words and words[0].upper() in _MODIFIERS:
            words.pop(0)
        if kind not in _KINDS:
            # A materialized table persists with its job; anything else is not known well enough to be run again.
            return
        scope = "TEMPORARY " if "TEMPORARY" in modifiers else ""
        name = self._qualified(kind, _name(words), system="SYSTEM" in modifiers)
        if verb == "DROP":
            self._drop(scope + kind, name)
        elif verb == "ALTER":
            self._alter(statement, kind, name, words)
        else:
            if "REPLACE" in modifiers:
                self._drop(scope + kind, name)
            self._entries.append(Entry(statement, verb, scope + kind, name))

    def _drop(self, kind: str, name: Name) -> None:
        if kind in {"CATALOG", "DATABASE"}:
            self._strike(lambda entry: entry.kind not in {"JAR", "MODULE"} and entry.name[: len(name)] == name)
        else:
            plain = kind.removeprefix("TEMPORARY ")
            self._strike(lambda entry: entry.name == name and entry.kind in {kind, f"ALTER {plain}"})

    def _alter(self, statement: str, kind: str, name: Name, words: list[str]) -> None:
        self._entries.append(Entry(statement, "ALTER", f"ALTER {kind}", name))
        upper = [word.upper() for word in words]
        place = next((at for at, word in enumerate(upper) if word == "RENAME"), len(upper))
        if upper[place + 1 : place + 2] == ["TO"] and (to := _name(words[place + 2 :])):
            # The table stays in its database, and a DROP will call it by its new name.
            new = (*name[:-1], to[-1])
            self._entries = [replace(entry, name=new) if entry.name == name else entry for entry in self._entries]

    def _qualified(self, kind: str, name: Name, *, system: bool) -> Name:
        if kind == "CATALOG" or system:
            return name
        if kind == "DATABASE":
            return (self._catalog or "", *name) if len(name) == 1 else name
        above = (self._catalog or "", self._database or "")
        return (*above[: max(0, 3 - len(name))], *name)

    def _strike(self, out: Callable[[Entry], bool]) -> None:
        self._entries = [entry for entry in self._entries if not out(entry)]


def ctas_target(statement: str) -> str | None:
    """The table's name as written, where the statement creates a table from a query.

    Running it again would run its job again: the journal wants the table's own DDL instead.
    """
    tokens = [match for match in TOKEN.finditer(statement) if match.lastgroup not in {"blank", "comment", "hint"}]
    words = [token.group().upper() for token in tokens]
    if not words or words[0] not in {"CREATE", "REPLACE"} or "TABLE" not in words[:5] or "MATERIALIZED" in words[:5]:
        return None
    depth = 0
    for index, word in enumerate(words):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth == 0 and word == "AS" and words[index + 1 : index + 2] and words[index + 1] in {"SELECT", "WITH", "("}:
            break
    else:
        return None
    start = words.index("TABLE") + 1
    while words[start] in _MODIFIERS:
        start += 1
    end = start
    while end + 2 < len(words) and words[end + 1] == ".":
        end += 2
    return statement[tokens[start].start() : tokens[end].end()]


def _words(statement: str) -> list[str]:
    """Words, names and literals as written, and the dots between names; comments are left out."""
    return [
        match.group()
        for match in TOKEN.finditer(statement)
        if match.lastgroup in {"word", "quoted"} or match.group() in {".", "="}
    ]


def _unquoted(text: str) -> str:
    quote = text[0]
    if quote not in "'`\"" or len(text) < 2:
        return text
    return text[1:-1].replace(quote * 2, quote)


def _name(words: list[str]) -> Name:
    """The name that the words begin with: parts with dots between."""
    parts: list[str] = []
    for index, word in enumerate(words):
        if index % 2 == 1:
            if word != ".":
                break
        else:
            parts.append(_unquoted(word))
    return tuple(parts)
