"""A member's day: what readings mean for its own plan and for what it promised, and planning the rest anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.app.shop.day import MINUTE, Promise, Rows, Seen, Shop, Timeline, idle, own_shop, see, spoken, tardiness
from hanse.app.shop.replan import replanned, rest_of
from hanse.errors import InputError
from hanse.model.check import check
from hanse.model.plan import Assignment
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.planning import solve
from hanse.planning.sharing.rules import Rules
from hanse.telemetry.reading import FINISHED, STARTED, STATE, Reading
from tests.app.shop.town import JOBS, STARTS, league, mill, planned

LINE = Timeline(1_000, 1)


def two_mills(jobs: list[tuple[str, list[int], int]]) -> Problem:
    """One member with mills A and B; a job's steps may run on either, its due date last."""
    made = []
    for name, durations, due in jobs:
        operations = tuple(
            Operation(f"O{i}", "mill", (Mode("A", d), Mode("B", d)), (f"O{i - 1}",) if i else ())
            for i, d in enumerate(durations)
        )
        made.append(Job(name, (ProcessPlan("P", operations),), due=due))
    house = Enterprise("H", "H", (Machine("A", frozenset({"mill"})), Machine("B", frozenset({"mill"}))))
    return Problem("two mills", (Site("H"),), (house,), tuple(made))


def said(machine: str, metric: str, moment: int, value: str) -> Reading:
    return Reading("line", machine, metric, LINE.minute(moment) * MINUTE, value)


def at(job: str, operation: str, machine: str, start: int, end: int) -> Assignment:
    return Assignment(job, "P", operation, machine, start, end)


def seen(
    shop: Shop, rows: Rows, now: int, *readings: Reading, promises: tuple[Promise, ...] = (), repair: int = 0
) -> Seen:
    return see(shop, rows, promises, readings, LINE.minute(now) * MINUTE, repair=repair, grace=5)


JOB = two_mills([("J", [10, 10], 40), ("K", [20], 60)])
PLAN = (at("J", "O0", "A", 0, 10), at("J", "O1", "A", 10, 20), at("K", "O0", "A", 20, 40))
SHOP = Shop(JOB.enterprises[0], JOB, LINE)


def test_a_shop_is_its_own_jobs_on_its_own_machines() -> None:
    problem = league(JOBS)

    shop, rows = own_shop(problem, planned(problem, STARTS), "E2", LINE, {mill("E2"), mill("E1")})

    assert [job.id for job in shop.problem.jobs] == ["K1", "K2"]
    assert {at.job for at in rows} == {"K1", "K2"}
    assert shop.own == {mill("E2")}
    assert not shop.silent


def test_a_member_without_jobs_has_machines_to_offer() -> None:
    problem = league([job for job in JOBS if job.id != "J"])

    shop, rows = own_shop(problem, planned(problem, STARTS), "E1", LINE, ())

    assert rows == ()
    assert idle(shop, rows, Rules(horizon=90)) == {mill("E1"): ((0, 90),)}
    assert seen(shop, rows, 10).forecast.jobs == ()


def test_whoever_is_no_member_or_does_half_a_job_is_named() -> None:
    problem = league(JOBS)
    plan = planned(problem, STARTS)
    with pytest.raises(InputError, match='no member "E9"'):
        own_shop(problem, plan, "E9", LINE, ())
    half = two_mills([("J", [10, 10], 40)])
    house = half.enterprises[0]
    split = replace(
        half,
        sites=(Site("H"), Site("G")),
        enterprises=(replace(house, machines=house.machines[:1]), Enterprise("G", "G", house.machines[1:])),
    )
    rows = (at("J", "O0", "A", 0, 10), at("J", "O1", "B", 10, 20))
    with pytest.raises(InputError, match="does only a part of it"):
        own_shop(split, replace(plan, problem=split.root, assignments=rows), "H", LINE, ())


def test_machines_nobody_speaks_for_work_as_planned() -> None:
    silent = replace(SHOP, silent=SHOP.own)

    told = seen(silent, PLAN, 15)

    assert told.rows == PLAN
    assert told.forecast.frozen == {("J", "O0"), ("J", "O1")}
    assert told.progress["J/O0"].finished is None  # believed, not told


def test_a_machine_that_is_down_comes_back_when_it_usually_does() -> None:
    down = said("A", STATE, 5, "down")

    early, late = seen(SHOP, PLAN, 6, down), seen(SHOP, PLAN, 6, down, repair=60)

    assert early.rows[0].start == 7
    assert (late.back["A"], late.rows[0].start) == (65, 65)
    assert [job.job for job in late.forecast.late] == ["J", "K"]
    assert late.down == {"A"}


