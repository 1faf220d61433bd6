"""A plan as an answer: a tree as text, a table as HTML, and a graph for the pages that draw it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from scaleph_lab.magics.answers import Answer

if TYPE_CHECKING:
    from scaleph_lab.sql.plans import Activity, Node, Plan
    from scaleph_lab.widgets.graphs import Drawing, DrawnNode

__all__ = ["draw_plan", "drawn_nodes", "plan_answer", "plan_html", "plan_text"]

_BUSY, _BLOCKED = 0.8, 0.5
_LABEL_CHARACTERS = 60
_QUIET = "color:var(--jp-ui-font-color2)"
_LEFT = 'style="text-align:left;vertical-align:top"'


def plan_answer(plan: Plan, drawing: Drawing | None = None) -> Answer:
    """The plan in all forms."""
    drawing = drawing or draw_plan(plan)
    return Answer(plan_text(plan), plan_html(plan), drawing.form)


def draw_plan(plan: Plan) -> Drawing:
    """The widget of a plan."""
    from scaleph_lab.widgets.graphs import Drawing, DrawnEdge

    return Drawing(drawn_nodes(plan), [DrawnEdge(edge.source, edge.target, edge.strategy) for edge in plan.edges])


def drawn_nodes(plan: Plan) -> list[DrawnNode]:
    """What the boxes say."""
    from scaleph_lab.widgets.graphs import DrawnNode

    nodes: list[DrawnNode] = []
    for node in plan.nodes:
        title = node.title if len(node.title) <= _LABEL_CHARACTERS else f"{node.title[: _LABEL_CHARACTERS - 1]}…"
        lines = [title, f"parallelism {node.parallelism}"]
        if node.activity is not None:
            lines += [line for line in _activity_lines(node.activity) if line]
        nodes.append(DrawnNode(node.id, "\n".join(lines), _details(node), _tone(node.activity)))
    return nodes


def plan_text(plan: Plan) -> str:
    """Each node below what it feeds, as Flink's own plans are written."""
    fed = {edge.source for edge in plan.edges}
    lines = [f"Job {plan.job_id} is {plan.state}."] if plan.job_id else []
    seen: set[str] = set()
    for node in plan.nodes:
        if node.id not in fed:
            lines += _branch(plan, node, "", "", seen)
    return "\n".join(lines)


def plan_html(plan: Plan) -> str:
    """A table, which a saved notebook keeps where it cannot draw."""
    names = {node.id: number for number, node in enumerate(plan.nodes, 1)}
    head = "".join(f'<th scope="col" {_LEFT}>{title}</th>' for title in _titles(plan))
    rows = "".join(_row(plan, node, names) for node in plan.nodes)
    state = f'<div style="{_QUIET}">Job {escape(plan.job_id)} is {escape(plan.state)}.</div>' if plan.job_id else ""
    return f'<div class="scaleph-plan">{state}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _titles(plan: Plan) -> tuple[str, ...]:
    titles = ("", "operators", "parallelism", "from")
    return (*titles, "in", "out", "busy", "back-pressured") if plan.job_id else titles


def _row(plan: Plan, node: Node, names: dict[str, int]) -> str:
    operators = "<br>".join(escape(line) for line in node.operators)
    inputs = ", ".join(f"{names[edge.source]} ({edge.strategy})" for edge in plan.inputs(node))
    cells = [str(names[node.id]), operators, str(node.parallelism), escape(inputs)]
    if plan.job_id:
        activity = node.activity
        cells += (
            [f"{activity.read:,}", f"{activity.written:,}", _share(activity.busy), _share(activity.back_pressured)]
            if activity
            else [""] * 4
        )
    return f"<tr>{''.join(f'<td {_LEFT}>{cell}</td>' for cell in cells)}</tr>"


def _branch(plan: Plan, node: Node, first: str, rest: str, seen: set[str]) -> list[str]:
    facts = f" · parallelism {node.parallelism}"
    if node.activity is not None:
        facts += f" · {node.activity.summary}"
    again = node.id in seen
    lines = [f"{first}{node.title}{facts}{' · as above' if again else ''}"]
    seen.add(node.id)
    edges = () if again else plan.inputs(node)
    by_id = {each.id: each for each in plan.nodes}
    for at, edge in enumerate(edges):
        more = at < len(edges) - 1
        lines += _branch(
            plan, by_id[edge.source], f"{rest}+- [{edge.strategy}] ", f"{rest}{':  ' if more else '   '}", seen
        )
    return lines


def _activity_lines(activity: Activity) -> tuple[str, str]:
    shares = [
        f"{name} {share:.0%}"
        for name, share in (("busy", activity.busy), ("back-pressured", activity.back_pressured))
        if share is not None
    ]
    return f"{activity.read:,} in · {activity.written:,} out", " · ".join(shares)


def _details(node: Node) -> str:
    activity = [f"{node.activity.status} · {node.activity.summary}"] if node.activity is not None else []
    return "\n".join([*node.operators, *activity])


def _tone(activity: Activity | None) -> str:
    if activity is None:
        return "plain"
    if (activity.back_pressured or 0) >= _BLOCKED:
        return "blocked"
    return "busy" if (activity.busy or 0) >= _BUSY else "calm"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
