"""Reads HOCON, or strict JSON, into its syntax."""

from __future__ import annotations

from typing import NoReturn

from scaleph_lab.pipelines.hocon.paths import read_path
from scaleph_lab.pipelines.hocon.source import Source
from scaleph_lab.pipelines.hocon.syntax import (
    Array,
    Concatenation,
    Entry,
    Include,
    Item,
    Object,
    Reference,
    Scalar,
    Value,
)
from scaleph_lab.pipelines.hocon.tokens import QUOTED, SIMPLE, Token, string_value, tokenize

__all__ = ["MAX_DEPTH", "parse", "parse_source"]

MAX_DEPTH = 60
"""Objects and lists within each other; deeper ones are refused."""
_STARTS = SIMPLE | {"{", "["}
_LITERALS = {"true": True, "false": False, "null": None}


def parse(text: str, name: str = "") -> Object:
    """The syntax of a HOCON text. Raises `ConfigSyntaxError`."""
    return parse_source(Source(text, name))


def parse_source(source: Source) -> Object:
    """The syntax of a source. Raises `ConfigSyntaxError`."""
    return _Parser(source).root()


class _Parser:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._tokens = list(tokenize(source))
        self._at = 0
        self._depth = 0
        self._lists = 0

    def root(self) -> Object:
        comments = self._gap()
        token = self._peek()
        if token.kind == "[":
            self._fail(
                "A configuration is an object, not a list", token, "Begin with env { }, source { } and sink { }."
            )
        if token.kind != "{":
            return self._entries(Object(start=token.start), comments, closing="end")
        root = self._object()
        if root.entries:
            root.entries[0].before[:0] = comments
        else:
            root.closing[:0] = comments
        root.closing += self._gap()
        if self._peek().kind != "end":
            self._expected("the end of the file after the closing '}'")
        root.wide = True
        return root

    # Tokens

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _spaces(self) -> str:
        """Skips the spaces of this line."""
        if self._peek().kind == "space":
            return self._next().text
        return ""

    def _gap(self, *, fresh: bool = False) -> list[str]:
        """Skips to the next token that means something; the comments on the way, and blank lines as empty texts.

        ``fresh`` says that a line has just begun.
        """
        lines: list[str] = []
        while (token := self._peek()).kind in {"space", "newline", "comment"}:
            if token.kind == "comment":
                lines.append(token.text.rstrip())
                fresh = False
            elif token.kind == "newline":
                if fresh and (not lines or lines[-1]):
                    lines.append("")
                fresh = True
            self._at += 1
        return lines

    def _fail(self, message: str, token: Token, hint: str = "") -> NoReturn:
        raise self._source.error(f"{message}.", token.start, hint)

    def _expected(self, what: str, hint: str = "") -> NoReturn:
        token = self._peek()
        names = {"end": "the end of the file", "newline": "the end of the line"}
        shown = token.text if len(token.text) <= 40 else f"{token.text[:40]}…"
        self._fail(f"Expected {what}, but found {names.get(token.kind, repr(shown))}", token, hint)

    # Objects

    def _object(self) -> Object:
        opening = self._next()
        self._enter(opening)
        found = self._entries(Object(start=opening.start), self._gap(), closing="}")
        closing = self._next()
        self._depth -= 1
        found.wide = "\n" in self._source.text[opening.start : closing.start]
        return found

    def _enter(self, token: Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"Objects and lists stand more than {MAX_DEPTH} deep in each other", token)

    def _entries(self, target: Object, before: list[str], closing: str) -> Object:
        while self._peek().kind != closing:
            if self._peek().kind == "end":
                line = self._source.place(target.start).line
                self._expected("'}'", f"The '{{' at line {line} is never closed.")
            entry = self._entry()
            entry.before[:0] = before
            target.entries.append(entry)
            entry.after, before, separated = self._separator()
            if not separated and self._peek().kind not in {closing, "end"}:
                self._expected("a comma, a new line or '}'" if closing == "}" else "a comma or a new line")
        target.closing += before
        return target

    def _separator(self) -> tuple[str, list[str], bool]:
        """The comment on the line, the comments below, and whether there was a comma or a new line."""
        after, separated = "", False
        self._spaces()
        if self._peek().kind == ",":
            self._next()
            separated = True
            self._spaces()
        if self._peek().kind == "comment":
            after = self._next().text.rstrip()
        broken = self._peek().kind == "newline"
        if broken:
            # The line's own end is no blank line.
            self._next()
        before = self._gap(fresh=broken)
        if self._peek().kind == "," and not separated:
            self._next()
            separated = True
            before += self._gap()
        return after, before, separated or broken or bool(after)

    def _entry(self) -> Entry | Include:
        token = self._peek()
        if token.kind == "text" and token.text == "include":
            return self._include()
        key: list[Token] = []
        while self._peek().kind in SIMPLE - {"reference"} or (key and self._peek().kind == "space"):
            key.append(self._next())
        while key and key[-1].kind == "space":
            key.pop()
        if not key:
            hint = "This '}' closes nothing." if token.kind == "}" else "Such a key needs double quotes."
            self._expected("a key or '}'" if self._depth else "a key", hint)
        path = read_path(self._source, key)
        entry = Entry(path, Scalar("", None), key="".join(part.text for part in key), start=token.start)
        behind = self._at
        above = self._gap()
        entry.before = above
        mark = self._peek()
        if mark.kind == "{":
            entry.value = self._value()
            return entry
        if mark.kind not in {"=", ":", "append"}:
            self._at = behind
            self._spaces()
            self._expected(f"'=', ':' or '{{' after the key {'->'.join(path)!r}")
        entry.append = self._next().kind == "append"
        if entry.append and self._lists:
            self._fail("'+=' does not work within a list", mark, "Write the whole list.")
        entry.before = above + self._gap()
        self._lists += entry.append
        entry.value = self._concatenation()
        self._lists -= entry.append
        return entry

    def _include(self) -> Include:
        token = self._next()
        parts = [token.text]
        while self._peek().kind in {"text", "space", "string"}:
            parts.append(self._next().text)
        raw = "".join(parts).rstrip()
        if '"' not in raw:
            self._expected("the quoted name of a file after 'include'", 'A key of this name needs quotes: "include".')
        return Include(raw, start=token.start)

    # Values

    def _concatenation(self) -> Value:
        start = self._peek().start
        parts: list[Value] = []
        pending: Token | None = None
        simple = False
        while True:
            token = self._peek()
            if token.kind == "space":
                pending = self._next()
                continue
            if token.kind not in _STARTS:
                break
            if pending and simple and token.kind in SIMPLE:
                parts.append(Scalar(pending.text, pending.text, pending.start))
            simple = token.kind in SIMPLE
            pending = None
            parts.append(self._value())
        if not parts:
            self._expected("a value")
        return parts[0] if len(parts) == 1 else Concatenation(parts, start)

    def _value(self) -> Value:
        token = self._peek()
        if token.kind == "{":
            return self._object()
        if token.kind == "[":
            return self._array()
        self._next()
        if token.kind == "reference":
            return self._reference(token)
        return Scalar(token.text, _meaning(token), token.start)

    def _reference(self, token: Token) -> Reference:
        optional = token.text.startswith("${?")
        skipped = 3 if optional else 2
        inner = Source(token.text[skipped:-1])
        shifted = [part._replace(start=part.start + token.start + skipped) for part in tokenize(inner)][:-1]
        while shifted and shifted[0].kind == "space":
            shifted.pop(0)
        while shifted and shifted[-1].kind == "space":
            shifted.pop()
        if not shifted:
            self._fail("A reference needs a name", token, "Write, say, ${database}.")
        return Reference(read_path(self._source, shifted), optional, token.text, token.start)

    def _array(self) -> Array:
        opening = self._next()
        self._enter(opening)
        self._lists += 1
        found = Array(start=opening.start)
        before = self._gap()
        while self._peek().kind != "]":
            if self._peek().kind not in _STARTS:
                self._expected("a value or ']'", f"The '[' is at line {self._source.place(opening.start).line}.")
            item = Item(self._concatenation(), before)
            found.items.append(item)
            item.after, before, separated = self._separator()
            if not separated and self._peek().kind != "]":
                self._expected("a comma, a new line or ']'")
        found.closing = before
        closing = self._next()
        self._depth -= 1
        self._lists -= 1
        found.wide = "\n" in self._source.text[opening.start : closing.start]
        return found


def _meaning(token: Token) -> str | int | float | bool | None:
    if token.kind in QUOTED:
        return string_value(token)
    if token.kind == "literal":
        return _LITERALS[token.text]
    if token.kind == "number":
        return int(token.text) if token.text.lstrip("-").isdigit() else float(token.text)
    return token.text
