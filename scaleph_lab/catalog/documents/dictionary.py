"""Enumerations of the platform as documents."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from scaleph_lab.catalog.documents.base import Input

__all__ = ["Dictionary", "DictionaryItem", "DictionaryList", "DictionaryRequest", "Language"]

Language = Literal["en", "zh"]


class DictionaryItem(BaseModel):
    """A value, and what people call it."""

    model_config = ConfigDict(frozen=True)

    value: str
    label: str


class Dictionary(BaseModel):
    """An enumeration."""

    model_config = ConfigDict(frozen=True)

    code: str
    label: str
    items: list[DictionaryItem]


class DictionaryList(BaseModel):
    """All enumerations."""

    items: list[Dictionary]


class DictionaryRequest(Input):
    """In which language."""

    lang: Language | None = None
    """Without it the one that the request's ``Accept-Language`` wants."""
