"""Indexing a problem: what is shared, what is dropped, and bounds in time that are safe."""

from __future__ import annotations

import pytest

from hanse.errors import InfeasibleError, InputError
from hanse.model.objective import Objective
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.planning import solve
from hanse.planning.jobshop.shop import build
from hanse.planning.jobshop.sizes import guard
from hanse.units import MILLION, QUANTITY_LIMIT
from tests.model.build import job, machine, operation, shops


def test_operations_that_plans_share_are_one_task() -> None:
    shared, last = operation("O1", ("M1", 2)), operation("O3", ("M1", 4), after=["O1"])
    plans = (
        ProcessPlan("A", (shared, last)),
        ProcessPlan("B", (shared, operation("O2", ("M1", 1), after=["O1"]))),
        ProcessPlan("C", (shared,)),  # here O1 is also the last: another place, another task
    )
    shop = build(shops(machine("M1"), jobs=[Job("J", plans)]))
    assert [(task.operation.id, sorted(task.lines)) for task in shop.tasks] == [
        ("O1", [0, 1]),
        ("O3", [0]),
        ("O2", [1]),
        ("O1", [2]),
    ]


def test_heads_and_tails_include_release_legs_and_windows() -> None:
    steps = (operation("O1", ("M1", 2)), operation("O2", ("M2", 3), after=["O1"]))
    own = job("J", *steps, release=1, origin="M2", destination="M1")
    shop = build(shops(machine("M1"), machine("M2", available=((11, 20),)), jobs=[own], leg=(0, 5)))
    assert [(task.head, task.tail) for task in shop.tasks] == [(6, 5 + 3 + 5), (13, 5)]


def test_a_mode_that_no_window_or_budget_allows_is_dropped_and_a_plan_without_modes_too() -> None:
    windows, poor = machine("M1", available=((0, 2), (2, 4))), machine("M2", budget=2)
    open_ = machine("M3")
    step = operation("O1", ("M1", 3), ("M2", 3), ("M3", 3))
    shop = build(shops(windows, poor, open_, jobs=[job("J", step)]))
    assert [way.machine for way in shop.tasks[0].ways] == ["M3"]
    hopeless = ProcessPlan("A", (operation("O1", ("M1", 3), ("M2", 3)),))
    shop = build(shops(windows, poor, open_, jobs=[Job("J", (hopeless, ProcessPlan("B", (step,))))]))
    assert [line.plan for line in shop.lines[0]] == ["B"]
    with pytest.raises(InfeasibleError, match="every availability window") as error:
        build(shops(windows, poor, open_, jobs=[Job("J", (hopeless,))]))
    assert error.value.where == "job J, plan A, operation O1"


def test_the_horizon_holds_the_worst_sequence_after_the_last_opening() -> None:
    steps = (operation("O1", ("M1", 2), ("M2", 4)), operation("O2", ("M2", 3), after=["O1"]))
    shop = build(shops(machine("M1"), machine("M2", available=((30, 99),)), jobs=[job("J", *steps)], leg=(0, 5)))
    assert shop.horizon == 30 + 4 + 5 + 3


def test_quantities_at_the_limit_are_planned_exactly() -> None:
    most = QUANTITY_LIMIT
    huge = [job(f"J{i}", operation("O1", ("M1", most, most, most)), due=0) for i in range(3)]
    for objective, expected in (("makespan", 3), ("cost", 3), ("energy", 3), ("tardiness", 6), ("cost + makespan", 6)):
        result = solve(shops(machine("M1"), jobs=huge), objective, method="cpsat", time_limit=20, threads=1)
        assert result.plan is not None
        assert (result.plan.value, result.status) == (expected * most * MILLION, "optimal")


def test_sums_that_could_leave_64_bits_are_refused_with_a_way_out() -> None:
    most = QUANTITY_LIMIT
    late = [job(f"J{w}", operation("O1", ("M1", most)), due=0, weight=w) for w in (most - 1, 1)]
    with pytest.raises(InputError, match="too large") as error:
        solve(shops(machine("M1"), jobs=late), "tardiness")
    assert "coarser" in error.value.hint
    wide: Problem = shops(machine("M1", capacity=10**9), jobs=[job("J", operation("O1", ("M1", most)))])
    guard(build(wide), Objective.parse("makespan"))  # a capacity nobody can exhaust adds up to nothing
