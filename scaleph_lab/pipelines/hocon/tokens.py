"""Cuts a HOCON text into tokens, by the rules of SeaTunnel's copy of Typesafe's tokenizer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from scaleph_lab.pipelines.hocon.source import Source

__all__ = ["QUOTED", "SIMPLE", "Token", "string_value", "tokenize"]

# Java's Character.isWhitespace, the spaces that do not break, and the byte order mark; a line's end stands apart.
_SPACE = " \\t\\x0b\\f\\r\\x1c-\\x1f\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_RESERVED = '$"{}\\[\\]:=,+#`^?!@*&\\\\'
_STRING = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'

QUOTED = frozenset({"triple", "string"})
SIMPLE = frozenset({*QUOTED, "literal", "number", "text", "reference"})
"""Kinds of tokens that make one string when they stand side by side."""

_TOKEN = re.compile(
    rf"""
    (?P<space>[{_SPACE}]+)
  | (?P<newline>\n)
  | (?P<comment>(?:\#|//)[^\n]*)
  | (?P<triple>\"\"\"[\s\S]*?\"{{3,}})
  | (?P<string>(?!\"\"\"){_STRING})
  | (?P<append>\+=)
  | (?P<mark>[{{}}\[\]:=,])
  | (?P<reference>\$\{{\??(?:(?!//)[^{{}}"\n\[\]:=,+\#`^?!@*&\\$]|{_STRING})*\}})
  | (?P<literal>true|false|null)
  | (?P<number>[0-9-][0-9eE+.-]*)
  | (?P<text>(?:(?!//)[^{_SPACE}\n{_RESERVED}])+)
    """,
    re.VERBOSE,
)
_OPEN_ESCAPE = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_LONG = 2**63


class Token(NamedTuple):
    """A piece of the text. ``kind`` is a group of the pattern, or the mark itself."""

    kind: str
    text: str
    start: int


def tokenize(source: Source) -> Iterator[Token]:
    """All tokens, and one of the kind ``end``. Raises `ConfigSyntaxError` where no token fits."""
    position, text = 0, source.text
    match = _TOKEN.match
    while position < len(text):
        found = match(text, position)
        if found is None:
            raise _broken(source, position)
        kind, piece = str(found.lastgroup), found[0]
        if kind == "mark":
            kind = piece
        elif kind == "number" and not _is_number(piece):
            if "+" in piece:
                at = position + piece.index("+")
                raise source.error("'+' is not allowed outside quotes.", at, "Put the whole value in double quotes.")
            kind = "text"
        yield Token(kind, piece, position)
        position = found.end()
    yield Token("end", "", len(text))


def string_value(token: Token) -> str:
    """What a quoted token says."""
    if token.kind == "triple":
        return token.text[3:-3]
    return str(json.loads(token.text))


def _is_number(text: str) -> bool:
    try:
        if re.search("[.eE]", text):
            return abs(float(text)) != float("inf")
        return -_LONG <= int(text) < _LONG
    except ValueError:
        return False


def _broken(source: Source, position: int) -> Exception:
    text = source.text
    if text.startswith('"""', position):
        return source.error('This """ is never closed.', position, 'Close the text with """.')
    if text[position] == '"':
        return _broken_string(source, position)
    if text.startswith("${", position):
        hint = "A reference is ${name}; a default, as in ${name:value}, needs double quotes around the whole value."
        return source.error("This reference is not closed, or its name has a reserved character.", position, hint)
    character = text[position]
    hint = "Put the key or the value in double quotes."
    if character == "+":
        return source.error("'+' is not followed by '='.", position, hint)
    if character == "$":
        return source.error("'$' is not followed by '{'.", position, hint)
    return source.error(f"{character!r} is not allowed outside quotes.", position, hint)


def _broken_string(source: Source, position: int) -> Exception:
    opened = _OPEN_ESCAPE.match(source.text, position)
    end = opened.end() if opened else position + 1
    if source.text[end : end + 1] == "\\":
        hint = "JSON's escapes are read here: write \\\\ for a backslash."
        return source.error(f"'{source.text[end : end + 2]}' is no escape.", end, hint)
    if source.text[end : end + 1] == "\t":
        return source.error("A tab stands in a quoted text.", end, 'Write \\t, or put the text between """.')
    hint = 'Close it with a double quote; a text of several lines stands between """.'
    return source.error("This quoted text is not closed on its line.", position, hint)
