"""A first plan at once: serial list scheduling under several priority rules, and the left shift of finished plans.

Each round picks the next task by a priority, gives it the way its rule likes best and starts it as early as gaps allow
(Giffler and Thompson 1960; Kolisch 1996 for the serial scheme). Rounds that break a budget or a least quality are
dropped. None of this is needed for correctness: it gives the solver a plan to beat and a horizon to work in.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hanse.model.check import measure
from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.planning.composition.routes import Route, cheapest_routes
from hanse.planning.jobshop.shop import Line, Shop, Task, Way
from hanse.planning.jobshop.timeline import Resource, Several, Single, earliest


@dataclass
class Draft:
    """A plan by task number: chosen line of each job, and (way, start) of each chosen task."""

    lines: list[int]
    runs: dict[int, tuple[int, int]] = field(default_factory=dict)


def assignments(shop: Shop, draft: Draft) -> tuple[Assignment, ...]:
    """The draft in the words of the problem, operations in the order of their plan."""
    result = []
    for number, chosen in enumerate(draft.lines):
        job, line = shop.problem.jobs[number], shop.lines[number][chosen]
        by_name = {shop.tasks[task].operation.id: task for task in line.tasks}
        plan = next(plan for plan in job.plans if plan.id == line.plan)
        for operation in plan.operations:
            task = by_name[operation.id]
            way_number, start = draft.runs[task]
            way = shop.tasks[task].ways[way_number]
            result.append(Assignment(job.id, plan.id, operation.id, way.machine, start, start + way.duration))
    return tuple(result)


def draft_from(shop: Shop, given: Sequence[Assignment]) -> Draft:
    """A valid plan by task number: the inverse of `assignments`."""
    at = {(a.job, a.operation): a for a in given}
    followed = {a.job: a.plan for a in given}
    draft = Draft([])
    for job, own in zip(shop.problem.jobs, shop.lines, strict=True):
        chosen = next(i for i, line in enumerate(own) if line.plan == followed[job.id])
        draft.lines.append(chosen)
        for number in own[chosen].tasks:
            task = shop.tasks[number]
            a = at[job.id, task.operation.id]
            draft.runs[number] = next(i for i, way in enumerate(task.ways) if way.machine == a.machine), a.start
    return draft


def value_of(shop: Shop, draft: Draft, objective: Objective) -> int:
    """What the judge will say the draft is worth, in millionths."""
    if objective.only == "makespan":  # by far the quickest, and asked for all the time
        return objective.millionths(cost=0, makespan=_makespan(shop, draft), tardiness=0, energy=0)
    found = measure(shop.problem, assignments(shop, draft))
    return objective.millionths(
        cost=found.cost, makespan=found.makespan, tardiness=found.tardiness, energy=found.energy
    )


def _makespan(shop: Shop, draft: Draft) -> int:
    latest = 0
    for number, (index, start) in draft.runs.items():
        task = shop.tasks[number]
        if task.last:
            way = task.ways[index]
            latest = max(latest, start + way.duration + shop.departure(shop.problem.jobs[task.job], way.site))
    return latest


def first_plan(
    shop: Shop, objective: Objective, seed: int, most: int | None = None, over: Callable[[], bool] = lambda: False
) -> tuple[Draft, int] | None:
    """The best feasible draft of all rounds and its value in millionths; None if every round failed. most: rounds at
    most, the plainest first. over: whether it is time to be content with a plan, if there is one."""
    best: tuple[Draft, int] | None = None
    size = sum(len(task.ways) for task in shop.tasks)
    for rule in _rules(shop, objective, random.Random(seed), rounds=min(24, max(2, 30_000 // size)))[:most]:
        if best is not None and over():
            break
        draft = _Round(shop, rule).run()
        if draft is not None and _within_limits(shop, draft):
            value = value_of(shop, draft, objective)
            if best is None or value < best[1]:
                best = draft, value
    return best


def quick_plan(shop: Shop) -> Draft | None:
    """One plan by the plainest rule, for when every hundredth of a second counts: longest way to go first, each at its
    earliest end. None if a budget or a calendar stood in its way."""
    lines = [_best_line(shop, own, lambda _, way: way.duration) for own in shop.lines]
    rule = _Rule(lines, lambda task: -(task.tail + task.shortest), lambda _, __, way, start: (start + way.duration,))
    draft = _Round(shop, rule).run()
    return draft if draft is not None and _within_limits(shop, draft) else None


def shift_left(shop: Shop, draft: Draft) -> Draft:
    """The same choices and order with every operation as early as gaps allow; no operation ends later than before.

    Taken in the order of their starts, every operation still fits where it was, because all that could be in its way
    has only moved to the left. At equal starts instants and predecessors go first.
    """
    place = {task: i for number, chosen in enumerate(draft.lines)
             for i, task in enumerate(shop.lines[number][chosen].tasks)}  # fmt: skip

    def key(task: int) -> tuple[int, int, int]:
        way, start = draft.runs[task]
        return start, start + shop.tasks[task].ways[way].duration, place[task]

    builder = _Builder(shop, draft.lines)
    for task in sorted(draft.runs.keys() - shop.fixed.keys(), key=key):
        way = draft.runs[task][0]
        start = builder.earliest(task, way)
        assert start is not None, "it fits where it was"
        assert start <= draft.runs[task][1], "a left shift never delays"
        builder.put(task, way, start)
    return builder.draft


class _Builder:
    """A plan under construction: what is placed, and how busy machines and workpieces are. What is frozen stands."""

    def __init__(self, shop: Shop, lines: list[int]) -> None:
        self.shop, self.draft = shop, Draft(list(lines))
        self.before: dict[int, list[int]] = {}
        self._legs = shop.problem.transport.time if shop.problem.transport else None
        self._machines: dict[str, list[Resource]] = {}
        self._workpieces: dict[int, Resource] = {}
        for number, chosen in enumerate(lines):
            line = shop.lines[number][chosen]
            self.before.update({task: [] for task in line.tasks})
            for a, b in line.arcs:
                self.before[b].append(a)
            if shop.problem.jobs[number].single_workpiece and not shop.is_chain(line):
                self._workpieces[number] = Single(instants=False)
        for name, users in shop.by_machine.items():
            capacity = shop.problem.machines[name].capacity
            if capacity == 1:
                instants = any(task.ways[index].duration == 0 for task, index in users)
                self._machines[name] = [Single(instants=instants)]
            elif capacity is not None and capacity < len(users):
                self._machines[name] = [Several(capacity)]
            else:
                self._machines[name] = []
        for task, start in shop.fixed.items():
            self.put(task, 0, start)

    def ready(self, task: int, site: int) -> int:
        """When everything the task waits for has arrived at a site."""
        tasks, legs, least = self.shop.tasks, self._legs, 0
        for other in self.before[task]:
            index, start = self.draft.runs[other]
            way = tasks[other].ways[index]
            arrival = start + way.duration + (legs[way.site][site] if legs else 0)
            least = max(least, arrival)
        return least

    def earliest(self, task: int, index: int) -> int | None:
        way = self.shop.tasks[task].ways[index]
        return earliest(self._resources(task, way), way.starts, self.ready(task, way.site), way.duration)

    def put(self, task: int, index: int, start: int) -> None:
        way = self.shop.tasks[task].ways[index]
        for resource in self._resources(task, way):
            resource.add(start, way.duration)
        self.draft.runs[task] = (index, start)

    def _resources(self, task: int, way: Way) -> list[Resource]:
        """What a way of a task occupies."""
        resources = self._machines[way.machine]
        if self._workpieces:
            piece = self._workpieces.get(self.shop.tasks[task].job)
            return resources if piece is None else [*resources, piece]
        return resources

    def inbound_cost(self, task: int, way: Way) -> int:
        """Cost of the way with the legs that lead to it."""
        cost = self.shop.way_cost(self.shop.tasks[task], way)
        for other in self.before[task]:
            site = self.shop.tasks[other].ways[self.draft.runs[other][0]].site
            cost += self.shop.leg_cost(site, way.site)
        return cost


_Taste = Callable[[_Builder, Task, Way, int], tuple[float, ...]]
"""How much a round dislikes starting a task in a way at a time: the smallest tuple wins."""


@dataclass(frozen=True)
class _Rule:
    """One round: the line of each job, a task's priority (smallest first), and its taste in ways."""

    lines: list[int]
    priority: Callable[[Task], float]
    taste: _Taste
    forced: dict[int, int] = field(default_factory=dict)


