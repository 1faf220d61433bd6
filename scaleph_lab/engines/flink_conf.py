"""The configuration and the JVM options of the embedded Flink: one process, loopback, small memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from scaleph_lab.engines.profiles import EngineProfile
from scaleph_lab.settings import Settings

__all__ = ["ADD_OPENS", "LOG4J2", "flink_options", "jvm_options", "write_configuration"]

ADD_OPENS = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in (
        "java.lang", "java.net", "java.io", "java.nio", "sun.nio.ch", "java.lang.reflect", "java.text", "java.time",
        "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks",
    )
)  # fmt: skip
"""What Flink's own scripts open (``env.java.opts.all`` in its default configuration): Kryo and Akka reflect."""

LOG4J2 = """\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.name = console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c [%t] %m%n
# Each fetch of a result page is a line at INFO.
logger.akka.name = org.apache.pekko
logger.akka.level = WARN
# SeaTunnel 2.3.4 prints its whole parsed configuration at INFO, passwords in clear.
logger.seatunnel.name = org.apache.seatunnel.core.starter.utils.ConfigBuilder
logger.seatunnel.level = WARN
"""


def flink_options(home: Path, settings: Settings, *, gateway_port: int, jobmanager_port: int) -> dict[str, str]:
    """Flink's options, flat, as both configuration formats take them.

    ``execution.target`` is ``remote`` and not ``local``: with ``local`` each statement would pay for a cluster of
    its own, and ``SHOW JOBS`` would fail.
    """
    return {
        "execution.target": "remote",
        "jobmanager.rpc.address": "127.0.0.1",
        "jobmanager.bind-host": "127.0.0.1",
        "taskmanager.bind-host": "127.0.0.1",
        "taskmanager.host": "127.0.0.1",
        "rest.address": "127.0.0.1",
        "rest.bind-address": "127.0.0.1",
        "rest.port": str(jobmanager_port),
        "rest.bind-port": str(jobmanager_port),
        "web.submit.enable": "true",
        # Also the age up to which the JobManager's REST answers from its cache, in milliseconds (3 s by default).
        "web.refresh-interval": "500",
        "web.upload.dir": str(home / "upload"),
        "io.tmp.dirs": str(home / "tmp"),
        # How old the metrics of a job's vertices may be, in milliseconds (10 s by default).
        "metrics.fetcher.update-interval": "1000",
        "execution.checkpointing.savepoint-dir": (home / "savepoints").as_uri(),
        "state.savepoints.dir": (home / "savepoints").as_uri(),
        "taskmanager.numberOfTaskSlots": str(settings.slots),
        "taskmanager.memory.network.min": "32m",
        "taskmanager.memory.network.max": "32m",
        "taskmanager.memory.managed.size": "64m",
        "parallelism.default": "1",
        "sql-gateway.endpoint.type": "rest",
        "sql-gateway.endpoint.rest.address": "127.0.0.1",
        "sql-gateway.endpoint.rest.bind-address": "127.0.0.1",
        "sql-gateway.endpoint.rest.port": str(gateway_port),
        # The gateway reads this same file: without a bind port of its own it would take the JobManager's.
        "sql-gateway.endpoint.rest.bind-port": str(gateway_port),
    }


def write_configuration(home: Path, profile: EngineProfile, options: Mapping[str, str]) -> Path:
    """Writes the configuration folder of a run and returns it."""
    folder = home / "conf"
    folder.mkdir(parents=True, exist_ok=True)
    # Flat `key: value` lines are both 1.18's own format and YAML; JSON's quoting keeps YAML from guessing types.
    quote = json.dumps if profile.config_file == "config.yaml" else str
    text = "".join(f"{key}: {quote(value)}\n" for key, value in options.items())
    (folder / profile.config_file).write_text(text, encoding="utf-8")
    (folder / "log4j2.properties").write_text(LOG4J2, encoding="utf-8")
    return folder


def jvm_options(home: Path, settings: Settings, conf: Path) -> list[str]:
    """Options of the engine's JVM, apart from the class-data archive."""
    return [
        # The default first size, a share of the machine, would count as resident before it is of use.
        "-Xms64m",
        f"-Xmx{settings.heap}",
        "-XX:+UseSerialGC",
        f"-XX:MaxMetaspaceSize={settings.metaspace}",
        *(["-XX:TieredStopAtLevel=1"] if settings.fast_start else []),
        # Python handles the signals, so that a stop is orderly.
        "-Xrs",
        # A JVM out of memory only limps on; a dead one is detected and started again.
        "-XX:+ExitOnOutOfMemoryError",
        f"-Djava.io.tmpdir={home / 'tmp'}",
        f"-Dlog4j.configurationFile={(conf / 'log4j2.properties').as_uri()}",
        *ADD_OPENS,
    ]
