"""Search and proof together: judged plans at any interruption, one trajectory, optima proved from both sides."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from hanse.errors import InfeasibleError, InputError
from hanse.model.check import check
from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.jobshop import portfolio, proof
from hanse.planning.jobshop.goal import Goal, set_goal
from hanse.planning.jobshop.legs import Legs
from hanse.planning.jobshop.portfolio import ENGINE, SMALL
from hanse.planning.jobshop.search import terms
from hanse.planning.jobshop.variables import Variables
from hanse.planning.jobshop.worker import Worker
from hanse.planning.result import Limits, Point
from hanse.units import MILLION
from tests.model.build import job, machine, operation, shops
from tests.planning import brute
from tests.planning.jobshop.search.shops import MAKESPAN
from tests.planning.jobshop.search.shops import shops as random_shops
from tests.planning.jobshop.search.test_orders import league
from tests.planning.jobshop.search.test_run import jobs_at_random
from tests.strategies import problems


@settings(max_examples=25)
@given(random_shops(max_jobs=3, max_operations=3), st.sampled_from([1, 2]))
def test_small_problems_are_proved_as_by_brute_force(problem: Problem, threads: int) -> None:
    answer = ENGINE.solve(problem, MAKESPAN, Limits(20, threads, 0), lambda _: None)
    assert answer.assignments is not None
    assert brute.valid(problem, MAKESPAN, answer.assignments)
    other = solve(problem, method="cpsat", time_limit=20, threads=1)
    assert other.plan is not None
    assert answer.value == answer.lower_bound == other.plan.value


def test_auto_takes_it_for_problems_of_some_size_and_explains_when_not() -> None:
    problem = jobs_at_random(1)
    for objective in ("makespan", "makespan + tardiness"):
        result = solve(problem, objective, time_limit=5)
        assert result.plan is not None
        assert result.plan.solver == "portfolio"
        assert check(problem, result.plan).valid
    steps = [operation(f"O{i}", ("M1", 1)) for i in range(SMALL)]
    graded = [operation(f"O{i}", ("M1", 1, 0, 0, 9)) for i in range(SMALL)]
    refusals = [
        (shops(machine("M1"), jobs=[job("J", operation("O", ("M1", 1)))]), f"fewer than {SMALL}"),
        (shops(machine("M1", budget=99), jobs=[job("J", *steps)]), 'machine "M1" has a budget'),
        (shops(machine("M1"), jobs=[job("J", *steps, budget=9)]), 'job "J" has a budget'),
        (shops(machine("M1"), jobs=[job("J", *graded, min_quality=9)]), "asks for"),
    ]
    for refused, said in refusals:
        with pytest.raises(InputError, match=said):
            solve(refused, "makespan", method="portfolio")


@settings(max_examples=25)
@given(problems(limits=False), st.sampled_from(["tardiness", "cost + 2 tardiness", "makespan + energy", "makespan"]))
def test_whatever_the_problem_asks_both_sides_agree_with_the_solver_alone(problem: Problem, objective: str) -> None:
    goal = Objective.parse(objective)
    if terms.refusal(problem) is not None:
        reject()
    try:
        answer = ENGINE.solve(problem, goal, Limits(20, 2, 0), lambda _: None)
    except InfeasibleError:
        with pytest.raises(InfeasibleError):
            solve(problem, goal, method="cpsat", time_limit=20)
        return
    assert answer.assignments is not None
    assert brute.valid(problem, goal, answer.assignments)
    other = solve(problem, goal, method="cpsat", time_limit=20)
    assert other.plan is not None
    assert answer.value == answer.lower_bound == other.plan.value


def test_a_league_with_calendars_is_searched_and_interrupted_like_any_other() -> None:
    problem = league(3, jobs=14)
    for objective in ("makespan", "tardiness", "cost + 2 tardiness"):
        for limit in (0.01, 1.5):
            result = solve(problem, objective, time_limit=limit, threads=2)
            assert result.plan is not None
            assert result.plan.solver == "portfolio"
            assert check(problem, result.plan).valid
            values = [p.value for p in result.trajectory if p.value is not None]
            assert values == sorted(values, reverse=True)
            assert values[-1] == result.plan.value


def test_calendars_that_leave_no_plan_are_a_proof_not_a_search() -> None:
    short = machine("M1", available=((0, 20),))
    jobs = [job(f"J{i}", operation("O", ("M1", 1))) for i in range(SMALL)]
    with pytest.raises(InfeasibleError):
        solve(shops(short, jobs=jobs), method="portfolio", time_limit=10)


def test_a_plan_at_the_bound_is_asked_for_when_value_and_bound_are_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Near it, the first question is for the bound itself; far from it, for anything better."""
    asked: list[int] = []
    real = set_goal

    def noted(variables: Variables, legs: Legs, objective: Objective, below: int | None = None) -> Goal:
        assert below is not None
        asked.append(below)
        return real(variables, legs, objective, below)

    monkeypatch.setattr(proof, "set_goal", noted)
    monkeypatch.setattr(Worker, "start", lambda *_: None)  # the proof alone
    monkeypatch.setattr(Worker, "wait", lambda *_, **__: None)
    problem = jobs_at_random(1, jobs=7, machines=4)
    optimum = solve(problem, method="cpsat", time_limit=60).plan
    assert optimum is not None
    for near, aims in ((1e-9, False), (1e9, True)):
        monkeypatch.setattr(proof, "NEAR", near)
        asked.clear()
        result = solve(problem, method="portfolio", time_limit=60)
        assert result.plan is not None
        assert result.plan.value == result.lower_bound == optimum.value
        first = next(point for point in result.trajectory if point.lower_bound is not None)
        assert first.lower_bound is not None
        assert (asked[0] <= first.lower_bound + MILLION) == aims


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_plan_comes_back_from_any_interruption_and_the_trajectory_only_improves(threads: int) -> None:
    problem = jobs_at_random(5, jobs=20, machines=6)
    for limit in (0.01, 0.05, 0.5):
        result = solve(problem, time_limit=limit, threads=threads, method="portfolio")
        assert result.plan is not None
        assert check(problem, result.plan).valid
        assert result.seconds < limit + 20  # far more than it takes, for machines with much else to do
        values = [p.value for p in result.trajectory if p.value is not None]
        bounds = [p.lower_bound for p in result.trajectory if p.lower_bound is not None]
        assert values == sorted(values, reverse=True)
        assert bounds == sorted(bounds)
        assert values[-1] == result.plan.value
        assert bounds[-1] <= values[-1]


