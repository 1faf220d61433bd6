"""What two pipelines do differently: layout, comments and the order of options do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from scaleph_lab.pipelines.comments import pointer
from scaleph_lab.pipelines.config import looks_secret
from scaleph_lab.pipelines.document import Node, Pipeline

__all__ = ["Change", "diff_pipelines"]

_HIDDEN = "***"
_ABSENT: Any = object()


@dataclass(frozen=True)
class Change:
    """One difference. ``path`` is ``/node/option``, ``/env/option`` or ``/edges``."""

    kind: Literal["added", "removed", "changed"]
    path: str
    before: Any = None
    after: Any = None

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


def diff_pipelines(before: Pipeline, after: Pipeline) -> list[Change]:
    """The changes that lead from one to the other. Values of options that look like secrets are hidden."""
    changes = [*_values(_settings(before), _settings(after), ())]
    old, new = ({node.id: node for node in each.nodes} for each in (before, after))
    for node_id in [*old, *(each for each in new if each not in old)]:
        changes += _nodes(node_id, old.get(node_id), new.get(node_id))
    edges = [[f"{edge.source} → {edge.target}" for edge in each.edges] for each in (before, after)]
    changes += [Change("removed", "/edges", before=edge) for edge in edges[0] if edge not in {*edges[1]}]
    changes += [Change("added", "/edges", after=edge) for edge in edges[1] if edge not in {*edges[0]}]
    return changes


def _settings(pipeline: Pipeline) -> dict[str, Any]:
    return {"env": pipeline.env, "variables": pipeline.variables, "extra": pipeline.extra}


def _nodes(node_id: str, before: Node | None, after: Node | None) -> Iterator[Change]:
    if before is None and after is not None:
        yield Change("added", f"/{node_id}", after=f"{after.kind} {after.connector}")
    elif after is None and before is not None:
        yield Change("removed", f"/{node_id}", before=f"{before.kind} {before.connector}")
    elif before is not None and after is not None:
        yield from _values(_said(before), _said(after), (node_id,))


def _said(node: Node) -> dict[str, Any]:
    # A plug-in whose table has no name does the same as one whose table is named by the way.
    return {"kind": node.kind.value, "connector": node.connector, "table": node.table, **node.options}


def _values(before: Any, after: Any, path: tuple[str | int, ...]) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(each for each in after if each not in before)]:
            yield from _values(before.get(key, _ABSENT), after.get(key, _ABSENT), (*path, key))
        return
    if before is not _ABSENT and after is not _ABSENT and before == after and isinstance(before, type(after)):
        return
    shown = [None if value is _ABSENT else _shown(value, path) for value in (before, after)]
    kind: Literal["added", "removed", "changed"]
    kind = "added" if before is _ABSENT else "removed" if after is _ABSENT else "changed"
    yield Change(kind, pointer(path), *shown)


def _shown(value: Any, path: tuple[str | int, ...]) -> Any:
    if any(isinstance(key, str) and looks_secret(key) for key in path):
        return _HIDDEN
    if isinstance(value, dict):
        return {key: _shown(item, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_shown(item, path) for item in value]
    return value
