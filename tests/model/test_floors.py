"""What anyone can recompute of time and energy is never more than the best plan's, whatever the prices."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InfeasibleError, InputError
from hanse.model.check import certified_bound
from hanse.model.floors import makespan_floor, tardiness_floor
from hanse.model.objective import Objective
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.planning.solve import solve
from tests.strategies import problems


def shop(*durations: tuple[int, int], capacity: int = 1, single: bool = False) -> Problem:
    """Jobs of one operation on M1 and one on M2, with so long each."""
    machines = tuple(Machine(name, frozenset({"work"}), capacity=capacity) for name in ("M1", "M2"))
    jobs = tuple(
        Job(
            f"J{i}",
            (
                ProcessPlan(
                    "A",
                    (
                        Operation("O1", "work", (Mode("M1", a, 0, 3),)),
                        Operation("O2", "work", (Mode("M2", b, 0, 4),), ("O1",)),
                    ),
                ),
            ),
            due=5,
            single_workpiece=single,
        )
        for i, (a, b) in enumerate(durations)
    )
    return Problem("shop", (Site("S"),), (Enterprise("E", "S", machines),), jobs)


def test_a_job_takes_its_longest_path() -> None:
    problem = shop((3, 4), (1, 1))

    assert problem.floors.completion.tolist() == [7, 2]
    assert (problem.floors.path, problem.floors.energy) == (7, 14)
    assert tardiness_floor(problem) == 2_000_000


def test_a_machine_that_must_do_it_all_needs_its_time_and_what_comes_before_and_after() -> None:
    assert makespan_floor(shop((3, 1), (3, 1), (3, 2))) == 9 + 1
    assert makespan_floor(shop((1, 3), (2, 3), (2, 3))) == 1 + 9
    assert makespan_floor(shop((3, 1), (3, 1), (3, 2), capacity=2)) == 5 + 1


def test_prices_prove_what_no_machine_proves_alone() -> None:
    """Three jobs of 4 that may go to either of two machines, and one of 4 that only the first can do."""
    machines = tuple(Machine(name, frozenset({"work"})) for name in ("M1", "M2", "M3"))
    either = (Mode("M1", 4), Mode("M2", 4))
    operations = [either, either, either, (Mode("M1", 4),), (Mode("M3", 1),)]
    jobs = tuple(
        Job(f"J{i}", (ProcessPlan("A", (Operation("O", "work", modes),)),)) for i, modes in enumerate(operations)
    )
    problem = Problem("either", (Site("S"),), (Enterprise("E", "S", machines),), jobs)

    assert makespan_floor(problem) == 6
    assert makespan_floor(problem, (("M1", 1), ("M2", 1))) == 8
    assert makespan_floor(problem, (("M1", 700), ("M2", 700))) == 8
    assert makespan_floor(problem, (("M3", 5),)) == 6


@pytest.mark.parametrize("prices", [(("M9", 1),), (("M1", -1),), (("M1", 1 << 60),), (("M1", (1 << 59) + 1),)])
def test_prices_that_cannot_be_are_refused(prices: tuple[tuple[str, int], ...]) -> None:
    with pytest.raises(InputError, match="price"):
        makespan_floor(shop((3, 1)), prices)


def test_a_machine_without_capacity_has_no_price() -> None:
    problem = Problem(
        "any",
        (Site("S"),),
        (Enterprise("E", "S", (Machine("M1", frozenset({"work"}), capacity=None),)),),
        (Job("J", (ProcessPlan("A", (Operation("O", "work", (Mode("M1", 4),)),)),)),),
    )

    assert makespan_floor(problem) == 4
    with pytest.raises(InputError, match="no machine with a capacity"):
        makespan_floor(problem, (("M1", 1),))


def test_transport_and_release_are_in_the_paths() -> None:
    machines = [Machine(name, frozenset({"work"})) for name in ("M1", "M2")]
    operations = (Operation("O1", "work", (Mode("M1", 3),)), Operation("O2", "work", (Mode("M2", 4),), ("O1",)))
    legs = ((0, 2, 7), (9, 0, 5), (1, 6, 0))
    problem = Problem(
        "legs",
        (Site("S0"), Site("S1"), Site("S2")),
        (Enterprise("E1", "S1", (machines[0],)), Enterprise("E2", "S2", (machines[1],))),
        (Job("J", (ProcessPlan("A", operations),), origin="S0", destination="S0", release=10),),
        transport=Transport(legs, legs),
    )

    assert problem.floors.path == 10 + 2 + 3 + 5 + 4 + 1


@given(
    problems(limits=False),
    st.sampled_from(["makespan", "tardiness", "energy", "2 makespan + 3 energy + cost"]),
    st.data(),
)
@settings(max_examples=120)
def test_no_plan_is_below_what_is_certified(problem: Problem, goal: str, data: st.DataObject) -> None:
    objective = Objective.parse(goal)
    bounded = [name for name, machine in problem.machines.items() if machine.capacity is not None]
    prices = tuple((name, data.draw(st.integers(0, 9))) for name in bounded) if goal == "makespan" else ()
    bound = certified_bound(problem, objective, prices)
    try:
        plan = solve(problem, objective, method="cpsat", threads=1, time_limit=20).plan
    except InfeasibleError:
        return

    assert plan is not None
    assert bound is not None
    assert bound <= plan.value