class _Round:
    def __init__(self, shop: Shop, rule: _Rule) -> None:
        self._shop, self._rule, self._builder = shop, rule, _Builder(shop, rule.lines)
        self._left = {name: shop.problem.machines[name].budget for name in shop.by_machine}
        for task in shop.fixed:
            self._spend(shop.tasks[task].ways[0])

    def run(self) -> Draft | None:
        builder, tasks = self._builder, self._shop.tasks
        waiting = {task: len(before) for task, before in builder.before.items()}
        after: dict[int, list[int]] = {}
        for task, before in builder.before.items():
            for other in before:
                after.setdefault(other, []).append(task)
        free = [(self._rule.priority(tasks[task]), task) for task, count in waiting.items() if not count]
        heapq.heapify(free)
        while free:
            _, task = heapq.heappop(free)
            if task not in self._shop.fixed and not self._place(task):
                return None
            for later in after.get(task, ()):
                waiting[later] -= 1
                if not waiting[later]:
                    heapq.heappush(free, (self._rule.priority(tasks[later]), later))
        return builder.draft

    def _place(self, number: int) -> bool:
        task, best = self._shop.tasks[number], None
        for index, way in enumerate(task.ways):
            left = self._left[way.machine]
            if (left is not None and way.duration > left) or self._rule.forced.get(number, index) != index:
                continue
            start = self._builder.earliest(number, index)
            if start is not None:
                score = (*self._rule.taste(self._builder, task, way, start), index)
                if best is None or score < best[0]:
                    best = score, index, start
        if best is None:
            return False
        _, index, start = best
        self._spend(task.ways[index])
        self._builder.put(number, index, start)
        return True

    def _spend(self, way: Way) -> None:
        left = self._left[way.machine]
        if left is not None:
            self._left[way.machine] = left - way.duration


