"""The data standard: business systems, data elements, reference data sets with values, and mappings of values."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scaleph_lab.catalog.models.base import Noun

__all__ = ["ElementRow", "MappingRow", "ReferenceSetRow", "SystemRow", "ValueRow"]


class SystemRow(Noun):
    """A business system, whose data has codes of its own."""

    __tablename__ = "standard_systems"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(200))
    remark: Mapped[str] = mapped_column(String(500))


class ReferenceSetRow(Noun):
    """A reference data set: the codes that a data element may have."""

    __tablename__ = "standard_sets"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    remark: Mapped[str] = mapped_column(String(500))


class ElementRow(Noun):
    """A data element: what a column of its name shall be."""

    __tablename__ = "standard_elements"
    __table_args__ = (Index("ix_standard_elements_set_id", "set_id"),)

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(16))
    length: Mapped[int | None]
    precision: Mapped[int | None]
    scale: Mapped[int | None]
    nullable: Mapped[bool]
    default: Mapped[str | None] = mapped_column("default_value", Text)
    low: Mapped[str | None] = mapped_column("low_value", String(64))
    high: Mapped[str | None] = mapped_column("high_value", String(64))
    set_id: Mapped[str | None] = mapped_column(ForeignKey("standard_sets.id"))
    remark: Mapped[str] = mapped_column(String(500))


class ValueRow(Noun):
    """A value of a reference data set: the standard's own, or what a business system has in its place."""

    __tablename__ = "standard_values"
    __table_args__ = (
        UniqueConstraint("set_id", "owner", "code", name="uq_standard_values_set_owner_code"),
        # One code of the standard is there once, whichever system it comes from; NULLs do not meet each other.
        UniqueConstraint("set_id", "standard_code", name="uq_standard_values_set_standard_code"),
        Index("ix_standard_values_system_id", "system_id"),
    )

    set_id: Mapped[str] = mapped_column(ForeignKey("standard_sets.id"))
    system_id: Mapped[str | None] = mapped_column(ForeignKey("standard_systems.id"))
    owner: Mapped[str] = mapped_column(String(32))
    """The id of the system, empty without one: what is NULL would not be unique."""
    code: Mapped[str] = mapped_column(String(120))
    standard_code: Mapped[str | None] = mapped_column(String(120))
    """The code, where it is one of the standard."""
    value: Mapped[str] = mapped_column(String(500))
    order: Mapped[int] = mapped_column("position", Integer)
    remark: Mapped[str] = mapped_column(String(500))
    set: Mapped[ReferenceSetRow] = relationship(lazy="joined", innerjoin=True)
    system: Mapped[SystemRow | None] = relationship(lazy="joined")


class MappingRow(Noun):
    """Two values of one set that mean the same."""

    __tablename__ = "standard_mappings"
    __table_args__ = (
        Index("ix_standard_mappings_set_id", "set_id"),
        Index("ix_standard_mappings_value_id", "value_id"),
        Index("ix_standard_mappings_mapped_id", "mapped_id"),
    )

    set_id: Mapped[str] = mapped_column(ForeignKey("standard_sets.id"))
    value_id: Mapped[str] = mapped_column(ForeignKey("standard_values.id"))
    mapped_id: Mapped[str] = mapped_column(ForeignKey("standard_values.id"))
    pair: Mapped[str] = mapped_column(String(65), unique=True)
    """Both ids in their order, so that a mapping is there once in whichever direction it was written."""
    remark: Mapped[str] = mapped_column(String(500))
    value: Mapped[ValueRow] = relationship(foreign_keys=[value_id], lazy="joined", innerjoin=True)
    mapped: Mapped[ValueRow] = relationship(foreign_keys=[mapped_id], lazy="joined", innerjoin=True)
