"""Moths between two flames: every job is one flame's, the other's, or spirals; the hybrid that flies them repeats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.app.reproduce.ramakurthi.instances import scenario
from hanse.clock import SystemClock
from hanse.errors import InfeasibleError
from hanse.model.problem import Problem
from hanse.planning.pareto.archive import Archive
from hanse.planning.pareto.arrays import Floats
from hanse.planning.pareto.flight import flights
from hanse.planning.pareto.hybrid import Hybrid
from hanse.planning.pareto.method import Budget, run
from hanse.planning.pareto.space import Space
from tests.strategies import problems

OBJECTIVES = ["makespan", "energy"]


def moths(space: Space, seed: int, flown: float, spiralled: float) -> tuple[Floats, Floats, Floats]:
    chance = np.random.default_rng(seed)
    flames, others = space.random(6, chance), space.random(6, chance)
    made = flights(space, flames, others, np.full(6, flown), spiralled, -1.5, 1.0, np.random.default_rng(seed))
    return flames, others, made


@settings(max_examples=60, deadline=None)
@given(problems(max_jobs=4, max_operations=4, max_modes=3), st.integers(0, 2**32 - 1))
def test_a_moth_that_stays_is_its_flame_and_one_that_flies_wholly_is_the_other(problem: Problem, seed: int) -> None:
    """In lines and ways; priorities become ranks, with which nothing starts later (test_decode.py)."""
    try:
        space = Space(problem, OBJECTIVES)
    except InfeasibleError:
        return
    keys = space.jobs + space.tasks
    for flown, side in ((0.0, 0), (1.0, 1)):
        found = moths(space, seed, flown, 0.0)
        assert np.array_equal(found[2][:, :keys], found[side][:, :keys])
        before, after = space.measures(found[side]), space.measures(found[2])
        whole = (before[1] == 0) & (after[1] == 0)
        assert (after[0][whole, 0] <= before[0][whole, 0]).all()


@pytest.mark.parametrize("spiralled", [0.0, 0.5])
def test_each_job_comes_whole_from_one_side_or_spirals(spiralled: float) -> None:
    space = Space(scenario(8, 6, 0), OBJECTIVES)
    flames, others, made = moths(space, 3, 0.4, spiralled)
    assert ((made >= 0) & (made <= 1)).all()
    of_job = space.arrays.job
    kinds = set()
    for flame, other, moth in zip(flames, others, made, strict=True):
        for job in range(space.jobs):
            own = np.concatenate([[job], space.jobs + np.flatnonzero(of_job == job)])
            same = [np.array_equal(moth[own], given[own]) for given in (flame, other)]
            assert any(same) or spiralled
            kinds.add(tuple(same))
    assert {(True, False), (False, True)} <= kinds
    assert ((False, False) in kinds) == bool(spiralled)


def test_the_hybrid_finds_more_than_as_many_random_vectors_and_repeats_itself() -> None:
    space = Space(scenario(8, 8, 0), OBJECTIVES)
    fronts = []
    for _ in range(2):
        found, chance = Archive(space.size, 2), np.random.default_rng(0)
        assert run(space, Hybrid(space, found, chance), found, Budget(3000, 600), SystemClock()) == "evaluations"
        fronts.append(found.values)
    assert np.array_equal(fronts[0], fronts[1])
    drawn, vectors = Archive(space.size, 2), space.random(3000, np.random.default_rng(0))
    drawn.offer(vectors, space.evaluate(vectors))
    assert (fronts[0].min(axis=0) < drawn.ideal).all()
