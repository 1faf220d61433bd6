"""Which process holds which session of a SQL Gateway, so that a killed one leaves none behind.

A gateway closes an idle session after ten minutes; until then the queries of a killed kernel hold their slots. A lease
is a file that names the session and its process. The embedded engine's process, and every process that opens a session,
closes those whose process is gone. Closing a session cancels its queries and leaves the jobs of its INSERTs.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

__all__ = ["SessionLease", "close_abandoned_sessions", "grant", "release"]

_SECONDS = 5.0


@dataclass(frozen=True)
class SessionLease:
    """One session and the process that opened it."""

    gateway_url: str
    handle: str
    pid: int
    process_started: float
    """The process's creation time: with the pid it names one process for ever."""

    @classmethod
    def mine(cls, gateway_url: str, handle: str) -> SessionLease:
        """A lease of this process."""
        return cls(gateway_url, handle, os.getpid(), psutil.Process().create_time())

    @property
    def held(self) -> bool:
        """Whether its process lives."""
        try:
            process = psutil.Process(self.pid)
            is_same = abs(process.create_time() - self.process_started) < 1
            return is_same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False
        except psutil.Error:
            # Somebody else's process: what cannot be seen is not taken away.
            return True


def grant(folder: Path, lease: SessionLease) -> None:
    """Writes the lease down."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"{lease.handle}.json"
    partial = file.with_suffix(f".{lease.pid}")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(asdict(lease)), encoding="utf-8")
    partial.replace(file)


def release(folder: Path, handle: str) -> None:
    """Forgets the lease of a session that was closed, or that is gone."""
    (folder / f"{handle}.json").unlink(missing_ok=True)


def close_abandoned_sessions(folder: Path, gateway_url: str | None = None) -> list[str]:
    """Closes the sessions whose process is gone, at one gateway or at all; returns their handles. Blocking.

    A gateway that does not answer keeps its leases for the next time, unless it is on this machine: its end was the
    sessions' end.
    """
    closed: list[str] = []
    for file in folder.glob("*.json"):
        lease = _read(file)
        if lease is None or lease.held or gateway_url not in {None, lease.gateway_url}:
            continue
        if _close(lease):
            closed.append(lease.handle)
            with suppress(FileNotFoundError):
                file.unlink()
    return closed


def _read(file: Path) -> SessionLease | None:
    try:
        return SessionLease(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _close(lease: SessionLease) -> bool:
    """Whether the session is gone now."""
    request = urllib.request.Request(f"{lease.gateway_url}/v1/sessions/{lease.handle}", method="DELETE")  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_SECONDS):
            return True
    except urllib.error.HTTPError:
        # The gateway does not know it any more.
        return True
    except OSError:
        return "//127.0.0.1" in lease.gateway_url
