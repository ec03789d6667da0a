"""The front door: all good compromises between objectives, each a checked plan.

    >>> from hanse.planning.pareto import explore
    >>> front = explore(problem, "makespan,energy", time_limit=60)
    >>> front.knee.plan

Methods: `moth-flame` (`hybrid.py`), `nsga2` and `nsga3` search with the same decoder and archive (`method.py`). `exact`
proves fronts of two of makespan, tardiness, cost and energy (`staircase.py`). `auto` finds the ends of the front by
CP-SAT, searches with moths from there, and proves where it can; where not even an end was proved, it leaves proving
after one question in vain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from hanse.clock import Clock, SystemClock
from hanse.errors import HanseError, InfeasibleError, InputError
from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.pareto.archive import Archive
from hanse.planning.pareto.front import Front, points_of
from hanse.planning.pareto.hybrid import Hybrid
from hanse.planning.pareto.method import Budget, Method, run
from hanse.planning.pareto.nsga import Nsga
from hanse.planning.pareto.objectives import Extras, parse
from hanse.planning.pareto.space import Space
from hanse.planning.pareto.staircase import EXACT, Staircase, climb, staircase
from hanse.planning.result import Answer, Limits, Point
from hanse.planning.solve import load

METHODS = ("auto", "moth-flame", "nsga2", "nsga3", "exact")

EVALUATIONS = 300_000
"""Vectors decoded at most unless asked otherwise, so that small problems end before the clock and repeat."""

FIRST = 6_000
"""Vectors decoded before proving begins."""

PATIENCE = 2
"""Questions in vain after which `auto` leaves proving and searches; one where the ends were not proved."""

ENDS, FIRST_UNTIL, PROVE_UNTIL = 0.1, 0.4, 0.7
"""Shares of the time at which the ends of the front, the first search and, in `auto`, the proving have to be over."""

Told = Callable[[float, int], None]
"""Hears the share of the time or the work that is over, 0 to 1, and the number of points."""


def explore(
    problem: Problem,
    objectives: str | Sequence[str],
    method: str = "auto",
    time_limit: float = 60.0,
    *,
    evaluations: int = EVALUATIONS,
    threads: int = 1,
    seed: int = 0,
    extras: Extras | None = None,
    told: Told | None = None,
    clock: Clock | None = None,
) -> Front:
    """The front of a problem as far as the time allows.

    objectives: two or more of `objectives.NAMES`. method: one of METHODS. time_limit: seconds. evaluations: vectors
    decoded at most. threads: of CP-SAT; with one the same seed gives the same front unless the clock ends the search.

    Raises InputError for arguments that cannot be used, InfeasibleError if it is proved that no plan exists,
    HanseError if none was found.
    """
    names, limits = parse(objectives), Limits(time_limit, threads, seed)
    if method not in METHODS:
        raise InputError(f'"{method}" is not a method', where="method", hint=f"use one of: {', '.join(METHODS)}")
    provable = len(names) == 2 and all(name in EXACT for name in names)
    if method == "exact" and not provable:
        raise InputError(
            f"fronts can be proved of two of {', '.join(EXACT)}, not of {', '.join(names)}",
            where="method exact",
            hint="use auto",
        )
    Budget(evaluations, time_limit)
    return _Exploration(problem, names, extras or Extras(), limits, clock or SystemClock(), told).run(
        method, evaluations, provable=provable
    )


class _Exploration:
    """One run of the front door."""

    def __init__(
        self,
        problem: Problem,
        names: tuple[str, ...],
        extras: Extras,
        limits: Limits,
        clock: Clock,
        told: Told | None,
    ) -> None:
        self._problem, self._names, self._extras, self._limits = problem, names, extras, limits
        self._clock, self._begun, self._told = clock, clock.elapsed(), told
        self._space = Space(problem, names, extras)
        self._archive = Archive(self._space.size, len(names))
        self._chance = np.random.default_rng(limits.seed)
        self._repeatable = True
        self._others: list[tuple[Assignment, ...]] = []
        self._hopeful = True  # whether the ends were proved; where they are not, a whole front hardly will

    def run(self, method: str, evaluations: int, *, provable: bool) -> Front:
        limit = self._limits.time_limit
        if method == "auto":
            self._find_ends(ENDS * limit)
            method_of_search = "moth-flame"
        else:
            method_of_search = "moth-flame" if method == "exact" else method
        if not provable or method not in ("auto", "exact"):
            self._search(method_of_search, evaluations, limit)
            return self._front(method, None)
        stairs = staircase(self._space.shop, self._names)
        first = min(FIRST, evaluations)
        self._search(method_of_search, first, FIRST_UNTIL * limit)
        if method == "exact":
            self._prove(stairs, limit)
        else:
            self._prove(stairs, PROVE_UNTIL * limit, PATIENCE if self._hopeful else 1)
        if method == "auto" and not stairs.complete and evaluations > first:
            self._search(method_of_search, evaluations - first, limit)
            self._prove(stairs, limit)
        return self._front(method, stairs)

    @property
    def _seconds(self) -> float:
        return self._clock.elapsed() - self._begun

    def _find_ends(self, seconds: float) -> None:
        """The best plan for each objective that an engine takes, as far as it gets in its part of the time."""
        ends = [name for name in self._names if name in EXACT]
        for i, name in enumerate(ends):
            left = seconds * (i + 1) / len(ends) - self._seconds
            if left < 0.05:
                self._repeatable = self._hopeful = False
                return
            # CP-SAT alone repeats itself where it proves its plan; what it cannot prove in time others make better.
            answer = self._end(name, "cpsat", left / 3)
            if answer.value is None or answer.value != answer.lower_bound:
                self._repeatable = self._hopeful = False  # the clock ended it
                if load("portfolio").refuses(self._problem, Objective.parse(name)) is None:
                    answer = self._end(name, "portfolio", seconds * (i + 1) / len(ends) - self._seconds)
            if answer.assignments is not None:
                vector = self._space.vector(answer.assignments)[None, :]
                self._archive.offer(vector, self._space.evaluate(vector))
                self._others.append(answer.assignments)
            self._tell(self._seconds / self._limits.time_limit)

    def _end(self, name: str, engine: str, seconds: float) -> Answer:
        limits = Limits(max(0.05, seconds), self._limits.threads, self._limits.seed)
        return load(engine).solve(self._problem, Objective.parse(name), limits, _silent)

    def _search(self, method: str, evaluations: int, until: float) -> None:
        left = until - self._seconds
        if left <= 0:
            self._repeatable = False
            return
        chosen: Method
        if method == "moth-flame":
            chosen = Hybrid(self._space, self._archive, self._chance)
        else:
            chosen = Nsga("nsga2" if method == "nsga2" else "nsga3", self._space, self._chance)
        share = until / self._limits.time_limit
        stopped = run(
            self._space,
            chosen,
            self._archive,
            Budget(evaluations, left),
            self._clock,
            lambda spent, _: self._tell(spent * share),
        )
        self._repeatable = self._repeatable and stopped == "evaluations"

    def _prove(self, stairs: Staircase, until: float, patience: int | None = None) -> None:
        """Ask CP-SAT until the front is complete or time or patience are up; what it finds joins the archive."""
        self._take(stairs)
        climb(
            stairs,
            until - self._seconds,
            self._limits.threads,
            self._limits.seed,
            self._clock,
            lambda _: self._tell(self._seconds / self._limits.time_limit, len(stairs.points)),
            patience,
        )
        self._repeatable = self._repeatable and stairs.repeatable and self._limits.threads == 1
        if stairs.complete and not stairs.points:
            raise InfeasibleError(
                "no plan keeps every limit",
                where="problem",
                hint="hanse solve names the reason where one can be found",
            )
        if stairs.points:
            vectors = np.stack([self._space.vector(point.assignments) for point in stairs.points])
            self._archive.offer(vectors, self._space.evaluate(vectors))
        self._others = [point.assignments for point in stairs.points]

    def _take(self, stairs: Staircase) -> None:
        """Offer the staircase what the searches know."""
        for plan in [*self._others, *(self._space.assignments(vector) for vector in self._archive.vectors)]:
            stairs.offer(plan)

    def _front(self, method: str, stairs: Staircase | None) -> Front:
        found = [*self._others, *(self._space.assignments(vector) for vector in self._archive.vectors)]
        if not found:
            raise HanseError(
                f"no valid plan was found in {self._seconds:.1f} s, and none is proved impossible",
                where="problem",
                hint="give more time with --time-limit, or use hanse solve",
            )
        points = points_of(self._problem, found, self._names, self._extras, f"pareto {method}")
        return Front(
            problem=self._problem,
            objectives=self._names,
            extras=self._extras,
            points=points,
            complete=stairs is not None and stairs.complete,
            bound=None if stairs is None else _bound(stairs, self._names),
            method=method,
            seed=self._limits.seed,
            evaluations=self._space.evaluations,
            seconds=round(self._seconds, 3),
            repeatable=self._repeatable,
        )

    def _tell(self, share: float, points: int | None = None) -> None:
        if self._told is not None:
            self._told(min(1.0, share), len(self._archive) if points is None else points)


def _bound(stairs: Staircase, names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Corners of the bound set in the units and the order of the objectives."""
    scale = [step if name == "tardiness" else 1 for name, step in zip(stairs.names, stairs.steps, strict=True)]
    order = [stairs.names.index(name) for name in names]
    return tuple(tuple(corner[k] * scale[k] for k in order) for corner in stairs.corners())


def _silent(_: Point) -> None:
    """Progress nobody watches."""
