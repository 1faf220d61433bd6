"""One engine for all processes of a user: started once, found, noticed when it dies, stopped whole."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from scaleph_lab.engines import Engine, JobManagerClient, get_engine
from scaleph_lab.engines.embedded import EmbeddedFlink
from scaleph_lab.engines.model import EngineState
from scaleph_lab.engines.profiles import get_profile
from scaleph_lab.engines.runtime_file import RuntimeFile, RuntimeRecord, process_of
from scaleph_lab.errors import ConflictError, EngineLostError, EngineStartError, NotFoundError
from scaleph_lab.settings import get_settings, reload_settings

ENSURE = "from scaleph_lab.engines import get_engine; print(get_engine().ensure().instance)"


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A state folder for one test, whose engine nobody else uses."""
    monkeypatch.setenv("SCALEPH_LAB_STATE_DIR", str(tmp_path / "state"))
    reload_settings()
    yield monkeypatch
    get_engine("flink-1.20").stop()
    monkeypatch.undo()
    reload_settings()


def processes_of(folder: Path) -> list[psutil.Process]:
    """All processes whose command names the folder."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(process.info["cmdline"] or ())
    ]


@pytest.mark.engine
@pytest.mark.parametrize("profile", ["flink-1.18", "flink-1.20", "flink-2.3"])
def test_each_profile_runs(flink: Callable[..., Engine], profile: str) -> None:
    endpoint = flink(profile).ensure()
    assert endpoint.flink_version == get_profile(profile).flink_version

    async def overview() -> dict[str, object]:
        async with JobManagerClient(endpoint.jobmanager_url) as manager:
            return await manager.overview()

    seen = asyncio.run(overview())
    assert seen["flink-version"] == endpoint.flink_version
    assert seen["taskmanagers"] == 1
    assert seen["slots-total"] == get_settings().slots


@pytest.mark.engine
def test_the_engine_listens_on_loopback_only(flink: Callable[..., Engine]) -> None:
    pid = flink().status().pid
    listening = [c.laddr.ip for c in psutil.Process(pid).net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert listening
    assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}


@pytest.mark.engine
def test_two_processes_that_start_at_once_share_one_engine(alone: pytest.MonkeyPatch) -> None:
    starters = [subprocess.Popen([sys.executable, "-c", ENSURE], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    instances = {starter.communicate(timeout=180)[0].strip() for starter in starters}
    assert len(instances) == 1
    assert len(processes_of(get_settings().state_dir)) == 1


@pytest.mark.engine
def test_a_killed_engine_is_seen_as_lost_and_started_anew(alone: pytest.MonkeyPatch) -> None:
    engine = get_engine("flink-1.20")
    first = engine.ensure()
    os.kill(engine.status().pid or 0, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while engine.status().state is EngineState.RUNNING and time.monotonic() < deadline:
        time.sleep(0.05)
    lost = engine.status()
    assert lost.state is EngineState.LOST
    assert "killed or it crashed" in lost.message
    assert engine.ensure().instance != first.instance


@pytest.mark.engine
def test_a_stop_leaves_no_process_and_no_file(alone: pytest.MonkeyPatch) -> None:
    engine = get_engine("flink-1.20")
    engine.ensure()
    assert engine.stop()
    assert processes_of(get_settings().state_dir) == []
    assert engine.status().state is EngineState.STOPPED
    assert not engine.stop()


@pytest.mark.engine
def test_an_idle_engine_stops_by_itself(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("SCALEPH_LAB_IDLE_MINUTES", "0.05")
    reload_settings()
    engine = get_engine("flink-1.20")
    engine.ensure()
    deadline = time.monotonic() + 40
    while engine.status().state is not EngineState.STOPPED and time.monotonic() < deadline:
        time.sleep(0.5)
    assert engine.status().state is EngineState.STOPPED
    assert "idle for" in engine.log_tail()


@pytest.mark.engine
def test_a_broken_jar_in_the_cache_is_fetched_again(alone: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = EmbeddedFlink(get_profile("flink-1.20")).assembly
    whole.ensure(lambda progress: None)
    shutil.copytree(whole.root, tmp_path / "cache" / "flink" / whole.root.name, copy_function=os.link)
    alone.setenv("SCALEPH_LAB_CACHE_DIR", str(tmp_path / "cache"))
    reload_settings()
    engine = EmbeddedFlink(get_profile("flink-1.20"))
    jar = next(engine.assembly.folder.path.glob("flink-csv-*.jar"))
    jar.unlink()
    jar.write_bytes(b"this is no jar")
    assert not engine.status().installed
    engine.ensure()
    assert engine.status().installed


@pytest.mark.engine
def test_a_jar_that_a_failing_disk_damaged_is_mended_by_the_start(alone: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither its size nor its time of change tells of it, so the start runs into it first."""
    whole = EmbeddedFlink(get_profile("flink-1.20")).assembly
    whole.ensure(lambda progress: None)
    lib = tmp_path / "cache" / "flink" / whole.root.name / "lib"
    shutil.copytree(whole.folder.path, lib, copy_function=os.link)
    jar = next(lib.glob("flink-clients-*.jar"))
    content, status = jar.read_bytes(), jar.stat()
    jar.unlink()
    jar.write_bytes(content[:-4096] + bytes(4096))
    os.utime(jar, ns=(status.st_atime_ns, status.st_mtime_ns))
    alone.setenv("SCALEPH_LAB_CACHE_DIR", str(tmp_path / "cache"))
    reload_settings()
    get_engine("flink-1.20").ensure()
    assert jar.read_bytes() == content


