"""A floor plays its plan: exactly if nothing goes wrong, and never against the physics if it does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.lab.floor.shop import PAUSED, RESUMED, Event, Shop
from hanse.lab.floor.trouble import CALM, Odds, Rush, Trouble, draw
from hanse.model.plan import Assignment
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.planning.sharing.generate import league
from hanse.telemetry.reading import FINISHED, STARTED, STATE
from tests.lab.floor.histories import impossible


def job(name: str, *steps: tuple[str, int], due: int | None = None, single: bool = False) -> Job:
    """A chain of steps, each on one machine; single: no chain, but one workpiece."""
    operations: list[Operation] = []
    for machine, duration in steps:
        after = (operations[-1].id,) if operations and not single else ()
        operations.append(Operation(f"O{len(operations)}", "S", (Mode(machine, duration),), after))
    return Job(name, (ProcessPlan("A", tuple(operations)),), due=due, single_workpiece=single)


def shop(*machines: Machine, jobs: list[Job]) -> Problem:
    return Problem("shop", (Site("H"),), (Enterprise("H", "H", machines),), tuple(jobs))


def mill(name: str, capacity: int | None = 1, hours: tuple[tuple[int, int], ...] | None = None) -> Machine:
    return Machine(name, frozenset({"S"}), capacity, available=hours)


def row(name: str, start: int, end: int, machine: str = "M") -> Assignment:
    work, _, operation = name.partition("/")
    return Assignment(work, "A", operation or "O0", machine, start, end)


def ran(floor: Shop) -> dict[str, tuple[int | None, int | None]]:
    return {task.name: (task.started, task.finished) for tasks in floor.tasks.values() for task in tasks}


@pytest.mark.parametrize("seed", range(3))
def test_without_trouble_every_operation_lies_where_the_plan_has_it(seed: int) -> None:
    problem, rows = league(5, 3, 60, seed)
    floor = Shop(problem, rows, draw(problem, rows, CALM, seed))
    events = list(floor.play())
    assert ran(floor) == {f"{at.job}/{at.operation}": (at.start, at.end) for at in rows}
    assert [event.moment for event in events] == sorted(event.moment for event in events)
    assert len(floor.done) == len(problem.jobs)


def test_machines_that_run_several_closed_hours_and_single_workpieces_are_kept() -> None:
    machines = mill("M", 2), mill("N", hours=((0, 10), (20, 40)))
    jobs = [job("A", ("M", 5)), job("B", ("M", 8)), job("C", ("M", 4)), job("D", ("N", 6), ("N", 6)),
            job("E", ("M", 3), ("N", 3), single=True)]  # fmt: skip
    problem = shop(*machines, jobs=jobs)
    rows = [row("A", 0, 5), row("B", 0, 8), row("C", 5, 9), row("D", 0, 6, "N"), row("D/O1", 20, 26, "N"),
            row("E", 9, 12), row("E/O1", 26, 29, "N")]  # fmt: skip
    floor = Shop(problem, rows, Trouble(down={"N": ((3, 8),)}))
    list(floor.play())
    assert ran(floor)["C/O0"] == (5, 9)
    assert ran(floor)["D/O0"] == (0, 11)  # overtime, because it was held up
    assert ran(floor)["D/O1"] == (20, 26)
    assert ran(floor)["E/O1"] == (26, 29)
    assert not impossible(floor, Trouble(down={"N": ((3, 8),)}))


def test_what_a_machine_says_is_what_docs_telemetry_promises() -> None:
    problem = shop(mill("M"), jobs=[job("A", ("M", 5))])
    floor = Shop(problem, [row("A", 1, 6)], Trouble(down={"M": ((3, 5),)}))
    assert list(floor.play()) == [
        Event(1, "M", STARTED, "A/O0"),
        Event(1, "M", STATE, "running"),
        Event(3, "M", STATE, "down"),
        Event(5, "M", STATE, "running"),
        Event(8, "M", FINISHED, "A/O0"),
        Event(8, "M", STATE, "idle"),
    ]


def test_a_guest_makes_way_for_the_hosts_own_work_and_goes_on_after_it() -> None:
    problem = shop(mill("M"), mill("N"), jobs=[job("own", ("M", 4)), Job(
        "guest", (ProcessPlan("A", (Operation("O0", "S", (Mode("M", 6), Mode("N", 6))),)),), due=6)])  # fmt: skip
    trouble = Trouble(down={"M": ((1, 4),)})
    floor = Shop(problem, [row("own", 6, 10), row("guest", 20, 26, "N")], trouble)
    floor.replan("guest", [row("guest", 0, 6)])
    events = list(floor.play())
    assert ran(floor) == {"own/O0": (6, 10), "guest/O0": (0, 13)}
    assert [e.moment for e in events if e.metric == PAUSED] == [6]
    assert [e.moment for e in events if e.metric == RESUMED] == [10]
    assert not impossible(floor, trouble)


def test_a_guest_in_its_window_goes_before_one_that_missed_its_own() -> None:
    jobs = [job("late", ("M", 5)), job("prompt", ("M", 5))]
    floor = Shop(
        shop(mill("M"), jobs=jobs), [row("late", 50, 55), row("prompt", 60, 65)], Trouble(down={"M": ((0, 7),)})
    )
    floor.replan("late", [row("late", 0, 5)])
    floor.replan("prompt", [row("prompt", 8, 13)])
    list(floor.play())
    assert ran(floor)["prompt/O0"] == (8, 13)
    assert ran(floor)["late/O0"] == (7, 17)


def test_a_rush_order_goes_before_all_that_is_planned_later() -> None:
    jobs = [job("A", ("M", 5)), job("B", ("M", 5))]
    rush = Rush(3, job("R", ("M", 4)), (row("R", 3, 7),))
    floor = Shop(shop(mill("M"), jobs=jobs), [row("A", 0, 5), row("B", 6, 11)], Trouble(rush=(rush,)))
    list(floor.play())
    assert ran(floor) == {"A/O0": (0, 5), "R/O0": (5, 9), "B/O0": (9, 14)}


def test_rows_that_are_no_plan_of_the_problem_are_refused() -> None:
    problem = shop(mill("M"), jobs=[job("A", ("M", 5))])
    for bad in (row("X", 0, 5), row("A", 0, 5, "nowhere"), row("A/nothing", 0, 5)):
        with pytest.raises(InputError):
            Shop(problem, [bad], Trouble())
    floor = Shop(problem, [row("A", 0, 5)], Trouble())
    with pytest.raises(InputError, match="no such operation"):
        floor.replan("A", [row("A/nothing", 0, 5)])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.floats(0, 5), st.floats(0, 5), st.floats(0, 30))
def test_whatever_goes_wrong_the_floor_keeps_to_physics_and_ends(
    seed: int, breakdowns: float, spells: float, rush: float
) -> None:
    problem, rows = league(4, 3, 30, seed % 7, services=6)
    trouble = draw(problem, rows, Odds(breakdowns, 0.02, spells, 0.05, rush=rush), seed)
    floor = Shop(problem, rows, trouble)
    list(floor.play())
    assert not impossible(floor, trouble)
    assert floor.done.keys() == {job.id for job in problem.jobs} | {order.job.id for order in trouble.rush}


def test_the_same_seed_is_the_same_trouble_and_another_is_not() -> None:
    problem, rows = league(4, 3, 30, 0)
    assert draw(problem, rows, Odds(), 1) == draw(problem, rows, Odds(), 1) != draw(problem, rows, Odds(), 2)
    with pytest.raises(InputError):
        draw(problem, [], Odds(), 1)
    with pytest.raises(InputError, match="between"):
        Odds(breakdowns=-1)
