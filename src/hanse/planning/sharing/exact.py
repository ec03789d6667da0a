"""The best takeovers of a small question, proved: CP-SAT (Perron and Didier, OR-Tools).

Every guest stays as it is planned, or moves and ends by its limit. A step that may move takes one of its ways, in a
window that the hosts and whoever cannot be helped leave; guests share windows without overlap, `setup` apart, and
keep off the places of those who stay. First Σ weight · tardiness is minimised, then, at that, cost with transport.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ortools.sat.python import cp_model

from hanse.planning.jobshop.watch import proved
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved
from hanse.planning.sharing.guests import Guest, Place, Way

Literal = cp_model.IntVar


@dataclass(frozen=True, slots=True)
class Proof:
    """moved: the best found. bound: no sharing has less weighted tardiness (millionths). cost_bound: none of that
    tardiness costs less; None if the tardiness is not proved least."""

    moved: Moved
    bound: int
    cost_bound: int | None


@dataclass(slots=True)
class _Step:
    """Variables of a step: when it starts; each choice (its home, if it may stay there, and its ways) with a
    literal."""

    start: cp_model.IntVar
    choices: list[tuple[Way, Literal, bool]]


@dataclass(slots=True)
class _Cast:
    """Variables of a guest: whether it stays, its steps, and its tardiness in time units."""

    stays: Literal
    steps: list[_Step]
    tardy: cp_model.IntVar


def prove(
    floor: Floor, guests: Sequence[Guest], helpful: Sequence[int], known: Moved, seconds: float, threads: int, seed: int
) -> Proof:
    """The best takeovers of the guests `helpful` (their places in `guests`), who are lifted off the floor, beginning
    from those `known`; everybody else is on it. Bounds count the guests in `helpful` only."""
    return _Model(floor, guests, helpful).solve(known, seconds, threads, seed)


class _Model:
    """The model of one question."""

    def __init__(self, floor: Floor, guests: Sequence[Guest], helpful: Sequence[int]) -> None:
        self.floor, self.guests, self.helpful = floor, guests, helpful
        self.model = cp_model.CpModel()
        self.visits: dict[int, list[cp_model.IntervalVar]] = defaultdict(list)
        self.homes: dict[int, list[tuple[cp_model.IntVar, int, Literal]]] = defaultdict(list)
        self.money: list[tuple[Literal, int]] = []
        self.cast = {g: self._guest(guests[g]) for g in helpful}
        self._machines()

    def _guest(self, guest: Guest) -> _Cast:
        model, job = self.model, guest.job
        assert job.due is not None
        stays = model.new_bool_var("")
        tardy = model.new_int_var(0, guest.completion - job.due, "")
        model.add(tardy == guest.completion - job.due).only_enforce_if(stays)
        steps, costs = [], len(self.money)
        for i in range(len(guest.home)):
            steps.append(self._step(guest, i, stays))
        if self.floor.rules.moves == "job":
            self._one_host(steps, guest.first)
        for i in range(max(1, guest.first), len(steps)):
            self._leg(steps[i - 1], steps[i])
        for way, literal, _ in steps[-1].choices:
            done = steps[-1].start + way.duration + self.floor.legs.delivery(job, way.site)
            model.add(done <= guest.limit).only_enforce_if(literal, ~stays)
            model.add(tardy >= done - job.due).only_enforce_if(literal)
        self._ends(guest, steps)
        if job.budget is not None:
            model.add(sum(price * literal for literal, price in self.money[costs:]) <= job.budget)
        return _Cast(stays, steps, tardy)

    def _step(self, guest: Guest, i: int, stays: Literal) -> _Step:
        """A step that cannot move has its home alone; one that may, both. Where the step stands fixes its start."""
        model, home, legs, now = self.model, guest.home[i], self.floor.legs, self.floor.rules.now
        start = model.new_int_var(0, max(guest.limit, home.start), "")
        at_home = model.new_bool_var("")
        model.add_implication(stays, at_home)
        model.add(start == home.start).only_enforce_if(at_home)
        choices = [(home.way, at_home, True)]
        if i >= guest.first:
            size = home.end - home.start
            self.homes[home.way.machine].append((start, size, at_home))
            if self.floor.rules.moves == "job":
                model.add_implication(at_home, stays)
        for way in guest.ways[i]:
            ready = legs.arrival(guest.job, way.site, now) if i == 0 else now
            if i and i == guest.first:
                before = guest.home[i - 1]
                ready = max(before.end, now) + legs.time[before.way.site][way.site]
            latest = guest.limit - guest.head[i + 1] - way.duration
            spans = [
                [max(a, ready), min(b - way.duration, latest)]
                for a, b in self.floor.idle[way.machine]
                if max(a, ready) <= min(b - way.duration, latest)
            ]
            if spans:
                here = model.new_bool_var("")
                domain = cp_model.Domain.from_intervals(spans)
                model.add_linear_expression_in_domain(start, domain).only_enforce_if(here)
                size = way.duration + self.floor.rules.setup
                self.visits[way.machine].append(model.new_optional_fixed_size_interval_var(start, size, here, ""))
                choices.append((way, here, False))
        model.add_exactly_one(literal for _, literal, _ in choices)
        self.money += [(literal, way.cost) for way, literal, _ in choices]
        return _Step(start, choices)

    def _one_host(self, steps: Sequence[_Step], first: int) -> None:
        """All steps that move go to one enterprise."""
        hosts: list[dict[int, list[Literal]]] = []
        for step in steps[first:]:
            hosts.append(defaultdict(list))
            for way, literal, at_home in step.choices:
                if not at_home:
                    hosts[-1][way.enterprise].append(literal)
        for host in set().union(*hosts):
            for a, b in pairwise(hosts):
                self.model.add(sum(a.get(host, ())) == sum(b.get(host, ())))

    def _leg(self, a: _Step, b: _Step) -> None:
        """Step b follows step a, and pays for the way between their sites."""
        model, legs = self.model, self.floor.legs
        from_, to = _sites(a), _sites(b)
        end = a.start + sum(way.duration * literal for way, literal, _ in a.choices)
        model.add(b.start >= end)
        for p, there in from_.items():
            for q, here in to.items():
                time, cost = legs.time[p][q], legs.cost[p][q]
                if not (time or cost):
                    continue
                both = self._both(there, here)
                if time:
                    model.add(b.start >= end + time).only_enforce_if(both)
                if cost:
                    self.money.append((both, cost))

    def _both(self, there: Sequence[Literal], here: Sequence[Literal]) -> Literal:
        """Whether one of `there` and one of `here` hold; each of the two has at most one that does."""
        both = self.model.new_bool_var("")
        self.model.add(sum(there) + sum(here) - 1 <= both)
        self.model.add(sum(there) >= both)
        self.model.add(sum(here) >= both)
        return both

    def _ends(self, guest: Guest, steps: Sequence[_Step]) -> None:
        """What the legs from the origin and to the destination cost."""
        job, legs = guest.job, self.floor.legs
        if job.origin is not None:
            origin = legs.site_index[job.origin]
            self.money += [(literal, legs.cost[origin][way.site]) for way, literal, _ in steps[0].choices]
        if job.destination is not None:
            destination = legs.site_index[job.destination]
            self.money += [(literal, legs.cost[way.site][destination]) for way, literal, _ in steps[-1].choices]

    def _machines(self) -> None:
        """No overlap. Homes may touch each other, as planned; guests keep `setup` from homes too."""
        for machine in {*self.visits, *self.homes}:
            visits, interval = self.visits[machine], self.model.new_optional_fixed_size_interval_var
            homes = [interval(start, size, literal, "") for start, size, literal in self.homes[machine]]
            self.model.add_no_overlap([*visits, *homes])
            if self.floor.rules.setup:
                for start, size, literal in self.homes[machine]:
                    wide = interval(start, size + self.floor.rules.setup, literal, "")
                    self.model.add_no_overlap([*visits, wide])

    def solve(self, known: Moved, seconds: float, threads: int, seed: int) -> Proof:
        """Tardiness, then cost."""
        self._hint(known)
        late = sum(self.guests[g].job.weight * self.cast[g].tardy for g in self.helpful)
        self.model.minimize(late)
        solver, status = self._run(seconds, threads, seed)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Proof(known, max(0, proved(solver.best_objective_bound)), None)
        found, value = self._moved(solver), round(solver.objective_value)
        if status != cp_model.OPTIMAL:
            return Proof(found, max(0, proved(solver.best_objective_bound)), None)
        self.model.add(late <= value)
        self._hint(found)
        self.model.minimize(sum(price * literal for literal, price in self.money))
        solver, status = self._run(max(0.1, seconds - solver.wall_time), threads, seed)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            found = self._moved(solver)
        return Proof(found, value, proved(solver.best_objective_bound))

    def _run(self, seconds: float, threads: int, seed: int) -> tuple[cp_model.CpSolver, object]:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = threads
        solver.parameters.random_seed = seed % (2**31 - 1)
        return solver, solver.solve(self.model)

    def _hint(self, known: Moved) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for g in self.helpful:
            places, cast = known.get(g, self.guests[g].home), self.cast[g]
            self.model.add_hint(cast.stays, g not in known)
            for step, at, home in zip(cast.steps, places, self.guests[g].home, strict=True):
                self.model.add_hint(step.start, at.start)
                for way, literal, at_home in step.choices:
                    self.model.add_hint(literal, at == home if at_home else at != home and way == at.way)

    def _moved(self, solver: cp_model.CpSolver) -> Moved:
        moved: Moved = {}
        for g in self.helpful:
            cast = self.cast[g]
            if solver.boolean_value(cast.stays):
                continue
            places = []
            for step in cast.steps:
                way = next(way for way, literal, _ in step.choices if solver.boolean_value(literal))
                start = solver.value(step.start)
                places.append(Place(way, start, start + way.duration))
            if tuple(places) != self.guests[g].home:
                moved[g] = tuple(places)
        return moved


def _sites(step: _Step) -> dict[int, list[Literal]]:
    """The choices of a step by the site they stand on."""
    sites: dict[int, list[Literal]] = defaultdict(list)
    for way, literal, _ in step.choices:
        sites[way.site].append(literal)
    return sites
