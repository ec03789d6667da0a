"""What anyone may send when its time has come, sent by the service so that nobody waits for nobody.

    all parties have signed                     the agreement is activated
    a milestone's silence is over               it is settled: refund, consent, the ruling holds (docs/agreements.md)
    a round's challenge window is over          it is awarded and finalised (docs/rounds.md)
    an order with a royalty has ended           its royalty is paid, or given back (docs/rights.md)
    a hold ran out, an arbiter stayed silent    the window is free again, the price is halved (docs/offers.md)
    a community has decided, its timelock is over    the decision waits, and is done (docs/governance.md)
    bids can be opened no more, work is silent  the rule awards, bonds go where they belong, work ends (docs/market.md)

It uses an account of its own, `clerk`, that has no right anybody else has not. Each thing has a key in the outbox that
says what it is about, so it is done once, whoever is killed in between; what the contract refuses is tried again later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from hanse.app.api import logs
from hanse.clock import Clock
from hanse.ledger.chain import Reverted
from hanse.ledger.rounds import chain_now
from hanse.market.competition import next_order
from hanse.market.offers import State, reviewed
from hanse.market.quotation import DECISION as QUOTATION_DECISION
from hanse.value.deadlines import due_at

if TYPE_CHECKING:
    from hanse.app.api.signatures import Signatures
    from hanse.ledger.lookup import Lookup
    from hanse.ledger.quotation_tables import RequestRow
    from hanse.ledger.store import Ledger
    from hanse.ledger.tables import Place

CLERK = "clerk"
MOST_TIMES = 100_000
AT_ONCE = 16
"""Milestones settled in one turn, so that a turn is short."""


class Duties:
    """What there is to do now, over an open ledger. lookup: its read models, over a connection of their own."""

    def __init__(self, ledger: Ledger, lookup: Lookup, signatures: Signatures, clock: Clock) -> None:
        self._ledger, self._lookup, self._signatures, self._clock = ledger, lookup, signatures, clock
        self._refused: dict[str, str] = {}
        self._times: dict[Place, int] = {}

    def turn(self) -> Iterator[str]:
        """Does it; says what."""
        now = chain_now(self._ledger.chain, self._clock)
        yield from self._activate(now)
        yield from self._settle(now)
        yield from self._royalties()
        yield from self._rounds(now)
        yield from self._windows(now // 60)
        yield from self._decisions(now)
        yield from self._quotations(now)

    def _activate(self, now: int) -> Iterator[str]:
        activate = self._ledger.agreements.activate
        for number, deal, signed in self._signatures.complete():
            send = partial(activate, CLERK, number, deal, signed)
            if now < deal.deadline and self._send(f"activate/{number}/{deal.version}", send):
                yield f"agreement {number} is activated"

    def _settle(self, now: int) -> Iterator[str]:
        done = 0
        for row in self._lookup.running():
            agreement, since = self._lookup.agreement(row.agreement), self._time(row.place)
            if agreement is None or since is None:
                continue  # the chain has just turned
            deal, funded = agreement.deal, row.number in self._lookup.instalments(row.agreement)
            due = due_at(row.stage, deal.milestones[row.number], deal.conditions, since, funded=funded)
            if due is None or now < due or done == AT_ONCE:
                continue
            done += 1
            send = partial(self._ledger.settlement.settle, CLERK, row.agreement, deal, [row.number])
            if self._send(f"settle/{row.agreement}/{row.number}/{row.stage}", send):
                yield f"milestone {row.number} of agreement {row.agreement} is settled: {row.stage} for too long"

    def _royalties(self) -> Iterator[str]:
        designs = self._ledger.designs
        for row in self._lookup.held_royalties():
            order, name = self._lookup.order(row.order), f"royalty/{row.order}/{row.design}/{row.place.block}"
            end: Callable[..., object] | None = None
            if order is not None and order.status in ("cancelled", "refunded"):
                end = partial(designs.give_back, CLERK, row.order, row.design)
            for one in self._lookup.agreements_of(row.order):
                work = self._lookup.milestones(one.number)
                if one.status == "active" and work and all(milestone.stage == "settled" for milestone in work):
                    end = partial(designs.collect, CLERK, one.number, one.deal, row.design)
            if end is not None and self._send(name, end):
                yield f"the royalty of order {row.order} is paid"

    def _rounds(self, now: int) -> Iterator[str]:
        index, rounds = self._ledger.index, self._ledger.rounds
        for row in index.rounds():
            if row.refund is not None or now < row.challenge_end:
                continue
            order = next_order(index.claims(row.number), first_wins=row.first_wins)
            if order:
                if self._send(f"award/{row.number}", partial(rounds.award, CLERK, row.number, order)):
                    yield f"round {row.number} is awarded"
            elif self._send(f"finalise/{row.number}", partial(rounds.finalise, CLERK, row.number)):
                yield f"round {row.number} is over"

    def _windows(self, minute: int) -> Iterator[str]:
        offers = self._ledger.offers
        for row in self._lookup.windows():
            one, name = row.window, f"{row.host}/{row.number}/{row.place.block}"
            end, about = None, (CLERK, row.host, row.number, row.guest)
            if one.state is State.HELD and minute > one.held_until:
                end, what = partial(offers.expire, *about), "expire"
            elif one.state is State.DISPUTED and minute >= reviewed(one) + one.decision:
                end, what = partial(offers.lapse, *about), "lapse"
            if end is not None and self._send(f"{what}/{name}", end):
                yield f"window {row.number} of {row.host}: {what}"

    def _decisions(self, now: int) -> Iterator[str]:
        council = self._ledger.council
        for row in self._lookup.undone_proposals():
            state, about = row.count.state(now), (CLERK, row.number, row.actions)
            if state == "succeeded" and self._send(f"queue/{row.number}", partial(council.queue, *about)):
                yield f"decision {row.number} waits in its timelock"
            # What cannot be done is tried until it lapses.
            due = state == "queued" and row.count.eta <= now
            if due and self._send(f"execute/{row.number}", partial(council.execute, *about)):
                yield f"decision {row.number} is done"

    def _quotations(self, now: int) -> Iterator[str]:
        quotations = self._ledger.quotations
        for row in self._lookup.open_requests():
            name, terms = f"{row.number}/{row.stage}", row.terms
            over = row.stage == "void" or now >= terms.reveal_end
            for bid in self._lookup.bids(row.number) if over else ():
                release = partial(quotations.release, CLERK, row.number, bid.bidder)
                if bid.state == "sealed" and self._send(f"bond/{row.number}/{bid.bidder}", release):
                    yield f"a bond of request {row.number} is released"
            if row.stage == "open":
                if over and self._send(f"quotation/{name}", partial(quotations.award, CLERK, row.number)):
                    yield f"request {row.number} is awarded"
            elif self._ends(row, now) and self._send(
                f"quotation/{name}", partial(quotations.settle, CLERK, row.number)
            ):
                yield f"request {row.number} is settled: {row.stage} for too long"

    def _ends(self, row: RequestRow, now: int) -> bool:
        """Whether the work of a request is out of time."""
        since = self._time(row.place)
        if since is None:
            return False
        waits = {"awarded": row.ready + row.terms.patience, "delivered": since + row.terms.review}
        return now >= (waits | {"disputed": since + QUOTATION_DECISION}).get(row.stage, now + 1)

    def _time(self, place: Place) -> int | None:
        """When the block was made that holds this; asked once of each."""
        known = self._times.get(place)
        if known is None:
            head = self._ledger.chain.block(place.block)
            if head is None:
                return None
            if len(self._times) > MOST_TIMES:
                self._times.clear()
            known = self._times[place] = head.timestamp
        return known

    def _send(self, what: str, send: Callable[..., object]) -> bool:
        """Whether it is on its way, by this call."""
        key = f"clock/{what}"
        entry = self._ledger.outbox.entry(key)
        if entry is not None and not entry.failed:
            return False
        try:
            send(key=key)
        except Reverted as refusal:
            # Not yet, or somebody was faster, or money is missing; it is tried again.
            said = ": ".join(refusal.message.split(": ")[:2])
            if self._refused.get(what) != said:
                self._refused[what] = said
                logs.say("not by the clock yet", duty=what, said=said)
            return False
        self._refused.pop(what, None)
        return True
