"""Secrets as files of a folder, as Kubernetes and Docker mount them."""

from __future__ import annotations

from scaleph_lab.errors import PlatformError
from scaleph_lab.settings import get_settings

__all__ = ["FileSecrets"]


class FileSecrets:
    """The file of that name in the folder ``secrets_dir``; one line end at its end is not part of the secret."""

    title = "files"

    def get(self, name: str) -> str | None:
        """See `scaleph_lab.access.secrets.SecretStore`."""
        file = get_settings().secrets_dir / name
        try:
            return file.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise PlatformError(
                f"The secret {name!r} cannot be read: {type(error).__name__}.",
                hint="It must be a UTF-8 text that you may read.",
                path=str(file),
            ) from None

    def place(self, name: str) -> str:
        """See `scaleph_lab.access.secrets.SecretStore`."""
        return f"the file {get_settings().secrets_dir / name}"
