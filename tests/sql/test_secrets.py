"""Secrets of options are hidden, and all else stays as it was written."""

from __future__ import annotations

import pytest

from scaleph_lab.sql.secrets import is_secret, mask_secrets


@pytest.mark.parametrize(
    ("sql", "masked"),
    [
        ("WITH ('password' = 'abc')", "WITH ('password' = '******')"),
        ("WITH (\n  'PASSWORD'='it''s'\n)", "WITH (\n  'PASSWORD'='******'\n)"),
        ("SET 's3.secret-key' = 'x'", "SET 's3.secret-key' = '******'"),
        ("'url' = 'jdbc:postgresql://h/d?user=u&password=p&ssl=true'",
         "'url' = 'jdbc:postgresql://h/d?user=u&password=******&ssl=true'"),
        ("'url' = 'mongodb://me:pw@host/db'", "'url' = 'mongodb://******@host/db'"),
        ("'url' = 'jdbc:mysql://host:3306/d'", "'url' = 'jdbc:mysql://host:3306/d'"),
        ("SELECT 'password', 'abc' FROM t -- 'password' = 'x'", "SELECT 'password', 'abc' FROM t -- 'password' = 'x'"),
        ("WHERE password = 'abc'", "WHERE password = 'abc'"),
        ("'path' = '/data'", "'path' = '/data'"),
        ("'password' = 'open", "'password' = '******'"),
    ],
)  # fmt: skip
def test_secrets_are_masked(sql: str, masked: str) -> None:
    assert mask_secrets(sql) == masked


@pytest.mark.parametrize("key", ["password", "s3.access-key", "properties.sasl.jaas.config", "api.token", "passphrase"])
def test_keys_of_secrets(key: str) -> None:
    assert is_secret(key)


@pytest.mark.parametrize("key", ["connector", "username", "scan.startup.mode", "key.format", "primary-key"])
def test_other_keys(key: str) -> None:
    assert not is_secret(key)
