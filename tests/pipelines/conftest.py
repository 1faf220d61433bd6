"""A real PostgreSQL, made for the run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[int]:
    """The port of a PostgreSQL server on loopback, with a superuser ``scaleph`` and the password ``pw-of-the-test``."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine (initdb); install the package postgresql")
    # Not below pytest's own folder, which only its owner may enter: the server has another user.
    with tempfile.TemporaryDirectory(prefix="scaleph-postgres-") as folder:
        yield from _serve(programs, Path(folder))


def _serve(programs: Path, home: Path) -> Iterator[int]:
    password = home / "password"
    password.write_text("pw-of-the-test")
    as_postgres: list[str] = []
    if os.geteuid() == 0:
        # The server refuses to run as root.
        shutil.chown(home, "postgres")
        shutil.chown(password, "postgres")
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    data = home / "data"
    subprocess.run(
        [*as_postgres, programs / "initdb", "-D", data, "-U", "scaleph", "--pwfile", password, "-A", "scram-sha-256"],
        check=True,
        capture_output=True,
    )
    control = [*as_postgres, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
    subprocess.run([*control, "-l", str(home / "log"), "-o", options, "start"], check=True, capture_output=True)
    yield port
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)
