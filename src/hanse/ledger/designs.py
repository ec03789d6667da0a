"""`Designs`: authorship, licences and royalties on the chain, as typed actions and reads, like `League`.

What each step means, and what it cannot stop, is in docs/rights.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hanse.ledger.deal import Deal
from hanse.ledger.league import League, Sent, hash_bytes


@dataclass(frozen=True, slots=True)
class Licence:
    """design: hash of the file; licensee: address; left: pieces; order: the only one it is for, 0 for any; until:
    seconds since 1970; royalty: cents a piece."""

    design: str
    licensee: str
    left: int
    order: int
    until: int
    royalty: int

    def words(self) -> tuple[object, ...]:
        """As the contract takes it."""
        return hash_bytes(self.design), self.licensee, self.left, self.order, self.until, self.royalty


class Designs:
    """The designs of one league. Every action takes the `key` of its intention and the role whose account signs."""

    def __init__(self, league: League) -> None:
        self._league = league

    @property
    def address(self) -> str:
        """Of the contract."""
        return self._league.addresses.designs

    # Authors and owners.

    def seal(self, author: str, design: str, salt: bytes, *, key: str) -> Sent:
        """Says that the role will register a design, without saying which. salt: 32 random bytes."""
        return self._send(author, "seal", self.seal_of(design, self._league.address(author), salt), key=key)

    def seal_of(self, design: str, account: str, salt: bytes) -> bytes:
        """What an account seals for a design."""
        return bytes(self._league.read("Designs", "sealOf", hash_bytes(design), account, salt))

    def register(self, author: str, design: str, salt: bytes, parents: Sequence[str] = (), *, key: str) -> Sent:
        """Registers what was sealed in an earlier block of the chain."""
        return self._send(author, "register", hash_bytes(design), tuple(map(hash_bytes, parents)), salt, key=key)

    def transfer(self, owner: str, design: str, to: str, *, key: str) -> Sent:
        return self._send(owner, "transfer", hash_bytes(design), to, key=key)

    def license(self, owner: str, terms: Licence, *, key: str) -> Sent:
        """Gives a licence; the event value `licence` is its number."""
        return self._send(owner, "license", terms.words(), key=key)

    # Contests.

    def contest(self, claimant: str, design: str, evidence: str, *, key: str) -> Sent:
        """evidence: content hash."""
        return self._send(claimant, "contest", hash_bytes(design), hash_bytes(evidence), key=key)

    def decide(self, arbiter: str, design: str, claimant: str, upheld: bool, reason: str, *, key: str) -> Sent:
        """reason: content hash."""
        return self._send(arbiter, "decide", hash_bytes(design), claimant, upheld, hash_bytes(reason), key=key)

    # Orders.

    def allow(self, owner: str, amount: int, *, key: str) -> Sent:
        """Lets the contract take up to `amount` cents from a role."""
        return self._league.send(key, owner, "LeagueToken", "approve", self.address, amount)

    def deposit(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role puts money down for royalties; it must be allowed before."""
        return self._send(owner, "deposit", amount, key=key)

    def withdraw(self, owner: str, amount: int, *, key: str) -> Sent:
        return self._send(owner, "withdraw", amount, key=key)

    def use(self, customer: str, licence: int, order: int, *, key: str) -> Sent:
        """An order uses a licence, and its royalty is held."""
        return self._send(customer, "use", licence, order, key=key)

    def collect(self, anyone: str, agreement: int, deal: Deal, design: str, *, key: str) -> Sent:
        """Ends the royalty of a settled order."""
        return self._send(anyone, "collect", agreement, deal.words(), hash_bytes(design), key=key)

    def give_back(self, anyone: str, order: int, design: str, *, key: str) -> Sent:
        """Ends the royalty of an order that was taken back or refunded."""
        return self._send(anyone, "giveBack", order, hash_bytes(design), key=key)

    # Reads.

    def owner(self, design: str) -> str:
        """Whose it is; the zero address if it is not registered."""
        return str(self._league.read("Designs", "designOf", hash_bytes(design))[1])

    def licence(self, number: int) -> Licence:
        design, licensee, left, order, until, royalty = self._league.read("Designs", "licenceOf", number)
        return Licence("0x" + design.hex(), licensee, left, order, until, royalty)

    def free(self, address: str) -> int:
        """What an address has put down or earned and not taken out, cents."""
        return int(self._league.read("Designs", "free", address))

    def _send(self, role: str, function: str, *arguments: object, key: str) -> Sent:
        return self._league.send(key, role, "Designs", function, *arguments)
