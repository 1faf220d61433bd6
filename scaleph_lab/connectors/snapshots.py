"""Makes a snapshot of descriptors: ``python -m scaleph_lab.connectors.snapshots RELEASE OUT``.

A developer's command, run when a release is added. It fetches all jars of the release (1 GB of 2.3.8).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from scaleph_lab.connectors.descriptor import ConnectorDescriptor
from scaleph_lab.connectors.installed import read_release

__all__ = ["snapshot_text"]

_DRESSED = {"sensitive", "editor"}


def snapshot_text(descriptors: Iterable[ConnectorDescriptor]) -> str:
    """A snapshot's text: the rules without their dressing, one connector a line."""
    lines = ",\n".join(json.dumps(_plain(each), ensure_ascii=False) for each in descriptors)
    return f"[\n{lines}\n]\n"


def _plain(descriptor: ConnectorDescriptor) -> dict[str, Any]:
    plain = descriptor.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"dressing"})
    options = ({key: option[key] for key in option if key not in _DRESSED} for option in plain.get("options", ()))
    return {**plain, "options": list(options)}


@click.command()
@click.argument("release")
@click.argument("out", type=click.Path(path_type=Path))
def main(release: str, out: Path) -> None:
    """Reads the jars of RELEASE and writes the snapshot OUT."""
    found = read_release(release, lambda progress: click.echo(progress.message, err=True))
    out.write_text(snapshot_text(found), encoding="utf-8")
    click.echo(f"{out}: {len(found)} plug-ins, {sum(len(each.options) for each in found)} options")


if __name__ == "__main__":
    main()
