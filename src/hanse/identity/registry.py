"""`Registry`: what the chain says of identities, as after one block that is named with every answer.

It asks the contracts themselves and needs nothing but a node: no index, no service, no league of one's own.
"""

from __future__ import annotations

from typing import Any

from eth_utils.address import is_address, to_checksum_address

from hanse.errors import ChainFault, InputError
from hanse.ledger.chain import Call, Chain
from hanse.ledger.contracts import Event, contract, role
from hanse.ledger.founding import NOBODY
from hanse.ledger.identities import Mandate, Used, holder, kind_word
from hanse.ledger.league import Addresses, hash_bytes

MOST_CHANGES = 1_000
"""Blocks in which an identity changed that are looked at; no honest one has so many."""


class Registry:
    """Identities of the league with these contracts. block: as after this one; None for the newest. now: the reader's
    clock, seconds since 1970, where the newest block may be old; what has ended meanwhile has ended. Raises ChainFault
    if there is no such block, and wherever the chain does not answer."""

    def __init__(
        self,
        chain: Chain,
        *,
        identities: str,
        members: str,
        agreements: str,
        block: int | None = None,
        now: int = 0,
    ) -> None:
        head = chain.block(chain.height() if block is None else block)
        if head is None:
            raise ChainFault("the chain has no such block", where=f"block {block}", hint="is it the right chain?")
        self.chain_id, self.address, self.at = chain.chain_id(), identities, head
        self.time = max(head.timestamp, now)
        self._chain, self._members, self._agreements = chain, members, agreements

    @classmethod
    def of(cls, chain: Chain, addresses: Addresses, block: int | None = None, now: int = 0) -> Registry:
        """Of a league whose contracts are known."""
        return cls(
            chain,
            identities=addresses.identities,
            members=addresses.registry,
            agreements=addresses.agreements,
            block=block,
            now=now,
        )

    @classmethod
    def of_league(cls, chain: Chain, league: str, block: int | None = None, now: int = 0) -> Registry:
        """Of the league whose address book is there. Raises InputError, ChainFault."""
        if not is_address(league):
            raise InputError("a league's address is 0x and 40 hexadecimal digits", where=league[:80])
        book, at = contract("League"), to_checksum_address(league)

        def ask(part: str) -> str:
            return str(book.decode(part, chain.call(Call(NOBODY, at, book.encode(part)))))

        named = {"identities": ask("identities"), "members": ask("registry"), "agreements": ask("agreements")}
        return cls(chain, **named, block=block, now=now)

    def owner(self, identity: str) -> str:
        """The key that decides about an identity."""
        return str(self._ask("Identities", self.address, "identityOwner", identity))

    def delegate_until(self, identity: str, kind: str, delegate: str) -> int:
        """When a delegate's time ends or ended, 0 for never."""
        return int(self._ask("Identities", self.address, "delegates", identity, kind_word(kind), delegate))

    def is_delegate(self, identity: str, kind: str, delegate: str) -> bool:
        """Whether it acts for the identity at that block."""
        return self.delegate_until(identity, kind, delegate) > self.time

    def mandate(self, identity: str, clerk: str) -> tuple[Mandate, Used]:
        """What a clerk may sign of agreements."""
        terms, used = self._ask("Identities", self.address, "mandateOf", identity, clerk, self._agreements)
        return Mandate(*terms), Used(*used)

    def revoked_in(self, issuer: str, digest: str) -> int:
        """The block in which an issuer took a credential back, 0 for never."""
        return int(self._ask("Identities", self.address, "revokedIn", issuer, hash_bytes(digest)))

    def is_notary(self, account: str) -> bool:
        """Whether the league believes what this identity certifies, whichever key decides about it now."""
        return bool(self._ask("MemberRegistry", self._members, "hasRole", role("NOTARY_ROLE"), account))

    def notary_of(self, key: str) -> str | None:
        """The identity as which a key certifies now; None if it uses no notary's office."""
        return holder(self._ask("Identities", self.address, "seatsOf", key), self.is_notary)

    def is_certified(self, account: str) -> bool:
        """Whether it is a member whose services count."""
        return bool(self._ask("MemberRegistry", self._members, "member", account)[2])

    def history(self, identity: str) -> list[Event]:
        """Changes of owner, delegates and attributes, oldest first: from the newest back, each names the block of the
        one before (ERC-1056). Raises ChainFault for more than `MOST_CHANGES` blocks."""
        found: list[Event] = []
        block = int(self._ask("Identities", self.address, "changed", identity))
        for _ in range(MOST_CHANGES):
            if block == 0:
                return found[::-1]
            told = [contract("Identities").event(log) for log in self._chain.logs((self.address,), block, block)]
            own = [event for event in told if event is not None and _changes(event, identity)]
            found += own[::-1]
            block = min((int(event.values["previousChange"]) for event in own), default=0)
        raise ChainFault("this identity changed too often", where=identity, hint="use another")

    def _ask(self, name: str, to: str, function: str, *words: Any) -> Any:
        data = contract(name).encode(function, *words)
        return contract(name).decode(function, self._chain.call(Call(NOBODY, to, data), self.at.number))


def _changes(event: Event, identity: str) -> bool:
    return event.name.startswith("DID") and event.values["identity"] == identity
