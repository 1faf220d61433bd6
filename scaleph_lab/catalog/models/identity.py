"""Which catalog this is."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from scaleph_lab.catalog.models.base import Base

__all__ = ["IdentityRow"]


class IdentityRow(Base):
    """The one row that tells this catalog from all others: what is swept in a shared store is its own alone."""

    __tablename__ = "identity"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
