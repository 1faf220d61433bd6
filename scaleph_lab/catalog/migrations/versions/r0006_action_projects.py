"""The project of each action."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds the column; what was logged before says no project."""
    op.add_column("actions", sa.Column("project_id", sa.String(32), nullable=True))
