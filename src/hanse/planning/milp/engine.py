"""The engine `milp`: the job shop of Ramakurthi et al. (2022), its constraints corrected, as HiGHS reads it.

    X[c, n]      job c follows process plan n                       Σ_n X = 1
    Z[t, w]      task t is done in way w                            Σ_w Z[t, w] = Σ X of the plans that contain t
    S[t]         its start;  E[t] = S[t] + Σ_w duration · Z[t, w]   its end
    Y[t, u]      of two tasks that may meet on a machine, t goes first
    W, T[c]      makespan, tardiness

    S[u] ≥ E[t] + leg · (at site + at site - 1) - O (1 - X)         u follows t; for every pair of sites with a leg
    S[u] ≥ S[t] + duration - O (2 - Z[t, q] - Z[u, q]) - O (1 - Y)  and the same with t and u exchanged, Y: on machine q
    W ≥ E[t] + leg - O (1 - X),   T[c] ≥ the same - due             t last of c

O is a time by which a best plan has ended. What the paper leaves out is stated in the same way: legs, releases,
budgets, qualities, single workpieces. A yardstick and a second opinion for small problems; `auto` never takes it.
"""

from __future__ import annotations

import math
from itertools import combinations

from hanse.clock import SystemClock
from hanse.errors import InputError
from hanse.model.objective import UTILITY, Objective
from hanse.model.problem import Problem
from hanse.planning.jobshop.bounds import floor
from hanse.planning.jobshop.causes import explain
from hanse.planning.jobshop.dispatch import Draft, assignments, shift_left, value_of
from hanse.planning.jobshop.shop import Shop, Task, build
from hanse.planning.jobshop.sizes import guard, step_of
from hanse.planning.jobshop.watch import Watch
from hanse.planning.milp.programme import Programme, Terms
from hanse.planning.result import Answer, Limits, Progress
from hanse.units import MILLION

PAIRS = 20_000
"""Most pairs of ways on one machine that are stated; each is two rows."""

LATEST = 100_000
"""Latest time: beyond, the tolerance of floating point times O would be felt."""


SLACK = 1e-3
"""Steps of the objective by which the bound of a floating-point solver may fail the true one; far below the 1 that
matters."""


