"""``{{secret:NAME}}`` in a statement: the secret goes to the gateway, and comes back to nobody.

The reference is what notebooks, journals and errors hold. It is resolved just before a statement is sent; what Flink
answers (an error that quotes the statement, ``SHOW CREATE TABLE``) has the reference put back in the secret's place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scaleph_lab.access.secrets import SECRET_NAME, find_secret
from scaleph_lab.sql.faults import SqlError
from scaleph_lab.sql.variables import FilledStatement, fill

__all__ = ["Redactor", "has_references", "resolve_references"]

_REFERENCE = re.compile(rf"\{{\{{\s*secret:({SECRET_NAME})\s*\}}\}}")
_SHORT = 4
"""Shorter secrets are taken out only where they are a whole literal: ``1`` is everywhere."""


class Redactor:
    """Knows the secrets that were used, and puts their references in their place."""

    def __init__(self) -> None:
        self._references: dict[str, str] = {}

    def learn(self, secret: str, name: str) -> None:
        """From now on that secret is shown as a reference to ``name``."""
        if secret:
            # Inside a literal its quotes are doubled, inside double quotes they have backslashes.
            for written in (secret, _escaped(secret)):
                self._references[written] = self._references[written.replace("'", "''")] = f"{{{{secret:{name}}}}}"

    def text(self, text: str) -> str:
        """The text without secrets."""
        # The longest first: one secret may hold another.
        for secret, reference in sorted(self._references.items(), key=lambda item: -len(item[0])):
            if len(secret) >= _SHORT:
                text = text.replace(secret, reference)
            else:
                text = text.replace(f"'{secret}'", f"'{reference}'")
        return text

    def value(self, value: Any) -> Any:
        """A value of a listing without secrets."""
        return self.text(value) if self._references and isinstance(value, str) else value

    def error(self, error: SqlError) -> SqlError:
        """The same error without secrets, in its cause and notes too."""
        if not self._references:
            return error
        clean = error.moved(error.line, error.column, error.end_line, error.end_column)
        clean.message, clean.hint = self.text(error.message), self.text(error.hint)
        clean.trace = self.text(error.trace)
        clean.args = (clean.message,)
        return clean


def has_references(statement: str) -> bool:
    """Whether the statement names a secret."""
    return _REFERENCE.search(statement) is not None


def resolve_references(statement: str, redactor: Redactor, find: Callable[[str], str] = find_secret) -> FilledStatement:
    """The statement as it is sent, and the way back to places of the text as written. Blocking.

    Raises `SecretNotFoundError`.
    """

    def value_of(name: str) -> str:
        secret = find(name)
        redactor.learn(secret, name)
        return secret

    return fill(FilledStatement.as_written(statement).statement, _REFERENCE, value_of, _in_its_place)


def _in_its_place(secret: Any, match: re.Match[str]) -> Any:
    quoted = match.string[match.start() - 1 : match.start()] == '"' == match.string[match.end() : match.end() + 1]
    return _escaped(secret) if quoted else secret


def _escaped(secret: str) -> str:
    return secret.replace("\\", "\\\\").replace('"', '\\"')
