"""How ``artifact`` prints: artifacts, what a save left, diffs, the progress of an upload."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.artifact import Artifact, Diff, Revision, Saved
from scaleph_lab.cli.console import engine_progress, out, print_json
from scaleph_lab.engines.model import Progress

__all__ = ["print_artifact", "print_diff", "print_saved", "upload_progress"]


def print_artifact(one: Artifact, revisions: Sequence[Revision], *, as_json: bool) -> None:
    """An artifact, and those of its revisions that are given."""
    if as_json:
        found = {"revisions": [revision.model_dump(mode="json") for revision in revisions]} if revisions else {}
        print_json({**one.model_dump(mode="json"), **found})
        return
    remark = f"\n{escape(one.remark)}" if one.remark else ""
    out.print(f"[bold]{escape(one.key)}[/]  (revision {one.current}, version {one.version}){remark}", soft_wrap=True)
    if not revisions:
        return
    for name, value in [fact for one in revisions[:1] for fact in (*one.facts.items(), *one.found.items())]:
        if value not in ("", [], {}):
            out.print(f"  {name}: {escape(str(value))}", soft_wrap=True)
    table = Table("Revision", "At", "Author", "Bytes", "Message", box=None, pad_edge=False)
    for revision in revisions:
        at = datetime.fromtimestamp(revision.at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        row = (str(revision.number), at, revision.author, f"{revision.size:,}", revision.message)
        table.add_row(*map(escape, row))
    out.print(table)


def print_saved(saved: Saved, *, as_json: bool) -> None:
    """What a save left."""
    if as_json:
        print_json(saved.model_dump(mode="json"))
        return
    number, key = saved.revision.number, escape(saved.artifact.key)
    if saved.is_new:
        out.print(f"Saved revision {number} of {key}.", soft_wrap=True)
    else:
        out.print(f"Nothing differs from revision {number} of {key}, so none was made.", soft_wrap=True)
    for service, classes in saved.revision.found.get("duplicate_services", {}).items():
        names = escape(", ".join(classes))
        out.print(f"[yellow]Registered more than once for {escape(service)}:[/] {names}", soft_wrap=True)


def print_diff(diff: Diff, *, as_json: bool) -> None:
    """How two revisions differ."""
    if as_json:
        print_json(diff.model_dump(mode="json"))
        return
    for change in diff.facts:
        out.print(f"{change.name}: {escape(f'{change.old} → {change.new}')}", soft_wrap=True)
    if diff.text:
        out.print(escape(diff.text), end="", soft_wrap=True)
    elif diff.note:
        out.print(escape(diff.note), soft_wrap=True)
    elif not diff.facts:
        out.print("They are the same.")


@contextmanager
def upload_progress(file: Path) -> Iterator[Callable[[int, int], None]]:
    """A bar with bytes while a file is sent; lines where there is no terminal."""
    with engine_progress() as show:

        def told(sent: int, total: int) -> None:
            show(Progress("upload", f"Sending {file.name}", done_bytes=sent, total_bytes=total))

        yield told
