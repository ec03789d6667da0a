"""What is proposed of an order: who does what, for how much, until when. Pure.

A member's part of an order is one milestone. Its price is what its modes cost, and every way that brings work to it (to
whoever works last, also the way to the destination), so the prices of an order are its cost in the plan.

The plan's time 0 is the deadline of the agreement, `SIGNING` seconds after it was thought of: a voyage that is cut off
and goes on some weeks later still ends. A unit of time without a length counts as a minute.

Reward and fee come on top, as far as the customer's budget reaches after work and compensation. All this is ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hanse.app.record import Order, Part
from hanse.app.report.drawing import Bar, draw
from hanse.ledger.deal import DAY, Conditions, Deal, Milestone, by_member
from hanse.ledger.league import ARBITER, COORDINATOR, SECOND_ARBITER
from hanse.model.canonical import canonical, digest
from hanse.model.plan import Plan
from hanse.model.preferences import Place
from hanse.model.problem import Problem
from hanse.units import MILLION, TIME_UNITS

SIGNING = 30 * DAY
"""How long an agreement can become active."""

REWARD, FEE = 20_000, 10_000
"""Of prices, millionths: what the solver and the treasury get at most."""

SOLVER = "solver"

MOST_MILESTONES = 32
"""In one agreement (Deals.sol)."""

WITHOUT_LENGTH = 60
"""Seconds of a unit of time that has no length."""


@dataclass(frozen=True, slots=True)
class Piece:
    """All that one member does for one order. price: money units; start, end: time units of the plan; quality: mean of
    its operations, millionths, None if one is unknown."""

    member: str
    places: tuple[Place, ...]
    price: int
    start: int
    end: int
    quality: int | None

    @property
    def document(self) -> str:
        """Hash of the list of its operations, as the agreement names them."""
        return digest(canonical([list(place) for place in self.places]))


@dataclass(frozen=True, slots=True)
class Extra:
    """Compensation of one member for one order, and how much of it the operator pays."""

    compensation: int = 0
    subsidy: int = 0


def pieces(part: Part) -> dict[str, tuple[Piece, ...]]:
    """By job, what each of its members does, in the order in which they begin."""
    return pieces_of(part.problem, part.plan)


def pieces_of(problem: Problem, plan: Plan) -> dict[str, tuple[Piece, ...]]:
    """The same of any checked plan."""
    drawing = draw(problem, plan.assignments)
    owners = [problem.owner[machine].id for machine in problem.machines]
    machines = list(problem.machines)
    held: dict[tuple[int, str], list[Bar]] = defaultdict(list)
    price: dict[tuple[int, str], int] = defaultdict(int)
    for bar in drawing.bars:
        pair = bar.job, owners[bar.machine]
        held[pair].append(bar)
        price[pair] += bar.cost
    for leg in drawing.legs:
        paid = leg.before if leg.after is None else leg.after
        if paid is not None:
            price[leg.job, owners[drawing.bars[paid].machine]] += leg.cost
    found: dict[str, list[Piece]] = {job.id: [] for job in problem.jobs}
    for (job, member), bars in sorted(held.items(), key=lambda one: min((bar.start, bar.end) for bar in one[1])):
        name, qualities = problem.jobs[job].id, [bar.quality for bar in bars]
        found[name].append(
            Piece(
                member,
                tuple(Place(name, bar.operation, machines[bar.machine]) for bar in bars),
                price[job, member],
                min(bar.start for bar in bars),
                max(bar.end for bar in bars),
                None if None in qualities else sum(q or 0 for q in qualities) // len(qualities),
            )
        )
    return {job: tuple(those) for job, those in found.items()}


def deal(
    part: Part,
    order: Order,
    work: tuple[Piece, ...],
    document: str,
    moment: int,
    address: Callable[[str], str],
    extra: Mapping[str, Extra],
    version: int,
) -> Deal:
    """What all parties of an order sign. document: content hash; moment: when it was thought of, seconds since 1970;
    address: of a role; extra: compensations by member."""
    second = int(TIME_UNITS[part.problem.units.time]) or WITHOUT_LENGTH
    zero = moment + SIGNING
    milestones = []
    for piece in work:
        own = extra.get(piece.member, Extra())
        milestones.append(
            Milestone(
                address(f"member/{piece.member}"),
                piece.document,
                piece.price,
                zero + piece.start * second,
                zero + piece.end * second,
                own.compensation,
                own.subsidy,
            )
        )
    budget = next(job.budget for job in part.problem.jobs if job.id == order.job)
    price = sum(piece.price for piece in work)
    room = None if budget is None else budget - price - sum(one.compensation - one.subsidy for one in extra.values())
    reward, fee = _rates(price, room)
    conditions = Conditions(address(SOLVER), address(ARBITER), address(SECOND_ARBITER), reward=reward, fee=fee)
    return Deal(
        part.plan.root, document, order.number, order.address, address(COORDINATOR), zero, conditions,
        by_member(milestones), version=version,
    )  # fmt: skip


def in_instalments(made: Deal) -> Deal:
    """The same deal, in which the customer pays in with the agreement what has to be begun first, and the rest a day
    before it has to be begun, or with the agreement if that is sooner."""
    first = min(one.start_by for one in made.milestones)
    milestones = tuple(
        one if one.start_by == first else replace(one, fund_by=max(made.deadline, one.start_by - DAY))
        for one in made.milestones
    )
    return replace(made, milestones=milestones)


def _rates(price: int, room: int | None) -> tuple[int, int]:
    """Reward and fee in millionths of the price: in full, or in the same proportion as much as fits into `room`."""
    whole = REWARD + FEE
    if room is not None and price:
        whole = min(whole, max(0, room) * MILLION // price)
    return whole * REWARD // (REWARD + FEE), whole * FEE // (REWARD + FEE)
