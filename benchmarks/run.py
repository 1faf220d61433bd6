"""Measures what the project promises, each against a floor or a peer in the same run: ``make bench``.

Absolute times depend on the machine; the ratios are the result. Jars must be in the cache (`jupyter scaleph up`).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from first_row import first_row
from separate_jvms import start_three_jvms

from scaleph_lab.engines.embedded import EmbeddedFlink
from scaleph_lab.engines.flink_conf import flink_options, jvm_options, write_configuration
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.profiles import get_profile
from scaleph_lab.engines.supervisor import free_port
from scaleph_lab.settings import get_settings, reload_settings

HERE = Path(__file__).parent


def main() -> None:
    """Prints a table of medians and ratios, and with ``--json`` the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        os.environ["SCALEPH_LAB_STATE_DIR"] = state
        reload_settings()
        EmbeddedFlink(get_profile("flink-1.20")).ensure()
        EmbeddedFlink(get_profile("flink-1.20")).stop()
        figures = measure(options.runs)
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:<58} {value:8.2f}")


def measure(runs: int) -> dict[str, float]:
    """All figures by name. Starts take turns, so that a machine that slows down slows all of them."""
    ours, plain, separate, memory = [], [], [], []
    for _ in range(runs):
        seconds, resident = our_start()
        ours.append(seconds)
        memory.append(resident / 1e6)
        plain.append(plain_start())
        separate.append(start_three_jvms(*_parts()))
    figures = {
        "first row of SELECT 1, cold process: this engine, s": statistics.median(ours),
        "  a plain start in one process, s": statistics.median(plain),
        "  three separate JVMs, s": statistics.median(separate),
        "  ratio to the plain start (promised: 0.60 or less)": statistics.median(ours) / statistics.median(plain),
        "  ratio to three JVMs": statistics.median(ours) / statistics.median(separate),
        "resident memory after it, MB (promised: 400 or less)": statistics.median(memory),
    }
    python = timed(["-c", "pass"], runs)
    package = timed(["-c", "import scaleph_lab"], runs)
    shell = "from IPython.core.interactiveshell import InteractiveShell as S; s = S.instance()"
    ipython = timed(["-c", shell], runs)
    loaded = timed(["-c", f"{shell}; s.run_line_magic('load_ext', 'scaleph_lab')"], runs)
    figures["import scaleph_lab, s above Python alone (promised: 0.30)"] = package - python
    figures["%load_ext scaleph_lab, s above IPython alone (promised: 0.50)"] = loaded - ipython
    return figures


def timed(arguments: list[str], runs: int) -> float:
    """Median seconds of a whole Python process."""

    def once() -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        return time.perf_counter() - begun

    return statistics.median(once() for _ in range(max(runs, 5)))


def our_start() -> tuple[float, int]:
    """Seconds from nothing to the first row, and the resident bytes then."""
    engine = EmbeddedFlink(get_profile("flink-1.20"))
    begun = time.perf_counter()
    try:
        first_row(engine.ensure().gateway_url)
        return time.perf_counter() - begun, psutil.Process(engine.status().pid).memory_info().rss
    finally:
        engine.stop()


def plain_start() -> float:
    """The same one process without our means: one after the other, no archive, the JVM's own compiler settings."""
    java, conf, classpath, gateway = _parts()
    order = {"libjvm": str(java.libjvm), "conf": str(conf), "classpath": classpath, "options": _plain_options(conf)}
    environment = {**os.environ, "FLINK_CONF_DIR": str(conf)}
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, HERE / "plain_start.py", json.dumps(order)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        first_row(gateway)
        seconds = time.perf_counter() - begun
        process.kill()
    return seconds


def _plain_options(conf: Path) -> list[str]:
    ours = {"-XX:TieredStopAtLevel=1", "-Xrs", "-Xms64m"}
    return [option for option in jvm_options(conf.parent, get_settings(), conf) if option not in ours]


def _parts() -> tuple[object, Path, list[str], str]:
    """Java, a configuration with fresh ports, the class path, and the gateway's URL."""
    profile = get_profile("flink-1.20")
    home = Path(tempfile.mkdtemp(prefix="bench-", dir=get_settings().state_dir))
    for folder in ("tmp", "upload", "savepoints"):
        (home / folder).mkdir()
    ports = {"gateway": free_port(), "jobmanager": free_port()}
    options = flink_options(home, get_settings(), gateway_port=ports["gateway"], jobmanager_port=ports["jobmanager"])
    conf = write_configuration(home, profile, options)
    url = f"http://127.0.0.1:{ports['gateway']}"
    return find_java(profile.java_versions), conf, EmbeddedFlink(profile).assembly.classpath, url


if __name__ == "__main__":
    main()
