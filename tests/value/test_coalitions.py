"""What coalitions save: compiled code against the composition engine on a problem of these members alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.planning.composition.routes import plain_routes
from hanse.value.coalitions import JobGame, games_of, set_aside, together
from tests.model.build import job, machine, operation, shops
from tests.strategies import problems

OPEN = problems(graphs=False, max_operations=4, max_modes=3, max_machines=4, max_jobs=2)


def cost_with(problem: Problem, own: Job, members: set[str]) -> int | None:
    """The engine's answer if only these members had machines; None if they cannot make it."""
    plans = []
    for plan in own.plans:
        operations = [
            replace(o, modes=modes)
            for o in plan.operations
            if (modes := tuple(m for m in o.modes if problem.owner[m.machine].id in members))
        ]
        if len(operations) == len(plan.operations):
            plans.append(ProcessPlan(plan.id, tuple(operations)))
    if not plans:
        return None
    route = plain_routes(replace(problem, jobs=(replace(own, plans=tuple(plans)),), preferences=None))[0]
    assert route is not None
    return route.cost if own.budget is None or route.cost <= own.budget else None


@settings(deadline=None)
@given(OPEN)
def test_every_coalition_reaches_what_the_engine_says_of_it(problem: Problem) -> None:
    members = [enterprise.id for enterprise in problem.enterprises]
    for own, game in zip(problem.jobs, games_of(problem, problem.jobs, members), strict=True):
        values = game.values()
        for mask in range(len(values)):
            inside = {members[player] for i, player in enumerate(game.players) if mask >> i & 1}
            cost = cost_with(problem, own, inside)
            assert values[mask] == (0 if cost is None else 2 * game.most - cost)
            assert cost is None or cost <= game.most


@settings(deadline=None)
@given(OPEN, st.randoms(use_true_random=False))
def test_what_arrivals_add_is_the_difference_of_two_coalitions(problem: Problem, random) -> None:  # type: ignore[no-untyped-def]
    members = [enterprise.id for enterprise in problem.enterprises]
    for game in games_of(problem, problem.jobs, members):
        values, count = game.values(), len(game.players)
        orders = list(permutations(range(count)))
        random.shuffle(orders)
        found = game.arrivals(np.array(orders[:6], dtype=np.int64).reshape(-1, count))
        for order, added in zip(orders[:6], found, strict=True):
            there = 0
            for player in order:
                assert added[player] == values[there | 1 << player] - values[there]
                there |= 1 << player


@settings(deadline=None)
@given(OPEN)
def test_nobody_spoils_a_coalition_by_joining(problem: Problem) -> None:
    members = [enterprise.id for enterprise in problem.enterprises]
    values = together(games_of(problem, problem.jobs, members), len(members))
    for mask in range(len(values)):
        for member in range(len(members)):
            assert values[mask] <= values[mask | 1 << member]


def story() -> Problem:
    """E1 and E3 mill, E2 drills; ways between all cost 5."""
    return shops(
        machine("E1"), machine("E2"), machine("E3"),
        jobs=[job("J1", operation("mill", ("E1", 1, 30), ("E3", 1, 50)),
                  operation("drill", ("E2", 1, 20), after=["mill"]))],
        leg=(5, 1),
    )  # fmt: skip


def test_a_job_is_worth_twice_its_dearest_way_and_costs_its_cheapest() -> None:
    (game,) = games_of(story(), story().jobs, ["E1", "E2", "E3"])
    assert game.most == 75
    assert game.values().tolist() == [0, 0, 0, 150 - 55, 0, 0, 150 - 75, 150 - 55]


def test_what_is_dearer_than_the_budget_is_not_made() -> None:
    problem = story()
    problem = replace(problem, jobs=(replace(problem.jobs[0], budget=60),))
    (game,) = games_of(problem, problem.jobs, ["E1", "E2", "E3"])
    assert game.values().tolist() == [0, 0, 0, 120 - 55, 0, 0, 0, 120 - 55]
    assert game.arrivals(np.array([[2, 1, 0]])).tolist() == [[65, 0, 0]]


def test_a_job_is_worth_the_same_whoever_is_asked() -> None:
    problem = story()
    (whole,) = games_of(problem, problem.jobs, ["E1", "E2", "E3"])
    (part,) = games_of(problem, problem.jobs, ["E1", "E2"])
    assert part.most == whole.most
    assert part.players == (0, 1)


def test_precedence_that_closes_a_circle_is_refused_by_name() -> None:
    square = job(
        "J1", operation("a", ("E1", 1)), operation("b", ("E1", 1), after=["a"]), operation("c", ("E1", 1), after=["a"]),
        operation("d", ("E1", 1), after=["b", "c"]),
    )  # fmt: skip
    problem = shops(machine("E1"), jobs=[square])
    with pytest.raises(InputError, match="chains and trees") as caught:
        JobGame.of(problem, square, ["E1"])
    assert "J1" in str(caught.value)


def test_what_is_set_aside_is_said() -> None:
    tight = shops(
        machine("E1", budget=5, available=((0, 9),)), machine("E2"),
        jobs=[job("J1", operation("a", ("E1", 1, 2)), operation("b", ("E2", 1, 2))),
              job("J2", operation("a", ("E2", 1, 2)))],
    )  # fmt: skip
    assert set_aside(tight, tight.jobs) == ("budgets of machine time are set aside", "calendars are set aside")
    assert set_aside(tight, tight.jobs[1:]) == ()
