"""Cutting a SQL script into statements. Only splitting is ours: whether the SQL is right, the gateway says.

A statement ends at a ``;`` outside comments, quotes and back-ticks. ``… STATEMENT SET BEGIN … END`` is one
statement with semicolons inside. ``BEGIN STATEMENT SET; … END;`` is sent in that same form, because one call
cannot leave the session half way in a set when a statement of the set is refused.

Source: the SQL Gateway takes one statement a call ("only single statement supported"), and Flink's parser
knows ``--``, ``//`` and ``/* */`` comments, ``/*+ … */`` hints (which are no comments), quotes with ``''``
and names in back-ticks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["TOKEN", "Statement", "is_finished", "split_script"]

TOKEN = re.compile(
    r"""
      (?P<blank>   \s+ )
    | (?P<hint>    /\*\+.*?(?:\*/|\Z) )
    | (?P<comment> --[^\r\n]* | //[^\r\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<quoted>  '(?:''|[^'])*(?:'|\Z) | `(?:``|[^`])*(?:`|\Z) | "(?:""|[^"])*(?:"|\Z) )
    | (?P<end>     ; )
    | (?P<word>    [^\W\d]\w* )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
"""The tokens that matter for cutting, and for quoting what is put in; each match's ``lastgroup`` is its kind."""
_BEGIN_SET = ["BEGIN", "STATEMENT", "SET"]
_SET_BEGIN = ["STATEMENT", "SET", "BEGIN"]
_SENT_PREFIX = "EXECUTE STATEMENT SET BEGIN"


@dataclass(frozen=True)
class Statement:
    """One statement of a script. ``offset`` counts characters from 0, ``line`` and ``column`` from 1."""

    text: str
    """As it stands in the script, without the closing semicolon and the comments around it."""
    offset: int
    line: int
    column: int
    keyword: str
    """Its first word in capitals, such as ``SELECT``; empty when it begins with no word."""
    set_prefix: str = ""
    """``BEGIN STATEMENT SET;`` as written, where the statement is such a set."""

    @property
    def sql(self) -> str:
        """The text that is sent to the gateway."""
        if not self.set_prefix:
            return self.text
        # The line breaks of the prefix stay, so that the lines Flink counts are the script's.
        breaks = "\n" * self.set_prefix.count("\n")
        return f"{_SENT_PREFIX}{breaks}{self.text[len(self.set_prefix) :]}"

    def locate(self, line: int, column: int) -> tuple[int, int]:
        """The script's line and column of a place that Flink named in `sql`."""
        if self.set_prefix:
            sent = len(_SENT_PREFIX) if "\n" not in self.set_prefix else 0
            written = len(self.set_prefix.rpartition("\n")[2])
            if line == self.set_prefix.count("\n") + 1 and column > sent:
                column += written - sent
        return (self.line + line - 1, column + self.column - 1 if line == 1 else column)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    offset: int

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "word" else ""

    @property
    def end(self) -> int:
        return self.offset + len(self.text)


@dataclass(frozen=True)
class _Piece:
    """What stands between two semicolons; ``end`` is the offset after the closing one."""

    tokens: tuple[_Token, ...]
    end: int

    @property
    def words(self) -> list[str]:
        return [token.word for token in self.tokens]


def split_script(script: str) -> list[Statement]:
    """The statements of a script, in order; pieces of comments and blanks alone are none."""
    pieces = list(_pieces(script))
    statements: list[Statement] = []
    index = 0
    while index < len(pieces):
        last = _set_end(pieces, index)
        statements.append(_statement(script, pieces[index], pieces[last]))
        index = last + 1
    return statements


def is_finished(script: str) -> bool:
    """Whether a script ends where a statement ends: with its semicolon, outside of comments and sets."""
    tokens = list(TOKEN.finditer(script))
    if any(_is_open_comment(token) for token in tokens[-1:]):
        return False
    kinds = [token.lastgroup for token in tokens if token.lastgroup not in {"blank", "comment"}]
    if not kinds:
        return True
    pieces = list(_pieces(script))
    # The semicolons within a set belong to its piece, the one behind a statement does not.
    closed = kinds[-1] == "end" and (not pieces or pieces[-1].tokens[-1].kind != "end")
    return closed and not any(
        piece.words == _BEGIN_SET and _set_end(pieces, index) == index for index, piece in enumerate(pieces)
    )


def _is_open_comment(token: re.Match[str]) -> bool:
    text = token.group()
    return token.lastgroup == "comment" and text.startswith("/*") and (len(text) < 4 or not text.endswith("*/"))


def _pieces(script: str) -> Iterator[_Piece]:
    """Cuts at semicolons; the semicolons of a ``STATEMENT SET BEGIN … END`` do not cut."""
    tokens: list[_Token] = []
    in_set = False
    for match in TOKEN.finditer(script):
        token = _Token(str(match.lastgroup), match.group(), match.start())
        if token.kind in {"blank", "comment"}:
            continue
        if token.kind != "end" or in_set:
            tokens.append(token)
            # A CASE has its END too: the set's own follows a semicolon.
            ends_set = token.word == "END" and len(tokens) > 1 and tokens[-2].kind == "end"
            begins_set = [each.word for each in tokens[-len(_SET_BEGIN) :]] == _SET_BEGIN
            in_set = begins_set or (in_set and not ends_set)
        elif tokens:
            yield _Piece(tuple(tokens), token.end)
            tokens = []
    if tokens:
        yield _Piece(tuple(tokens), len(script))


def _set_end(pieces: list[_Piece], index: int) -> int:
    """The index of the piece that ends the set which begins at ``index``, or ``index`` itself.

    A set without its END stays in single statements: it may be continued in another cell.
    """
    if pieces[index].words != _BEGIN_SET:
        return index
    ends = (last for last in range(index + 1, len(pieces)) if pieces[last].words == ["END"])
    return next(ends, index)


def _statement(script: str, first: _Piece, last: _Piece) -> Statement:
    start = first.tokens[0].offset
    before = script[:start]
    return Statement(
        text=script[start : last.tokens[-1].end],
        offset=start,
        line=before.count("\n") + 1,
        column=start - (before.rfind("\n") + 1) + 1,
        keyword=first.tokens[0].word,
        set_prefix=script[start : first.end] if last is not first else "",
    )
