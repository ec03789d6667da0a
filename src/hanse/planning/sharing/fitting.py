"""One late job among windows that others offer at a price: which ones to take.

`takeover.py` asks which windows have a job done earliest, in a league that shares one plan. Here a member sees only its
own plan and what others offer, and pays: the choice is the least lateness, then the least money, then the earliest end.
Steps are a chain; a step that starts no later never ends later, so for every site the ways to be there that are neither
later nor dearer than another are all that the following steps need to know: the search is exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hanse.model.plan import Assignment
from hanse.model.problem import Job, Operation, Problem
from hanse.planning.sharing.guests import chain_of


@dataclass(frozen=True, slots=True)
class Offered:
    """Free time [start, end) of a machine, for one service. name: what the caller knows it by, once each. price: money
    a unit of time; None for one's own time, which costs what the mode says and can hold several steps."""

    name: int
    machine: str
    service: str
    start: int
    end: int
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A step in its new place. offered: name of the window it takes; None: own time, or where it was."""

    at: Assignment
    offered: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Where all steps that had not begun go. completion: of the job; extra: what it costs more than staying, transport
    included (negative: less); saved: by how much less it is late."""

    steps: tuple[Placed, ...]
    completion: int
    extra: int
    saved: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a member would pay for one late job. most: money in all; rate: money for every unit of time less late;
    None: any. least: units of time a takeover must save."""

    most: int | None = None
    rate: int | None = None
    least: int = 1

    def worth(self, extra: int, saved: int) -> bool:
        """Whether so much is paid for so much."""
        if saved < self.least or (self.most is not None and extra > self.most):
            return False
        return self.rate is None or extra <= self.rate * saved


@dataclass(frozen=True, slots=True)
class _Label:
    """A way to have a step done. site: where the workpiece is then; used: windows that a later step could want too."""

    end: int
    cost: int
    site: int | None
    used: frozenset[int]
    taken: int
    placed: Placed | None
    before: _Label | None

    def beats(self, other: _Label) -> bool:
        """Whether nobody needs the other."""
        mine, its = (self.end, self.cost, self.taken), (other.end, other.cost, other.taken)
        return all(a <= b for a, b in zip(mine, its, strict=True)) and self.used <= other.used


def choose(
    problem: Problem, rows: Sequence[Assignment], first: int, offered: Iterable[Offered], now: int, terms: Terms
) -> Choice | None:
    """The windows one job takes, None if it is not late, no chain, or none is worth it.

    rows: all of the job's operations as they will lie if nothing moves, in any order, one at least. first: how many
    steps have begun: these stay. offered: windows of others, and the own idle time with the rows that have not begun
    lifted. now: nothing is sent before.
    """
    job = next(job for job in problem.jobs if job.id == rows[0].job)
    plan = next(plan for plan in job.plans if plan.id == rows[0].plan)
    chain = chain_of(plan)
    if chain is None or job.due is None or first >= len(chain):
        return None
    by_operation = {at.operation: at for at in rows}
    home = [by_operation[operation.id] for operation in chain]
    search = _Search(problem, job, chain, home, now)
    late = max(0, search.completion(home[-1].end, home[-1].machine) - job.due)
    if not late:
        return None
    staying = search.cost_of(home)
    best: tuple[tuple[int, int, int, int], Choice] | None = None
    for label in search.run(first, list(offered)):
        assert label.placed is not None
        completion = search.completion(label.end, label.placed.at.machine)
        cost = label.cost + search.delivery_cost(label.placed.at.machine)
        if job.budget is not None and cost > job.budget:
            continue
        saved = late - max(0, completion - job.due)
        choice = Choice(_steps(label)[first:], completion, cost - staying, saved)
        rank = (-saved, cost, completion, label.taken)
        if label.taken and terms.worth(choice.extra, saved) and (best is None or rank < best[0]):
            best = rank, choice
    return None if best is None else best[1]


class _Search:
    def __init__(
        self, problem: Problem, job: Job, chain: Sequence[Operation], home: Sequence[Assignment], now: int
    ) -> None:
        self.problem, self.job, self.chain, self.home, self.now = problem, job, chain, home, now
        index = problem.site_index
        self.origin = None if job.origin is None else index[job.origin]
        self.destination = None if job.destination is None else index[job.destination]
        self.modes = [{mode.machine: mode for mode in operation.modes} for operation in chain]

    def run(self, first: int, offered: Sequence[Offered]) -> list[_Label]:
        """Ways to have the last step done."""
        wanted: dict[int, int] = defaultdict(int)  # how many of the steps that may move a window could serve
        ways: list[list[Offered]] = []
        for i, operation in enumerate(self.chain):
            found = [one for one in offered if i >= first and self._serves(one, operation, i)]
            ways.append(found)
            for one in found:
                wanted[one.name] += one.price is not None
        label = _Label(self.job.release, 0, self.origin, frozenset(), 0, None, None)
        for i in range(first):
            label = self._place(label, self.home[i], None, self.modes[i][self.home[i].machine].cost, frozenset())
        labels = [label]
        for i in range(first, len(self.chain)):
            several = frozenset(name for name, count in wanted.items() if count > 1)
            labels = self._step(labels, i, ways[i], several, sent=i == first)
        return labels

    def _serves(self, one: Offered, operation: Operation, i: int) -> bool:
        mode = self.modes[i].get(one.machine)
        if mode is None or one.service != operation.service:
            return False
        if self.job.min_quality is not None:
            # None below what it has: then the job's mean cannot fall, whatever moves.
            return (mode.quality or 0) >= (self.modes[i][self.home[i].machine].quality or 0)
        return True

    def _step(
        self, labels: list[_Label], i: int, ways: list[Offered], several: frozenset[int], *, sent: bool
    ) -> list[_Label]:
        """sent: the workpiece is where it is planned to be by then, perhaps on its way already."""
        made: dict[int | None, list[_Label]] = defaultdict(list)

        def keep(label: _Label) -> None:
            rivals = made[label.site]
            if not any(rival.beats(label) for rival in rivals):
                rivals[:] = [rival for rival in rivals if not label.beats(rival)]
                rivals.append(label)

        home = self.home[i]
        for label in labels:
            if sent or self._ready(label, home.machine) <= home.start:
                keep(self._place(label, home, None, self.modes[i][home.machine].cost, several))
            for one in ways:
                mode = self.modes[i][one.machine]
                start = max(one.start, self._ready(label, one.machine))
                own = one.price is None
                if start + mode.duration <= one.end and (own or (mode.duration and one.name not in label.used)):
                    at = home._replace(machine=one.machine, start=start, end=start + mode.duration)
                    cost = mode.cost if one.price is None else one.price * mode.duration
                    keep(self._place(label, at, None if own else one.name, cost, several))
        return [label for rivals in made.values() for label in rivals]

    def _place(self, before: _Label, at: Assignment, name: int | None, cost: int, several: frozenset[int]) -> _Label:
        site = self.problem.machine_site[at.machine]
        leg = 0 if before.site is None else self.problem.transport_cost(before.site, site)
        used = before.used | ({name} & several if name is not None else set())
        taken = before.taken + (name is not None)
        return _Label(at.end, before.cost + cost + leg, site, used, taken, Placed(at, name), before)

    def _ready(self, label: _Label, machine: str) -> int:
        """When the workpiece can be at a machine, if it is sent now or when the step before is done."""
        ready = max(label.end, self.now)
        if label.site is None:
            return ready
        return ready + self.problem.transport_time(label.site, self.problem.machine_site[machine])

    def completion(self, end: int, machine: str) -> int:
        if self.destination is None:
            return end
        return end + self.problem.transport_time(self.problem.machine_site[machine], self.destination)

    def delivery_cost(self, machine: str) -> int:
        if self.destination is None:
            return 0
        return self.problem.transport_cost(self.problem.machine_site[machine], self.destination)

    def cost_of(self, rows: Sequence[Assignment]) -> int:
        """What the chain costs where it is planned: modes and every leg."""
        sites = [self.problem.machine_site[at.machine] for at in rows]
        stops = ([] if self.origin is None else [self.origin]) + sites
        legs = sum(self.problem.transport_cost(a, b) for a, b in pairwise(stops))
        modes = sum(self.modes[i][at.machine].cost for i, at in enumerate(rows))
        return modes + legs + self.delivery_cost(rows[-1].machine)


def _steps(label: _Label) -> tuple[Placed, ...]:
    found: list[Placed] = []
    step: _Label | None = label
    while step is not None and step.placed is not None:
        found.append(step.placed)
        step = step.before
    return tuple(reversed(found))
