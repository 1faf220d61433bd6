"""Zip files with a manifest and contents by their checksums; written and read without holding more than a piece."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from scaleph_lab.catalog.store import CHUNK, ContentStore
from scaleph_lab.errors import ValidationError

__all__ = ["ArchiveReader", "open_archive", "write_contents", "write_manifest"]

MANIFEST = "manifest.json"
_MAX_MANIFEST = 64 * 1024 * 1024
_CONTENTS = "contents/"
_BROKEN = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)


def write_manifest(archive: zipfile.ZipFile, manifest: Any) -> None:
    """Writes what the file says of itself."""
    archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))


def write_contents(archive: zipfile.ZipFile, store: ContentStore, checksums: Iterable[str]) -> None:
    """Writes each content once. Raises `StoreUnavailableError`."""
    for sha256 in sorted(set(checksums)):
        with archive.open(f"{_CONTENTS}{sha256}", "w", force_zip64=True) as target:
            for chunk in store.read(sha256):
                target.write(chunk)


class ArchiveReader:
    """A file that somebody gives; nothing in it is believed."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def manifest(self) -> Any:
        """What the file says of itself. Raises `ValidationError` where it is none of ours."""
        return json.loads(self._text(MANIFEST, _MAX_MANIFEST))

    def lines(self, name: str) -> Iterator[Any]:
        """The JSON of each line of a member; none where there is no such member."""
        if name not in self._archive.namelist():
            return
        with self._archive.open(name) as file:
            for line in file:
                yield json.loads(line)

    def content(self, sha256: str, size: int) -> Iterator[bytes]:
        """A content in chunks, `size` bytes and no more. Raises `ValidationError` where it lacks or is longer."""
        try:
            file = self._archive.open(f"{_CONTENTS}{sha256}")
        except KeyError as error:
            raise ValidationError(f"The file lacks the content {sha256[:12]}….", path="file") from error
        read = 0
        with file:
            while chunk := file.read(CHUNK):
                read += len(chunk)
                if read > size:
                    raise ValidationError(f"The content {sha256[:12]}… is longer than it says.", path="file")
                yield chunk

    def checksums(self) -> list[str]:
        """Of all contents."""
        return [name.removeprefix(_CONTENTS) for name in self._archive.namelist() if name.startswith(_CONTENTS)]

    def size_of(self, sha256: str) -> int:
        """Bytes of a content, as the file says."""
        return self._archive.getinfo(f"{_CONTENTS}{sha256}").file_size

    def _text(self, name: str, limit: int) -> bytes:
        with self._archive.open(name) as file:
            text = file.read(limit + 1)
        if len(text) > limit:
            raise ValidationError(f"{name} is larger than {limit:,} bytes.", path="file")
        return text


@contextmanager
def open_archive(file: IO[bytes]) -> Iterator[ArchiveReader]:
    """Reads a file. Raises `ValidationError` for one that is damaged, or no archive of ours."""
    try:
        with zipfile.ZipFile(file) as archive:
            if MANIFEST not in archive.namelist():
                raise ValidationError("The file is no archive of Scaleph Lab: it has no manifest.", path="file")
            yield ArchiveReader(archive)
    except _BROKEN as error:
        raise ValidationError(
            f"The file is damaged, or no archive of Scaleph Lab: {error}.", hint="Export it again.", path="file"
        ) from error
