"""A Flink that somebody else runs, through the same interface."""

from __future__ import annotations

import httpx
from pydantic import ValidationError as PydanticError

from scaleph_lab.engines.model import (
    EngineEndpoint,
    EngineKind,
    EngineState,
    EngineStatus,
    ProgressListener,
    ignore_progress,
)
from scaleph_lab.errors import ConflictError, EngineLostError, ValidationError
from scaleph_lab.settings import RemoteEngine, get_settings

__all__ = ["RemoteFlink"]

ASK_SECONDS = 5.0


class RemoteFlink:
    """An `scaleph_lab.engines.model.Engine` of the kind ``remote``. It is never started or stopped from here."""

    def __init__(self, name: str, remote: RemoteEngine) -> None:
        self._name = name
        self._gateway_url = str(remote.gateway_url).rstrip("/")
        self._jobmanager_url = str(remote.jobmanager_url).rstrip("/") if remote.jobmanager_url else ""

    @classmethod
    def at(cls, gateway_url: str) -> RemoteFlink:
        """The engine behind a gateway that is known by its URL alone, which is its name too.

        Raises `ValidationError` for what is no URL.
        """
        try:
            remote = RemoteEngine.model_validate({"gateway_url": gateway_url})
        except PydanticError as error:
            raise ValidationError(
                f"{gateway_url!r} is no URL of a SQL Gateway: {error.errors()[0]['msg']}.",
                hint="Such as http://flink.example:8083",
                path=gateway_url,
            ) from None
        return cls(gateway_url.rstrip("/"), remote)

    @property
    def name(self) -> str:
        """The name it is chosen by."""
        return self._name

    def status(self) -> EngineStatus:
        """Asks the gateway and the JobManager once."""
        version, problem = "", ""
        try:
            version = self._version()
        except EngineLostError as error:
            problem = str(error)
        return EngineStatus(
            name=self._name,
            title=f"Remote Flink {version}".rstrip(),
            kind=EngineKind.REMOTE,
            state=EngineState.LOST if problem else EngineState.RUNNING,
            flink_version=version,
            installed=True,
            gateway_url=self._gateway_url,
            jobmanager_url=self._jobmanager_url,
            message=problem,
            default=get_settings().engine == self._name,
            roles=("sql", "jar"),
        )

    def ensure(self, progress: ProgressListener = ignore_progress) -> EngineEndpoint:
        """The endpoint, if it answers; else `EngineLostError` that names the URL."""
        version = self._version()
        return EngineEndpoint(
            name=self._name,
            flink_version=version,
            gateway_url=self._gateway_url,
            jobmanager_url=self._jobmanager_url,
            kind=EngineKind.REMOTE,
            instance=self._gateway_url,
        )

    def touch(self) -> None:
        """Nothing to note: a remote engine is not stopped as idle."""

    def stop(self) -> bool:
        """Refused: whoever started it stops it."""
        raise ConflictError(
            f"{self._name} is a remote engine, so it cannot be stopped from here.",
            hint="Cancel its jobs one by one, or stop it where it was started.",
            path=self._name,
        )

    def log_tail(self, lines: int = 200) -> str:
        """Empty: the log is on the other machine."""
        return ""

    def _version(self) -> str:
        info = self._ask(f"{self._gateway_url}/v1/info", "SQL Gateway", "gateway_url")
        if not self._jobmanager_url:
            self._jobmanager_url = self._find_jobmanager()
        self._ask(f"{self._jobmanager_url}/overview", "JobManager", "jobmanager_url")
        return str(info.get("version", ""))

    def _find_jobmanager(self) -> str:
        """The JobManager's URL as the gateway itself is configured to reach it (``rest.address``, ``rest.port``)."""
        sessions = f"{self._gateway_url}/v1/sessions"
        try:
            opened = httpx.post(sessions, json={}, timeout=ASK_SECONDS).raise_for_status()
            session = f"{sessions}/{opened.json()['sessionHandle']}"
            found = httpx.get(session, timeout=ASK_SECONDS).raise_for_status().json()["properties"]
            httpx.delete(session, timeout=ASK_SECONDS)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise EngineLostError(f"The SQL Gateway at {self._gateway_url} opens no session: {error}") from error
        address, port = found.get("rest.address") or found.get("jobmanager.rpc.address"), found.get("rest.port", "8081")
        if not address:
            raise EngineLostError(
                f"The SQL Gateway at {self._gateway_url} does not tell where its JobManager is.",
                hint="Give it a name and both URLs in the setting remote_engines.",
                path="remote_engines",
            )
        return f"http://{address}:{port}"

    def _ask(self, url: str, what: str, setting: str) -> dict[str, object]:
        try:
            reply = httpx.get(url, timeout=ASK_SECONDS)
            reply.raise_for_status()
            return dict(reply.json())
        except ValueError as error:
            raise EngineLostError(
                f"{url} answered with something else than JSON: {reply.text.strip()[:120]!r}",
                hint=f"A proxy may stand before the {what}: remote_engines.{self._name}.{setting} must be its own URL.",
                path=f"remote_engines.{self._name}.{setting}",
            ) from error
        except httpx.HTTPError as error:
            raise EngineLostError(
                f"The {what} of {self._name} does not answer at {url}: {str(error) or type(error).__name__}",
                hint=f"Start it there, or mend remote_engines.{self._name}.{setting}.",
                path=f"remote_engines.{self._name}.{setting}",
            ) from error
