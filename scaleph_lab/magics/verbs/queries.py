"""Queries that go on in the background."""

from __future__ import annotations

from scaleph_lab.magics.answers import Answer, table
from scaleph_lab.magics.verbs import Request, Verb

__all__ = ["VERBS"]

_HEAD = ("query", "state", "changes", "job", "statement")


def list_queries(request: Request) -> Answer:
    """The detached queries of this notebook, the ended ones too."""
    rows = [
        (query.name, query.state, f"{query.changes:,}", query.job_id or "", query.statement)
        for query in request.workbench.queries
    ]
    return table(_HEAD, rows, empty="No query runs in the background: %%flinksql --detach starts one.")


VERBS = (Verb("queries", "lists the queries that go on in the background", list_queries, most=0),)
