"""A PostgreSQL server on loopback for as long as a benchmark takes, where the machine has one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of an empty database; None where ``initdb`` is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    programs = found[-1].parent if found else Path(named).parent if named else None
    if programs is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="scaleph-bench-") as folder:
        as_postgres: list[str] = []
        if os.geteuid() == 0:
            # The server refuses to run as root.
            shutil.chown(folder, "postgres")
            as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        data = Path(folder) / "data"
        make = [*as_postgres, str(programs / "initdb"), "-D", str(data), "-U", "scaleph", "-A", "trust"]
        subprocess.run(make, check=True, capture_output=True)
        control = [*as_postgres, str(programs / "pg_ctl"), "-D", str(data), "-w"]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        start = [*control, "-l", f"{folder}/log", "-o", options, "start"]
        subprocess.run(start, check=True, capture_output=True)
        try:
            yield f"postgresql://scaleph@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)
