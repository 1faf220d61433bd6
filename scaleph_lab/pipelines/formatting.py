"""Formats files: configurations in HOCON or JSON, and documents."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from scaleph_lab.errors import PlatformError
from scaleph_lab.pipelines.config_reader import holds_document, read_config_text, read_text
from scaleph_lab.pipelines.document import read_pipeline
from scaleph_lab.pipelines.hocon import format_text

__all__ = ["format_file", "write_file"]


def format_file(path: Path) -> tuple[str, str]:
    """The text of the file as it is, and in the one style.

    Raises `NotFoundError`, `PipelineInvalidError` and `ConfigSyntaxError`.
    """
    text = read_text(path)
    if holds_document(path):
        return text, read_pipeline(path).to_json()
    if path.suffix.lower() == ".json":
        read_config_text(text, "json", path.name)
        return text, json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"
    return text, format_text(text, path.name)


def write_file(path: Path, text: str) -> None:
    """Writes the file at once or not at all, with the rights that it had. Raises `PlatformError`."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as stream:
            stream.write(text)
        partial = Path(stream.name)
        try:
            partial.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
            partial.replace(path)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise PlatformError(
            f"{path} cannot be written: {error.strerror}.", hint="Is the folder there, and yours?", path=str(path)
        ) from error


def _umask() -> int:
    # There is no way to ask for it without setting it.
    mask = os.umask(0)
    os.umask(mask)
    return mask
