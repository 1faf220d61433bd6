"""``jupyter scaleph lab``: JupyterLab with the examples at hand."""

from __future__ import annotations

import os
import sys

import click

__all__ = ["lab"]


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.pass_context
def lab(context: click.Context) -> None:
    """Open JupyterLab here; all further options are JupyterLab's own.

    The side panel and `%%flinksql` are ready: installing the package enabled them.
    """
    # The same process, so that signals, the terminal and the exit code are JupyterLab's own.
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *context.args])  # noqa: S606
