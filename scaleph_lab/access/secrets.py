"""Secrets by name, from the stores of the settings.

A secret is written as a reference and resolved at the engine's door only. A store is a plug-in on the entry point group
``scaleph_lab.secret_stores``; the setting ``secret_stores`` names the stores that are asked, in their order.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

from scaleph_lab.access.redaction import hide_in_logs
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError
from scaleph_lab.settings import get_settings

__all__ = [
    "SECRET_NAME",
    "SecretNotFoundError",
    "SecretStore",
    "WritableSecretStore",
    "checked_name",
    "find_secret",
    "secret_stores",
    "writable_store",
]

ENTRY_POINT_GROUP = "scaleph_lab.secret_stores"
SECRET_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"  # noqa: S105  a pattern
"""A regular expression for the names of secrets."""


_NAME_HINT = "Letters, digits, '_', '-' and '.' make one."
_LONGEST_NAME = 200


class SecretNotFoundError(NotFoundError):
    """No store has a secret of that name."""

    code = "secret_not_found"


class SecretStore(Protocol):
    """Where secrets are kept. The plug-in is a class without arguments, made when it is first asked."""

    title: str
    """For a person, such as ``the environment``."""

    def get(self, name: str) -> str | None:
        """The secret of that name, or ``None`` where this store has none. Raises `ScalephError` when it cannot tell."""

    def place(self, name: str) -> str:
        """Where that secret would be kept here, for a hint."""


@runtime_checkable
class WritableSecretStore(SecretStore, Protocol):
    """A store that Scaleph Lab may write to."""

    def names(self) -> list[str]:
        """The names of its secrets, never their values."""

    def put(self, name: str, value: str) -> None:
        """Keeps a secret, in the place of one before."""

    def delete(self, name: str) -> bool:
        """Forgets a secret; whether there was one."""


@cache
def secret_stores() -> dict[str, SecretStore]:
    """All installed stores by name."""
    found = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name)
    return {entry.name: entry.load()() for entry in found}


def find_secret(name: str) -> str:
    """The secret of that name, from the first store that has it. Blocking: a key ring may ask its user.

    Raises `SecretNotFoundError`, which says where each store would keep it, and `NotFoundError` when the settings name
    a store that is not installed.
    """
    if not re.fullmatch(SECRET_NAME, name):
        raise SecretNotFoundError(f"{name!r} is no name of a secret.", hint=_NAME_HINT, path=name)
    stores = [_store(each) for each in get_settings().secret_stores]
    for store in stores:
        if (value := store.get(name)) is not None:
            hide_in_logs(value, name)
            return value
    places = "; ".join(store.place(name) for store in stores)
    raise SecretNotFoundError(f"There is no secret {name!r}.", hint=f"Put it into one of these: {places}.", path=name)


def checked_name(name: str) -> str:
    """The name. Raises `ValidationError` where it cannot be one of a secret."""
    if not re.fullmatch(SECRET_NAME, name) or len(name) > _LONGEST_NAME:
        raise ValidationError(f"{name!r} is no name of a secret.", hint=_NAME_HINT, path="name")
    return name


def writable_store() -> WritableSecretStore:
    """The first store of the settings that can be written. Raises `ConflictError` where none can."""
    for each in get_settings().secret_stores:
        store = _store(each)
        if isinstance(store, WritableSecretStore):
            return store
    raise ConflictError(
        "None of the secret stores of the settings can be written.",
        hint="Put 'encrypted' into the setting secret_stores.",
        path="secret_stores",
    )


def _store(name: str) -> SecretStore:
    stores = secret_stores()
    if name not in stores:
        raise NotFoundError(
            f"There is no secret store {name!r}.", hint=f"There are: {', '.join(stores)}.", path="secret_stores"
        )
    return stores[name]
