"""Promotion: the published case, the least solution over a whole plan, and a split that lacks only what must lack."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.app.cases.zhang2019 import preferences, question
from hanse.app.reproduce.zhang.published import published
from hanse.app.reproduce.zhang.study import _assignments
from hanse.errors import InfeasibleError, InputError
from hanse.model.preferences import Place
from hanse.planning.preferences import Member, Question, promote
from hanse.planning.preferences.judge import workloads
from hanse.planning.preferences.promotion import Lift, consensus, needs, split
from tests.planning.preferences.leagues import all_plans, plannable, questions


def test_the_published_plan_needs_21_73_yuan_for_p6_where_10_were_said_to_do() -> None:
    asked = question(printed_quality=True)
    members = preferences(asked.problem)[1]
    assignments = _assignments(asked, published())
    (lift,) = promote(asked, assignments, members, fund=10_000).lifts
    assert (lift.provider, lift.place.job, lift.target) == ("P6", "T10", Decimal("0.82"))
    assert (lift.compensation, lift.customer, lift.operator) == (2173, 1086, 1087)
    works = workloads(asked, assignments)["P6"]
    at = next(i for i, work in enumerate(works) if work.job == "T10")
    exact = members["P6"].continuous_compensation(works, at, lift.target)
    assert exact is not None
    assert exact < 2173 < exact + 1
    assert lift.before < lift.target < lift.after


def test_the_consensus_is_the_mean_of_the_others_but_never_above_the_threshold() -> None:
    assert consensus([Decimal("0.5"), Decimal("0.7")], Decimal("0.8")) == Decimal("0.6")
    assert consensus([Decimal("0.9"), Decimal("1")], Decimal("0.8")) == Decimal("0.8")
    assert consensus([], Decimal("0.8")) == Decimal("0.8")


@given(questions(), st.integers(0, 10**6))
@settings(max_examples=60)
def test_a_whole_plan_is_lifted_to_a_consensus_that_nobody_could_reach_for_less(
    asked: tuple[Question, dict[str, Member]], pick: int
) -> None:
    asking, members = asked
    if not plannable(asking):
        return
    plans = list(all_plans(asking.problem))
    plan = plans[pick % len(plans)]
    try:
        lifts = needs(asking, plan, members)
    except InfeasibleError:
        return
    held = workloads(asking, plan)
    declined = {(name, i) for name, works in held.items() for i in members[name].declines(works)}
    assert len(lifts) == len(declined)
    for lift in lifts:
        works = held[lift.provider]
        at = next(i for i, work in enumerate(works) if (work.job, work.operation) == lift.place[:2])
        others = [
            next(
                (x.after for x in lifts if x.place[:2] == (w.job, w.operation)), members[name].satisfactions(works_)[i]
            )
            for name, works_ in held.items()
            for i, w in enumerate(works_)
            if w.job == lift.place.job and name != lift.provider
        ]
        level = consensus(others, members[lift.provider].threshold())
        # Fellows are lifted up to one unit of money beyond their target, so the level may lie a little higher.
        assert lift.target <= level + Decimal("1e-20")
        assert lift.after >= lift.target - Decimal("1e-20")
        if lift.compensation:
            cheaper = [*works[:at], works[at]._replace(compensation=lift.compensation - 1), *works[at + 1 :]]
            assert members[lift.provider].satisfactions(cheaper)[at] <= lift.target


@given(questions(), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_no_other_promises_that_satisfy_the_whole_plan_cost_less_in_all(
    asked: tuple[Question, dict[str, Member]], pick: int
) -> None:
    """The brute force: targets tried on a grid of fractions. Whatever grid targets hold each other up (every one at
    least its consensus given all others) are nowhere below the least ones found, so no prices of theirs are."""
    asking, members = asked
    if not plannable(asking):
        return
    plans = list(all_plans(asking.problem))
    plan = plans[pick % len(plans)]
    try:
        lifts = needs(asking, plan, members)
    except InfeasibleError:
        return
    if not 0 < len(lifts) <= 3:
        return
    held = workloads(asking, plan)
    unpaid = {
        (w.job, w.operation): (name, satisfaction)
        for name, works in held.items()
        for w, satisfaction in zip(works, members[name].satisfactions(works), strict=True)
    }
    grid = [Decimal(k) / 20 for k in range(21)]
    for promised in product(grid, repeat=len(lifts)):
        reached = dict(unpaid)
        for one, level in zip(lifts, promised, strict=True):
            name, before = unpaid[one.place[:2]]
            reached[one.place[:2]] = (name, max(before, level))
        content = True
        for one in lifts:
            others = [
                level
                for (job, operation), (name, level) in reached.items()
                if job == one.place.job and name != one.provider
            ]
            wanted = consensus(others, members[one.provider].threshold())
            content = content and reached[one.place[:2]][1] >= wanted
        if content:
            for one in lifts:
                assert reached[one.place[:2]][1] >= one.target - Decimal("1e-20")
                works = held[one.provider]
                at = next(i for i, w in enumerate(works) if (w.job, w.operation) == one.place[:2])
                level = reached[one.place[:2]][1]
                price = members[one.provider].compensation(works, at, level, strict=level == one.target)
                assert price is None or price >= one.compensation


@given(questions(), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_whole_money_is_the_continuous_solution_rounded_up_within_one_unit(
    asked: tuple[Question, dict[str, Member]], pick: int
) -> None:
    asking, members = asked
    if not plannable(asking):
        return
    plans = list(all_plans(asking.problem))
    plan = plans[pick % len(plans)]
    try:
        lifts = needs(asking, plan, members)
    except InfeasibleError:
        return
    held = workloads(asking, plan)
    exact = []
    for one in lifts:
        works = held[one.provider]
        at = next(i for i, w in enumerate(works) if (w.job, w.operation) == one.place[:2])
        exact.append(members[one.provider].continuous_compensation(works, at, one.target))
    for one, real in zip(lifts, exact, strict=True):
        if real is not None:
            assert real - Decimal("1e-15") <= one.compensation <= real + 1 + Decimal("1e-15")


lifts_of = st.lists(
    st.builds(lambda job, money: lift(f"J{job}", money), st.integers(0, 2), st.integers(0, 9)), max_size=4
)


def lift(job: str, money: int) -> Lift:
    half = Decimal("0.5")
    return Lift(Place(job, "O", "M"), "M", half, half, half, money)


@given(
    lifts_of,
    st.tuples(*[st.integers(0, 12)] * 3),
    st.integers(0, 30),
    st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)]),
)
def test_a_split_conserves_every_sum_and_lacks_only_what_no_division_could_pay(
    lifts: list[Lift], rooms: tuple[int, int, int], fund: int, part: Fraction
) -> None:
    room = {f"J{i}": money for i, money in enumerate(rooms)}
    found = split(lifts, room, fund, part)
    paid = sum(x.customer + x.operator for x in found.lifts)
    assert paid + found.lacking == found.total == sum(x.compensation for x in lifts)
    assert all(x.customer >= 0 and x.operator >= 0 and x.customer + x.operator <= x.compensation for x in found.lifts)
    for name, money in room.items():
        assert sum(x.customer for x in found.lifts if x.place.job == name) <= money
    assert sum(x.operator for x in found.lifts) <= fund
    # The twin: one customer's room serves one job, the fund all; what is beyond both lacks.
    beyond = sum(
        max(0, sum(x.compensation for x in lifts if x.place.job == name) - money) for name, money in room.items()
    )
    assert found.lacking == max(0, beyond - fund)
    apart = all(x.compensation <= room[x.place.job] for x in lifts) and len({x.place.job for x in lifts}) == len(lifts)
    if apart and fund >= found.total:
        assert all(x.customer == int(x.compensation * part) for x in found.lifts)


def test_who_cannot_pay_is_said_and_impossible_arguments_are_refused() -> None:
    assert split([lift("J", 9)], {"J": 2}, 3).lacking == 4
    asked = question()
    for fund, part in ((-1, Fraction(1, 2)), (5, Fraction(3, 2))):
        with pytest.raises(InputError):
            promote(asked, [], {}, fund, part)
