"""Stands for JupyterHub's identity provider: a token is the name of its user."""

from __future__ import annotations

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler


class TokenUsers(IdentityProvider):
    """Believes everybody."""

    def get_user_token(self, handler: JupyterHandler) -> User | None:
        """The user whom the request's token names."""
        name = self.get_token(handler)
        return User(username=name, display_name=name.title()) if name else None
