"""Fetches pinned artifacts from Maven Central: by ``mvn`` where the machine has it, else by ``jgo``.

Both are ordinary clients that honour the user's own mirror and proxy settings; no host is named here. What they
fetch is trusted only after its checksum agrees with the lock, and is kept at once, so that an interrupted fetch
resumes where it stopped.
"""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

from filelock import FileLock

from scaleph_lab.engines.artifacts import Artifact, ArtifactFolder, explain_os_error
from scaleph_lab.engines.model import Progress, ProgressListener
from scaleph_lab.errors import BrokenArtifactError, DiskFullError, OfflineError
from scaleph_lab.settings import get_settings

__all__ = ["fetch"]

_WORKERS = 4
_SILENCE_SECONDS = 20

Fetcher = Callable[[Sequence[Artifact], ArtifactFolder, "_Tally", Path], tuple[str, list[str]]]
"""Brings what it can get into the folder, with a scratch folder at hand; returns its last words, and the files
that came damaged."""


def fetch(artifacts: Sequence[Artifact], folder: ArtifactFolder, listener: ProgressListener, *, what: str) -> None:
    """Brings all artifacts into the folder; what is there and whole is not fetched again.

    Raises `OfflineError` when something lacks and cannot be had, `BrokenArtifactError` when what was fetched is
    not what the lock says, `DiskFullError` when it cannot be written.
    """
    missing = folder.missing(artifacts)
    if not missing:
        return
    if get_settings().offline:
        raise _offline(what, missing, "The setting `offline` is on.")
    _require_room(folder, missing, what)
    with _one_at_a_time(folder):
        # Another process may have fetched them while this one waited.
        if missing := folder.missing(artifacts):
            _fetch_missing(missing, folder, _Tally(artifacts, missing, listener, what), what)


def _fetch_missing(missing: list[Artifact], folder: ArtifactFolder, tally: _Tally, what: str) -> None:
    words = []
    broken: list[str] = []
    for fetcher, only_if_broken in _fetchers():
        if only_if_broken and not broken:
            continue
        with _scratch(folder) as scratch:
            said, broken = fetcher(missing, folder, tally, scratch)
        words.append(said)
        missing = folder.missing(missing)
        tally.restart(missing)
        if not missing:
            tally.tell("Fetched")
            return
    if broken:
        raise BrokenArtifactError(
            f"{broken[0]} was fetched, but its checksum is not the one of the lock.",
            hint="A mirror or a local Maven repository may hold a damaged copy; remove it there and try again.",
            path=str(folder.path / broken[0]),
        )
    raise _offline(what, missing, words[-1])


def _require_room(folder: ArtifactFolder, missing: Sequence[Artifact], what: str) -> None:
    """Says so before minutes of fetching: a client that finds the disk full tells something else."""
    needed = sum(artifact.bytes for artifact in missing)
    there = next(parent for parent in (folder.path, *folder.path.parents) if parent.exists())
    if shutil.disk_usage(there).free < needed:
        raise DiskFullError(
            f"The disk is too full: {what} needs {needed / 1e6:.0f} MB more at {folder.path}.",
            hint="Free some space (an engine needs about 600 MB), or set SCALEPH_LAB_CACHE_DIR to another disk.",
            path=str(folder.path),
        )


def _fetchers() -> Iterator[tuple[Fetcher, bool]]:
    """The clients in their order, and whether one is for damaged files only."""
    if shutil.which("mvn"):
        yield _by_mvn, False
        # A damaged jar in the user's own repository would be handed out for ever: try once beside it.
        yield partial(_by_mvn, afresh=True), True
    yield _by_jgo, False


def _offline(what: str, missing: Sequence[Artifact], words: str) -> OfflineError:
    size = sum(artifact.bytes for artifact in missing) / 1e6
    return OfflineError(
        f"{what} lacks {len(missing)} jars ({size:.0f} MB, {missing[0].file} first), and they cannot be fetched: "
        f"{words}",
        hint="Check the network (Maven Central must be reachable, through a mirror in ~/.m2/settings.xml if you have "
        "one) and try again: what was fetched is kept.",
        path=missing[0].coordinate,
    )


@contextmanager
def _one_at_a_time(folder: ArtifactFolder) -> Iterator[None]:
    """Processes with state folders of their own may share a cache: one of them fetches."""
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.path / ".fetch.lock")
        lock.acquire()
    except OSError as error:
        raise explain_os_error(error, folder.path) from error
    try:
        # What a fetch that was killed left behind.
        for stale in folder.path.glob(".fetch-*"):
            shutil.rmtree(stale, ignore_errors=True)
        yield
    finally:
        lock.release()


