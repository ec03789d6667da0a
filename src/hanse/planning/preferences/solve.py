"""The front door of planning under preferences: choose a method, let it work, judge its answer.

    >>> from hanse.planning.preferences import solve
    >>> found = solve(question, members, time_limit=10)
    >>> found.value, found.upper_bound, found.status

The objective is `utility`: the sum of consumers' utilities in millionths, larger is better. Due dates, budgets and
least qualities are kept, and no member is given work it would not take, unless that is unavoidable (`promotion.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from hanse.clock import SystemClock
from hanse.errors import HanseError, InputError
from hanse.model.plan import Assignment, BoundKind, Plan
from hanse.planning.preferences.bound import upper_bound
from hanse.planning.preferences.judge import Judgement, as_plan, judge
from hanse.planning.preferences.member import Member
from hanse.planning.preferences.question import Question
from hanse.planning.result import Limits

if TYPE_CHECKING:
    import numpy as np

    from hanse.planning.preferences.choices import Ints
    from hanse.planning.preferences.memetic import Kind
    from hanse.planning.preferences.tables import Tables

Method = Literal["auto", "exact", "recreate", "MA", "GA", "GA-HC"]

CHANGING = {"MA": 0.3, "GA": 0.0, "GA-HC": 0.3}
"""Share of the walking moves that change a provider (`Parameters.changing`)."""

WARM, LONGEST = 1 / 3, 3.0
"""The exact method first spends at most this share of the time, and so many seconds, on a plan to begin from."""

ROUND = 200
"""Steps for each operation in a first round of ruin and recreate; each further round has twice as many."""

RELAXED = 0.001
"""Seconds the relaxation of the exact method takes for each of its columns: with less left, `auto` leaves it."""

ALONE = 0.2
"""Share of its time in which ruin and recreate is to find a plan that keeps all limits by itself; or one round, if
that is less."""

_CERTIFIED: BoundKind = "certified"
_ATTESTED: BoundKind = "attested"


@dataclass(frozen=True, slots=True)
class Found:
    """plan: judged and valid, None if none was found in time. value: Σ U^C in millionths; upper_bound: no plan is worth
    more; bound_kind: `certified` if `bound.upper_bound` or `prices.priced_bound` proves it, `attested` if the exact
    method's word is needed.
    trajectory: (seconds, best worth) of the search; a worth below 0 belongs to plans that break limits."""

    plan: Plan | None
    judgement: Judgement | None
    upper_bound: int
    bound_kind: BoundKind
    seconds: float
    trajectory: tuple[tuple[float, int], ...]

    @property
    def value(self) -> int | None:
        return self.judgement.value if self.judgement else None

    @property
    def status(self) -> Literal["optimal", "feasible", "unknown"]:
        if self.judgement is None:
            return "unknown"
        return "optimal" if self.judgement.value == self.upper_bound else "feasible"

    @property
    def gap(self) -> float | None:
        """(bound - value) ÷ bound."""
        return None if self.judgement is None else (self.upper_bound - self.judgement.value) / self.upper_bound


def solve(
    question: Question,
    members: Mapping[str, Member],
    method: Method = "auto",
    time_limit: float = 60.0,
    seed: int = 0,
) -> Found:
    """The plan with the largest sum of consumers' utilities found in the time given, judged by the members themselves.

    members: by enterprise id, as asked for the question. method: `exact` proves (up to some tens of jobs), `recreate`
    searches well at any size, `MA`, `GA` and `GA-HC` are those of the paper; `auto` is exact where it can be and
    recreate otherwise. Search uses one thread; the same seed searches alike, but the clock decides how far.

    Raises InputError for arguments that cannot be used, InfeasibleError if it is proved that no plan exists, HanseError
    if a method contradicts the judge (a bug in Hanse).
    """
    limits, clock = Limits(time_limit, 1, seed), SystemClock()
    if method not in get_args(Method):
        raise InputError(
            f'"{method}" is not a method', where="method", hint=f"use one of: {', '.join(get_args(Method))}"
        )
    search = _Search(question, method, limits, clock)
    begun = clock.elapsed()
    bound, kind = upper_bound(question), _CERTIFIED
    proved: int | None = None
    if method == "MA" or method == "GA" or method == "GA-HC":
        search.evolve(method)
    elif method == "recreate":
        search.recreate(limits.time_limit)
    else:
        proved = search.prove(refuse=method == "exact")
    if search.best is not None and (proved is None or proved > search.worth):
        bound = min(bound, search.priced(bound))
    if proved is not None and proved < bound:
        bound, kind = proved, _ATTESTED
    seconds = round(clock.elapsed() - begun, 6)
    if search.best is None:
        return Found(None, None, bound, kind, seconds, tuple(search.points))
    judgement = judge(question, search.best, members)
    if not judgement.valid or judgement.value != search.worth or judgement.value > bound:
        said = (
            "; ".join(map(str, judgement.violations[:5])) or f"worth {search.worth}, judged {judgement.value} ≤ {bound}"
        )
        raise HanseError(
            f"the method contradicts the judge: {said}",
            where=f"method {method}",
            hint="this is a bug in Hanse, or the members are not those the question asked",
        )
    plan = as_plan(question.problem, search.best, f"preferences {method}", seconds)
    return Found(plan, judgement, bound, kind, seconds, tuple(search.points))


def _compile(tables: Tables, method: Method) -> None:
    """One step of the search a method needs, so that compiling it (some tens of seconds, once per installation) is on
    nobody's clock."""
    import numpy as np

    from hanse.planning.preferences.memetic import Parameters, evolve
    from hanse.planning.preferences.prices import ready
    from hanse.planning.preferences.recreate import recreate

    ready(tables)
    if method in CHANGING:
        evolve(tables, "MA", Parameters(2, 1, tries=1), np.random.default_rng(0))
    else:
        recreate(tables, np.random.default_rng(0), lambda *_: 1.0)


