"""Secrets go in and never out, in process and over REST."""

from __future__ import annotations

import json

import pytest

from scaleph_lab.catalog.documents.action import ActionListing
from scaleph_lab.catalog.documents.base import read
from scaleph_lab.catalog.documents.secret import NewSecret
from scaleph_lab.errors import NotFoundError, ValidationError

CANARY = "canary-3b9e"


def test_a_secret_is_kept_listed_by_name_and_forgotten(platform):
    platform.secrets.put("contract", NewSecret(value=CANARY))
    found = platform.secrets.list()
    assert "contract" in found.names
    assert CANARY not in found.model_dump_json()
    platform.secrets.delete("contract")
    with pytest.raises(NotFoundError, match="no secret 'contract'"):
        platform.secrets.delete("contract")
    log = platform.actions.list(ActionListing(search="contract")).items
    assert [(each.verb, each.result) for each in log[:3]] == [
        ("delete", "failed"),
        ("delete", "done"),
        ("write", "done"),
    ]
    assert CANARY not in json.dumps([each.model_dump() for each in log])


@pytest.mark.parametrize("name", ["a b", "-", "n" * 300, "ä"])
def test_a_name_that_serves_not_is_refused(platform, name):
    with pytest.raises(ValidationError, match="no name of a secret"):
        platform.secrets.put(name, NewSecret(value=CANARY))


def test_an_empty_value_is_refused_and_a_long_one_never_quoted():
    for value in ("", CANARY * 10_000):
        with pytest.raises(ValidationError) as refused:
            read(NewSecret, {"value": value})
        assert CANARY not in str(refused.value)
