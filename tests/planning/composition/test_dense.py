"""Chains as arrays against every choice tried, and against the sizes of their integers."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.planning.composition.dense import Numbers, chains


def price(cost: list[list[int]], legs: list[list[int]], choice: tuple[int, ...]) -> int:
    processing = sum(cost[t][p] for t, p in enumerate(choice))
    return processing + sum(legs[a][b] for a, b in pairwise(choice))


@settings(deadline=None)
@given(st.data(), st.integers(1, 6), st.integers(1, 3), st.integers(1, 4), st.sampled_from([9, 2**30, 2**40]))
def test_the_cheapest_of_all_choices_is_found_whatever_the_width(
    data: st.DataObject, demands: int, tasks: int, providers: int, most: int
) -> None:
    number = st.integers(0, most)
    row = st.lists(number, min_size=providers, max_size=providers)
    legs = data.draw(st.lists(row, min_size=providers, max_size=providers))
    costs = [[data.draw(row) for _ in range(tasks)] for _ in range(demands)]
    kind = np.int32 if most < 2**31 else np.int64
    (found,) = chains([np.array(costs, dtype=kind)], np.array(legs))
    for cost, least, choice in zip(costs, found.least.tolist(), found.choice.tolist(), strict=True):
        assert least == min(price(cost, legs, c) for c in product(range(providers), repeat=tasks))
        assert least == price(cost, legs, tuple(choice))


def test_blocks_come_back_in_order_whatever_the_threads_and_equal_one_block() -> None:
    draw = np.random.default_rng(1)
    costs = draw.integers(0, 1000, (23, 6, 17), dtype=np.int32)
    legs = draw.integers(0, 500, (17, 17), dtype=np.int32)
    (whole,) = chains([costs], legs)
    parts = list(chains((costs[i : i + 5] for i in range(0, 23, 5)), legs, threads=3))
    assert np.array_equal(np.concatenate([p.least for p in parts]), whole.least)
    assert np.array_equal(np.concatenate([p.choice for p in parts]), whole.choice)


def test_ties_go_to_the_first_provider_and_an_empty_block_to_nobody() -> None:
    same = np.ones((1, 3, 4), dtype=np.int64)
    (found,) = chains([same], np.zeros((4, 4), dtype=np.int64))
    assert found.choice.tolist() == [[0, 0, 0]]
    (none,) = chains([same[:0]], np.zeros((4, 4), dtype=np.int64))
    assert len(none.least) == 0


@pytest.mark.parametrize(
    ("costs", "legs"),
    [
        (np.ones((1, 2, 3), dtype=np.int64), np.ones((3, 2), dtype=np.int64)),
        (np.ones((1, 2, 3), dtype=np.int64), np.ones((2, 2), dtype=np.int64)),
        (-np.ones((1, 2, 3), dtype=np.int64), np.ones((3, 3), dtype=np.int64)),
        (np.ones((1, 2, 3)), np.ones((3, 3), dtype=np.int64)),
        (np.full((1, 2, 3), 2**61), np.ones((3, 3), dtype=np.int64)),
    ],
)
def test_shapes_and_sizes_that_do_not_fit_are_refused(costs: Numbers, legs: Numbers) -> None:
    with pytest.raises(InputError):
        list(chains([costs], legs))
