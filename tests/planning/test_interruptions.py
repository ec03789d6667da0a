"""Whatever ends a search, what comes back is a judged plan or the word that there is none; so is the way there."""

from __future__ import annotations

import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hanse
from hanse.errors import InfeasibleError
from hanse.model.check import Judgement, check
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.planning import Result, solve
from hanse.planning.result import Point
from hanse.planning.solve import ENGINES, load
from tests.model.build import job, machine, operation, shops
from tests.strategies import problems

OBJECTIVES = ("makespan", "cost", "tardiness", "energy", "cost + 3 makespan + 2 tardiness")
MANY = shops(machine("M1"), jobs=[job(f"J{n}", operation("O", ("M1", 3, 5))) for n in range(60)])

LEAGUE = Path(__file__).parents[2] / "benchmarks" / "league.py"


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A league of 60 jobs with transport and calendars: too much to prove its makespan while a test waits."""
    file = tmp_path_factory.mktemp("league") / "league.json"
    subprocess.run([sys.executable, LEAGUE, file, "60"], check=True)
    return file


def takers(problem: Problem, objective: str) -> list[str]:
    """The engines that take a problem."""
    return [name for name in ENGINES if load(name).refuses(problem, Objective.parse(objective)) is None]


def holds(problem: Problem, result: Result, told: list[Point]) -> None:
    """The plan is valid, no bound is above a value, nothing got worse, and the last word is the answer."""
    assert (result.plan is None) == (result.status == "unknown")
    for points in (told, list(result.trajectory)):
        for earlier, later in pairwise(points):
            assert later.seconds >= earlier.seconds
            assert earlier.value is None or (later.value is not None and later.value <= earlier.value)
            assert earlier.lower_bound is None or (
                later.lower_bound is not None and later.lower_bound >= earlier.lower_bound
            )
        assert all(p.value is None or p.lower_bound is None or p.lower_bound <= p.value for p in points)
    if result.plan is not None:
        assert check(problem, result.plan).valid
        assert result.lower_bound is None or result.lower_bound <= result.plan.value
        assert all(point.value is None or result.plan.value <= point.value for point in told)


@pytest.mark.parametrize("limit", [0.05, 0.5])
@pytest.mark.parametrize("objective", ["makespan", "cost + 2 tardiness"])
@pytest.mark.parametrize("method", ["auto", "portfolio", "cpsat"])
def test_any_limit_gives_a_judged_plan_of_a_league(league: Path, method: str, objective: str, limit: float) -> None:
    problem, told = hanse.read(league), list[Point]()
    result = solve(problem, objective, method, limit, threads=2, progress=told.append)
    holds(problem, result, told)
    assert result.plan is not None


@settings(max_examples=30, deadline=None)
@given(problems(), st.sampled_from(OBJECTIVES), st.sampled_from([0.05, 1.0]), st.integers(1, 2))
def test_every_engine_that_takes_a_problem_keeps_its_word(
    problem: Problem, objective: str, limit: float, threads: int
) -> None:
    for method in takers(problem, objective):
        told: list[Point] = []
        try:
            result = solve(problem, objective, method, limit, threads, progress=told.append)
        except InfeasibleError:
            continue
        holds(problem, result, told)


@settings(max_examples=15, deadline=None)
@given(problems(max_jobs=2, max_operations=2), st.sampled_from(OBJECTIVES), st.integers(0, 99))
def test_a_seed_and_one_thread_give_one_plan_from_every_engine(problem: Problem, objective: str, seed: int) -> None:
    for method in takers(problem, objective):
        plans: list[tuple[Assignment, ...] | None] = []
        for _ in range(2):
            try:
                result = solve(problem, objective, method, 20, threads=1, seed=seed)
            except InfeasibleError:
                plans.append(None)
                continue
            plans.append(None if result.plan is None else result.plan.assignments)
        assert plans[0] == plans[1], method


CTRL_C = """
import os, signal, sys, threading
import hanse

heard = threading.Event()

def told(point):  # a second after the first plan somebody has seen enough
    if point.value is not None and not heard.is_set():
        heard.set()
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()

problem = hanse.read(sys.argv[1])
result = hanse.solve(problem, method=sys.argv[2], time_limit=300, progress=told)
print(result.status, result.seconds < 200, hanse.check(problem, result.plan).valid)
"""


@pytest.mark.parametrize("method", ["portfolio", "cpsat"])
def test_ctrl_c_ends_the_search_and_gives_the_plan_until_then(league: Path, method: str) -> None:
    command = [sys.executable, "-c", CTRL_C, str(league), method]
    run = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert (run.returncode, run.stdout) == (0, "feasible True True\n"), run


@pytest.mark.parametrize("method", ["portfolio", "cpsat"])
def test_a_plan_that_is_found_is_returned_though_ctrl_c_comes_while_it_is_judged(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(problem: Problem, plan: Plan) -> Judgement:
        signal.raise_signal(signal.SIGINT)
        return check(problem, plan)

    monkeypatch.setattr(sys.modules["hanse.planning.solve"], "check", interrupted)
    result = solve(MANY, "cost", method=method, time_limit=2, threads=1)
    assert result.plan is not None
    assert check(MANY, result.plan).valid
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_while_the_first_plan_is_told_ends_the_search_with_it() -> None:
    told: list[Point] = []

    def tell(point: Point) -> None:
        told.append(point)
        signal.raise_signal(signal.SIGINT)

    result = solve(MANY, "tardiness + makespan", method="portfolio", time_limit=30, threads=1, progress=tell)
    assert len(told) == 1
    assert result.plan is not None
    assert result.seconds < 15
    assert check(MANY, result.plan).valid


def test_a_second_ctrl_c_is_heard_while_a_plan_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(problem: Problem, plan: Plan) -> Judgement:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        return check(problem, plan)

    monkeypatch.setattr(sys.modules["hanse.planning.solve"], "check", interrupted)
    with pytest.raises(KeyboardInterrupt):
        solve(MANY, "cost", time_limit=2)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
