"""Who takes part: Hanse's engines by name, and two peers, all behind `Solver`.

`hanse` is what `auto` chooses, any engine goes by its own name with `hanse:` before it. `cpsat` is the text-book
constraint model with one workload cut per machine, what a day's work gives; `pyjobshop` the open library on the same
solver (Lan and Berkhout, PyJobShop). Peers get the same clock: it starts when they begin to state their model, and
their time limit is that of their solver. Nothing heavy is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Protocol

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.units import MILLION

if TYPE_CHECKING:
    from hanse.model.problem import Operation, Problem

Tell = Callable[[int | None, int | None], None]
"""Called with a better makespan or bound."""


class CannotState(Exception):
    """The solver's model has no words for something in the problem."""


@dataclass(frozen=True, slots=True)
class Limits:
    seconds: float
    threads: int
    seed: int


class Solver(Protocol):
    def __call__(
        self, problem: Problem, limits: Limits, tell: Tell
    ) -> tuple[tuple[Assignment, ...] | None, int | None]:
        """The best plan for the makespan, and a lower bound. Raises CannotState."""
        ...


def solver_of(name: str) -> Solver:
    """The solver of this name. Raises InputError for an unknown one, or for one that is not installed."""
    if name == "cpsat":
        return _plain
    if name == "pyjobshop":
        try:
            version("pyjobshop")
        except PackageNotFoundError:
            hint = 'pip install "hanse[bench]"'
            raise InputError("PyJobShop is not installed", where="--against pyjobshop", hint=hint) from None
        return _pyjobshop
    method = _method(name)
    return lambda problem, limits, tell: _hanse(problem, limits, tell, method)


def version_of(name: str) -> str:
    """What the solver's answers depend on: for Hanse also a fingerprint of its sources, so that runs of other sources
    are not taken for its own."""
    tools = version("ortools")
    if name == "pyjobshop":
        return f"pyjobshop {version('pyjobshop')}, ortools {tools}"
    if name == "cpsat":
        return f"ortools {tools}"
    from hanse import __version__
    from hanse.cluster.versions import fingerprint

    own = fingerprint("planning", "model", "instances")
    return f"hanse {__version__}+{own}, ortools {tools}, numba {version('numba')}"


def _method(name: str) -> str:
    from hanse.planning.solve import ENGINES

    if name == "hanse":
        return "auto"
    engine = name.removeprefix("hanse:")
    if engine == name or engine not in ENGINES:
        known = ", ".join(["hanse", *(f"hanse:{engine}" for engine in ENGINES), "cpsat", "pyjobshop"])
        raise InputError(f'"{name}" is not a solver', where="solvers", hint=f"known: {known}")
    return engine


def warm(name: str, problem: Problem) -> None:
    """Load what the solver needs for a problem, compiled kernels included: start-up is not the solver's time."""
    if name in ("cpsat", "pyjobshop"):
        from ortools.sat.python import cp_model  # noqa: F401

        if name == "pyjobshop":
            import pyjobshop  # noqa: F401
        return
    import hanse.planning.jobshop.portfolio
    import hanse.planning.jobshop.proof  # noqa: F401
    from hanse.planning.flowshop import engine
    from hanse.planning.jobshop.search import run

    if any(enterprise.permutation for enterprise in problem.enterprises):
        engine.warm()
    else:
        run.warm()


