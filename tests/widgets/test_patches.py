"""What a page lacks, and how it comes to have it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scaleph_lab.sql.changelog import MaterializedTable, RowKind
from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.results import Column
from scaleph_lab.sql.values import TimeZones
from scaleph_lab.widgets.feeds import View
from scaleph_lab.widgets.patches import WINDOW_ROWS, PageRows, Patch, window_rows

COLUMNS = (Column("k", LogicalType("VARCHAR")), Column("n", LogicalType("BIGINT")))


class Page:
    """What the page does with patches (see ``labextension/src/results/rows.ts``)."""

    def __init__(self) -> None:
        self.rows: dict[int, list[str | None]] = {}

    def apply(self, patch: Patch) -> None:
        for slot in [slot for slot in self.rows if slot < patch.low or slot in patch.gone]:
            del self.rows[slot]
        self.rows.update(zip(patch.slots, patch.rows, strict=True))

    def shown(self) -> list[list[str | None]]:
        return [self.rows[slot] for slot in sorted(self.rows)]


def as_text(rows: list[Any]) -> list[list[str | None]]:
    return [[None if value is None else str(value) for value in row] for row in rows]


def page_rows(view: View = View.TABLE) -> PageRows:
    return PageRows(view, COLUMNS, TimeZones())


changes = st.lists(st.tuples(st.sampled_from("iudx"), st.integers(0, 6), st.integers(0, 3)), max_size=8)


EQUAL_ROW_ANEW = [
    ([("i", 2, 1)], 0),
    ([("i", 0, 0), ("i", 0, 0), ("i", 2, 0), ("x", 0, 0), ("d", 0, 0), ("d", 0, 0), ("i", 0, 0), ("u", 0, 1)], 0),
]
"""An update that puts an equal row into its slot: the page shows it already, and is sent it all the same."""


@settings(max_examples=300, deadline=None)
@example(EQUAL_ROW_ANEW, 2, 4)
@given(st.lists(st.tuples(changes, st.integers(0, 60)), max_size=12), st.integers(1, 8), st.integers(2, 12))
def test_patches_lead_to_the_newest_rows(
    steps: list[tuple[list[tuple[str, int, int]], int]], window: int, kept: int
) -> None:
    """Whatever the changes, the budgets and what the table drops: a page that is sent enough has the newest rows,
    and one that is not has only slots of theirs. A patch is whole when every row was sent as it is now."""
    table, rows, page = MaterializedTable(kept), page_rows(), Page()
    sent: dict[int, Any] = {}
    for step, budget in steps:
        apply(table, step)
        newest = table.newest(window)
        patch = rows.patch(newest, budget)
        page.apply(patch)
        assert page.rows.keys() <= dict(newest).keys()
        sent.update({slot: dict(newest)[slot] for slot in patch.slots})
        # What left the window left the page: it is sent again when a deletion brings it back.
        sent = {slot: row for slot, row in sent.items() if slot in page.rows}
        assert patch.whole == all(sent.get(slot) is row for slot, row in newest)
        if patch.whole:
            assert page.shown() == as_text([row for _, row in newest])
    page.apply(rows.patch(table.newest(window), 10**9))
    assert page.shown() == as_text(table.rows()[-window:])
    assert len(rows) == len(page.rows) <= window


def apply(table: MaterializedTable, step: list[tuple[str, int, int]]) -> None:
    for what, key, number in step:
        present = table.rows()
        old = present[key % len(present)] if present else None
        if what == "i" or old is None:
            table.apply([RowKind.INSERT], [[str(key), number]])
        elif what == "u":
            table.apply([RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER], [list(old), [old[0], number]])
        elif what == "x":
            table.apply([RowKind.UPDATE_BEFORE], [list(old)])
        else:
            table.apply([RowKind.DELETE], [list(old)])


def test_the_newest_come_first_and_the_rest_follows() -> None:
    table, rows = MaterializedTable(), page_rows()
    table.apply(None, [["a" * 100, number] for number in range(10)])
    first = rows.patch(table.newest(10), 250)
    assert (first.slots, first.whole) == ([8, 9, 10], False)
    second = rows.patch(table.newest(10), 10_000)
    assert (second.slots, second.whole) == ([1, 2, 3, 4, 5, 6, 7], True)
    assert rows.patch(table.newest(10), 10_000).empty


def test_a_row_that_is_larger_than_the_budget_is_sent() -> None:
    table, rows = MaterializedTable(), page_rows()
    table.apply(None, [["ä" * 1000, 1]])
    patch = rows.patch(table.newest(10), 0)
    assert patch.slots == [1] and patch.whole
    assert patch.size > 3000


def test_an_update_keeps_its_slot_and_null_is_no_text() -> None:
    table, rows = MaterializedTable(), page_rows()
    table.apply(None, [["a", 1], [None, 2**62 + 1], ["NULL", None]])
    assert rows.patch(table.newest(9), 999).rows == [["a", "1"], [None, str(2**62 + 1)], ["NULL", None]]
    table.apply([RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER], [["a", 1], ["a", 2]])
    patch = rows.patch(table.newest(9), 999)
    assert (patch.slots, patch.rows, patch.gone) == ([1], [["a", "2"]], [])


def test_an_emptied_table_empties_the_page() -> None:
    table, rows, page = MaterializedTable(), page_rows(), Page()
    table.apply(None, [["a", 1]])
    page.apply(rows.patch(table.newest(9), 999))
    table.apply([RowKind.DELETE], [["a", 1]])
    page.apply(rows.patch(table.newest(9), 999))
    assert page.shown() == []


def test_changes_carry_their_signs() -> None:
    rows = page_rows(View.CHANGES)
    patch = rows.patch([(7, ("-U", ["a", 1])), (8, ("+U", ["a", 2]))], 999)
    assert (patch.slots, patch.signs, patch.rows) == ([7, 8], ["-U", "+U"], [["a", "1"], ["a", "2"]])


@pytest.mark.parametrize(("columns", "rows"), [(0, WINDOW_ROWS), (5, WINDOW_ROWS), (500, 1000), (10**6, 1)])
def test_a_wide_result_has_fewer_rows_on_the_page(columns: int, rows: int) -> None:
    assert window_rows(columns) == rows
