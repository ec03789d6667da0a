"""`Settlement`: work is reported, accepted or disputed, and paid; typed actions and reads like `League`.

Of a deal the contract keeps the hash, so whoever acts on an agreement brings the deal along (`Index.agreements` has
it). What is paid is free money of whoever gets it, until it is withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from hanse.ledger.deal import Deal
from hanse.ledger.league import League, Sent, hash_bytes

Stage = Literal["agreed", "started", "delivered", "disputed", "ruled", "appealed", "settled"]
STAGES: tuple[Stage, ...] = get_args(Stage)

Ending = Literal["accepted", "silent", "ruled", "never started", "never delivered", "given up", "undecided", "unfunded"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
"""Both in the order of the contract's enums."""

CAUSES = ("none", "quality", "breakdown", "transport")
"""What an arbiter finds (`value.liability`), in the order of the contract's enum."""

NOBODY = "0x" + "00" * 20

UNRATED = 2**32 - 1
"""The rating of a customer that gives none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A milestone as the contract keeps it. delivered: seconds since 1970, 0 before; since: when it was last disputed,
    ruled or appealed; share: what the member gets of it by the ruling, or without one, millionths; ruled: whether
    there was one; funded: whether its instalment was paid in, advanced: whether a financier has
    advanced a part of what the member will get; waived: who lets the arbiter rule by share in spite of
    the clause, 1 the customer, 2 the member, 3 both."""

    stage: Stage
    delivered: int
    since: int
    share: int
    ruled: bool
    funded: bool
    advanced: bool
    waived: int = 0


@dataclass(frozen=True, slots=True)
class Advance:
    """Money now for a part of what a member will be paid. amount: cents that it gets at once; repay: cents that the
    financier gets first of what the member is paid; until: seconds since 1970, to be given; financier: who may give
    it, empty for anyone."""

    amount: int
    repay: int
    until: int
    financier: str = ""

    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        return self.financier or NOBODY, self.amount, self.repay, self.until


