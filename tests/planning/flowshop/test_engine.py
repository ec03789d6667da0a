"""The flow shop engine against brute force and against CP-SAT; and that nothing ever overtakes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.instances import hanse_json
from hanse.model.check import check
from hanse.model.plan import Plan
from hanse.model.problem import Problem, Transport
from hanse.planning import solve
from hanse.planning.flowshop import engine, kernels
from hanse.planning.flowshop.factories import durations, least_makespan, listed, makespan
from hanse.units import MILLION
from tests.model.build import machine
from tests.planning.flowshop.factories import best, factories, problem_of

RUSH = problem_of([[3, 1, 2], [1, 4, 1], [2, 2, 5], [4, 1, 1]], 2)
GO_ON = np.zeros(1, dtype=np.int64)
STOP = np.ones(1, dtype=np.int64)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Compiling is nobody's search time."""
    engine.warm()


def at_random(jobs: int, machines: int, count: int, seed: int = 0) -> Problem:
    rows = np.random.default_rng(seed).integers(1, 100, size=(jobs, machines)).tolist()
    return problem_of(rows, count)


@settings(max_examples=25, deadline=None)
@given(factories())
def test_the_bound_of_a_small_shop_holds_and_cpsat_finds_the_best_plan_there_is(problem: Problem) -> None:
    least = best(problem)
    assert least_makespan(durations(problem)) <= least
    result = solve(problem, method="cpsat", time_limit=20, threads=1)
    assert result.plan is not None
    assert result.plan.value == result.lower_bound == least * MILLION


@pytest.mark.parametrize("seed", range(4))
def test_auto_finds_the_best_of_all_splits_and_orders(seed: int) -> None:
    problem = at_random(5, 3, 2, seed)
    result = solve(problem, time_limit=3, threads=1, seed=seed)
    assert result.plan is not None
    assert result.plan.solver == "flowshop"
    assert result.plan.value == best(problem) * MILLION


@settings(max_examples=25, deadline=None)
@given(factories(), st.integers(0, 2**70))
def test_every_plan_at_any_interruption_is_judged_and_its_trajectory_only_improves(problem: Problem, seed: int) -> None:
    result = solve(problem, method="flowshop", time_limit=0.02, threads=2, seed=seed)
    assert result.plan is not None
    assert check(problem, result.plan).valid
    values = [point.value for point in result.trajectory if point.value is not None]
    assert values == sorted(values, reverse=True)
    assert result.lower_bound is not None
    assert result.lower_bound <= values[-1] == result.plan.value


def test_ends_that_kernels_keep_are_those_of_the_sequences() -> None:
    p, chance = durations(at_random(12, 4, 3)), np.array([7], dtype=np.uint64)
    line, present, top = (kernels.empty_line(p) for _ in range(3))
    kernels.construct(present, np.arange(12), chance)
    kernels.copy(present, top)
    kernels.greedy(line, present, top, chance, 30, 4, 5.0, GO_ON)
    sequences = [top.jobs[f, : top.size[f]].tolist() for f in range(3)]
    assert sorted(job for row in sequences for job in row) == list(range(12))
    assert top.ends.max() == makespan(p, sequences) <= makespan(p, listed(p))


def test_a_search_told_to_stop_stops_between_moves_with_every_job_in_its_place() -> None:
    p, chance = durations(at_random(12, 4, 3)), np.array([7], dtype=np.uint64)
    line, present, top = (kernels.empty_line(p) for _ in range(3))
    kernels.construct(present, np.arange(12), chance)
    kernels.copy(present, top)
    kernels.greedy(line, present, top, chance, 10**12, 4, 5.0, STOP)  # without a look at it this would never end
    for one in (line, present, top):
        sequences = [one.jobs[f, : one.size[f]].tolist() for f in range(3)]
        assert sorted(job for row in sequences for job in row) == list(range(12))
        assert one.ends.max() == makespan(p, sequences)


def test_the_same_seed_makes_the_same_sequences() -> None:
    p, found = durations(at_random(12, 4, 3)), []
    for _ in range(2):
        chance, (line, present, top) = np.array([7], dtype=np.uint64), [kernels.empty_line(p) for _ in range(3)]
        kernels.construct(present, np.arange(12), chance)
        kernels.copy(present, top)
        kernels.greedy(line, present, top, chance, 20, 4, 5.0, GO_ON)
        found.append(top.jobs.tolist())
    assert found[0] == found[1]


