"""Parts planned apart: the two theorems, conflicts named at the merge, and the same plans whoever makes them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.app.cases.radmanesh2021 import generate
from hanse.errors import InfeasibleError, InputError
from hanse.model.check import check
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.decomposition import Part, Split, by_region, deal, decompose, merge, part_problem
from hanse.planning.decomposition.parts import shared_budgets
from hanse.units import MILLION
from tests.model.build import job, machine, operation, shops
from tests.strategies import problems

uncoupled = problems(max_jobs=4, finite=False, limits=False, graphs=False, workpieces=False, max_modes=3)


@given(uncoupled, st.integers(1, 4))
@settings(max_examples=60)
def test_dividing_the_jobs_costs_nothing_where_machines_have_no_limits(problem: Problem, parts: int) -> None:
    whole = solve(problem, "cost").plan
    found = decompose(problem, deal(problem, min(parts, len(problem.jobs))), "cost", workers=1)
    assert whole is not None
    assert found.plan is not None
    assert found.plan.value == whole.value
    assert (found.plan.status, found.bound_kind) == ("optimal", "certified")
    assert found.excess(whole.value) == 0


@given(uncoupled, st.data())
@settings(max_examples=60)
def test_restricting_parts_to_machines_of_their_own_never_makes_the_whole_cheaper(
    problem: Problem, data: st.DataObject
) -> None:
    jobs = deal(problem, min(2, len(problem.jobs))).parts
    homes = {name: data.draw(st.integers(0, len(jobs) - 1)) for name in problem.machines}
    parts = [
        Part(part.name, part.jobs, frozenset(name for name, home in homes.items() if home == number))
        for number, part in enumerate(jobs)
    ]
    split = Split("chance", tuple(parts))
    assert split.disjoint
    try:
        found = decompose(problem, split, "cost", workers=1)
    except InfeasibleError:  # some part lacks a service: worse than any plan
        return
    whole = solve(problem, "cost").plan
    assert whole is not None
    assert found.plan is not None
    assert found.plan.value >= whole.value
    assert found.lower_bound == whole.value


@given(problems(max_jobs=3, max_operations=2, max_plans=1), st.booleans())
@settings(max_examples=25)
def test_whatever_the_problem_a_merged_plan_is_valid_or_its_conflicts_are_named(problem: Problem, share: bool) -> None:
    split = deal(problem, min(2, len(problem.jobs)))
    try:
        found = decompose(problem, split, "cost", time_limit=5, budgets="shared" if share else "whole", workers=1)
    except InfeasibleError:
        return
    assert found.merged is not None
    assert (found.plan is None) == bool(found.violations)
    if found.plan is not None:
        assert check(problem, found.plan).valid
    if share:
        assert not any(v.rule == "budget" and v.where.startswith("machine") for v in found.violations)


NARROW = shops(
    machine("M1", capacity=None, budget=5),
    machine("M2", capacity=None),
    jobs=[job(name, operation("O1", ("M1", 4, 1), ("M2", 4, 9))) for name in ("J1", "J2")],
)
"""M1 is cheaper but may be given 5 of the 8 hours both jobs want of it: best is one on each, 1 + 9."""


def test_two_parts_that_spend_the_same_budget_collide_and_the_machine_is_named() -> None:
    found = decompose(NARROW, deal(NARROW, 2), "cost", "cpsat", 10, workers=1)
    assert found.plan is None
    assert [str(v) for v in found.violations] == ["budget: machine M1: is given 8, its budget is 5"]
    assert found.merged is not None
    assert found.merged.value == 2 * MILLION  # cheaper than any plan that keeps the rules
    assert found.excess(10 * MILLION) is None
    assert found.lower_bound == 2 * MILLION  # what the parts prove of the whole is still true


def test_a_share_of_the_budget_keeps_parts_apart_at_a_price() -> None:
    found = decompose(NARROW, deal(NARROW, 2), "cost", "cpsat", 10, budgets="shared", workers=1)
    assert found.plan is not None
    assert found.plan.value == 18 * MILLION  # 3 and 2 hours on M1 suffice for nobody
    assert found.excess(10 * MILLION) == pytest.approx(0.8)


def test_two_parts_at_once_on_a_machine_for_one_collide() -> None:
    problem = shops(machine("M1"), jobs=[job("J1", operation("O1", ("M1", 3))), job("J2", operation("O1", ("M1", 3)))])
    found = decompose(problem, deal(problem, 2), "makespan", time_limit=5, workers=1)
    assert found.plan is None
    assert found.violations[0].rule == "capacity"
    assert (found.lower_bound, found.bound_kind) == (3 * MILLION, "attested")


def test_bounds_of_parts_add_up_over_jobs() -> None:
    problem = shops(
        machine("M1"), jobs=[job("J1", operation("O1", ("M1", 3, 0, 7))), job("J2", operation("O1", ("M1", 3, 0, 5)))]
    )
    found = decompose(problem, deal(problem, 2), "energy", time_limit=5, workers=1)
    assert found.lower_bound == 12 * MILLION


def test_a_part_that_lacks_a_service_says_which_job_and_why() -> None:
    problem = shops(machine("M1"), machine("M2"), jobs=[job("J1", operation("O1", ("M1", 1)))])
    with pytest.raises(InfeasibleError) as refusal:
        part_problem(problem, Part("north", ("J1",), frozenset({"M2"})))
    assert refusal.value.where == "part north, job J1, operation O1"


def test_a_part_keeps_ids_and_legs_and_drops_only_what_it_may_not_use() -> None:
    problem = generate(6, 4, 3, 100)
    split = by_region(problem, 2, restrict=True)
    part = part_problem(problem, split.parts[0])
    assert part.transport == problem.transport
    assert frozenset(part.machines) == split.parts[0].machines
    assert [job.id for job in part.jobs] == list(split.parts[0].jobs)


@pytest.mark.parametrize("change", ["missing", "twice", "unknown"])
def test_parts_that_are_no_plan_together_are_refused(change: str) -> None:
    problem = generate(3, 2, 2, 10)
    plan = solve(problem, "cost").plan
    assert plan is not None
    at = list(plan.assignments)
    broken = {"missing": at[1:], "twice": [*at, at[0]], "unknown": [*at, at[0]._replace(job="D9")]}[change]
    with pytest.raises(InputError):
        merge(problem, [broken], "cost")


def test_a_bound_that_is_not_true_is_refused_not_sealed() -> None:
    problem = generate(3, 2, 2, 10)
    plan = solve(problem, "cost").plan
    assert plan is not None
    with pytest.raises(InputError, match="not true"):
        merge(problem, [plan.assignments], "cost", attested=plan.value + 1)


# --- by several workers -------------------------------------------------------------------------------------------


def test_parts_by_several_workers_give_the_same_plan_as_one_after_the_other() -> None:
    problem, told = generate(8, 9, 3, 100), list[tuple[int, int]]()
    split = by_region(problem, 3)
    apart = decompose(problem, split, "cost", workers=2, told=lambda done, whole: told.append((done, whole)))
    alone = decompose(problem, split, "cost", workers=1)
    assert apart.plan is not None
    assert alone.plan is not None
    assert apart.plan.assignments == alone.plan.assignments
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_error_in_a_worker_arrives_with_the_name_of_its_part() -> None:
    jobs = [job(f"J{i}", operation("O1", ("M1", 1, 5)), budget=9 if i else 3) for i in range(3)]
    problem = shops(machine("M1", capacity=None), jobs=jobs)
    for workers in (1, 2):
        with pytest.raises(InfeasibleError) as refusal:
            decompose(problem, deal(problem, 3), "cost", workers=workers)
        assert refusal.value.where.startswith("part turn 1: ")


@pytest.mark.parametrize("workers", [0, True, "many"])
def test_a_number_of_workers_that_is_none_is_refused(workers: int | str) -> None:
    problem = generate(3, 2, 2, 10)
    with pytest.raises(InputError, match="not a number of workers"):
        decompose(problem, deal(problem, 2), workers=workers)


def test_more_parts_never_make_the_restricted_optimum_of_nested_cuts_cheaper() -> None:
    # Four quadrants refine two halves, so each step only takes providers away from somebody.
    problem = generate(12, 12, 4, 100)
    values = []
    for parts in (1, 2, 4):
        halves = by_region(problem, parts, restrict=True)
        plan = decompose(problem, halves, "cost", workers=1).plan
        assert plan is not None
        values.append(plan.value)
    assert all(fewer <= more for fewer, more in pairwise(values))


@given(problems(max_jobs=4), st.integers(1, 3))
def test_shares_of_a_budget_add_up_to_it_wherever_anybody_asks(problem: Problem, parts: int) -> None:
    split = deal(problem, min(parts, len(problem.jobs)))
    shares = shared_budgets(problem, split)
    for name, machine_ in problem.machines.items():
        given_out = [share[name] for share in shares if name in share]
        assert sum(given_out) == (machine_.budget or 0) or not given_out


def test_what_rounding_leaves_over_is_dealt_evenly() -> None:
    names = [f"M{i}" for i in range(8)]
    jobs = [job(f"J{i}", operation("O1", *((name, 1, 1) for name in names))) for i in range(4)]
    problem = shops(*(machine(name, capacity=None, budget=7) for name in names), jobs=jobs)
    shares = shared_budgets(problem, deal(problem, 4))
    assert [sum(share.values()) for share in shares] == [14] * 4  # 8 · 7 ÷ 4
