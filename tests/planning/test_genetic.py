"""The yardstick: a faithful genetic algorithm, no better and no worse than the paper's, and never taken by accident."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.app.cases.radmanesh2021 import example, generate
from hanse.errors import InputError
from hanse.model.check import measure
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.genetic import Landscape, Parameters, _cross, _move, evolve
from hanse.planning.solve import ENGINES, YARDSTICKS
from tests.model.build import job, machine, operation, shops
from tests.strategies import problems

SHORT = Parameters(npop=20, generations=15)

takeable = problems(max_plans=1, finite=False, limits=False, workpieces=False, max_modes=3)


@given(takeable, st.integers(0, 5))
@settings(max_examples=60)
def test_its_cost_is_what_the_judge_measures_and_never_below_the_bound(problem: Problem, seed: int) -> None:
    found = evolve(problem, SHORT, np.random.default_rng(seed))
    assert found.cost == measure(problem, found.assignments).cost >= problem.cost_bound
    assert found.cost == found.trajectory[-1]
    assert all(earlier >= later for earlier, later in pairwise(found.trajectory))


def test_the_same_generator_gives_the_same_evolution() -> None:
    problem = generate(8, 6, 5, 100)
    first, again, other = (evolve(problem, SHORT, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first == again
    assert other.trajectory != first.trajectory


def test_given_time_it_finds_the_optimum_of_the_worked_example() -> None:
    found = evolve(example(), Parameters(generations=400), np.random.default_rng(1))
    exact = solve(example(), "cost").plan
    assert exact is not None
    assert found.cost == exact.measures.cost


def test_at_the_papers_size_it_ends_far_above_the_optimum_as_published() -> None:
    problem = generate(30, 70, 15, 100)
    found = evolve(problem, Parameters(generations=60), np.random.default_rng(0))
    assert 4 * problem.cost_bound < found.cost < found.random


def test_crossover_exchanges_one_stretch_between_two_parents() -> None:
    population = np.array([[1] * 9, [2] * 9], dtype=np.int16)
    children = _cross(population, 50, np.random.default_rng(0))
    for one, other in zip(children[:50], children[50:], strict=True):
        assert sum(a != b for a, b in pairwise(one)) <= 2
        assert set(one + other) <= {2, 3, 4}
        if one[0] != other[0]:
            assert set(one + other) == {3}


def test_a_move_keeps_every_gene_eligible_by_repair() -> None:
    jobs = [job("J1", operation("O1", ("M1", 1, 1)), operation("O2", ("M2", 1, 1), ("M3", 1, 1), after=["O1"]))]
    problem = shops(*(machine(name, capacity=None) for name in ("M1", "M2", "M3")), jobs=jobs)
    land, chance = Landscape(problem), np.random.default_rng(0)
    moved = _move(land, land.draw(30, chance), 30, chance)
    assert land.allowed[[0, 1], moved].all()


def test_as_an_engine_it_is_judged_like_any_other_and_claims_no_bound_of_its_own() -> None:
    problem = generate(6, 5, 4, 100)
    result = solve(problem, "cost", method="genetic")
    assert result.plan is not None
    assert result.plan.solver == "genetic"
    assert result.bound_kind == "certified"  # the judge's
    assert [point.value for point in result.trajectory][-1] == result.plan.value


def test_auto_never_takes_it() -> None:
    assert set(ENGINES) >= YARDSTICKS >= {"genetic"}
    plan = solve(generate(4, 3, 3, 100), "cost").plan
    assert plan is not None
    assert plan.solver != "genetic"


def test_a_time_limit_ends_it_between_two_generations() -> None:
    result = solve(generate(30, 30, 10, 100), "cost", method="genetic", time_limit=0.02)
    assert result.plan is not None


@pytest.mark.parametrize(
    "values",
    [
        {"npop": 1},
        {"generations": 0},
        {"elite": 0.0, "crossover": 0.5, "mutation": 0.0},
        {"elite": 0.2},
        {"elite": -0.1, "crossover": 0.5, "mutation": 0.1},
        {"mutation": 0.3},
    ],
)
def test_parameters_that_do_not_keep_the_population_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Parameters(**values)  # type: ignore[arg-type]


def test_problems_beyond_it_are_refused_with_the_reason() -> None:
    small = generate(3, 2, 2, 10)
    member = small.enterprises[0]
    narrow = replace(member, machines=(replace(member.machines[0], budget=5),))
    attacks = {
        'machine "P1" has a': replace(small, enterprises=(narrow, *small.enterprises[1:])),
        "alternative": replace(
            small, jobs=(replace(small.jobs[0], plans=(*small.jobs[0].plans, replace(small.jobs[0].plans[0], id="B"))),)
        ),
        "least quality": replace(small, jobs=(replace(small.jobs[0], budget=5),)),
    }
    for said, problem in attacks.items():
        with pytest.raises(InputError, match=said):
            solve(problem, "cost", method="genetic")
        with pytest.raises(InputError, match=said):
            evolve(problem, SHORT, np.random.default_rng(0))
    with pytest.raises(InputError, match="cost alone"):
        solve(small, "makespan", method="genetic")
