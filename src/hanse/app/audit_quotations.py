"""The audit of requests for quotation: every bid, award and cent, played again by the twin of the contract.

Nothing is believed but the order of events and the time of their blocks: each event is a step of `market.quotation`,
which says what the request is afterwards and what moved; and at the end the contract is asked for both. A seal is
recomputed from the bid that was opened under it, and no responsibility goes in a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hanse.app.audit_events import events
from hanse.app.audit_transfers import match_transfers
from hanse.ledger.contracts import Event
from hanse.ledger.league import hash_text
from hanse.ledger.quotation_tables import MISFIT, RequestRow
from hanse.market import quotation as rules
from hanse.market.quotation import Bid, Cause, End, Outcome, Refused, Request, Terms

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.store import Ledger

Told = Mapping[str, Any]


@dataclass(slots=True)
class Book:
    """What the events add up to. chain, at: where the contract is; free: cents by account; told: deposits and
    withdrawals."""

    chain: int
    at: str
    requests: dict[int, Request] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    told: list[tuple[str, str, int]] = field(default_factory=list)


def audit_quotations(check: Check, ledger: Ledger) -> None:
    """Every step by the rules, then requests, purses and the token's balance against the contract."""
    index, quotations = ledger.index, ledger.quotations
    book = Book(ledger.chain_id, quotations.address)
    for event, moment in events(ledger, "Quotations"):
        _play(check, book, event, moment)
    kept = {row.number: row for row in index.requests()}
    check.expect("requests", sorted(kept), sorted(book.requests))
    for number, request in book.requests.items():
        check.expect(f"request {number}, read model", _said(kept.get(number)), _of(request))
        check.expect(f"request {number}, on the chain", quotations.stage(number), request.stage)
        check.expect(f"terms of request {number}, on the chain", quotations.terms(number), request.terms)
    purses = index.quotation_purses()
    for account, amount in book.free.items():
        check.expect(f"free to {account}, read model", purses.get(account, 0), amount)
        check.expect(f"free to {account}, on the chain", quotations.free(account), amount)
    gifts = match_transfers(check, "deposits and withdrawals of the quotations", book.at, book.told, index.transfers())
    held = sum(book.free.values()) + sum(one.held for one in book.requests.values()) + gifts
    check.expect("money of the quotations", ledger.league.balance(book.at), held)


def _said(row: RequestRow | None) -> tuple[object, ...] | None:
    return None if row is None else (row.requester, row.stage, row.terms, row.winner, row.price, row.value)


def _of(request: Request) -> tuple[object, ...]:
    won = request.leader
    best = ("", 0, 0) if won is None else (won.bidder, won.bid.price, won.value)
    return (request.requester, request.stage.name.lower(), request.terms, *best)


def _play(check: Check, book: Book, event: Event, now: int) -> None:
    told = event.values
    check.count += 1
    if event.name in ("Deposited", "Withdrawn"):
        amount = told["amount"] if event.name == "Deposited" else -told["amount"]
        book.free[told["account"]] += amount
        book.told.append((event.log.transaction, told["account"], amount))
        return
    step = _STEPS.get(event.name)
    if step is None:
        return
    where = f"request {told['number']}, {event.name}"
    try:
        outcome = step(check, book, told, now)
    except (Refused, KeyError) as error:
        reason = error.message if isinstance(error, Refused) else "it was never posted"
        check.expect(f"{where}: {reason}", "done", "refused")
        return
    book.requests[told["number"]] = outcome.request
    for account, amount in outcome.moves.items():
        book.free[account] += amount


def _posted(check: Check, book: Book, told: Told, _: int) -> Outcome:
    terms = Terms.of(told["terms"])
    made = Request(told["number"], told["requester"], terms)
    if terms.parent:
        above = book.requests[terms.parent]
        winner = above.leader.bidder if above.leader else ""
        check.expect(f"who hands on work of request {terms.parent}", told["requester"], winner)
        check.expect(f"request {made.number}, in a chain", told["depth"], len(rules.chain_of(above, book.requests)))
    return Outcome(made, {told["requester"]: -terms.budget})


def _committed(check: Check, book: Book, told: Told, now: int) -> Outcome:
    request, bidder = book.requests[told["number"]], told["bidder"]
    check.expect(f"{bidder} may bid for request {request.number}", rules.may_bid(request, book.requests, bidder), True)
    return rules.bid(request, bidder, told["seal"], now)


def _opened(check: Check, book: Book, told: Told, now: int) -> Outcome:
    request, bidder = book.requests[told["number"]], told["bidder"]
    price, ready, quality, document, salt = told["bid"]
    shown = Bid(price, ready, quality, salt, hash_text(document))
    seal = rules.seal(book.chain, book.at, request.number, bidder, shown)
    # Whether the bidder was certified in that block is what the contract says where certificates are wanted.
    certified = told["value"] != MISFIT or not request.terms.services
    outcome = rules.show(request, bidder, shown, seal, now, certified=certified)
    leads = outcome.request.leader is not request.leader
    check.expect(f"request {request.number}, who leads", told["leads"], leads)
    if shown.fits(request.terms) and certified:
        check.expect(f"request {request.number}, value of a bid", told["value"], shown.value(request.terms))
    return outcome


def _released(check: Check, book: Book, told: Told, now: int) -> Outcome:
    outcome = rules.release(book.requests[told["number"]], told["bidder"], now)
    check.expect(f"request {told['number']}, whose bond it is", [told["to"]], list(outcome.moves))
    return outcome


def _awarded(check: Check, book: Book, told: Told, now: int) -> Outcome:
    outcome = rules.award(book.requests[told["number"]], now)
    check.expect(f"request {told['number']}, budget back", [told["back"]], list(outcome.moves.values()))
    return outcome


def _voided(_: Check, book: Book, told: Told, now: int) -> Outcome:
    request = book.requests[told["number"]]
    if now < request.terms.commit_end:
        return rules.cancel(request, request.requester, now)
    return rules.award(request, now)


def _delivered(_: Check, book: Book, told: Told, now: int) -> Outcome:
    request = book.requests[told["number"]]
    return rules.deliver(request, request.leader.bidder if request.leader else "", now)


def _disputed(_: Check, book: Book, told: Told, now: int) -> Outcome:
    return rules.report(book.requests[told["number"]], told["by"], Cause(told["cause"]), now)


def _settled(check: Check, book: Book, told: Told, now: int) -> Outcome:
    request, cause = book.requests[told["number"]], Cause(told["cause"])
    ends: Mapping[End, Callable[[], Outcome]] = {
        End.ACCEPTED: lambda: rules.accept(request, told["requester"]),
        End.DECIDED: lambda: rules.decide(request, request.terms.arbiter, cause, now),
        End.GIVEN_UP: lambda: rules.give_up(request, told["winner"]),
    }
    outcome = ends.get(End(told["end"]), lambda: rules.settle(request, now))()
    paid = {told["winner"]: told["toWinner"], told["requester"]: told["toRequester"]}
    check.expect(f"request {request.number}, who got what", paid, dict(outcome.moves))
    return outcome


_STEPS: Mapping[str, Callable[[Check, Book, Told, int], Outcome]] = {
    "Posted": _posted,
    "Committed": _committed,
    "Opened": _opened,
    "Released": _released,
    "Awarded": _awarded,
    "Voided": _voided,
    "Delivered": _delivered,
    "Disputed": _disputed,
    "Settled": _settled,
}
