"""SeaTunnel's own engine, Zeta, as a supervised server: the quick runner of pipelines."""

from __future__ import annotations

import uuid
from pathlib import Path

from scaleph_lab.engines.flink_conf import ADD_OPENS, LOG4J2
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.launch import LaunchOrder
from scaleph_lab.engines.model import ProgressListener, ignore_progress
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_JAVA, SEATUNNEL_VERSION, SeaTunnelHome
from scaleph_lab.engines.supervisor import ProcessSupervisor, free_port
from scaleph_lab.settings import get_settings

__all__ = ["ZetaServer"]

_HAZELCAST = """\
hazelcast:
  cluster-name: {instance}
  network:
    rest-api:
      enabled: true
      endpoint-groups:
        CLUSTER_WRITE:
          enabled: true
        DATA:
          enabled: true
    join:
      tcp-ip:
        enabled: true
        member-list:
          - 127.0.0.1:{port}
    port:
      auto-increment: false
      port: {port}
    interfaces:
      enabled: true
      interfaces:
        - 127.0.0.1
  properties:
    hazelcast.socket.bind.any: false
    hazelcast.phone.home.enabled: false
    hazelcast.logging.type: log4j2
    hazelcast.operation.generic.thread.count: 8
"""

_SEATUNNEL = """\
seatunnel:
  engine:
    history-job-expire-minutes: 1440
    backup-count: 0
    print-execution-info-interval: 60
    slot-service:
      dynamic-slot: true
    checkpoint:
      interval: 300000
      timeout: 60000
      storage:
        type: localfile
        max-retained: 3
        plugin-config:
          namespace: {home}/checkpoints/
"""


class ZetaServer(ProcessSupervisor):
    """One Zeta server a user, on loopback, named ``zeta``."""

    def __init__(self) -> None:
        super().__init__("zeta")
        self.seatunnel = SeaTunnelHome()

    def ensure(self, progress: ProgressListener = ignore_progress) -> str:
        """The base URL of the running server's REST; it is assembled and started if it has to be."""
        record = self.ensure_running(progress)
        return f"http://127.0.0.1:{record.ports['zeta']}"

    def _prepare(self, listener: ProgressListener) -> None:
        find_java(SEATUNNEL_JAVA)
        self.seatunnel.ensure(listener)

    def _repair(self, listener: ProgressListener) -> bool:
        return self.seatunnel.repair(listener)

    def _order(self, *, archive: Path | None = None) -> LaunchOrder:
        settings = get_settings()
        java = find_java(SEATUNNEL_JAVA)
        port = free_port()
        instance = uuid.uuid4().hex
        conf = self._write_configuration(port, instance)
        return LaunchOrder(
            runner="zeta",
            name=self.name,
            instance=instance,
            version=SEATUNNEL_VERSION,
            java=str(java),
            libjvm=str(java.libjvm),
            jvm_options=[
                "-Xms64m",
                f"-Xmx{settings.heap}",
                "-XX:+UseSerialGC",
                "-Xrs",
                "-XX:+ExitOnOutOfMemoryError",
                f"-Dseatunnel.config={conf / 'seatunnel.yaml'}",
                f"-Dhazelcast.config={conf / 'hazelcast.yaml'}",
                f"-Dlog4j2.configurationFile={conf / 'log4j2.properties'}",
                f"-Djava.io.tmpdir={self.home / 'tmp'}",
                *ADD_OPENS,
            ],
            classpath=[
                *(str(jar) for jar in sorted((self.seatunnel.path / "lib").glob("*.jar"))),
                str(self.seatunnel.starter_for_zeta),
            ],
            conf=str(conf),
            ports={"zeta": port},
            runtime_file=str(self.runtime.path),
            activity_file=str(self._activity),
            idle_seconds=settings.idle_minutes * 60,
            start_seconds=settings.start_timeout_seconds,
        )

    def _write_configuration(self, port: int, instance: str) -> Path:
        conf = self.home / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        (conf / "hazelcast.yaml").write_text(_HAZELCAST.format(port=port, instance=instance), encoding="utf-8")
        (conf / "seatunnel.yaml").write_text(_SEATUNNEL.format(home=self.home), encoding="utf-8")
        (conf / "log4j2.properties").write_text(LOG4J2, encoding="utf-8")
        return conf

    def _environment(self) -> dict[str, str]:
        return {"SEATUNNEL_HOME": str(self.seatunnel.path)}
