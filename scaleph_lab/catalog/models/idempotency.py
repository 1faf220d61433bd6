"""Which request made what, so that one that is sent again makes nothing twice."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from scaleph_lab.catalog.models.base import Base

__all__ = ["IdempotencyRow"]


class IdempotencyRow(Base):
    """A key that a user sent with a change, written in the transaction of the change."""

    __tablename__ = "idempotency_keys"

    actor: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the request: its method, path, version and body."""
    subject: Mapped[str] = mapped_column(String(32))
    """The id of what was made or changed."""
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    """Milliseconds since the epoch."""
