"""From a planned order to a signed, funded, active agreement; or to a no, and the customer's money back.

Whoever would decline its part as planned asks for the compensation that makes it worth doing, and the next version has
it. Whoever would decline even so says no, and the order is refunded: nothing of anybody was locked for it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from hanse.app import documents
from hanse.app.admission import check_members
from hanse.app.journal import Chosen
from hanse.app.phrases import many
from hanse.app.record import Order, Part
from hanse.app.report import words
from hanse.app.story import Chapter
from hanse.app.voyage.aboard import Aboard, member, phase
from hanse.app.voyage.dividing import shared
from hanse.app.voyage.terms import MOST_MILESTONES, SIGNING, Extra, Piece, deal, pieces
from hanse.app.voyage.weighing import Weighed, weigh
from hanse.errors import HanseError, InputError
from hanse.governance.charter import lawful
from hanse.ledger.agreements import Wish
from hanse.ledger.deal import Deal
from hanse.ledger.league import COORDINATOR
from hanse.ledger.lookup import Lookup
from hanse.units import money_text
from hanse.value.settlement import escrow

PHASES = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """What was proposed of one order. role: of its customer. deals: the versions, the last is what was signed; number:
    of the agreement. refusing: members that decline the last version. surplus: what prices divide beyond costs.
    Without deals it could not be proposed: more members work for it than one agreement holds."""

    order: Order
    role: str
    work: tuple[Piece, ...]
    weighed: Weighed
    deals: tuple[Deal, ...]
    number: int
    refusing: tuple[str, ...]
    surplus: int = 0

    @property
    def deal(self) -> Deal:
        return self.deals[-1]

    @property
    def active(self) -> bool:
        """Whether all have signed it."""
        return bool(self.deals) and not self.refusing

    def position(self, piece: Piece) -> int:
        """Of the milestone of a piece: a member has one in every deal."""
        return next(i for i, one in enumerate(self.deal.milestones) if one.operations == piece.document)


def agree(aboard: Aboard, i: int, part: Part, orders: tuple[Order, ...]) -> tuple[Offer, ...]:
    """Propose, weigh, revise, fund and activate every order of part `i`. Raises HanseError if it is too late."""
    asked = aboard.case.parts[i]
    numbers = set(part.block.orders)
    with aboard.story.stage(f"agree on {many(len(numbers), 'order')}") as chapter:
        chosen = _written(aboard, i)
        moment = chosen.agreeing
        weighed = weigh(part, asked.members, asked.fund)
        work = pieces(part)
        drafts = [_draft(aboard, part, one, work[one.job], weighed, chosen) for one in orders if one.number in numbers]
        _check_time(aboard, drafts, moment + SIGNING)
        _check_standing(aboard, drafts)
        offers = _propose(aboard, drafts, chapter)
        _negotiate(aboard, offers, chapter)
        signing = [offer for offer in offers if offer.active]
        _fund(aboard, i, signing, chapter)
        _activate(aboard, signing, chapter)
        chapter.done(_outcome(offers))
    return tuple(offers)


def _written(aboard: Aboard, i: int) -> Chosen:
    """When the agreements of part `i` were thought of, whether their prices divide by contribution, and what the
    charter said: written down before the first is sent, so that all that is sent later is the same."""
    chosen = aboard.journal.plan_of(i)
    assert chosen is not None, "a plan is written down before its block is sent"
    if not chosen.agreeing:
        chosen = replace(
            chosen,
            agreeing=aboard.now(),
            by_contribution=aboard.settings.by_contribution,
            charter=aboard.ledger.council.terms(),
        )
        aboard.write_down(aboard.journal.with_chosen(i, chosen))
    return chosen


def _draft(
    aboard: Aboard,
    part: Part,
    order: Order,
    work: tuple[Piece, ...],
    weighed: Weighed,
    chosen: Chosen,
) -> Offer:
    """All versions of an order's deal, and who would decline the last."""
    role = f"customer/{order.customer}"
    if len(work) > MOST_MILESTONES:
        return Offer(order, role, work, weighed, (), 0, ())
    extra = {piece.member: weighed.extra(piece) for piece in work}
    costs = sum(piece.price for piece in work)
    work, division = shared(part.problem, order.job, work, extra) if chosen.by_contribution else (work, None)
    surplus = sum(piece.price for piece in work) - costs
    document = aboard.ledger.content.put(documents.deal(order.number, order.job, part.plan.root, work, division))
    versions: list[dict[str, Extra]] = [{}, extra] if any(one.compensation for one in extra.values()) else [{}]
    deals = tuple(
        _lawful(deal(part, order, work, document, chosen.agreeing, aboard.league.address, one, version), chosen)
        for version, one in enumerate(versions, start=1)
    )
    refusing = tuple(piece.member for piece in work if weighed.refused.intersection(piece.places))
    return Offer(order, role, work, weighed, deals, 0, refusing, surplus)


def _lawful(made: Deal, chosen: Chosen) -> Deal:
    """As the charter asks; as it is in a voyage that was begun before charters were written down."""
    return replace(made, conditions=lawful(made.conditions, chosen.charter)) if chosen.charter else made


def _check_time(aboard: Aboard, offers: list[Offer], deadline: int) -> None:
    late = [
        offer.order.number
        for offer in offers
        if offer.deals
        and aboard.ledger.outbox.entry(f"{'activate' if offer.active else 'refund'}/{offer.order.job}") is None
    ]
    if late and aboard.now() >= deadline:
        raise HanseError(
            f"the time to sign is over for {many(len(late), 'order')}; nothing of anybody is locked but the deposits",
            where=f"{aboard.settings.data}, orders {', '.join(map(str, late[:5]))}",
            hint="run the voyage anew in another directory (--data); customers get deposits back from the coordinator",
        )


