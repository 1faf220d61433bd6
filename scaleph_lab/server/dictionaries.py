"""The enumerations of the platform over REST."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.documents.dictionary import Language

__all__ = ["DictionaryHandler", "DictionaryListHandler"]

_RESOURCE = "scaleph:dictionaries"


class _Translated(CatalogHandler):
    """Answers in the language of ``lang``, else of ``Accept-Language``."""

    auth_resource = _RESOURCE

    def language(self) -> Language:
        """The language of this answer."""
        from scaleph_lab.catalog.documents.dictionary import DictionaryRequest
        from scaleph_lab.platform.dictionary import language_of

        self.set_header("Vary", "Accept-Language")
        language = self.query(DictionaryRequest).lang or language_of(self.request.headers.get("Accept-Language", ""))
        self.set_header("Content-Language", language)
        return language


class DictionaryListHandler(_Translated):
    """``/scaleph/dictionaries``"""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists all enumerations."""
        from scaleph_lab.platform.dictionary import Dictionaries

        self.reply_page(await asyncio.to_thread(Dictionaries().list, self.language()))


class DictionaryHandler(_Translated):
    """``/scaleph/dictionaries/{key}``"""

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers one enumeration."""
        from scaleph_lab.platform.dictionary import Dictionaries

        self.reply_page(await asyncio.to_thread(Dictionaries().get, key, self.language()))
