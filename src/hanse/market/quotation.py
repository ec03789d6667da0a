"""Requests for quotation with sealed bids: the rule of the award, who bears what went wrong, and every step of a
request's life.

The twin of contracts/src/Quotations.sol and QuotationRule.sol, to the cent. Times are seconds since 1970, money is
cents, shares are millionths.

    open ──award──▶ awarded ──deliver──▶ delivered ──accept, settle──▶ done        give_up: done, from any of the three
     │ └─award──▶ void │ └─settle──▶ done    │ report
     └─cancel──▶ void  └──report──▶ disputed ◀┘ ──decide, accept, settle──▶ done
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from eth_abi.abi import encode

from hanse.errors import InputError
from hanse.model.keccak import keccak
from hanse.units import MILLION

DAY = 86_400
DECISION = 14 * DAY
"""Seconds in which an arbiter decides."""
DEEPEST = 8
"""So many hands at most between whoever asked first and whoever works."""
LONGEST_WINDOW = 90 * DAY
LONGEST_WORK = 1000 * DAY
"""Of sealing, opening, reviewing and patience; and of work after the last opening."""

BID = "(uint96,uint40,uint32,bytes32,bytes32)"
"""The contract's struct of a bid as an ABI type."""


class Cause(IntEnum):
    """Why work was not as agreed, in the order of the contract's enum. NONE: there was no such failure."""

    NONE = 0
    QUALITY = 1
    BREAKDOWN = 2
    TRANSPORT = 3


class Stage(IntEnum):
    """Where a request is in its life, in the order of the contract's enum."""

    NONE = 0
    OPEN = 1
    VOID = 2
    AWARDED = 3
    DELIVERED = 4
    DISPUTED = 5
    DONE = 6


class End(IntEnum):
    """How work ended, in the order of the contract's enum."""

    ACCEPTED = 0
    SILENT = 1
    DECIDED = 2
    UNDECIDED = 3
    GIVEN_UP = 4
    OVERDUE = 5


