"""The decisions of the constraint model and what time and machines ask of them.

For every job one line is chosen; for every task of the chosen line one way; a way is an optional interval that shares
the task's start. Tasks of lines not chosen are pinned to one moment, so that they add no search. Whatever is always
true is the constant 1, which the solver's presolve removes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

from ortools.sat.python import cp_model

from hanse.planning.jobshop.shop import Shop, Task, Way

Expression = cp_model.LinearExpr | int
"""What a term of the model may be; a variable is an expression too."""
_GAPS = 500
"""A calendar with more gaps than this is left to the domains of the starts alone: each gap would be an interval."""


@dataclass
class Variables:
    """The model with its decisions, indexed as in `Shop`. `starts`, `ends`: by task; `ways[t][w]`: way w of task t is
    used; `lines[j][l]`: job j follows line l."""

    shop: Shop
    model: cp_model.CpModel
    always: cp_model.IntVar
    horizon: int
    lines: list[list[cp_model.IntVar]] = field(default_factory=list)
    starts: list[cp_model.IntVar] = field(default_factory=list)
    ends: list[Expression] = field(default_factory=list)
    ways: list[list[cp_model.IntVar]] = field(default_factory=list)
    intervals: list[list[cp_model.IntervalVar]] = field(default_factory=list)
    _present: dict[tuple[int, frozenset[int]], cp_model.IntVar] = field(default_factory=dict)

    def present(self, job: int, lines: frozenset[int]) -> cp_model.IntVar:
        """Whether job follows one of these lines."""
        choices = self.lines[job]
        if len(lines) == len(choices):
            return self.always
        if len(lines) == 1:
            return choices[next(iter(lines))]
        key = (job, lines)
        if key not in self._present:
            literal = self.model.new_bool_var("")
            self.model.add(sum(choices[line] for line in sorted(lines)) == literal)
            self._present[key] = literal
        return self._present[key]

    def used(self, task: Task) -> cp_model.IntVar:
        """Whether the task is part of the chosen line."""
        return self.present(task.job, task.lines)


def declare(shop: Shop, horizon: int) -> Variables:
    """All decisions and the constraints of time and machines; transport, limits and objective are added elsewhere."""
    model = cp_model.CpModel()
    variables = Variables(shop, model, model.new_constant(1), horizon)
    for lines in shop.lines:
        if len(lines) == 1:
            variables.lines.append([variables.always])
        else:
            variables.lines.append([model.new_bool_var("") for _ in lines])
            model.add_exactly_one(variables.lines[-1])
    for task in shop.tasks:
        _declare_task(variables, task)
    for name, users in shop.by_machine.items():
        _limit_machine(variables, name, users)
    for enterprise in shop.problem.enterprises:
        if enterprise.permutation:
            _keep_order(variables, [machine.id for machine in enterprise.machines])
    for number, job in enumerate(shop.problem.jobs):
        if job.single_workpiece and not all(shop.is_chain(line) for line in shop.lines[number]):
            _limit_workpiece(variables, number)
    return variables


def _declare_task(variables: Variables, task: Task) -> None:
    model, used = variables.model, variables.used(task)
    if len(task.ways) == 1:
        ways = [used]
    else:
        ways = [model.new_bool_var("") for _ in task.ways]
        if used is variables.always:
            model.add_exactly_one(ways)
        else:
            model.add(sum(ways) == used)
    domains = [_starts(variables, task, way) for way in task.ways]
    pinned = min(task.head, variables.horizon)
    union = cp_model.Domain.from_intervals([] if used is variables.always else [[pinned, pinned]])
    for domain in domains:
        union = union.union_with(domain)
    if union.is_empty():  # the one thing that must happen cannot: say so in a form that every solver reads
        model.add_bool_or([])
        union = cp_model.Domain(pinned, pinned)
    start = model.new_int_var_from_domain(union, "")
    for domain, way, literal in zip(domains, task.ways, ways, strict=True):
        if domain.is_empty():
            model.add(literal == 0)
        elif way.starts[-1][1] is not None or domain.min() > union.min():
            # A way that is open to the right needs no condition: the domain of the end holds for all ways alike.
            model.add_linear_expression_in_domain(start, domain).only_enforce_if(literal)
    if used is not variables.always:
        model.add(start == pinned).only_enforce_if(~used)
    variables.starts.append(start)
    variables.ends.append(_end(variables, task, start, ways))
    variables.ways.append(ways)
    variables.intervals.append(
        [
            model.new_fixed_size_interval_var(start, way.duration, "")
            if literal is variables.always
            else model.new_optional_fixed_size_interval_var(start, way.duration, literal, "")
            for way, literal in zip(task.ways, ways, strict=True)
        ]
    )


def _end(variables: Variables, task: Task, start: cp_model.IntVar, ways: list[cp_model.IntVar]) -> Expression:
    """The end of a task; a variable of its own only where the duration is a choice (CP-SAT is faster without it)."""
    durations = [way.duration for way in task.ways]
    if len(set(durations)) == 1:
        return start + durations[0]
    used = variables.used(task) is variables.always
    least = task.head + task.shortest if used else 0
    latest = variables.horizon - task.tail if used else variables.horizon
    end = variables.model.new_int_var(min(least, latest), latest, "")
    variables.model.add(end == start + cp_model.LinearExpr.weighted_sum(ways, durations))
    return end


def _starts(variables: Variables, task: Task, way: Way) -> cp_model.Domain:
    """Admissible starts of a way; empty if it can no longer end within the horizon."""
    latest = variables.horizon - way.duration - task.tail
    intervals = [[max(begin, task.head), latest if end is None else min(end, latest)] for begin, end in way.starts]
    return cp_model.Domain.from_intervals([pair for pair in intervals if pair[0] <= pair[1]])


def _limit_machine(variables: Variables, name: str, users: list[tuple[Task, int]]) -> None:
    model, machine = variables.model, variables.shop.problem.machines[name]
    chosen = [(task.ways[index], variables.ways[task.number][index], variables.intervals[task.number][index])
              for task, index in users]  # fmt: skip
    if machine.budget is not None:
        model.add(sum(way.duration * literal for way, literal, _ in chosen) <= machine.budget)
    if machine.capacity == 1:
        model.add_no_overlap([interval for _, _, interval in chosen] + _gaps(variables, name))
    elif machine.capacity is not None:
        lasting = [interval for way, _, interval in chosen if way.duration]  # instants occupy nothing
        if len(lasting) > machine.capacity:
            model.add_cumulative(lasting, [1] * len(lasting), machine.capacity)


def _keep_order(variables: Variables, machines: list[str]) -> None:
    """Of any two jobs one goes first on all these machines: one literal decides it for a pair of jobs."""
    model, first = variables.model, dict[tuple[int, int], cp_model.IntVar]()
    for name in machines:
        users = variables.shop.by_machine.get(name, [])
        for (a, i), (b, j) in combinations(users, 2):
            if a.job == b.job:
                continue
            (a, i), (b, j) = sorted(((a, i), (b, j)), key=lambda user: user[0].job)
            pair = a.job, b.job
            if pair not in first:
                first[pair] = model.new_bool_var("")
            both = variables.ways[a.number][i], variables.ways[b.number][j]
            before = variables.starts[b.number] >= variables.ends[a.number]
            after = variables.starts[a.number] >= variables.ends[b.number]
            model.add(before).only_enforce_if(first[pair], *both)
            model.add(after).only_enforce_if(~first[pair], *both)


def _gaps(variables: Variables, name: str) -> list[cp_model.IntervalVar]:
    """The closed times of a calendar as fixed intervals: redundant, but they let disjunctive reasoning see them."""
    windows = variables.shop.problem.machines[name].available
    if windows is None or len(windows) > _GAPS:
        return []
    edges = [0, *(moment for window in windows for moment in window)]
    gaps = zip(edges[::2], [*edges[1::2], variables.horizon], strict=True)
    return [variables.model.new_fixed_size_interval_var(a, b - a, "") for a, b in gaps if a < b]


def _limit_workpiece(variables: Variables, job: int) -> None:
    """One operation at a time. Instants may happen while the workpiece is held, so only lasting ways take part."""
    variables.model.add_no_overlap(
        [
            interval
            for task in variables.shop.tasks
            if task.job == job
            for way, interval in zip(task.ways, variables.intervals[task.number], strict=True)
            if way.duration
        ]
    )
