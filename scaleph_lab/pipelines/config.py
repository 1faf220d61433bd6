"""The tree of a SeaTunnel configuration: ``env``, and the plug-ins of source, transform and sink in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scaleph_lab.pipelines.document import NodeKind
from scaleph_lab.pipelines.hocon import Place
from scaleph_lab.pipelines.hocon.evaluation import Path
from scaleph_lab.pipelines.hocon.values import Tree

__all__ = ["Comments", "Config", "Note", "Places", "Plugin", "looks_secret"]

_SECRET = re.compile(r"passw|secret|token|credential|access.?key|private.?key", re.IGNORECASE)

Comments = dict[Path, list[str]]
"""Comment lines with their marks, by the path of what they are about; ``-`` is the place after the last key, and the
empty path the whole."""
Places = dict[Path, Place]


def looks_secret(key: str) -> bool:
    """Whether an option of this name holds what nobody should read."""
    return _SECRET.search(key) is not None


@dataclass(frozen=True)
class Note:
    """Something that SeaTunnel reads in another way than it looks, or that could not be kept."""

    code: str
    message: str
    path: str = ""
    """Where it belongs: ``source/0/schema``."""
    place: Place | None = None

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        line = {"line": self.place.line, "column": self.place.column} if self.place else {}
        return {"code": self.code, "message": self.message, "path": self.path, **line}


@dataclass
class Plugin:
    """One block: a connector or a transform, with its options."""

    kind: NodeKind
    name: str
    options: dict[str, Tree]
    comments: Comments = field(default_factory=dict)
    places: Places = field(default_factory=dict)


@dataclass
class Config:
    """A configuration as SeaTunnel sees it, with comments and places."""

    env: dict[str, Tree] = field(default_factory=dict)
    source: list[Plugin] = field(default_factory=list)
    transform: list[Plugin] = field(default_factory=list)
    sink: list[Plugin] = field(default_factory=list)
    others: dict[str, Tree] = field(default_factory=dict)
    """The root's other keys, which references may name."""
    comments: Comments = field(default_factory=dict)
    """Of all but the plug-ins; their paths begin with ``env``, ``source`` and so on."""
    places: Places = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    sections: tuple[str, ...] = ("env", "source", "transform", "sink")
    """The sections that are there, in their order."""

    def plugins_of(self, kind: NodeKind) -> list[Plugin]:
        """The plug-ins of that kind, in their order."""
        return {NodeKind.SOURCE: self.source, NodeKind.TRANSFORM: self.transform, NodeKind.SINK: self.sink}[kind]

    @property
    def plugins(self) -> Iterator[Plugin]:
        """All plug-ins, in the order of the rows."""
        for kind in NodeKind:
            yield from self.plugins_of(kind)
