"""A SQL script as the runner takes it: statements one by one, and no secret written out in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from scaleph_lab.errors import ValidationError
from scaleph_lab.sql.scripts import TOKEN, Statement, split_script
from scaleph_lab.sql.secret_references import Redactor, has_references, resolve_references
from scaleph_lab.sql.secrets import mask_secrets

__all__ = ["names_secrets", "resolved", "script_statements"]

_RUNS = frozenset({"ALTER", "CREATE", "DROP", "INSERT", "LOAD", "SET", "UNLOAD", "USE"})
_SHOWS = frozenset({"DESC", "DESCRIBE", "EXPLAIN", "SELECT", "SHOW", "TABLE", "VALUES", "WITH"})
_SET = re.compile(r"SET\s+'(?:''|[^'])*'\s*=\s*'(?:''|[^'])*'", re.IGNORECASE)


def script_statements(script: str) -> list[Statement]:
    """The statements, those of statement sets one by one: a deployment is one job anyway.

    Raises `ValidationError`, naming the line, for what a job cannot do and for a secret that is written out.
    """
    statements = [inner for each in split_script(script) for inner in _unpacked(each)]
    for each in statements:
        _check(each)
    if not any(each.keyword == "INSERT" for each in statements):
        raise ValidationError(
            "The script has no INSERT, so there is no job to deploy.",
            hint="A deployment runs INSERT INTO … SELECT …; a query alone has nobody to show its rows to.",
            path="script",
        )
    return statements


def names_secrets(statements: list[Statement]) -> bool:
    """Whether any of them has a ``{{secret:NAME}}``."""
    return any(has_references(each.text) for each in statements)


def resolved(text: str, find: Callable[[str], str]) -> str:
    """A statement with its secrets. Raises `SecretNotFoundError`."""
    return resolve_references(text, Redactor(), find).statement.text


def _unpacked(statement: Statement) -> list[Statement]:
    """The INSERTs of a statement set, or the statement itself."""
    tokens = [each for each in TOKEN.finditer(statement.text) if each.lastgroup not in {"blank", "comment"}]
    words = [each.group().upper() for each in tokens[:4]]
    if words not in (["BEGIN", "STATEMENT", "SET", ";"], ["EXECUTE", "STATEMENT", "SET", "BEGIN"]):
        return [statement]
    start, end = tokens[3].end(), tokens[-1].start()
    # What is before it stays as blanks, so that lines are counted as they are written.
    blank = re.sub(r"[^\n]", " ", statement.text[:start])
    inner = split_script(blank + statement.text[start:end])
    return [replace(each, line=each.line + statement.line - 1) for each in inner]


def _check(statement: Statement) -> None:
    where = f"line {statement.line}"
    if statement.keyword in _SHOWS:
        raise ValidationError(
            f"{statement.keyword} in {where} shows rows, and a deployment has nobody to show them to.",
            hint="Leave it out, or write its rows into a table by INSERT.",
            path="script",
        )
    if statement.keyword not in _RUNS:
        raise ValidationError(
            f"{statement.keyword or 'What stands'} in {where} is nothing that a deployed script can do.",
            hint=f"It can {', '.join(sorted(_RUNS))}.",
            path="script",
        )
    if statement.keyword == "SET" and not _SET.fullmatch(statement.text):
        raise ValidationError(f"SET in {where} names no option.", hint="Write SET 'option' = 'value';", path="script")
    if _makes_a_job(statement):
        raise ValidationError(
            f"CREATE … AS SELECT in {where} would be a job of its own.",
            hint="Make the table by CREATE TABLE, and fill it by INSERT.",
            path="script",
        )
    masked = mask_secrets(statement.text)
    if masked != statement.text:
        same = next(at for at, (one, other) in enumerate(zip(statement.text, masked, strict=False)) if one != other)
        line = statement.line + statement.text[:same].count("\n")
        raise ValidationError(
            f"Line {line} has a secret in clear.",
            hint="Keep it by jupyter scaleph secret set NAME, and write '{{secret:NAME}}' in its place.",
            path="script",
        )


def _makes_a_job(statement: Statement) -> bool:
    words = [each.group().upper() for each in TOKEN.finditer(statement.text) if each.lastgroup == "word"]
    made = next((word for word in words[1:] if word not in {"OR", "REPLACE", "TEMPORARY", "SYSTEM"}), "")
    return statement.keyword == "CREATE" and made == "TABLE" and ("AS", "SELECT") in pairwise(words)
