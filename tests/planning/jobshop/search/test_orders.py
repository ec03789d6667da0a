"""Annealing over orders: every plan feasible and worth what it says, never below the optimum, mostly at it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from hanse.errors import InfeasibleError
from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.jobshop.dispatch import assignments, first_plan, value_of
from hanse.planning.jobshop.search.anneal import load
from hanse.planning.jobshop.search.decode import TOO_MUCH, decode
from hanse.planning.jobshop.search.orders import OrderSearch
from hanse.planning.jobshop.search.plant import plant_of
from hanse.planning.jobshop.search.terms import refusal, terms_of
from hanse.planning.jobshop.shop import Shop, build
from hanse.planning.jobshop.sizes import step_of
from tests.model.build import job, machine, operation, shops
from tests.planning import brute
from tests.strategies import problems

OBJECTIVES = st.sampled_from(
    ["makespan", "tardiness", "cost", "energy", "cost + 3 tardiness", "2 makespan + tardiness + energy"]
).map(Objective.parse)

SHOPS = problems(limits=False, max_jobs=3, max_operations=3).filter(lambda problem: refusal(problem) is None)


def started(problem: Problem, objective: Objective, seed: int = 0) -> tuple[Shop, OrderSearch, int]:
    """A search that has been offered the first plan, and what that is worth in steps of the objective."""
    try:
        shop = build(problem)
    except InfeasibleError:  # an operation is longer than every window: nothing to search
        reject()
    found = first_plan(shop, objective, seed)
    if found is None:
        reject()
    search = OrderSearch(shop, plant_of(shop), objective, seed)
    search.offer(found[0])
    return shop, search, found[1] // step_of(shop, objective)


def cycles(search: OrderSearch, count: int) -> list[int | None]:
    """Work until so many cycles have ended; the best value after every slice."""
    values = []
    while search.rounds < count:
        search.slice()
        values.append(search.value)
    return values


@settings(max_examples=60)
@given(SHOPS, OBJECTIVES, st.integers(0, 2**40))
def test_plans_are_feasible_worth_what_they_say_and_only_get_better(
    problem: Problem, objective: Objective, seed: int
) -> None:
    shop, search, first = started(problem, objective, seed)
    values = cycles(search, 2)
    assert values == sorted(values, key=lambda value: -(value or 0))
    assert search.value is not None
    assert search.value <= first
    found = assignments(shop, search.draft())
    assert brute.valid(problem, objective, found)
    assert value_of(shop, search.draft(), objective) == search.value * step_of(shop, objective)


@settings(max_examples=40)
@given(SHOPS, OBJECTIVES)
def test_no_plan_is_below_what_the_solver_proves(problem: Problem, objective: Objective) -> None:
    shop, search, _ = started(problem, objective)
    cycles(search, 2)
    proved = solve(problem, objective, method="cpsat", time_limit=20, threads=1)
    assert search.value is not None
    assert proved.lower_bound is not None
    assert search.value * step_of(shop, objective) >= proved.lower_bound


def league(seed: int, jobs: int = 6, steps: int = 3) -> Problem:
    """Two sites, a machine for two at once, one with a calendar, releases and due dates that cannot all be kept."""
    chance = random.Random(seed)
    machines = [
        machine("M0"),
        machine("M1", available=tuple((start, start + 12) for start in range(0, 400, 15))),
        machine("M2", capacity=2),
    ]
    made = []
    for number in range(jobs):
        chain = []
        for k in range(steps):
            names = chance.sample(range(3), chance.randint(1, 2))
            modes = [(f"M{m}", chance.randint(1, 9), chance.randint(0, 9), chance.randint(0, 9)) for m in names]
            chain.append(operation(f"O{k}", *modes, after=[f"O{k - 1}"] if k else []))
        made.append(job(f"J{number}", *chain, release=chance.randint(0, 9), due=chance.randint(8, 30)))
    return shops(*machines, jobs=made, leg=(1, 2))


@pytest.mark.parametrize("objective", ["makespan", "tardiness", "cost + 2 tardiness"])
def test_small_leagues_are_mostly_solved_to_the_optimum(objective: str) -> None:
    goal, met = Objective.parse(objective), 0
    for seed in range(8):
        problem = league(seed)
        shop, search, _ = started(problem, goal)
        cycles(search, 5)
        best = solve(problem, goal, method="cpsat", time_limit=30, threads=2)
        assert best.status == "optimal"
        assert best.plan is not None
        assert search.value is not None
        value = search.value * step_of(shop, goal)
        assert value >= best.plan.value
        met += value == best.plan.value
    assert met >= 6


def test_the_same_seed_makes_the_same_search_however_it_is_sliced() -> None:
    goal = Objective.parse("tardiness")
    _, a, _ = started(league(1), goal, 7)
    _, b, _ = started(league(1), goal, 7)
    cycles(a, 3)
    b._steps = 3  # slices of other lengths
    cycles(b, 3)
    assert (a.value, a.draft()) == (b.value, b.draft())


def test_an_order_above_the_limit_is_given_up() -> None:
    goal = Objective.parse("2 makespan + tardiness + energy")
    shop, search, _ = started(league(2), goal)
    search.slice()
    plant, terms, roll = search._plant, terms_of(shop, goal), search._roll
    value = int(load(plant, terms, roll, search._course, search._course.best))
    assert decode_at(search, value) == value
    assert decode_at(search, value - 1) == TOO_MUCH


def decode_at(search: OrderSearch, limit: int) -> int:
    """The present order again, with a limit, as plain Python."""
    plain = getattr(decode, "py_func", decode)
    return int(plain(search._plant, search._terms, search._roll, 1, limit))


def test_a_plan_that_no_window_takes_in_this_order_is_not_taken_up() -> None:
    late = operation("O", ("M0", 5))
    problem = shops(machine("M0", available=((0, 10),)), jobs=[job(f"J{i}", late) for i in range(2)])
    shop = build(problem)
    goal = Objective.parse("makespan")
    search = OrderSearch(shop, plant_of(shop), goal, 0)
    assert search.slice() is False
    found = first_plan(shop, goal, 0)
    assert found is not None
    search.offer(found[0])
    cycles(search, 2)
    assert search.value == 10
    crowded = shops(machine("M0", available=((0, 10),)), jobs=[job(f"J{i}", late) for i in range(3)])
    assert first_plan(build(crowded), goal, 0) is None


def test_alternative_lines_are_tried() -> None:
    """One line is slow but first in the file; the search finds the other although the rule is told the slow one."""
    from hanse.model.problem import Job, ProcessPlan
    from hanse.planning.jobshop.dispatch import Draft

    slow = ProcessPlan("slow", (operation("A", ("M0", 50)),))
    quick = ProcessPlan("quick", (operation("B", ("M0", 3)), operation("C", ("M0", 4), after=["B"])))
    shop = build(shops(machine("M0"), jobs=[Job("J", (slow, quick)), Job("K", (slow, quick))]))
    search = OrderSearch(shop, plant_of(shop), Objective.parse("makespan"), 0)
    slow_tasks = [line[0].tasks[0] for line in shop.lines]
    search.offer(Draft([0, 0], {slow_tasks[0]: (0, 0), slow_tasks[1]: (0, 50)}))
    cycles(search, 2)
    assert search.value == 14
