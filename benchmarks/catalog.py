"""The catalog, on SQLite and on PostgreSQL: lists of 50 out of 10,000 projects and artifacts against an empty handler
of the same server, and 20 writers at once.

The promise: a list takes at most three times as long as the handler that answers nothing.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from postgres import postgres
from sqlalchemy import insert

from scaleph_lab.access.identity import current_user
from scaleph_lab.access.policy import Actor
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.access import NewGrant
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.models.artifact import ArtifactRow, RevisionRow
from scaleph_lab.catalog.services.grants import Grants
from scaleph_lab.catalog.services.projects import Projects

TOKEN = "token-of-the-benchmark"
PROMISE = 3.0
ROUNDS = 300
WRITERS, EACH = 20, 25
PROJECTS = ARTIFACTS = 10_000
LISTS = ("projects?limit=50", "artifacts?limit=50", "artifacts?limit=50&search=7&sort=-updated_at")


def write(url: str, writer: int) -> list[float]:
    """One writer, with connections of its own; the seconds of each of its writes."""
    database = Database(url)
    projects, took = Projects(database, Actor(f"writer{writer}", "bench")), []
    for turn in range(EACH):
        begun = time.perf_counter()
        projects.create(NewProject(code=f"w{writer}-{turn}", name="written at once"))
        took.append(time.perf_counter() - begun)
    database.close()
    return took


def grant(url: str) -> None:
    """The one who fills the catalog owns it, and grants the same to all that are measured."""
    database = Database(url)
    grants = Grants(database, Actor("filler", "bench"))
    for name in (current_user(), *(f"writer{writer}" for writer in range(WRITERS))):
        grants.create(NewGrant(user=name, role="owner"))
    database.close()


def writers(url: str) -> None:
    begun = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        took = sorted(one for each in pool.map(lambda writer: write(url, writer), range(WRITERS)) for one in each)
    rate = len(took) / (time.perf_counter() - begun)
    print(
        f"{WRITERS} writers at once: {rate:.0f} writes/s, "
        f"median {1000 * statistics.median(took):.1f} ms, longest {1000 * took[-1]:.0f} ms"
    )


def fill(url: str) -> None:
    database = Database(url)
    projects = Projects(database, Actor("filler", "bench"))
    for number in range(PROJECTS - WRITERS * EACH):
        projects.create(NewProject(code=f"p{number}", name=f"Project {number}"))
    project, history = projects.get("p0").id, {"created_by": "x", "created_at": 1, "updated_by": "x"}
    artifacts = [
        {"id": f"{number:032x}", "version": 1, "updated_at": number, "project_id": project, "type": "SQL"}
        | {"name": f"n{number}", "remark": "", "current": 1, "last": 1}
        | history
        for number in range(ARTIFACTS)
    ]
    content = {
        "message": "",
        "sha256": "0" * 64,
        "size": 1,
        "media_type": "x",
        "file_name": "",
        "facts": {},
        "found": {},
    }
    revisions = [{"artifact_id": row["id"], "number": 1, "author": "x", "at": 1, **content} for row in artifacts]
    with database.write() as session:
        session.execute(insert(ArtifactRow), artifacts)
        session.execute(insert(RevisionRow), revisions)
    database.close()


def lists(url: str, home: Path) -> float:
    """The slowest list's median over the empty handler's, measured in turns."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = [f"--ServerApp.port={port}", "--ServerApp.open_browser=False", f"--ServerApp.root_dir={home}"]
    environment = {**os.environ, "SCALEPH_LAB_CATALOG_URL": url, "JUPYTER_TOKEN": TOKEN}
    command = [sys.executable, "-m", "jupyter", "server", "--ServerApp.allow_root=True", *options]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}/scaleph"
    client = httpx.Client(headers={"Authorization": f"token {TOKEN}"}, trust_env=False, timeout=30)
    try:
        for _ in range(300):
            try:
                client.get(f"{base}/projects").raise_for_status()
                break
            except httpx.TransportError:
                time.sleep(0.1)
        took: dict[str, list[float]] = {path: [] for path in ("health", *LISTS)}
        for _ in range(ROUNDS):
            for path, times in took.items():
                begun = time.perf_counter()
                client.get(f"{base}/{path}").raise_for_status()
                times.append(time.perf_counter() - begun)
    finally:
        server.terminate()
        server.wait(20)
    empty, *full = (statistics.median(times) for times in took.values())
    print(f"empty handler {1000 * empty:.2f} ms")
    for path, seconds in zip(LISTS, full, strict=True):
        print(f"{path}, out of 10,000: {1000 * seconds:.2f} ms, {seconds / empty:.2f}x")
    return max(full) / empty


def measure(name: str, url: str) -> float:
    print(f"{name}:")
    with tempfile.TemporaryDirectory() as folder:
        grant(url)
        writers(url)
        fill(url)
        return lists(url, Path(folder))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        ratios = [measure("SQLite", f"sqlite:///{folder}/catalog.sqlite")]
        if server:
            ratios.append(measure("PostgreSQL", server))
        else:
            print("PostgreSQL: not measured, there is none on this machine (initdb)")
    print(f"promise: at most {PROMISE}x: {'kept' if max(ratios) <= PROMISE else 'BROKEN'}")
    return int(max(ratios) > PROMISE)


if __name__ == "__main__":
    sys.exit(main())
