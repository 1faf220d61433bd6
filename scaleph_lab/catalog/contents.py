"""Contents between database and store: what is in a content, and that none is removed that a revision names."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.facts import ArtifactType
from scaleph_lab.catalog.jars import open_jar
from scaleph_lab.catalog.models.artifact import RevisionRow
from scaleph_lab.catalog.store import CHUNK, ContentStore, Staged
from scaleph_lab.errors import ValidationError

__all__ = ["MEDIA_TYPES", "inspect", "is_text", "lock_contents", "sweep", "sweep_all"]

MEDIA_TYPES: Mapping[ArtifactType, str] = {
    "JAR": "application/java-archive",
    "SQL": "application/sql",
    "SEATUNNEL": "application/json",
    "CDC": "application/yaml",
    "NOTEBOOK": "application/x-ipynb+json",
}

_LOCK = 0x5CA1E5
_MAX_JSON = 64 * 1024 * 1024


def is_text(kind: ArtifactType) -> bool:
    """Whether revisions of this type are texts."""
    return kind != "JAR"


def inspect(store: ContentStore, staged: Staged, kind: ArtifactType, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is found in a content. Raises `ValidationError` for one that its type does not allow."""
    if kind == "JAR":
        with store.open_staged(staged) as file:
            return open_jar(file, staged.size, str(facts.get("entry_class", ""))).model_dump(mode="json")
    _check_text(store, staged)
    if kind in {"NOTEBOOK", "SEATUNNEL"}:
        _check_json(store, staged, kind)
    return {}


def lock_contents(session: Session, *, to_remove: bool = False) -> None:
    """Until the transaction ends, contents are not removed; with `to_remove`, nobody else names or removes one.

    On SQLite a transaction that writes is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if to_remove else func.pg_advisory_xact_lock_shared
        session.execute(select(lock(_LOCK)))


def sweep(database: Database, store: ContentStore, candidates: Iterable[str]) -> int:
    """Removes those of the contents that no revision names, and counts them."""
    removed = 0
    for sha256 in set(candidates):
        with database.write() as session:
            lock_contents(session, to_remove=True)
            if session.scalar(select(RevisionRow.number).where(RevisionRow.sha256 == sha256).limit(1)) is None:
                store.remove(sha256)
                removed += 1
    return removed


def sweep_all(database: Database, store: ContentStore) -> int:
    """Removes all contents that no revision names: those of writers and sweepers that were killed."""
    there = set(store.contents())
    with database.read() as session:
        named = set(session.scalars(select(RevisionRow.sha256).distinct()))
    store.sweep_staged()
    return sweep(database, store, there - named)


def _check_text(store: ContentStore, staged: Staged) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with store.open_staged(staged) as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise ValidationError("The content is no text in UTF-8.", path="text") from error


def _check_json(store: ContentStore, staged: Staged, kind: ArtifactType) -> None:
    if staged.size > _MAX_JSON:
        raise ValidationError(f"The content is larger than {_MAX_JSON:,} bytes.", path="text")
    try:
        with store.open_staged(staged) as file:
            document = json.load(file)
    except (ValueError, RecursionError) as error:
        raise ValidationError(f"The content of a {kind} is JSON, and this is not: {error}.", path="text") from error
    if not isinstance(document, dict):
        raise ValidationError(f"The content of a {kind} is a JSON object.", path="text")
    if kind == "NOTEBOOK" and not isinstance(document.get("cells"), list):
        raise ValidationError("The notebook has no cells: it is none of the format 4.", path="text")
