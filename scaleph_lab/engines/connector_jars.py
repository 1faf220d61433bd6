"""Jars of connectors and formats that an engine does not bring: which jar has which, and fetching one.

The table names what a user writes (``'connector' = 'kafka'``) and the jar on Maven Central that holds it, by Flink's
version. It is of the releases' own documentation pages; the jars that bundle what they need are preferred.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaleph_lab.engines.artifacts import explain_os_error
from scaleph_lab.engines.model import Progress, ProgressListener, ignore_progress
from scaleph_lab.errors import NotFoundError, OfflineError
from scaleph_lab.settings import get_settings

__all__ = ["ConnectorJar", "coordinates_of", "fetch_jar", "jar_for", "known_jars"]

_MINUTES = 10
_COORDINATE = re.compile(r"[\w.-]+:[\w.-]+:[\w.-]+(?::jar:[\w.-]+)?")
_FLINK = "org.apache.flink"

Client = Callable[[str, Path], str]
"""Brings the jar of a coordinate into a folder, or says why not."""


@dataclass(frozen=True)
class ConnectorJar:
    """A jar by the names that it brings."""

    kind: str
    """``connector`` or ``format``."""
    identifiers: tuple[str, ...]
    """What a table's ``WITH`` says."""
    artifact: str
    """Group and artifact, with a colon between."""
    versions: Mapping[str, tuple[str, ...]]
    """By Flink's minor version, the newest first; ``*`` is any other, and ``{flink}`` Flink's own version."""
    also: str = ""
    """What is needed beside it, for a person."""

    def coordinates(self, flink_version: str) -> tuple[str, ...]:
        """What may be tried for that Flink, the best first; empty where there is none for it."""
        minor = ".".join(flink_version.split(".")[:2])
        versions = self.versions.get(minor, self.versions.get(f"{minor.split('.')[0]}.*", self.versions.get("*", ())))
        return tuple(f"{self.artifact}:{version.format(flink=flink_version)}" for version in versions)


_CDC = {"1.*": ("3.2.1", "3.1.1")}
_OWN = {"*": ("{flink}",)}
_DRIVER = "the database's own driver, such as org.postgresql:postgresql:42.7.4"
_JARS = (
    ConnectorJar(
        "connector",
        ("kafka", "upsert-kafka"),
        f"{_FLINK}:flink-sql-connector-kafka",
        {
            "1.18": ("3.2.0-1.18", "3.2.0-1.19"),
            "1.19": ("3.3.0-1.19", "3.2.0-1.19"),
            "1.20": ("3.4.0-1.20", "3.3.0-1.20", "3.2.0-1.19"),
            "2.*": ("4.0.1-2.0", "4.0.0-2.0"),
        },
    ),
    ConnectorJar(
        "connector",
        ("jdbc",),
        f"{_FLINK}:flink-connector-jdbc",
        {"1.18": ("3.2.0-1.18",), "1.19": ("3.2.0-1.19",), "1.20": ("3.3.0-1.20", "3.2.0-1.19")},
        also=_DRIVER,
    ),
    ConnectorJar(
        "connector",
        ("elasticsearch-7",),
        f"{_FLINK}:flink-sql-connector-elasticsearch7",
        {"1.*": ("3.1.0-1.20", "3.0.1-1.17"), "2.*": ("4.0.0-2.0",)},
    ),
    *(
        ConnectorJar("connector", (f"{name}-cdc",), f"{_FLINK}:flink-sql-connector-{name}-cdc", _CDC)
        for name in ("mysql", "postgres", "mongodb", "oracle", "sqlserver")
    ),
    ConnectorJar("format", ("avro",), f"{_FLINK}:flink-sql-avro", _OWN),
    ConnectorJar(
        "format",
        ("avro-confluent", "debezium-avro-confluent"),
        f"{_FLINK}:flink-sql-avro-confluent-registry",
        _OWN,
    ),
    ConnectorJar("format", ("parquet",), f"{_FLINK}:flink-sql-parquet", _OWN, also="Hadoop's client libraries"),
    ConnectorJar("format", ("orc",), f"{_FLINK}:flink-sql-orc", _OWN, also="Hadoop's client libraries"),
    ConnectorJar("format", ("protobuf",), f"{_FLINK}:flink-sql-protobuf", _OWN),
)


