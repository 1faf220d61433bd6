"""Tests whether a data source can be reached, with its real protocol and within a bounded time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven, TestOutcome, network_problem
from scaleph_lab.datasources.references import resolve
from scaleph_lab.datasources.testers import tester_of
from scaleph_lab.datasources.types import DataSourceType

__all__ = ["connect_and_tell", "test_connection"]


async def test_connection(
    kind: DataSourceType, properties: Mapping[str, Any], find_secret: Callable[[str], str], seconds: float = 10
) -> TestOutcome:
    """Connects with checked properties, off the event loop. The answer comes within ``seconds`` and a moment.

    When it is cancelled the thread ends by itself, by the time limits of its driver. Raises what
    ``find_secret`` raises.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[TestOutcome] = loop.create_future()

    def tell(outcome: TestOutcome | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        elif outcome is not None:
            answer.set_result(outcome)

    def work() -> None:
        outcome, fault = None, None
        try:
            outcome = connect_and_tell(kind, properties, find_secret, seconds)
        except BaseException as error:  # noqa: BLE001  it belongs to who awaits
            fault = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, outcome, fault)

    # A thread of its own: those of a pool would keep the process alive while a driver hangs.
    threading.Thread(target=work, name="scaleph-datasource-test", daemon=True).start()
    try:
        return await asyncio.wait_for(answer, seconds + 0.5)
    except TimeoutError:
        return TestOutcome(
            ok=False,
            cause="timeout",
            message=f"No answer in {seconds:g} s.",
            hint="Check the address, and firewalls on the way.",
            latency_ms=seconds * 1000,
        )


# It is a name of the platform; pytest must not collect it.
test_connection.__test__ = False  # type: ignore[attr-defined]


def connect_and_tell(
    kind: DataSourceType, properties: Mapping[str, Any], find_secret: Callable[[str], str], seconds: float = 10
) -> TestOutcome:
    """The same, blocking. Raises what ``find_secret`` raises."""
    clear = resolve(kind, properties, find_secret)
    secrets = [str(clear[name]) for name in kind.secret_fields if name in clear]
    start = time.perf_counter()
    try:
        found = tester_of(kind)(clear, kind.test, seconds)
        if not isinstance(found, Proven):
            raise TypeError(f"the tester of {kind.name} answered {type(found).__name__}")
        outcome = TestOutcome(ok=True, proof=found.proof, version=found.version, message=found.note)
    except ConnectionProblem as problem:
        outcome = TestOutcome(
            ok=False, proof=problem.proof, cause=problem.cause, message=problem.message, hint=problem.hint
        )
    except Exception as error:  # noqa: BLE001  a driver may raise anything; a test answers in words
        words = network_problem(error, "the server") or ConnectionProblem(
            "failed", f"It failed: {type(error).__name__}: {str(error)[:300]}"
        )
        outcome = TestOutcome(ok=False, cause=words.cause, message=words.message, hint=words.hint)
    latency = round((time.perf_counter() - start) * 1000, 1)
    return TestOutcome(**{**outcome.without(secrets).as_dict(), "latency_ms": latency})
