"""Comments of a document: texts by JSON pointers; in a configuration they are lines with marks, by paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaleph_lab.pipelines.config import Comments
from scaleph_lab.pipelines.hocon.evaluation import Path

__all__ = ["comments_from_document", "comments_to_document", "pointer"]


def pointer(path: Path) -> str:
    """The path as a JSON pointer."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)


def comments_to_document(comments: Comments) -> dict[str, str]:
    """Lines with marks as texts without."""
    return {pointer(path): "\n".join(_unmarked(line) for line in lines) for path, lines in comments.items()}


def comments_from_document(comments: Mapping[str, str], value: Any) -> Comments:
    """Texts as lines with marks; ``value`` is what the pointers point into. Those that point nowhere are left out."""
    found: Comments = {}
    for key, text in comments.items():
        path = _path(key, value)
        if path is not None and text:
            found[path] = [f"# {line}".rstrip() for line in text.split("\n")]
    return found


def _unmarked(line: str) -> str:
    text = line.removeprefix("#") if line.startswith("#") else line.removeprefix("//")
    return text.removeprefix(" ").rstrip()


def _path(key: str, value: Any) -> Path | None:
    if not key:
        return ()
    path: Path = ()
    for part in key.removeprefix("/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            path = (*path, name)
            if name not in value:
                return path if name == "-" else None
            value = value[name]
        elif isinstance(value, list):
            if name == "-":
                return (*path, name)
            if not name.isdigit() or int(name) >= len(value):
                return None
            path = (*path, int(name))
            value = value[int(name)]
        else:
            return None
    return path
