"""Mistakes on real engines: one line, the place, and what may have been meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.sql import SqlError, SqlSession, split_script

from .error_table import CASES, SETUP

PROFILES = ("flink-1.18", "flink-1.20", "flink-2.3")

pytestmark = pytest.mark.engine


async def failure(session: SqlSession, script: str) -> SqlError:
    with pytest.raises(SqlError) as caught:
        for statement in split_script(script):
            await (await session.execute(statement.sql, keyword=statement.keyword)).rows()
    return caught.value


@pytest.mark.parametrize("profile", PROFILES)
async def test_every_mistake_says_what_and_where_and_what_was_meant(
    flink: Callable[[str], Engine], profile: str
) -> None:
    wrong: list[str] = []
    async with SqlSession(flink(profile)) as session:
        for statement in SETUP:
            await (await session.execute(statement)).rows()
        for name, (marked, message, hint) in CASES.items():
            script, column = marked.replace("|", ""), marked.find("|") + 1
            error = await failure(session, script)
            await (await session.execute("RESET")).rows()
            await (await session.execute("DROP TEMPORARY TABLE IF EXISTS t")).rows()
            is_right = message in error.message and hint in error.hint and "\n" not in error.message
            is_right = is_right and len(error.message) < 400 and (not column or error.column == column)
            if not is_right:
                wrong.append(
                    f"{name}\n    {marked}\n    {error.line}:{error.column} {error.message}\n    ~ {error.hint}"
                )
            assert error.trace
    assert not wrong, "\n".join(wrong)