def test_one_thread_and_one_seed_make_one_plan() -> None:
    problem = jobs_at_random(1, jobs=7, machines=4)
    runs = [solve(problem, method="portfolio", time_limit=60, threads=1, seed=3) for _ in range(2)]
    assert runs[0].status == runs[1].status == "optimal"
    assert runs[0].plan is not None
    assert runs[1].plan is not None
    assert runs[0].plan.assignments == runs[1].plan.assignments


def test_a_weighted_makespan_counts_its_weight() -> None:
    problem = jobs_at_random(1, jobs=7, machines=4)
    once, thrice = (solve(problem, objective, time_limit=60) for objective in ("makespan", "3 makespan"))
    assert once.plan is not None
    assert thrice.plan is not None
    assert (once.status, thrice.status) == ("optimal", "optimal")
    assert thrice.plan.value == 3 * once.plan.value == 3 * once.plan.measures.makespan * MILLION


def test_what_progress_raises_ends_both_sides_and_reaches_the_caller() -> None:
    seen: list[Point] = []

    def enough(point: Point) -> None:
        seen.append(point)
        if len(seen) == 3:
            raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        solve(jobs_at_random(5, jobs=20, machines=6), time_limit=20, progress=enough)
    assert len(seen) == 3


def test_what_breaks_in_the_search_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Worker) -> None:
        raise ZeroDivisionError("kernel")

    monkeypatch.setattr(Worker, "_load", broken)
    with pytest.raises(ZeroDivisionError, match="kernel"):
        solve(jobs_at_random(5), time_limit=5, method="portfolio")


def test_the_first_plan_waits_for_no_compiler() -> None:
    code = (
        "import sys; from tests.planning.jobshop.search.test_run import jobs_at_random; import hanse\n"
        "from hanse.planning.jobshop import portfolio\n"
        "loaded = []\n"
        "hanse.solve(jobs_at_random(1), time_limit=0.2,"
        " progress=lambda p: loaded.append('hanse.planning.jobshop.search.walk' in sys.modules))\n"
        "print(loaded[0])"
    )
    # The test module itself loads the kernels, so they are forgotten first.
    forget = "import sys; [sys.modules.pop(m) for m in list(sys.modules) if 'jobshop.search' in m]\n"
    first, rest = code.split("\n", 1)
    run = subprocess.run([sys.executable, "-c", first + "\n" + forget + rest], capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr


def test_choosing_an_engine_loads_neither_solver_nor_compiler() -> None:
    code = (
        "import sys; from hanse.planning.solve import load\n"
        "for name in ('composition', 'lagrangian', 'flowshop', 'portfolio'): load(name)\n"
        "print([heavy for heavy in ('ortools', 'pandas', 'numba') if heavy in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


def test_plain_makespans_are_told_by_name_not_by_text() -> None:
    assert portfolio.plain_makespan(Objective.parse("2*makespan"))
    assert not portfolio.plain_makespan(Objective.parse("cost"))
    assert not portfolio.plain_makespan(Objective.parse("makespan + cost"))


def test_asking_the_solver_again_and_again_changes_nothing_but_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "ASK_AGAIN", 0.0)
    monkeypatch.setattr(portfolio, "HEAD_START", 0.0)
    problem = jobs_at_random(1, jobs=7, machines=4)
    result = solve(problem, method="portfolio", time_limit=60)
    assert result.status == "optimal"
    assert result.plan is not None
    assert result.plan.value == solve(problem, method="cpsat", time_limit=60).lower_bound