@contextmanager
def _scratch(folder: ArtifactFolder) -> Iterator[Path]:
    """A folder beside the jars: on the same disk."""
    try:
        path = Path(tempfile.mkdtemp(prefix=".fetch-", dir=folder.path))
    except OSError as error:
        raise explain_os_error(error, folder.path) from error
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class _Tally:
    """Counts what is done; threads share it."""

    def __init__(
        self, wanted: Sequence[Artifact], missing: Sequence[Artifact], listener: ProgressListener, what: str
    ) -> None:
        self._listener = listener
        self._what = what
        self._lock = threading.Lock()
        self._total_bytes = sum(artifact.bytes for artifact in wanted)
        self._total_files = len(wanted)
        self.restart(missing)

    def restart(self, missing: Sequence[Artifact]) -> None:
        """Begins again with what still lacks."""
        self._sizes = {artifact.file: artifact.bytes for artifact in missing}
        self._done_bytes = self._total_bytes - sum(self._sizes.values())
        self._done_files = self._total_files - len(self._sizes)

    def add_bytes(self, count: int) -> None:
        """Some bytes of a file have come."""
        with self._lock:
            self._done_bytes = min(self._done_bytes + count, self._total_bytes)
            self.tell("Fetching")

    def finish(self, file: str, *, counted: bool = False) -> None:
        """A file has come; ``counted`` when its bytes were added as they came."""
        with self._lock:
            size = self._sizes.pop(file, None)
            if size is None:
                return
            self._done_files += 1
            self._done_bytes += 0 if counted else size
            self.tell("Fetching")

    def tell(self, verb: str) -> None:
        """Tells the listener how far it is."""
        what, files = f"{verb} {self._what}", (self._done_files, self._total_files)
        self._listener(Progress("download", what, self._done_bytes, self._total_bytes, *files))


def _by_mvn(
    missing: Sequence[Artifact], folder: ArtifactFolder, tally: _Tally, scratch: Path, *, afresh: bool = False
) -> tuple[str, list[str]]:
    words = _run_mvn(missing, tally, scratch, [f"-Dmaven.repo.local={scratch / 'repository'}"] if afresh else [])
    came = [artifact for artifact in missing if (scratch / _remote_name(artifact)).exists()]
    return words, [artifact.file for artifact in came if not folder.adopt(artifact, scratch / _remote_name(artifact))]


def _run_mvn(missing: Sequence[Artifact], tally: _Tally, scratch: Path, options: list[str]) -> str:
    (scratch / "pom.xml").write_text(_pom(missing), encoding="utf-8")
    command = ["mvn", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={scratch}"]
    by_remote_name = {_remote_name(artifact): artifact.file for artifact in missing}
    words = "mvn said nothing."
    with subprocess.Popen(
        [*command, "-DincludeScope=runtime", *options],
        cwd=scratch,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    ) as process:
        for line in process.stdout or ():
            if (match := re.search(r"Downloaded from \S+ \S+/(\S+\.jar) \(", line)) and match[1] in by_remote_name:
                tally.finish(by_remote_name[match[1]])
            elif line.startswith("[ERROR]") and words == "mvn said nothing.":
                words = line.removeprefix("[ERROR]").strip()[:400]
    return words


def _remote_name(artifact: Artifact) -> str:
    _, name, version, classifier = artifact.parts
    return f"{name}-{version}{'-' + classifier if classifier else ''}.jar"


def _pom(artifacts: Sequence[Artifact]) -> str:
    """A project that depends on just these: the lock is complete, so nothing transitive is wanted."""
    dependencies = []
    for artifact in artifacts:
        group, name, version, classifier = (escape(part) for part in artifact.parts)
        dependencies.append(
            f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>"
            + (f"<classifier>{classifier}</classifier>" if classifier else "")
            + "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
            + "</dependency>"
        )
    return (
        "<project><modelVersion>4.0.0</modelVersion><groupId>scaleph-lab</groupId><artifactId>assembly</artifactId>"
        f"<version>1</version><dependencies>{''.join(dependencies)}</dependencies></project>"
    )


def _by_jgo(missing: Sequence[Artifact], folder: ArtifactFolder, tally: _Tally, scratch: Path) -> tuple[str, list[str]]:
    from jgo.maven import MavenContext, PythonResolver
    from requests import ConnectionError as NoConnection
    from requests import Timeout

    @contextmanager
    def counting(_file: str, _size: int) -> Iterator[Callable[[int], None]]:
        yield tally.add_bytes

    # A repository of its own: jgo writes files in place, and a killed download would be taken as whole later.
    context = MavenContext(
        repo_cache=scratch / "repository",
        timeout=_SILENCE_SECONDS,
        resolver=PythonResolver(progress_callback=counting),
    )
    broken = []
    in_vain: list[str] = []

    def one(artifact: Artifact) -> str:
        if len(in_vain) >= _WORKERS:
            return in_vain[0]
        group, name, version, classifier = artifact.parts
        component = context.project(group, name).at_version(version)
        try:
            came = component.artifact(classifier=classifier, packaging="jar").resolve()
        except (NoConnection, Timeout) as error:
            # Without a network each of the jars would wait for it anew.
            in_vain.append(f"{type(error).__name__}: {_root(error)[:300]}")
            return in_vain[-1]
        # jgo lets requests' and its own errors through, of many kinds; the caller judges by what came.
        except (OSError, RuntimeError, ValueError) as error:
            if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise explain_os_error(error, folder.path) from error
            return f"{type(error).__name__}: {str(error)[:300]}"
        in_vain.clear()
        if not folder.adopt(artifact, came):
            broken.append(artifact.file)
        tally.finish(artifact.file, counted=True)
        return ""

    with ThreadPoolExecutor(_WORKERS) as pool:
        failures = [words for words in pool.map(one, missing) if words]
    return (failures[0] if failures else ""), broken


def _root(error: BaseException) -> str:
    """What the connection itself failed of, out of the layers that the client wraps around it."""
    inner = getattr(error.args[0] if error.args else None, "reason", None) or error
    return str(inner).rpartition(": ")[2] if isinstance(inner, Exception) and inner is not error else str(error)
