"""MiniCluster and SQL Gateway in the engine's process, driven through JPype."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import jpype

__all__ = ["FlinkRunner"]

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class FlinkRunner:
    """Starts the cluster and the gateway side by side: each takes about as long as the other."""

    def __init__(self, conf: Path, ports: dict[str, int]) -> None:
        self._conf = conf
        self._gateway_url = f"http://127.0.0.1:{ports['gateway']}"
        self._jobmanager_url = f"http://127.0.0.1:{ports['jobmanager']}"
        self._cluster: Any = None
        self._failures: list[BaseException] = []
        self._gateway = threading.Thread(target=self._guarded, args=(self._run_gateway,), daemon=True, name="gateway")

    def start(self) -> None:
        """Starts both and returns when both answer."""
        _adopt_thread()
        cluster = threading.Thread(target=self._guarded, args=(self._start_cluster,), daemon=True, name="cluster")
        cluster.start()
        self._gateway.start()
        while cluster.is_alive() or not _answers(f"{self._gateway_url}/api_versions"):
            if self._failures:
                raise self._failures[0]
            if not self._gateway.is_alive():
                raise RuntimeError("the SQL Gateway ended while it started; its reason stands above")
            time.sleep(0.02)
        if self._failures:
            raise self._failures[0]

    def _guarded(self, work: Any) -> None:
        _adopt_thread()
        try:
            work()
        # jpype.JException is no Exception of a fixed module; it is raised again in `start`.
        except BaseException as error:  # noqa: BLE001
            if hasattr(error, "stacktrace"):
                print(error.stacktrace(), flush=True)
            self._failures.append(error)

    def _start_cluster(self) -> None:
        configuration = jpype.JClass("org.apache.flink.configuration.GlobalConfiguration").loadConfiguration(
            str(self._conf)
        )
        jpype.JClass("org.apache.flink.core.fs.FileSystem").initialize(configuration, None)
        builder = jpype.JClass("org.apache.flink.runtime.minicluster.MiniClusterConfiguration$Builder")()
        sharing = jpype.JClass("org.apache.flink.runtime.minicluster.RpcServiceSharing").SHARED
        slots = int(str(configuration.toMap().get("taskmanager.numberOfTaskSlots")))
        built = (
            builder.setConfiguration(configuration)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(slots)
            .setRpcServiceSharing(sharing)
            .build()
        )
        cluster = jpype.JClass("org.apache.flink.runtime.minicluster.MiniCluster")(built)
        cluster.start()
        self._cluster = cluster

    def _run_gateway(self) -> None:
        # It reads FLINK_CONF_DIR, which the supervisor set, and serves until the process ends.
        jpype.JClass("org.apache.flink.table.gateway.SqlGateway").main(jpype.JArray(jpype.JString)(0))

    def busy(self) -> bool:
        """Whether a job runs, by the JobManager's own count."""
        overview = _get(f"{self._jobmanager_url}/overview") or {}
        return int(overview.get("jobs-running", 0)) > 0

    def alive(self) -> bool:
        """Whether the gateway's thread lives and the cluster runs."""
        return self._gateway.is_alive() and bool(self._cluster.isRunning())

    def mend(self) -> str | None:
        """Starts another TaskManager where none is left, and says so.

        A task may take it down with a fatal error, as a query does that is cancelled while it starts (FLINK-39330);
        MiniCluster then goes on without, and each job waits for slots in vain.
        """
        overview = _get(f"{self._jobmanager_url}/overview")
        if overview is None or overview.get("taskmanagers") != 0:
            return None
        self._cluster.startTaskManager()
        return "started another TaskManager: a fatal error of a task, which stands above, ended the one before"

    def close(self) -> None:
        """Cancels the jobs and stops the cluster."""
        _adopt_thread()
        self._cluster.closeAsync().get()

    def train(self) -> None:
        """Opens a session and runs two small queries, so that their classes are in the archive."""
        url = f"{self._gateway_url}/v1/sessions"
        session = _post(url, {"properties": {}})["sessionHandle"]
        for statement in ("SHOW TABLES", "SELECT word, COUNT(*) FROM (VALUES ('a'), ('b')) AS t(word) GROUP BY word"):
            self._run_statement(f"{url}/{session}", statement)

    def _run_statement(self, session: str, statement: str) -> None:
        operation = _post(f"{session}/statements", {"statement": statement})["operationHandle"]
        uri: str | None = f"/v1/{session.split('/v1/')[1]}/operations/{operation}/result/0"
        deadline = time.monotonic() + 60
        while uri and time.monotonic() < deadline:
            page = _get(self._gateway_url + uri) or {}
            uri = page.get("nextResultUri")
            time.sleep(0.05)


def _adopt_thread() -> None:
    """Makes a Python thread one that Flink can load its classes from."""
    thread = jpype.JClass("java.lang.Thread")
    thread.attachAsDaemon()
    thread.currentThread().setContextClassLoader(jpype.JClass("java.lang.ClassLoader").getSystemClassLoader())


def _answers(url: str) -> bool:
    return _get(url) is not None


def _get(url: str) -> dict[str, Any] | None:
    try:
        with _OPENER.open(url, timeout=5) as reply:
            return dict(json.load(reply))
    except (OSError, urllib.error.URLError, ValueError):
        return None


def _post(url: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310  the scheme is ours
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with _OPENER.open(request, timeout=30) as reply:
        return dict(json.load(reply))
