"""SeaTunnel's Zeta server in the engine's process, driven through JPype."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any

import jpype

__all__ = ["ZetaRunner"]

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ZetaRunner:
    """A one-member Hazelcast cluster with SeaTunnel's REST."""

    def __init__(self, ports: dict[str, int]) -> None:
        self._maps = f"http://127.0.0.1:{ports['zeta']}/hazelcast/rest/maps"

    def start(self) -> None:
        """Starts the member and returns when its REST answers."""
        thread = jpype.JClass("java.lang.Thread")
        thread.attachAsDaemon()
        thread.currentThread().setContextClassLoader(jpype.JClass("java.lang.ClassLoader").getSystemClassLoader())
        try:
            jpype.JClass("org.apache.seatunnel.core.starter.seatunnel.SeaTunnelServer").main(
                jpype.JArray(jpype.JString)(0)
            )
        except jpype.JException as error:
            raise RuntimeError(str(error.stacktrace())) from error
        while self._running_jobs() is None:
            time.sleep(0.05)

    def busy(self) -> bool:
        """Whether a pipeline runs."""
        return bool(self._running_jobs())

    def alive(self) -> bool:
        """Whether the Hazelcast member still runs."""
        members = jpype.JClass("com.hazelcast.core.Hazelcast").getAllHazelcastInstances()
        return bool(members.size())

    def mend(self) -> str | None:
        """Nothing is known to break within it."""
        return None

    def close(self) -> None:
        """Leaves the cluster in order."""
        jpype.JClass("java.lang.Thread").attachAsDaemon()
        jpype.JClass("com.hazelcast.core.Hazelcast").shutdownAll()

    def train(self) -> None:
        """Zeta starts quickly enough without an archive."""

    def _running_jobs(self) -> list[Any] | None:
        try:
            with _OPENER.open(f"{self._maps}/running-jobs", timeout=5) as reply:
                return list(json.load(reply))
        except (OSError, ValueError):
            return None
