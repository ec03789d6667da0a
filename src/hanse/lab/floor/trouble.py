"""What goes wrong on a floor, drawn before anything happens: so floors with and without sharing meet the same week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from hanse.errors import InputError
from hanse.lab.floor.pace import Pace, Span
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Problem


@dataclass(frozen=True, slots=True)
class Rush:
    """An order that nobody knew of before `moment`. rows: where its member wants to make it, as soon as it can."""

    moment: int
    job: Job
    rows: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Odds:
    """How much goes wrong over the length of a plan.

    breakdowns: expected number a machine; repair: mean length of one, as a share of the plan's length. spells: expected
    number of slow spells a machine; spell: mean length of one, as a share; speed: least and greatest speed in one,
    percent. rush: rush orders for every hundred jobs. urgency: time to their due date, as a multiple of their work.
    """

    breakdowns: float = 2.0
    repair: float = 0.01
    spells: float = 1.0
    spell: float = 0.05
    speed: tuple[int, int] = (50, 90)
    rush: float = 5.0
    urgency: float = 1.5

    def __post_init__(self) -> None:
        for name in ("breakdowns", "repair", "spells", "spell", "rush", "urgency"):
            value = getattr(self, name)
            if not 0 <= value <= 1000:
                raise InputError(f"{value!r} is not between 0 and 1000", where=name)
        if not 1 <= self.speed[0] <= self.speed[1] <= 100:
            raise InputError(f"{self.speed!r} are no speeds in percent", where="speed", hint="use 1 to 100")


CALM = Odds(breakdowns=0, spells=0, rush=0)
"""Nothing goes wrong."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """All that goes wrong. down, slow: by machine, as in `Pace`; rush: by moment."""

    down: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    slow: Mapping[str, tuple[tuple[int, int, int], ...]] = field(default_factory=dict)
    rush: tuple[Rush, ...] = ()

    def pace(self, machine: str) -> Pace:
        return Pace(self.down.get(machine, ()), self.slow.get(machine, ()))


def draw(problem: Problem, rows: Iterable[Assignment], odds: Odds, seed: int) -> Trouble:
    """What goes wrong over the length of this plan. Every machine has chance of its own, so that a change of one number
    changes one machine only. Raises InputError for a plan without operations."""
    rows = tuple(rows)
    if not rows:
        raise InputError("no operations: nothing can go wrong", where="plan")
    length = max(at.end for at in rows)
    down, slow = {}, {}
    for number, name in enumerate(problem.machines):
        breaking, slowing = (np.random.default_rng((seed, kind, number)) for kind in (0, 1))
        down[name] = tuple(_spans(breaking, length, odds.breakdowns, odds.repair * length))
        low, high = odds.speed
        slow[name] = tuple(
            (a, b, int(slowing.integers(low, high + 1)))
            for a, b in _spans(slowing, length, odds.spells, odds.spell * length)
        )
    return Trouble(down, slow, _rushes(problem, rows, odds, length, np.random.default_rng((seed, 2))))


def _spans(chance: np.random.Generator, length: int, expected: float, mean: float) -> list[Span]:
    """Stretches apart from each other, about so many in the length, of so long a mean."""
    spans: list[Span] = []
    moment = 0.0
    while expected > 0 and mean > 0:
        moment += chance.exponential(length / expected)
        if moment >= length:
            break
        start, lasts = int(moment), max(1, round(chance.exponential(mean)))
        spans.append((start, start + lasts))
        moment = start + lasts + 1
    return spans


def _rushes(
    problem: Problem, rows: tuple[Assignment, ...], odds: Odds, length: int, chance: np.random.Generator
) -> tuple[Rush, ...]:
    """Orders like those that are there, at moments in the first nine tenths of the plan, wanted soon and by somebody
    who minds: they have the greatest weight of all jobs."""
    count = int(chance.poisson(odds.rush * len(problem.jobs) / 100))
    own: dict[str, list[Assignment]] = defaultdict(list)
    for at in rows:
        own[at.job].append(at)
    models = [job for job in problem.jobs if job.id in own]
    weight = max(job.weight for job in models)
    taken = {job.id for job in problem.jobs}
    found: list[Rush] = []
    for moment in sorted(chance.integers(0, max(1, length * 9 // 10), size=count).tolist()):
        model = models[int(chance.integers(len(models)))]
        name = next(name for i in range(len(found) + 1, len(found) + 2 + len(taken)) if (name := f"R{i}") not in taken)
        taken.add(name)
        shift = moment - min(at.start for at in own[model.id])
        placed = tuple(at._replace(job=name, start=at.start + shift, end=at.end + shift) for at in own[model.id])
        placed = _pressed(problem, model, placed)
        work = max(at.end for at in placed) - moment
        job = replace(model, id=name, release=moment, due=moment + round(work * odds.urgency), weight=weight)
        found.append(Rush(moment, job, placed))
    return tuple(found)


def _pressed(problem: Problem, job: Job, rows: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    """The rows without the waiting in between: each step as soon as the ones before it are over and it is there."""
    plan = next(plan for plan in job.plans if plan.id == rows[0].plan)
    where = {at.operation: at for at in rows}
    begun = min(at.start for at in rows)
    site = problem.machine_site
    done: dict[str, Assignment] = {}
    last = begun
    for operation in plan.topological():
        at = where[operation.id]
        ready = begun
        if not operation.after and job.origin is not None:
            ready += problem.transport_time(problem.site_index[job.origin], site[at.machine])
        for name in operation.after:
            ready = max(ready, done[name].end + problem.transport_time(site[done[name].machine], site[at.machine]))
        if job.single_workpiece:
            ready = max(ready, last)
        done[operation.id] = at._replace(start=ready, end=ready + at.end - at.start)
        last = done[operation.id].end
    return tuple(done[at.operation] for at in rows)
