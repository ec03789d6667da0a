"""Both ways to state a leg, as a flow and as a number, against brute force."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from hanse.errors import InfeasibleError
from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.jobshop import legs
from tests.planning import brute
from tests.strategies import problems


@pytest.mark.parametrize("pairs", [0, 400])
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(problems(max_jobs=1, max_modes=3, max_operations=3))
def test_legs_are_paid_and_waited_for_however_they_are_stated(
    monkeypatch: pytest.MonkeyPatch, pairs: int, problem: Problem
) -> None:
    monkeypatch.setattr(legs, "_PAIRS", pairs)
    expected = brute.best(problem, Objective.parse("cost + 2 makespan"))
    try:
        result = solve(problem, "cost + 2 makespan", method="cpsat", time_limit=20, threads=1)
    except InfeasibleError:
        assert expected is None
        return
    assert result.plan is not None
    assert result.plan.value == expected
