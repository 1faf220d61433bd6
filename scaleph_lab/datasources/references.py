"""``{{secret:NAME}}`` as the value of a secret property, and the search for secrets where none may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from scaleph_lab.datasources.types import DataSourceType

__all__ = ["inline_secret", "is_reference", "reference", "resolve", "split"]

# The names are those of `scaleph_lab.access.secrets`; neighbours do not import each other, and a test compares them.
SECRET_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"  # noqa: S105  a pattern
_REFERENCE = re.compile(rf"\{{\{{\s*secret:({SECRET_NAME})\s*\}}\}}")
_WORDS = r"(?:password|passwd|pwd|secret|secret_?key|access_?key|api_?key|auth_?token|token)"
# The user's part of a URL may hold anything but a slash; a password may hold an @.
_USER_INFO = re.compile(r"://[^/\s:@]*:(?P<secret>[^/\s]+)@")
_PARAMETER = re.compile(rf"(?:^|[?&;,\s]){_WORDS}\s*=\s*(?P<secret>[\"']?[^&;,\s\"']+)", re.IGNORECASE)


def reference(name: str) -> str:
    """The reference to the secret of that name."""
    return f"{{{{secret:{name}}}}}"


def is_reference(value: Any) -> bool:
    """Whether the value is one reference and nothing else."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def inline_secret(value: str) -> bool:
    """Whether a password stands in a text such as ``jdbc:…?password=`` or ``https://user:pw@host``."""
    found = (*_USER_INFO.finditer(value), *_PARAMETER.finditer(value))
    return any(not is_reference(each["secret"]) for each in found)


def split(kind: DataSourceType, properties: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The open properties, and the names of the secrets by property. The properties have been checked before."""
    secrets = {name: properties[name] for name in kind.secret_fields if name in properties}
    plain = {name: value for name, value in properties.items() if name not in secrets}
    names = {name: match[1] for name, value in secrets.items() if (match := _REFERENCE.fullmatch(value))}
    return plain, names


def resolve(kind: DataSourceType, properties: Mapping[str, Any], find: Callable[[str], str]) -> dict[str, Any]:
    """The properties with secrets in the place of references, for a connection only. Blocking.

    Raises what ``find`` raises where there is no such secret.
    """
    plain, names = split(kind, properties)
    return {**plain, **{name: find(secret) for name, secret in names.items()}}