def test_a_fixed_port_that_is_taken_is_a_named_error(alone: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        alone.setenv("SCALEPH_LAB_GATEWAY_PORT", str(port))
        reload_settings()
        with pytest.raises(EngineStartError, match=f"Port {port} is taken"):
            EmbeddedFlink(get_profile("flink-1.20"))._order()


@pytest.mark.engine
def test_too_small_a_memory_is_named_and_the_next_start_works(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("SCALEPH_LAB_METASPACE", "8m")
    reload_settings()
    with pytest.raises(EngineStartError, match="memory is too small") as caught:
        get_engine("flink-1.20").ensure()
    assert "metaspace" in caught.value.hint
    alone.delenv("SCALEPH_LAB_METASPACE")
    reload_settings()
    get_engine("flink-1.20").ensure()


def test_a_pid_that_now_belongs_to_another_process_is_not_believed(tmp_path: Path) -> None:
    mine = psutil.Process()
    record = RuntimeRecord("e", "i", "1", mine.pid, mine.create_time(), "running", {}, "", 0)
    assert process_of(record) is not None
    assert process_of(replace(record, process_started=mine.create_time() - 100)) is None
    file = RuntimeFile(tmp_path / "runtime.json")
    file.write(record)
    assert file.read() == record
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.remove("another run")
    assert file.read() == record
    file.remove("i")
    assert file.read() is None


def test_a_damaged_runtime_file_is_as_none(tmp_path: Path) -> None:
    file = RuntimeFile(tmp_path / "runtime.json")
    file.path.write_text('{"name": "e"')
    assert file.read() is None


def test_an_unknown_engine_is_an_error_with_the_names_there_are() -> None:
    with pytest.raises(NotFoundError) as caught:
        get_engine("flink-0.9")
    assert "flink-1.20" in caught.value.hint


@pytest.mark.engine
def test_a_remote_engine_is_used_by_url_and_never_stopped(
    flink: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = flink().ensure()
    remote = {"gateway_url": endpoint.gateway_url, "jobmanager_url": endpoint.jobmanager_url}
    dead = {"gateway_url": "http://127.0.0.1:9", "jobmanager_url": "http://127.0.0.1:9"}
    monkeypatch.setenv("SCALEPH_LAB_REMOTE_ENGINES", json.dumps({"shared": remote, "dead": dead}))
    reload_settings()
    try:
        shared = get_engine("shared")
        assert shared.ensure().gateway_url == endpoint.gateway_url
        assert (shared.status().state, shared.status().flink_version) == (EngineState.RUNNING, endpoint.flink_version)
        with pytest.raises(ConflictError):
            shared.stop()
        assert get_engine("dead").status().state is EngineState.LOST
        with pytest.raises(EngineLostError, match="SQL Gateway of dead does not answer"):
            get_engine("dead").ensure()
    finally:
        monkeypatch.undo()
        reload_settings()
