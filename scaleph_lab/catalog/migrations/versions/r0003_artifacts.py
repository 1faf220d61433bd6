"""Artifacts and their revisions, and the identity of the catalog, by which its contents are told from another's."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the tables of artifacts and of revisions, and gives the catalog its identity."""
    identity = op.create_table("identity", sa.Column("id", sa.String(32), primary_key=True))
    op.bulk_insert(identity, [{"id": uuid.uuid4().hex}])
    op.create_table(
        "artifacts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_by", sa.String(200), nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("project_id", sa.String(32), sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("remark", sa.String(500), nullable=False),
        sa.Column("current", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.UniqueConstraint("project_id", "type", "name", name="uq_artifacts_project_type_name"),
    )
    op.create_index("ix_artifacts_name", "artifacts", ["name", "id"])
    op.create_index("ix_artifacts_updated_at", "artifacts", ["updated_at", "id"])
    op.create_table(
        "revisions",
        sa.Column("artifact_id", sa.String(32), sa.ForeignKey("artifacts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("message", sa.String(500), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("found", sa.JSON, nullable=False),
    )
    op.create_index("ix_revisions_sha256", "revisions", ["sha256"])
