"""Secrets in environment variables, as JupyterHub's spawners and CI systems hand them over."""

from __future__ import annotations

import os
import re

__all__ = ["EnvironmentSecrets"]

_PREFIX = "SCALEPH_SECRET_"


class EnvironmentSecrets:
    """``pg-password`` is ``SCALEPH_SECRET_PG_PASSWORD``."""

    title = "the environment"

    def get(self, name: str) -> str | None:
        """See `scaleph_lab.access.secrets.SecretStore`."""
        return os.environ.get(_variable(name))

    def place(self, name: str) -> str:
        """See `scaleph_lab.access.secrets.SecretStore`."""
        return f"the variable {_variable(name)}"


def _variable(name: str) -> str:
    return _PREFIX + re.sub(r"\W", "_", name).upper()
