"""The plan of a job, of a query, or of a statement, as a graph."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from scaleph_lab.errors import EngineError, NotFoundError
from scaleph_lab.magics.answers import Answer
from scaleph_lab.magics.plan_answers import draw_plan, drawn_nodes, plan_answer
from scaleph_lab.magics.verbs import Request, Verb
from scaleph_lab.magics.verbs.jobs import find_job, jobmanager_of

if TYPE_CHECKING:
    from scaleph_lab.engines.jobmanager import JobManagerClient
    from scaleph_lab.magics.workbench import Workbench
    from scaleph_lab.sql.plans import Plan
    from scaleph_lab.widgets.graphs import Drawing

__all__ = ["VERBS"]

_REFRESH_SECONDS = 1.0
_FOLLOWED_SECONDS = 15 * 60.0


def show_plan(request: Request) -> Answer:
    """The plan of a job with what its vertices do; without a name that of this notebook's last job."""
    bench = request.workbench

    async def look() -> Plan:
        from scaleph_lab.sql.plans import running_plan

        async with jobmanager_of(bench) as manager:
            if request.arguments:
                job_id = (await find_job(bench, manager, request.arguments[0])).id
            else:
                job_id = await _last_job(bench, manager)
            return await running_plan(manager, job_id)

    plan: Plan = request.wait(look())
    drawing = draw_plan(plan)
    if plan.state not in _ENDED:
        bench.loop.start(_follow(bench, plan.job_id, drawing))
    return plan_answer(plan, drawing)


_ENDED = frozenset({"FINISHED", "CANCELED", "FAILED", "SUSPENDED"})


async def _last_job(bench: Workbench, manager: JobManagerClient) -> str:
    """The latest job that a cell of this notebook started."""
    ours = {job for session in bench.sessions.values() for job in session.submitted_jobs}
    ours |= {query.job_id for query in bench.queries if query.job_id is not None}
    found = next((job.id for job in await manager.jobs() if job.id in ours), None)
    if found is None:
        raise NotFoundError(
            "No cell of this notebook has started a job that is known still.",
            hint="%flink plan JOB shows that of any job; %%flinksql --explain that of statements which are not run.",
        )
    return found


async def _follow(bench: Workbench, job_id: str, drawing: Drawing) -> None:
    """Renews the boxes while the job runs, the widget is there, and for a quarter of an hour at most."""
    from scaleph_lab.sql.plans import running_plan

    end = time.monotonic() + _FOLLOWED_SECONDS
    try:
        async with jobmanager_of(bench) as manager:
            state = ""
            while state not in _ENDED and not drawing.closed and time.monotonic() < end:
                await asyncio.sleep(_REFRESH_SECONDS)
                plan = await running_plan(manager, job_id)
                state = plan.state
                drawing.update(drawn_nodes(plan))
    except (EngineError, NotFoundError):
        # The engine was stopped, or has forgotten the job: the last picture stays.
        return


VERBS = (
    Verb("plan [JOB]", "draws the plan of a job with its vertices' records, busy and back-pressured time",
         show_plan, most=1),
)  # fmt: skip
