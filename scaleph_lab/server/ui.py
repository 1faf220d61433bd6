"""Flink's web UI behind Jupyter's login: a reverse proxy to the JobManager of an engine.

The UI asks for everything by relative URLs, so it works under any prefix, JupyterHub's included. What
crosses the border in either direction is a short list of headers: Jupyter's cookies and tokens never
reach Flink, and Flink's answers can neither set cookies nor open Jupyter's origin to others.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from urllib.parse import parse_qsl, quote, urlencode

import httpx
from jupyter_server.auth.decorator import authorized
from tornado.escape import xhtml_escape
from tornado.iostream import StreamClosedError
from tornado.web import authenticated

from scaleph_lab.errors import EngineLostError, EngineTimeoutError, ScalephError
from scaleph_lab.server.base import ErrorReplies, authorized_to_execute

__all__ = ["FlinkUiHandler"]

_TO_FLINK = ("Accept", "Accept-Encoding", "Content-Type", "If-Modified-Since", "If-None-Match", "Range")
_FROM_FLINK = (
    "Accept-Ranges",
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Range",
    "Content-Type",
    "ETag",
    "Expires",
    "Last-Modified",
)
_NO_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
_SAFE = "/:@!$&'()*+,;=-._~"
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)


class FlinkUiHandler(ErrorReplies):
    """``/scaleph/engines/{name}/ui/{path}``"""

    auth_resource = "scaleph:engines"

    @property
    def content_security_policy(self) -> str:
        """The UI may run its own scripts, and speak to nobody but this server."""
        own = "'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
        return f"{super().content_security_policy}; default-src {own}; form-action 'self'"

    def check_xsrf_cookie(self) -> None:
        """Lets the UI's own requests pass Jupyter's check, and no others.

        The UI is an Angular application: it sends the cookie ``XSRF-TOKEN`` back as a header of its own
        name. Jupyter's check then compares that token with its own cookie, as for any page.
        """
        token = self.request.headers.get("X-XSRF-TOKEN")
        if token is not None:
            self.request.headers["X-XSRFToken"] = token
        super().check_xsrf_cookie()

    @authenticated
    @authorized
    async def get(self, name: str, path: str) -> None:
        """Forwards a read."""
        self._offer_xsrf_token()
        await self._forward(name, path)

    @authenticated
    @authorized
    async def head(self, name: str, path: str) -> None:
        """Forwards a question for the headers."""
        await self._forward(name, path)

    @authenticated
    @authorized_to_execute
    async def post(self, name: str, path: str) -> None:
        """Forwards an upload of a jar, or a run of one."""
        await self._forward(name, path)

    @authenticated
    @authorized_to_execute
    async def put(self, name: str, path: str) -> None:
        """Forwards a change."""
        await self._forward(name, path)

    @authenticated
    @authorized_to_execute
    async def patch(self, name: str, path: str) -> None:
        """Forwards a cancellation."""
        await self._forward(name, path)

    @authenticated
    @authorized_to_execute
    async def delete(self, name: str, path: str) -> None:
        """Forwards the removal of a jar."""
        await self._forward(name, path)

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """A person who follows a link sees a page; the UI's own requests see the contract's ``Error``."""
        error = kwargs.get("exc_info", (None, None))[1]  # type: ignore[index]
        if not isinstance(error, ScalephError) or "text/html" not in self.request.headers.get("Accept", ""):
            super().write_error(status_code, **kwargs)
            return
        self.set_status(error.http_status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            "<!doctype html><meta charset='utf-8'><title>Scaleph Lab</title>"
            f"<h1>{xhtml_escape(error.message)}</h1><p>{xhtml_escape(error.hint)}</p>"
        )

    def _offer_xsrf_token(self) -> None:
        token = self.xsrf_token
        self.set_cookie(
            "XSRF-TOKEN",
            token.decode() if isinstance(token, bytes) else token,
            path=self.request.path.partition("/ui/")[0] + "/ui/",
            secure=self.request.protocol == "https",
            samesite="Strict",
        )

    async def _forward(self, name: str, path: str) -> None:
        base = await asyncio.to_thread(self.service.jobmanager_url, name)
        if self.request.method not in {"GET", "HEAD"}:
            await asyncio.to_thread(self.service.touch, name)
        try:
            # trust_env is off: a proxy of the user's must not see the traffic of a loopback engine.
            async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client:
                await self._stream(client, self._target(base, path))
        except StreamClosedError:
            return  # The browser went away; leaving the stream has closed the request to Flink.
        except httpx.TimeoutException as error:
            raise EngineTimeoutError("Flink's web UI did not answer in time.", path=name) from error
        except httpx.TransportError as error:
            raise EngineLostError(
                f"Flink's web UI of {name} does not answer.",
                hint="The engine may have been stopped or killed; start it again.",
                path=name,
            ) from error

    def _target(self, base: str, path: str) -> str:
        query = parse_qsl(self.request.query, keep_blank_values=True)
        # Jupyter takes its token from the query too.
        kept = urlencode([(key, value) for key, value in query if key not in {"token", "_xsrf"}])
        url = f"{base}/{quote(path, safe=_SAFE)}"
        return f"{url}?{kept}" if kept else url

    async def _stream(self, client: httpx.AsyncClient, url: str) -> None:
        asked = self.request.headers
        headers = {name: asked[name] for name in _TO_FLINK if name in asked}
        body = self.request.body or None
        async with client.stream(self.request.method or "GET", url, headers=headers, content=body) as answer:
            self.set_status(answer.status_code)
            for name in _FROM_FLINK:
                if name in answer.headers:
                    self.set_header(name, answer.headers[name])
            if self.request.method == "HEAD" or answer.status_code in _NO_BODY:
                if answer.status_code in _NO_BODY:
                    self.clear_header("Content-Type")
            else:
                async for chunk in answer.aiter_raw():
                    self.write(chunk)
                    await self.flush()
        await self.finish()
