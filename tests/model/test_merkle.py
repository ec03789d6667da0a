"""Trees over rows: every row can be shown, nothing else can."""

from __future__ import annotations

import numpy as np
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
    with pytest.raises(IndexError):
        tree_over([b"a", b"b"]).prove([2])
    with pytest.raises(IndexError):
        tree_over([b"a"]).prove([])


def test_the_root_of_three_rows_is_the_one_in_the_docstring() -> None:
    a, b, c = (merkle.leaf(row) for row in (b"a", b"b", b"c"))
    root = merkle.node(merkle.node(a, b), merkle.node(c, merkle.NOTHING))
    assert merkle.root([b"a", b"b", b"c"]) == root
    assert root.hex() == "43c18e3d2898c506e9bf1565faf609ba574db5e798da81187b520176e10cfdf5"


def test_two_nothings_make_nothing() -> None:
    assert merkle.node(merkle.NOTHING, merkle.NOTHING) == merkle.NOTHING
    pairs = np.zeros((2, 64), dtype=np.uint8)
    pairs[1, 63] = 1
    assert [row.tobytes() for row in merkle.nodes(pairs)] == [
        merkle.NOTHING,
        merkle.node(merkle.NOTHING, bytes(31) + b"\x01"),
    ]


# --- several rows at once ---------------------------------------------------------------------------------------


def tree_over(rows: list[bytes]) -> merkle.Tree:
    return merkle.Tree.grow(np.frombuffer(b"".join(map(merkle.leaf, rows)), dtype=np.uint8).reshape(-1, 32))


@given(rows, st.data())
def test_any_rows_are_shown_together(rows: list[bytes], data: st.DataObject) -> None:
    tree = tree_over(rows)
    positions = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1))
    shown = {i: merkle.leaf(rows[i]) for i in positions}
    proof = tree.prove(positions)
    assert merkle.climb(proof, shown) == tree.root == merkle.root(rows)


@given(rows, st.data())
def test_no_row_is_shown_at_another_position(rows: list[bytes], data: st.DataObject) -> None:
    tree = tree_over(rows)
    index = data.draw(st.integers(0, len(rows) - 1))
    other = data.draw(st.integers(0, (1 << tree.depth) - 1).filter(lambda i: i != index))
    if other >= len(rows) or rows[other] != rows[index]:
        assert merkle.climb(tree.prove([index]), {other: merkle.leaf(rows[index])}) != tree.root


@given(rows, st.data())
def test_a_proof_with_a_sibling_more_or_less_fails(rows: list[bytes], data: st.DataObject) -> None:
    tree = tree_over(rows)
    positions = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1))
    shown, proof = {i: merkle.leaf(rows[i]) for i in positions}, tree.prove(positions)
    assert merkle.climb(merkle.Proof(proof.depth, (*proof.siblings, bytes(32))), shown) is None
    if proof.siblings:
        assert merkle.climb(merkle.Proof(proof.depth, proof.siblings[:-1]), shown) is None
    assert merkle.climb(merkle.Proof(proof.depth + 1, proof.siblings), shown) is None


def test_a_proof_of_an_impossible_depth_or_position_fails() -> None:
    one = {0: merkle.leaf(b"a")}
    assert merkle.climb(merkle.Proof(33, (bytes(32),) * 33), one) is None
    assert merkle.climb(merkle.Proof(0, ()), {}) is None
    assert merkle.climb(merkle.Proof(1, ()), {-1: bytes(32)}) is None
    assert merkle.climb(merkle.Proof(1, (bytes(32),)), {2: bytes(32)}) is None
