"""Who works in this process."""

from __future__ import annotations

import getpass
import os

__all__ = ["current_user"]


def current_user() -> str:
    """The user of JupyterHub's whose server this process belongs to; else the one of the operating system.

    Where JupyterHub spawns all servers as one account, only the Hub tells its users apart.
    """
    return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()
