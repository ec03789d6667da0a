"""What proceeds leave over costs is divided by contribution: nobody works at a loss, and no cent is lost or made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.units import MILLION
from hanse.value.surplus import divided, proceeds
from tests.value.test_contribution import story


def test_costs_come_first_and_the_rest_goes_by_contribution() -> None:
    # Of J1 in story(): among E1 and E2 both are needed for it, so both added the same.
    assert divided(story(), "J1", {"E1": 30, "E2": 20}, 151) == {"E1": 30 + 51, "E2": 20 + 50}
    assert divided(story(), "J1", {"E1": 30, "E2": 20}, 50) == {"E1": 30, "E2": 20}


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_cent_is_lost_and_nobody_works_at_a_loss(left: int, one: int, two: int, three: int) -> None:
    costs = {"E1": one, "E2": two, "E3": three}
    amount = left + sum(costs.values())
    given_ = divided(story(), "J1", costs, amount)
    assert sum(given_.values()) == amount
    assert all(given_[member] >= cost for member, cost in costs.items())


def test_what_does_not_pay_for_the_work_is_not_divided() -> None:
    with pytest.raises(InputError, match="does not pay"):
        divided(story(), "J1", {"E1": 30, "E2": 20}, 49)


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 2 * MILLION))
def test_prices_reward_and_fee_keep_the_budget_and_use_it_up(budget: int, apart: int, rates: int) -> None:
    amount = proceeds(budget, apart, rates)
    if budget < apart:
        assert amount == 0
        return
    assert amount + amount * rates // MILLION + apart <= budget
    more = amount + 1
    assert more + more * rates / MILLION + apart > budget - 1
