"""Uploads that are under way, and those that ended a while ago."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from scaleph_lab.catalog.models.base import Noun

__all__ = ["UploadRow"]


class UploadRow(Noun):
    """A file that comes in parts, to become a revision."""

    __tablename__ = "uploads"
    __table_args__ = (
        Index("ix_uploads_sha256", "sha256", "created_by"),
        Index("ix_uploads_updated_at", "updated_at"),
    )

    purpose: Mapped[str] = mapped_column(String(600))
    """What it is for, so that the same upload is found again."""
    file_name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    """What its sender says that it will be."""
    received: Mapped[int] = mapped_column(BigInteger)
    """Bytes that are kept for good: where the next part begins."""
    target: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The document of the artifact or of the revision that it is to become."""
    done: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The artifact and the revision that it became, so that who did not hear the answer can ask again."""
