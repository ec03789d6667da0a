"""Contributions of members to orders, and money divided by them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.app.cases.radmanesh2021 import generate
from hanse.errors import InputError
from hanse.model.problem import Problem
from hanse.value import contribution as module
from hanse.value.contribution import contribution, participants
from tests.model.build import job, machine, operation, plan, shops
from tests.strategies import problems

OPEN = problems(graphs=False, max_operations=4, max_modes=3, max_machines=4)


def story() -> Problem:
    """E1 mills well, E3 mills dearly, E2 alone drills, E4 does nothing for anybody; ways are free."""
    mill, drill = operation("mill", ("E1", 1, 30), ("E3", 1, 50)), operation("drill", ("E2", 1, 20), after=["mill"])
    only = job("J2", operation("drill", ("E2", 1, 10)))
    return shops(*(machine(f"E{i}") for i in (1, 2, 3, 4)), jobs=[job("J1", mill, drill), only])


def names(problem: Problem) -> list[str]:
    return [enterprise.id for enterprise in problem.enterprises]


def test_who_cannot_be_replaced_contributed_most_and_who_did_nothing_nothing() -> None:
    found = contribution(story(), names(story()))
    # J1 may cost 70: {E1, E2} make it for 50 and reach 90, {E2, E3} for 70 and reach 70. J2: E2 reaches 10 alone.
    e1, e3 = Fraction(90, 6) + Fraction(20, 3), Fraction(70, 6)
    assert found.shares == (e1, 90 - e1 - e3 + 10, e3, Fraction(0))
    assert found.whole == 100
    assert found.alone == (0, 10, 0, 0)
    assert (found.method, found.permutations, found.aside) == ("exact", 0, ())
    assert max(found.margins) == 0


def test_cents_follow_contributions_and_add_up() -> None:
    found = contribution(story(), names(story()))
    shares = found.divide(100_001)
    assert sum(shares) == 100_001
    assert shares == (21_667, 66_667, 11_667, 0)


def test_only_who_works_in_the_plan_takes_part_in_it() -> None:
    problem = story()
    made = plan(problem, ("J1", "mill", "E1", 0, 1), ("J1", "drill", "E2", 1, 2), ("J2", "drill", "E2", 2, 3))
    assert participants(problem, made) == ("E1", "E2")
    assert participants(problem, made, {"J2"}) == ("E2",)
    found = contribution(problem, participants(problem, made))
    assert found.shares == (Fraction(45), Fraction(55))


def test_one_order_can_be_asked_for_alone_and_orders_add_up() -> None:
    one, two, both = (contribution(story(), names(story()), jobs) for jobs in (["J1"], ["J2"], None))
    assert both.shares == tuple(a + b for a, b in zip(one.shares, two.shares, strict=True))
    assert (one.jobs, both.jobs) == (("J1",), ("J1", "J2"))


@settings(deadline=None, max_examples=40)
@given(OPEN)
def test_counting_jobs_apart_gives_what_counting_all_together_gives(problem: Problem) -> None:
    everyone = names(problem)
    whole = contribution(problem, everyone)
    apart = [contribution(problem, everyone, [one.id]) for one in problem.jobs]
    assert whole.shares == tuple(sum(shares, Fraction(0)) for shares in zip(*(a.shares for a in apart), strict=True))


@settings(deadline=None, max_examples=20)
@given(OPEN, st.integers(0, 100))
def test_estimates_are_of_the_true_values(problem: Problem, seed: int) -> None:
    everyone = names(problem)
    true = contribution(problem, everyone)
    with pytest.MonkeyPatch.context() as few:
        few.setattr(module, "EXACT", 0)
        found = contribution(problem, everyone, seed=seed)
    assert sum(found.shares) == true.whole
    # Four players are few enough that sixteen squares come close; a wrong order of columns would be far off.
    assert all(abs(a - b) <= max(0.35 * true.whole, 1) for a, b in zip(found.shares, true.shares, strict=True))


def crowd(count: int) -> Problem:
    """Everybody can do everything, the later the dearer."""
    who = [(f"E{i}", 1, 100 + i) for i in range(count)]
    return shops(
        *(machine(f"E{i}") for i in range(count)),
        jobs=[job("J1", operation("a", *who), operation("b", *who, after=["a"]))], leg=(30, 1),
    )  # fmt: skip


def test_a_crowd_is_sampled_with_an_interval_and_the_same_seed_says_the_same() -> None:
    problem = crowd(20)
    found, again = (contribution(problem, names(problem), seed=5) for _ in range(2))
    assert found == again
    assert (found.method, found.permutations) == ("sampled", 16 * 40)
    assert found.stability is None
    assert sum(found.shares) == found.whole == 2 * (119 * 2 + 30) - 200 - 2
    assert 0 < max(found.margins) < found.whole / 20
    # All twenty could make it: by symmetry nearly the same to each, the cheapest a little more.
    assert found.shares[0] > found.shares[19]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    problem = crowd(20)
    contribution(problem, names(problem), told=lambda done, whole: told.append((done, whole)))
    assert told == [(i + 1, 16) for i in range(16)]


def test_who_would_gain_by_leaving_is_said() -> None:
    problem = story()
    found = contribution(problem, names(problem))
    assert found.stability is not None
    # E1 and E2 reach 100 with J2 and get less: E3 is paid for standing by.
    assert [problem.enterprises[i].id for i in found.stability.coalition] == ["E1", "E2"]
    assert found.stability.gain == Fraction(70, 6)
    both = contribution(problem, ["E1", "E2"]).stability
    assert both is not None
    assert both.stable


@pytest.mark.parametrize(
    ("members", "jobs", "said"),
    [(["E9"], None, "no enterprise"), (["E1"], ["J9"], "no order"), ([], None, "between 1 and")],
)
def test_what_is_not_there_is_refused_by_name(members: list[str], jobs: list[str] | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        contribution(story(), members, jobs)


def test_money_is_not_divided_by_nothing() -> None:
    problem = story()
    poor = replace(problem, jobs=tuple(replace(one, budget=1) for one in problem.jobs))
    found = contribution(poor, names(poor))
    assert found.whole == 0
    with pytest.raises(InputError, match="nobody added anything"):
        found.divide(100)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    covered, runs, members = 0, 40, 12
    for seed in range(runs):
        problem = generate(members, 4, 3, 5, seed=seed)
        true = contribution(problem, names(problem))
        with pytest.MonkeyPatch.context() as few:
            few.setattr(module, "EXACT", 0)
            found = contribution(problem, names(problem), seed=seed)
        triples = zip(found.shares, true.shares, found.margins, strict=True)
        covered += sum(abs(share - truth) <= margin + 1e-9 for share, truth, margin in triples)
    assert 0.92 <= covered / (runs * members) <= 0.98
