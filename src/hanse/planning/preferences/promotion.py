"""Consensus-aware promotion (Zhang 2019): the least compensation that lifts declined work, and who pays it.

A provider declines work whose satisfaction is at or below its threshold μ. It is lifted to the consensus level

    target = min(mean satisfaction of the other providers of the job, μ)

and strictly above it where the target is μ, because acceptance is strict. Compensation is whole units of money, rounded
up by the provider's own rule. Over a whole plan targets depend on each other: who is lifted raises the mean its fellows
are lifted to. Targets only rise as others rise, so there is a least solution (Knaster and Tarski) and nobody is paid
less in any other: its total is minimal. It is found in satisfactions by rising from what is there; money is rounded
once, at the end, because rounding on the way would feed on itself.

Who pays: the customer its part of each compensation, rounded down, the operator the rest. A customer pays no more than
its budget leaves, the operator no more than its fund, of which what only it can pay comes first; what then is left over
goes to customers that still can. Nothing is lacking if any division could do it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from hanse.errors import InfeasibleError, InputError
from hanse.model.check import outcomes
from hanse.model.plan import Assignment
from hanse.model.preferences import Place
from hanse.model.utility import EXACT
from hanse.planning.preferences.judge import workloads
from hanse.planning.preferences.member import Member, Work
from hanse.planning.preferences.question import Question

HALF = Fraction(1, 2)

NOTHING = Decimal("1e-24")
"""A rise of satisfaction too small for any money; targets are exact to about this."""


@dataclass(frozen=True, slots=True)
class Lift:
    """One declined work and its compensation (money units). before, after: its satisfaction. target: the
    consensus level. customer + operator = compensation."""

    place: Place
    provider: str
    before: Decimal
    target: Decimal
    after: Decimal
    compensation: int
    customer: int = 0
    operator: int = 0


@dataclass(frozen=True, slots=True)
class Promotion:
    """All lifts of a plan. lacking: money units nobody can pay; 0 if the promotion can be carried out."""

    lifts: tuple[Lift, ...]
    lacking: int = 0

    @property
    def total(self) -> int:
        """Sum of compensations."""
        return sum(lift.compensation for lift in self.lifts)


def consensus(others: Sequence[Decimal], threshold: Decimal) -> Decimal:
    """The level a declined provider is lifted to. others: satisfactions of the job's other chosen providers; with none
    the level is the threshold itself."""
    if not others:
        return threshold
    total = Decimal(0)
    for satisfaction in others:
        total = EXACT.add(total, satisfaction)
    return min(EXACT.divide(total, Decimal(len(others))), threshold)


def promote(
    question: Question,
    assignments: Sequence[Assignment],
    members: Mapping[str, Member],
    fund: int,
    customer_part: Fraction = HALF,
) -> Promotion:
    """The least compensations that lift every declined work of a plan, split between customers and operator.

    fund: money units the operator can spend on the plan. customer_part: share of the customer, 0 to 1. A customer's
    room is its budget less what its job costs; without a budget it pays its part whatever it is. Raises InputError for
    a fund or part that cannot be, InfeasibleError if some work cannot be lifted by paying all it costs.
    """
    if fund < 0 or not 0 <= customer_part <= 1:
        raise InputError("the fund is at least 0 and the part between 0 and 1", where="fund, customer_part")
    lifts = needs(question, assignments, members)
    room: dict[str, int] = {}
    for job, outcome in zip(question.problem.jobs, outcomes(question.problem, assignments), strict=True):
        room[job.id] = (
            max(0, job.budget - outcome.cost) if job.budget is not None else sum(x.compensation for x in lifts)
        )
    return split(lifts, room, fund, customer_part)


def split(lifts: Sequence[Lift], room: Mapping[str, int], fund: int, customer_part: Fraction = HALF) -> Promotion:
    """Who pays. room: what each job's customer can still pay, by job; fund: the operator, in all."""
    wanted: dict[str, int] = defaultdict(int)
    for lift in lifts:
        wanted[lift.place.job] += lift.compensation
    # By job, what its customer cannot pay at all; and what the operator can spend besides.
    beyond = {job: max(0, money - room[job]) for job, money in wanted.items()}
    free, left = max(0, fund - sum(beyond.values())), dict(room)
    paid, lacking = list[Lift](), 0
    for lift in lifts:
        job = lift.place.job
        wish = lift.compensation - int(lift.compensation * customer_part)
        must = min(beyond[job], lift.compensation, fund)
        more = min(max(0, wish - must), free)
        operator = must + more
        customer = min(lift.compensation - operator, left[job])
        beyond[job] -= must
        free, fund, left[job] = free - more, fund - operator, left[job] - customer
        lacking += lift.compensation - customer - operator
        paid.append(replace(lift, customer=customer, operator=operator))
    return Promotion(tuple(paid), lacking)


