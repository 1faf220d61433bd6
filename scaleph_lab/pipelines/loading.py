"""Loads a pipeline from whatever holds it: a document, or a configuration in HOCON or JSON."""

from __future__ import annotations

from pathlib import Path

from scaleph_lab.pipelines.config_reader import holds_document, read_config
from scaleph_lab.pipelines.document import read_pipeline
from scaleph_lab.pipelines.importing import Imported, import_config

__all__ = ["load_pipeline"]


def load_pipeline(path: Path) -> Imported:
    """The pipeline of a file, with the loss report of a configuration.

    Raises `NotFoundError`, `PipelineInvalidError` for a broken document and `ConfigSyntaxError` for a broken
    configuration.
    """
    if holds_document(path):
        return Imported(read_pipeline(path), [])
    return import_config(read_config(path), path.name.removesuffix(path.suffix))
