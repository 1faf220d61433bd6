"""The data standard."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Makes the tables of systems, sets, elements, values and mappings."""
    _noun(
        "standard_systems",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.UniqueConstraint("code", name="uq_standard_systems_code"),
    )
    _noun(
        "standard_sets",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.UniqueConstraint("code", name="uq_standard_sets_code"),
    )
    _elements()
    _noun(
        "standard_values",
        _reference("set_id", "standard_sets"),
        _reference("system_id", "standard_systems", nullable=True),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("code", sa.String(120), nullable=False),
        sa.Column("standard_code", sa.String(120), nullable=True),
        sa.Column("value", sa.String(500), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.UniqueConstraint("set_id", "owner", "code", name="uq_standard_values_set_owner_code"),
        sa.UniqueConstraint("set_id", "standard_code", name="uq_standard_values_set_standard_code"),
    )
    _noun(
        "standard_mappings",
        _reference("set_id", "standard_sets"),
        _reference("value_id", "standard_values"),
        _reference("mapped_id", "standard_values"),
        sa.Column("pair", sa.String(65), nullable=False),
        sa.UniqueConstraint("pair", name="uq_standard_mappings_pair"),
    )
    for table, column in (
        ("standard_elements", "set_id"),
        ("standard_values", "system_id"),
        ("standard_mappings", "set_id"),
        ("standard_mappings", "value_id"),
        ("standard_mappings", "mapped_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    # What lists are sorted by, where no code is unique.
    op.create_index("ix_standard_values_position", "standard_values", ["position", "id"])
    op.create_index("ix_standard_values_set_position", "standard_values", ["set_id", "position", "id"])
    op.create_index("ix_standard_mappings_created_at", "standard_mappings", ["created_at", "id"])


def _elements() -> None:
    _noun(
        "standard_elements",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("length", sa.Integer, nullable=True),
        sa.Column("precision", sa.Integer, nullable=True),
        sa.Column("scale", sa.Integer, nullable=True),
        sa.Column("nullable", sa.Boolean, nullable=False),
        sa.Column("default_value", sa.Text, nullable=True),
        sa.Column("low_value", sa.String(64), nullable=True),
        sa.Column("high_value", sa.String(64), nullable=True),
        _reference("set_id", "standard_sets", nullable=True),
        sa.UniqueConstraint("code", name="uq_standard_elements_code"),
    )


def _noun(table: str, *columns: Any) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_by", sa.String(200), nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        *columns,
        sa.Column("remark", sa.String(500), nullable=False),
    )


def _reference(name: str, table: str, *, nullable: bool = False) -> Any:
    return sa.Column(name, sa.String(32), sa.ForeignKey(f"{table}.id"), nullable=nullable)
