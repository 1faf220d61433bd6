"""Loads a pipeline from whatever holds it: a document, or a configuration in HOCON or JSON."""

from __future__ import annotations

import json
from pathlib import Path

from scaleph_lab.pipelines.config_reader import read_config, read_text
from scaleph_lab.pipelines.document import read_pipeline
from scaleph_lab.pipelines.importing import Imported, import_config

__all__ = ["holds_document", "load_pipeline"]

_DOCUMENT = ".seatunnel.json"


def holds_document(path: Path) -> bool:
    """Whether the file is a pipeline document, by its name or by what it has."""
    if path.name.endswith(_DOCUMENT):
        return True
    if path.suffix.lower() != ".json":
        return False
    try:
        found = json.loads(read_text(path))
    except (json.JSONDecodeError, RecursionError):
        return False
    return isinstance(found, dict) and "nodes" in found


def load_pipeline(path: Path) -> Imported:
    """The pipeline of a file, with the loss report of a configuration.

    Raises `NotFoundError`, `PipelineInvalidError` for a broken document and `ConfigSyntaxError` for a broken
    configuration.
    """
    if holds_document(path):
        return Imported(read_pipeline(path), [])
    return import_config(read_config(path), path.name.removesuffix(path.suffix))
