"""Whose orders a run plays."""

from __future__ import annotations

import pytest

from hanse.errors import InputError
from hanse.lab.demand import draw
from hanse.lab.planner import planned
from hanse.lab.study import Scenario, World
from hanse.planning.preferences.generate import league
from hanse.units import MILLION

WORLD = World(members=5, orders=4)


def test_the_same_seed_draws_the_same_orders_and_plans_them_alike() -> None:
    one, again, other = (draw(WORLD, None, Scenario(), seed) for seed in (1, 1, 2))
    assert one.problem.root == again.problem.root != other.problem.root
    assert planned(one.asked, (1,), 10) == planned(again.asked, (1,), 10)


def test_more_demand_is_more_orders_like_those_there_are() -> None:
    calm, surge, lull = (draw(WORLD, None, Scenario(demand=demand), 3) for demand in (1.0, 2.5, 0.5))
    assert [len(one.problem.jobs) for one in (calm, surge, lull)] == [4, 10, 2]
    assert {job.budget for job in surge.problem.jobs} == {job.budget for job in calm.problem.jobs}
    assert len({job.id for job in surge.problem.jobs}) == 10


def test_customers_wait_longer_than_they_wish_and_lateness_counts_from_their_wish() -> None:
    drawn = draw(WORLD, None, Scenario(patience=3.0), 1)
    for wish, limit in zip(drawn.problem.jobs, drawn.asked.problem.jobs, strict=True):
        assert wish.due is not None
        assert limit.due == 3 * wish.due


def test_every_way_to_run_something_takes_energy() -> None:
    for job in draw(WORLD, None, Scenario(), 1).problem.jobs:
        assert all(mode.energy > 0 for operation in job.plans[0].operations for mode in operation.modes)


def test_strict_members_refuse_more() -> None:
    usual, strict = (draw(WORLD, None, Scenario(strict=share), 4) for share in (0.0, 0.5))
    assert len(strict.asked.refusals) > len(usual.asked.refusals)


def test_the_orders_of_a_league_are_played_with_its_customers() -> None:
    base = league(4, 5, 7)[0].carried
    drawn = draw(World(source="league"), base, Scenario(), 1)
    assert base.preferences is not None
    assert [job.budget for job in drawn.problem.jobs] == [job.budget for job in base.jobs]
    assert list(drawn.consumers.values()) == [base.preferences.consumers[job.id] for job in base.jobs]
    assert all(0 <= one <= MILLION for one in drawn.asked.reputations.values())


def test_a_league_that_does_not_say_what_customers_weigh_is_refused() -> None:
    with pytest.raises(InputError, match="what customers weigh"):
        draw(World(source="league"), None, Scenario(), 1)
