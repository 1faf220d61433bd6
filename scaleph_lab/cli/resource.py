"""``resource``: what deployments run on, from the shell."""

from __future__ import annotations

import click

from scaleph_lab.cli.cluster import cluster

__all__ = ["resource"]


@click.group()
def resource() -> None:
    """Keep what deployments run on: Kubernetes clusters."""


resource.add_command(cluster)
