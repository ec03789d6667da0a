"""The windows one late job takes: exact against trying everything."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from hanse.model.plan import Assignment
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.planning.sharing.fitting import Choice, Offered, Terms, choose

NAMES = ("H", "A", "B")


def league(durations: list[int], due: int, legs: list[int], *, home: int = 0) -> Problem:
    """A job of steps of one service whose home is H; A and B can run them, too."""
    time = tuple(tuple(0 if i == j else legs[(i + j) % len(legs)] for j in range(3)) for i in range(3))
    members = tuple(Enterprise(n, n, (Machine(f"M{n}", frozenset({"mill"})),)) for n in NAMES)
    modes = [tuple(Mode(f"M{n}", d, home if n == "H" else 0) for n in NAMES) for d in durations]
    operations = tuple(Operation(f"O{i}", "mill", mode, (f"O{i - 1}",) if i else ()) for i, mode in enumerate(modes))
    job = Job("J", (ProcessPlan("P", operations),), due=due, origin="H", destination="H")
    return Problem("three", tuple(map(Site, NAMES)), members, (job,), transport=Transport(time, time))


def at_home(durations: list[int], late: int) -> list[Assignment]:
    rows, moment = [], late
    for i, duration in enumerate(durations):
        rows.append(Assignment("J", "P", f"O{i}", "MH", moment, moment + duration))
        moment += duration
    return rows


def tried(
    problem: Problem, rows: list[Assignment], first: int, offered: list[Offered], now: int, terms: Terms
) -> tuple[int, int, int, int] | None:
    """The best (-saved, cost, completion, windows) by trying every window for every step."""
    job, transport = problem.jobs[0], problem.transport
    assert transport is not None
    assert job.due is not None
    site = {f"M{n}": i for i, n in enumerate(NAMES)}
    modes = [{m.machine: m for m in o.modes} for o in job.plans[0].operations]

    def total(places: list[Assignment], prices: list[int]) -> tuple[int, int]:
        stops = [0, *(site[at.machine] for at in places), 0]
        legs = sum(transport.cost[a][b] for a, b in pairwise(stops))
        return places[-1].end + transport.time[stops[-2]][0], legs + sum(prices)

    own = [modes[i]["MH"].cost for i in range(len(rows))]
    completion, staying = total(rows, own)
    late, found = max(0, completion - job.due), list[tuple[int, int, int, int]]()
    for chosen in product([None, *offered], repeat=len(rows) - first):
        taken = [one.name for one in chosen if one is not None and one.price is not None]
        if len(set(taken)) < len(taken) or not taken:
            continue
        places, prices, fits = list(rows[:first]), list(own[:first]), True
        for i, one in enumerate(chosen, start=first):
            there, end = (site[places[-1].machine], places[-1].end) if places else (0, job.release)
            machine = "MH" if one is None else one.machine
            ready = max(end, now) + transport.time[there][site[machine]]
            start = rows[i].start if one is None else max(one.start, ready)
            stop = start + modes[i][machine].duration
            fits = fits and (i == first or ready <= start if one is None else stop <= one.end and stop > start)
            places.append(rows[i]._replace(machine=machine, start=start, end=stop))
            prices.append(own[i] if one is None or one.price is None else one.price * (stop - start))
        done, cost = total(places, prices)
        saved = late - max(0, done - job.due)
        if fits and terms.worth(cost - staying, saved) and (job.budget is None or cost <= job.budget):
            found.append((-saved, cost, done, len(taken)))
    return min(found, default=None)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Problem, list[Assignment], int, list[Offered], int, Terms]:
    durations = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    problem = league(durations, draw(st.integers(0, 14)), draw(st.lists(st.integers(0, 2), min_size=2, max_size=3)))
    if draw(st.booleans()):
        job = replace(problem.jobs[0], budget=draw(st.integers(0, 20)))
        problem = replace(problem, jobs=(job,))
    rows = at_home(durations, draw(st.integers(0, 12)))
    offered = []
    for name in range(1, draw(st.integers(1, 4)) + 1):
        start = draw(st.integers(0, 12))
        machine = draw(st.sampled_from(["MA", "MB", "MH"]))
        price = None if machine == "MH" else draw(st.integers(0, 3))
        offered.append(Offered(name, machine, "mill", start, start + draw(st.integers(1, 9)), price))
    first = draw(st.integers(0, len(durations) - 1))
    now = draw(st.integers(0, rows[first].start))
    terms = Terms(draw(st.none() | st.integers(0, 12)), draw(st.none() | st.integers(0, 4)), draw(st.integers(1, 2)))
    return problem, rows, first, offered, now, terms


@given(questions())
def test_it_finds_what_trying_everything_finds(
    question: tuple[Problem, list[Assignment], int, list[Offered], int, Terms],
) -> None:
    problem, rows, first, offered, now, terms = question
    best = tried(problem, rows, first, offered, now, terms)

    found = choose(problem, rows, first, offered, now, terms)

    if best is None:
        assert found is None
    else:
        assert found is not None
        assert (-found.saved, found.completion) == (best[0], best[2])
        assert sum(step.offered is not None for step in found.steps) == best[3]
        valid(problem, rows, first, offered, found)


def valid(problem: Problem, rows: list[Assignment], first: int, offered: list[Offered], found: Choice) -> None:
    """Every step is where it may be, once the step before is there."""
    windows = {one.name: one for one in offered}
    assert [step.at.operation for step in found.steps] == [row.operation for row in rows[first:]]
    for step in found.steps:
        if step.offered is not None:
            window = windows[step.offered]
            assert (window.machine, window.start <= step.at.start, step.at.end <= window.end) == (
                step.at.machine, True, True,
            )  # fmt: skip
    assert problem.jobs[0].id == found.steps[0].at.job


def test_the_cheaper_of_two_that_are_in_time_is_taken() -> None:
    problem, rows = league([3], 10, [0]), at_home([3], 20)
    offered = [Offered(1, "MA", "mill", 0, 5, 9), Offered(2, "MB", "mill", 4, 9, 2)]

    found = choose(problem, rows, 0, offered, 0, Terms())

    assert found is not None
    assert (found.steps[0].offered, found.completion, found.extra, found.saved) == (2, 7, 6, 13)


def test_what_costs_more_than_it_is_worth_is_left() -> None:
    problem, rows, offered = league([3], 10, [0]), at_home([3], 9), [Offered(1, "MA", "mill", 0, 5, 9)]

    assert choose(problem, rows, 0, offered, 0, Terms(rate=13)) is None
    assert choose(problem, rows, 0, offered, 0, Terms(rate=14)) is not None
    assert choose(problem, rows, 0, offered, 0, Terms(most=26)) is None
    assert choose(problem, rows, 0, offered, 0, Terms(least=3)) is None


def test_a_window_is_kept_for_the_step_that_needs_it() -> None:
    """The first step fits both windows equally well, the second only the longer one; and a window is taken once."""
    problem, rows = league([2, 2], 4, [0]), at_home([2, 2], 20)
    offered = [Offered(1, "MA", "mill", 0, 9, 1), Offered(2, "MA", "mill", 0, 2, 1)]

    found = choose(problem, rows, 0, offered, 0, Terms())

    assert found is not None
    assert ([step.offered for step in found.steps], found.completion) == ([2, 1], 4)


def test_a_job_in_time_takes_nothing() -> None:
    assert choose(league([3], 12, [0]), at_home([3], 9), 0, [Offered(1, "MA", "mill", 0, 5, 0)], 0, Terms()) is None
