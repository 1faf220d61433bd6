"""DataStream programs in jars: upload, plan and run.

Source: ``/jars`` of the JobManager's REST API. Arguments go as ``programArgsList``: ``programArgs`` would be split at
its spaces.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from scaleph_lab.engines.artifacts import explain_os_error
from scaleph_lab.errors import UserError

if TYPE_CHECKING:
    from scaleph_lab.engines.jobmanager import JobManagerClient

__all__ = ["JarRun", "UploadedJar", "jar_plan", "list_jars", "run_jar", "upload_jar"]

UploadListener = Callable[[int, int], None]
"""Is told the bytes sent so far and all of them."""


@dataclass(frozen=True)
class UploadedJar:
    """A jar that the JobManager holds."""

    id: str
    name: str
    uploaded: int
    """Milliseconds since the epoch."""
    entry_classes: tuple[str, ...] = ()
    """Of its manifest; empty where it names none."""


@dataclass(frozen=True)
class JarRun:
    """How a jar's program is run, or planned."""

    entry_class: str = ""
    """Empty for the one that the manifest names."""
    arguments: Sequence[str] = ()
    """One string an argument, whatever spaces it holds."""
    parallelism: int | None = None
    savepoint: str = ""
    """To begin from."""
    allow_non_restored: bool = False
    """Whether state of the savepoint that the program has no operator for is dropped."""

    @property
    def body(self) -> Mapping[str, Any]:
        """The request's body; what is not given is left to the engine."""
        given = {
            "entryClass": self.entry_class or None,
            "programArgsList": list(self.arguments),
            "parallelism": self.parallelism,
            "savepointPath": self.savepoint or None,
            "allowNonRestoredState": True if self.allow_non_restored else None,
        }
        return {key: value for key, value in given.items() if value is not None}


class _Watched(io.FileIO):
    """A file that tells how far it was read; httpx sends it in pieces, so that no jar is held in memory."""

    def __init__(self, path: Path, listener: UploadListener) -> None:
        super().__init__(path, "rb")
        self._total = path.stat().st_size
        self._listener = listener

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(-1 if size is None else size) or b""
        self._listener(self.tell(), self._total)
        return piece


def _nobody(sent: int, total: int) -> None:
    """A listener for those who do not show progress."""


async def upload_jar(manager: JobManagerClient, jar: Path, listener: UploadListener = _nobody) -> str:
    """Uploads a jar, piece by piece, and returns the id by which it is run.

    Raises `UserError` for what is no jar and `EngineError` where it is refused.
    """
    if jar.suffix != ".jar":
        raise UserError(f"{jar.name} is no jar.", hint="The JobManager takes files that end in .jar.", path=str(jar))
    try:
        source = _Watched(jar, listener)
    except FileNotFoundError:
        raise UserError(f"There is no file {jar}.", path=str(jar)) from None
    except OSError as error:
        raise explain_os_error(error, jar) from error
    with source:
        files = {"jarfile": (jar.name, source, "application/java-archive")}
        raw = await manager.call("POST", "/jars/upload", files=files)
    return PurePosixPath(raw["filename"]).name


async def list_jars(manager: JobManagerClient) -> list[UploadedJar]:
    """The jars that were uploaded, the newest first."""
    raw = await manager.call("GET", "/jars")
    jars = [
        UploadedJar(
            each["id"], each["name"], int(each["uploaded"]), tuple(entry["name"] for entry in each.get("entry", []))
        )
        for each in raw["files"]
    ]
    return sorted(jars, key=lambda jar: -jar.uploaded)


async def jar_plan(manager: JobManagerClient, jar_id: str, run: JarRun) -> dict[str, Any]:
    """The job graph that the program would submit (``nodes``, as in ``/jobs/ID/plan``). Nothing is run.

    The program's main method runs up to its ``execute()``. Raises `EngineError`.
    """
    return dict((await manager.call("POST", f"/jars/{jar_id}/plan", json=run.body))["plan"])


async def run_jar(manager: JobManagerClient, jar_id: str, run: JarRun) -> str:
    """Runs a jar's main method and returns the id of the job that it submitted. Raises `EngineError`."""
    return str((await manager.call("POST", f"/jars/{jar_id}/run", json=run.body))["jobid"])
