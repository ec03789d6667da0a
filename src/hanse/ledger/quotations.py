"""`Quotations`: requests for quotation on the chain, as typed actions and reads, like `League`, over whose outbox
everything goes.

What each step means, and who bears what, is in `hanse.market.quotation`, the contract's twin; docs/market.md has the
story.
"""

from __future__ import annotations

from hanse.ledger.league import League, Sent, hash_bytes
from hanse.market.quotation import Bid, Cause, Stage, Terms, seal

UNRATED = 2**32 - 1
"""The rating of a requester that gave none."""


class Quotations:
    """The requests of one league. Every action takes the `key` of its intention and the role whose account signs."""

    def __init__(self, league: League) -> None:
        self._league = league

    @property
    def address(self) -> str:
        """Of the contract."""
        return self._league.addresses.quotations

    # Money.

    def allow(self, owner: str, amount: int, *, key: str) -> Sent:
        """Lets the contract take up to `amount` cents from a role."""
        return self._league.send(key, owner, "LeagueToken", "approve", self.address, amount)

    def deposit(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role puts money down; it must be allowed before."""
        return self._send(owner, "deposit", amount, key=key)

    def withdraw(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role takes free money back."""
        return self._send(owner, "withdraw", amount, key=key)

    def free(self, address: str) -> int:
        """What an address has put down and not locked, cents."""
        return int(self._league.read("Quotations", "free", address))

    # The requester.

    def post(self, requester: str, terms: Terms, *, key: str) -> Sent:
        """Asks for work; the budget is locked. The event value `number` is the request's."""
        return self._send(requester, "post", terms.words(), key=key)

    def cancel(self, requester: str, number: int, *, key: str) -> Sent:
        return self._send(requester, "cancel", number, key=key)

    def accept(self, requester: str, number: int, rating: int | None = None, *, key: str) -> Sent:
        """The requester is content. rating: millionths."""
        return self._send(requester, "accept", number, UNRATED if rating is None else rating, key=key)

    # Bidders and the winner.

    def bid(self, bidder: str, number: int, bid: Bid, *, key: str) -> Sent:
        """Seals a bid and locks the bond. Without the bid itself, salt and all, the bond is lost."""
        return self._send(bidder, "bid", number, self.seal(bidder, number, bid), key=key)

    def open(self, bidder: str, number: int, bid: Bid, *, key: str) -> Sent:
        return self._send(bidder, "open", number, bid.words(), key=key)

    def deliver(self, winner: str, number: int, evidence: str, *, key: str) -> Sent:
        """evidence: content hash."""
        return self._send(winner, "deliver", number, hash_bytes(evidence), key=key)

    def give_up(self, winner: str, number: int, *, key: str) -> Sent:
        return self._send(winner, "giveUp", number, key=key)

    # Either party, the arbiter, anyone.

    def report(self, party: str, number: int, cause: Cause, evidence: str, *, key: str) -> Sent:
        """A party says what went wrong. evidence: content hash."""
        return self._send(party, "report", number, int(cause), hash_bytes(evidence), key=key)

    def decide(self, arbiter: str, number: int, cause: Cause, *, key: str) -> Sent:
        return self._send(arbiter, "decide", number, int(cause), key=key)

    def release(self, anyone: str, number: int, bidder: str, *, key: str) -> Sent:
        return self._send(anyone, "release", number, bidder, key=key)

    def award(self, anyone: str, number: int, *, key: str) -> Sent:
        return self._send(anyone, "award", number, key=key)

    def settle(self, anyone: str, number: int, *, key: str) -> Sent:
        return self._send(anyone, "settle", number, key=key)

    # Reads.

    def count(self) -> int:
        """Number of the newest request."""
        return int(self._league.read("Quotations", "count"))

    def terms(self, number: int) -> Terms:
        """What was asked for, as the contract keeps it."""
        return Terms.of(self._league.read("Quotations", "termsOf", number))

    def stage(self, number: int) -> Stage:
        """Where a request is in its life."""
        return Stage(self._league.read("Quotations", "requestOf", number)[2])

    def seal(self, bidder: str, number: int, bid: Bid) -> bytes:
        """The seal of a role's bid. Made here, not asked of the contract: a node that is asked would learn the bid
        before its time."""
        chain = self._league.chain.chain_id()
        return seal(chain, self.address, number, self._league.address(bidder), bid)

    def _send(self, role: str, function: str, *arguments: object, key: str) -> Sent:
        return self._league.send(key, role, "Quotations", function, *arguments)
