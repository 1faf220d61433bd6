"""``up``, ``down``, ``status`` and ``logs``: the engines from the shell."""

from __future__ import annotations

import time

import click
from rich.table import Table

from scaleph_lab.cli.console import engine_progress, err, out, print_json, reports_errors
from scaleph_lab.engines import get_engine, list_engines
from scaleph_lab.engines.embedded import EmbeddedFlink
from scaleph_lab.engines.model import EngineState, EngineStatus
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION
from scaleph_lab.engines.supervisor import ProcessSupervisor
from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.errors import NotFoundError

__all__ = ["down", "logs", "status", "up"]

_COLOURS = {EngineState.RUNNING: "green", EngineState.LOST: "red", EngineState.STOPPED: "dim"}


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the engine's status as JSON.")
@reports_errors
def up(name: str | None, as_json: bool) -> None:
    """Start the engine NAME (by default the one that cells use), fetching it if it has to be.

    NAME is an engine of `jupyter scaleph status`, or `zeta` for SeaTunnel's own.
    """
    begun = time.monotonic()
    with engine_progress() as progress:
        if name == "zeta":
            ZetaServer().ensure(progress)
        else:
            get_engine(name).ensure(progress)
    if as_json:
        print_json(_zeta_status() if name == "zeta" else get_engine(name).status().as_dict())
        return
    if name == "zeta":
        out.print(f"zeta (SeaTunnel {SEATUNNEL_VERSION}) runs, after {time.monotonic() - begun:.1f} s.")
        return
    found = get_engine(name).status()
    out.print(f"[green]{found.name} runs[/], after {time.monotonic() - begun:.1f} s.")
    out.print(f"  SQL Gateway  {found.gateway_url}\n  Flink UI     {found.jobmanager_url}", soft_wrap=True)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print what was stopped as JSON.")
@reports_errors
def down(names: tuple[str, ...], as_json: bool) -> None:
    """Stop the engines NAMES, by default all of this machine. Their jobs are cancelled."""
    stopped = [supervisor.name for supervisor in _supervisors(names) if supervisor.stop()]
    if as_json:
        print_json({"stopped": stopped})
    elif stopped:
        out.print(f"Stopped {', '.join(stopped)}.")
    else:
        out.print("No engine was running.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print all that is known, as JSON.")
@reports_errors
def status(as_json: bool) -> None:
    """Show the engines, their state, and where they answer."""
    found = [engine.status() for engine in list_engines()]
    if as_json:
        print_json({"engines": [one.as_dict() for one in found], "zeta": _zeta_status()})
        return
    table = Table("Engine", "State", "Flink", "PID", "Memory", "Flink UI", "", box=None, pad_edge=False)
    for one in found:
        table.add_row(*_row(one))
    zeta = _zeta_status()
    table.add_row("zeta", str(zeta["state"]), f"SeaTunnel {SEATUNNEL_VERSION}", str(zeta["pid"] or ""), "", "", "")
    out.print(table)


@click.command()
@click.argument("name", required=False)
@click.option("-n", "--lines", default=100, show_default=True, help="How many of the last lines.")
@click.option("-f", "--follow", is_flag=True, help="Go on until interrupted.")
@reports_errors
def logs(name: str | None, lines: int, follow: bool) -> None:
    """Print the log of the engine NAME (by default the one that cells use)."""
    supervisor = _supervisors((name or get_engine().name,))[0]
    if not supervisor.log_file.exists():
        err.print(f"{supervisor.name} has no log: it was never started.")
        return
    click.echo(supervisor.log_tail(lines))
    if not follow:
        return
    with supervisor.log_file.open(encoding="utf-8", errors="replace") as stream:
        stream.seek(0, 2)
        while True:
            if text := stream.read():
                click.echo(text, nl=False)
            else:
                time.sleep(0.3)


def _supervisors(names: tuple[str, ...]) -> list[ProcessSupervisor]:
    local: dict[str, ProcessSupervisor] = {
        engine.name: engine for engine in list_engines() if isinstance(engine, EmbeddedFlink)
    }
    local["zeta"] = ZetaServer()
    for name in names:
        if name not in local:
            raise NotFoundError(
                f"There is no engine {name!r} on this machine.", hint=f"There are: {', '.join(local)}.", path=name
            )
    return [local[name] for name in names or local]


def _zeta_status() -> dict[str, object]:
    server = ZetaServer()
    record = server.record()
    return {
        "state": server.state(),
        "version": SEATUNNEL_VERSION,
        "pid": record.pid if record else None,
        "log_file": str(server.log_file) if server.log_file.exists() else None,
    }


def _row(one: EngineStatus) -> list[str]:
    colour = _COLOURS.get(one.state, "yellow")
    memory = f"{one.memory_bytes / 1e6:.0f} MB" if one.memory_bytes else ""
    return [
        f"[bold]{one.name}[/]{' (default)' if one.default else ''}",
        f"[{colour}]{one.state}[/]",
        one.flink_version,
        str(one.pid or ""),
        memory,
        one.jobmanager_url or "",
        f"[dim]{one.message}[/]",
    ]
