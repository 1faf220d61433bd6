"""Kubernetes clusters."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from scaleph_lab.catalog.models.base import Noun

__all__ = ["ClusterRow"]


class ClusterRow(Noun):
    """Where a cluster is, and by which secret one is let in."""

    __tablename__ = "clusters"

    name: Mapped[str] = mapped_column(String(64), unique=True)
    kubeconfig: Mapped[str] = mapped_column(String(250))
    """A reference to a secret, or ``in-cluster``; never the kubeconfig itself."""
    context: Mapped[str] = mapped_column(String(200))
    namespace: Mapped[str] = mapped_column(String(63))
    remark: Mapped[str] = mapped_column(String(500))
    project_id: Mapped[str | None] = mapped_column(ForeignKey("projects.id"))
    """None for one that the whole platform shares."""
