"""The tokens of the statement around the cursor, and their parentheses. Nothing is judged here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaleph_lab.sql.identifiers import name_of
from scaleph_lab.sql.scripts import TOKEN

__all__ = ["Around", "Group", "Item", "Token", "around", "enclosing", "items", "tokens_of"]

_SET_BEGIN = ["STATEMENT", "SET", "BEGIN"]


@dataclass(frozen=True)
class Token:
    """A word, a quoted text, or a sign. ``start`` and ``end`` count characters of the script from 0."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """The word in capitals; empty for all else."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def is_name(self) -> bool:
        """Whether it may be a name: a word, or a text in back-ticks."""
        return self.kind == "word" or self.text.startswith("`")

    @property
    def name(self) -> str:
        """The name it stands for."""
        return name_of(self.text)

    @property
    def literal(self) -> str:
        """The text of a string literal, which may be open at its end."""
        inner = self.text[1:]
        return (inner.removesuffix("'") if len(self.text) > 1 else inner).replace("''", "'")


@dataclass(frozen=True)
class Group:
    """The tokens between two parentheses: indices of the first and of the one behind the last."""

    first: int
    last: int


Item = Token | Group


@dataclass(frozen=True)
class Around:
    """The statement in which the cursor is."""

    tokens: tuple[Token, ...]
    """All but the word that is being written, without blanks and comments."""
    cursor: int
    """The index of the first token after the cursor."""
    typed: Token | None
    """The word, name or literal before the cursor that is being written."""
    end: int
    """Where what is being written ends: the cursor, or after the closing quote that an editor put there."""
    in_comment: bool
    start: int
    """Where the statement begins."""
    stop: int
    """Where it ends, without its semicolon."""

    @property
    def words(self) -> list[str]:
        """The words before the cursor, in capitals; empty texts for other tokens."""
        return [token.word for token in self.tokens[: self.cursor]]

    @property
    def qualifiers(self) -> tuple[str, ...]:
        """The names with dots before what is being written."""
        names: list[str] = []
        index = self.cursor
        while index >= 2 and self.tokens[index - 1].text == "." and self.tokens[index - 2].is_name:
            names.append(self.tokens[index - 2].name)
            index -= 2
        return tuple(reversed(names))

    @property
    def place(self) -> int:
        """The index of the token where the path with its `qualifiers` begins."""
        return self.cursor - 2 * len(self.qualifiers)


def around(script: str, position: int) -> Around:
    """The statement around a position of the script.

    What is before it and what is behind are read apart: a quote that is open at the cursor, as it is while one
    types, does not swallow the rest.
    """
    before = list(TOKEN.finditer(script, 0, position))
    last = before[-1] if before else None
    in_comment = last is not None and _is_open(last, "comment", "hint")
    typed = None
    end = position
    if last is not None and not in_comment:
        if last.lastgroup == "word" or _is_open(last, "quoted"):
            typed = Token(str(last.lastgroup), last.group(), last.start())
            before.pop()
        elif last.lastgroup == "quoted" and last.group().startswith("`"):
            # The cursor stands behind a whole name.
            typed = Token("quoted", last.group(), last.start())
            before.pop()
    rest = position
    if typed is not None and typed.kind == "quoted" and _is_open(last, "quoted"):
        line = re.compile(rf"[^{typed.text[0]}\r\n;]*{typed.text[0]}").match(script, position)
        rest = line.end() if line else position
        end = position + 1 if script[position : position + 1] == typed.text[0] else position
    elif typed is not None:
        rest = re.compile(r"\w*").match(script, position).end()  # type: ignore[union-attr]  # it always matches
    start = max((token.end() for token in before if token.lastgroup == "end"), default=0)
    left = [token for token in tokens_of(script, 0, typed.start if typed else position) if token.start >= start]
    right: list[Token] = []
    for token in tokens_of(script, rest, len(script)):
        if token.kind == "end":
            break
        right.append(token)
    left = _without_set(left)
    return Around(
        tokens=(*left, *right),
        cursor=len(left),
        typed=typed,
        end=end,
        in_comment=in_comment,
        start=left[0].start if left else (typed.start if typed else position),
        stop=max([rest, *(token.end for token in right)]),
    )


def enclosing(tokens: Sequence[Token], index: int) -> list[Group]:
    """The groups of parentheses in which an index lies, the innermost first, and last the whole statement."""
    found: list[Group] = []
    depth = 0
    for opening in reversed(range(min(index, len(tokens)))):
        if tokens[opening].text == ")":
            depth += 1
        elif tokens[opening].text == "(":
            if depth:
                depth -= 1
            else:
                found.append(Group(opening + 1, _closing(tokens, opening + 1)))
    return [*found, Group(0, len(tokens))]


def items(tokens: Sequence[Token], group: Group) -> Iterator[tuple[int, Item]]:
    """What stands on a group's own level, with the index of each: tokens, and groups for what is in parentheses."""
    index = group.first
    while index < group.last:
        if tokens[index].text == "(" and tokens[index].kind == "other":
            closing = min(_closing(tokens, index + 1), group.last)
            yield index, Group(index + 1, closing)
            index = closing + 1
        else:
            yield index, tokens[index]
            index += 1


def tokens_of(script: str, start: int, end: int) -> Iterator[Token]:
    """The tokens between two offsets, without blanks, comments and hints."""
    for match in TOKEN.finditer(script, start, end):
        if match.lastgroup not in {"blank", "comment", "hint"}:
            yield Token(str(match.lastgroup), match.group(), match.start())


def _closing(tokens: Sequence[Token], first: int) -> int:
    depth = 1
    for index in range(first, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        if not depth:
            return index
    return len(tokens)


def _is_open(token: re.Match[str] | None, *kinds: str) -> bool:
    """Whether what comes next belongs to this comment or quoted text."""
    if token is None or token.lastgroup not in kinds:
        return False
    text = token.group()
    if token.lastgroup == "quoted":
        inner = text[1:]
        return (len(inner) - len(inner.rstrip(text[0]))) % 2 == 0
    if text.startswith("/*"):
        return len(text) < 4 or not text.endswith("*/")
    return True


def _without_set(tokens: list[Token]) -> list[Token]:
    """The tokens behind the beginning of a statement set."""
    for index in range(len(tokens) - 2):
        if [token.word for token in tokens[index : index + 3]] == _SET_BEGIN:
            return tokens[index + 3 :]
    return tokens
