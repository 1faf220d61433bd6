"""Secrets in the key ring of the operating system, by the package ``keyring`` where it is installed."""

from __future__ import annotations

import importlib

from scaleph_lab.errors import PlatformError

__all__ = ["KeyringSecrets"]

_SERVICE = "scaleph-lab"


class KeyringSecrets:
    """The password of the user ``name`` for the service ``scaleph-lab``."""

    title = "the key ring"

    def get(self, name: str) -> str | None:
        """See `scaleph_lab.access.secrets.SecretStore`. Without a key ring there are no secrets in it."""
        try:
            keyring = importlib.import_module("keyring")
        except ModuleNotFoundError:
            return None
        try:
            value = keyring.get_password(_SERVICE, name)
        except keyring.errors.NoKeyringError:
            return None
        except keyring.errors.KeyringError as error:
            raise PlatformError(
                f"The key ring does not give the secret {name!r}: {type(error).__name__}.",
                hint="Unlock it, or take 'keyring' out of the setting secret_stores.",
                path=name,
            ) from None
        return None if value is None else str(value)

    def place(self, name: str) -> str:
        """See `scaleph_lab.access.secrets.SecretStore`."""
        return f"the key ring (pip install keyring; keyring set {_SERVICE} {name})"
