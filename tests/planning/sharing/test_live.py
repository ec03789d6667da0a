"""Sharing all day: after every change the takeovers are those of the rule applied anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.model.problem import Enterprise, Job, Problem
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.generate import league
from hanse.planning.sharing.greedy import greedy
from hanse.planning.sharing.guests import cast
from hanse.planning.sharing.live import Sharing
from hanse.planning.sharing.rules import Rules

RULES = [
    Rules(),
    Rules(moves="job", least=2, setup=2, now=30),
    Rules(moves="operation", tails=False, in_time=True),
    Rules(tails=False, least=7, setup=1, now=50, horizon=600),
]

Rows = tuple[Assignment, ...]


class Anew:
    """The plain twin: everything as it is now, and the rule applied to all of it."""

    def __init__(self, problem: Problem, rows: Rows, rules: Rules) -> None:
        self.problem, self.rows, self.rules = problem, rows, rules

    def moved(self) -> dict[str, Rows]:
        guests = cast(self.problem, self.rows, self.rules).guests
        taken = greedy(Floor(self.problem, self.rows, self.rules), guests)
        names = list(self.problem.machines)
        return {guests[g].job.id: guests[g].assignments(places, names) for g, places in taken.items()}

    def change(self, job: Job, rows: Rows) -> None:
        jobs = tuple(job if other.id == job.id else other for other in self.problem.jobs)
        self.problem = replace(self.problem, jobs=jobs)
        self.rows = (*(at for at in self.rows if at.job != job.id), *rows)

    def remove(self, job: str) -> None:
        self.problem = replace(self.problem, jobs=tuple(other for other in self.problem.jobs if other.id != job))
        self.rows = tuple(at for at in self.rows if at.job != job)

    def hours(self, name: str, available: tuple[tuple[int, int], ...]) -> None:
        def member(e: Enterprise) -> Enterprise:
            return replace(
                e, machines=tuple(replace(m, available=available) if m.id == name else m for m in e.machines)
            )

        self.problem = replace(self.problem, enterprises=tuple(map(member, self.problem.enterprises)))


def pushed(rows: Rows, job: Job, by: int) -> Rows | None:
    """The job's rows so much later, if nobody is in the way."""
    own = tuple(at._replace(start=at.start + by, end=at.end + by) for at in rows if at.job == job.id)
    others = [at for at in rows if at.job != job.id]
    clash = any(a.machine == b.machine and a.start < b.end and b.start < a.end for a in own for b in others)
    return None if clash else own


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 5),
    st.sampled_from(RULES),
    st.lists(st.tuples(st.sampled_from("dpwrh"), st.integers(0, 59), st.integers(1, 90)), min_size=1, max_size=6),
)
def test_after_every_change_the_takeovers_are_those_of_sharing_anew(
    seed: int, rules: Rules, changes: list[tuple[str, int, int]]
) -> None:
    problem, rows = league(5, 3, 60, seed, services=4)
    twin, live = Anew(problem, rows, rules), Sharing(problem, rows, rules)
    known = twin.moved()
    assert live.moved == known
    for kind, number, size in changes:
        job = next((job for job in twin.problem.jobs if job.id == f"J{number}"), None)
        own = tuple(at for at in twin.rows if job and at.job == job.id)
        if kind == "h":
            machine = list(twin.problem.machines.values())[number % 15]
            last = max((at.end for at in twin.rows if at.machine == machine.id), default=0)
            hours = ((0, last + size),)
            told = live.hours(replace(machine, available=hours))
            twin.hours(machine.id, hours)
        elif job is None:
            continue
        elif kind == "r":
            told = live.remove(job.id)
            twin.remove(job.id)
        else:
            if kind == "d":
                job = replace(job, due=max(0, (job.due or 0) - 40 + size))
            elif kind == "w":
                job = replace(job, weight=size, budget=size * 40)
            else:
                own = pushed(twin.rows, job, size) or own
            machines = twin.problem.machines
            if any(at.end > ends for at in own for _, ends in machines[at.machine].available or ()):
                continue  # hours that were closed meanwhile
            told = live.change(job, own)
            twin.change(job, own)
        now = twin.moved()
        assert live.moved == now
        assert told.moved == {name: rows for name, rows in now.items() if known.get(name) != rows}
        assert told.home == {name for name in known if name not in now and name in {j.id for j in twin.problem.jobs}}
        known = now


def test_a_change_asks_few_of_many() -> None:
    problem, rows = league(40, 5, 1500, 1)
    live = Sharing(problem, rows)
    chance = np.random.default_rng(0)
    asked = []
    for j in chance.integers(0, len(problem.jobs), size=20).tolist():
        job = problem.jobs[j]
        asked.append(
            live.change(replace(job, due=max(0, (job.due or 0) - 200)), [at for at in rows if at.job == job.id]).asked
        )
    assert max(asked) < len(live.guests) / 2


def test_rows_that_cannot_be_are_refused_and_change_nothing() -> None:
    problem, rows = league(5, 3, 60, 0, services=4)
    live = Sharing(problem, rows)
    before, job = live.moved, problem.jobs[0]
    own = [at for at in rows if at.job == job.id]
    other = next(at for at in rows if at.job != job.id and at.machine == own[0].machine)
    size = own[0].end - own[0].start
    onto = own[0]._replace(start=other.start, end=other.start + size)
    elsewhere = own[0]._replace(machine="nowhere")
    for bad in ([], [onto, *own[1:]], [elsewhere, *own[1:]], [own[0]._replace(end=own[0].end + 1), *own[1:]]):
        with pytest.raises(InputError):
            live.change(job, bad)
    with pytest.raises(InputError, match="no such job"):
        live.remove("nobody")
    with pytest.raises(InputError, match="planned there"):
        live.hours(replace(problem.machines[own[0].machine], available=()))
    assert live.moved == before
