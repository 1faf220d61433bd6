"""Users, the roles that were made here, and grants."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scaleph_lab.catalog.models.base import Noun
from scaleph_lab.catalog.models.project import ProjectRow

__all__ = ["GrantRow", "RoleRow", "UserRow"]


class UserRow(Noun):
    """Somebody who came, or was granted something before."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    """As the way in names them."""
    display_name: Mapped[str] = mapped_column(String(200))
    disabled: Mapped[bool]
    first_seen: Mapped[int | None] = mapped_column(BigInteger)
    last_seen: Mapped[int | None] = mapped_column(BigInteger)
    """Written once an hour at most, and no change of the version."""


class RoleRow(Noun):
    """A role beside the built-in ones. Its name never changes: grants have it."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    rights: Mapped[list[str]] = mapped_column(JSON)
    """Each as ``VERB RESOURCE``."""


class GrantRow(Noun):
    """A role or a right for a user. It is made and revoked, never changed."""

    __tablename__ = "grants"
    __table_args__ = (
        Index("ix_grants_user_id", "user_id"),
        Index("ix_grants_project_id", "project_id"),
        Index("ix_grants_role", "role", "project_id"),
    )

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    project_id: Mapped[str | None] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    """None for the whole platform."""
    role: Mapped[str] = mapped_column(String(64))
    """The name of a built-in role or of one in the table; empty where a single right is given."""
    right: Mapped[str] = mapped_column(String(64))
    user: Mapped[UserRow] = relationship(lazy="joined", innerjoin=True)
    project: Mapped[ProjectRow | None] = relationship(lazy="joined")
