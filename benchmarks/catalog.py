"""The catalog: a list of 50 out of 10,000 projects against an empty handler of the same server, and 20 writers at once.

The promise: the list takes at most three times as long as the handler that answers nothing.
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

from scaleph_lab.access.policy import Actor
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.services.projects import Projects

TOKEN = "token-of-the-benchmark"
PROMISE = 3.0
ROUNDS = 300
WRITERS, EACH = 20, 25
PROJECTS = 10_000


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


def writers(url: str) -> None:
    begun = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        took = sorted(one for each in pool.map(lambda writer: write(url, writer), range(WRITERS)) for one in each)
    rate = len(took) / (time.perf_counter() - begun)
    print(
        f"{WRITERS} writers on SQLite: {rate:.0f} writes/s, "
        f"median {1000 * statistics.median(took):.1f} ms, longest {1000 * took[-1]:.0f} ms"
    )


def fill(url: str) -> None:
    database = Database(url)
    projects = Projects(database, Actor("filler", "bench"))
    for number in range(PROJECTS - WRITERS * EACH):
        projects.create(NewProject(code=f"p{number}", name=f"Project {number}"))
    database.close()


def lists(url: str, home: Path) -> float:
    """The list's median over the empty handler's, measured in turns."""
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
        took: dict[str, list[float]] = {"health": [], "projects?limit=50": []}
        for _ in range(ROUNDS):
            for path, times in took.items():
                begun = time.perf_counter()
                client.get(f"{base}/{path}").raise_for_status()
                times.append(time.perf_counter() - begun)
    finally:
        server.terminate()
        server.wait(20)
    empty, full = (statistics.median(times) for times in took.values())
    listed = f"50 out of {PROJECTS:,} projects {1000 * full:.2f} ms"
    print(f"empty handler {1000 * empty:.2f} ms, {listed}: {full / empty:.2f}x")
    return full / empty


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/catalog.sqlite"
        writers(url)
        fill(url)
        ratio = lists(url, Path(folder))
    print(f"promise: at most {PROMISE}x: {'kept' if ratio <= PROMISE else 'BROKEN'}")
    return int(ratio > PROMISE)


if __name__ == "__main__":
    sys.exit(main())
