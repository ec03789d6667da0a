"""The recomputable bound: never above the cheapest way, and equal to it on trees."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.app.cases.radmanesh2021 import example
from hanse.errors import InputError
from hanse.model.bound import cost_bound, cost_bound_at
from hanse.model.plan import Prices
from hanse.model.problem import Operation, Problem
from hanse.units import MILLION
from tests.model.bound_twin import cost_bound_twin
from tests.model.build import job, machine, operation, shops


def cheapest(problem: Problem) -> int:
    """Every combination of modes of every plan, priced the long way."""
    total = 0
    for j in problem.jobs:
        prices = []
        for plan in j.plans:
            for modes in product(*(o.modes for o in plan.operations)):
                at = {o.id: problem.machine_site[m.machine] for o, m in zip(plan.operations, modes, strict=True)}
                legs = sum(problem.transport_cost(at[a], at[b]) for a, b in plan.arcs())
                if j.origin is not None:
                    legs += sum(problem.transport_cost(problem.site_index[j.origin], at[o.id]) for o in plan.first())
                if j.destination is not None:
                    end = problem.site_index[j.destination]
                    legs += sum(problem.transport_cost(at[o.id], end) for o in plan.last())
                prices.append(legs + sum(mode.cost for mode in modes))
        total += min(prices)
    return total


@st.composite
def priced(draw: st.DrawFn, *, tree: bool) -> Problem:
    names = ["M0", "M1", "M2"]
    steps: list[Operation] = []
    for o in range(draw(st.integers(1, 5))):
        modes = [
            (m, 1, draw(st.integers(0, 20))) for m in draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
        ]
        earlier = [f"O{k}" for k in range(o)]
        after = draw(st.lists(st.sampled_from(earlier), max_size=1 if tree else 3, unique=True)) if earlier else []
        steps.append(operation(f"O{o}", *modes, after=after))
    ends = {"origin": draw(st.none() | st.sampled_from(names)), "destination": draw(st.none() | st.sampled_from(names))}
    jobs = [job("J", *steps, **ends)]
    return shops(*(machine(name) for name in names), jobs=jobs, leg=(draw(st.integers(0, 9)), 0))


@given(priced(tree=True))
@settings(max_examples=80, deadline=None)
def test_the_bound_is_the_cheapest_cost_on_trees(problem: Problem) -> None:
    assert cost_bound(problem.facts) == cost_bound_twin(problem) == cheapest(problem)


@given(priced(tree=False))
@settings(max_examples=80, deadline=None)
def test_the_bound_is_never_above_the_cheapest_cost(problem: Problem) -> None:
    assert cost_bound(problem.facts) <= cheapest(problem)


def test_the_worked_example_of_radmanesh_is_bounded_by_its_optimum() -> None:
    # 104.63 in the paper's unit; every leg is rounded to a cent once, so 3 legs may move it by a cent or two.
    assert cost_bound(example().facts) == cheapest(example())
    assert abs(cost_bound(example().facts) - 10463) <= 2


def test_prices_prove_what_budgets_cost_and_no_more() -> None:
    # One hour on M1 for one of two jobs; the other pays 5 more on M2.
    both = [operation("O", ("M1", 1, 10), ("M2", 1, 15))]
    problem = shops(machine("M1", capacity=None, budget=1), machine("M2"), jobs=[job("J", *both), job("K", *both)])
    assert cost_bound(problem.facts) == 20
    assert [cost_bound_at(problem, (("M1", price * MILLION),)) for price in (0, 3, 5, 9)] == [20, 23, 25, 21]
    assert cost_bound_at(problem, (("M1", 2_500_001),)) == 23  # 22.500001, and costs are integers


@pytest.mark.parametrize("prices", [(("M1", -1),), (("M2", 1),), (("M9", 1),), (("M1", 2**62),), (("M1", 2**61),)])
def test_prices_that_cannot_be_prove_nothing(prices: Prices) -> None:
    step = operation("O", ("M1", 10, 1), ("M2", 1, 15))
    problem = shops(machine("M1", capacity=None, budget=1), machine("M2"), jobs=[job("J", step)])
    with pytest.raises(InputError):
        cost_bound_at(problem, prices)
