"""Rows to a DataFrame, against PyFlink's ``to_pandas()`` on the same rows.

PyFlink brings a Flink of its own and pins old libraries, so it lives in an environment beside the engines' cache, made
at the first run. Both take turns. The time is from the query to the frame, without the start of either.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from rows import TABLE, by_pages, seconds

from scaleph_lab.engines import get_engine
from scaleph_lab.settings import get_settings, reload_settings
from scaleph_lab.sql import SqlSession

__all__ = ["PEER"]

VERSION = "1.20.3"
ROWS = 100_000
PEER = """
import json, sys, time
from pyflink.table import EnvironmentSettings, TableEnvironment
tables = TableEnvironment.create(EnvironmentSettings.in_batch_mode())
tables.get_config().set("parallelism.default", "1")
tables.execute_sql(sys.argv[1])
for line in sys.stdin:
    begun = time.perf_counter()
    frame = tables.sql_query(line).to_pandas()
    print(json.dumps([len(frame), time.perf_counter() - begun]), flush=True)
"""
"""PyFlink's side: a query a line in, the number of rows and the seconds a line out."""


def peer_python() -> Path:
    """The interpreter that has PyFlink; it is installed if need be."""
    home = get_settings().cache_dir / "pyflink" / f"{VERSION}-py{sys.version_info.major}{sys.version_info.minor}"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        print(f"Installing PyFlink {VERSION} (about 400 MB)", flush=True)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"apache-flink=={VERSION}"], check=True)
        (home / "ready").touch()
    return python


async def measure(runs: int, python: Path) -> dict[str, float]:
    """All figures by name."""
    table, query = TABLE.format(rows=ROWS), f"SELECT * FROM rows_{ROWS}"
    peer = subprocess.Popen(  # noqa: ASYNC220  nothing else runs on this loop
        [python, "-c", PEER, table], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert peer.stdin is not None and peer.stdout is not None
    ours: list[float] = []
    theirs: list[float] = []
    async with SqlSession(get_engine("flink-1.20")) as session:
        await (await session.execute(table)).rows()
        # The first run of each warms its JVM, and does not count.
        for _ in range(runs + 1):
            ours.append(await seconds(lambda: by_pages(session, query), ROWS))
            peer.stdin.write(query + "\n")
            peer.stdin.flush()
            count, took = json.loads(peer.stdout.readline())
            if count != ROWS:
                raise RuntimeError(f"PyFlink gave {count} rows")
            theirs.append(took)
    peer.stdin.close()
    peer.wait()
    ratios = [them / us for them, us in zip(theirs[1:], ours[1:], strict=True)]
    name = f"{ROWS:,} rows to a DataFrame, n = {runs}"
    return {
        f"{name}: ratio to PyFlink's to_pandas() (promised: 5 or more)": statistics.median(ratios),
        "  least ratio": min(ratios),
        "  greatest ratio": max(ratios),
        "  ours, median s": statistics.median(ours[1:]),
        "  PyFlink, median s": statistics.median(theirs[1:]),
    }


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as state:
        os.environ["SCALEPH_LAB_STATE_DIR"] = state
        reload_settings()
        try:
            python = peer_python()
        except subprocess.CalledProcessError:
            print(f"PyFlink {VERSION} cannot be installed here: not measured")
            return
        engine = get_engine("flink-1.20")
        engine.ensure()
        try:
            for name, value in asyncio.run(measure(options.runs, python)).items():
                print(f"{name:<86} {value:8.2f}")
        finally:
            engine.stop()
    print(f"{time.perf_counter() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
