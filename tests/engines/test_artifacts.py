"""Jars against their lock."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from scaleph_lab.engines.artifacts import Artifact, ArtifactFolder, explain_os_error, read_lock
from scaleph_lab.engines.maven import fetch
from scaleph_lab.engines.model import Progress
from scaleph_lab.engines.profiles import engine_profiles
from scaleph_lab.errors import BrokenArtifactError, DiskFullError, OfflineError, PlatformError
from scaleph_lab.settings import reload_settings

MINLOG = next(a for a in read_lock(engine_profiles()["flink-1.20"].lock) if a.file == "minlog-1.2.jar")
JSR305 = next(a for a in read_lock(engine_profiles()["flink-1.20"].lock) if a.file == "jsr305-1.3.9.jar")


def artifact(content: bytes, file: str = "a.jar") -> Artifact:
    return Artifact("g:a:1", file, len(content), hashlib.sha256(content).hexdigest())


def test_a_file_is_whole_absent_or_broken(tmp_path: Path) -> None:
    folder, wanted = ArtifactFolder(tmp_path), artifact(b"whole")
    assert folder.missing([wanted]) == [wanted]
    (tmp_path / "a.jar").write_bytes(b"who")
    assert folder.missing([wanted]) == [wanted]
    (tmp_path / "a.jar").write_bytes(b"WHOLE")
    assert folder.missing([wanted]) == [wanted]
    (tmp_path / "a.jar").write_bytes(b"whole")
    assert folder.missing([wanted]) == []
    folder.verify([wanted])


def test_a_change_after_the_check_is_seen(tmp_path: Path) -> None:
    folder, wanted = ArtifactFolder(tmp_path), artifact(b"whole")
    (tmp_path / "a.jar").write_bytes(b"whole")
    assert folder.missing([wanted]) == []
    (tmp_path / "a.jar").write_bytes(b"WHOLE")
    assert folder.missing([wanted]) == [wanted]
    with pytest.raises(BrokenArtifactError, match=r"a\.jar is missing or broken"):
        folder.verify([wanted])


def test_a_damaged_download_is_not_adopted(tmp_path: Path) -> None:
    source = tmp_path / "download"
    source.write_bytes(b"WHOLE")
    folder, wanted = ArtifactFolder(tmp_path / "lib"), artifact(b"whole")
    assert not folder.adopt(wanted, source)
    source.write_bytes(b"whole")
    assert folder.adopt(wanted, source)
    assert (tmp_path / "lib" / "a.jar").read_bytes() == b"whole"


@pytest.mark.parametrize("profile", ["flink-1.18", "flink-1.20", "flink-2.3"])
def test_every_lock_pins_flink_itself(profile: str) -> None:
    found = engine_profiles()[profile]
    artifacts = read_lock(found.lock)
    assert f"flink-runtime-{found.flink_version}.jar" in {one.file for one in artifacts}
    assert len({one.file for one in artifacts}) == len(artifacts)
    assert all(len(one.sha256) == 64 and one.bytes > 0 for one in artifacts)


def test_offline_names_what_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALEPH_LAB_OFFLINE", "true")
    reload_settings()
    try:
        with pytest.raises(OfflineError, match=r"Flink lacks 1 jars .*minlog-1\.2\.jar"):
            fetch([MINLOG], ArtifactFolder(tmp_path), lambda progress: None, what="Flink")
    finally:
        monkeypatch.delenv("SCALEPH_LAB_OFFLINE")
        reload_settings()


@pytest.mark.parametrize("client", ["mvn", "jgo"])
def test_a_fetch_brings_what_lacks_and_counts_it(client: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real downloads of two small jars; without `mvn` on the PATH the other client does it."""
    if client == "jgo":
        monkeypatch.setenv("PATH", str(tmp_path))
    seen: list[Progress] = []
    folder = ArtifactFolder(tmp_path / "lib")
    fetch([MINLOG, JSR305], folder, seen.append, what="Two jars")
    assert folder.missing([MINLOG, JSR305], deep=True) == []
    assert (seen[-1].done_files, seen[-1].total_files) == (2, 2)
    assert seen[-1].done_bytes == seen[-1].total_bytes == MINLOG.bytes + JSR305.bytes
    assert [path.name for path in (tmp_path / "lib").glob(".fetch-*")] == []


def test_a_fetch_resumes_with_what_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = ArtifactFolder(tmp_path / "lib")
    fetch([MINLOG], folder, lambda progress: None, what="One jar")
    kept = (tmp_path / "lib" / MINLOG.file).stat().st_mtime_ns
    seen: list[Progress] = []
    fetch([MINLOG, JSR305], folder, seen.append, what="Two jars")
    assert (tmp_path / "lib" / MINLOG.file).stat().st_mtime_ns == kept
    assert min(progress.done_files for progress in seen) >= 1


def test_a_jar_that_is_not_what_the_lock_says_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    wrong = Artifact(MINLOG.coordinate, MINLOG.file, MINLOG.bytes, "0" * 64)
    with pytest.raises(BrokenArtifactError, match="checksum is not the one of the lock"):
        fetch([wrong], ArtifactFolder(tmp_path / "lib"), lambda progress: None, what="One jar")
    assert not (tmp_path / "lib" / MINLOG.file).exists()


def test_what_the_system_says_becomes_a_named_error() -> None:
    full = explain_os_error(OSError(errno.ENOSPC, "No space left on device"), Path("/cache"))
    assert isinstance(full, DiskFullError)
    assert "SCALEPH_LAB_CACHE_DIR" in full.hint
    denied = explain_os_error(PermissionError(errno.EACCES, "Permission denied"), Path("/cache"))
    assert type(denied) is PlatformError
    assert "Permission denied" in denied.message
