"""Hides the secrets of options, so that DDL can be shown and inputs be kept."""

from __future__ import annotations

import re

from scaleph_lab.sql.scripts import TOKEN

__all__ = ["HIDDEN", "is_secret", "mask_secrets"]

HIDDEN = "******"
"""What stands for a secret: the word that Flink itself uses (``GlobalConfiguration.HIDDEN_CONTENT``)."""

_SECRET_KEY = re.compile(
    r"passw(or)?d|passphrase|secret|token|credential|api[-.]?key|access[-.]?key|account\.key|private[-.]?key|service-key"
    r"|auth-params|basic-auth|jaas\.config|http-headers",
    re.IGNORECASE,
)
"""Flink's ``GlobalConfiguration.SENSITIVE_KEYS``, and what connectors call theirs."""
_REFERENCE = re.compile(r"'\{\{\s*secret:[^}']*\}\}'")
"""A reference tells nothing, see ``secret_references``."""
_SECRET_IN_URL = re.compile(
    r"(?P<before>[?&;](?:password|token|secret|sig)=)[^&;']+|(?<=://)[^/@'\s:]+:[^/@'\s]+(?=@)", re.I
)


def is_secret(key: str) -> bool:
    """Whether the value of an option of that name must not be shown."""
    return _SECRET_KEY.search(key) is not None


def mask_secrets(sql: str) -> str:
    """The text with the values of secret options, and passwords within URLs, replaced by `HIDDEN`."""
    parts: list[str] = []
    key = ""
    assigned = False
    for token in TOKEN.finditer(sql):
        text = token.group()
        if token.lastgroup == "quoted" and text.startswith("'"):
            if assigned and is_secret(key) and not _REFERENCE.fullmatch(text):
                text = f"'{HIDDEN}'"
            elif assigned:
                text = _SECRET_IN_URL.sub(lambda found: f"{found['before'] or ''}{HIDDEN}", text)
            key, assigned = ("" if assigned else text[1:-1]), False
        elif token.lastgroup not in {"blank", "comment"}:
            assigned = text == "=" and bool(key)
            key = key if assigned else ""
        parts.append(text)
    return "".join(parts)
