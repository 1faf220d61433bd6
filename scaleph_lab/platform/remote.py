"""The catalog over REST."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx

from scaleph_lab.catalog import errors as catalog_errors
from scaleph_lab.catalog.documents.action import Action, ActionListing
from scaleph_lab.catalog.documents.base import Listing, Page
from scaleph_lab.catalog.documents.project import NewProject, Project, ProjectChanges
from scaleph_lab.errors import DiskFullError, PlatformError, ScalephError, UserError

__all__ = ["Connection", "RemoteActions", "RemoteProjects", "ServerUnreachableError"]

_TIMEOUT_SECONDS = 60


class ServerUnreachableError(PlatformError):
    """The server does not answer; what was asked may or may not have been done."""

    code = "server_unreachable"


class Connection:
    """Requests to one Jupyter server; its errors are raised as the ones that they were there."""

    def __init__(self, url: str, token: str | None) -> None:
        headers = {"Authorization": f"token {token}"} if token else {}
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=_TIMEOUT_SECONDS)

    def ask(self, verb: str, path: str, *, version: int | None = None, **request: Any) -> Any:
        """The JSON of an answer, None for an empty one. Raises what the server says; `PlatformError` if nothing."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        with self._answers():
            answer = self._client.request(verb, f"/scaleph/{path}", headers=headers, **request)
        if answer.is_success:
            return answer.json() if answer.content else None
        raise _error(answer)

    def stream(self, path: str) -> Iterator[bytes]:
        """The bytes of an answer, part by part. Raises as `ask` does."""
        with self._answers(), self._client.stream("GET", f"/scaleph/{path}") as answer:
            if not answer.is_success:
                answer.read()
                raise _error(answer)
            yield from answer.iter_bytes()

    @contextmanager
    def _answers(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise ServerUnreachableError(
                f"The server {self._client.base_url} does not answer.", hint="See that it runs.", path="url"
            ) from error


class RemoteActions:
    """The log of actions over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def list(self, listing: ActionListing | None = None) -> Page[Action]:
        """A page of the log, the newest first."""
        asked = (listing or ActionListing()).model_dump(exclude_none=True)
        return Page[Action].model_validate(self._ask("GET", "actions", params=asked))


class RemoteProjects:
    """The verbs of projects over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def list(self, listing: Listing | None = None) -> Page[Project]:
        """The projects that the user may read."""
        asked = (listing or Listing()).model_dump(exclude_none=True)
        return Page[Project].model_validate(self._ask("GET", "projects", params=asked))

    def get(self, key: str) -> Project:
        """One project, by id or code."""
        return Project.model_validate(self._ask("GET", _path(key)))

    def create(self, new: NewProject) -> Project:
        """Makes a project."""
        return Project.model_validate(self._ask("POST", "projects", json=new.model_dump()))

    def update(self, key: str, changes: ProjectChanges, version: int) -> Project:
        """Changes a project that was read at `version`."""
        body = changes.model_dump(exclude_none=True)
        return Project.model_validate(self._ask("PATCH", _path(key), version=version, json=body))

    def delete(self, key: str, version: int, *, cascade: bool = False) -> None:
        """Deletes a project that was read at `version`; with `cascade`, also all that hangs on it."""
        self._ask("DELETE", _path(key), version=version, params={"cascade": cascade})


def _path(key: str) -> str:
    return f"projects/{quote(key, safe='')}"


def _error(answer: httpx.Response) -> ScalephError:
    try:
        said = answer.json()
        message, hint, path, code = (str(said[name]) for name in ("message", "hint", "path", "code"))
    except (ValueError, KeyError, TypeError):
        return PlatformError(f"The server answers {answer.status_code}, and not as Scaleph Lab does.", path="url")
    kinds: dict[str, type[ScalephError]] = {kind.code: kind for kind in _kinds(UserError)}
    for kind in (catalog_errors.CatalogUnavailableError, catalog_errors.StoreUnavailableError, DiskFullError):
        kinds[kind.code] = kind
    return kinds.get(code, ScalephError)(message, hint=hint, path=path)


def _kinds(base: type[UserError]) -> Iterator[type[ScalephError]]:
    yield base
    for child in base.__subclasses__():
        # Leaves of other rooms take more than these three, and never come from here.
        if child.__module__ in {"scaleph_lab.errors", catalog_errors.__name__}:
            yield from _kinds(child)
