"""The front door: what leaves it is judged, hosts do not move, and every late job is told why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from hanse.errors import InputError
from hanse.model.check import check
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.planning.sharing import Rules, Shared, share
from hanse.planning.sharing.explain import Fate, floor_after
from hanse.planning.sharing.generate import league
from hanse.planning.sharing.local import schedule_shops
from hanse.planning.sharing.share import Method, sealed
from hanse.planning.sharing.takeover import earliest
from tests.planning.sharing.test_sharing import pooled


def planned(problem: Problem, rows: tuple[Assignment, ...]) -> Plan:
    return sealed(problem, rows, "drawn", 0.0)


def small(late: Job, modes: tuple[Mode, ...], busy: dict[str, list[tuple[int, int]]]) -> tuple[Problem, Plan]:
    """Shops A and B, 5 apart, with machines a and b; a job of A planned in [50, 60), and others in `busy`."""
    shops = tuple(Enterprise(e, e, (Machine(e.lower(), frozenset({"work"})),)) for e in "AB")
    jobs = [replace(late, plans=(ProcessPlan("P", (Operation("O", "work", modes),)),))]
    rows = [Assignment("late", "P", "O", "a", 50, 60)]
    for machine, spans in busy.items():
        for i, (start, end) in enumerate(spans):
            name = f"{machine}{i}"
            own = Operation("O", "work", (Mode(machine, end - start),))
            jobs.append(Job(name, (ProcessPlan("P", (own,)),)))
            rows.append(Assignment(name, "P", "O", machine, start, end))
    legs = Transport(((0, 7), (7, 0)), ((0, 5), (5, 0)))
    problem = Problem("two", (Site("A"), Site("B")), shops, tuple(jobs), transport=legs)
    return problem, planned(problem, tuple(rows))


LATE = Job(
    "late", (ProcessPlan("P", (Operation("O", "work", (Mode("a", 10),)),)),), due=30, origin="A", destination="A"
)
BOTH = (Mode("a", 10, 1), Mode("b", 10, 1))
GOOD = (Mode("a", 10, 0, 0, 950_000), Mode("b", 10, 0, 0, 910_000))
FULL = {"a": [(0, 50)]}


def fate(late: Job, modes: tuple[Mode, ...], busy: dict[str, list[tuple[int, int]]], rules: Rules) -> Fate:
    return share(*small(late, modes, busy), rules, "greedy").fates[0]


def test_a_late_job_goes_where_it_is_done_earliest_and_back() -> None:
    told = fate(LATE, BOTH, FULL, Rules())
    assert told.moved == (Assignment("late", "P", "O", "b", 5, 15),)
    assert (told.planned, told.completion, told.refusal) == (60, 20, None)


@pytest.mark.parametrize(
    ("late", "modes", "busy", "rules", "why"),
    [
        (LATE, BOTH[:1], FULL, Rules(), "service"),
        (replace(LATE, min_quality=900_000), GOOD, FULL, Rules(), "quality"),
        (replace(LATE, budget=14), BOTH, FULL, Rules(), "budget"),
        (LATE, BOTH, FULL | {"b": [(0, 3), (13, 90)]}, Rules(tails=False), "transport"),
        (LATE, BOTH, FULL | {"b": [(0, 50)]}, Rules(), "late"),
        (LATE, BOTH, FULL | {"b": [(0, 12), (20, 30)]}, Rules(tails=False, horizon=49), "short"),
        (LATE, BOTH, FULL, Rules(now=55), "fixed"),
    ],
)  # fmt: skip
def test_who_stays_is_told_what_keeps_it(
    late: Job, modes: tuple[Mode, ...], busy: dict[str, list[tuple[int, int]]], rules: Rules, why: str
) -> None:
    told = fate(late, modes, busy, rules)
    assert told.refusal is not None
    assert told.refusal.why == why
    assert told.moved == ()


def test_the_nearest_window_is_named_with_what_it_lacks() -> None:
    told = fate(LATE, BOTH, FULL | {"b": [(0, 12), (20, 80)]}, Rules(tails=False)).refusal
    assert told is not None
    assert told.missed is not None
    assert str(told.missed.window) == "b [12, 20)"
    assert (told.missed.duration, told.missed.ready, told.missed.lacking) == (10, 5, 2)


RULES = [Rules(moves="job", tails=False), Rules(tails=False, setup=2), Rules(moves="operation", in_time=True, least=3)]


@pytest.fixture(scope="module", params=range(3))
def scarce(request: pytest.FixtureRequest) -> Callable[[Rules], Shared]:
    problem, rows = league(8, 3, 200, request.param, services=3)
    plan = planned(problem, rows)
    return lambda rules: share(problem, plan, rules, "greedy")


@pytest.mark.parametrize("rules", RULES)
def test_what_was_taken_would_fit_were_those_who_took_it_away_and_nothing_fits_as_it_is(
    scarce: Callable[[Rules], Shared], rules: Rules
) -> None:
    shared = scarce(rules)
    number = {guest.job.id: g for g, guest in enumerate(shared.played.guests)}
    reasons = set()
    for told in shared.fates:
        if told.refusal is None or told.refusal.why == "fixed":
            continue
        reasons.add(told.refusal.why)
        guest = shared.played.guests[number[told.job]]
        floor = floor_after(shared.floor, shared.played, shared.moved)
        floor.lift(told.job, guest.home[guest.first :])
        assert earliest(floor, guest) is None
        if told.refusal.why == "taken":
            for job in told.refusal.jobs:
                taker = shared.played.guests[number[job]]
                floor.lift(job, shared.moved[number[job]][taker.first :])
            assert earliest(floor, guest) is not None
        if told.refusal.missed is not None:
            assert told.refusal.missed.lacking > 0
    assert reasons


@pytest.mark.parametrize("method", ["greedy", "best"])
def test_the_shared_plan_is_valid_no_later_and_keeps_every_row_of_a_host(method: Method) -> None:
    problem, rows = league(8, 3, 150, 5)
    plan = planned(problem, rows)
    shared = share(problem, plan, method=method, time_limit=2, threads=1)
    assert check(problem, shared.plan).valid
    movers = {told.job for told in shared.fates if told.moved}
    assert movers
    assert [at for at in shared.plan.assignments if at.job not in movers] == [at for at in rows if at.job not in movers]
    assert shared.tardiness < shared.before
    if shared.bound is not None:
        assert shared.bound <= shared.tardiness


def test_jackson_plans_two_machine_shops_and_the_engine_the_others() -> None:
    problem, rows = pooled()
    homes = {job.id: job.id.split("-")[0] for job in problem.jobs}
    local = schedule_shops(problem, homes)
    assert set(local.engine.values()) == {"jackson"}
    assert set(local.assignments) == set(rows)
    released = replace(problem, jobs=tuple(replace(job, release=1) for job in problem.jobs))
    engines = schedule_shops(released, homes)
    assert "jackson" not in engines.engine.values()
    best = {member: max(at.end for at in rows if at.machine.startswith(member)) for member in set(homes.values())}
    for member, makespan in best.items():
        assert max(at.end for at in engines.assignments if at.machine.startswith(member)) in (makespan, makespan + 1)
    sealed(released, engines.assignments, "local", 0.0)


def test_a_job_without_a_home_is_refused() -> None:
    problem, _ = pooled()
    with pytest.raises(InputError, match="no member"):
        schedule_shops(problem)


def test_what_cannot_be_shared_is_refused() -> None:
    problem, rows = pooled()
    plan = planned(problem, rows)
    with pytest.raises(InputError, match="not a method"):
        share(problem, plan, method="magic")  # type: ignore[arg-type]
    moved = replace(plan, assignments=(rows[0]._replace(start=rows[0].start + 999, end=rows[0].end + 999), *rows[1:]))
    with pytest.raises(InputError, match="not valid"):
        share(problem, moved)
    line = tuple(replace(member, permutation=True) for member in problem.enterprises)
    with pytest.raises(InputError, match="one order"):
        share(replace(problem, enterprises=line), plan)


def test_a_weightless_job_is_not_bothered_by_the_best() -> None:
    problem, plan = small(replace(LATE, weight=0), BOTH, FULL)
    told = share(problem, plan, method="best", time_limit=2, threads=1).fates[0]
    assert told.refusal is not None
    assert told.refusal.why == "weightless"
    assert share(problem, plan, method="greedy").fates[0].moved
