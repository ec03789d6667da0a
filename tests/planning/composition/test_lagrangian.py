"""Composition under budgets: near-optimal, honestly bounded, and clear about budgets that cannot be kept."""

from __future__ import annotations

from dataclasses import replace
from operator import add

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hanse.app.cases.radmanesh2021 import generate
from hanse.errors import InfeasibleError
from hanse.model.objective import Objective
from hanse.model.problem import Job, Problem
from hanse.planning import solve
from hanse.planning.composition.forest import UNLIMITED, forest_of
from hanse.planning.composition.lagrangian import ENGINE, Lagrangian
from hanse.planning.result import Limits, Point
from hanse.units import MILLION
from tests.model.build import job, machine, operation, shops
from tests.planning import brute
from tests.planning.composition.instances import budgeted
from tests.planning.composition.test_routes import all_choices, chain_twin, cost_of
from tests.strategies import problems

COST = Objective.parse("cost")
ALONE = Lagrangian(finish=False)
"""The engine without CP-SAT behind it."""


@st.composite
def tight(draw: st.DrawFn) -> Problem:
    """A random problem whose machines have budgets, low ones, and nothing else that limits them."""
    whole = draw(problems(finite=False, limits=False, graphs=False, workpieces=False, max_jobs=3, max_modes=3))
    given_ = st.one_of(st.none(), st.integers(0, 8))
    members = tuple(
        replace(member, machines=tuple(replace(m, budget=draw(given_)) for m in member.machines))
        for member in whole.enterprises
    )
    return replace(whole, enterprises=members)


def cheapest_within_budgets(problem: Problem) -> int | None:
    """The best value by trying all choices, job by job; of choices that use the machines alike only the cheapest."""
    names = list(problem.machines)
    budgets = [problem.machines[name].budget for name in names]
    known: dict[tuple[int, ...], int] = {(0,) * len(names): 0}
    for own in problem.jobs:
        grown: dict[tuple[int, ...], int] = {}
        for plan in own.plans:
            for modes in all_choices(plan):
                cost, use = cost_of(problem, own, plan, modes), [0] * len(names)
                for o, index in zip(plan.operations, modes, strict=True):
                    use[names.index(o.modes[index].machine)] += o.modes[index].duration
                for load, before in known.items():
                    total = tuple(map(add, load, use))
                    if all(b is None or t <= b for t, b in zip(total, budgets, strict=True)):
                        grown[total] = min(before + cost, grown.get(total, before + cost))
        known = grown
    return min(known.values()) * MILLION if known else None


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(tight())
def test_value_never_below_and_bound_never_above_the_best_of_all_plans(problem: Problem) -> None:
    best = cheapest_within_budgets(problem)
    try:
        answer = ALONE.solve(problem, COST, Limits(10.0, 1), lambda _: None)
    except InfeasibleError:
        assert best is None, "it explains an infeasibility that is none"
        return
    if answer.assignments is not None:
        assert best is not None
        assert answer.value is not None
        assert answer.value >= best
        assert brute.valid(problem, COST, answer.assignments)
    if best is not None:
        assert answer.lower_bound is not None
        assert answer.lower_bound <= best


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(tight())
def test_finished_by_cpsat_it_is_optimal_or_proves_that_there_is_no_plan(problem: Problem) -> None:
    best = cheapest_within_budgets(problem)
    if best is None:
        with pytest.raises(InfeasibleError):
            ENGINE.solve(problem, COST, Limits(20.0, 1), lambda _: None)
    else:
        answer = ENGINE.solve(problem, COST, Limits(20.0, 1), lambda _: None)
        assert answer.value == answer.lower_bound == best


@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1000), st.sampled_from([0.1, 0.25]))
def test_it_agrees_with_cpsat_on_problems_too_large_for_brute_force(seed: int, slack: float) -> None:
    problem = budgeted(4, 4, 4, slack, seed)
    other = solve(problem, "cost", method="cpsat", time_limit=20, threads=2)
    assume(other.status == "optimal" and other.plan is not None)
    assert other.plan is not None
    mine = ALONE.solve(problem, COST, Limits(1.5, 1), lambda _: None)
    assert mine.lower_bound is not None
    assert mine.lower_bound <= other.plan.value
    assert mine.value is not None
    assert other.plan.value <= mine.value <= 1.05 * other.plan.value
    joined = solve(problem, "cost", method="lagrangian", time_limit=20)
    assert (joined.status, joined.plan and joined.plan.value) == ("optimal", other.plan.value)


