"""Sum trees: the root fixes leaves and totals, and a sum that does not add up is found at the topmost place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.model import merkle

tables = st.lists(
    st.tuples(st.binary(min_size=5, max_size=5), st.integers(0, 2**40), st.integers(0, 9)), min_size=1, max_size=40
)


def grown(table: list[tuple[bytes, int, int]]) -> merkle.Tree:
    contents = np.frombuffer(b"".join(content for content, _, _ in table), dtype=np.uint8).reshape(-1, 5)
    return sumtree.grow(contents, np.array([row[1:] for row in table], dtype=np.uint64))


@given(tables)
def test_the_root_carries_the_totals(table: list[tuple[bytes, int, int]]) -> None:
    assert sumtree.sums_of(grown(table).root) == (sum(row[1] for row in table), sum(row[2] for row in table))


@given(tables)
def test_the_columnwise_tree_is_the_one_joined_node_by_node(table: list[tuple[bytes, int, int]]) -> None:
    level = [sumtree.leaf(content, sums) for content, *sums in table]
    while len(level) > 1:
        level += [bytes(48)] * (len(level) % 2)
        joined = [sumtree.join(a, b) for a, b in zip(level[::2], level[1::2], strict=True)]
        level = [node for node in joined if node is not None]
    assert grown(table).root == level[0]


@given(tables, st.data())
def test_any_leaves_are_shown_together_with_their_sums(
    table: list[tuple[bytes, int, int]], data: st.DataObject
) -> None:
    tree = grown(table)
    positions = data.draw(st.sets(st.integers(0, len(table) - 1), min_size=1))
    bottom = {i: sumtree.leaf(table[i][0], table[i][1:]) for i in positions}
    proof = tree.prove(positions)
    assert merkle.climb(proof, bottom, sumtree.join) == tree.root
    wrong = data.draw(st.sampled_from(sorted(positions)))
    content, *sums = table[wrong]
    for changed in (sumtree.leaf(content, [sums[0] + 1, sums[1]]), sumtree.leaf(content[::-1] + b"!", sums)):
        assert merkle.climb(proof, bottom | {wrong: changed}, sumtree.join) != tree.root


def test_an_honest_tree_adds_up_everywhere_and_opens() -> None:
    tree = grown([(b"abcde", i, 1) for i in range(21)])
    assert sumtree.opens(tree)
    assert sumtree.inconsistent(tree) is None


def test_of_several_wrong_sums_the_topmost_is_found() -> None:
    tree = grown([(b"abcde", i, 1) for i in range(8)])
    low = [level.copy() for level in tree.levels]
    low[1][3, -1] += 1
    low[2][0, -1] += 1
    above = merkle.Tree.grow(low[2], sumtree.join_many)
    lying = merkle.Tree((low[0], low[1], *above.levels))
    assert sumtree.inconsistent(lying) == (2, 0)


def test_a_tree_whose_digests_do_not_fit_does_not_open() -> None:
    tree = grown([(b"abcde", i, 1) for i in range(8)])
    levels = [level.copy() for level in tree.levels]
    levels[1][0, 0] ^= 1
    assert not sumtree.opens(merkle.Tree(tuple(levels)))
    assert not sumtree.opens(merkle.Tree(tree.levels[:-1]))


def test_a_sum_that_needs_more_than_64_bits_is_refused() -> None:
    half = (b"abcde", 2**63, 0)
    with pytest.raises(InputError, match="more than 64 bits"):
        grown([half, half])
    assert sumtree.join(sumtree.leaf(b"", [2**63]), sumtree.leaf(b"", [2**63])) is None
    with pytest.raises(InputError, match="more than 64 bits"):
        sumtree.node(bytes(32), [2**64])


def test_a_tree_of_one_leaf_is_that_leaf() -> None:
    assert grown([(b"abcde", 7, 1)]).root == sumtree.leaf(b"abcde", [7, 1])
