"""The fold of a changelog into its table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleph_lab.sql.changelog import MaterializedTable, RowKind

I, B, A, D = RowKind.INSERT, RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER, RowKind.DELETE  # noqa: E741


def fold(changes: list[tuple[RowKind, list[Any]]], max_rows: int | None = None) -> MaterializedTable:
    table = MaterializedTable(max_rows)
    table.apply([kind for kind, _ in changes], [row for _, row in changes])
    return table


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        ([(I, ["a", 1]), (I, ["b", 1])], [["a", 1], ["b", 1]]),
        ([(I, ["a", 1]), (I, ["b", 1]), (B, ["a", 1]), (A, ["a", 2])], [["a", 2], ["b", 1]]),
        ([(I, ["a", 1]), (I, ["b", 1]), (D, ["a", 1])], [["b", 1]]),
        ([(I, ["a"]), (I, ["a"]), (D, ["a"])], [["a"]]),
        # Pairs of two keys that the network mixed keep their places.
        (
            [(I, ["a", 1]), (I, ["b", 1]), (B, ["a", 1]), (B, ["b", 1]), (A, ["a", 2]), (A, ["b", 2])],
            [["a", 2], ["b", 2]],
        ),
        # A filter may hold back one half of an update.
        ([(I, ["a", 1]), (B, ["a", 1])], []),
        ([(A, ["a", 2])], [["a", 2]]),
        # On the wire NaN is a text, and equal to itself; nested values count by what is in them.
        ([(I, ["NaN", [1, {"k": [2]}]]), (D, ["NaN", [1, {"k": [2]}]])], []),
    ],
)
def test_changes_fold_into_the_table(changes: list[tuple[RowKind, list[Any]]], rows: list[list[Any]]) -> None:
    assert fold(changes).rows() == rows


def test_the_oldest_rows_are_dropped_and_counted() -> None:
    table = fold([(I, [n]) for n in range(5)], max_rows=3)
    assert (table.rows(), table.dropped, table.append_only) == ([[2], [3], [4]], 2, True)
    table.apply([D, D], [[0], [4]])
    assert (table.rows(), table.unmatched, table.append_only) == ([[2], [3]], 1, False)
    table.apply(None, [[7], [8]])
    assert (table.rows(), table.dropped) == ([[3], [7], [8]], 3)


def test_edges_do_not_overlap() -> None:
    table = fold([(I, [n]) for n in range(10)])
    assert table.edges(2, 3) == ([[0], [1]], [[7], [8], [9]])
    assert table.edges(5, 5) == (table.rows(), [])
    table.apply([D], [[0]])
    assert table.edges(2, 3) == ([[1], [2]], [[7], [8], [9]])


@given(st.lists(st.tuples(st.sampled_from([I, D]), st.integers(0, 3)), max_size=40))
def test_the_table_holds_what_was_added_and_not_taken(changes: list[tuple[RowKind, int]]) -> None:
    expected: list[int] = []
    sent: list[tuple[RowKind, list[Any]]] = []
    for kind, value in changes:
        if kind is I:
            expected.append(value)
        elif value in expected:
            expected.remove(value)
        else:
            continue
        sent.append((kind, [value]))
    assert sorted(row[0] for row in fold(sent).rows()) == sorted(expected)
