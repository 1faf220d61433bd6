"""Data elements as plain data, and the rules that hold within one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from scaleph_lab.errors import ValidationError
from scaleph_lab.standard.types import FlinkType, TypeName, check_type
from scaleph_lab.standard.values import read_value

__all__ = ["Element", "checked_element", "element_of"]

_SHOWN = 5


@dataclass(frozen=True)
class Element:
    """What a column shall be. ``codes`` are the standard's codes of its reference data set; None without one."""

    code: str
    name: str
    type: FlinkType
    nullable: bool = True
    default: str | None = None
    low: str | None = None
    high: str | None = None
    set: str | None = None
    codes: tuple[str, ...] | None = None

    @property
    def sql(self) -> str:
        """The type of its column, with its nullability."""
        return self.type.sql if self.nullable else f"{self.type.sql} NOT NULL"


def checked_element(given: Element) -> Element:
    """The element with what Flink takes where a parameter is not given.

    Raises `ValidationError` at the field that cannot be: a precision of an INT, a low value above the high one, a
    default that is none of its set.
    """
    kind = check_type(given.type.name, given.type.length, given.type.precision, given.type.scale)
    _check_set(given, kind)
    for field in ("low", "high"):
        if getattr(given, field) is not None and not (kind.name.is_number or kind.name.is_time):
            raise ValidationError(f"{kind.sql} has no {field} value: its values are no numbers or times.", path=field)
    low, high = _read(kind, given.low, "low"), _read(kind, given.high, "high")
    if low is not None and high is not None and low > high:
        raise ValidationError(f"The low value {given.low} is above the high value {given.high}.", path="low")
    _check_default(given, kind, low, high)
    return replace(given, type=kind)


def _check_set(given: Element, kind: FlinkType) -> None:
    if given.codes is None:
        return
    if not (kind.name.is_text or kind.name.is_integer):
        raise ValidationError(
            f"The codes of a reference data set are texts or whole numbers, not {kind.sql}.", path="set"
        )
    misfits = [code for code in given.codes if not _fits(kind, code)]
    if misfits:
        raise ValidationError(
            f"Codes of the set {given.set} do not fit {kind.sql}: {_few(misfits)}.",
            hint="Take another type, or mend the codes.",
            path="set",
        )


def _check_default(given: Element, kind: FlinkType, low: Any, high: Any) -> None:
    value = _read(kind, given.default, "default")
    if value is None:
        return
    if given.codes is not None and given.default not in given.codes:
        has = f"it has {_few(given.codes)}" if given.codes else "it has no value of the standard"
        raise ValidationError(
            f"The default {given.default!r} is no value of the set {given.set}: {has}.", path="default"
        )
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValidationError(f"The default {given.default!r} is out of its range.", path="default")


def _read(kind: FlinkType, text: str | None, field: str) -> Any:
    if text is None:
        return None
    try:
        return read_value(kind, text)
    except ValueError as error:
        raise ValidationError(f"{field}: {error}", path=field) from None


def _fits(kind: FlinkType, text: str) -> bool:
    try:
        read_value(kind, text)
    except ValueError:
        return False
    return True


def _few(texts: Sequence[str]) -> str:
    return ", ".join([*texts[:_SHOWN], *(["…"] if len(texts) > _SHOWN else [])])


def element_of(type_name: TypeName, **given: Any) -> Element:
    """An element from flat fields, as a record or a row of a file has them; not checked yet."""
    kind = FlinkType(type_name, given.pop("length", None), given.pop("precision", None), given.pop("scale", None))
    return Element(type=kind, **given)
