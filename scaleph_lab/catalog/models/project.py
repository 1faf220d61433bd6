"""Projects."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from scaleph_lab.catalog.models.base import Noun

__all__ = ["ProjectRow"]


class ProjectRow(Noun):
    """A project."""

    __tablename__ = "projects"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    remark: Mapped[str] = mapped_column(String(500))
