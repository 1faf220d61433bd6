"""The Flink jobs of an engine."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.engines.jobmanager import Job, JobManagerClient
from scaleph_lab.errors import UserError
from scaleph_lab.server.base import ScalephHandler, authorized_to_execute

__all__ = ["JobCancelHandler", "JobListHandler"]

_RESOURCE = "scaleph:engines"
_JOB_ID = re.compile(r"[0-9a-f]{32}")


class JobListHandler(ScalephHandler):
    """``/scaleph/engines/{name}/jobs``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Lists the jobs that the JobManager remembers, the newest first."""
        url = await asyncio.to_thread(self.service.jobmanager_url, name)
        async with JobManagerClient(url) as jobmanager:
            jobs = await jobmanager.jobs()
        self.reply({"jobs": [_job(job) for job in jobs]})


class JobCancelHandler(ScalephHandler):
    """``/scaleph/engines/{name}/jobs/{id}/cancel``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized_to_execute
    async def post(self, name: str, job_id: str) -> None:
        """Asks the JobManager to cancel the job; the list of jobs shows when it has ended."""
        if not _JOB_ID.fullmatch(job_id):
            raise UserError(
                f"{job_id!r} is not the id of a Flink job.",
                hint="An id is 32 hexadecimal digits, as the list of jobs shows them.",
                path="id",
            )
        url = await asyncio.to_thread(self.service.jobmanager_url, name)
        await asyncio.to_thread(self.service.touch, name)
        async with JobManagerClient(url) as jobmanager:
            await jobmanager.cancel(job_id)
        self.reply({"id": job_id}, HTTPStatus.ACCEPTED)


def _job(job: Job) -> dict[str, Any]:
    return {**asdict(job), "done": job.done}
