"""Requests that carry a key are done once, however often they are sent."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.idempotency import IdempotencyRow
from scaleph_lab.errors import ConflictError, ValidationError

__all__ = ["KEPT_HOURS", "RequestKey", "keep_key", "subject_of"]

KEPT_HOURS = 24
"""How long a key is known after its request."""


@dataclass(frozen=True)
class RequestKey:
    """A key, and what it was sent with."""

    key: str
    fingerprint: str
    """SHA-256 of the request."""


def subject_of(session: Session, actor: str, request: RequestKey) -> str | None:
    """The id of what the request has made or changed before; None where it is new.

    Raises `ValidationError` when the key came with another request.
    """
    row = session.get(IdempotencyRow, (actor, request.key))
    if row is None or row.at < _oldest():
        return None
    if row.fingerprint != request.fingerprint:
        raise ValidationError(
            "This key came with another request before.",
            hint=f"Make a new key for each change; one is known for {KEPT_HOURS} hours.",
            path="Idempotency-Key",
        )
    return row.subject


def keep_key(session: Session, actor: str, request: RequestKey, subject: str) -> None:
    """Notes what a request did, in the transaction that does it; raises `ConflictError` when another was quicker."""
    session.execute(delete(IdempotencyRow).where(IdempotencyRow.at < _oldest()))
    about = {"key": request.key, "fingerprint": request.fingerprint}
    session.add(IdempotencyRow(actor=actor, subject=subject, at=now(), **about))
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("The same request is being done.", path="Idempotency-Key") from error


def _oldest() -> int:
    return now() - KEPT_HOURS * 3_600_000
