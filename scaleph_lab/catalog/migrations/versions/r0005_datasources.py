"""Data sources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the table of data sources."""
    op.create_table(
        "datasources",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_by", sa.String(200), nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("remark", sa.String(500), nullable=False),
        sa.Column("project_id", sa.String(32), sa.ForeignKey("projects.id"), nullable=True),
        sa.Column("properties", sa.JSON, nullable=False),
        sa.UniqueConstraint("name", name="uq_datasources_name"),
    )
    op.create_index("ix_datasources_type", "datasources", ["type", "id"])
    op.create_index("ix_datasources_updated_at", "datasources", ["updated_at", "id"])
    op.create_index("ix_datasources_project_id", "datasources", ["project_id"])
