"""The catalog over REST."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx

from scaleph_lab.access import secrets
from scaleph_lab.catalog import errors as catalog_errors
from scaleph_lab.catalog.documents.action import Action, ActionListing
from scaleph_lab.catalog.documents.base import Listing, Page
from scaleph_lab.catalog.documents.datasource import (
    ConnectionAnswer,
    DataSource,
    DataSourceChanges,
    DataSourceDraft,
    DataSourceListing,
    NewDataSource,
    TableColumns,
    TableNames,
    TableRequest,
    TypeList,
)
from scaleph_lab.catalog.documents.dictionary import Dictionary, DictionaryList, Language
from scaleph_lab.catalog.documents.project import NewProject, Project, ProjectChanges
from scaleph_lab.catalog.documents.secret import NewSecret, SecretNames
from scaleph_lab.errors import PlatformError, ScalephError, UserError

__all__ = [
    "Connection",
    "RemoteActions",
    "RemoteDataSources",
    "RemoteDictionaries",
    "RemoteProjects",
    "RemoteSecrets",
    "ServerUnreachableError",
]

_TIMEOUT_SECONDS = 60


class ServerUnreachableError(PlatformError):
    """The server does not answer; what was asked may or may not have been done."""

    code = "server_unreachable"


class Connection:
    """Requests to one Jupyter server; its errors are raised as the ones that they were there."""

    def __init__(self, url: str, token: str | None) -> None:
        headers = {"Authorization": f"token {token}"} if token else {}
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=_TIMEOUT_SECONDS)

    def ask(
        self,
        verb: str,
        path: str,
        *,
        version: int | None = None,
        more_headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> Any:
        """The JSON of an answer, None for an empty one. Raises what the server says; `PlatformError` if nothing."""
        headers = {**(more_headers or {}), **({} if version is None else {"If-Match": f'"{version}"'})}
        if verb == "POST":
            # An answer that was lost on the way is asked for again, and the change is made once.
            headers["Idempotency-Key"] = uuid.uuid4().hex
        with self._answers():
            answer = self._request(verb, f"/scaleph/{path}", headers=headers, **request)
        if answer.is_success:
            return answer.json() if answer.content else None
        raise _error(answer)

    def _request(self, verb: str, path: str, **request: Any) -> httpx.Response:
        try:
            return self._client.request(verb, path, **request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # The connection broke. What has a version would be refused if it was done.
            if verb not in {"GET", "POST"}:
                raise
            return self._client.request(verb, path, **request)

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


class RemoteDataSources:
    """The verbs of data sources over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def types(self) -> TypeList:
        """The types that there are."""
        return TypeList.model_validate(self._ask("GET", "datasource-types"))

    def list(self, listing: DataSourceListing | None = None) -> Page[DataSource]:
        """The data sources that the user may read."""
        asked = (listing or DataSourceListing()).model_dump(exclude_none=True)
        return Page[DataSource].model_validate(self._ask("GET", "datasources", params=asked))

    def get(self, key: str) -> DataSource:
        """One data source, by id or name."""
        return DataSource.model_validate(self._ask("GET", _path(key, "datasources")))

    def create(self, new: NewDataSource) -> DataSource:
        """Makes a data source."""
        return DataSource.model_validate(self._ask("POST", "datasources", json=new.model_dump(exclude_none=True)))

    def update(self, key: str, changes: DataSourceChanges, version: int) -> DataSource:
        """Changes a data source that was read at `version`."""
        body = changes.model_dump(exclude_none=True)
        return DataSource.model_validate(self._ask("PATCH", _path(key, "datasources"), version=version, json=body))

    def delete(self, key: str, version: int) -> None:
        """Deletes a data source that was read at `version`."""
        self._ask("DELETE", _path(key, "datasources"), version=version)

    def test(self, key: str) -> ConnectionAnswer:
        """Connects, and says what came of it."""
        return ConnectionAnswer.model_validate(self._ask("POST", f"{_path(key, 'datasources')}/test"))

    def test_draft(self, draft: DataSourceDraft) -> ConnectionAnswer:
        """The same for what is not kept yet."""
        body = draft.model_dump(exclude_none=True)
        return ConnectionAnswer.model_validate(self._ask("POST", "datasource-tests", json=body))

    def schemas(self, key: str) -> TableNames:
        """Its schemas, or databases."""
        return TableNames.model_validate(self._ask("GET", f"{_path(key, 'datasources')}/schemas"))

    def tables(self, key: str, asked: TableRequest) -> TableNames:
        """The tables and views of a schema, some at a time."""
        path = f"{_path(key, 'datasources')}/tables"
        return TableNames.model_validate(self._ask("GET", path, params=asked.model_dump(by_alias=True)))

    def columns(self, key: str, asked: TableRequest) -> TableColumns:
        """The columns of a table, and the statement that makes it in Flink."""
        path = f"{_path(key, 'datasources')}/columns"
        return TableColumns.model_validate(self._ask("GET", path, params=asked.model_dump(by_alias=True)))


class RemoteDictionaries:
    """The enumerations over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def list(self, language: Language = "en") -> DictionaryList:
        """All of them."""
        return DictionaryList.model_validate(self._ask("GET", "dictionaries", params={"lang": language}))

    def get(self, code: str, language: Language = "en") -> Dictionary:
        """One."""
        return Dictionary.model_validate(self._ask("GET", _path(code, "dictionaries"), params={"lang": language}))


class RemoteSecrets:
    """The verbs of secrets over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def list(self) -> SecretNames:
        """The names of the secrets."""
        return SecretNames.model_validate(self._ask("GET", "secrets"))

    def put(self, name: str, new: NewSecret) -> None:
        """Keeps a secret."""
        self._ask("PUT", _path(name, "secrets"), json={"value": new.value.get_secret_value()})

    def delete(self, name: str) -> None:
        """Forgets a secret."""
        self._ask("DELETE", _path(name, "secrets"))


def _path(key: str, nouns: str = "projects") -> str:
    return f"{nouns}/{quote(key, safe='')}"


def _error(answer: httpx.Response) -> ScalephError:
    try:
        said = answer.json()
        message, hint, path, code = (str(said[name]) for name in ("message", "hint", "path", "code"))
    except (ValueError, KeyError, TypeError):
        return PlatformError(f"The server answers {answer.status_code}, and not as Scaleph Lab does.", path="url")
    kinds = {kind.code: kind for base in (UserError, PlatformError) for kind in _kinds(base)}
    return kinds.get(code, ScalephError)(message, hint=hint, path=path)


def _kinds(base: type[ScalephError]) -> Iterator[type[ScalephError]]:
    yield base
    for child in base.__subclasses__():
        # Leaves of other rooms take more than these three, and never come from here.
        if child.__module__ in {"scaleph_lab.errors", catalog_errors.__name__, secrets.__name__}:
            yield from _kinds(child)