def bound_by_hand(problem: Problem, prices: dict[str, int]) -> int:
    """Σ over jobs of the cheapest chain at cost + price · time, less Σ price · budget, in millionths: plain Python."""
    priced = []
    for own in problem.jobs:
        operations = tuple(
            replace(
                o,
                modes=tuple(m._replace(cost=m.cost * MILLION + prices.get(m.machine, 0) * m.duration) for m in o.modes),
            )
            for o in own.plans[0].operations
        )
        priced.append(replace(own, plans=(replace(own.plans[0], operations=operations),)))
    assert problem.transport is not None
    scaled = tuple(tuple(c * MILLION for c in row) for row in problem.transport.cost)
    whole = replace(problem, jobs=tuple(priced), transport=replace(problem.transport, cost=scaled))
    least = sum(chain_twin(whole, own, own.plans[0]) for own in whole.jobs)
    return least - sum(price * (problem.machines[name].budget or 0) for name, price in prices.items())


def test_the_bound_follows_from_its_integer_prices_by_plain_arithmetic() -> None:
    problem = budgeted(6, 12, 6, 0.15, 3)
    answer = ALONE.solve(problem, COST, Limits(1.0, 1), lambda _: None)
    assert answer.prices
    assert all(price > 0 for _, price in answer.prices)
    assert answer.lower_bound == bound_by_hand(problem, dict(answer.prices))
    unpriced = bound_by_hand(problem, {})
    assert answer.lower_bound > unpriced


def test_prices_reach_the_caller_of_the_front_door() -> None:
    result = solve(budgeted(6, 12, 6, 0.15, 3), "cost", time_limit=1)
    assert result.plan is not None
    assert result.plan.solver == "lagrangian"
    assert result.prices == result.plan.prices != ()
    assert result.bound_kind == "certified"


def test_a_weight_of_the_objective_scales_value_and_bound() -> None:
    problem = budgeted(5, 8, 4, 0.2, 1)
    once, twice = (ALONE.solve(problem, Objective.parse(o), Limits(5.0, 1), lambda _: None) for o in ("cost", "2 cost"))
    assert once.value is not None
    assert once.lower_bound is not None
    assert (twice.value, twice.lower_bound) == (2 * once.value, 2 * once.lower_bound)


def test_one_thread_and_one_seed_give_one_plan() -> None:
    problem = budgeted(4, 4, 3, 0.2, 5)
    answers = [ALONE.solve(problem, COST, Limits(60.0, 1, seed), lambda _: None) for seed in (7, 7)]
    assert answers[0].assignments == answers[1].assignments
    assert answers[0].prices == answers[1].prices
    again = [ALONE.solve(problem, COST, Limits(60.0, 2, 7), lambda _: None) for _ in range(2)]
    assert again[0].assignments == again[1].assignments


def test_a_tenth_of_slack_is_solved_within_one_and_a_half_per_cent() -> None:
    answer = ALONE.solve(budgeted(15, 30, 10, 0.1, 0), COST, Limits(5.0, 2), lambda _: None)
    assert answer.value is not None
    assert answer.lower_bound is not None
    assert answer.value - answer.lower_bound <= 0.015 * answer.value


def test_every_point_of_the_trajectory_is_heard_and_better() -> None:
    heard: list[Point] = []
    answer = ALONE.solve(budgeted(8, 10, 6, 0.1, 5), COST, Limits(1.5, 2), heard.append)
    assert tuple(heard) == answer.trajectory
    values = [p.value for p in heard if p.value is not None]
    bounds = [p.lower_bound for p in heard if p.lower_bound is not None]
    assert values == sorted(set(values), reverse=True)
    assert bounds == sorted(bounds)
    assert (answer.value, answer.lower_bound) == (values[-1], bounds[-1])


def test_what_progress_raises_ends_the_search() -> None:
    def refuse(point: Point) -> None:
        if point.value is not None:
            raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        ALONE.solve(budgeted(8, 10, 6, 0.1, 5), COST, Limits(30.0, 2), refuse)


def test_budgets_that_do_not_bind_leave_the_cheapest_routes_optimal() -> None:
    def problem(budget: int) -> Problem:
        choice = operation("O", ("M1", 9, 4), ("M2", 1, 5))
        return shops(machine("M1", capacity=None, budget=budget), machine("M2", capacity=None), jobs=[job("J", choice)])

    result = solve(problem(9), "cost")
    assert result.plan is not None
    assert (result.plan.solver, result.status, result.plan.value) == ("lagrangian", "optimal", 4 * MILLION)
    result = solve(problem(8), "cost")
    assert (result.status, result.lower_bound) == ("optimal", 5 * MILLION)


def one(name: str, *modes: tuple[str, int]) -> Job:
    return job(name, operation("O", *modes))


