"""`Council`: proposals and votes on the chain; the charter and the register of versions beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hanse.errors import InputError
from hanse.governance.charter import Term
from hanse.governance.rules import STATES, SUPPORTS, Count, State, Support, within
from hanse.ledger.keys import KeyRing
from hanse.ledger.league import ADMIN, League, Sent, hash_bytes, hash_text
from hanse.ledger.signing import sign_typed

ADMIN_ROLE = bytes(32)
GOVERNED = (
    "LeagueToken", "MemberRegistry", "OrderBook", "ProductCatalogue", "Matching", "Blocks", "Rounds", "Settlement",
    "Agreements", "Offers", "Communities", "Council", "Charter", "Versions", "Designs",
    "Quotations",
)  # fmt: skip
"""Contracts that have an admin."""

MOST_ACTIONS, MOST_DATA, MOST_WORDS = 16, 8192, 2000
"""Of a proposal: actions, bytes of their data together, bytes of its description."""

BALLOT = {
    "Ballot": [
        {"name": "digest", "type": "bytes32"},
        {"name": "support", "type": "uint8"},
        {"name": "voter", "type": "address"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ]
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a community's hand will do: a call of `target` with `data`."""

    target: str
    data: bytes

    def words(self) -> tuple[str, bytes]:
        """The contract's struct."""
        return self.target, self.data


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as the contract keeps it. digest: what is voted on; made: seconds since 1970; weights of the second
    before count."""

    number: int
    community: int
    proposer: str
    digest: str
    made: int
    count: Count


class Council:
    """Proposals of all communities of one league. Every action takes the `key` of its intention and the role whose
    account signs."""

    def __init__(self, league: League) -> None:
        self._league = league

    @property
    def address(self) -> str:
        """Of the contract."""
        return self._league.addresses.council

    def propose(self, member: str, community: int, actions: Sequence[Action], description: str, *, key: str) -> Sent:
        """A member proposes; the event value `number` is the proposal's. Raises InputError for too much of anything."""
        check(actions, description)
        words = community, tuple(one.words() for one in actions), description
        return self._send(member, "propose", *words, key=key)

    def vote(self, member: str, number: int, digest: str, support: Support, *, key: str) -> Sent:
        """A member votes, once. digest: the proposal's, so that the vote means what was read."""
        return self._send(member, "vote", number, hash_bytes(digest), SUPPORTS.index(support), key=key)

    def bring(
        self, anyone: str, number: int, digest: str, support: Support, voter: str, deadline: int, signed: bytes, *,
        key: str,
    ) -> Sent:  # fmt: skip
        """Anyone brings what a voter signed (`ballot`)."""
        words = number, hash_bytes(digest), SUPPORTS.index(support), voter, deadline, signed
        return self._send(anyone, "voteBySig", *words, key=key)

    def queue(self, anyone: str, number: int, actions: Sequence[Action], *, key: str) -> Sent:
        """Gives what was decided to the timelock."""
        return self._send(anyone, "queue", number, tuple(one.words() for one in actions), key=key)

    def execute(self, anyone: str, number: int, actions: Sequence[Action], *, key: str) -> Sent:
        """Does what was decided, when the timelock is over."""
        return self._send(anyone, "execute", number, tuple(one.words() for one in actions), key=key)

    def cancel(self, proposer: str, number: int, *, key: str) -> Sent:
        """Its proposer takes it back before votes are taken."""
        return self._send(proposer, "cancel", number, key=key)

    def count(self) -> int:
        return int(self._league.read("Council", "count"))

    def proposal(self, number: int) -> Proposal | None:
        """A proposal, None if there is none of this number."""
        words = self._league.read("Council", "proposalOf", number)
        digest, _, proposer, made, start, end, community, queued, executed, cancelled, *rest = words
        quorum, yes, no, abstained, eta = rest
        if not made:
            return None
        count = Count(start, end, quorum, yes, no, abstained, queued, executed, cancelled, eta)
        return Proposal(number, community, proposer, hash_text(digest), made, count)

    def state(self, number: int) -> State:
        """Where a proposal is in its life by the chain's clock."""
        return STATES[int(self._league.read("Council", "stateOf", number))]

    def nonce(self, address: str) -> int:
        """The number of the next signed vote of an address."""
        return int(self._league.read("Council", "nonces", address))

    def ballot(self, keys: KeyRing, role: str, chain_id: int, digest: str, support: Support, deadline: int) -> bytes:
        """A vote signed by a role, to be brought by anyone until `deadline`, seconds since 1970."""
        voter = keys.address(role)
        domain = {
            "name": "Hanse council", "version": "1", "chainId": chain_id, "verifyingContract": self.address,
        }  # fmt: skip
        message = {
            "digest": hash_bytes(digest), "support": SUPPORTS.index(support), "voter": voter,
            "nonce": self.nonce(voter), "deadline": deadline,
        }  # fmt: skip
        return sign_typed(keys.account(role), domain, BALLOT, message)

    # The charter.

    def set_term(self, role: str, term: Term, value: int, *, key: str) -> Sent:
        """The admin of before the hand-over changes a parameter; later only a decision can."""
        within(term.name, value, term.least, term.most)
        return self._league.send(key, role, "Charter", "set", term.number, value)

    def terms(self) -> tuple[int, ...]:
        """The values of all parameters, in the order of `charter.TERMS`."""
        return tuple(map(int, self._league.read("Charter", "values")))

    # The league's own rights.

    def hand_over(self, hand: str, *, key: str) -> list[Sent]:
        """The admin makes the league's hand an admin beside itself, of every contract that it is not one of yet."""
        return [
            self._league.send(f"{key}/{name}", ADMIN, name, "grantRole", ADMIN_ROLE, hand)
            for name in GOVERNED
            if not self.governs(name, hand)
        ]

    def let_go(self, *, key: str) -> list[Sent]:
        """The admin gives its own right up, of every contract, for ever."""
        own = self._league.address(ADMIN)
        return [
            self._league.send(f"{key}/{name}", ADMIN, name, "renounceRole", ADMIN_ROLE, own)
            for name in GOVERNED
            if self.governs(name, own)
        ]

    def governs(self, name: str, address: str) -> bool:
        """Whether an address is an admin of a contract."""
        return bool(self._league.read(name, "hasRole", ADMIN_ROLE, address))

    def _send(self, role: str, function: str, *words: Any, key: str) -> Sent:
        return self._league.send(key, role, "Council", function, *words)


def check(actions: Sequence[Action], description: str) -> None:
    """Raises InputError for what the contract refuses as a proposal."""
    within("the number of actions", len(actions), 1, MOST_ACTIONS)
    within("bytes of all actions", sum(len(one.data) for one in actions), 0, MOST_DATA)
    if not description.strip():
        raise InputError("a proposal says why", where="description", hint="one sentence is enough")
    within("bytes of the description", len(description.encode()), 1, MOST_WORDS)