def test_factories_may_differ_in_speed_and_stand_empty() -> None:
    slow = RUSH.jobs[0].plans[1]
    steps = tuple(replace(o, modes=(o.modes[0]._replace(duration=1000),)) for o in slow.operations)
    jobs = tuple(replace(job, plans=(job.plans[0], replace(slow, operations=steps))) for job in RUSH.jobs)
    problem = replace(RUSH, jobs=jobs)
    result = solve(problem, time_limit=1, threads=1)
    assert result.plan is not None
    assert {at.plan for at in result.plan.assignments} == {"F1"}
    assert result.plan.value == best(problem) * MILLION


def test_a_shop_that_is_no_flow_shop_is_declined_by_name() -> None:
    first = RUSH.jobs[0]
    legs = Transport(((0, 0), (0, 0)), ((0, 1), (1, 0)))
    turned = replace(first.plans[0], operations=tuple(reversed(first.plans[0].operations)))
    declined = [
        (problem_of([[1]], 1, permutation=False), "makespan", "may overtake"),
        (RUSH, "makespan + cost", "it takes makespan"),
        (replace(RUSH, transport=legs), "makespan", "transport takes time"),
        (replace(RUSH, jobs=(replace(first, release=1), *RUSH.jobs[1:])), "makespan", "has a release"),
        (replace(RUSH, jobs=(replace(first, plans=first.plans[:1]), *RUSH.jobs[1:])), "makespan", "not one plan"),
        (replace(RUSH, jobs=(replace(first, plans=(turned, first.plans[1])),)), "makespan", "does not pass"),
    ]
    for problem, objective, said in declined:
        with pytest.raises(InputError, match=said):
            solve(problem, objective, method="flowshop")


def test_other_engines_keep_the_order_too_or_say_that_they_cannot() -> None:
    with pytest.raises(InputError, match="of fewer than 30"):
        solve(RUSH, method="portfolio")
    result = solve(RUSH, "makespan + cost", time_limit=10)
    assert result.plan is not None
    assert (result.plan.solver, result.status) == ("cpsat", "optimal")


# --- the rule itself --------------------------------------------------------------------------------------------

PAIR = problem_of([[1, 3], [2, 1]], 1)


def overtaking(start: int) -> Plan:
    """J1 first on machine 1 (0-1, J2 1-3); on machine 2 J1 runs from `start`, J2 as soon as it can."""
    honest = solve(PAIR, method="cpsat", time_limit=10).plan
    assert honest is not None
    times = {("J1", "O1"): (0, 1), ("J2", "O1"): (1, 3), ("J2", "O2"): (3, 4), ("J1", "O2"): (start, start + 3)}
    if start == 1:
        times["J2", "O2"] = (4, 5)
    rows = tuple(
        at._replace(start=times[at.job, at.operation][0], end=times[at.job, at.operation][1])
        for at in honest.assignments
    )
    end = max(row.end for row in rows)
    measures = replace(honest.measures, makespan=end)
    return replace(
        honest, assignments=rows, measures=measures, value=end * MILLION, lower_bound=None, bound_kind="none",
        status="feasible",
    )  # fmt: skip


def test_a_job_that_overtakes_is_a_violation_with_both_machines_named() -> None:
    rules = {v.rule for v in check(PAIR, overtaking(1)).violations if v.rule != "claim"}
    assert rules == set()
    broken = [v for v in check(PAIR, overtaking(4)).violations if v.rule == "permutation"]
    assert [(v.where, v.message) for v in broken] == [
        ("enterprise F1, jobs J1 and J2", "J1 goes first on F1M1, J2 on F1M2")
    ]


def test_the_rule_survives_files_and_changes_the_root() -> None:
    free = problem_of([[1, 3], [2, 1]], 1, permutation=False)
    assert free.root != PAIR.root
    for problem in (free, PAIR):
        again = hanse_json.read_problem(hanse_json.write_problem(problem))
        assert (again.root, again.enterprises) == (problem.root, problem.enterprises)


def test_an_order_on_machines_that_run_several_at_once_is_refused() -> None:
    with pytest.raises(InputError, match="one operation at a time"):
        replace(PAIR.enterprises[0], machines=(machine("M1", capacity=2),))
