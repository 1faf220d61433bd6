"""Secrets in one encrypted file, for a user without a key ring: written by Scaleph Lab itself.

The file holds each secret as a token of Fernet; the keys are in a file beside it, the newest first, or in the variable
``SCALEPH_SECRETS_KEY``, as a platform mounts it. Both files are the user's alone (0600).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from scaleph_lab.errors import PlatformError
from scaleph_lab.settings import get_settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

__all__ = ["EncryptedSecrets"]

_KEY_VARIABLE = "SCALEPH_SECRETS_KEY"


class EncryptedSecrets:
    """The secrets of the setting ``secrets_file``. Any number of processes may write at once."""

    title = "the encrypted file"

    def get(self, name: str) -> str | None:
        """See `scaleph_lab.access.secrets.SecretStore`."""
        token = self._tokens().get(name)
        return None if token is None else self._decrypted(name, token)

    def place(self, name: str) -> str:
        """See `scaleph_lab.access.secrets.SecretStore`."""
        return f"the encrypted file (jupyter scaleph secret set {name})"

    def names(self) -> list[str]:
        """See `scaleph_lab.access.secrets.WritableSecretStore`."""
        return sorted(self._tokens())

    def put(self, name: str, value: str) -> None:
        """See `scaleph_lab.access.secrets.WritableSecretStore`."""
        with self._writing() as tokens:
            tokens[name] = self._fernet(make=True).encrypt(value.encode()).decode()

    def delete(self, name: str) -> bool:
        """See `scaleph_lab.access.secrets.WritableSecretStore`."""
        with self._writing() as tokens:
            return tokens.pop(name, None) is not None

    def rotate(self) -> int:
        """Makes a new key, encrypts all by it, and forgets those before; returns how many secrets there are.

        A process that is killed in it leaves all readable: the new key is there before the first secret uses it, and
        the old ones go last.
        """
        from cryptography.fernet import Fernet, InvalidToken

        if os.environ.get(_KEY_VARIABLE):
            raise PlatformError(
                f"The key is in the variable {_KEY_VARIABLE}, not in a file that could be changed.",
                hint="Put the new key before the old one there, separated by a comma, and set each secret anew.",
                path=_KEY_VARIABLE,
            )
        with self._writing() as tokens:
            self._fernet(make=True)
            new = Fernet.generate_key().decode()
            keys = [new, *_key_file().read_text(encoding="ascii").split()]
            _write(_key_file(), "\n".join(keys))
            fernet = self._fernet(make=False)
            try:
                tokens.update({name: fernet.rotate(token.encode()).decode() for name, token in tokens.items()})
            except InvalidToken as error:
                raise _unreadable("a secret") from error
            _write(_file(), json.dumps(tokens))
            _write(_key_file(), new)
            return len(tokens)

    def _decrypted(self, name: str, token: str) -> str:
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet(make=False).decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise _unreadable(f"the secret {name!r}") from error

    def _fernet(self, *, make: bool) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet

        given = os.environ.get(_KEY_VARIABLE, "").replace(",", " ").split()
        try:
            keys = given or _key_file().read_text(encoding="ascii").split()
        except FileNotFoundError:
            keys = []
        if not keys:
            if not make:
                raise _unreadable("the file of secrets")
            keys = [Fernet.generate_key().decode()]
            _write(_key_file(), keys[0])
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise PlatformError(
                "The key of the encrypted secrets is none.",
                hint="It is 32 bytes in URL-safe Base64, as cryptography's Fernet.generate_key() makes it.",
                path=_KEY_VARIABLE if given else str(_key_file()),
            ) from error

    def _tokens(self) -> dict[str, str]:
        try:
            found = json.loads(_file().read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise _unreadable("the file of secrets") from error
        return {str(name): str(token) for name, token in found.items()}

    @contextmanager
    def _writing(self) -> Iterator[dict[str, str]]:
        """The tokens, which are kept as they are at the end of the block."""
        _file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(f"{_file()}.lock"):
            tokens = self._tokens()
            yield tokens
            _write(_file(), json.dumps(tokens))


def _file() -> Path:
    return get_settings().secrets_file


def _key_file() -> Path:
    return _file().with_suffix(".key")


def _write(file: Path, text: str) -> None:
    """Whole or not at all, and never readable by others."""
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
    partial.replace(file)


def _unreadable(what: str) -> PlatformError:
    return PlatformError(
        f"No key opens {what}.",
        hint=f"The keys are in {_key_file()}, or in the variable {_KEY_VARIABLE}. Without the right one set it anew.",
        path=str(_file()),
    )
