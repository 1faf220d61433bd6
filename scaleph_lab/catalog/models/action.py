"""The log of actions: who did what to which thing, from where, and how it ended."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from scaleph_lab.catalog.models.base import Base

__all__ = ["ActionRow"]


class ActionRow(Base):
    """One change, or one refusal. Rows are never changed."""

    __tablename__ = "actions"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(200))
    origin: Mapped[str] = mapped_column(String(200))
    verb: Mapped[str] = mapped_column(String(32))
    resource: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(200))
    """The id of the thing; the name it was asked by where it has none."""
    project_id: Mapped[str | None] = mapped_column(String(32), default=None)
    """The project that the thing was in when it was changed. The project may be gone since."""
    result: Mapped[str] = mapped_column(String(16))
    """``done``, ``denied`` or ``failed``."""
    version: Mapped[int | None] = mapped_column(default=None)
    """The version that a change made."""
    changed: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Names of the fields that it changed, never their values."""