class Refused(InputError):
    """A step that the rules do not allow; `reason` is the name of the contract's error."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, where="request for quotation")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Liability:
    """Who bears which failure: what the winner loses of its price and of its bond, millionths; the requester bears the
    rest. per_day: of the price for each day of lateness; cap: most that lateness costs, of the price. Raises InputError
    for a share above the whole."""

    quality: int = MILLION
    breakdown: int = MILLION
    transport: int = MILLION
    per_day: int = 10_000
    cap: int = 200_000

    def __post_init__(self) -> None:
        for name in ("quality", "breakdown", "transport", "cap"):
            if not 0 <= getattr(self, name) <= MILLION:
                raise InputError(f"{getattr(self, name)} is not between 0 and 1 in millionths", where=name)
        if not 0 <= self.per_day < 2**32:
            raise InputError(f"{self.per_day} millionths a day is out of range", where="per_day")

    def penalty(self, price: int, late: int) -> int:
        """Cents that `late` seconds cost the winner: so much a day, at most the cap, rounded down."""
        return min(price * self.per_day * late // (MILLION * DAY), price * self.cap // MILLION)

    def borne(self, cause: Cause, *, delivered: bool) -> int:
        """What the winner bears of a failure, millionths. If there was none, work that never came is its own."""
        table = {Cause.QUALITY: self.quality, Cause.BREAKDOWN: self.breakdown, Cause.TRANSPORT: self.transport}
        return table.get(cause, 0 if delivered else MILLION)

    def to_winner(self, price: int, bond: int, late: int, share: int) -> int:
        """What the winner gets of price and bond, cents; the rest is the requester's. share: what it bears."""
        return (price - self.penalty(price, late) + bond) * (MILLION - share) // MILLION

    def words(self) -> tuple[int, ...]:
        """The contract's struct."""
        return self.quality, self.breakdown, self.transport, self.per_day, self.cap


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for, and how bids are compared: of those that fit, the lowest value wins, the earlier sealed of
    equals.

        value = price + per_day · days after `earliest` + per_quality · (1 − quality)

    commit_end, reveal_end: until when bids are sealed, and opened. latest: ready by then, or no bid. least_quality:
    promised at least, millionths. budget: locked; no bid is higher. bond: of each bidder against not opening, of the
    winner against not delivering. review: seconds after which a delivery that nobody disputes is accepted. patience:
    seconds after the promise from which undelivered work is not paid. arbiter: address. document: content hash of the
    work in words. per_day, per_quality: cents of value. services: bit set that a bidder is certified for, 0 for none.
    parent: the request whose work this is a part of, 0 for none. The contract refuses what is out of range."""

    commit_end: int
    reveal_end: int
    latest: int
    budget: int
    bond: int
    arbiter: str
    document: str
    earliest: int = 0
    least_quality: int = 0
    review: int = 7 * DAY
    patience: int = 14 * DAY
    per_day: int = 0
    per_quality: int = 0
    services: int = 0
    parent: int = 0
    liability: Liability = field(default_factory=Liability)

    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        return (
            *(self.parent, self.commit_end, self.reveal_end, self.earliest, self.latest, self.least_quality),
            *(self.budget, self.bond, self.review, self.patience, self.per_day, self.per_quality),
            *(self.arbiter, self.services, bytes.fromhex(self.document[2:]), self.liability.words()),
        )

    @classmethod
    def of(cls, words: Any) -> Terms:
        """Terms from the contract's struct."""
        parent, commit_end, reveal_end, earliest, latest, quality, budget, bond, review, patience, *rest = words
        per_day, per_quality, arbiter, services, document, liability = rest
        return cls(
            commit_end, reveal_end, latest, budget, bond, arbiter, "0x" + document.hex(), earliest, quality, review,
            patience, per_day, per_quality, services, parent, Liability(*liability),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bid:
    """What is under a seal. price: cents; ready: when the work is there; quality: promised, millionths; document:
    content hash, zeros for none; salt: 32 bytes that nobody can guess, needed again to open."""

    price: int
    ready: int
    quality: int
    salt: bytes
    document: str = "0x" + "00" * 32

    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        return self.price, self.ready, self.quality, bytes.fromhex(self.document[2:]), self.salt

    def fits(self, terms: Terms) -> bool:
        """Whether it is a bid at all."""
        ready = terms.reveal_end <= self.ready <= terms.latest
        return self.price <= terms.budget and ready and terms.least_quality <= self.quality <= MILLION

    def value(self, terms: Terms) -> int:
        """What it is worth to the requester, cents; less is better. Raises InputError for one that does not fit."""
        if not self.fits(terms):
            raise InputError("a bid that does not fit has no value", where="bid", hint=self.misfit(terms))
        later = max(0, self.ready - terms.earliest)
        quality = terms.per_quality * (MILLION - self.quality) // MILLION
        return self.price + terms.per_day * later // DAY + quality

    def misfit(self, terms: Terms) -> str:
        """In words, why it does not fit; nothing if it does."""
        if self.price > terms.budget:
            return f"the budget is {terms.budget} cents"
        if not terms.reveal_end <= self.ready <= terms.latest:
            return "it must be ready after the bids are open and not later than asked for"
        return "" if self.fits(terms) else f"quality is at least {terms.least_quality} millionths"


def seal(chain: int, contract: str, number: int, bidder: str, bid: Bid) -> bytes:
    """What a bidder seals: bound to it, to the request, to the contract and its chain."""
    types = ["uint256", "address", "uint64", "address", BID]
    return keccak(encode(types, [chain, contract, number, bidder, bid.words()]))


@dataclass(frozen=True, slots=True)
class Leader:
    """The best bid so far. place: of its seal."""

    bidder: str
    bid: Bid
    value: int
    place: int


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands. seals: by bidder, with their places. cause: as reported; disputed, delivered: when, 0
    before."""

    number: int
    requester: str
    terms: Terms
    stage: Stage = Stage.OPEN
    seals: Mapping[str, tuple[bytes, int]] = field(default_factory=dict)
    bids: int = 0
    leader: Leader | None = None
    cancelled: bool = False
    delivered: int = 0
    disputed: int = 0
    cause: Cause = Cause.NONE

    @property
    def held(self) -> int:
        """What the contract holds for it, cents."""
        bonds = self.terms.bond * len(self.seals)
        if self.stage is Stage.OPEN:
            return bonds + self.terms.budget + (self.terms.bond if self.leader else 0)
        if self.stage in (Stage.AWARDED, Stage.DELIVERED, Stage.DISPUTED) and self.leader:
            return bonds + self.leader.bid.price + self.terms.bond
        return bonds

    @property
    def overdue(self) -> int:
        """When work that is not delivered is not paid any more."""
        return self._won().bid.ready + self.terms.patience

    def _won(self) -> Leader:
        if self.leader is None:
            raise Refused("WrongStage", f"nobody has won request {self.number}")
        return self.leader


@dataclass(frozen=True, slots=True)
class Outcome:
    """A request after a step, and what accounts' free money changes by, cents; negative: locked."""

    request: Request
    moves: Mapping[str, int] = field(default_factory=dict)


def cancel(request: Request, who: str, now: int) -> Outcome:
    """The requester takes it back before the first seal can be opened."""
    _expect(request, Stage.OPEN)
    _by(request.requester, who, "NotTheRequester")
    _within(now, 0, request.terms.commit_end)
    return Outcome(replace(request, stage=Stage.VOID, cancelled=True), {who: request.terms.budget})


def bid(request: Request, who: str, sealed: bytes, now: int) -> Outcome:
    """A bid under seal; a bidder's second takes the place of its first, for the same bond. Who may bid at all is
    the registry's and the chain of requests' business (`may_bid`)."""
    _expect(request, Stage.OPEN)
    _within(now, 0, request.terms.commit_end)
    place = request.bids + 1
    moves = {} if who in request.seals else {who: -request.terms.bond}
    return Outcome(replace(request, seals={**request.seals, who: (sealed, place)}, bids=place), moves)


def may_bid(request: Request, requests: Mapping[int, Request], who: str) -> bool:
    """Whether `who` asked neither for this nor for what it is a part of, and is not its arbiter."""
    if who == request.terms.arbiter:
        return False
    return who not in {one.requester for one in chain_of(request, requests)}


def chain_of(request: Request, requests: Mapping[int, Request]) -> tuple[Request, ...]:
    """The chain of responsibility, from this request up to the one that was asked first."""
    found = [request]
    while found[-1].terms.parent:
        found.append(requests[found[-1].terms.parent])
    return tuple(found)


def show(request: Request, who: str, shown: Bid, sealed: bytes, now: int, *, certified: bool = True) -> Outcome:
    """A bidder opens its bid. sealed: the seal of what it shows; certified: for what the terms want, now."""
    _expect(request, Stage.OPEN)
    _within(now, request.terms.commit_end, request.terms.reveal_end)
    there, place = request.seals.get(who, (bytes(32), 0))
    if there != sealed:
        raise Refused("NotWhatWasSealed", "this is not what was sealed for this request")
    seals = {bidder: one for bidder, one in request.seals.items() if bidder != who}
    after, best = replace(request, seals=seals), request.leader
    if shown.fits(request.terms) and certified:
        value = shown.value(request.terms)
        if best is None or (value, place) < (best.value, best.place):
            moves = {} if best is None else {best.bidder: request.terms.bond}
            return Outcome(replace(after, leader=Leader(who, shown, value, place)), moves)
    return Outcome(after, {who: request.terms.bond})


def release(request: Request, bidder: str, now: int) -> Outcome:
    """A bond under a seal that was never opened: the requester's; of a cancelled request the bidder's. Anyone."""
    if bidder not in request.seals:
        raise Refused("NothingSealed", f"{bidder} has nothing sealed")
    if not request.cancelled:
        _within(now, request.terms.reveal_end, None)
    seals = {one: its for one, its in request.seals.items() if one != bidder}
    to = bidder if request.cancelled else request.requester
    return Outcome(replace(request, seals=seals), {to: request.terms.bond})


def award(request: Request, now: int) -> Outcome:
    """The rule speaks, when the time to open is over. Anyone."""
    _expect(request, Stage.OPEN)
    _within(now, request.terms.reveal_end, None)
    if request.leader is None:
        return Outcome(replace(request, stage=Stage.VOID), {request.requester: request.terms.budget})
    back = request.terms.budget - request.leader.bid.price
    return Outcome(replace(request, stage=Stage.AWARDED), {request.requester: back})


def deliver(request: Request, who: str, now: int) -> Outcome:
    """The winner says that it is done."""
    _expect(request, Stage.AWARDED)
    _by(request._won().bidder, who, "NotTheWinner")
    _within(now, 0, request.overdue)
    return Outcome(replace(request, stage=Stage.DELIVERED, delivered=now))


def give_up(request: Request, who: str) -> Outcome:
    """The winner does not do it: price and bond are the requester's."""
    _expect(request, Stage.AWARDED, Stage.DELIVERED, Stage.DISPUTED)
    _by(request._won().bidder, who, "NotTheWinner")
    return _end(request, MILLION)


def report(request: Request, who: str, cause: Cause, now: int) -> Outcome:
    """The winner reports why it cannot deliver, the requester what is wrong with what was delivered."""
    _expect(request, Stage.AWARDED, Stage.DELIVERED)
    if request.stage is Stage.AWARDED:
        _by(request._won().bidder, who, "NotTheWinner")
        known, until = (Cause.BREAKDOWN, Cause.TRANSPORT), request.overdue
    else:
        _by(request.requester, who, "NotTheRequester")
        known, until = (Cause.QUALITY, Cause.TRANSPORT), request.delivered + request.terms.review
    if cause not in known:
        raise Refused("NotItsCause", f"{cause.name} is not for this party to report now")
    _within(now, 0, until)
    return Outcome(replace(request, stage=Stage.DISPUTED, disputed=now, cause=cause))


def accept(request: Request, who: str) -> Outcome:
    """The requester is content."""
    _expect(request, Stage.DELIVERED, Stage.DISPUTED)
    _by(request.requester, who, "NotTheRequester")
    return _end(request, 0)


def decide(request: Request, who: str, cause: Cause, now: int) -> Outcome:
    """The arbiter says what happened; the terms say who pays for it."""
    _expect(request, Stage.DISPUTED)
    _by(request.terms.arbiter, who, "NotAnArbiter")
    _within(now, 0, request.disputed + DECISION)
    return _end(request, request.terms.liability.borne(cause, delivered=bool(request.delivered)))


def settle(request: Request, now: int) -> Outcome:
    """Ends what is out of time. Anyone."""
    _expect(request, Stage.AWARDED, Stage.DELIVERED, Stage.DISPUTED)
    if request.stage is Stage.AWARDED:
        _within(now, request.overdue, None)
        return _end(request, MILLION)
    if request.stage is Stage.DELIVERED:
        _within(now, request.delivered + request.terms.review, None)
        return _end(request, 0)
    _within(now, request.disputed + DECISION, None)
    # Half of what was delivered; nothing for what never came, or reporting would pay.
    return _end(request, MILLION // 2 if request.delivered else MILLION)


def _end(request: Request, share: int) -> Outcome:
    won, terms = request._won(), request.terms
    late = max(0, request.delivered - won.bid.ready)
    its = terms.liability.to_winner(won.bid.price, terms.bond, late, share)
    rest = won.bid.price + terms.bond - its
    return Outcome(replace(request, stage=Stage.DONE), {won.bidder: its, request.requester: rest})


def _expect(request: Request, *stages: Stage) -> None:
    if request.stage not in stages:
        raise Refused("WrongStage", f"request {request.number} is {request.stage.name.lower()}")


def _by(party: str, who: str, reason: str) -> None:
    if who != party:
        raise Refused(reason, f"only {party} may do this")


def _within(now: int, first: int, until: int | None) -> None:
    if now < first or (until is not None and now >= until):
        raise Refused("NotNow", f"this is possible from {first}" + ("" if until is None else f" and before {until}"))
