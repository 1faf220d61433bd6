"""The facts of each type of artifact: which values are allowed (scaleph's defects 11 and 12)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from scaleph_lab.catalog.documents.facts import facts_of
from scaleph_lab.errors import ValidationError

TYPES = ("JAR", "SQL", "SEATUNNEL", "CDC", "NOTEBOOK")


@given(some.lists(some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)))
def test_arguments_of_a_jar_stay_apart_with_all_their_spaces(arguments):
    assert facts_of("JAR", {"arguments": arguments})["arguments"] == arguments


@pytest.mark.parametrize("kind", TYPES)
def test_facts_that_are_read_again_are_the_same(kind):
    assert facts_of(kind, facts_of(kind, {})) == facts_of(kind, {})


@pytest.mark.parametrize(
    ("kind", "facts", "path"),
    [
        ("JAR", {"flink_version": "1.4"}, "facts.flink_version"),
        ("JAR", {"arguments": "--a b"}, "facts.arguments"),
        ("JAR", {"arguments": [1]}, "facts.arguments.0"),
        ("JAR", {"arguments": ["a\0"]}, "facts.arguments.0"),
        ("JAR", {"entry_class": "no class"}, "facts.entry_class"),
        ("SQL", {"flink_version": ""}, "facts.flink_version"),
        ("SQL", {"arguments": []}, "facts.arguments"),
        ("SEATUNNEL", {"engine": "spark"}, "facts.engine"),
        ("SEATUNNEL", {"seatunnel_version": "1"}, "facts.seatunnel_version"),
        ("CDC", {"parallelism": 0}, "facts.parallelism"),
        ("CDC", {"parallelism": "2"}, "facts.parallelism"),
        ("CDC", {"time_zone": "Mars/Base"}, "facts.time_zone"),
        ("CDC", {"cdc_version": "9"}, "facts.cdc_version"),
        ("NOTEBOOK", {"kernel": "k" * 201}, "facts.kernel"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_by_its_name(kind, facts, path):
    with pytest.raises(ValidationError) as refused:
        facts_of(kind, facts)
    assert refused.value.path == path
