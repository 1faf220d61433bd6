"""Secrets: written and forgotten, by name; nobody reads a value here."""

from __future__ import annotations

from scaleph_lab.access.policy import Verb
from scaleph_lab.access.redaction import hide_in_logs
from scaleph_lab.access.secrets import SecretNotFoundError, checked_name, writable_store
from scaleph_lab.catalog.documents.secret import NewSecret, SecretNames
from scaleph_lab.catalog.services.base import Service

__all__ = ["Secrets"]


class Secrets(Service):
    """The first store of the settings that can be written. All raise `ForbiddenError`, `ConflictError` where there is
    no such store, and `PlatformError` where it fails."""

    resource = "secret"

    def list(self) -> SecretNames:
        """The names of its secrets."""
        self._ask(Verb.READ, None)
        store = writable_store()
        return SecretNames(names=store.names(), store=store.title)

    def put(self, name: str, new: NewSecret) -> None:
        """Keeps a secret, in the place of one before. Raises `ValidationError` for a name that serves not."""
        with self._writing(Verb.WRITE, name) as session:
            self._ask(Verb.WRITE, None)
            store = writable_store()
            value = new.value.get_secret_value()
            hide_in_logs(value, name)
            store.put(checked_name(name), value)
            session.add(self._action(Verb.WRITE, name, "done"))

    def delete(self, name: str) -> None:
        """Forgets a secret. Raises `SecretNotFoundError`."""
        with self._writing(Verb.DELETE, name) as session:
            self._ask(Verb.DELETE, None)
            store = writable_store()
            if not store.delete(checked_name(name)):
                raise SecretNotFoundError(f"There is no secret {name!r} in {store.title}.", path=name)
            session.add(self._action(Verb.DELETE, name, "done"))
