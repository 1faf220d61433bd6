"""DataStream programs in jars: run, and looked at before they run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scaleph_lab.errors import NotFoundError
from scaleph_lab.magics.answers import Answer, sentence
from scaleph_lab.magics.verbs import Request, Verb
from scaleph_lab.magics.verbs.jobs import VerbParser, jobmanager_of

if TYPE_CHECKING:
    from scaleph_lab.engines.job_jars import JarRun
    from scaleph_lab.engines.jobmanager import JobManagerClient
    from scaleph_lab.engines.model import ProgressListener

__all__ = ["VERBS"]


def run_jar(request: Request) -> Answer:
    """Uploads the jar where it is a file, and runs its program."""
    given, arguments = _given(request, _RUN)

    async def run() -> str:
        from scaleph_lab.engines import job_jars
        from scaleph_lab.engines.savepoints import restored_from

        async with jobmanager_of(request.workbench) as manager:
            jar_id = await _uploaded(manager, given.jar, request.progress)
            options = _options(given, arguments)
            job_id = await job_jars.run_jar(manager, jar_id, options)
            begun = f", restored from {await restored_from(manager, job_id)}" if options.savepoint else ""
            return f"Job {job_id} is submitted{begun}.\nThe jar is {jar_id}: it need not be uploaded again."

    return sentence(request.wait(run()))


def plan_jar(request: Request) -> Answer:
    """The job graph that the program would submit."""
    given, arguments = _given(request, _PLAN)

    async def plan() -> Answer:
        from scaleph_lab.engines import job_jars
        from scaleph_lab.magics.plan_answers import plan_answer
        from scaleph_lab.sql.plans import job_plan

        async with jobmanager_of(request.workbench) as manager:
            jar_id = await _uploaded(manager, given.jar, request.progress)
            return plan_answer(job_plan(await job_jars.jar_plan(manager, jar_id, _options(given, arguments))))

    answer: Answer = request.wait(plan())
    return answer


def _given(request: Request, form: str) -> tuple[argparse.Namespace, list[str]]:
    """The verb's own options, and the program's arguments behind ``--``, which are left as they are."""
    own, arguments = request.arguments, list[str]()
    if "--" in own:
        at = own.index("--")
        own, arguments = own[:at], own[at + 1 :]
    parser = VerbParser(form)
    parser.add_argument("jar")
    parser.add_argument("--class", dest="entry_class", default="")
    parser.add_argument("--parallelism", type=int)
    parser.add_argument("--from", dest="savepoint", default="")
    parser.add_argument("--allow-non-restored", action="store_true")
    return parser.parse_args(own), arguments


def _options(given: argparse.Namespace, arguments: list[str]) -> JarRun:
    from scaleph_lab.engines.job_jars import JarRun

    return JarRun(given.entry_class, arguments, given.parallelism, given.savepoint, given.allow_non_restored)


async def _uploaded(manager: JobManagerClient, name: str, progress: ProgressListener) -> str:
    """The id of a jar that the engine has, or of a file or Maven coordinate that it is given now."""
    import asyncio

    from scaleph_lab.engines import job_jars
    from scaleph_lab.engines.connector_jars import coordinates_of, fetch_jar
    from scaleph_lab.engines.model import Progress

    if any(jar.id == name for jar in await job_jars.list_jars(manager)):
        return name
    path = _file(name)
    if path is None and ":" in name:
        path = await asyncio.to_thread(fetch_jar, coordinates_of(name, ""), progress)
    if path is None:
        raise NotFoundError(
            f"There is no jar {name}.", hint="Name a file, a jar of Maven Central, or the id of an upload.", path=name
        )

    def listen(sent: int, total: int) -> None:
        progress(Progress("upload", f"Uploading {path.name}", sent, total))

    return await job_jars.upload_jar(manager, path, listen)


def _file(name: str) -> Path | None:
    path = Path(name).expanduser().resolve()
    return path if path.is_file() else None


_JAR = "JAR [--class NAME] [--parallelism N] [--from SAVEPOINT] [--allow-non-restored] [-- ARG …]"
_RUN = f"run-jar {_JAR}"
_PLAN = "plan-jar JAR [--class NAME] [--parallelism N] [-- ARG …]"
VERBS = (
    Verb(_RUN, "runs a DataStream program: a file, a jar of Maven Central, or an upload", run_jar, least=1),
    Verb(_PLAN, "draws the plan of such a program, which is not run", plan_jar, least=1),
)
