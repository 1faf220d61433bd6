"""Catalogs: what the session sees, as a tree; and one table of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from scaleph_lab.errors import NotFoundError
from scaleph_lab.magics.answers import Answer, sentence
from scaleph_lab.magics.verbs import Request, Verb

if TYPE_CHECKING:
    from scaleph_lab.sql.catalog import Catalog
    from scaleph_lab.sql.catalog_tree import Node
    from scaleph_lab.sql.session import SqlSession

__all__ = ["CATALOG_MIME", "VERBS"]

CATALOG_MIME = "application/vnd.scaleph.catalog+json"
"""The tree in its lazy form, for the front end that fetches what is opened."""
_MOST_TABLES = 100
_MOST_DESCRIBED = 40
_QUIET = "color:var(--jp-ui-font-color2)"
_MARGIN = "margin-inline-start:1.2em"


@dataclass
class _Branch:
    node: Node
    path: tuple[str, ...]
    branches: list[_Branch]
    more: str = ""
    """What was left out below it."""


def show_catalogs(request: Request) -> Answer:
    """Catalogs, databases, tables and their columns; no engine is started to look."""
    session = _session(request)
    if session is None:
        return sentence(f"{request.workbench.engine().name} does not run: a statement starts it, and opens a session.")
    branches, revision = request.wait(_grow(session))
    text = "\n".join(line for branch in branches for line in _lines(branch, 0))
    tree = "".join(map(_html, branches))
    html = f'<div class="scaleph-catalogs" style="font-family:var(--jp-code-font-family)">{tree}</div>'
    return Answer(text, html, {CATALOG_MIME: {"revision": revision}})


def describe_table(request: Request) -> Answer:
    """The columns of a table, and the statement that makes it."""
    from scaleph_lab.sql.completion.inspect import inspect

    session = _session(request)
    if session is None:
        return sentence(f"{request.workbench.engine().name} does not run: a statement starts it, and opens a session.")
    statement = f"DESCRIBE {' '.join(request.arguments)}"

    async def ask() -> Answer | None:
        await session.open()
        found = await inspect(statement, len(statement), catalog=session.catalog)
        return Answer(found.text, found.html) if found is not None else None

    answer: Answer | None = request.wait(ask())
    if answer is None:
        name = " ".join(request.arguments)
        raise NotFoundError(f"There is no table {name}.", hint="%flink catalogs lists the tables.")
    return answer


def _session(request: Request) -> SqlSession | None:
    from scaleph_lab.engines.model import EngineState

    engine = request.workbench.engine()
    return request.workbench.session() if engine.status().state is EngineState.RUNNING else None


async def _grow(session: SqlSession) -> tuple[list[_Branch], str]:
    """The tree, cut to a size that a page bears."""
    await session.open()
    budget = _Budget()
    catalog = session.catalog
    return [await _branch(catalog, node, (), budget) for node in await _below(catalog, ())], catalog.revision


@dataclass
class _Budget:
    tables: int = _MOST_TABLES
    described: int = _MOST_DESCRIBED


async def _branch(catalog: Catalog, node: Node, above: tuple[str, ...], budget: _Budget) -> _Branch:
    path = (*above, node.name)
    branch = _Branch(node, path, [])
    if node.kind == "column":
        return branch
    if node.kind in {"table", "view"}:
        if budget.described <= 0:
            branch.more = "columns not shown: %flink describe shows them"
            return branch
        budget.described -= 1
    nodes = await _below(catalog, path)
    if node.kind == "database":
        kept = nodes[: max(budget.tables, 0)]
        budget.tables -= len(kept)
        branch.more = f"{len(nodes) - len(kept)} more" if len(kept) < len(nodes) else ""
        nodes = kept
    branch.branches = [await _branch(catalog, each, path, budget) for each in nodes]
    return branch


async def _below(catalog: Catalog, path: tuple[str, ...]) -> list[Node]:
    from scaleph_lab.sql.catalog_tree import children
    from scaleph_lab.sql.faults import SqlError

    try:
        return await children(catalog, path)
    except SqlError:
        # A catalog that does not answer, or a table whose connector is gone: the others are shown.
        return []


def _lines(branch: _Branch, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{branch.node.name}{_suffix(branch.node)}"
    for each in branch.branches:
        yield from _lines(each, depth + 1)
    if branch.more:
        yield f"{'  ' * (depth + 1)}… {branch.more}"


def _html(branch: _Branch) -> str:
    title = f'{escape(branch.node.name)}<span style="{_QUIET}">{escape(_suffix(branch.node))}</span>'
    if branch.node.kind == "column":
        return f'<div style="{_MARGIN}">{title}</div>'
    inner = "".join(map(_html, branch.branches))
    more = f'<div style="{_MARGIN};{_QUIET}">… {escape(branch.more)}</div>' if branch.more else ""
    # What one looks for first is open: the current catalog and database.
    opened = " open" if branch.node.current else ""
    return f'<details{opened} style="{_MARGIN}"><summary>{title}</summary>{inner}{more}</details>'


def _suffix(node: Node) -> str:
    notes: Sequence[str] = [
        node.detail,
        node.kind if node.kind in {"catalog", "database", "view"} else "",
        "temporary" if node.temporary else "",
        "current" if node.current else "",
    ]
    return "".join(f" · {note}" for note in notes if note)


VERBS = (
    Verb("catalogs", "shows catalogs, databases, tables and columns as a tree", show_catalogs, most=0),
    Verb("describe TABLE", "shows a table's columns and its DDL", describe_table, least=1),
)