def _check_standing(aboard: Aboard, offers: list[Offer]) -> None:
    """Raises InputError, before anything of a part is proposed, if the charter as it is now does not admit somebody to
    its work."""
    aboard.ledger.sync()
    values, lookup = aboard.ledger.council.terms(), Lookup(aboard.ledger.database)
    for offer in offers:
        if offer.deals and aboard.ledger.outbox.entry(f"propose/{offer.order.job}") is None:
            check_members(offer.deal, values, lookup, aboard.now(), InputError)


def _propose(aboard: Aboard, drafts: list[Offer], chapter: Chapter) -> list[Offer]:
    agreements = aboard.ledger.agreements
    with aboard.ledger.batch(phase(chapter, 0, PHASES), len(drafts)):
        sent = {
            offer.order.job: agreements.propose(COORDINATOR, offer.deals[0], key=f"propose/{offer.order.job}")
            for offer in drafts
            if offer.deals
        }
    numbers = {job: int(one.value("agreement")) for job, one in sent.items()}
    return [replace(offer, number=numbers.get(offer.order.job, 0)) for offer in drafts]


def _negotiate(aboard: Aboard, offers: list[Offer], chapter: Chapter) -> None:
    """Members ask for more, and the coordinator offers it; or they decline, and the coordinator refunds the order."""
    agreements = aboard.ledger.agreements
    asking = [offer for offer in offers if len(offer.deals) > 1]
    with aboard.ledger.batch(phase(chapter, 1, PHASES), len(asking)):
        for offer in asking:
            for piece in offer.work:
                if not offer.weighed.unwilling.intersection(piece.places):
                    continue
                role = member(piece.member)
                at = offer.position(piece)
                one = offer.deal.milestones[at]
                wish = Wish(at, one.price, one.compensation, one.start_by, one.due)
                key = f"counter/{offer.order.job}/{piece.member}"
                agreements.counter(role, offer.number, offer.deals[0], wish, key=key)
    with aboard.ledger.batch(phase(chapter, 2, PHASES), len(asking)):
        for offer in asking:
            agreements.revise(COORDINATOR, offer.number, offer.deal, key=f"revise/{offer.order.job}")
    refused = [offer for offer in offers if offer.refusing]
    with aboard.ledger.batch():
        for offer in refused:
            # The first no ends it; the others need not say theirs.
            role, key = member(offer.refusing[0]), f"decline/{offer.order.job}"
            agreements.decline(role, offer.number, offer.deal, "price", key=key)
    with aboard.ledger.batch():
        for offer in refused:
            aboard.league.refund(offer.order.number, key=f"refund/{offer.order.job}")


def _fund(aboard: Aboard, i: int, offers: list[Offer], chapter: Chapter) -> None:
    """Customers put down what their deposits do not cover, the operator its part of the compensations."""
    needed: dict[str, int] = defaultdict(int)
    for offer in offers:
        from_customer, from_operator = escrow(offer.deal)
        needed[offer.role] += max(0, from_customer - offer.order.deposit)
        needed[COORDINATOR] += from_operator
    purses = {role: amount for role, amount in needed.items() if amount}
    settlement = aboard.ledger.settlement
    with aboard.ledger.batch(None, 2 * len(purses)):
        for role, amount in purses.items():
            aboard.league.mint(aboard.league.address(role), amount, key=f"purse/{i}/{role}/mint")
            settlement.allow(role, amount, key=f"purse/{i}/{role}/allow")
    with aboard.ledger.batch(phase(chapter, 3, PHASES), len(purses)):
        for role, amount in purses.items():
            settlement.deposit(role, amount, key=f"purse/{i}/{role}/deposit")


def _activate(aboard: Aboard, offers: list[Offer], chapter: Chapter) -> None:
    """Each party signs by itself; the coordinator brings the signatures."""
    agreements = aboard.ledger.agreements
    with aboard.ledger.batch(phase(chapter, 4, PHASES), len(offers)):
        for offer in offers:
            roles = {
                aboard.league.address(role): role for role in (offer.role, *(member(p.member) for p in offer.work))
            }
            signed = [agreements.sign(roles[party], offer.number, offer.deal) for party in offer.deal.parties()]
            agreements.activate(COORDINATOR, offer.number, offer.deal, signed, key=f"activate/{offer.order.job}")


def _outcome(offers: list[Offer]) -> str:
    active, refused = [o for o in offers if o.active], [o for o in offers if o.refusing]
    paid = sum(one.compensation for offer in active for one in offer.deal.milestones)
    held = sum(sum(escrow(offer.deal)) for offer in active)
    said = f"agreed on {many(len(active), 'order')}, payment held {money_text(held, words.LEAGUE)}"
    if paid:
        said += f", of which {money_text(paid, words.LEAGUE)} is compensation"
    if refused:
        said += f"; {many(len(refused), 'order')} declined and refunded"
    divided = sum(offer.surplus for offer in active)
    if divided:
        said += f"; {money_text(divided, words.LEAGUE)} more than the plan costs, divided by contribution"
    left = len(offers) - len(active) - len(refused)
    return said + (f"; {many(left, 'order')} not proposed, more than {MOST_MILESTONES} members" if left else "")
