"""Secrets as documents: their names, and a value on its way in. No document has a value on its way out."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr

from scaleph_lab.catalog.documents.base import Input

__all__ = ["NewSecret", "SecretNames"]

_LONGEST = 65_536


class NewSecret(Input):
    """The value of a secret. It is shown nowhere again."""

    value: SecretStr = Field(min_length=1, max_length=_LONGEST)


class SecretNames(BaseModel):
    """The secrets that can be named, and where they are kept."""

    names: list[str]
    store: str
