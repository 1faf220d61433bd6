"""The usual way to have a Flink with a SQL Gateway: a JobManager, a TaskManager and a gateway, a JVM each."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

from first_row import first_row

from scaleph_lab.engines.flink_conf import ADD_OPENS

__all__ = ["start_three_jvms"]

_TASK_MEMORY = {
    "taskmanager.cpu.cores": "4",
    "taskmanager.memory.task.heap.size": "128m",
    "taskmanager.memory.task.off-heap.size": "0",
    "taskmanager.memory.framework.heap.size": "128m",
    "taskmanager.memory.framework.off-heap.size": "128m",
    "taskmanager.memory.network.min": "32m",
    "taskmanager.memory.network.max": "32m",
    "taskmanager.memory.managed.size": "64m",
    "taskmanager.memory.jvm-metaspace.size": "128m",
    "taskmanager.memory.jvm-overhead.min": "64m",
    "taskmanager.memory.jvm-overhead.max": "64m",
}


def start_three_jvms(java: Any, conf: Path, classpath: list[str], gateway_url: str) -> float:
    """Seconds from the start of all three to the first row."""
    command = [str(java.executable), "-Xmx256m", *ADD_OPENS, "-cp", ":".join(classpath)]
    configured = ["--configDir", str(conf)]
    memory = [part for key, value in _TASK_MEMORY.items() for part in ("-D", f"{key}={value}")]
    runtime = "org.apache.flink.runtime"
    commands = [
        [
            *command,
            f"{runtime}.entrypoint.StandaloneSessionClusterEntrypoint",
            *configured,
            "--executionMode",
            "cluster",
        ],
        [*command, f"{runtime}.taskexecutor.TaskManagerRunner", *configured, *memory],
        [*command, "org.apache.flink.table.gateway.SqlGateway"],
    ]
    environment = {**os.environ, "FLINK_CONF_DIR": str(conf)}
    begun = time.perf_counter()
    running = [
        subprocess.Popen(one, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for one in commands
    ]
    try:
        first_row(gateway_url)
        return time.perf_counter() - begun
    finally:
        for process in running:
            process.kill()
            process.wait()
