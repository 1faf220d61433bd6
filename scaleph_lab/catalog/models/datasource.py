"""Data sources."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from scaleph_lab.catalog.models.base import Noun

__all__ = ["DataSourceRow"]


class DataSourceRow(Noun):
    """The facts of a connection, kept once."""

    __tablename__ = "datasources"

    name: Mapped[str] = mapped_column(String(64), unique=True)
    type: Mapped[str] = mapped_column(String(64))
    remark: Mapped[str] = mapped_column(String(500))
    project_id: Mapped[str | None] = mapped_column(ForeignKey("projects.id"))
    """None for one that the whole platform shares."""
    properties: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Checked against the type; a secret stands here as its reference."""
