"""Options against a connector's rules: what SeaTunnel's own validator refuses is told as one types."""

from __future__ import annotations

from typing import Any

import pytest

from scaleph_lab.connectors import find_descriptor, violations
from scaleph_lab.connectors.descriptor import Condition, ConnectorDescriptor, Kind, OptionDescriptor


def broken(kind: Kind, name: str, **options: Any) -> list[tuple[str, str]]:
    given = {key.replace("__", "."): value for key, value in options.items()}
    return [(each.code, each.key) for each in violations(find_descriptor(kind, name), given)]


def test_required_options_are_asked_for() -> None:
    assert broken("sink", "LocalFile") == [("missing", "path")]
    assert broken("source", "Jdbc", url="jdbc:sqlite:a", driver="org.sqlite.JDBC") == []


def test_a_required_option_with_a_default_may_be_left_out() -> None:
    assert "format" in find_descriptor("sink", "Kafka").required
    assert broken("sink", "Kafka", bootstrap__servers="k:9092", topic="t") == []


def test_a_condition_asks_for_more() -> None:
    assert broken("source", "FakeSource", string__fake__mode="template") == [("missing", "string.template")]
    assert broken("source", "FakeSource", string__fake__mode="range") == []
    assert ("missing", "schema") in broken("source", "LocalFile", path="/a", file_format_type="json")
    assert broken("sink", "LocalFile", path="/a", have_partition=True) == [("missing", "partition_by")]


def test_a_condition_says_why() -> None:
    [found] = violations(find_descriptor("sink", "LocalFile"), {"path": "/a", "have_partition": "true"})
    assert found.message == "LocalFile needs partition_by, because have_partition is true."


def test_options_that_exclude_each_other_and_those_that_belong_together() -> None:
    assert broken("transform", "FilterRowKind") == [("missing_one_of", "exclude_kinds")]
    assert broken("transform", "FilterRowKind", include_kinds=["INSERT"]) == []
    assert broken("transform", "Copy", src_field="a") == [("missing_with", "dest_field")]


def test_options_that_exclude_each_other_are_named() -> None:
    given = {"include_kinds": ["INSERT"], "exclude_kinds": ["DELETE"]}
    [found] = violations(find_descriptor("transform", "FilterRowKind"), given)
    assert found.message == "exclude_kinds and include_kinds exclude each other: give one of them."


def test_values_are_of_their_type_and_allowed() -> None:
    assert broken("source", "FakeSource", row__num="many") == [("type", "row.num")]
    assert broken("source", "FakeSource", row__num="100", array__size=3) == []
    assert broken("source", "FakeSource", row__num=True) == [("type", "row.num")]
    assert broken("source", "FakeSource", row__num=1.5) == [("type", "row.num")]
    assert broken("sink", "LocalFile", path="/a", custom_filename="yes")[0] == ("type", "custom_filename")
    [found] = violations(find_descriptor("sink", "LocalFile"), {"path": "/a", "file_format_type": "jsn"})
    assert (found.code, found.hint) == ("value", "Did you mean JSON?")


def test_what_stands_for_a_value_is_not_judged() -> None:
    assert broken("source", "FakeSource", row__num="${rows}") == []
    assert broken("source", "Jdbc", url="${url}", driver="d", password="{{secret:pg}}") == []


def test_a_password_in_clear_is_told() -> None:
    assert broken("source", "Jdbc", url="u", driver="d", password="hunter2") == [("clear_secret", "password")]
    [found] = violations(find_descriptor("source", "Jdbc"), {"url": "u", "driver": "d", "password": "hunter2"})
    assert "hunter2" not in found.message + found.hint


def test_an_unknown_option_is_a_warning_with_the_nearest_name() -> None:
    given = {"url": "u", "driver": "d", "fetchsize": 1, "parallelism": 2}
    [found] = violations(find_descriptor("source", "Jdbc"), given)
    assert (found.code, found.severity, found.hint) == ("unknown", "warning", "Did you mean fetch_size?")


def test_an_older_name_of_an_option_counts() -> None:
    option = OptionDescriptor(key="new.name", type="string", fallback_keys=("old_name",))
    connector = ConnectorDescriptor(kind="sink", name="X", jar="x.jar", options=(option,), required=("new.name",))
    assert violations(connector, {"old_name": "a"}) == []
    assert [each.code for each in violations(connector, {})] == ["missing"]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"key": "a", "equals": True}, "a is true"),
        ({"or": [{"key": "a", "equals": 1}, {"key": "b", "equals": "X"}]}, "a is 1 or b is X"),
        ({"and": [{"key": "a", "equals": 1}, {"key": "b", "equals": "X"}]}, "a is 1 and b is X"),
    ],
)
def test_conditions_are_put_in_words(condition: dict[str, Any], words: str) -> None:
    assert Condition.model_validate(condition).words() == words


def test_conditions_are_joined_as_seatunnel_joins_them() -> None:
    both = Condition.model_validate({"and": [{"key": "a", "equals": 1}, {"key": "b", "equals": "X"}]})
    assert both.holds({"a": 1, "b": "x"}) and not both.holds({"a": 1, "b": "y"})
    one = Condition.model_validate({"or": [{"key": "a", "equals": 1}, {"key": "b", "equals": "X"}]})
    assert one.holds({"a": 2, "b": "X"}) and not one.holds({})
