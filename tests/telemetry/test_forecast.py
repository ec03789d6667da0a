"""The forecast keeps what happened, keeps every rule for what is to come, and finds the jobs that will be late."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hanse.errors import InfeasibleError, InputError
from hanse.model.check import outcomes
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.planning.solve import solve
from hanse.telemetry.floor import Floor, Progress, name_of
from hanse.telemetry.forecast import Calendar, Forecast, forecast
from hanse.telemetry.reading import FINISHED, STARTED, STATE, Reading
from tests.strategies import problems

MINUTE = 60_000
DAY = Calendar(epoch=1_000 * MINUTE, unit=MINUTE)


def at(minute: float) -> int:
    """Milliseconds of a minute of the plan."""
    return DAY.epoch + round(minute * MINUTE)


def told(assignment: Assignment, metric: str, minute: float) -> Reading:
    return Reading("line", assignment.machine, metric, at(minute), name_of(assignment))


def shop(due: int | None = 9, windows: tuple[tuple[int, int], ...] | None = None) -> tuple[Problem, Plan]:
    """Two jobs over two machines on two sites, one minute apart: J1 is M1 [0, 3), M2 [4, 8); J2 is M1 [3, 5)."""
    machines = [Machine(name, frozenset({"work"}), available=windows) for name in ("M1", "M2")]
    first = Operation("O1", "work", (Mode("M1", 3),))
    second = Operation("O2", "work", (Mode("M2", 4),), after=("O1",))
    other = Operation("O1", "work", (Mode("M1", 2),))
    problem = Problem(
        "shop",
        (Site("S1"), Site("S2")),
        (Enterprise("E1", "S1", (machines[0],)), Enterprise("E2", "S2", (machines[1],))),
        (Job("J1", (ProcessPlan("A", (first, second)),), due=due), Job("J2", (ProcessPlan("A", (other,)),), release=3)),
        transport=Transport(((0, 0), (0, 0)), ((0, 1), (1, 0))),
    )
    plan = solve(problem, "makespan", threads=1).plan
    assert plan is not None
    return problem, plan


def see(problem: Problem, plan: Plan, minute: float, *readings: Reading) -> Forecast:
    floor = Floor.of(plan.assignments)
    floor.absorb(readings)
    return forecast(problem, plan, floor, DAY, at(minute))


def times(seen: Forecast) -> dict[str, tuple[int, int]]:
    return {name_of(one): (one.start, one.end) for one in seen.assignments}


def test_before_anything_happened_the_plan_stands() -> None:
    problem, plan = shop()

    seen = see(problem, plan, 0)

    assert seen.assignments == plan.assignments
    assert seen.frozen == frozenset()
    assert not seen.late


def test_a_late_end_pushes_what_follows_on_the_machine_and_in_the_job() -> None:
    problem, plan = shop()
    first = plan.assignments[0]

    seen = see(problem, plan, 5, told(first, STARTED, 0), told(first, FINISHED, 5))

    assert times(seen) == {"J1/O1": (0, 5), "J1/O2": (6, 10), "J2/O1": (5, 7)}
    assert [(job.job, job.late, job.newly_late) for job in seen.late] == [("J1", 1, True)]
    assert seen.frozen == {("J1", "O1")}


def test_what_runs_ends_when_its_duration_is_over_or_now() -> None:
    problem, plan = shop()
    first = plan.assignments[0]

    assert times(see(problem, plan, 2, told(first, STARTED, 1)))["J1/O1"] == (1, 4)
    assert times(see(problem, plan, 7, told(first, STARTED, 1)))["J1/O1"] == (1, 7)


def test_what_has_not_begun_begins_at_the_earliest_now() -> None:
    problem, plan = shop()

    assert times(see(problem, plan, 20)) == {"J1/O1": (20, 23), "J1/O2": (24, 28), "J2/O1": (23, 25)}


def test_an_early_end_does_not_pull_others_forward() -> None:
    problem, plan = shop()
    first = plan.assignments[0]

    seen = see(problem, plan, 1, told(first, STARTED, 0), told(first, FINISHED, 1))

    assert times(seen)["J1/O2"] == (4, 8)


def test_a_machine_that_is_down_holds_everything_up() -> None:
    problem, plan = shop()
    first = plan.assignments[0]

    seen = see(problem, plan, 6, told(first, STARTED, 0), Reading("line", "M1", STATE, at(4), "down"))

    assert times(seen)["J1/O1"] == (0, 7)
    assert [job.job for job in seen.late] == ["J1"]


def test_what_overtook_holds_its_machine() -> None:
    problem, plan = shop()
    second = next(one for one in plan.assignments if one.job == "J2")

    seen = see(problem, plan, 4, told(second, STARTED, 4))

    assert times(seen) == {"J2/O1": (4, 6), "J1/O1": (6, 9), "J1/O2": (10, 14)}


def test_a_calendar_is_kept_and_overtime_begins_after_its_last_window() -> None:
    problem, plan = shop(windows=((0, 10), (20, 25)))

    assert times(see(problem, plan, 8))["J1/O1"] == (20, 23)
    assert times(see(problem, plan, 8))["J1/O2"] == (25, 29)


def test_a_plan_for_another_problem_is_refused() -> None:
    _, plan = shop()
    other, _ = shop(due=5)

    with pytest.raises(InputError, match="another problem"):
        see(other, plan, 0)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Problem, Plan, Floor, int]:
    """A random problem with a feasible plan, of which a random part has happened with random delays."""
    problem = draw(problems(limits=False))
    try:
        plan = solve(problem, "makespan", threads=1, time_limit=0.05).plan
    except InfeasibleError:
        plan = None
    assume(plan is not None)
    assert plan is not None
    floor, now = Floor.of(plan.assignments), draw(st.integers(0, 12))
    for one in plan.assignments:
        begun = draw(st.none() | st.integers(0, now))
        over = None if begun is None else draw(st.none() | st.integers(begun, now))
        if begun is not None:
            floor.absorb([told(one, STARTED, begun)])
        if over is not None:
            floor.absorb([told(one, FINISHED, over)])
    return problem, plan, floor, now


@given(situations())
@settings(max_examples=40)
def test_every_rule_holds_for_what_is_to_come(situation: tuple[Problem, Plan, Floor, int]) -> None:
    problem, plan, floor, now = situation

    seen = forecast(problem, plan, floor, DAY, at(now))

    planned = dict(zip(map(name_of, plan.assignments), plan.assignments, strict=True))
    lies = dict(zip(map(name_of, seen.assignments), seen.assignments, strict=True))
    loads: dict[str, list[Assignment]] = defaultdict(list)
    for name, one in lies.items():
        loads[one.machine].append(one)
        was, progress = planned[name], floor.progress(planned[name])
        if progress == Progress():
            assert one.start >= max(was.start, now)
            assert one.end - one.start == was.end - was.start
            process = next(p for job in problem.jobs if job.id == one.job for p in job.plans if p.id == one.plan)
            for earlier, later in process.arcs():
                if later == one.operation:
                    before = lies[f"{one.job}/{earlier}"]
                    leg = problem.transport_time(
                        problem.machine_site[before.machine], problem.machine_site[one.machine]
                    )
                    assert one.start >= before.end + leg
        elif progress.finished is not None:
            assert one.end == (progress.finished - DAY.epoch) // MINUTE
    for machine, runs in loads.items():
        capacity = problem.machines[machine].capacity
        for one in runs:
            if capacity is not None and one.end > one.start and floor.progress(planned[name_of(one)]) == Progress():
                together = [o for o in runs if o.start <= one.start < o.end]
                begun = sum(floor.progress(planned[name_of(o)]) != Progress() for o in together)
                assert len(together) <= max(capacity, begun + 1)
    assert {job.job: job.planned for job in seen.jobs} == {
        result.job: result.completion for result in outcomes(problem, plan.assignments)
    }


@given(situations())
@settings(max_examples=40)
def test_a_plan_that_nothing_delayed_is_its_own_forecast(situation: tuple[Problem, Plan, Floor, int]) -> None:
    problem, plan, _, _ = situation

    seen = forecast(problem, plan, Floor.of(plan.assignments), DAY, DAY.epoch)

    assert seen.assignments == plan.assignments