def _hanse(
    problem: Problem, limits: Limits, tell: Tell, method: str
) -> tuple[tuple[Assignment, ...] | None, int | None]:
    from hanse.planning import solve

    def progress(point: Any) -> None:
        bound = None if point.lower_bound is None else -(-point.lower_bound // MILLION)
        tell(None if point.value is None else point.value // MILLION, bound)

    result = solve(problem, "makespan", method, limits.seconds, limits.threads, limits.seed, progress)
    bound = None if result.lower_bound is None else -(-result.lower_bound // MILLION)
    return None if result.plan is None else result.plan.assignments, bound


# --- peers ------------------------------------------------------------------------------------------------------


def _search(model: Any, limits: Limits, tell: Tell) -> tuple[Any, bool, int | None]:
    """Solve a CP-SAT model: the solver, whether it holds a plan, and its bound."""
    from ortools.sat.python import cp_model

    from hanse.planning.jobshop.watch import proved

    class Told(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            tell(round(self.objective_value), proved(self.best_objective_bound))

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limits.seconds
    solver.parameters.num_workers = limits.threads
    solver.parameters.random_seed = limits.seed % (2**31 - 1)
    solver.best_bound_callback = lambda bound: tell(None, proved(bound))
    status = solver.solve(model, Told())
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    bound = proved(solver.best_objective_bound) if found or status == cp_model.UNKNOWN else None
    return solver, found, bound


def _only_chosen(problem: Problem) -> list[tuple[str, str, tuple[Operation, ...]]]:
    """Job, plan and operations of a problem that asks for nothing but modes, precedence and releases; else
    CannotState."""
    for machine in problem.machines.values():
        if machine.capacity != 1 or machine.budget is not None or machine.available is not None:
            raise CannotState(f'machine "{machine.id}" has a capacity, a budget or a calendar')
    for enterprise in problem.enterprises:
        if enterprise.permutation:
            raise CannotState(f'enterprise "{enterprise.id}" keeps jobs in one order')
    for job in problem.jobs:
        if len(job.plans) > 1 or job.single_workpiece:
            raise CannotState(f'job "{job.id}" has alternative plans or is a single workpiece')
        if job.budget is not None or job.min_quality is not None or job.origin or job.destination:
            raise CannotState(f'job "{job.id}" has a budget, a least quality, an origin or a destination')
    return [(job.id, job.plans[0].id, job.plans[0].topological()) for job in problem.jobs]


def _plain(problem: Problem, limits: Limits, tell: Tell) -> tuple[tuple[Assignment, ...] | None, int | None]:
    """Optional intervals, no-overlap per machine, makespan ≥ least head + load + least tail of each machine, and the
    legs between consecutive operations as implications (Laborie, Rogerie, Shaw, Vilím 2018, Constraints 23)."""
    from ortools.sat.python import cp_model

    jobs, model, moving = _only_chosen(problem), cp_model.CpModel(), problem.transport is not None
    far = max(map(max, problem.transport.time)) if problem.transport else 0
    horizon = max(job.release for job in problem.jobs)
    horizon += sum(max(mode.duration for mode in o.modes) + far * len(o.after) for _, _, own in jobs for o in own)
    makespan = model.new_int_var(0, horizon, "makespan")
    intervals: dict[str, list[Any]] = {}
    loads: dict[str, list[Any]] = {}
    heads: dict[str, int] = {}
    tails: dict[str, int] = {}
    chosen: dict[tuple[str, str], _Step] = {}
    for (name, _, own), job in zip(jobs, problem.jobs, strict=True):
        head, tail = _heads_and_tails(own, job.release)
        for o in own:
            start, end = model.new_int_var(job.release, horizon, ""), model.new_int_var(0, horizon, "")
            used = [model.new_bool_var("") for _ in o.modes]
            model.add_exactly_one(used)
            model.add(end == start + sum(mode.duration * x for mode, x in zip(o.modes, used, strict=True)))
            for before in o.after:
                earlier = chosen[name, before]
                model.add(start >= earlier.end)
                for a, x in zip(earlier.modes, earlier.used, strict=True) if moving else ():
                    for b, y in zip(o.modes, used, strict=True):
                        leg = problem.transport_time(problem.machine_site[a.machine], problem.machine_site[b.machine])
                        if leg:
                            model.add(start >= earlier.end + leg).only_enforce_if(x, y)
            for mode, x in zip(o.modes, used, strict=True):
                interval = model.new_optional_fixed_size_interval_var(start, mode.duration, x, "")
                intervals.setdefault(mode.machine, []).append(interval)
                loads.setdefault(mode.machine, []).append(mode.duration * x)
                heads[mode.machine] = min(heads.get(mode.machine, horizon), head[o.id])
                tails[mode.machine] = min(tails.get(mode.machine, horizon), tail[o.id])
            chosen[name, o.id] = _Step(o.modes, used, start, end)
            model.add(makespan >= end)
    for machine, its in intervals.items():
        model.add_no_overlap(its)
        model.add(makespan >= heads[machine] + cp_model.LinearExpr.sum(loads[machine]) + tails[machine])
    model.minimize(makespan)
    solver, found, bound = _search(model, limits, tell)
    if not found:
        return None, bound
    plan = []
    for name, line, own in jobs:
        for o in own:
            step = chosen[name, o.id]
            mode = next(m for m, x in zip(o.modes, step.used, strict=True) if solver.boolean_value(x))
            begins = solver.value(step.start)
            plan.append(Assignment(name, line, o.id, mode.machine, begins, begins + mode.duration))
    return tuple(plan), bound


@dataclass(frozen=True, slots=True)
class _Step:
    """The decisions of one operation in the plain model."""

    modes: tuple[Any, ...]
    used: list[Any]
    start: Any
    end: Any


def _heads_and_tails(own: tuple[Operation, ...], release: int) -> tuple[dict[str, int], dict[str, int]]:
    """Least time before and after each operation of a job."""
    least = {o.id: min(mode.duration for mode in o.modes) for o in own}
    head: dict[str, int] = {}
    tail = dict.fromkeys(least, 0)
    for o in own:
        head[o.id] = max((head[before] + least[before] for before in o.after), default=release)
    for o in reversed(own):
        for before in o.after:
            tail[before] = max(tail[before], least[o.id] + tail[o.id])
    return head, tail


def _pyjobshop(problem: Problem, limits: Limits, tell: Tell) -> tuple[tuple[Assignment, ...] | None, int | None]:
    """PyJobShop's model as its own `solve` states it; solved with the parameters that `solve` sets, because that tells
    nothing while it works."""
    from pyjobshop import Model
    from pyjobshop.solvers.ortools import CPModel

    jobs = _only_chosen(problem)
    if problem.transport is not None:
        raise CannotState("transport between sites")
    model, rows, modes = Model(), [], []
    machines = {name: model.add_machine(name=name) for name in problem.machines}
    for (name, line, own), job in zip(jobs, problem.jobs, strict=True):
        its_job, tasks = model.add_job(name=name, release_date=job.release), {}
        for o in own:
            tasks[o.id] = task = model.add_task(job=its_job, name=o.id)
            rows.append((name, line, o.id))
            for mode in o.modes:
                model.add_mode(task, machines[mode.machine], mode.duration)
                modes.append((len(rows) - 1, mode))
            for before in o.after:
                model.add_end_before_start(tasks[before], task)
    stated = CPModel(model.data())
    solver, found, bound = _search(stated.model, limits, tell)
    if not found:
        return None, bound
    plan = []
    for number, (task, mode) in enumerate(modes):
        if solver.value(stated.variables.mode_vars[number]):
            start = solver.value(stated.variables.task_vars[task].start)
            plan.append(Assignment(*rows[task], mode.machine, start, start + mode.duration))
    return tuple(plan), bound
