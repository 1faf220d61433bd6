"""A query that gives no rows: whether its job still can.

The SQL Gateway asks a JobManager that is gone for minutes before it says so, and one that was started anew without its
jobs for ever.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from scaleph_lab.engines.jobmanager import JobManagerClient
from scaleph_lab.errors import EngineLostError, EngineTimeoutError, NotFoundError, ScalephError
from scaleph_lab.sql.faults import JobLostError

__all__ = ["JobWatch"]

_LOOK_SECONDS = 3.0
_PATIENCE_SECONDS = 60.0
_ANSWER_SECONDS = 3.0
_STOP_SECONDS = 2.0


class JobWatch:
    """Of one query's job, by the JobManager that runs it."""

    def __init__(self, jobmanager: JobManagerClient, job_id: str) -> None:
        self._jobmanager = jobmanager
        self._job_id = job_id
        self._seen_at = time.monotonic()
        self._looked_at = self._seen_at

    @property
    def silent_seconds(self) -> float:
        """For how long the JobManager has not answered, as far as it was asked; 0 while it does."""
        return max(self._looked_at - self._seen_at, 0.0)

    def row_came(self) -> None:
        """The job lives."""
        self._seen_at = self._looked_at = time.monotonic()

    async def look(self, *, at_once: bool = False) -> None:
        """Asks where neither row nor answer came for a while. Raises `JobLostError` when there is nothing to wait for.

        ``at_once`` is for a query that failed: there no patience is left.
        """
        now = time.monotonic()
        if now - self._looked_at < _LOOK_SECONDS and not at_once:
            return
        self._looked_at = now
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._jobmanager.job_state(self._job_id)
        except NotFoundError as error:
            raise JobLostError(
                "The JobManager no longer knows the query's job: it was started anew, without its jobs.",
                hint="Run the statement again. With high availability the JobManager keeps its jobs.",
                path=self._jobmanager.url,
            ) from error
        except (EngineLostError, EngineTimeoutError, TimeoutError) as error:
            if at_once or self.silent_seconds > _PATIENCE_SECONDS:
                raise JobLostError(
                    "The JobManager does not answer, so the query's job gives no more rows.",
                    hint="Start the cluster again; the session's tables and options are still there.",
                    path=self._jobmanager.url,
                ) from error
        except ScalephError:
            # It answers, if with a refusal.
            self._seen_at = time.monotonic()
        else:
            self._seen_at = time.monotonic()

    async def stop(self) -> None:
        """Cancels the job of a query whose session is gone: nobody will fetch its rows. As far as that can be done."""
        with suppress(ScalephError):
            await self._jobmanager.cancel(self._job_id)
            await self._jobmanager.wait(self._job_id, seconds=_STOP_SECONDS)
