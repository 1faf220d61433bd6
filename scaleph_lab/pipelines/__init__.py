"""SeaTunnel pipelines: the document, its checks, the compiler, and the two runners. Loaded when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaleph_lab.pipelines.compiler import compile_pipeline, render_config
    from scaleph_lab.pipelines.document import Pipeline, read_pipeline
    from scaleph_lab.pipelines.errors import PipelineFailedError, PipelineInvalidError
    from scaleph_lab.pipelines.outcome import PipelineOutcome
    from scaleph_lab.pipelines.running import raise_for_failure, run_pipeline

__all__ = [
    "Pipeline",
    "PipelineFailedError",
    "PipelineInvalidError",
    "PipelineOutcome",
    "compile_pipeline",
    "raise_for_failure",
    "read_pipeline",
    "render_config",
    "run_pipeline",
]

_HOMES = {
    "Pipeline": "document",
    "PipelineFailedError": "errors",
    "PipelineInvalidError": "errors",
    "PipelineOutcome": "outcome",
    "compile_pipeline": "compiler",
    "raise_for_failure": "running",
    "read_pipeline": "document",
    "render_config": "compiler",
    "run_pipeline": "running",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