def test_a_machine_short_of_time_is_named_with_what_it_must_be_given() -> None:
    problem = shops(
        machine("M1", capacity=None, budget=10),
        machine("M2", capacity=None, budget=5),
        jobs=[one("A", ("M1", 7)), one("B", ("M1", 6)), one("C", ("M1", 2), ("M2", 2))],
    )
    with pytest.raises(InfeasibleError, match="at least 13, its budget is 10: short by 3") as error:
        solve(problem, "cost")
    assert error.value.where == "budget of machine M1 (member M1)"


def test_machines_short_only_together_are_named_together_and_no_others() -> None:
    problem = shops(
        machine("M1", capacity=None, budget=4),
        machine("M2", capacity=None, budget=4),
        machine("M3", capacity=None, budget=4),
        jobs=[one(f"J{i}", ("M1", 3), ("M2", 3)) for i in range(3)] + [one("K", ("M2", 2), ("M3", 1))],
    )
    with pytest.raises(InfeasibleError, match="given at least 9, their budgets allow 8: short by 1") as error:
        solve(problem, "cost")
    assert error.value.where == "budgets of machines M1 (member M1), M2 (member M2)"


def test_machines_of_different_speed_that_are_short_are_named_with_a_total() -> None:
    problem = shops(
        machine("M1", capacity=None, budget=4),
        machine("M2", capacity=None, budget=1),
        jobs=[one(f"J{i}", ("M1", 4), ("M2", 1)) for i in range(3)],
    )
    with pytest.raises(InfeasibleError, match="short by at least 1") as error:
        ALONE.solve(problem, COST, Limits(5.0, 1), lambda _: None)
    assert "M2" in error.value.where


def test_what_no_fraction_proves_is_left_open_or_proved_by_cpsat() -> None:
    problem = shops(
        machine("M1", capacity=None, budget=3),
        machine("M2", capacity=None, budget=3),
        jobs=[one(f"J{i}", ("M1", 2), ("M2", 2)) for i in range(3)],  # 6 units of time fit 6, but not in pieces of 2
    )
    assert ALONE.solve(problem, COST, Limits(5.0, 1), lambda _: None).assignments is None
    with pytest.raises(InfeasibleError):
        solve(problem, "cost")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (shops(machine("M1"), jobs=[one("J", ("M1", 1))]), "has a capacity or a calendar"),
        (shops(machine("M1", capacity=None, available=((0, 9),)), jobs=[one("J", ("M1", 1))]), "a calendar"),
        (
            shops(machine("M1", capacity=None), jobs=[job("J", operation("O", ("M1", 1)), budget=1)]),
            "budget of its own",
        ),
        (shops(machine("M1", capacity=None), jobs=[job("J", operation("O", ("M1", 1, 10**12)))]), "64 bits"),
    ],
)
def test_what_it_cannot_keep_it_refuses(problem: Problem, said: str) -> None:
    assert said in (ENGINE.refuses(problem, COST) or "")


def test_a_machine_without_a_budget_has_no_price() -> None:
    problem = budgeted(6, 12, 6, 0.15, 3)
    first = problem.enterprises[0]
    free = replace(first, machines=tuple(replace(m, budget=None) for m in first.machines))
    answer = ALONE.solve(
        replace(problem, enterprises=(free, *problem.enterprises[1:])), COST, Limits(1.0, 1), lambda _: None
    )
    assert answer.prices
    assert first.machines[0].id not in dict(answer.prices)


def test_arrays_hold_what_the_problem_says() -> None:
    problem = shops(
        machine("M1", capacity=None, budget=4),
        machine("M2", capacity=None),
        jobs=[
            job(
                "J",
                operation("O1", ("M2", 3, 7)),
                operation("O2", ("M1", 1, 2), ("M2", 2, 5), after=["O1"]),
                origin="M1",
            )
        ],
        leg=(9, 0),
    )
    forest, named = forest_of(problem, scale=10)
    assert forest.cost.tolist() == [160, 20, 50]  # 7 + a leg of 9 from the origin
    assert forest.duration.tolist() == [3, 1, 2]
    assert forest.machine.tolist() == [1, 0, 1]
    assert forest.parent.tolist() == [-1, 0]
    assert np.array_equal(forest.legs[0], [[0, 90], [90, 0]])
    assert named.plans.tolist() == [0]
    assert UNLIMITED > 10**18


def test_budgets_with_a_quarter_to_spare_are_met_even_if_the_cheap_sites_alone_have_too_little_time() -> None:
    problem = replace(generate(30, 16, 15, 100, seed=0), name="a part")  # more sites than the search keeps at first
    share = -(-problem.operation_count * 5 // (4 * len(problem.machines)))
    members = tuple(
        replace(e, machines=tuple(replace(m, budget=share) for m in e.machines)) for e in problem.enterprises
    )
    for seed in range(3):
        found = solve(replace(problem, enterprises=members), "cost", "lagrangian", time_limit=2.0, threads=1, seed=seed)
        assert found.plan is not None
