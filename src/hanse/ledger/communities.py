"""`Communities`: members, weights and treasuries on the chain, as typed actions and reads, like `League`, over whose
outbox everything goes. What a community decides goes by `Council`. docs/governance.md has the story.
"""

from __future__ import annotations

from dataclasses import dataclass

from hanse.governance.rules import Rules, within
from hanse.ledger.league import League, Sent

LEAGUE_COMMUNITY = 1
"""The league itself."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community as the contract keeps it. hand: address that acts for it; parent: community it is a member of, 0 for
    none; treasury: cents; timelock: seconds between a decision and its execution."""

    number: int
    name: str
    hand: str
    parent: int
    rules: Rules
    treasury: int
    timelock: int


class Communities:
    """The communities of one league. Every action takes the `key` of its intention and the role whose account signs."""

    def __init__(self, league: League) -> None:
        self._league = league

    @property
    def address(self) -> str:
        """Of the contract."""
        return self._league.addresses.communities

    # Members.

    def found(self, founder: str, name: str, rules: Rules, timelock: int, *, key: str) -> Sent:
        """A role founds one; the event value `community` is its number. name: 1 to 64 bytes; timelock: seconds. Raises
        InputError for a longer name."""
        within("bytes of the name", len(name.encode()), 1, 64)
        return self._send(founder, "found", name, rules.words(), timelock, key=key)

    def join(self, member: str, community: int, *, key: str) -> Sent:
        return self._send(member, "join", community, key=key)

    def leave(self, member: str, community: int, *, key: str) -> Sent:
        """Always possible; what was contributed stays."""
        return self._send(member, "leave", community, key=key)

    def delegate(self, member: str, community: int, to: str, *, key: str) -> Sent:
        """From now on the weight of a role counts in the vote of another member's address; its own takes it back."""
        return self._send(member, "delegate", community, to, key=key)

    def lapse(self, anyone: str, community: int, member: str, *, key: str) -> Sent:
        """Ends the membership of an address whose certificate was withdrawn."""
        return self._send(anyone, "lapse", community, member, key=key)

    # Money.

    def allow(self, owner: str, amount: int, *, key: str) -> Sent:
        """Lets the contract take up to `amount` cents from a role."""
        return self._league.send(key, owner, "LeagueToken", "approve", self.address, amount)

    def deposit(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role puts money down; it must be allowed before."""
        return self._send(owner, "deposit", amount, key=key)

    def withdraw(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role takes free money out: what it put down, was paid or got as a share."""
        return self._send(owner, "withdraw", amount, key=key)

    def contribute(self, member: str, community: int, amount: int, *, key: str) -> Sent:
        """A member gives free money to the treasury."""
        return self._send(member, "contribute", community, amount, key=key)

    # Reads.

    def count(self) -> int:
        return int(self._league.read("Communities", "count"))

    def free(self, address: str) -> int:
        """What an address can take out, cents."""
        return int(self._league.read("Communities", "free", address))

    def community(self, number: int) -> Community | None:
        """A community, None if there is none of this number."""
        if not 1 <= number <= self.count():
            return None
        hand, parent, rules, treasury, name = self._league.read("Communities", "communityOf", number)
        timelock = int(self._league.read("Council", "timelockOf", number))
        return Community(number, name, hand, parent, Rules.of(rules), treasury, timelock)

    def members(self, number: int) -> tuple[str, ...]:
        """Addresses, in the order in which the treasury is shared."""
        return tuple(self._league.read("Communities", "membersOf", number))

    def weight(self, number: int, address: str, at: int) -> int:
        """Of an address' vote at a time that is over, with what others delegated to it."""
        return int(self._league.read("Communities", "weightAt", number, address, at))

    def _send(self, role: str, function: str, *words: object, key: str) -> Sent:
        return self._league.send(key, role, "Communities", function, *words)
