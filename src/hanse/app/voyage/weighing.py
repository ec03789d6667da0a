"""What members and customers think of a plan, and what compensation it takes (Zhang 2019). Pure.

Each member weighs all that the plan gives it by its private parameters. Work it would decline is promoted: the least
compensation of `planning.preferences.promotion`, paid half by the customer as far as its budget reaches, the rest by
the operator as far as its fund does. Then the member weighs again, with what is really offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from hanse.app.record import Outcome, Part
from hanse.app.voyage.terms import Extra, Piece
from hanse.errors import InfeasibleError
from hanse.model.preferences import Place
from hanse.planning.preferences.judge import workloads
from hanse.planning.preferences.member import Member
from hanse.planning.preferences.promotion import Lift, promote
from hanse.planning.preferences.question import Question
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Weighed:
    """before, after: satisfaction with each work, millionths rounded down, without and with compensation. lifts: what
    is offered for work that was declined. unwilling: declined as planned; refused: declined with what is offered.
    All empty where nobody has preferences: then everyone signs."""

    before: Mapping[Place, int] = field(default_factory=dict)
    after: Mapping[Place, int] = field(default_factory=dict)
    lifts: Mapping[Place, Lift] = field(default_factory=dict)
    unwilling: frozenset[Place] = frozenset()
    refused: frozenset[Place] = frozenset()

    def extra(self, piece: Piece) -> Extra:
        """What a member is offered for its part of an order, on top of the price."""
        lifts = [self.lifts[place] for place in piece.places if place in self.lifts]
        return Extra(sum(lift.customer + lift.operator for lift in lifts), sum(lift.operator for lift in lifts))

    def satisfaction(self, piece: Piece) -> tuple[int | None, int | None]:
        """Before and after, of the work of a piece that satisfies least."""
        known = [place for place in piece.places if place in self.before]
        if not known:
            return None, None
        return min(self.before[place] for place in known), min(self.after[place] for place in known)


def weigh(part: Part, members: Mapping[str, Member], fund: int) -> Weighed:
    """What all members say of a plan. members: by enterprise, none where the case has no preferences; fund: what the
    operator can spend on compensations. If some work cannot be lifted by any payment nothing is offered to anybody:
    the level others are lifted to would rest on it."""
    if part.problem.preferences is None or not members:
        return Weighed()
    question, assignments = Question.of(part.problem), part.plan.assignments
    try:
        lifts = {lift.place: lift for lift in promote(question, assignments, members, fund).lifts}
    except InfeasibleError:
        lifts = {}
    before, after = dict[Place, int](), dict[Place, int]()
    unwilling, refused = set[Place](), set[Place]()
    for name, works in workloads(question, assignments).items():
        if name not in members:
            continue
        member = members[name]
        places = [Place(work.job, work.operation, work.machine) for work in works]
        offered = [
            work._replace(compensation=lifts[place].customer + lifts[place].operator) if place in lifts else work
            for work, place in zip(works, places, strict=True)
        ]
        before |= zip(places, map(_millionths, member.satisfactions(works)), strict=True)
        after |= zip(places, map(_millionths, member.satisfactions(offered)), strict=True)
        unwilling |= {places[i] for i in member.declines(works)}
        refused |= {places[i] for i in member.declines(offered)}
    return Weighed(before, after, lifts, frozenset(unwilling), frozenset(refused))


def customer(part: Part, work: tuple[Piece, ...], outcome: Outcome, paid: int) -> int | None:
    """How satisfied an order's customer is if it pays so much (money units), millionths; None if it has no
    preferences."""
    if part.problem.preferences is None:
        return None
    consumer = part.problem.preferences.consumers[outcome.job]
    operations = sum(len(piece.places) for piece in work)
    quality = sum((piece.quality or 0) * len(piece.places) for piece in work)
    return _millionths(consumer.satisfaction(consumer.utility(paid, outcome.completion, quality, operations)))


def _millionths(ratio: Decimal) -> int:
    return int((ratio * MILLION).to_integral_value(ROUND_FLOOR))
