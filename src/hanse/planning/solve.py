"""The front door: choose an engine, let it work, judge its answer, seal it.

Engines are trusted with nothing. What leaves here has been measured and judged by `model.check`, so a mistake in an
engine shows as an error, never as a plan.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from hanse.clock import SystemClock
from hanse.errors import HanseError, InfeasibleError, InputError
from hanse.model.check import certified_bound, check, measure
from hanse.model.objective import UTILITY, Objective, unknown_utility
from hanse.model.plan import Assignment, BoundKind, Plan
from hanse.planning.finishing import finishing
from hanse.planning.given import Freeze, frozen, missing, started
from hanse.planning.result import Answer, Engine, Limits, Point, Progress, Result

if TYPE_CHECKING:
    from hanse.model.problem import Problem

ENGINES = MappingProxyType(
    {
        "composition": "hanse.planning.composition.exact",
        "lagrangian": "hanse.planning.composition.lagrangian",
        "flowshop": "hanse.planning.flowshop.engine",
        "portfolio": "hanse.planning.jobshop.portfolio",
        "cpsat": "hanse.planning.jobshop.cpsat",
        "genetic": "hanse.planning.genetic",
        "milp": "hanse.planning.milp.engine",
        "preferences": "hanse.planning.preferences.engine",
    }
)
"""Every method by name, with the module whose `ENGINE` it is. `auto` takes the first that does not refuse."""

YARDSTICKS = frozenset({"genetic", "milp"})
"""Methods kept for comparison: `auto` never takes them."""

KEEPERS = frozenset({"cpsat", "milp"})
"""Methods that can keep frozen assignments."""


COUNTING = frozenset({"composition", "portfolio"})
"""Methods that end after so many rounds, or by themselves without looking at the clock."""


def solve(
    problem: Problem,
    objective: str | Objective = "makespan",
    method: str = "auto",
    time_limit: float = 60.0,
    threads: int = 2,
    seed: int = 0,
    progress: Progress | None = None,
    start: Plan | None = None,
    freeze: Freeze | None = None,
    rounds: int | None = None,
) -> Result:
    """The best plan an engine finds in the time given, judged, with a lower bound. Ctrl-C ends the search, where the
    engine hears it (portfolio, cpsat, flowshop), and the best plan until then is returned.

    objective: a measure or a weighted sum of them (`Objective.parse`). method: `auto` or a key of `ENGINES`.
    time_limit: seconds of the engine's time. threads: at most so many work at once. seed: the same seed gives the same
    plan when `threads` is 1 and the engine is not stopped by the clock. progress: called with every better value or
    bound, possibly from another thread; what it raises ends the search and is raised here. start: a valid plan of the
    problem; the answer is never worse. freeze: what stays exactly as it is: assignments, a plan or a part of one, or a
    time, before which assignments of `start` began. The bound of the result then is of plans that keep it; the plan
    itself claims only what holds for its problem. rounds: of search, after which a method of `COUNTING` ends; with one
    thread the same seed then gives the same plan unless the time is up before.

    Raises InputError for arguments that cannot be used or an engine that refuses the problem, InfeasibleError if it is
    proved that no plan exists or none keeps what is frozen, HanseError if the engine contradicts the judge (a bug in
    Hanse, never the caller's).
    """
    goal, clock = Objective.parse(objective), SystemClock()
    given = started(problem, goal, start)
    limits = Limits(time_limit, threads, seed, given, frozen(problem, freeze, given), rounds)
    engine = _choose(problem, goal, method, keeps=bool(limits.frozen), counts=rounds is not None)
    floor = _value(problem, goal, given) if given else None
    begun = clock.elapsed()
    try:
        answer = engine.solve(problem, goal, limits, _no_worse(progress or _silent, floor))
    except InfeasibleError as error:
        if limits.frozen and not given:
            error.hint = "perhaps too much is frozen: " + (error.hint or "freeze less")
        raise
    with finishing():
        if floor is not None:
            answer = _at_least(answer, given, floor)
        return _judged(problem, goal, engine.name, answer, limits.frozen, round(clock.elapsed() - begun, 6))


def load(name: str) -> Engine:
    """The engine called `name`; its libraries are loaded now, not earlier. Raises InputError for an unknown name."""
    if name not in ENGINES:
        raise InputError(f'"{name}" is not a method', where="method", hint=f"use one of: auto, {', '.join(ENGINES)}")
    return cast(Engine, import_module(ENGINES[name]).ENGINE)


def _silent(_: Point) -> None:
    """Progress nobody watches."""


def _judged(
    problem: Problem, goal: Objective, solver: str, answer: Answer, kept: tuple[Assignment, ...], seconds: float
) -> Result:
    """An engine's answer with the bound that says most, its plan judged and sealed. kept: what was frozen."""
    bound, kind = _better_bound(problem, goal, answer)
    lost = missing(kept, answer.assignments) if answer.assignments is not None else None
    if lost is not None:
        raise _broken(solver, f"its plan lacks what is frozen: {lost}")
    if answer.assignments is None:
        return Result(None, "unknown", bound, kind, seconds, answer.trajectory, answer.prices)
    if kept:  # a bound on plans that keep something is no claim about the problem
        known, of = _better_bound(problem, goal, replace(answer, lower_bound=None))
    else:
        known, of = bound, kind
    plan = _seal(problem, goal, solver, answer, known, of, seconds)
    status: Literal["optimal", "feasible"] = "optimal" if plan.value == bound else "feasible"
    return Result(plan, status, bound, kind, seconds, answer.trajectory, answer.prices)


def _value(problem: Problem, objective: Objective, assignments: tuple[Assignment, ...]) -> int:
    return objective.value(measure(problem, assignments), len(problem.jobs))


def _no_worse(progress: Progress, floor: int | None) -> Progress:
    """Tell of a start's value until there is a better one."""
    return progress if floor is None else lambda point: progress(_raised(point, floor))


def _raised(point: Point, floor: int) -> Point:
    return point if point.value is not None and point.value <= floor else replace(point, value=floor)


def _at_least(answer: Answer, start: tuple[Assignment, ...], floor: int) -> Answer:
    """The answer, or the start where that is better."""
    points = [_raised(point, floor) for point in answer.trajectory]
    trajectory = tuple(
        b for a, b in zip([None, *points], points, strict=False)
        if a is None or (a.value, a.lower_bound) != (b.value, b.lower_bound)
    )  # fmt: skip
    if answer.assignments is None or answer.value is None or answer.value > floor:
        return replace(answer, assignments=start, value=floor, trajectory=trajectory)
    return replace(answer, trajectory=trajectory)


def _choose(problem: Problem, objective: Objective, method: str, *, keeps: bool, counts: bool) -> Engine:
    if objective.only == UTILITY:
        if problem.preferences is None:
            raise unknown_utility()
        method = "preferences" if method == "auto" else method

    def refuses(engine: Engine) -> str | None:
        said = engine.refuses(problem, objective)
        if said is None and keeps and engine.name not in KEEPERS:
            return "it cannot keep what is frozen"
        if said is None and counts and engine.name not in COUNTING:
            return "it counts no rounds"
        return said

    if method != "auto":
        engine = load(method)
        refusal = refuses(engine)
        if refusal is not None:
            raise InputError(f'method "{method}" refuses: {refusal}', where="method", hint="use auto")
        return engine
    refusals = []
    for name in ENGINES:
        if name in YARDSTICKS:
            continue
        if keeps and name not in KEEPERS:
            refusals.append(f"{name}: it cannot keep what is frozen")
            continue
        engine = load(name)
        refusal = refuses(engine)
        if refusal is None:
            return engine
        refusals.append(f"{name}: {refusal}")
    raise InputError("no engine takes this problem", where="; ".join(refusals))


def _better_bound(problem: Problem, objective: Objective, answer: Answer) -> tuple[int | None, BoundKind]:
    """A bound that anyone can recompute is preferred to an engine's word, unless the word says more."""
    certified = certified_bound(problem, objective, answer.prices)
    if certified is not None and (answer.lower_bound is None or certified >= answer.lower_bound):
        return certified, "certified"
    if answer.lower_bound is None:
        return None, "none"
    return answer.lower_bound, "attested"


def _seal(
    problem: Problem,
    objective: Objective,
    solver: str,
    answer: Answer,
    bound: int | None,
    kind: BoundKind,
    seconds: float,
) -> Plan:
    assert answer.assignments is not None
    try:
        measures = measure(problem, answer.assignments)
    except ValueError as error:
        raise _broken(solver, f"its plan cannot be measured: {error}") from error
    value = objective.value(measures, len(problem.jobs))
    if answer.value != value:
        raise _broken(solver, f"it says its plan is worth {answer.value}, the judge measures {value} (millionths)")
    plan = Plan(
        problem=problem.root,
        assignments=answer.assignments,
        measures=measures,
        objective=str(objective),
        value=value,
        lower_bound=bound,
        bound_kind=kind,
        status="optimal" if value == bound else "feasible",
        solver=solver,
        seconds=seconds,
        prices=answer.prices if kind == "certified" else (),
    )
    judgement = check(problem, plan)
    if not judgement.valid:
        raise _broken(solver, "; ".join(str(violation) for violation in judgement.violations[:5]))
    return plan


def _broken(solver: str, what: str) -> HanseError:
    return HanseError(
        f"the engine contradicts the judge: {what}",
        where=f"method {solver}",
        hint="this is a bug in Hanse: please report it with the problem file; try another method meanwhile",
    )
