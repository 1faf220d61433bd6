"""What kind of name a place of a statement wants, by the words before it."""

from __future__ import annotations

from enum import Enum, auto

from scaleph_lab.sql.completion.scope import in_from_clause, scope_at
from scaleph_lab.sql.completion.tokens import Around, Token, enclosing
from scaleph_lab.sql.words import KEYWORDS

__all__ = ["Expected", "expected_at"]

_BEFORE_TABLE = {"FROM", "JOIN", "INTO", "OVERWRITE", "UPDATE", "DESCRIBE", "DESC"}
_WORDS = frozenset(KEYWORDS)
_OF_TABLES = {"DROP", "ALTER", "SHOW", "DESCRIBE", "DESC", "TRUNCATE", "ANALYZE", "SELECT", "WITH", "INSERT", "EXECUTE"}


class Expected(Enum):
    """What a name at the place would be."""

    TABLE = auto()
    DATABASE = auto()
    CATALOG = auto()
    EXPRESSION = auto()
    """A column, a function, an alias with a dot behind it."""
    TARGET_COLUMN = auto()
    """A column of the table of an INSERT."""
    OWN_COLUMN = auto()
    """A column that the CREATE TABLE itself lists."""
    OTHER = auto()
    """Keywords, or a name that is new."""


def expected_at(where: Around) -> Expected:
    """What the place of the cursor wants; qualifiers before it belong to the name."""
    tokens, place = where.tokens, where.place
    words = [token.word for token in tokens[:place]]
    if not words:
        return Expected.OTHER
    if named := _of_words(words[0], words):
        return named
    if _wants_table(where, words):
        return Expected.TABLE
    opening = enclosing(tokens, place)[0].first - 1
    if words[0] == "INSERT" and opening >= 2 and _is_target(words, opening):
        return Expected.TARGET_COLUMN
    if scope_at(tokens, place).in_query:
        is_second = _is_operand(tokens[place - 1]) and not where.qualifiers
        return Expected.OTHER if is_second else Expected.EXPRESSION
    lists_own = words[0] == "CREATE" and _lists_own_columns(words, opening)
    return Expected.OWN_COLUMN if lists_own else Expected.OTHER


def _wants_table(where: Around, words: list[str]) -> bool:
    first, before = words[0], words[-1]
    if before == "FROM" and _within_function(where):
        return False
    if where.tokens[where.place - 1].text == ",":
        return in_from_clause(where.tokens, where.place)
    return (
        before in _BEFORE_TABLE
        or (before in {"TABLE", "VIEW"} and first in _OF_TABLES)
        or (before == "LIKE" and first == "CREATE")
        or words[-2:] == ["IF", "EXISTS"]
    )


def _of_words(first: str, words: list[str]) -> Expected | None:
    """Of statements that are about catalogs and databases."""
    before = words[-1]
    rest = [word for word in words if word not in {"IF", "EXISTS"}]
    if before == "CATALOG" and first in {"USE", "DROP", "SHOW", "DESCRIBE", "DESC", "ALTER"}:
        return Expected.CATALOG
    if before in {"IN", "FROM"} and rest[:2] == ["SHOW", "DATABASES"]:
        return Expected.CATALOG
    if (words == ["USE"]) or (rest[-1:] == ["DATABASE"] and first in {"DROP", "ALTER", "DESCRIBE", "DESC"}):
        return Expected.DATABASE
    if before in {"IN", "FROM"} and first == "SHOW" and "COLUMNS" not in words:
        return Expected.DATABASE
    return None


def _is_operand(token: Token) -> bool:
    """Whether a name behind the token would be two in a row: a keyword comes, or an alias that is new."""
    if token.kind == "word":
        return token.word not in _WORDS
    return token.kind == "quoted" or token.text == ")" or token.text.isdigit()


def _within_function(where: Around) -> bool:
    """``EXTRACT(YEAR FROM …)`` and ``TRIM(' ' FROM …)`` have a FROM with an expression behind it."""
    group = enclosing(where.tokens, where.place)[0]
    named = where.tokens[group.first - 2].word if group.first >= 2 else ""
    return named in {"EXTRACT", "TRIM", "SUBSTRING", "OVERLAY"}


def _is_target(words: list[str], opening: int) -> bool:
    """Whether the parenthesis stands behind the table of an INSERT."""
    return any(word in {"INTO", "OVERWRITE"} for word in words[:opening]) and not {"SELECT", "VALUES"} & {
        *words[:opening]
    }


def _lists_own_columns(words: list[str], opening: int) -> bool:
    """Whether the place is one of ``PRIMARY KEY ( … )``, ``PARTITIONED BY ( … )`` or ``WATERMARK FOR …``."""
    behind = words[max(0, opening - 2) : max(0, opening)]
    return words[-2:] == ["WATERMARK", "FOR"] or behind in (["PRIMARY", "KEY"], ["PARTITIONED", "BY"])
