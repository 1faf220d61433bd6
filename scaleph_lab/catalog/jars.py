"""What a jar says of itself: read from its directory and a few small files, never unpacked."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from typing import IO

from scaleph_lab.catalog.documents.facts import JarFound
from scaleph_lab.errors import ValidationError

__all__ = ["open_jar"]

_MAX_ENTRIES = 200_000
_MAX_RATIO = 200
_MAX_SMALL = 64 * 1024 * 1024
"""Bytes that any jar may unpack to, however well it is packed."""
_MAX_FILE = 1024 * 1024
_MAX_SERVICES = 2000

_SERVICE = re.compile(r"META-INF/services/([\w.$]+)")
_FLINK = re.compile(r"META-INF/maven/org\.apache\.flink/flink-[^/]+/pom\.properties")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)


def open_jar(file: IO[bytes], size: int, entry_class: str = "") -> JarFound:
    """What is in a jar of `size` bytes.

    Raises `ValidationError` for what is no jar, for one that would unpack to far more than it is, and for one without
    the class `entry_class`.
    """
    try:
        with zipfile.ZipFile(file) as jar:
            _judge(jar, size)
            found = _found(jar)
            _find_class(jar, entry_class, found.main_class)
            return found
    except _BROKEN as error:
        raise ValidationError(f"The file is no jar that can be read: {error}.", path="file") from error


def _judge(jar: zipfile.ZipFile, size: int) -> None:
    entries = jar.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise ValidationError(f"The jar has {len(entries):,} entries; {_MAX_ENTRIES:,} are allowed.", path="file")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _MAX_SMALL and unpacked > _MAX_RATIO * size:
        raise ValidationError(
            f"The jar would unpack to {unpacked:,} bytes, more than {_MAX_RATIO} times its {size:,}.", path="file"
        )


def _found(jar: zipfile.ZipFile) -> JarFound:
    manifest = "META-INF/MANIFEST.MF"
    services: dict[str, list[str]] = {}
    versions = set()
    read = 0
    for entry in jar.infolist():
        service, is_flink = _SERVICE.fullmatch(entry.filename), _FLINK.fullmatch(entry.filename)
        if not service and not is_flink:
            continue
        read += 1
        if read > _MAX_SERVICES:
            raise ValidationError(f"The jar has more than {_MAX_SERVICES} service files.", path="file")
        # By the entry, not by its name: a careless merge leaves two entries of one name.
        text = _text(jar, entry)
        if service:
            services.setdefault(service[1], []).extend(_classes(text))
        else:
            versions.update(re.findall(r"^version\s*[=:]\s*(\S+)", text, re.MULTILINE))
    doubled = {
        name: [one for one, count in Counter(classes).items() if count > 1] for name, classes in services.items()
    }
    return JarFound(
        main_class=_main_class(_text(jar, jar.getinfo(manifest)) if manifest in jar.NameToInfo else ""),
        entries=len(jar.infolist()),
        services={name: [*dict.fromkeys(classes)] for name, classes in services.items()},
        duplicate_services={name: classes for name, classes in doubled.items() if classes},
        flink_versions=sorted(versions),
    )


def _text(jar: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    # The directory may lie about the size, so the reading itself is bounded.
    with jar.open(entry) as file:
        data = file.read(_MAX_FILE + 1)
    if len(data) > _MAX_FILE:
        raise ValidationError(f"{entry.filename} in the jar is larger than {_MAX_FILE:,} bytes.", path="file")
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")


def _classes(text: str) -> list[str]:
    names = (line.partition("#")[0].strip() for line in text.splitlines())
    return [name for name in names if name]


def _main_class(manifest: str) -> str:
    # A line of a manifest has at most 72 bytes; it goes on in the next one, which begins by a space.
    unfolded = re.sub(r"\r?\n ", "", manifest)
    found = re.search(r"^Main-Class:[ \t]*(\S+)", unfolded, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def _find_class(jar: zipfile.ZipFile, entry_class: str, main_class: str) -> None:
    if entry_class and f"{entry_class.replace('.', '/')}.class" not in jar.NameToInfo:
        raise ValidationError(
            f"The jar has no class {entry_class}.",
            hint=f"Its manifest names {main_class}." if main_class else "Its manifest names none.",
            path="facts.entry_class",
        )
