"""The engine's process: ``python -m scaleph_lab.engines.child ORDER``.

It is the only place that imports `jpype`. The JVM lives in this process, driven by Python, so no Java source of ours
is needed; the process is the leader of a session of its own and outlives the kernel that started it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import psutil

from scaleph_lab.engines.launch import LaunchOrder
from scaleph_lab.engines.runtime_file import RuntimeFile, RuntimeRecord
from scaleph_lab.engines.session_leases import close_abandoned_sessions

__all__ = ["Runner", "main"]

TICK_SECONDS = 2.0


class Runner(Protocol):
    """A Java engine inside this process."""

    def start(self) -> None:
        """Starts it and returns when it answers; raises when it cannot."""

    def busy(self) -> bool:
        """Whether a job runs on it."""

    def alive(self) -> bool:
        """Whether it still serves."""

    def mend(self) -> str | None:
        """Mends what broke within it, as far as that can be done, and says what it did."""

    def close(self) -> None:
        """Stops it in order."""

    def train(self) -> None:
        """Does what most users do first, so that its classes go into the archive."""


def main() -> None:
    """Runs the engine until it is told to stop, is idle for too long, or breaks."""
    order = LaunchOrder.read(Path(sys.argv[1]))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    record = _record(order)
    runtime = RuntimeFile(Path(order.runtime_file))
    if not order.archive:
        runtime.write(record)
    code = 1
    try:
        _run(order, record, runtime, stop)
        code = 0
    except BaseException:  # noqa: BLE001  the log is all that is left to tell of it
        traceback.print_exc()
    finally:
        runtime.remove(order.instance)
        sys.stdout.flush()
        sys.stderr.flush()
        # Java's non-daemon threads must not keep a process that has been told to end.
        os._exit(code)


def _run(order: LaunchOrder, record: RuntimeRecord, runtime: RuntimeFile, stop: threading.Event) -> None:
    _start_jvm(order)
    runner = _runner(order)
    _log(f"{order.name} {order.version} starts on {order.java}")
    _within(order.start_seconds, runner, stop)
    if stop.is_set():
        return
    if order.archive:
        runner.train()
        _exit_jvm()
    runtime.write(replace(record, state="running", started_at=time.time()))
    _log(f"{order.name} answers on {order.ports}")
    reason = _watch(order, runner, stop)
    _log(f"{order.name} stops: {reason}")
    runtime.write(replace(record, state="stopping"))
    closing = threading.Thread(target=runner.close, daemon=True)
    closing.start()
    closing.join(8)


def _start_jvm(order: LaunchOrder) -> None:
    import jpype

    options = [*order.jvm_options]
    if order.archive:
        options.append(f"-XX:ArchiveClassesAtExit={order.archive}")
    jpype.startJVM(order.libjvm, *options, classpath=order.classpath, interrupt=False, convertStrings=False)


def _exit_jvm() -> None:
    import jpype

    # The archive is dumped on the JVM's own way out, which DestroyJavaVM would not reach while Flink's threads live.
    jpype.JClass("java.lang.System").exit(0)


def _runner(order: LaunchOrder) -> Runner:
    if order.runner == "flink":
        from scaleph_lab.engines.flink_runner import FlinkRunner

        return FlinkRunner(Path(order.conf), order.ports)
    from scaleph_lab.engines.zeta_runner import ZetaRunner

    return ZetaRunner(order.ports)


def _within(seconds: float, runner: Runner, stop: threading.Event) -> None:
    """Starts the runner, but not for longer than allowed, and not after a stop."""
    failure: list[BaseException] = []

    def start() -> None:
        try:
            runner.start()
        except BaseException as error:  # noqa: BLE001  raised again below, in the main thread
            failure.append(error)

    starting = threading.Thread(target=start, daemon=True, name="start")
    starting.start()
    deadline = time.monotonic() + seconds
    while starting.is_alive() and not stop.is_set():
        starting.join(0.02)
        if time.monotonic() > deadline:
            raise TimeoutError(f"the engine did not answer within {seconds:g} s")
    if failure:
        raise failure[0]


def _watch(order: LaunchOrder, runner: Runner, stop: threading.Event) -> str:
    """Waits until there is a reason to end, and returns it."""
    activity = Path(order.activity_file)
    last_busy = time.time()
    while not stop.wait(TICK_SECONDS):
        if not runner.alive():
            return "the engine ended by itself"
        if (mended := runner.mend()) is not None:
            _log(mended)
        if order.leases and (closed := close_abandoned_sessions(Path(order.leases), order.gateway_url)):
            _log(f"closed {len(closed)} sessions of processes that are gone")
        if not order.idle_seconds:
            continue
        last_used = max(last_busy, activity.stat().st_mtime if activity.exists() else 0)
        if time.time() - last_used > order.idle_seconds:
            if not runner.busy():
                return f"idle for {order.idle_seconds / 60:g} minutes"
            last_busy = time.time()
    return "told to"


def _record(order: LaunchOrder) -> RuntimeRecord:
    return RuntimeRecord(
        name=order.name,
        instance=order.instance,
        version=order.version,
        pid=os.getpid(),
        process_started=psutil.Process().create_time(),
        state="starting",
        ports=order.ports,
        java=order.java,
        started_at=time.time(),
    )


def _log(message: str) -> None:
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} scaleph-lab: {message}", flush=True)


if __name__ == "__main__":
    main()
