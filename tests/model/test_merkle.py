"""Trees over rows: every row can be shown, nothing else can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.model import merkle

rows = st.lists(st.binary(max_size=40), min_size=1, max_size=40)


@given(rows)
def test_every_row_is_shown_under_the_root(rows: list[bytes]) -> None:
    root = merkle.root(rows)
    assert all(merkle.verify(row, merkle.prove(rows, i), root) for i, row in enumerate(rows))


@given(rows, st.data())
def test_no_other_row_is_shown_by_the_same_path(rows: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(rows) - 1))
    other = data.draw(st.binary(max_size=40).filter(lambda row: row != rows[index]))
    assert not merkle.verify(other, merkle.prove(rows, index), merkle.root(rows))


@given(rows, st.data())
def test_changing_any_row_changes_the_root(rows: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(rows) - 1))
    changed = [*rows[:index], rows[index] + b"!", *rows[index + 1 :]]
    assert merkle.root(changed) != merkle.root(rows)


def test_an_inner_node_cannot_be_shown_as_a_row() -> None:
    rows = [b"a", b"b", b"c", b"d"]
    inner = merkle.leaf(b"a") + merkle.leaf(b"b")
    right = merkle.node(merkle.leaf(b"c"), merkle.leaf(b"d"))
    assert not merkle.verify(inner, ((False, right),), merkle.root(rows))


def test_repeating_the_last_row_changes_the_root() -> None:
    assert merkle.root([b"a", b"b", b"c"]) != merkle.root([b"a", b"b", b"c", b"c"])


def test_a_tree_needs_a_row() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        merkle.root([])


def test_a_row_outside_the_tree_cannot_be_proved() -> None:
    with pytest.raises(IndexError):
        merkle.prove([b"a"], 1)


def test_the_root_of_three_rows_is_the_one_in_the_docstring() -> None:
    a, b, c = (merkle.leaf(row) for row in (b"a", b"b", b"c"))
    assert merkle.root([b"a", b"b", b"c"]) == merkle.node(merkle.node(a, b), c)