class Settlement:
    """The settlement of one league. Every action takes the `key` of its intention and the role whose account signs."""

    def __init__(self, league: League) -> None:
        self._league = league

    @property
    def address(self) -> str:
        """Of the contract."""
        return self._league.addresses.settlement

    # Money.

    def allow(self, owner: str, amount: int, *, key: str) -> Sent:
        """Lets the contract take up to `amount` from a role; replaces what was allowed before."""
        return self._league.send(key, owner, "LeagueToken", "approve", self.address, amount)

    def deposit(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role puts money down, from which escrows are locked; it must be allowed before."""
        return self._send(owner, "deposit", amount, key=key)

    def withdraw(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role takes free money out."""
        return self._send(owner, "withdraw", amount, key=key)

    def free(self, address: str) -> int:
        """Cents that an address may take out."""
        return int(self._read("free", address))

    # The member.

    def start(self, role: str, agreement: int, deal: Deal, milestone: int, *, key: str) -> Sent:
        """The member reports that it has begun, before `start_by`."""
        return self._send(role, "start", agreement, deal.words(), milestone, key=key)

    def deliver(self, role: str, agreement: int, deal: Deal, milestone: int, evidence: str, *, key: str) -> Sent:
        """The member reports that it has delivered. evidence: content hash."""
        return self._send(role, "deliver", agreement, deal.words(), milestone, hash_bytes(evidence), key=key)

    def give_up(self, role: str, agreement: int, deal: Deal, milestone: int, *, key: str) -> Sent:
        """The member gives a milestone back, unpaid."""
        return self._send(role, "giveUp", agreement, deal.words(), milestone, key=key)

    # The customer.

    def accept(
        self,
        role: str,
        agreement: int,
        deal: Deal,
        milestones: Sequence[int],
        ratings: Sequence[int | None],
        *,
        key: str,
    ) -> Sent:
        """The customer accepts deliveries, which are paid at once. ratings: millionths, None for no rating."""
        rated = tuple(UNRATED if rating is None else rating for rating in ratings)
        return self._send(role, "accept", agreement, deal.words(), tuple(milestones), rated, key=key)

    def dispute(self, role: str, agreement: int, deal: Deal, milestone: int, evidence: str, *, key: str) -> Sent:
        """The customer disputes a delivery within its review. evidence: content hash."""
        return self._send(role, "dispute", agreement, deal.words(), milestone, hash_bytes(evidence), key=key)

    # Instalments and financing.

    def fund(self, role: str, agreement: int, deal: Deal, milestones: Sequence[int], *, key: str) -> Sent:
        """The customer pays instalments in, each before its `fund_by`."""
        return self._send(role, "fund", agreement, deal.words(), tuple(milestones), key=key)

    def ask_advance(
        self, role: str, agreement: int, deal: Deal, milestone: int, terms: Advance | None, *, key: str
    ) -> Sent:
        """The member asks money now for a part of what it will be paid; None asks no more."""
        words = (NOBODY, 0, 0, 0) if terms is None else terms.words()
        return self._send(role, "askAdvance", agreement, deal.words(), milestone, words, key=key)

    def give_advance(self, role: str, agreement: int, deal: Deal, milestone: int, terms: Advance, *, key: str) -> Sent:
        """A financier gives exactly what is asked, and bears from then on that the work fails."""
        return self._send(role, "giveAdvance", agreement, deal.words(), milestone, terms.words(), key=key)

    # Arbiters, and whoever appeals.

    def rule(self, role: str, agreement: int, deal: Deal, milestone: int, share: int, reason: str, *, key: str) -> Sent:
        """An arbiter decides, where no clause stands. share: what the member gets of what it earned, millionths.
        reason: content hash."""
        return self._send(role, "rule", agreement, deal.words(), milestone, share, hash_bytes(reason), key=key)

    def rule_by_cause(
        self, role: str, agreement: int, deal: Deal, milestone: int, cause: str, reason: str, *, key: str
    ) -> Sent:
        """An arbiter says what went wrong, one of CAUSES; the clause that all have signed says the share."""
        words = agreement, deal.words(), milestone, CAUSES.index(cause), hash_bytes(reason)
        return self._send(role, "ruleByCause", *words, key=key)

    def waive(self, role: str, agreement: int, deal: Deal, milestone: int, *, key: str) -> Sent:
        """The customer or the member lets arbiters rule by share in this dispute; if both do, they may."""
        return self._send(role, "waive", agreement, deal.words(), milestone, key=key)

    def appeal(self, role: str, agreement: int, deal: Deal, milestone: int, evidence: str, *, key: str) -> Sent:
        """The customer or the member appeals a ruling. evidence: content hash."""
        return self._send(role, "appeal", agreement, deal.words(), milestone, hash_bytes(evidence), key=key)

    # Anyone.

    def settle(self, role: str, agreement: int, deal: Deal, milestones: Sequence[int], *, key: str) -> Sent:
        """Any role ends milestones whose time has come; refused if one is not due."""
        return self._send(role, "settle", agreement, deal.words(), tuple(milestones), key=key)

    def settle_many(self, role: str, due: Sequence[tuple[int, Deal, Sequence[int]]], *, key: str) -> Sent:
        """The same for many agreements: number, deal, milestones. What is not due is passed over."""
        words = tuple((agreement, tuple(milestones), deal.words()) for agreement, deal, milestones in due)
        return self._send(role, "settleMany", words, key=key)

    # Reading.

    def digest(self, agreement: int) -> bytes:
        """Hash of an active agreement; zeros if it is not active."""
        return bytes(self._read("digestOf", agreement))

    def progress(self, agreement: int, milestone: int) -> Progress:
        """Where a milestone stands."""
        stage, *rest = self._read("progressOf", agreement, milestone)
        return Progress(STAGES[stage], *rest)

    def owed(self, agreement: int, milestone: int) -> tuple[str, int]:
        """Whom a milestone owes, and how many cents; the zero address and 0 for nobody."""
        financier, amount = self._read("owedOf", agreement, milestone)
        return str(financier), int(amount)

    def _send(self, role: str, function: str, *words: Any, key: str) -> Sent:
        return self._league.send(key, role, "Settlement", function, *words)

    def _read(self, function: str, *words: Any) -> Any:
        return self._league.read("Settlement", function, *words)
