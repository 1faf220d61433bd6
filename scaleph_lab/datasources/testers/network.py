"""Whether a port accepts connections: the first step of the other testers, and all that some types can have."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven, network_problem

__all__ = ["address_of", "reach", "tcp"]

_NOTE = "The port accepts connections; no login was tried."


def reach(host: str, port: int, seconds: float) -> None:
    """Connects and hangs up. Raises `ConnectionProblem`."""
    try:
        socket.create_connection((host, port), timeout=seconds).close()
    except (OSError, UnicodeError) as error:
        place = f"{host}:{port}"
        raise network_problem(error, place) or ConnectionProblem("failed", f"{place} cannot be reached.") from error


def address_of(text: str, port: int | None) -> tuple[str, int]:
    """Host and port of the first address of a text such as ``thrift://host:9083`` or ``host:2181,other:2181``.

    Raises `ConnectionProblem` where there is none.
    """
    first = text.split(",", maxsplit=1)[0].strip()
    try:
        parts = urlsplit(first if "://" in first else f"//{first}")
        default = port or {"http": 80, "https": 443}.get(parts.scheme)
        found = parts.hostname, parts.port or default
    except ValueError as error:
        raise ConnectionProblem("failed", f"{first!r} is no address.", "It must be host:port.") from error
    if not found[0] or not found[1]:
        raise ConnectionProblem("failed", f"{first!r} names no server.", "It must be host:port.")
    return found[0], found[1]


def tcp(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Proves ``reachable`` and says that it is no more."""
    if named := test.get("address"):
        text = properties.get(named) or properties.get(test.get("otherwise", "")) or ""
        host, port = address_of(text, test.get("port"))
    else:
        host, port = properties["host"], properties["port"]
    reach(host, port, seconds)
    return Proven("reachable", note=_NOTE)
