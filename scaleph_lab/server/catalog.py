"""What the catalog's handlers share: services in a worker thread, versions as ETags, documents as bodies."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from scaleph_lab.access.identity import current_user
from scaleph_lab.access.policy import Actor
from scaleph_lab.errors import UserError
from scaleph_lab.server.base import ScalephHandler
from scaleph_lab.server.changes import CHANGES_KEY, ChangeFeed

if TYPE_CHECKING:
    from pydantic import BaseModel

    from scaleph_lab.catalog.documents.base import Document
    from scaleph_lab.catalog.idempotency import RequestKey
    from scaleph_lab.catalog.services.base import Service

    D = TypeVar("D", bound=BaseModel)
    S = TypeVar("S", bound=Service)

__all__ = ["CatalogHandler"]

T = TypeVar("T")

_OF_JUPYTER = frozenset({"token", "no_track_activity"})
"""Parameters that any request may have."""


class CatalogHandler(ScalephHandler):
    """The base of the catalog's handlers. The database is opened when the first of them is asked."""

    @property
    def changes(self) -> ChangeFeed:
        """The changes of the catalog, as they come."""
        feed: ChangeFeed = self.settings[CHANGES_KEY]
        return feed

    async def ask(self, kind: Callable[[], type[S]], call: Callable[[S], T]) -> T:
        """Calls a service as the user of the request; `kind` imports it, in the worker thread too."""
        actor, feed, request = self._actor(), self.changes, self._request_key()
        feed.start()

        def work() -> tuple[T, bool]:
            from scaleph_lab.catalog.database import open_catalog

            database = open_catalog()
            feed.follow(database)
            service = kind()(database, actor)
            return (call(service), False) if request is None else service.once(request, lambda: call(service))

        answer, was_done_before = await asyncio.to_thread(work)
        if was_done_before:
            self.set_header("Idempotent-Replayed", "true")
        return answer

    def _request_key(self) -> RequestKey | None:
        """The key of a POST that carries one. Raises `UserError` for one that serves not."""
        text = self.request.headers.get("Idempotency-Key")
        if text is None or self.request.method != "POST":
            return None
        if not re.fullmatch(r"[!-~]{1,200}", text):
            raise UserError("A key has 1 to 200 printable ASCII characters without spaces.", path="Idempotency-Key")
        from scaleph_lab.catalog.idempotency import RequestKey

        version = self.request.headers.get("If-Match", "")
        place = f"{self.request.method} {self.request.path} {version}\n".encode()
        return RequestKey(text, hashlib.sha256(place + self.request.body).hexdigest())

    def _actor(self) -> Actor:
        # Jupyter's own providers know no people: they make up a name for each token's request. Such a server is its
        # user's alone, who is the same in a notebook and in the shell. JupyterHub's provider names the user.
        origin = f"rest {self.request.remote_ip}"
        if type(self.identity_provider).__module__.startswith("jupyter_server."):
            return Actor(current_user(), origin)
        user = self.current_user
        return Actor(str(user.username), origin, str(user.display_name or ""))

    def document(self, kind: type[D]) -> D:
        """The body as a document. Raises `UserError` where it is no JSON, `ValidationError` where it is not right."""
        from scaleph_lab.catalog.documents.base import read

        try:
            body = json.loads(self.request.body)
        except ValueError as error:
            raise UserError("The body is not JSON.", path="body") from error
        return read(kind, body)

    def query(self, kind: type[D]) -> D:
        """The query's parameters as a document."""
        from scaleph_lab.catalog.documents.base import read

        # JupyterLab adds the time to a request that no cache shall answer: a name of digits.
        own = (name for name in self.request.query_arguments if name not in _OF_JUPYTER and not name.isdigit())
        return read(kind, {name: self.get_query_argument(name) for name in own})

    def version(self) -> int:
        """The version that the request is for. Raises `UserError` without one."""
        found = re.fullmatch(r'"([0-9]{1,9})"', self.request.headers.get("If-Match", ""))
        if found is None:
            raise UserError(
                "The request does not say which version it is for.",
                hint='Send the ETag of what you have read, such as If-Match: "3".',
                path="If-Match",
            )
        return int(found[1])

    def reply_document(self, document: Document, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Ends the request with a document and its version."""
        self.set_header("ETag", f'"{document.version}"')
        self.reply(document.model_dump(mode="json"), status)

    def reply_nothing(self) -> None:
        """Ends the request without a body."""
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()

    def reply_page(self, page: Any) -> None:
        """Ends the request with a page of documents."""
        # Written by pydantic in one go: a long page would else be built twice.
        self.finish(page.model_dump_json())