def test_a_promise_never_moves_own_work_and_is_broken_by_it() -> None:
    promise = Promise(4, "A", 40, 50)
    quiet = seen(SHOP, PLAN, 0, promises=(promise,))
    delayed = seen(SHOP, PLAN, 15, promises=(promise,))  # nothing has begun at 15

    assert (quiet.broken, quiet.rows) == (frozenset(), PLAN)
    assert delayed.rows == seen(SHOP, PLAN, 15).rows
    assert delayed.rows[-1].end == 55
    assert delayed.broken == {4}


def test_a_guests_work_that_began_is_on_its_machine() -> None:
    promise = Promise(4, "B", 10, 30)
    begun = said("B", STARTED, 12, "offer 4/work")

    told = seen(SHOP, PLAN, 20, begun, promises=(promise,))

    assert told.broken == frozenset()
    assert promise.row._replace(start=12, end=32) in told.busy
    assert idle(SHOP, told.busy, Rules(now=20, horizon=60))["B"] == ((32, 60),)


def test_a_machine_that_is_down_when_a_guest_should_begin_breaks_the_promise_after_a_while() -> None:
    promise, down = Promise(4, "B", 10, 30), said("B", STATE, 8, "down")

    assert seen(SHOP, PLAN, 14, down, promises=(promise,)).broken == frozenset()
    assert seen(SHOP, PLAN, 16, down, promises=(promise,)).broken == {4}


def test_the_rest_of_the_day_is_planned_around_what_runs_and_what_is_promised() -> None:
    readings = (said("A", STARTED, 0, "J/O0"), said("A", STATE, 5, "down"))
    promise = Promise(4, "B", 8, 18)
    told = seen(SHOP, PLAN, 6, *readings, promises=(promise,), repair=60)
    assert {job.job for job in told.forecast.late} == {"J", "K"}

    rows = replanned(SHOP, PLAN, told, by_solver)

    assert rows is not None
    assert PLAN[0] in rows  # it runs
    after = seen(SHOP, rows, 6, *readings, promises=(promise,), repair=60)
    assert after.broken == frozenset()
    assert [job.job for job in after.forecast.late] == ["J"]  # its first step runs on the broken machine
    assert tardiness(SHOP, after.forecast) < tardiness(SHOP, told.forecast)


def by_solver(problem: Problem) -> Rows | None:
    found = solve(problem, "tardiness", "cpsat", 5.0, 1).plan
    assert found is not None
    assert check(problem, found).valid
    return found.assignments


@given(st.data())
def test_what_is_left_to_plan_leaves_everything_else_alone(data: st.DataObject) -> None:
    draw = data.draw
    durations = draw(st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=3), min_size=1, max_size=4))
    problem = two_mills([(f"J{i}", steps, 20) for i, steps in enumerate(durations)])
    rows, free = [], {"A": 0, "B": 0}
    for i, steps in enumerate(durations):
        ready = 0
        for k, duration in enumerate(steps):
            machine = draw(st.sampled_from(["A", "B"]))
            start = max(free[machine], ready) + draw(st.integers(0, 3))
            rows.append(at(f"J{i}", f"O{k}", machine, start, start + duration))
            ready = free[machine] = start + duration
    now = draw(st.integers(0, 30))
    shop = Shop(problem.enterprises[0], problem, LINE)
    readings = [
        said(row.machine, metric, moment, f"{row.job}/{row.operation}")
        for row in rows
        for metric, moment in ((STARTED, row.start), (FINISHED, row.end))
        if moment <= now
    ]
    told = seen(shop, tuple(rows), now, *readings)

    rest = rest_of(shop, tuple(rows), told)

    begun = {(row.job, row.operation) for row in rows if row.start <= now}
    left = set() if rest is None else {(job.id, o.id) for job in rest.problem.jobs for o in job.plans[0].operations}
    assert left == {(row.job, row.operation) for row in rows} - begun
    if rest is not None:
        assert {(row.job, row.operation) for row in rest.stays} == begun
        for left_over in rest.problem.machines.values():
            for opens, _ in left_over.available or ():
                assert opens >= now
        later = tuple(row for row in told.rows if (row.job, row.operation) not in begun)
        # What the forecast says is one way to do the rest.
        plan = replace(planned(league(JOBS), STARTS), problem=rest.problem.root, assignments=later)
        broken = check(rest.problem, plan).violations
        assert not [one for one in broken if one.rule != "claim"], broken


def test_windows_are_called_as_people_say_them() -> None:
    assert (spoken(12), spoken(3 << 32 | 5)) == ("12", "3.5")


@given(st.integers(0, 10**6), st.integers(1, 90), st.integers(0, 10**8))
def test_minutes_are_cut_to_whole_units(epoch: int, unit: int, minute: int) -> None:
    line = Timeline(epoch, unit)

    assert line.minute(line.begun(minute)) <= minute <= line.minute(line.over(minute))
    assert line.over(minute) - line.begun(minute) <= 1
