"""What a connection test answers, and the words for what can go wrong."""

from __future__ import annotations

import importlib
import socket
import ssl
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

__all__ = ["ConnectionProblem", "Proven", "TestOutcome", "driver", "network_problem"]


@dataclass(frozen=True)
class Proven:
    """What a tester saw."""

    proof: str
    """``reachable`` (a port that accepts), ``authenticated`` (the login was taken) or ``queried`` (it answered one)."""
    version: str = ""
    note: str = ""
    """What a person should know, such as that no login was tried."""


class ConnectionProblem(Exception):
    """The test did not come through. ``cause`` is a word for programs."""

    def __init__(self, cause: str, message: str, hint: str = "", proof: str = "") -> None:
        super().__init__(message)
        self.cause = cause
        self.message = message
        self.hint = hint
        self.proof = proof


@dataclass(frozen=True)
class TestOutcome:
    """The answer of a connection test. It holds no secret."""

    __test__ = False

    ok: bool
    proof: str = ""
    version: str = ""
    latency_ms: float = 0.0
    cause: str = ""
    """``host_unknown``, ``refused``, ``timeout``, ``unreachable``, ``tls``, ``authentication``, ``not_found``,
    ``protocol``, ``driver_missing`` or ``failed``."""
    message: str = ""
    hint: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For the wire."""
        return asdict(self)

    def without(self, secrets: Iterable[str]) -> TestOutcome:
        """The same with each secret blotted out."""
        clean = self
        for secret in sorted((each for each in secrets if each), key=len, reverse=True):
            clean = replace(
                clean,
                message=clean.message.replace(secret, "***"),
                hint=clean.hint.replace(secret, "***"),
                version=clean.version.replace(secret, "***"),
            )
        return clean


def network_problem(error: BaseException, place: str) -> ConnectionProblem | None:  # noqa: PLR0911  one line a cause
    """The words for a failure of the network, also where a driver wraps it; none for another failure."""
    seen: BaseException | None = error
    for _ in range(8):
        if seen is None:
            return None
        if isinstance(seen, ssl.SSLError):
            return ConnectionProblem(
                "tls",
                f"TLS with {place} failed.",
                "Check whether the port speaks TLS, and whether its certificate is trusted.",
            )
        if isinstance(seen, socket.gaierror):
            return ConnectionProblem(
                "host_unknown", f"The host of {place} is unknown.", "Check its name, and the DNS of this machine."
            )
        if isinstance(seen, ConnectionRefusedError):
            return ConnectionProblem(
                "refused",
                f"{place} refused the connection.",
                "Check the port, and whether the server runs and listens there.",
            )
        if isinstance(seen, TimeoutError):
            return ConnectionProblem(
                "timeout", f"{place} did not answer in time.", "Check the address, and firewalls on the way."
            )
        if isinstance(seen, OSError) and seen.errno in {101, 113}:
            return ConnectionProblem(
                "unreachable", f"There is no way to {place}.", "Check the address and the network of this machine."
            )
        seen = seen.__cause__ or seen.__context__
    return None


def driver(module: str, package: str) -> Any:
    """The driver's module. Raises `ConnectionProblem`, which says what to install."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConnectionProblem(
            "driver_missing",
            f"The Python package {package} is not installed here.",
            f"pip install {package}, or all drivers: pip install 'scaleph-lab[datasources]'.",
        ) from error
