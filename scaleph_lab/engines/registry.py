"""Engines by name: the embedded profiles and the remote ones of the settings."""

from __future__ import annotations

from scaleph_lab.engines.embedded import EmbeddedFlink
from scaleph_lab.engines.model import Engine
from scaleph_lab.engines.profiles import engine_profiles
from scaleph_lab.engines.remote import RemoteFlink
from scaleph_lab.errors import NotFoundError
from scaleph_lab.settings import get_settings

__all__ = ["get_engine", "list_engines"]


def list_engines() -> list[Engine]:
    """All engines that can be chosen: embedded ones first, each group by name."""
    remotes = get_settings().remote_engines
    return [
        *(EmbeddedFlink(profile) for profile in engine_profiles().values()),
        *(RemoteFlink(name, remotes[name]) for name in sorted(remotes)),
    ]


def get_engine(name: str | None = None) -> Engine:
    """The engine of that name, at that URL of a SQL Gateway, or the default one.

    Raises `NotFoundError` with the names there are.
    """
    wanted = name or get_settings().engine
    if wanted.startswith(("http://", "https://")):
        return RemoteFlink.at(wanted)
    if remote := get_settings().remote_engines.get(wanted):
        return RemoteFlink(wanted, remote)
    if profile := engine_profiles().get(wanted):
        return EmbeddedFlink(profile)
    there_are = ", ".join([*engine_profiles(), *get_settings().remote_engines])
    raise NotFoundError(f"There is no engine {wanted!r}.", hint=f"There are: {there_are}.", path=wanted)