class _Search:
    """One answer in the making. best: assignments that keep all limits; worth: what the method believes of them."""

    def __init__(self, question: Question, method: Method, limits: Limits, clock: SystemClock) -> None:
        from hanse.planning.preferences.tables import tables_of

        self.question, self.limits, self.clock = question, limits, clock
        self.tables: Tables = tables_of(question)
        _compile(self.tables, method)
        self.best: tuple[Assignment, ...] | None = None
        self.worth = 0
        self.points: list[tuple[float, int]] = []
        self.begun = clock.elapsed()

    def evolve(self, kind: Kind) -> None:
        """A population method, to the time limit."""
        from hanse.planning.preferences.memetic import Parameters, evolve

        def told(_: int, worth: int) -> bool:
            return self._told(worth) < self.limits.time_limit

        found = evolve(self.tables, kind, Parameters(generations=10**6, changing=CHANGING[kind]), self._chance(), told)
        self._keep(found.allocation, found.start, found.worth)

    def recreate(self, seconds: float, *, patient: bool = True) -> None:
        """Ruin and recreate, for so many seconds; where it cannot make peace alone, from providers who agree. patient:
        to the last second; else in rounds of so many steps, until one of them brings nothing."""
        from hanse.planning.preferences.recreate import recreate, scheduled
        from hanse.planning.preferences.tables import keeps

        chance, steps = self._chance(), ROUND * len(self.tables.radix)

        def told(most: float, share: float = 1.0) -> Callable[[int, int], float]:
            """Over after `most` steps or that share of the seconds."""
            return lambda worth, done: max(done / most, self._told(worth) / (seconds * share))

        found = recreate(self.tables, chance, told(steps, ALONE))
        if self.question.avoidable and not keeps(self.tables, found.allocation, found.start):
            from hanse.planning.preferences.agree import agree  # OR-Tools take half a second to load

            # Without providers who agree there is no plan, so it may take all the time there is.
            left = max(0.0, self.limits.time_limit - (self.clock.elapsed() - self.begun))
            chosen = agree(self.question, left, self.limits.seed)
            found = scheduled(self.tables, chosen) if chosen is not None else found
        if patient:
            found = recreate(self.tables, chance, told(math.inf), first=found)
        while not patient:
            steps *= 2
            before, found = found.worth, recreate(self.tables, chance, told(steps), first=found)
            if found.worth <= before or self.clock.elapsed() - self.begun >= seconds:
                break
        self._keep(found.allocation, found.start, found.worth)

    def prove(self, *, refuse: bool) -> int | None:
        """The exact method from a searched plan; or, if `refuse` is false, only search where it cannot be used or would
        not come to its first bound. Its bound, None without it."""
        from hanse.planning.preferences.exact import columns, prove, refusal

        said = refusal(self.question)
        if said is not None:
            if refuse:
                raise InputError(said, where="method exact", hint="use recreate, or count time in a coarser unit")
            self.recreate(self.limits.time_limit)
            return None
        self.recreate(min(LONGEST, WARM * self.limits.time_limit), patient=False)
        left = max(0.1, self.limits.time_limit - (self.clock.elapsed() - self.begun))
        if not refuse and self.best is not None and left < RELAXED * columns(self.question):
            return None
        proof = prove(self.question, left, self.best)
        if proof.assignments is not None and (self.best is None or proof.value > self.worth):
            self.best, self.worth = proof.assignments, proof.value
            self._told(proof.value)
        return proof.bound

    def priced(self, bound: int) -> int:
        """The bound by prices, sought towards the best plan; `bound` for a question too large for it."""
        from hanse.planning.preferences.prices import priced_bound

        found = priced_bound(self.question, self.tables, self.worth)
        return bound if found is None else found

    def _keep(self, allocation: Ints, start: Ints, worth: int) -> None:
        from hanse.planning.preferences.tables import assignments_of, keeps

        if keeps(self.tables, allocation, start):
            self.best, self.worth = assignments_of(self.question, allocation, start), worth

    def _told(self, worth: int) -> float:
        """Note a better worth; seconds since the start."""
        seconds = self.clock.elapsed() - self.begun
        if not self.points or worth > self.points[-1][1]:
            self.points.append((round(seconds, 6), worth))
        return seconds

    def _chance(self) -> np.random.Generator:
        import numpy as np

        return np.random.default_rng(self.limits.seed)
