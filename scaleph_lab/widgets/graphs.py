"""A graph that a page draws: plans and lineage, by ipycytoscape.

Labels are drawn on a canvas, as plain text. Of ipycytoscape no tooltips are used: they would be taken as HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipywidgets import VBox

__all__ = ["Drawing", "DrawnEdge", "DrawnNode"]

_LINE_PIXELS, _PADDING_LINES = 22, 3
_LEAST_PIXELS, _MOST_PIXELS = 150, 620
_MOST_ZOOM = 1.15
_FITTING_NODES = 8
_FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Helvetica, Arial, sans-serif"
_EDGE = "#8a94a6"
# White on each of them, and each of them on white and on black, is read well.
_COLOURS = {"plain": "#3f6fb5", "calm": "#2e7d4f", "busy": "#b3541e", "blocked": "#b3261e", "unknown": "#6b7280"}


@dataclass(frozen=True)
class DrawnNode:
    """A box."""

    id: str
    label: str
    details: str
    """What is said below the graph when it is clicked."""
    tone: str = "plain"
    """``plain``, ``calm``, ``busy``, ``blocked`` or ``unknown``."""


@dataclass(frozen=True)
class DrawnEdge:
    """An arrow."""

    source: str
    target: str
    label: str = ""


class Drawing:
    """The widget of one graph. It is made once; `update` changes labels and colours, not the shape."""

    def __init__(self, nodes: Sequence[DrawnNode], edges: Sequence[DrawnEdge]) -> None:
        import ipycytoscape
        from ipywidgets import HTML, VBox

        self._details = {node.id: node for node in nodes}
        self._shown = ""
        height = _height(nodes, edges)
        self._graph = ipycytoscape.CytoscapeWidget()
        self._graph.cytoscape_style = _style()
        self._graph.cytoscape_layout = {
            "name": "dagre", "rankDir": "LR", "nodeSep": 24, "rankSep": 90, "fit": True, "padding": 16,
            "animate": False,
        }  # fmt: skip
        self._graph.max_zoom = _MOST_ZOOM
        self._graph.wheel_sensitivity = 0.2
        # A graph that fits leaves the wheel to the page.
        self._graph.user_zooming_enabled = len(nodes) > _FITTING_NODES
        self._graph.layout.height = f"{height}px"
        self._graph.graph.add_graph_from_json(_elements(nodes, edges), directed=True)
        self._graph.on("node", "click", self._on_click)
        self._note = HTML()
        self.widget: VBox = VBox([HTML(_page_style(height)), self._graph, self._note])
        self.widget.add_class(_class(height))

    @property
    def closed(self) -> bool:
        """Whether the widget was closed: nothing shows it any more."""
        return self.widget.comm is None

    @property
    def form(self) -> dict[str, Any]:
        """Its MIME form, to be shown beside HTML and text."""
        bundle = self.widget._repr_mimebundle_()
        mime = "application/vnd.jupyter.widget-view+json"
        return {mime: (bundle[0] if isinstance(bundle, tuple) else bundle)[mime]}

    def update(self, nodes: Sequence[DrawnNode]) -> None:
        """Draws the nodes' labels and colours anew; nodes that were not there are left out."""
        self._details = {node.id: node for node in nodes}
        for element in self._graph.graph.nodes:
            node = self._details.get(element.data["id"])
            if node is not None and (element.data["label"], element.data["colour"]) != (node.label, _colour(node)):
                element.data = _data(node)
        if self._shown:
            self._say(self._shown)

    def _on_click(self, clicked: dict[str, Any]) -> None:
        self._shown = str(clicked["data"]["id"])
        self._say(self._shown)

    def _say(self, name: str) -> None:
        text = escape(self._details[name].details)
        self._note.value = (
            '<pre style="white-space:pre-wrap;line-height:1.4;margin:0;color:var(--jp-content-font-color1)">'
            f"{text}</pre>"
        )


def _height(nodes: Sequence[DrawnNode], edges: Sequence[DrawnEdge]) -> int:
    """By the fullest column: nodes stand as far to the right as the longest way to them."""
    depth = {node.id: 0 for node in nodes}
    for _ in nodes:
        for edge in edges:
            depth[edge.target] = min(max(depth[edge.target], depth[edge.source] + 1), len(nodes))
    lines: dict[int, int] = {}
    for node in nodes:
        lines[depth[node.id]] = lines.get(depth[node.id], 0) + node.label.count("\n") + 1 + _PADDING_LINES
    return min(max(_LINE_PIXELS * max(lines.values(), default=0), _LEAST_PIXELS), _MOST_PIXELS)


def _class(height: int) -> str:
    return f"scaleph-graph-{height}"


def _page_style(height: int) -> str:
    """ipycytoscape's own is white and 400 pixels high, and it measures itself before its widget's layout holds."""
    return f"<style>.{_class(height)} .custom-widget {{ background: transparent; height: {height}px }}</style>"


def _elements(nodes: Sequence[DrawnNode], edges: Sequence[DrawnEdge]) -> dict[str, Any]:
    return {
        "nodes": [{"data": _data(node)} for node in nodes],
        "edges": [
            {"data": {"id": f"e{at}", "source": edge.source, "target": edge.target, "label": edge.label}}
            for at, edge in enumerate(edges)
        ],
    }


def _data(node: DrawnNode) -> dict[str, str]:
    return {"id": node.id, "label": node.label, "colour": _colour(node)}


def _colour(node: DrawnNode) -> str:
    return _COLOURS[node.tone]


def _style() -> list[dict[str, Any]]:
    return [
        {
            "selector": "node[label]",
            "css": {
                "label": "data(label)", "shape": "round-rectangle", "background-color": "data(colour)",
                "color": "#ffffff", "font-family": _FONT, "font-size": "12px", "text-wrap": "wrap",
                "text-max-width": "230px", "text-valign": "center", "text-halign": "center", "line-height": 1.35,
                "width": "label", "height": "label", "padding": "10px", "border-width": 0,
            },
        },
        {
            "selector": "edge",
            "css": {
                "label": "data(label)", "width": 1.5, "line-color": _EDGE, "target-arrow-color": _EDGE,
                "target-arrow-shape": "triangle", "curve-style": "bezier", "color": _EDGE, "font-family": _FONT,
                "font-size": "11px", "text-margin-y": "-9px",
            },
        },
    ]  # fmt: skip
