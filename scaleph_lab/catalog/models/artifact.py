"""Artifacts, and their revisions, which never change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scaleph_lab.catalog.models.base import Base, Noun
from scaleph_lab.catalog.models.project import ProjectRow

__all__ = ["ArtifactRow", "RevisionRow"]


class ArtifactRow(Noun):
    """An artifact: what its revisions share."""

    __tablename__ = "artifacts"
    __table_args__ = (
        UniqueConstraint("project_id", "type", "name", name="uq_artifacts_project_type_name"),
        Index("ix_artifacts_name", "name", "id"),
        Index("ix_artifacts_updated_at", "updated_at", "id"),
    )

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    type: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    remark: Mapped[str] = mapped_column(String(500))
    current: Mapped[int]
    """The number of the revision that is used."""
    last: Mapped[int]
    """The highest number that was given: one that was deleted is not given again."""
    project: Mapped[ProjectRow] = relationship(lazy="joined", innerjoin=True)


class RevisionRow(Base):
    """What an artifact was at one time."""

    __tablename__ = "revisions"
    __table_args__ = (Index("ix_revisions_sha256", "sha256"),)

    artifact_id: Mapped[str] = mapped_column(ForeignKey("artifacts.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author: Mapped[str] = mapped_column(String(200))
    at: Mapped[int] = mapped_column(BigInteger)
    message: Mapped[str] = mapped_column(String(500))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    file_name: Mapped[str] = mapped_column(String(255))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the author says of it, by the document of the artifact's type."""
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was seen in the content itself."""