def _rules(shop: Shop, objective: Objective, chance: random.Random, *, rounds: int) -> list[_Rule]:
    """Rounds from the plainest to the most random; the order is fixed, so ties go to the plainest."""
    tastes: dict[str, _Taste] = {
        "time": lambda builder, task, way, start: (start + way.duration, builder.inbound_cost(task.number, way)),
        "cost": lambda builder, task, way, start: (builder.inbound_cost(task.number, way), start + way.duration),
        "energy": lambda _, __, way, start: (way.energy, start + way.duration),
        "quality": lambda builder, task, way, start: (-way.quality, builder.inbound_cost(task.number, way), start),
        "load": lambda _, __, way, start: (way.duration, start),
    }
    priorities: list[Callable[[Task], float]] = [lambda task: -(task.tail + task.shortest), lambda task: task.head]
    if objective.weight("tardiness"):
        due = [job.due if job.due is not None else shop.horizon for job in shop.problem.jobs]
        priorities.insert(0, lambda task: due[task.job] - task.tail)
    result = []
    quick = [_best_line(shop, lines, lambda _, way: way.duration) for lines in shop.lines]
    cheap = [_best_line(shop, lines, lambda task, way: shop.way_cost(task, way)) for lines in shop.lines]
    routes = _routes(shop, cheap)
    if routes is not None:
        result += [_Rule(routes[0], priority, tastes["cost"], routes[1]) for priority in priorities]
    for name, taste in tastes.items():
        result += [_Rule(cheap if name == "cost" else quick, priority, taste) for priority in priorities]
    for _ in range(rounds):
        noise = [chance.random() for _ in shop.tasks]
        spread = max((task.tail + task.shortest for task in shop.tasks), default=1) * chance.choice((0.1, 0.3, 1.0))
        lines = [chance.randrange(len(lines)) if chance.random() < 0.3 else q
                 for lines, q in zip(shop.lines, quick, strict=True)]  # fmt: skip
        result.append(_Rule(lines, _noisy(chance.choice(priorities), spread, noise), tastes["time"]))
    return result


def _noisy(priority: Callable[[Task], float], spread: float, noise: list[float]) -> Callable[[Task], float]:
    return lambda task: priority(task) + spread * noise[task.number]


def _best_line(shop: Shop, lines: list[Line], measure_way: Callable[[Task, Way], int]) -> int:
    """The line whose tasks sum up to the least, each in its best way."""
    sums = [sum(min(measure_way(shop.tasks[t], way) for way in shop.tasks[t].ways) for t in line.tasks)
            for line in lines]  # fmt: skip
    return sums.index(min(sums))


def _routes(shop: Shop, otherwise: list[int]) -> tuple[list[int], dict[int, int]] | None:
    """The composition optimum as a fixed choice: with idle machines to spare it is the cheapest plan there is."""
    lines, forced = list(otherwise), {}
    found: list[Route | None] = cheapest_routes(shop.problem)
    for number, route in enumerate(found):
        chosen = next((i for i, line in enumerate(shop.lines[number]) if route and line.plan == route.plan.id), None)
        if route is None or chosen is None:
            continue
        lines[number] = chosen
        named = {o.id: o.modes[mode].machine for o, mode in zip(route.plan.operations, route.modes, strict=True)}
        for task in shop.lines[number][chosen].tasks:
            machine = named[shop.tasks[task].operation.id]
            ways = [i for i, way in enumerate(shop.tasks[task].ways) if way.machine == machine]
            if not ways:
                return None
            forced[task] = ways[0]
    return (lines, forced) if forced else None


def _within_limits(shop: Shop, draft: Draft) -> bool:
    """Budgets and least qualities of the jobs (machine budgets are kept while building), and that what was placed is
    done in time for what is frozen after it."""
    for number, chosen in enumerate(draft.lines):
        job, line = shop.problem.jobs[number], shop.lines[number][chosen]
        ways = {task: shop.tasks[task].ways[draft.runs[task][0]] for task in line.tasks}
        for a, b in line.arcs:
            end = draft.runs[a][1] + ways[a].duration
            if b in shop.fixed and end + shop.leg_time(ways[a].site, ways[b].site) > draft.runs[b][1]:
                return False
        if job.budget is not None:
            cost = sum(shop.way_cost(shop.tasks[task], way) for task, way in ways.items())
            cost += sum(shop.leg_cost(ways[a].site, ways[b].site) for a, b in line.arcs)
            if cost > job.budget:
                return False
        if job.min_quality is not None and sum(way.quality for way in ways.values()) < job.min_quality * len(ways):
            return False
    return True