def needs(question: Question, assignments: Sequence[Assignment], members: Mapping[str, Member]) -> tuple[Lift, ...]:
    """The least compensations over a whole plan, nobody's payment decided yet, in the order of the assignments."""
    books = _Books(question, assignments, members)
    reached = dict(books.unpaid)
    while True:
        targets = {place: books.target(place, reached) for place in books.declined}
        risen = max((EXACT.subtract(targets[place], reached[place]) for place in books.declined), default=Decimal(0))
        reached |= {place: max(reached[place], targets[place]) for place in books.declined}
        if risen <= NOTHING:
            break
    found = []
    for place in books.declined:
        money = books.price(place, targets[place])
        after = books.satisfaction(place, money)
        found.append(Lift(place, books.owner[place], books.unpaid[place], targets[place], after, money))
    return tuple(found)


class _Books:
    """Who holds what in a plan, and what each would say."""

    def __init__(self, question: Question, assignments: Sequence[Assignment], members: Mapping[str, Member]) -> None:
        self.members = members
        self.held = {name: works for name, works in workloads(question, assignments).items() if name in members}
        self.owner: dict[Place, str] = {}
        self.index: dict[Place, int] = {}
        self.jobs: dict[str, list[Place]] = defaultdict(list)
        self.unpaid: dict[Place, Decimal] = {}
        declined = set()
        for name, works in self.held.items():
            for i, (work, satisfaction) in enumerate(zip(works, members[name].satisfactions(works), strict=True)):
                place = Place(work.job, work.operation, work.machine)
                self.owner[place], self.index[place] = name, i
                self.jobs[work.job].append(place)
                self.unpaid[place] = satisfaction
            declined |= {
                Place(works[i].job, works[i].operation, works[i].machine) for i in members[name].declines(works)
            }
        order = {(a.job, a.operation): i for i, a in enumerate(assignments)}
        self.declined = sorted(declined, key=lambda place: order[place.job, place.operation])

    def satisfaction(self, place: Place, compensation: int) -> Decimal:
        name, i = self.owner[place], self.index[place]
        works: list[Work] = list(self.held[name])
        works[i] = works[i]._replace(compensation=compensation)
        return self.members[name].satisfactions(works)[i]

    def target(self, place: Place, reached: Mapping[Place, Decimal]) -> Decimal:
        others = [reached[other] for other in self.jobs[place.job] if self.owner[other] != self.owner[place]]
        return consensus(others, self.members[self.owner[place]].threshold())

    def price(self, place: Place, target: Decimal) -> int:
        name = self.owner[place]
        member = self.members[name]
        needed = member.compensation(self.held[name], self.index[place], target, strict=target == member.threshold())
        if needed is None:
            raise InfeasibleError(
                "no compensation up to all it costs lifts this work to the consensus level",
                where=f"job {place.job}, operation {place.operation}, provider {name}",
                hint="give the work to another provider",
            )
        return needed
