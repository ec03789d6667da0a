"""Windows, takeovers by the paper's rule, and the best ones: verified facts, twins, and hosts that never move."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hanse.model.check import check, measure
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.planning.jobshop.jackson import jackson
from hanse.planning.sharing import fast
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.generate import league
from hanse.planning.sharing.greedy import Moved, greedy
from hanse.planning.sharing.guests import Guest, cast
from hanse.planning.sharing.optimal import optimal, tardiness
from hanse.planning.sharing.rules import PAPER, Moves, Rules
from hanse.planning.sharing.takeover import earliest
from hanse.planning.sharing.windows import OPEN, windows
from tests.planning.jobshop.test_jackson import CASE, shop

RULES = [
    *(Rules(moves=moves) for moves in ("job", "operation", "any")),
    Rules(least=5, setup=3, tails=False, now=50, in_time=True),
    Rules(moves="job", least=2, setup=1, now=20, horizon=400),
]


def pooled() -> tuple[Problem, tuple[Assignment, ...]]:
    """The paper's five shops as one league; every job may run anywhere, carried for nothing; Jackson's schedules."""
    shops = [f"E{i}" for i in range(1, 6)]
    machines = {s: tuple(Machine(f"{s} {m}", frozenset({m})) for m in "PQ") for s in shops}
    jobs, rows = [], []
    for name in shops:
        schedule = jackson(shop(name))
        own = [row for row in CASE["jobs"] if row["enterprise"] == name]
        for row in own:
            operations: list[Operation] = []
            for m, time in row["operations"]:
                after = (operations[-1].id,) if operations else ()
                operations.append(Operation(m, m, tuple(Mode(f"{s} {m}", time) for s in shops), after))
            jobs.append(Job(f"{name}-J{row['job']}", (ProcessPlan("A", tuple(operations)),), due=row["due"]))
        for run in (*schedule.p, *schedule.q):
            job = f"{name}-J{run.job + 1}"
            rows.append(Assignment(job, "A", run.machine, f"{name} {run.machine}", run.start, run.end))
    members = tuple(Enterprise(s, s, machines[s]) for s in shops)
    return Problem("pooled", tuple(Site(s) for s in shops), members, tuple(jobs)), tuple(rows)


def rescued(rules: Rules) -> dict[str, list[str]]:
    """What each late job of the paper's shops could do alone, as places of the steps that would move."""
    problem, rows = pooled()
    floor, found = Floor(problem, rows, rules), {}
    for guest in cast(problem, rows, rules).guests:
        floor.lift(guest.job.id, guest.home[guest.first :])
        places = earliest(floor, guest)
        floor.put(guest.job.id, guest.home[guest.first :])
        if places is not None:
            found[guest.job.id] = [
                f"{floor.names[at.way.machine]} {at.start}-{at.end}"
                for at, home in zip(places, guest.home, strict=True)
                if at != home
            ]
    return found


def test_no_machine_of_the_papers_shops_is_idle_between_its_operations() -> None:
    problem, rows = pooled()
    assert all(window.tail for window in windows(problem, rows, PAPER))


def test_one_second_operation_and_no_whole_job_of_the_papers_shops_can_be_rescued() -> None:
    assert rescued(Rules(moves="job", least=2, in_time=True)) == {}
    assert rescued(Rules(moves="operation", least=2, in_time=True)) == {"E4-J4": ["E1 Q 40-49"]}


def test_the_constructed_windows_take_a_guest_that_fits_and_no_other() -> None:
    machines = tuple(Machine(m, frozenset({m})) for m in "PQ")
    job = Job("J", (ProcessPlan("A", (Operation("O", "P", (Mode("P", 5),)),)),))
    problem = Problem("host", (Site("S"),), (Enterprise("H", "S", machines),), (job,))
    rows = [Assignment("J", "A", "O", m, a, b) for m, a, b in (("P", 0, 5), ("P", 5, 11), ("Q", 5, 8), ("Q", 11, 13))]
    found = [(w.start, w.end, w.tail) for w in windows(problem, rows) if w.machine == "Q"]
    assert found == [(0, 5, False), (8, 11, False), (13, None, True)]
    floor = Floor(problem, rows, Rules())
    assert floor.fit(1, 8, 3) == 8  # ends at 11, its due date
    assert floor.fit(1, 9, 3) == 13  # no interior window; ends at 16, after its due date 14


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("seed", range(4))
def test_windows_and_rule_agree_with_their_plain_twins(seed: int, rules: Rules) -> None:
    problem, rows = league(8, 3, 150, seed)
    floor, guests = Floor(problem, rows, rules), cast(problem, rows, rules).guests
    told = [(w.machine, w.start, OPEN if w.end is None else w.end) for w in windows(problem, rows, rules)]
    assert told == [(floor.names[m], a, b) for m, idle in enumerate(floor.idle) for a, b in idle]
    compiled = fast.greedy(floor, guests)
    assert compiled == greedy(floor.copy(), guests)
    assert compiled or rules.moves == "operation"


def judged(problem: Problem, rows: Sequence[Assignment], guests: Sequence[Guest], moved: Moved) -> None:
    """The judge finds the new plan feasible, and nobody but the guests that moved is anywhere else."""
    names = list(problem.machines)
    new = {guests[g].job.id: guests[g].assignments(places, names) for g, places in moved.items()}
    plan = [at for at in rows if at.job not in new] + [at for places in new.values() for at in places]
    assert set(rows) - set(plan) <= {at for at in rows if at.job in new}
    m = measure(problem, plan)
    sealed = Plan(problem.root, tuple(plan), m, "tardiness", m.tardiness, None, "none", "feasible", "shared", 0.0)
    assert check(problem, sealed).violations == ()


@pytest.mark.parametrize("rules", RULES)
def test_every_way_to_share_is_valid_no_host_moves_and_the_bound_holds(rules: Rules) -> None:
    problem, rows = league(8, 3, 120, 5)
    floor, guests = Floor(problem, rows, rules), cast(problem, rows, rules).guests
    rule, best = greedy(floor.copy(), guests), optimal(floor, guests, 2.0, threads=1)
    judged(problem, rows, guests, rule)
    judged(problem, rows, guests, best.moved)
    assert best.bound <= best.tardiness <= tardiness(floor, guests, rule) <= tardiness(floor, guests, {})
    searched = fast.improve(floor, guests, range(len(guests)), 0.2, 0)
    judged(problem, rows, guests, searched)
    assert best.bound <= tardiness(floor, guests, searched) <= tardiness(floor, guests, rule)


def test_a_job_that_is_on_time_never_becomes_a_guest() -> None:
    problem, rows = pooled()
    moves: Moves = "any"
    names = {guest.job.id for guest in cast(problem, rows, Rules(moves=moves)).guests}
    assert names == {"E1-J1", "E1-J2", "E1-J3", "E1-J5", "E3-J2", "E3-J5", "E4-J2", "E4-J4"}
