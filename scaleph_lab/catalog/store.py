"""Where contents are kept: by their checksum, in a folder or in any store that fsspec knows.

What is written is staged beside, and becomes visible by a rename (on an object store by a copy) when it is whole.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

import fsspec
from fsspec.core import url_to_fs

from scaleph_lab.catalog.errors import StoreUnavailableError
from scaleph_lab.errors import DiskFullError, ValidationError
from scaleph_lab.settings import get_settings

__all__ = ["CHUNK", "ContentStore", "Staged", "open_store"]

CHUNK = 1024 * 1024
"""Bytes that are held at once."""

# s3fs would hold 50 MiB. S3 takes 10,000 blocks a file, so this is for more than the 64 GiB that may be uploaded.
_BLOCK = 8 * 1024 * 1024
_STAGED_SECONDS = 24 * 3600
_HINT = "See that it runs and that artifact_store_url names it; then try again."
_REFUSED = (OSError, ValueError, ImportError)


@dataclass(frozen=True)
class Staged:
    """A content that is written and whole, and that nobody sees yet."""

    path: str
    sha256: str
    size: int


class ContentStore:
    """Contents by their SHA-256, and the parts of uploads that are under way. All raise `StoreUnavailableError`."""

    def __init__(self, url: str) -> None:
        """Raises `ValidationError` for a URL that serves not."""
        try:
            self._fs, root = url_to_fs(url, use_listings_cache=False, skip_instance_cache=True)
        except _REFUSED as error:
            # The error's own text may show the URL, and with it a key.
            raise ValidationError(
                "The setting artifact_store_url is not the URL of a store.",
                hint="Such as file:///path or s3://bucket/folder; the latter needs pip install 'scaleph-lab[s3]'.",
                path="artifact_store_url",
            ) from error
        self._root = root.rstrip("/")

    def stage(self, chunks: Iterable[bytes]) -> Staged:
        """Writes a content beside; whoever staged it publishes or discards it. Raises `DiskFullError`."""
        path, sha256, size = f"{self._root}/staged/{uuid.uuid4().hex}", hashlib.sha256(), 0
        try:
            with _failures_in_words():
                self._fs.makedirs(self._parent(path), exist_ok=True)
                with self._fs.open(path, "wb", block_size=_BLOCK) as file:
                    for chunk in chunks:
                        file.write(chunk)
                        sha256.update(chunk)
                        size += len(chunk)
                    self._to_disk(file)
        except BaseException:
            self.discard(path)
            raise
        return Staged(path, sha256.hexdigest(), size)

    def publish(self, staged: Staged) -> None:
        """Makes a content visible by its checksum, unless it is there already."""
        if self.has(staged.sha256):
            self.discard(staged.path)
        else:
            self._move(staged.path, self._content(staged.sha256))

    def discard(self, path: str) -> None:
        """Removes what was staged, if it is there."""
        with _failures_in_words(), suppress(FileNotFoundError):
            if self._fs.exists(path):
                self._fs.rm_file(path)

    def has(self, sha256: str) -> bool:
        """Whether there is a content of this checksum."""
        with _failures_in_words():
            return bool(self._fs.exists(self._content(sha256)))

    def open(self, sha256: str) -> IO[bytes]:
        """A content as a file to read from, at any place."""
        return self._open(self._content(sha256))

    def open_staged(self, staged: Staged) -> IO[bytes]:
        """A content that is not published as a file to read from."""
        return self._open(staged.path)

    def read(self, sha256: str) -> Iterator[bytes]:
        """A content in chunks."""
        return self._chunks(self._content(sha256))

    def remove(self, sha256: str) -> None:
        """Removes a content, if it is there."""
        self.discard(self._content(sha256))

    def contents(self) -> Iterator[str]:
        """The checksums of all contents."""
        with _failures_in_words():
            found = self._fs.find(f"{self._root}/contents")
        return (path.rsplit("/", 1)[-1] for path in found)

    def publish_part(self, upload: str, offset: int, staged: Staged) -> None:
        """Makes a part of an upload visible at its offset, in the place of one that was there."""
        self._move(staged.path, self._part(upload, offset))

    def parts(self, upload: str) -> Iterator[bytes]:
        """All parts of an upload in their order, in chunks."""
        with _failures_in_words():
            paths = sorted(self._fs.find(self._parent(self._part(upload, 0))))
        for path in paths:
            yield from self._chunks(path)

    def uploads(self) -> set[str]:
        """The ids of the uploads that have parts."""
        with _failures_in_words():
            return {path.rsplit("/", 2)[-2] for path in self._fs.find(f"{self._root}/uploads")}

    def remove_parts(self, upload: str) -> None:
        """Removes all parts of an upload."""
        folder = self._parent(self._part(upload, 0))
        # Another process may be removing them, too.
        with _failures_in_words(), suppress(FileNotFoundError):
            if self._fs.exists(folder):
                self._fs.rm(folder, recursive=True)

    def sweep_staged(self, older_than_seconds: float = _STAGED_SECONDS) -> None:
        """Removes what was staged so long ago that its writer must have died."""
        with _failures_in_words():
            found = self._fs.find(f"{self._root}/staged")
        for path in found:
            with _failures_in_words(), suppress(FileNotFoundError):
                if time.time() - self._fs.modified(path).timestamp() > older_than_seconds:
                    self._fs.rm_file(path)

    def _content(self, sha256: str) -> str:
        return f"{self._root}/contents/{sha256[:2]}/{sha256}"

    def _part(self, upload: str, offset: int) -> str:
        return f"{self._root}/uploads/{upload}/{offset:020}"

    def _parent(self, path: str) -> str:
        return path.rsplit("/", 1)[0]

    def _move(self, source: str, target: str) -> None:
        with _failures_in_words():
            self._fs.makedirs(self._parent(target), exist_ok=True)
            if self._is_local:
                Path(source).replace(target)
            else:
                self._fs.mv(source, target)

    def _open(self, path: str) -> IO[bytes]:
        with _failures_in_words():
            return cast("IO[bytes]", self._fs.open(path, "rb", block_size=_BLOCK))

    def _chunks(self, path: str) -> Iterator[bytes]:
        with _failures_in_words(), self._open(path) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def _to_disk(self, file: Any) -> None:
        if self._is_local:
            file.flush()
            os.fsync(file.fileno())

    @property
    def _is_local(self) -> bool:
        return isinstance(self._fs, fsspec.get_filesystem_class("file"))


def open_store(catalog: str) -> ContentStore:
    """The part of the settings' store that is one catalog's, by its identity; opened once a process."""
    settings = get_settings()
    url = settings.artifact_store_url or (settings.state_dir / "artifacts").absolute().as_uri()
    return _opened(f"{url.rstrip('/')}/{catalog}")


@cache
def _opened(url: str) -> ContentStore:
    return ContentStore(url)


@contextmanager
def _failures_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFullError("There is no space left in the artifact store.", path="artifact_store_url") from error
        raise StoreUnavailableError(
            f"The artifact store does not do what is asked: {error.strerror or type(error).__name__}.",
            hint=_HINT,
            path="artifact_store_url",
        ) from error
    except _s3_failures() as error:
        raise StoreUnavailableError(
            f"The artifact store does not answer: {type(error).__name__}.", hint=_HINT, path="artifact_store_url"
        ) from error


def _s3_failures() -> tuple[type[Exception], ...]:
    # No OSError, and known only where s3fs has brought it.
    botocore = sys.modules.get("botocore.exceptions")
    return (botocore.BotoCoreError,) if botocore else ()
