"""``actions``: the catalog's log of actions from the shell."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.action import ActionListing
from scaleph_lab.catalog.documents.base import read
from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.platform import Platform

__all__ = ["actions"]


@click.command()
@click.option("--search", default="", help="Text that the actor, the verb, the kind of thing or the subject has.")
@click.option("--result", help="Only those that ended so: done, denied or failed.")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@click.option("--cursor", help="Where the page before ended.")
@click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
@reports_errors
def actions(search: str, result: str | None, limit: int, cursor: str | None, as_json: bool) -> None:
    """Show who changed what in the catalog, the newest first."""
    asked = read(ActionListing, {"search": search, "result": result, "limit": limit, "cursor": cursor})
    page = Platform(origin="cli").actions.list(asked)
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    table = Table("At (UTC)", "Who", "From", "What", "Subject", "Result", "Fields", box=None, pad_edge=False)
    for one in page.items:
        at = datetime.fromtimestamp(one.at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
        what, fields = f"{one.verb} {one.resource}", ", ".join(one.changed)
        table.add_row(*map(escape, (at, one.actor, one.origin, what, one.subject, one.result, fields)))
    out.print(table)
    if page.next_cursor:
        err.print(f"There are more: --cursor {page.next_cursor}", soft_wrap=True)
