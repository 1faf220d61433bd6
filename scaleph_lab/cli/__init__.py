"""``jupyter scaleph``: the command line. Each command is a module, imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from scaleph_lab._version import __version__

__all__ = ["main"]

_COMMANDS = {
    "actions": ("actions", "Show who changed what in the catalog."),
    "artifact": ("artifact", "Keep artifacts with their revisions."),
    "connectors": ("connectors", "List SeaTunnel's connectors and their options."),
    "datasource": ("datasource", "Make, test, browse, change and delete data sources."),
    "demo": ("demo", "Run the demonstration: engine, pipeline and notebook on real data."),
    "dictionary": ("dictionary", "List the platform's enumerations."),
    "doctor": ("doctor", "Say what this machine has, what it lacks, and how to mend it."),
    "down": ("engines", "Stop the engines."),
    "grant": ("grant", "Grant and revoke roles and rights, and ask what somebody may do."),
    "lab": ("lab", "Open JupyterLab, with everything ready."),
    "logs": ("engines", "Print an engine's log."),
    "pipeline": ("pipeline", "Check, compile and run SeaTunnel pipelines."),
    "project": ("project", "Make, list, change and delete projects."),
    "resource": ("resource", "Keep what deployments run on: Kubernetes clusters."),
    "role": ("role", "List roles, and make your own."),
    "secret": ("secret", "Keep, list and forget secrets."),
    "sql": ("sql", "Run Flink SQL statements."),
    "standard": ("standard", "Keep a data standard, and compare with it."),
    "status": ("engines", "Show the engines and their state."),
    "up": ("engines", "Start an engine, fetching it if it has to be."),
    "user": ("user", "List, make, disable and delete users; say who you are."),
}


class _LateGroup(click.Group):
    """Knows its commands by name; `jupyter scaleph --help` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"scaleph_lab.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in sorted(_COMMANDS)])


@click.group(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scaleph-lab")
def main() -> None:
    """Scaleph Lab: Flink SQL, SeaTunnel pipelines and their engines, from the shell.

    \b
    Exit codes: 0 done · 1 failed · 2 wrong input · 3 the machine lacks something
                4 the engine failed · 130 interrupted
    """
