"""The front door: checked plans, repeated runs, degenerate questions, and methods that improve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.app.reproduce.ramakurthi.instances import scenario
from hanse.clock import SystemClock
from hanse.errors import HanseError, InfeasibleError, InputError
from hanse.model.check import check
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.planning.pareto import METHODS, NAMES, explore
from hanse.planning.pareto.archive import Archive
from hanse.planning.pareto.climb import Climbing
from hanse.planning.pareto.front import Front, knee
from hanse.planning.pareto.method import Budget, Method, run
from hanse.planning.pareto.moth import MothFlame, fold
from hanse.planning.pareto.nsga import Nsga
from hanse.planning.pareto.objectives import minimised
from hanse.planning.pareto.space import Space
from tests.strategies import problems


def keys(front: Front) -> list[tuple[int, ...]]:
    return [tuple(minimised(n, v) for n, v in zip(front.objectives, p.values, strict=True)) for p in front.points]


@settings(max_examples=40, deadline=None)
@given(
    problems(max_jobs=3, max_operations=3),
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True),
    st.sampled_from(["auto", "moth-flame", "nsga3"]),
)
def test_every_point_is_a_valid_plan_and_none_dominates_another(
    problem: Problem, objectives: list[str], method: str
) -> None:
    try:
        front = explore(problem, objectives, method, 30, evaluations=600)
    except HanseError:
        return  # nothing was found, or nothing is there
    for point in front.points:
        assert check(problem, point.plan).valid
    rows = keys(front)
    assert len(set(rows)) == len(rows)
    for a in rows:
        assert not any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in rows)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_front(method: str) -> None:
    problem = scenario(4, 4, 1)
    first, again = (explore(problem, "makespan,energy", method, 120, evaluations=3000, seed=5) for _ in range(2))
    assert first.repeatable
    assert again.repeatable
    assert [p.plan.assignments for p in first.points] == [p.plan.assignments for p in again.points]


def test_auto_finds_the_proved_front() -> None:
    problem = scenario(4, 5, 0)
    exact = explore(problem, "energy,makespan", "exact", 120)
    assert exact.complete
    assert keys(explore(problem, "energy,makespan", "auto", 120)) == keys(exact)
    assert exact.bound is not None
    assert sorted(exact.bound) == sorted(p.values for p in exact.points)


def flat(problem: Problem, *, energy: int | None = None, machines: int | None = None) -> Problem:
    """The problem with equal energies, or on so many of its machines."""
    names = list(problem.machines)[:machines]

    def modes(given: tuple[Mode, ...]) -> tuple[Mode, ...]:
        kept = tuple(m for m in given if m.machine in names) or (given[0]._replace(machine=names[0]),)
        return tuple(m if energy is None else m._replace(energy=energy) for m in kept)

    jobs = tuple(
        replace(
            job,
            plans=tuple(
                replace(plan, operations=tuple(replace(o, modes=modes(o.modes)) for o in plan.operations[:3]))
                for plan in job.plans[:1]
            ),
        )
        for job in problem.jobs
    )
    return replace(problem, jobs=jobs)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["equal ratings", "one machine", "one job"])
def test_degenerate_questions_have_answers(method: str, kind: str) -> None:
    problem = scenario(3, 3, 2)
    if kind == "equal ratings":
        problem = flat(problem, energy=7)
    elif kind == "one machine":
        problem = flat(problem, machines=1)
    else:
        problem = replace(problem, jobs=problem.jobs[:1])
    front = explore(problem, "makespan,energy", method, 60, evaluations=1500)
    assert front.points
    if kind != "one job":
        assert len(front.points) == 1  # nothing to trade: one plan is best in both
    if kind == "equal ratings" and method in ("auto", "exact"):
        assert front.complete


def test_an_objective_that_is_constant_everywhere_does_no_harm() -> None:
    front = explore(scenario(3, 3, 0), "cost,tardiness", time_limit=30, evaluations=500)
    assert [p.values for p in front.points] == [(0, 0)]


def test_a_problem_without_a_plan_says_so() -> None:
    machine = Machine("M", frozenset({"work"}), available=((0, 5),))
    jobs = tuple(Job(f"J{i}", (ProcessPlan("P", (Operation("O", "work", (Mode("M", 3),)),)),)) for i in range(2))
    problem = Problem("impossible", (Site("S"),), (Enterprise("E", "S", (machine,)),), jobs)
    with pytest.raises(InfeasibleError):
        explore(problem, "makespan,cost", time_limit=10, evaluations=200)
    with pytest.raises(HanseError, match="no valid plan"):
        explore(problem, "makespan,utilisation", "moth-flame", 10, evaluations=200)


@pytest.mark.parametrize(
    ("objectives", "method", "limit"),
    [("makespan,energy", "magic", 1), ("makespan,utilisation", "exact", 1), ("makespan,energy", "auto", 0)],
)
def test_what_cannot_be_asked_is_refused(objectives: str, method: str, limit: float) -> None:
    with pytest.raises(InputError):
        explore(scenario(2, 2, 0), objectives, method, limit)


def test_a_member_that_keeps_one_order_is_refused() -> None:
    problem = scenario(2, 2, 0)
    kept = replace(problem, enterprises=tuple(replace(e, permutation=True) for e in problem.enterprises))
    with pytest.raises(InputError, match="one order"):
        explore(kept, "makespan,energy")


@pytest.mark.parametrize("kind", ["moths", "nsga2", "nsga3"])
def test_a_method_does_better_than_as_many_random_vectors(kind: str) -> None:
    """By the sum of the best of both objectives, on a problem of 8 jobs."""
    space = Space(scenario(8, 8, 0), ["makespan", "energy"])
    found = Archive(space.size, 2)
    chance = np.random.default_rng(0)
    method: Method
    if kind == "moths":
        method = Climbing(MothFlame(space, found, chance), space, found, chance)
    else:
        method = Nsga("nsga2" if kind == "nsga2" else "nsga3", space, chance)
    assert run(space, method, found, Budget(4000, 600), SystemClock()) == "evaluations"
    assert space.evaluations == 4000
    drawn = Archive(space.size, 2)
    vectors = space.random(4000, np.random.default_rng(0))
    drawn.offer(vectors, space.evaluate(vectors))
    assert found.ideal.sum() < drawn.ideal.sum()


def test_a_clock_that_is_over_stops_the_search() -> None:
    class Late:
        time = 0.0

        def now(self) -> float:
            return self.time

        def elapsed(self) -> float:
            self.time += 1.0
            return self.time

    space = Space(scenario(2, 2, 0), ["makespan", "energy"])
    archive = Archive(space.size, 2)
    moths = MothFlame(space, archive, np.random.default_rng(0))
    assert run(space, moths, archive, Budget(10**9, 5.0), Late()) == "time"


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=5))
def test_keys_are_folded_back_into_their_range(values: list[float]) -> None:
    folded = fold(np.array(values))
    assert ((folded >= 0) & (folded <= 1)).all()


def test_the_knee_is_farthest_from_the_line_between_the_ends() -> None:
    assert knee([(0, 10), (1, 3), (5, 2), (10, 0)], ["makespan", "energy"]) == 1


def test_more_is_better_for_utilisation_at_the_knee_too() -> None:
    assert knee([(0, 100_000), (1, 900_000), (10, 1_000_000)], ["makespan", "utilisation"]) == 1


def test_the_knee_of_one_point_is_that_point() -> None:
    assert knee([(3, 3)], ["makespan", "energy"]) == 0
