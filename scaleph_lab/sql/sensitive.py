"""Which options hold secrets, and statements without their values.

Source: Flink's ``GlobalConfiguration.SENSITIVE_KEYS``; ``pwd`` and ``credential`` are added, which connectors use.
"""

from __future__ import annotations

import re

__all__ = ["is_sensitive", "masked"]

_KEYS = (
    "password",
    "pwd",
    "secret",
    "credential",
    "fs.azure.account.key",
    "apikey",
    "api-key",
    "access-key",
    "access.key",
    "auth-params",
    "service-key",
    "token",
    "basic-auth",
    "jaas.config",
    "http-headers",
)
_OPTION = re.compile(r"'((?:''|[^'])*)'(\s*=\s*)'((?:''|[^'])*)'")
_REFERENCE = re.compile(r"\{\{\s*secret:[^}]*\}\}")


def is_sensitive(key: str) -> bool:
    """Whether values of this option are not to be shown."""
    lower = key.lower()
    return any(word in lower for word in _KEYS)


def masked(statement: str) -> str:
    """The statement with stars for the values of sensitive options; references to secrets stay."""

    def mask(match: re.Match[str]) -> str:
        key, equals, value = match.groups()
        hidden = is_sensitive(key) and not _REFERENCE.fullmatch(value)
        return f"'{key}'{equals}'******'" if hidden else match.group()

    return _OPTION.sub(mask, statement)
