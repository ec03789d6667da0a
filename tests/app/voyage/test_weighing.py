"""Members weigh what a plan gives them: what they would decline, what is offered, and whether that is enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hanse.app.cases.case import Case
from hanse.app.record import Block, Outcome, Part
from hanse.app.voyage.terms import pieces
from hanse.app.voyage.weighing import Weighed, customer, weigh
from hanse.model.check import outcomes
from hanse.planning import solve
from hanse.planning.preferences.member import Member
from tests.app.voyage.leagues import PRICE, league, scanner


def planned(case: Case) -> Part:
    asked = case.parts[0]
    found = solve(asked.problem, objective=asked.objective, time_limit=5, seed=0)
    assert found.plan is not None
    results = tuple(
        Outcome(i, o.job, o.cost, o.completion, o.quality, o.within_limits)
        for i, o in enumerate(outcomes(asked.problem, found.plan.assignments), start=1)
    )
    return Part(asked.problem, found.plan, results, Block(1, "0x", "0x", "0x", "0x", (1, 2, 3), "0x", 0))


def weighed(owner: Member, fund: int, budget: int | None = None) -> tuple[Part, Weighed]:
    part = planned(league(owner, fund=fund, budget=budget))
    return part, weigh(part, {"S": owner}, fund)


def test_declined_work_is_offered_the_least_that_makes_it_acceptable() -> None:
    part, said = weighed(scanner(), fund=100_000)
    (place,) = said.unwilling
    assert place.job == "J3"
    assert not said.refused
    assert said.before[place] < 800_000 <= said.after[place]
    lift = said.lifts[place]
    assert lift.customer + lift.operator == lift.compensation
    piece = next(one for one in pieces(part)["J3"] if one.member == "S")
    assert said.extra(piece).compensation == lift.compensation
    assert said.satisfaction(piece) == (said.before[place], said.after[place])


@pytest.mark.parametrize(("fund", "budget"), [(0, 2 * PRICE), (100, 2 * PRICE + 100)])
def test_an_offer_that_is_too_small_is_refused(fund: int, budget: int) -> None:
    part, said = weighed(scanner(), fund, budget)
    assert said.refused == said.unwilling != frozenset()
    piece = next(one for one in pieces(part)["J3"] if one.member == "S")
    assert said.extra(piece).compensation == fund + budget - 2 * PRICE


def test_who_has_no_preferences_says_nothing_and_signs() -> None:
    part = planned(league(scanner(), fund=0))
    assert weigh(part, {}, 0) == Weighed()
    assert weigh(replace(part, problem=replace(part.problem, preferences=None)), {"S": scanner()}, 0) == Weighed()


def test_a_customer_is_less_satisfied_the_more_it_pays() -> None:
    part = planned(league(scanner(), fund=0))
    outcome = part.outcomes[0]
    work = pieces(part)[outcome.job]
    dear, fair = (customer(part, work, outcome, paid) for paid in (30_000, outcome.cost))
    assert dear is not None
    assert fair is not None
    assert dear < fair