class Milp:
    """The engine. Takes small problems without calendars, for any objective but utility."""

    name = "milp"

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        if objective.only == UTILITY:
            return "it does not plan for utility"
        users: dict[str, int] = {}
        for job in problem.jobs:
            for plan in job.plans:
                for mode in (mode for operation in plan.operations for mode in operation.modes):
                    users[mode.machine] = users.get(mode.machine, 0) + 1
        for name, machine in problem.machines.items():
            if machine.available is not None:
                return f'machine "{name}" has a calendar'
            if machine.capacity is not None and 1 < machine.capacity < users.get(name, 0):
                return f'machine "{name}" runs several at once'
        ordered = next((enterprise.id for enterprise in problem.enterprises if enterprise.permutation), None)
        if ordered is not None:
            return f'enterprise "{ordered}" keeps jobs in one order'
        if sum(count * count // 2 for count in users.values()) > PAIRS:
            return "it is a yardstick for small problems, and this one has too many operations on one machine"
        return None

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """Raises InfeasibleError with a cause where one can be named, InputError if numbers are too large."""
        watch = Watch(SystemClock(), progress)
        shop = build(problem, limits.frozen)
        guard(shop, objective)
        if shop.horizon > LATEST:
            raise InputError(
                f"times reach {shop.horizon}, it reckons up to {LATEST}",
                where="method milp",
                hint="count time in a coarser unit, or use auto",
            )
        least, step = floor(shop, objective), step_of(shop, objective)
        watch.tell(None, least)
        if watch.failure is not None:
            raise watch.failure
        model = _Model(shop, objective, step)
        outcome = model.programme.solve(
            max(0.01, limits.time_limit - watch.seconds), limits.threads, limits.seed % 2**31
        )
        if outcome.infeasible:
            raise explain(shop)
        bound = least if outcome.bound is None else max(least, math.ceil(outcome.bound - SLACK) * step)
        if outcome.values is None:
            return Answer(None, None, bound, "attested", tuple(watch.points))
        draft = shift_left(shop, model.draft(outcome.values))
        value = value_of(shop, draft, objective)
        bound = value if outcome.proved else min(bound, value)
        watch.tell(value, bound)
        if watch.failure is not None:
            raise watch.failure
        return Answer(assignments(shop, draft), value, bound, "attested", tuple(watch.points))


ENGINE = Milp()


class _Model:
    """The programme of a shop, with the columns that tell its plan."""

    def __init__(self, shop: Shop, objective: Objective, step: int) -> None:
        self.shop, self.programme = shop, Programme()
        self._objective, self._step = objective, step
        legs = [0] if shop.problem.transport is None else [max(row) for row in shop.problem.transport.time]
        self._far = float(shop.horizon + max(legs))
        add = self.programme
        self.lines = [[add.choice() for _ in lines] for lines in shop.lines]
        for chosen in self.lines:
            add.equal(_sum(chosen), 1)
        self.ways = [[add.choice() for _ in task.ways] for task in shop.tasks]
        self.starts = [self._start(task) for task in shop.tasks]
        self._before: dict[tuple[int, int], int] = {}
        for task in shop.tasks:
            self._choose(task)
        self._costs = [self._arcs(job) for job in range(len(shop.lines))]
        for name, users in shop.by_machine.items():
            self._machine(name, users)
        for job in range(len(shop.lines)):
            self._limits(job)
        self._goal()

    def draft(self, values: tuple[float, ...]) -> Draft:
        """The plan of a solution. Starts are taken down to whole times together, which keeps all their distances."""
        draft = Draft([max(range(len(own)), key=lambda i: values[own[i]]) for own in self.lines])
        for job, chosen in enumerate(draft.lines):
            for task in self.shop.lines[job][chosen].tasks:
                ways, start = self.ways[task], values[self.starts[task]]
                nearest = round(start)
                begin = nearest if abs(start - nearest) < 1e-3 else math.floor(start)
                draft.runs[task] = max(range(len(ways)), key=lambda i: values[ways[i]]), begin
        return draft

    def _start(self, task: Task) -> int:
        fixed = self.shop.fixed.get(task.number)
        return self.programme.column(fixed or 0, self.shop.horizon if fixed is None else fixed)

    def _end(self, task: Task) -> Terms:
        durations = [(way, float(of.duration)) for way, of in zip(self.ways[task.number], task.ways, strict=True)]
        return [(self.starts[task.number], 1.0), *durations]

    def _used(self, task: Task) -> Terms:
        return _sum([self.lines[task.job][line] for line in sorted(task.lines)])

    def _choose(self, task: Task) -> None:
        ways = self.ways[task.number]
        self.programme.equal([*_sum(ways), *_times(self._used(task), -1)], 0)
        arrivals = [(way, -float(of.starts[0][0])) for way, of in zip(ways, task.ways, strict=True)]
        self.programme.at_least([(self.starts[task.number], 1.0), *arrivals], 0)

    def _at(self, task: Task, site: int) -> Terms:
        return _sum([way for way, of in zip(self.ways[task.number], task.ways, strict=True) if of.site == site])

    def _arcs(self, job: int) -> list[tuple[int, float]]:
        """Precedence with its legs; what the legs of a job cost."""
        add, shop, costs = self.programme, self.shop, list[tuple[int, float]]()
        for (a, b), lines in shop.arcs[job].items():
            before, after = shop.tasks[a], shop.tasks[b]
            unused = _times(_sum([self.lines[job][line] for line in sorted(lines)]), -self._far)
            ordered = [(self.starts[b], 1.0), *_times(self._end(before), -1), *unused]  # ≥ -O: S[b] - E[a] - O X
            add.at_least(ordered, -self._far)
            if shop.problem.transport is None:
                continue
            for here in before.sites:
                for there in after.sites:
                    both = [*self._at(before, here), *self._at(after, there)]
                    time, cost = shop.leg_time(here, there), shop.leg_cost(here, there)
                    if time:
                        add.at_least([*ordered, *_times(both, -time)], -self._far - time)
                    if cost:
                        gone = add.column(0, 1)
                        followed = _sum([self.lines[job][line] for line in sorted(lines)])
                        add.at_least([(gone, 1.0), *_times(both, -1), *_times(followed, -1)], -2)
                        costs.append((gone, float(cost)))
        return costs

    def _machine(self, name: str, users: list[tuple[Task, int]]) -> None:
        machine = self.shop.problem.machines[name]
        if machine.budget is not None:
            spent = [(self.ways[task.number][i], float(task.ways[i].duration)) for task, i in users]
            self.programme.at_most(spent, machine.budget)
        if machine.capacity == 1:
            for (t, i), (u, j) in combinations(users, 2):
                self._apart(t, u, [(self.ways[t.number][i], 1.0), (self.ways[u.number][j], 1.0)])

    def _apart(self, t: Task, u: Task, both: Terms) -> None:
        """One after the other, if both (a sum of two choices) are made."""
        if t.job == u.job and not t.lines & u.lines:
            return
        pair = t.number, u.number
        if pair not in self._before:
            self._before[pair] = self.programme.choice()
        first, far = self._before[pair], self._far
        here, there = self.starts[t.number], self.starts[u.number]
        chosen = _times(both, -far)
        self.programme.at_least([(there, 1.0), *_times(self._end(t), -1), *chosen, (first, -far)], -3 * far)
        self.programme.at_least([(here, 1.0), *_times(self._end(u), -1), *chosen, (first, far)], -2 * far)

    def _limits(self, number: int) -> None:
        job, tasks = self.shop.problem.jobs[number], [task for task in self.shop.tasks if task.job == number]
        if job.budget is not None:
            self.programme.at_most(self._cost(number), job.budget)
        if job.min_quality is not None:
            self.programme.at_least(
                [(way, (of.quality - job.min_quality) / MILLION)
                 for task in tasks for way, of in zip(self.ways[task.number], task.ways, strict=True)], 0,
            )  # fmt: skip
        if job.single_workpiece:
            for t, u in combinations(tasks, 2):
                lasting = [way for task in (t, u)
                           for way, of in zip(self.ways[task.number], task.ways, strict=True)
                           if of.duration]  # fmt: skip
                self._apart(t, u, _sum(lasting))  # instants may happen while the workpiece is held

    def _cost(self, job: int) -> Terms:
        ways = [(way, float(self.shop.way_cost(task, of)))
                for task in self.shop.tasks if task.job == job
                for way, of in zip(self.ways[task.number], task.ways, strict=True)]  # fmt: skip
        return [*ways, *self._costs[job]]

    def _goal(self) -> None:
        add, shop, objective = self.programme, self.shop, self._objective
        unit = MILLION / self._step
        makespan = add.column(0, self._far)
        add.charge([(makespan, objective.weight("makespan") * unit)])
        for number, job in enumerate(shop.problem.jobs):
            late = add.column(0, self._far)
            if job.due is not None:
                add.charge([(late, objective.weight("tardiness") * job.weight / self._step)])
            for task in (task for task in shop.tasks if task.job == number and task.last):
                legs = [(way, float(shop.departure(job, of.site)))
                        for way, of in zip(self.ways[task.number], task.ways, strict=True)]  # fmt: skip
                done = [*_times(self._end(task), -1), *_times(legs, -1), *_times(self._used(task), -self._far)]
                add.at_least([(makespan, 1.0), *done], -self._far)
                if job.due is not None:
                    add.at_least([(late, 1.0), *done], -self._far - job.due)
            add.charge(_times(self._cost(number), objective.weight("cost") * unit))
        for task in shop.tasks:
            energy = [(way, float(of.energy)) for way, of in zip(self.ways[task.number], task.ways, strict=True)]
            add.charge(_times(energy, objective.weight("energy") * unit))


def _sum(columns: list[int]) -> Terms:
    return [(column, 1.0) for column in columns]


def _times(terms: Terms, factor: float) -> Terms:
    return [(column, value * factor) for column, value in terms]
