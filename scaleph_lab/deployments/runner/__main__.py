"""Makes ``sql-runner.jar`` from its source; needs a JDK, and Flink's jars as arguments."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from scaleph_lab.deployments.runner import MAIN_CLASS, source_checksum

__all__ = ["main"]

_HERE = Path(__file__).parent
_OLDEST_JAVA = "8"
"""Flink's images of the 1.x releases come with Java 8 too."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    """Compiles, and packs the class with a manifest: the same source and compiler give the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        source = str(_HERE / "SqlRunner.java")
        options = ["--release", _OLDEST_JAVA, "-Xlint:-options", "-g:source,lines", "-d", folder]
        subprocess.run(["javac", *options, "-classpath", ":".join(sys.argv[1:]), source], check=True)
        lines = ["Manifest-Version: 1.0", f"Main-Class: {MAIN_CLASS}", f"Source-SHA-256: {source_checksum()[:40]}"]
        with zipfile.ZipFile(_HERE / "sql-runner.jar", "w", zipfile.ZIP_DEFLATED) as jar:
            _put(jar, "META-INF/MANIFEST.MF", "\r\n".join([*lines, "", ""]).encode())
            for each in sorted(Path(folder).rglob("*.class")):
                _put(jar, each.relative_to(folder).as_posix(), each.read_bytes())


def _put(jar: zipfile.ZipFile, name: str, content: bytes) -> None:
    jar.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
