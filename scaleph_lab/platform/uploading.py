"""A whole upload, part by part: it goes on by itself where it was interrupted."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from scaleph_lab.catalog.documents.artifact import NewArtifact, Saved
from scaleph_lab.catalog.documents.base import read
from scaleph_lab.catalog.documents.upload import NewUpload, RevisionOf, Upload
from scaleph_lab.errors import ConflictError, UserError
from scaleph_lab.platform.remote import ServerUnreachableError
from scaleph_lab.platform.verbs import UploadVerbs

__all__ = ["upload"]

PART = 4 * 1024 * 1024
"""Bytes that are sent at once."""

_PATIENCE_SECONDS = 60

T = TypeVar("T")


def upload(
    uploads: UploadVerbs, file: Path, purpose: NewArtifact | RevisionOf, progress: Callable[[int, int], None]
) -> Saved:
    """See `scaleph_lab.platform.Platform.upload`."""
    place = {"create": purpose} if isinstance(purpose, NewArtifact) else {"save": purpose}
    try:
        facts = {"file_name": file.name, "size": file.stat().st_size, "sha256": _sha256(file)}
        new = read(NewUpload, {**facts, **place})
        begun = _insist(lambda: uploads.create(new))
        progress(begun.received, begun.size)
        _send(uploads, file, begun, progress)
    except OSError as error:
        raise UserError(f"The file cannot be read: {error.strerror}.", path=str(file)) from error
    return _insist(lambda: uploads.finish(begun.id))


def _send(uploads: UploadVerbs, file: Path, begun: Upload, progress: Callable[[int, int], None]) -> None:
    now = begun
    with file.open("rb") as source:
        while now.received < now.size:
            source.seek(now.received)
            data = source.read(min(PART, now.size - now.received))
            if not data:
                raise UserError("The file became shorter while it was sent.", path=str(file))
            now = _part(uploads, now, data)
            progress(now.received, now.size)


def _part(uploads: UploadVerbs, now: Upload, data: bytes) -> Upload:
    try:
        return uploads.send(now.id, now.received, data)
    except ServerUnreachableError:
        # It may have taken the part, and died before it said so.
        return _insist(lambda: uploads.get(now.id))
    except ConflictError as error:
        if error.path != "offset":
            raise
        return _insist(lambda: uploads.get(now.id))


def _insist(ask: Callable[[], T]) -> T:
    """Asks until the server answers; all that is asked here may be asked twice. Raises when it stays away."""
    end, pause = time.monotonic() + _PATIENCE_SECONDS, 0.2
    while True:
        try:
            return ask()
        except ServerUnreachableError:
            if time.monotonic() > end:
                raise
            time.sleep(pause)
            pause = min(2 * pause, 5)


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
