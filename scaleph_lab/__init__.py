"""Scaleph Lab: a data platform in JupyterLab, on Apache Flink, Apache SeaTunnel and Kubernetes.

Importing this package is cheap on purpose: it is what every kernel and every Jupyter server pays at
start. Rooms (``scaleph_lab.sql``, ``scaleph_lab.pipelines``, ``scaleph_lab.engines``) are imported when used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaleph_lab._version import __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from scaleph_lab.api import Flink, FlinkJob
    from scaleph_lab.platform import Platform
    from scaleph_lab.widgets.pipeline_builder import PipelineBuilder

__all__ = ["Flink", "FlinkJob", "PipelineBuilder", "Platform", "__version__", "load_ipython_extension"]


def __getattr__(name: str) -> object:
    """Brings what is heavy when it is asked for."""
    if name in {"Flink", "FlinkJob"}:
        from scaleph_lab import api

        return getattr(api, name)
    if name == "Platform":
        from scaleph_lab import platform

        return platform.Platform
    if name == "PipelineBuilder":
        from scaleph_lab.widgets import pipeline_builder

        return pipeline_builder.PipelineBuilder
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """``%load_ext scaleph_lab``: registers ``%%flinksql`` and ``%flink``."""
    from scaleph_lab.magics import register

    register(ipython)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "scaleph-lab"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    from scaleph_lab.server.app import ScalephLabApp

    return [{"module": "scaleph_lab.server.app", "app": ScalephLabApp}]
