"""What each noun's table has: an id, a version, and who wrote it when."""

from __future__ import annotations

import time
import uuid

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = ["Base", "Noun", "now"]


def now() -> int:
    """Milliseconds since the epoch, as all times of the catalog are."""
    return time.time_ns() // 1_000_000


class Base(DeclarativeBase):
    """The base of all tables."""


class Noun(Base):
    """The base of what users make, change and delete."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    version: Mapped[int] = mapped_column(default=1)
    """Grows by one with each change; a writer names the one it has read."""
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_by: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[int] = mapped_column(BigInteger)