def known_jars() -> tuple[ConnectorJar, ...]:
    """All of the table."""
    return _JARS


def jar_for(identifier: str, kind: str | None = None) -> ConnectorJar | None:
    """The jar that brings a connector or a format of that name."""
    return next((jar for jar in _JARS if identifier in jar.identifiers and kind in {None, jar.kind}), None)


def coordinates_of(name: str, flink_version: str) -> tuple[str, ...]:
    """What to fetch for a name of the table, or for a coordinate ``group:artifact:version[:jar:classifier]``.

    Raises `NotFoundError`, with what there is.
    """
    if _COORDINATE.fullmatch(name):
        return (name,)
    jar = jar_for(name)
    if jar is None:
        there_are = ", ".join(identifier for each in _JARS for identifier in each.identifiers)
        raise NotFoundError(
            f"No jar is known for {name!r}.",
            hint=f"Name it by group:artifact:version, by its path, or as one of: {there_are}.",
            path=name,
        )
    found = jar.coordinates(flink_version)
    if not found:
        raise NotFoundError(f"No jar of {name!r} is known for Flink {flink_version}.", path=name)
    return found


def fetch_jar(coordinates: tuple[str, ...], progress: ProgressListener = ignore_progress) -> Path:
    """The first of these jars that can be had, from the cache or from Maven Central. Blocking.

    Raises `OfflineError` where none can be had, `DiskFullError` where it cannot be written.
    """
    for coordinate in coordinates:
        if (there := _cached(coordinate)).exists():
            return there
    if get_settings().offline:
        raise OfflineError(
            f"{coordinates[0]} is not in the cache, and the setting `offline` is on.", path=coordinates[0]
        )
    words = ""
    for coordinate in coordinates:
        progress(Progress("download", f"Fetching {coordinate} from Maven Central"))
        try:
            words = _fetch(coordinate, _cached(coordinate))
        except OSError as error:
            raise explain_os_error(error, _cached(coordinate)) from error
        if _cached(coordinate).exists():
            return _cached(coordinate)
    raise OfflineError(
        f"{' and '.join(coordinates)} cannot be fetched: {words}",
        hint="Check the name and the network (Maven Central must be reachable, through a mirror if you have one).",
        path=coordinates[0],
    )


def _cached(coordinate: str) -> Path:
    group, artifact, version, classifier = _parts(coordinate)
    return get_settings().cache_dir / "jars" / group / f"{'-'.join(filter(None, [artifact, version, classifier]))}.jar"


def _parts(coordinate: str) -> tuple[str, str, str, str]:
    """Group, artifact, version, and the classifier or an empty text; ``jar`` stands before the latter."""
    group, artifact, version, *packaging = coordinate.split(":")
    return group, artifact, version, packaging[-1] if packaging else ""


def _fetch(coordinate: str, target: Path) -> str:
    """Brings the jar; what the clients said where they could not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    words = ""
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        for client in _clients():
            words = client(coordinate, Path(scratch))
            if came := next(Path(scratch).rglob(target.name), None):
                came.replace(target)
                return ""
    return words


def _clients() -> Iterator[Client]:
    if shutil.which("mvn"):
        yield _by_mvn
    yield _by_jgo


def _by_mvn(coordinate: str, folder: Path) -> str:
    # -C: a checksum that differs fails the download.
    done = subprocess.run(
        ["mvn", "-B", "-C", "dependency:copy", f"-Dartifact={coordinate}", f"-DoutputDirectory={folder}"],
        cwd=folder,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=_MINUTES * 60,
        check=False,
    )
    errors = [line.removeprefix("[ERROR]").strip() for line in done.stdout.splitlines() if line.startswith("[ERROR]")]
    return errors[0][:400] if errors else "mvn brought nothing"


def _by_jgo(coordinate: str, folder: Path) -> str:
    from jgo.maven import MavenContext, PythonResolver

    group, artifact, version, classifier = _parts(coordinate)
    context = MavenContext(repo_cache=folder / "repository", resolver=PythonResolver())
    try:
        context.project(group, artifact).at_version(version).artifact(classifier, packaging="jar").resolve()
    except (OSError, RuntimeError, ValueError) as error:
        return f"{type(error).__name__}: {str(error)[:300]}"
    return "jgo brought nothing"
