"""The work is done, the customers accept and rate it, and everybody is paid.

In a voyage the work is played: members report begin and delivery at once, customers rate by the quality that was
planned. What a voyage that was cut off for too long can no longer begin or deliver goes back by the clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hanse.app import documents
from hanse.app.phrases import many
from hanse.app.report import words
from hanse.app.story import Chapter
from hanse.app.voyage.aboard import Aboard, member, phase
from hanse.app.voyage.agreeing import Offer
from hanse.app.voyage.terms import SOLVER, Piece
from hanse.ledger.league import COORDINATOR, TREASURY
from hanse.ledger.settlement import Stage
from hanse.units import money_text
from hanse.value.settlement import escrow

PHASES = 4


@dataclass(frozen=True, slots=True)
class _Work:
    """One milestone of an active agreement, and where it stands."""

    offer: Offer
    piece: Piece
    milestone: int
    stage: Stage

    @property
    def key(self) -> str:
        return f"{self.offer.order.job}/{self.piece.member}"


def settle(aboard: Aboard, i: int, offers: tuple[Offer, ...]) -> None:
    """Play the work of part `i`, and bring every milestone to its end."""
    active = [offer for offer in offers if offer.active]
    if not active:
        return
    count = sum(len(offer.work) for offer in active)
    with aboard.story.stage(f"do and settle {many(count, 'piece')} of work") as chapter:
        _start(aboard, _in(aboard, active, "agreed"), chapter)
        _deliver(aboard, _in(aboard, active, "started"), chapter)
        _accept(aboard, _in(aboard, active, "delivered"), chapter)
        _end_by_clock(aboard, [*_in(aboard, active, "agreed"), *_in(aboard, active, "started")])
        paid = _take_out(aboard, i, offers, chapter)
        settled = f"settled {many(len(active), 'order')}: {many(count, 'piece')} of work"
        chapter.done(f"{settled}, {money_text(paid, words.LEAGUE)} taken out")


def _in(aboard: Aboard, offers: Iterable[Offer], stage: Stage) -> list[_Work]:
    """All work that stands at a stage."""
    stages = {(row.agreement, row.number): row.stage for row in aboard.ledger.sync().milestones()}
    found = []
    for offer in offers:
        for piece in offer.work:
            at = offer.position(piece)
            if stages[offer.number, at] == stage:
                found.append(_Work(offer, piece, at, stage))
    return found


def _start(aboard: Aboard, works: list[_Work], chapter: Chapter) -> None:
    now, settlement = aboard.now(), aboard.ledger.settlement
    with aboard.ledger.batch(phase(chapter, 0, PHASES), len(works)):
        for w in works:
            if now < w.offer.deal.milestones[w.milestone].start_by:
                role = member(w.piece.member)
                settlement.start(role, w.offer.number, w.offer.deal, w.milestone, key=f"start/{w.key}")


def _deliver(aboard: Aboard, works: list[_Work], chapter: Chapter) -> None:
    now, settlement = aboard.now(), aboard.ledger.settlement
    with aboard.ledger.batch(phase(chapter, 1, PHASES), len(works)):
        for w in works:
            deal = w.offer.deal
            if now < deal.milestones[w.milestone].due + deal.conditions.patience:
                done = documents.delivery(w.offer.order.number, w.piece)
                evidence = aboard.ledger.content.put(done)
                role = member(w.piece.member)
                settlement.deliver(role, w.offer.number, deal, w.milestone, evidence, key=f"deliver/{w.key}")


def _accept(aboard: Aboard, works: list[_Work], chapter: Chapter) -> None:
    """The customer accepts all that was delivered of an order at once."""
    delivered: dict[str, list[_Work]] = defaultdict(list)
    for w in works:
        delivered[w.offer.order.job].append(w)
    settlement = aboard.ledger.settlement
    with aboard.ledger.batch(phase(chapter, 2, PHASES), len(delivered)):
        for job, those in delivered.items():
            offer = those[0].offer
            milestones, ratings = [w.milestone for w in those], [w.piece.quality for w in those]
            # After a cut the rest is another intention: what was accepted before is settled.
            key = f"accept/{job}" if len(those) == len(offer.work) else f"accept/{job}/{milestones[0]}"
            settlement.accept(offer.role, offer.number, offer.deal, milestones, ratings, key=key)


def _end_by_clock(aboard: Aboard, works: list[_Work]) -> None:
    with aboard.ledger.batch():
        for w in works:
            offer = w.offer
            aboard.ledger.settlement.settle(COORDINATOR, offer.number, offer.deal, [w.milestone], key=f"settle/{w.key}")


def _take_out(aboard: Aboard, i: int, offers: tuple[Offer, ...], chapter: Chapter) -> int:
    """Everyone takes out what it got by the agreements of this part; returns how much in all."""
    ours = {offer.number: offer for offer in offers if offer.active}
    roles = {aboard.league.address(role): role for role in (SOLVER, TREASURY, COORDINATOR)}
    earned: dict[str, int] = defaultdict(int)
    for offer in ours.values():
        roles[offer.order.address] = offer.role
        roles |= {aboard.league.address(member(piece.member)): member(piece.member) for piece in offer.work}
        earned[offer.role] += max(0, offer.order.deposit - escrow(offer.deal)[0])
    for row in aboard.ledger.sync().settled():
        if row.agreement in ours:
            deal = ours[row.agreement].deal
            earned[roles[row.member]] += row.to_member
            earned[roles[deal.conditions.solver]] += row.to_solver
            earned[TREASURY] += row.to_treasury
            earned[roles[row.customer]] += row.to_customer
            earned[COORDINATOR] += row.to_proposer
    paid = {role: amount for role, amount in earned.items() if amount}
    with aboard.ledger.batch(phase(chapter, 3, PHASES), len(paid)):
        for role, amount in paid.items():
            aboard.ledger.settlement.withdraw(role, amount, key=f"out/{i}/{role}")
    return sum(paid.values())
