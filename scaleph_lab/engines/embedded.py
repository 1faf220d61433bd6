"""The embedded Flink: MiniCluster and SQL Gateway in one supervised process on this machine."""

from __future__ import annotations

import subprocess
import uuid
from contextlib import suppress
from pathlib import Path

import psutil

from scaleph_lab.engines.assembly import FlinkAssembly
from scaleph_lab.engines.flink_conf import flink_options, jvm_options, write_configuration
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.jdbc_drivers import driver_jars, parent_first_patterns
from scaleph_lab.engines.launch import LaunchOrder
from scaleph_lab.engines.model import (
    EngineEndpoint,
    EngineKind,
    EngineState,
    EngineStatus,
    Progress,
    ProgressListener,
    ignore_progress,
)
from scaleph_lab.engines.profiles import EngineProfile
from scaleph_lab.engines.runtime_file import RuntimeRecord, process_of
from scaleph_lab.engines.seatunnel_home import SeaTunnelHome, seatunnel_home_path
from scaleph_lab.engines.supervisor import ProcessSupervisor, free_port
from scaleph_lab.settings import get_settings

__all__ = ["EmbeddedFlink"]

TRAINING_SECONDS = 120


class EmbeddedFlink(ProcessSupervisor):
    """An `scaleph_lab.engines.model.Engine` of the kind ``embedded``."""

    def __init__(self, profile: EngineProfile) -> None:
        super().__init__(profile.name)
        self.profile = profile
        self.assembly = FlinkAssembly(profile)

    def ensure(self, progress: ProgressListener = ignore_progress) -> EngineEndpoint:
        """The endpoint of the running engine; it is assembled and started if it has to be."""
        return self._endpoint(self.ensure_running(progress))

    def status(self) -> EngineStatus:
        """The state as seen now, with what a person wants to know of the process."""
        record = self.runtime.read()
        process = process_of(record)
        state = self.state()
        shown = record if process is not None else None
        return EngineStatus(
            name=self.name,
            title=self.profile.title,
            kind=EngineKind.EMBEDDED,
            state=state,
            flink_version=self.profile.flink_version,
            installed=self.assembly.installed,
            gateway_url=_url(shown, "gateway"),
            jobmanager_url=_url(shown, "jobmanager"),
            pid=shown.pid if shown else None,
            started_at=shown.started_at if shown else None,
            memory_bytes=_memory(process),
            java=shown.java if shown else None,
            log_file=str(self.log_file) if self.log_file.exists() else None,
            message=_message(state, record, installed=self.assembly.installed),
            default=get_settings().engine == self.name,
            roles=self.profile.roles,
        )

    def _endpoint(self, record: RuntimeRecord) -> EngineEndpoint:
        return EngineEndpoint(
            name=self.name,
            flink_version=record.version,
            gateway_url=f"http://127.0.0.1:{record.ports['gateway']}",
            jobmanager_url=f"http://127.0.0.1:{record.ports['jobmanager']}",
            instance=record.instance,
        )

    def _prepare(self, listener: ProgressListener) -> None:
        java = find_java(self.profile.java_versions)
        self.assembly.ensure(listener)
        if "seatunnel" in self.profile.roles:
            SeaTunnelHome().ensure_drivers(listener)
        if not self.assembly.archive(java, self._classpath()).exists():
            listener(Progress("archive", "Making the class-data archive, once, for quick starts"))
            self._train()

    def _repair(self, listener: ProgressListener) -> bool:
        # Damaged without a change of size or time, as by a failing disk: only a fresh look at all of them tells.
        if not self.assembly.folder.missing(self.assembly.artifacts, deep=True):
            return False
        self.assembly.ensure(listener)
        return True

    def _train(self) -> None:
        """A run that only writes the archive. Without one the engine starts too, more slowly: never fail for it."""
        target = self.assembly.archive(find_java(self.profile.java_versions), self._classpath())
        partial = target.with_suffix(f".{uuid.uuid4().hex[:8]}")
        order = self._order(archive=partial)
        with suppress(subprocess.SubprocessError, OSError):
            self._launch(order).wait(TRAINING_SECONDS)
            partial.replace(target)
        partial.unlink(missing_ok=True)

    def _order(self, *, archive: Path | None = None) -> LaunchOrder:
        settings = get_settings()
        java = find_java(self.profile.java_versions)
        ports = {"gateway": free_port(settings.gateway_port), "jobmanager": free_port(settings.jobmanager_port)}
        options = flink_options(self.home, settings, gateway_port=ports["gateway"], jobmanager_port=ports["jobmanager"])
        if drivers := self._drivers():
            options["classloader.parent-first-patterns.additional"] = parent_first_patterns(drivers)
        conf = write_configuration(self.home, self.profile, options)
        flags = jvm_options(self.home, settings, conf)
        made = self.assembly.archive(java, self._classpath())
        if archive is None and made.exists():
            flags.append(f"-XX:SharedArchiveFile={made}")
        return LaunchOrder(
            runner="flink",
            name=self.name,
            instance=uuid.uuid4().hex,
            version=self.profile.flink_version,
            java=str(java),
            libjvm=str(java.libjvm),
            jvm_options=flags,
            classpath=self._classpath(),
            conf=str(conf),
            ports=ports,
            runtime_file=str(self.runtime.path),
            activity_file=str(self._activity),
            idle_seconds=settings.idle_minutes * 60,
            start_seconds=settings.start_timeout_seconds,
            archive=str(archive) if archive else "",
            leases=str(settings.leases_dir),
        )

    def _drivers(self) -> list[Path]:
        return driver_jars(seatunnel_home_path() / "lib") if "seatunnel" in self.profile.roles else []

    def _classpath(self) -> list[str]:
        return [*self.assembly.classpath, *map(str, self._drivers())]

    def _environment(self) -> dict[str, str]:
        # SeaTunnel's starter asks the JobManager's environment for its home; without it the JobManager's process ends.
        return {"FLINK_CONF_DIR": str(self.home / "conf"), "SEATUNNEL_HOME": str(seatunnel_home_path())}


def _url(record: RuntimeRecord | None, port: str) -> str | None:
    return f"http://127.0.0.1:{record.ports[port]}" if record else None


def _memory(process: psutil.Process | None) -> int | None:
    try:
        return int(process.memory_info().rss) if process else None
    except psutil.Error:
        return None


def _message(state: EngineState, record: RuntimeRecord | None, *, installed: bool) -> str:
    if state is EngineState.LOST and record is not None:
        return f"Its process {record.pid} is gone: it was killed or it crashed. The next statement starts it again."
    if state is EngineState.STOPPED:
        return "It starts with the first statement." if installed else "It is fetched with the first start."
    return ""
