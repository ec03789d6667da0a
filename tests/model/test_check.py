"""The judge: every rule has a plan that keeps it and one that breaks it, and no lie passes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.model.check import check, outcomes
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Job, Operation, Problem, ProcessPlan
from hanse.units import MILLION
from tests.model.build import job, machine, operation, plan, shops


def broken(problem: Problem, answer: Plan) -> set[str]:
    return {violation.rule for violation in check(problem, answer).violations}


def two_steps(**settings: object) -> Problem:
    """One job: O1 on M1 for 3 (cost 10), then O2 on M2 for 4 (cost 20); a leg costs 5 and takes 2."""
    steps = (operation("O1", ("M1", 3, 10, 7)), operation("O2", ("M2", 4, 20, 9), after=["O1"]))
    return shops(machine("M1"), machine("M2"), jobs=[job("J", *steps, **settings)], leg=(5, 2))


def test_a_plan_that_keeps_every_rule_is_valid_and_measured() -> None:
    problem = two_steps(due=8, weight=2 * MILLION)
    answer = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9))
    verdict = check(problem, answer)
    assert verdict.valid
    assert verdict.measures is not None
    assert (verdict.measures.cost, verdict.measures.makespan, verdict.measures.energy) == (35, 9, 16)
    assert verdict.measures.tardiness == 2 * MILLION
    assert (verdict.measures.utilisation, verdict.measures.reliability) == (MILLION, MILLION)


def test_a_follower_waits_for_transport() -> None:
    problem = two_steps()
    assert broken(problem, plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 4, 8))) == {"precedence"}


def test_the_first_operation_waits_for_release_and_the_leg_from_the_origin() -> None:
    problem = two_steps(origin="M2", release=10)
    assert broken(problem, plan(problem, ("J", "O1", "M1", 11, 14), ("J", "O2", "M2", 16, 20))) == {"release"}
    good = plan(problem, ("J", "O1", "M1", 12, 15), ("J", "O2", "M2", 17, 21))
    assert broken(problem, good) == set()
    assert good.measures.cost == 40


def test_completion_includes_the_leg_to_the_destination() -> None:
    problem = two_steps(destination="M1", due=10)
    answer = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9))
    assert outcomes(problem, answer.assignments)[0].completion == 11
    assert answer.measures.makespan == 11
    assert answer.measures.tardiness == 1 * MILLION
    assert answer.measures.cost == 40


def test_a_duration_other_than_the_modes_is_refused() -> None:
    problem = two_steps()
    assert broken(problem, plan(problem, ("J", "O1", "M1", 0, 2), ("J", "O2", "M2", 5, 9))) == {"mode"}


def test_an_ineligible_machine_is_refused() -> None:
    problem = two_steps()
    good = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9))
    swapped = replace(good, assignments=(good.assignments[0]._replace(machine="M2"), good.assignments[1]))
    assert broken(problem, swapped) == {"mode"}


@pytest.mark.parametrize("change", ["missing", "twice", "stranger", "strange operation", "strange plan", "no job"])
def test_an_incomplete_or_foreign_plan_is_refused(change: str) -> None:
    problem = two_steps()
    good = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9))
    first, second = good.assignments
    changed = {
        "missing": (first,),
        "twice": (first, second, second),
        "stranger": (first, second, first._replace(job="K")),
        "strange operation": (first, second._replace(operation="O9")),
        "strange plan": (first._replace(plan="B"), second._replace(plan="B")),
        "no job": (),
    }[change]
    assert broken(problem, replace(good, assignments=changed)) == {"complete"}


def test_two_plans_of_one_job_cannot_be_mixed() -> None:
    steps = (operation("O1", ("M1", 1)), operation("O2", ("M1", 1), after=["O1"]))
    problem = shops(machine("M1"), jobs=[Job("J", (ProcessPlan("A", steps), ProcessPlan("B", steps)))])
    good = plan(problem, ("J", "O1", "M1", 0, 1), ("J", "O2", "M1", 1, 2))
    mixed = replace(good, assignments=(good.assignments[0], good.assignments[1]._replace(plan="B")))
    assert broken(problem, mixed) == {"complete"}


def beside(**settings: object) -> Problem:
    """Two jobs of one operation of 4 on the same machine."""
    return shops(
        machine("M1", **settings), jobs=[job("J", operation("O", ("M1", 4))), job("K", operation("O", ("M1", 4)))]
    )


def test_a_unary_machine_runs_one_operation_at_a_time() -> None:
    problem = beside()
    assert broken(problem, plan(problem, ("J", "O", "M1", 0, 4), ("K", "O", "M1", 3, 7))) == {"capacity"}
    assert broken(problem, plan(problem, ("J", "O", "M1", 0, 4), ("K", "O", "M1", 4, 8))) == set()


def test_capacity_counts_and_none_means_any_number() -> None:
    for capacity in (2, None):
        problem = beside(capacity=capacity)
        assert broken(problem, plan(problem, ("J", "O", "M1", 0, 4), ("K", "O", "M1", 0, 4))) == set()


def test_an_operation_fits_one_window_of_the_calendar() -> None:
    problem = beside(available=((0, 4), (4, 10)))
    assert broken(problem, plan(problem, ("J", "O", "M1", 0, 4), ("K", "O", "M1", 6, 10))) == set()
    across = plan(problem, ("J", "O", "M1", 3, 7), ("K", "O", "M1", 7, 11))
    assert [v.rule for v in check(problem, across).violations] == ["calendar", "calendar"]


def test_a_machine_keeps_its_budget_of_time() -> None:
    problem = beside(budget=7)
    assert broken(problem, plan(problem, ("J", "O", "M1", 0, 4), ("K", "O", "M1", 4, 8))) == {"budget"}


def test_a_job_keeps_its_budget_of_money_legs_included() -> None:
    answer = (("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9))
    for budget, expected in ((35, set()), (34, {"budget"})):
        problem = two_steps(budget=budget)
        assert broken(problem, plan(problem, *answer)) == expected


def test_mean_quality_may_equal_the_least_quality_but_not_fall_below() -> None:
    for least, expected in ((750_000, set()), (750_001, {"quality"})):
        steps = (operation("O1", ("M1", 1, 0, 0, 700_000)), operation("O2", ("M1", 1, 0, 0, 800_000), after=["O1"]))
        problem = shops(machine("M1"), jobs=[job("J", *steps, min_quality=least)])
        assert broken(problem, plan(problem, ("J", "O1", "M1", 0, 1), ("J", "O2", "M1", 1, 2))) == expected


def test_operations_without_precedence_overlap_unless_the_workpiece_is_single() -> None:
    steps = (operation("O1", ("M1", 4)), operation("O2", ("M2", 4)))
    for single, expected in ((False, set()), (True, {"workpiece"})):
        problem = shops(machine("M1"), machine("M2"), jobs=[job("J", *steps, single_workpiece=single)])
        assert broken(problem, plan(problem, ("J", "O1", "M1", 0, 4), ("J", "O2", "M2", 2, 6))) == expected


def test_nothing_starts_before_time_zero() -> None:
    problem = shops(machine("M1"), jobs=[job("J", operation("O", ("M1", 4)))])
    assert "release" in broken(problem, plan(problem, ("J", "O", "M1", -1, 3)))


def test_an_operation_of_no_duration_cannot_happen_inside_another() -> None:
    jobs = [job("J", operation("O", ("M1", 4))), job("K", operation("O", ("M1", 0)))]
    problem = shops(machine("M1"), jobs=jobs)
    assert broken(problem, plan(problem, ("J", "O", "M1", 0, 4), ("K", "O", "M1", 2, 2))) == {"capacity"}
    assert broken(problem, plan(problem, ("J", "O", "M1", 0, 4), ("K", "O", "M1", 4, 4))) == set()


# --- claims -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cost", "makespan", "tardiness", "energy", "utilisation", "reliability"])
def test_no_measure_can_be_lied_about(name: str) -> None:
    problem = two_steps()
    good = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9))
    lie = replace(good, measures=replace(good.measures, **{name: getattr(good.measures, name) + 1}))
    assert broken(problem, lie) == {"claim"}


def test_value_bound_and_status_must_agree() -> None:
    problem = two_steps()
    good = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9))
    for lie in (
        replace(good, value=good.value - 1),
        replace(good, lower_bound=good.value + 1, bound_kind="attested"),
        replace(good, lower_bound=good.value - 1, bound_kind="attested", status="optimal"),
        replace(good, status="optimal"),
    ):
        assert broken(problem, lie) == {"claim"}
    honest = replace(good, lower_bound=good.value, bound_kind="attested", status="optimal")
    assert broken(problem, honest) == set()


def test_a_certified_bound_is_recomputed_not_believed() -> None:
    problem = two_steps()
    good = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9), objective="cost")
    assert broken(problem, replace(good, lower_bound=good.value, bound_kind="certified", status="optimal")) == set()
    slow = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 6, 10))
    assert broken(problem, replace(slow, lower_bound=9 * MILLION, bound_kind="certified")) == set()
    assert broken(problem, replace(slow, lower_bound=10 * MILLION, bound_kind="certified")) == {"claim"}
    priced = replace(slow, lower_bound=9 * MILLION, bound_kind="certified", prices=(("M9", 1),))
    assert broken(problem, priced) == {"claim"}


def test_a_bound_under_budgets_is_recomputed_at_the_prices_the_plan_names() -> None:
    both = [operation("O", ("M1", 1, 10), ("M2", 1, 15))]
    problem = shops(machine("M1", capacity=None, budget=1), machine("M2"), jobs=[job("J", *both), job("K", *both)])
    good = plan(problem, ("J", "O", "M1", 0, 1), ("K", "O", "M2", 0, 1), objective="cost")
    priced = replace(good, lower_bound=25 * MILLION, bound_kind="certified", status="optimal")
    assert broken(problem, replace(priced, prices=(("M1", 5 * MILLION),))) == set()
    for prices in ((), (("M1", 4 * MILLION),), (("M2", 5 * MILLION),), (("M1", -1),)):
        assert broken(problem, replace(priced, prices=prices)) == {"claim"}


def test_a_plan_for_another_problem_is_refused() -> None:
    problem, other = two_steps(), two_steps(due=99)
    answer = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9))
    assert broken(other, answer) == {"claim"}


# --- random tampering -------------------------------------------------------------------------------------------


@st.composite
def chains(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """A random league of up to three machines, and a plan that runs everything one after the other."""
    names = [f"M{i}" for i in range(draw(st.integers(1, 3)))]
    jobs, at, clock = [], [], 0
    leg = (draw(st.integers(0, 5)), draw(st.integers(0, 3)))
    for j in range(draw(st.integers(1, 3))):
        steps: list[Operation] = []
        for o in range(draw(st.integers(1, 3))):
            eligible = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
            modes = [(m, draw(st.integers(1, 6)), draw(st.integers(0, 9)), draw(st.integers(0, 9))) for m in eligible]
            steps.append(operation(f"O{o}", *modes, after=[f"O{o - 1}"] if o else []))
            chosen = draw(st.sampled_from(modes))
            clock += leg[1]
            at.append((f"J{j}", f"O{o}", chosen[0], clock, clock + chosen[1]))
            clock += chosen[1]
        jobs.append(job(f"J{j}", *steps, due=draw(st.none() | st.integers(0, 40))))
    problem = shops(*(machine(name) for name in names), jobs=jobs, leg=leg)
    return problem, plan(problem, *at)


@given(chains())
@settings(max_examples=60, deadline=None)
def test_a_plan_that_runs_everything_in_turn_is_valid(case: tuple[Problem, Plan]) -> None:
    problem, answer = case
    assert check(problem, answer).valid


def feasible_by_hand(problem: Problem, at: tuple[Assignment, ...]) -> bool:
    """The clear twin for `chains`: unary machines, chains of operations, one leg time. Nothing of check.py in it."""
    leg = problem.transport.time[0][-1] if problem.transport and len(problem.sites) > 1 else 0
    by_name = {(a.job, a.operation): a for a in at}
    expected = {(j.id, o.id) for j in problem.jobs for o in j.plans[0].operations}
    if len(by_name) != len(at) or set(by_name) != expected or any(a.plan != "A" for a in at):
        return False
    for j in problem.jobs:
        before: Assignment | None = None
        for o in j.plans[0].operations:
            a = by_name[j.id, o.id]
            if (a.machine, a.end - a.start) not in [(m.machine, m.duration) for m in o.modes] or a.start < 0:
                return False
            if before is not None and a.start < before.end + (leg if a.machine != before.machine else 0):
                return False
            before = a
    return not any(
        a is not b and a.machine == b.machine and a.start < b.end and b.start < a.end for a in at for b in at
    )


@given(chains(), st.data())
@settings(max_examples=300, deadline=None)
def test_an_altered_assignment_passes_only_if_it_is_feasible_with_true_measures(
    case: tuple[Problem, Plan], data: st.DataObject
) -> None:
    problem, answer = case
    index = data.draw(st.integers(0, len(answer.assignments) - 1))
    old = answer.assignments[index]
    field = data.draw(st.sampled_from(Assignment._fields))
    value: object = (
        data.draw(st.integers(-3, 60))
        if field in ("start", "end")
        else data.draw(st.sampled_from(["A", "B", "J0", "J1", "O0", "O1", "O2", "M0", "M1", "M2", "?"]))
    )
    shift = data.draw(st.booleans()) and field == "start" and isinstance(value, int)
    new = old._replace(**{field: value})  # type: ignore[arg-type]
    if shift:
        new = new._replace(end=new.start + (old.end - old.start))
    changed = (*answer.assignments[:index], new, *answer.assignments[index + 1 :])
    altered = replace(answer, assignments=changed)
    verdict = check(problem, altered)
    truthful = feasible_by_hand(problem, changed) and plan_measures_hold(problem, altered)
    assert verdict.valid == truthful


def plan_measures_hold(problem: Problem, answer: Plan) -> bool:
    """Measures recomputed the long way, for the feasible plans of `chains`."""
    modes = {(j.id, o.id, m.machine): m for j in problem.jobs for o in j.plans[0].operations for m in o.modes}
    chosen = [modes[a.job, a.operation, a.machine] for a in answer.assignments]
    leg = problem.transport.cost[0][-1] if problem.transport and len(problem.sites) > 1 else 0
    cost, late, makespan = sum(m.cost for m in chosen), 0, 0
    for j in problem.jobs:
        route = sorted((a for a in answer.assignments if a.job == j.id), key=lambda a: a.operation)
        cost += sum(leg for a, b in pairwise(route) if a.machine != b.machine)
        makespan = max(makespan, route[-1].end)
        late += max(0, route[-1].end - j.due) if j.due is not None else 0
    ratios = []
    for name in {a.machine for a in answer.assignments}:
        runs = [a for a in answer.assignments if a.machine == name]
        ratios.append(sum(a.end - a.start for a in runs) / (max(a.end for a in runs) - min(a.start for a in runs)))
    m = answer.measures
    return (m.cost, m.makespan, m.tardiness, m.energy) == (
        cost, makespan, late * MILLION, sum(mode.energy for mode in chosen),
    ) and abs(m.utilisation - sum(ratios) / len(ratios) * MILLION) < 1  # fmt: skip
