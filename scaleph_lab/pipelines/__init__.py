"""SeaTunnel pipelines: documents, configurations, checks, the compiler, the two runners. Loaded when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaleph_lab.pipelines.compiler import compile_pipeline, render_config
    from scaleph_lab.pipelines.config_reader import read_config, read_config_text
    from scaleph_lab.pipelines.config_writer import to_hocon, to_json
    from scaleph_lab.pipelines.diagnosis import Diagnostic, diagnose
    from scaleph_lab.pipelines.document import Pipeline, read_pipeline
    from scaleph_lab.pipelines.errors import PipelineFailedError, PipelineInvalidError
    from scaleph_lab.pipelines.exporting import export_pipeline
    from scaleph_lab.pipelines.importing import Imported, import_config, import_file
    from scaleph_lab.pipelines.outcome import PipelineOutcome
    from scaleph_lab.pipelines.running import raise_for_failure, run_pipeline

__all__ = [
    "Diagnostic",
    "Imported",
    "Pipeline",
    "PipelineFailedError",
    "PipelineInvalidError",
    "PipelineOutcome",
    "compile_pipeline",
    "diagnose",
    "export_pipeline",
    "import_config",
    "import_file",
    "raise_for_failure",
    "read_config",
    "read_config_text",
    "read_pipeline",
    "render_config",
    "run_pipeline",
    "to_hocon",
    "to_json",
]

_HOMES = {
    "Diagnostic": "diagnosis",
    "Imported": "importing",
    "Pipeline": "document",
    "PipelineFailedError": "errors",
    "PipelineInvalidError": "errors",
    "PipelineOutcome": "outcome",
    "compile_pipeline": "compiler",
    "diagnose": "diagnosis",
    "export_pipeline": "exporting",
    "import_config": "importing",
    "import_file": "importing",
    "raise_for_failure": "running",
    "read_config": "config_reader",
    "read_config_text": "config_reader",
    "read_pipeline": "document",
    "render_config": "compiler",
    "run_pipeline": "running",
    "to_hocon": "config_writer",
    "to_json": "config_writer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
