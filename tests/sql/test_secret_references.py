"""A secret goes to the gateway in its place, and its reference comes back everywhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scaleph_lab.access.secrets import SecretNotFoundError
from scaleph_lab.engines import Engine
from scaleph_lab.sql import SqlError, SqlSession
from scaleph_lab.sql.secret_references import Redactor, has_references, resolve_references

SECRETS = {"pg": "it's s3cret", "short": "x", "longer": "it's s3cret too"}


def test_a_secret_is_quoted_for_its_place() -> None:
    text = "CREATE TABLE t (a INT) WITH ('password' = '{{secret:pg}}') -- {{secret:pg}}"
    sent = resolve_references(text, Redactor(), SECRETS.__getitem__).statement.text
    assert sent == "CREATE TABLE t (a INT) WITH ('password' = 'it''s s3cret') -- {{secret:pg}}"
    assert (
        resolve_references("SELECT {{ secret:short }}", Redactor(), SECRETS.__getitem__).statement.text == "SELECT 'x'"
    )
    assert has_references(text) and not has_references("SELECT {{name}}")


def test_a_secret_between_double_quotes_has_backslashes() -> None:
    """As JAAS and JSON want it; what comes back so is redacted too."""
    redactor, find = Redactor(), {"odd": "a\"b\\c'd"}.__getitem__
    text = """SET 'jaas' = 'Login required password="{{secret:odd}}";'"""
    sent = resolve_references(text, redactor, find).statement.text
    assert sent == """SET 'jaas' = 'Login required password="a\\"b\\\\c''d";'"""
    assert redactor.text(sent) == redactor.text(sent.replace("''", "'")) == text
    assert (
        resolve_references("SET 'a' = '{{secret:odd}}'", redactor, find).statement.text == """SET 'a' = 'a"b\\c''d'"""
    )


def test_places_are_those_of_the_text_as_written() -> None:
    filled = resolve_references("SELECT '{{secret:pg}}', nope", Redactor(), SECRETS.__getitem__)
    column = filled.statement.text.index("nope") + 1
    assert filled.locate(1, column) == (1, "SELECT '{{secret:pg}}', nope".index("nope") + 1)


def test_what_comes_back_has_the_reference() -> None:
    redactor = Redactor()
    for name, secret in SECRETS.items():
        redactor.learn(secret, name)
    assert redactor.text("'password' = 'it''s s3cret'") == "'password' = '{{secret:pg}}'"
    assert redactor.text("it's s3cret too, x") == "{{secret:longer}}, x"
    assert redactor.text("'k' = 'x'") == "'k' = '{{secret:short}}'"
    error = redactor.error(SqlError("no it's s3cret", hint="it's s3cret", trace="at it's s3cret", line=1, column=2))
    assert "s3cret" not in f"{error}{error.trace}{error.args}{error.as_dict()}"
    assert (error.line, error.column) == (1, 2)


@pytest.mark.engine
async def test_no_secret_comes_back_from_the_engine(
    flink: Callable[[str], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCALEPH_SECRET_PG", "s3cret-value")
    monkeypatch.setenv("SCALEPH_SECRET_OPTION", "s3cret-option")
    table = "CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/{{secret:pg}}', 'format' = 'csv')"
    async with SqlSession(flink("flink-1.20")) as session:
        await (await session.execute(table)).rows()
        await (await session.execute("SET 'my.option' = '{{secret:option}}'")).rows()
        ((ddl,),) = await (await session.execute("SHOW CREATE TABLE t")).rows()
        assert "'path' = '/{{secret:pg}}'" in ddl and "s3cret" not in ddl
        assert (await session.properties())["my.option"] == "{{secret:option}}"
        assert session.journal.entries[0].statement == table
        with pytest.raises(SqlError) as caught:
            await session.execute("SELECT '{{secret:pg}}' AS a,\n  '{{secret:pg}}', nope")
        assert (caught.value.line, caught.value.column) == (2, 20)
        with pytest.raises(SqlError) as caught:
            await session.execute("SELECT CAST('{{secret:pg}}' AS NOTYPE)")
        assert "s3cret" not in f"{caught.value}{caught.value.trace}"
        with pytest.raises(SecretNotFoundError):
            await session.execute("SELECT '{{secret:nowhere}}'")


@pytest.mark.engine
async def test_a_replay_finds_the_secret_again(flink: Callable[[str], Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALEPH_SECRET_PATH", "s3cret-value")
    table = "CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/{{secret:path}}', 'format' = 'csv')"
    async with SqlSession(flink("flink-1.20")) as session:
        await (await session.execute(table)).rows()
        assert session._connection is not None
        await session._connection.gateway.close_session(session._connection.handle)
        ((ddl,),) = await (await session.execute("SHOW CREATE TABLE t")).rows()
        assert "{{secret:path}}" in ddl
