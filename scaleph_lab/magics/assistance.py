"""What completion and inspection see of the engine that a cell uses, without starting one or opening a wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from scaleph_lab.errors import ScalephError

if TYPE_CHECKING:
    from scaleph_lab.engines.table_factories import TableFactories
    from scaleph_lab.magics.workbench import Workbench
    from scaleph_lab.sql.catalog import Catalog
    from scaleph_lab.sql.completion.inspect import Inspection
    from scaleph_lab.sql.completion.model import Completion

__all__ = ["ANSWER_SECONDS", "complete_script", "inspect_script"]

ANSWER_SECONDS = 2.0
"""A person who types waits no longer: then the words of the language have to do."""


async def complete_script(
    workbench: Workbench, script: str, position: int, *, engine: str | None = None, variables: Iterable[str] = ()
) -> Completion:
    """What may stand at a position of a script. Runs on the loop of the workbench; never raises `ScalephError`."""
    from scaleph_lab.sql.completion.complete import complete

    names = list(variables)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            catalog, factories = await _sight(workbench, engine)
            return await complete(script, position, catalog=catalog, factories=factories, variables=names)
    except (TimeoutError, ScalephError):
        return await complete(script, position, variables=names)


async def inspect_script(
    workbench: Workbench, script: str, position: int, *, engine: str | None = None
) -> Inspection | None:
    """What is to be said of the name at a position. Runs on the loop of the workbench; never raises `ScalephError`."""
    from scaleph_lab.sql.completion.inspect import inspect

    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            catalog, factories = await _sight(workbench, engine)
            return await inspect(script, position, catalog=catalog, factories=factories)
    except (TimeoutError, ScalephError):
        return None


async def _sight(workbench: Workbench, engine: str | None) -> tuple[Catalog | None, TableFactories | None]:
    """The session's catalog, where its engine runs, and the options that its connectors take, where they are known."""
    from scaleph_lab.engines.model import EngineState
    from scaleph_lab.engines.table_factories import known_factories

    chosen = workbench.engine(engine)
    status = await asyncio.to_thread(chosen.status)
    factories = await asyncio.to_thread(known_factories, chosen.name, status.flink_version)
    if status.state is not EngineState.RUNNING:
        return None, factories
    session = workbench.session(engine)
    await session.open()
    return session.catalog, factories
