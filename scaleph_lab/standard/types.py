"""Flink SQL's types of one value: which parameters each takes, how they are written, and how they are read.

Source: "Data Types" of Flink's documentation, and ``LogicalTypeParser`` for the ways to write them. Types with others
inside (ARRAY, MAP, MULTISET, ROW) and those without a literal (RAW, INTERVAL) are no types of a data element.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scaleph_lab.errors import ValidationError

__all__ = ["LONGEST", "FlinkType", "TypeName", "check_type", "parse_type"]

LONGEST = 2**31 - 1
"""The longest text, and the most bytes."""


class TypeName(StrEnum):
    """The types that a data element may have, as Flink SQL calls them."""

    CHAR = "CHAR"
    VARCHAR = "VARCHAR"
    STRING = "STRING"
    BOOLEAN = "BOOLEAN"
    BINARY = "BINARY"
    VARBINARY = "VARBINARY"
    BYTES = "BYTES"
    DECIMAL = "DECIMAL"
    TINYINT = "TINYINT"
    SMALLINT = "SMALLINT"
    INT = "INT"
    BIGINT = "BIGINT"
    FLOAT = "FLOAT"
    DOUBLE = "DOUBLE"
    DATE = "DATE"
    TIME = "TIME"
    TIMESTAMP = "TIMESTAMP"
    TIMESTAMP_LTZ = "TIMESTAMP_LTZ"

    @property
    def has_length(self) -> bool:
        """Whether it is written with a length."""
        return self in {TypeName.CHAR, TypeName.VARCHAR, TypeName.BINARY, TypeName.VARBINARY}

    @property
    def has_precision(self) -> bool:
        """Whether it is written with a precision."""
        return self in _PRECISION

    @property
    def is_text(self) -> bool:
        """Whether its values are texts."""
        return self in {TypeName.CHAR, TypeName.VARCHAR, TypeName.STRING}

    @property
    def is_integer(self) -> bool:
        """Whether its values are whole numbers."""
        return self in INTEGER_BYTES

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.is_integer or self in {TypeName.DECIMAL, TypeName.FLOAT, TypeName.DOUBLE}

    @property
    def is_time(self) -> bool:
        """Whether its values are days or times."""
        return self is TypeName.DATE or self in {TypeName.TIME, TypeName.TIMESTAMP, TypeName.TIMESTAMP_LTZ}


INTEGER_BYTES: Mapping[TypeName, int] = {
    TypeName.TINYINT: 1,
    TypeName.SMALLINT: 2,
    TypeName.INT: 4,
    TypeName.BIGINT: 8,
}
_PRECISION: Mapping[TypeName, tuple[int, int, int]] = {
    # The least, the most, and the one that Flink takes where none is written.
    TypeName.DECIMAL: (1, 38, 10),
    TypeName.TIME: (0, 9, 0),
    TypeName.TIMESTAMP: (0, 9, 6),
    TypeName.TIMESTAMP_LTZ: (0, 9, 6),
}


@dataclass(frozen=True)
class FlinkType:
    """A type with its parameters; None for those that it does not take."""

    name: TypeName
    length: int | None = None
    precision: int | None = None
    scale: int | None = None

    @property
    def sql(self) -> str:
        """As Flink SQL writes it, such as ``DECIMAL(10, 2)``."""
        if self.name is TypeName.DECIMAL:
            return f"DECIMAL({self.precision}, {self.scale})"
        given = self.length if self.name.has_length else self.precision if self.name.has_precision else None
        return self.name.value if given is None else f"{self.name.value}({given})"

    @property
    def longest(self) -> int | None:
        """How many characters or bytes a value may have; None for other types."""
        unbounded = self.name in {TypeName.STRING, TypeName.BYTES}
        return LONGEST if unbounded else self.length

    @property
    def family(self) -> str:
        """Types of one family differ in length alone."""
        varying = {TypeName.STRING: "VARCHAR", TypeName.BYTES: "VARBINARY"}
        return varying.get(self.name, self.name.value)


def check_type(name: TypeName, length: int | None, precision: int | None, scale: int | None) -> FlinkType:
    """The type with the parameters that Flink takes where none are given.

    Raises `ValidationError` at ``length``, ``precision`` or ``scale`` for what the type cannot have.
    """
    if name.has_length:
        if length is None:
            unbounded = "BYTES" if name in {TypeName.BINARY, TypeName.VARBINARY} else "STRING"
            raise _refused("length", f"{name} needs a length.", f"Without a limit the type is {unbounded}.")
        if not 1 <= length <= LONGEST:
            raise _refused("length", f"A length is 1 to {LONGEST}, not {length}.")
    elif length is not None:
        raise _refused("length", f"{name} has no length.")
    if not name.has_precision:
        if precision is not None:
            raise _refused("precision", f"{name} has no precision.")
    else:
        least, most, usual = _PRECISION[name]
        precision = usual if precision is None else precision
        if not least <= precision <= most:
            raise _refused("precision", f"The precision of {name} is {least} to {most}, not {precision}.")
    if name is not TypeName.DECIMAL:
        if scale is not None:
            raise _refused("scale", f"{name} has no scale.")
    else:
        scale = 0 if scale is None else scale
        if not 0 <= scale <= (precision or 0):
            raise _refused("scale", f"The scale of DECIMAL is 0 to its precision {precision}, not {scale}.")
    return FlinkType(name, length, precision, scale)


_SYNONYMS = {
    **{name.value: name for name in TypeName},
    "CHARACTER": TypeName.CHAR,
    "CHAR VARYING": TypeName.VARCHAR,
    "CHARACTER VARYING": TypeName.VARCHAR,
    "BINARY VARYING": TypeName.VARBINARY,
    "DEC": TypeName.DECIMAL,
    "NUMERIC": TypeName.DECIMAL,
    "INTEGER": TypeName.INT,
    "DOUBLE PRECISION": TypeName.DOUBLE,
    "TIME WITHOUT TIME ZONE": TypeName.TIME,
    "TIMESTAMP WITHOUT TIME ZONE": TypeName.TIMESTAMP,
    "TIMESTAMP WITH LOCAL TIME ZONE": TypeName.TIMESTAMP_LTZ,
}
_TYPE = re.compile(
    r"\s*(?P<name>[A-Za-z_]+(?:\s+(?:VARYING|PRECISION))?)\s*"
    r"(?:\(\s*(?P<first>\d{1,10})\s*(?:,\s*(?P<second>\d{1,10})\s*)?\))?"
    r"(?P<zone>(?:\s+[A-Za-z]+)*?)\s*",
    re.IGNORECASE,
)


def parse_type(text: str) -> FlinkType | None:
    """The type that a text of SQL names, without its nullability; None for one that no data element has."""
    found = _TYPE.fullmatch(text)
    if found is None:
        return None
    name = _SYNONYMS.get(" ".join(f"{found['name']} {found['zone']}".upper().split()))
    if name is None:
        return None
    first = int(found["first"]) if found["first"] else None
    second = int(found["second"]) if found["second"] else None
    if first is None and name.has_length:
        # What Flink takes then.
        first = 1
    try:
        if name.has_length:
            return None if second is not None else check_type(name, first, None, None)
        return check_type(name, None, first, second)
    except ValidationError:
        return None


def _refused(path: str, message: str, hint: str = "") -> ValidationError:
    return ValidationError(message, hint=hint, path=path)
