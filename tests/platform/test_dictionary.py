"""The dictionary: each value of each enumeration has a label in each language, and no label is of nothing."""

from __future__ import annotations

import pkgutil
from enum import StrEnum
from importlib import import_module

import pytest

import scaleph_lab
from scaleph_lab.platform import dictionary
from scaleph_lab.platform.dictionary import Dictionaries, language_of

CODES = [each.code for each in Dictionaries().list().items]
NOT_SERVED = {
    # Seen in the output of a cell alone.
    "scaleph_lab.magics.live.State",
    "scaleph_lab.widgets.feeds.View",
}


@pytest.mark.parametrize("code", CODES)
def test_a_value_has_a_label_in_each_language(code):
    said = dictionary._labels()[code]
    values = dictionary._VALUES[code]()
    assert values and len(set(values)) == len(values)
    own = dictionary._OWN_LABELS[code]() if code in dictionary._OWN_LABELS else said.get("items", {})
    if not own:
        assert all(value[0].isdigit() for value in values), "only versions speak for themselves"
    else:
        assert set(own) == set(values)
    for label in (said["label"], *own.values()):
        assert set(label) == {"en", "zh"} and all(label.values())


def test_no_label_is_of_an_enumeration_that_there_is_not():
    assert set(dictionary._labels()) == set(CODES)


def test_each_enumeration_of_the_code_is_served():
    for module in pkgutil.walk_packages(scaleph_lab.__path__, "scaleph_lab."):
        import_module(module.name)
    served = {frozenset(item.value for item in each.items) for each in Dictionaries().list().items}
    missing = {
        f"{kind.__module__}.{kind.__name__}"
        for kind in StrEnum.__subclasses__()
        if kind.__module__.startswith("scaleph_lab.") and frozenset(kind) not in served
    }
    assert missing == NOT_SERVED


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE,de;q=0.9,en;q=0.5,zh;q=0.4", "en"),
        ("en;q=0.1, zh-TW;q=0.2", "zh"),
        ("zh;q=0, en", "en"),
        ("fr", "en"),
        ("zh;q=x", "en"),
    ],
)
def test_the_language_that_a_browser_wants_the_most_is_taken(accepted, language):
    assert language_of(accepted) == language
