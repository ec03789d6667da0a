"""The audit of communities and what they decided: treasuries, shares and votes, played again from the events alone.

Each share is divided again by the rule's twin, every cent is where the book says, every vote is counted again and had
the weight that the contract knows of the second before the proposal, and nothing was done that was not decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hanse.app.audit_events import events
from hanse.app.audit_transfers import match_transfers
from hanse.governance.rules import Rules, divide, quorum
from hanse.ledger.contracts import Event
from hanse.units import MILLION

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.index import Index
    from hanse.ledger.store import Ledger

Values = Mapping[str, Any]


@dataclass(slots=True)
class Book:
    """What the events add up to. hands: community by its hand; given: what a member contributed, by community and
    member; told: deposits and withdrawals."""

    hands: dict[str, int] = field(default_factory=dict)
    rules: dict[int, Rules] = field(default_factory=dict)
    treasury: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    free: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    given: dict[tuple[int, str], int] = field(default_factory=dict)
    told: list[tuple[str, str, int]] = field(default_factory=list)

    def pay(self, to: str, amount: int) -> None:
        """To a community's treasury if it is its hand, else to what an account has free."""
        if to in self.hands:
            self.treasury[self.hands[to]] += amount
        else:
            self.free[to] += amount


def audit_communities(check: Check, ledger: Ledger) -> None:
    """Every step again, then members, treasuries, purses and the token's balance against the contract."""
    book, communities = Book(), ledger.communities
    for event, _ in events(ledger, "Communities"):
        check.count += 1
        step = _STEPS.get(event.name)
        if step is not None:
            step(check, book, event)
    for number, treasury in book.treasury.items():
        kept = communities.community(number)
        check.expect(f"treasury of community {number}", None if kept is None else kept.treasury, treasury)
        check.expect(f"rules of community {number}", None if kept is None else kept.rules, book.rules[number])
        members = sorted(member for at, member in book.given if at == number)
        check.expect(f"members of community {number}", sorted(communities.members(number)), members)
    for account, amount in book.free.items():
        check.expect(f"free to {account} among the communities", communities.free(account), amount)
    transfers = ledger.index.transfers()
    what = "deposits and withdrawals of the communities"
    gifts = match_transfers(check, what, communities.address, book.told, transfers)
    held = sum(book.free.values()) + sum(book.treasury.values()) + gifts
    check.expect("money of the communities", ledger.league.balance(communities.address), held)


def audit_decisions(check: Check, ledger: Ledger, index: Index) -> None:
    """Every vote counted again; nothing waits or was done that had no majority or no quorum. index: read models made
    anew."""
    votes = index.votes()
    for row in index.proposals():
        where, count = f"proposal {row.number}", row.count
        own = [one for one in votes if one.proposal == row.number]
        for support, told in (("for", count.yes), ("against", count.no), ("abstain", count.abstained)):
            check.expect(f"{where}, {support}", told, sum(one.weight for one in own if one.support == support))
        for one in own:
            had = ledger.communities.weight(row.community, one.voter, row.made - 1)
            check.expect(f"{where}, weight of {one.voter}", one.weight, had)
        total = int(ledger.league.read("Communities", "totalAt", row.community, row.made - 1))
        check.expect(f"{where}, a quorum of what there was", 1 <= count.quorum <= quorum(total, MILLION), True)
        if count.queued or count.executed:
            decided = count.yes > count.no and count.yes + count.abstained >= count.quorum
            check.expect(f"{where} was decided", decided, True)
        kept = ledger.council.proposal(row.number)
        check.expect(f"{where}, on the chain", None if kept is None else (kept.digest, kept.count), (row.digest, count))


def _founded(_: Check, book: Book, event: Event) -> None:
    told = event.values
    book.hands[told["hand"]], book.rules[told["community"]] = told["community"], Rules.of(told["rules"])
    book.treasury[told["community"]] = 0


def _amended(_: Check, book: Book, event: Event) -> None:
    book.rules[event.values["community"]] = Rules.of(event.values["rules"])


def _joined(_: Check, book: Book, event: Event) -> None:
    book.given[event.values["community"], event.values["member"]] = 0


def _left(_: Check, book: Book, event: Event) -> None:
    del book.given[event.values["community"], event.values["member"]]


def _contributed(_: Check, book: Book, event: Event) -> None:
    told = event.values
    book.pay(told["member"], -told["amount"])
    book.treasury[told["community"]] += told["amount"]
    book.given[told["community"], told["member"]] += told["amount"]


def _paid(_: Check, book: Book, event: Event) -> None:
    book.treasury[event.values["community"]] -= event.values["amount"]
    book.pay(event.values["to"], event.values["amount"])


def _shared(check: Check, book: Book, event: Event) -> None:
    told = event.values
    community, members, amounts = told["community"], told["members"], list(told["amounts"])
    by_heads = book.rules[community].sharing == "equal"
    measures = [1 if by_heads else book.given[community, member] for member in members]
    where = f"shares of community {community} in {event.log.transaction}"
    check.expect(where, amounts, divide(told["amount"], measures))
    check.expect(f"{where}, whose", sorted(members), sorted(one for at, one in book.given if at == community))
    book.treasury[community] -= told["amount"]
    for member, amount in zip(members, amounts, strict=True):
        book.pay(member, amount)


def _moved(_: Check, book: Book, event: Event) -> None:
    amount = event.values["amount"] if event.name == "Deposited" else -event.values["amount"]
    book.free[event.values["account"]] += amount
    book.told.append((event.log.transaction, event.values["account"], amount))


_STEPS: Mapping[str, Callable[[Check, Book, Event], None]] = {
    "FoundedCommunity": _founded,
    "Amended": _amended,
    "Joined": _joined,
    "Left": _left,
    "Contributed": _contributed,
    "Paid": _paid,
    "Shared": _shared,
    "Deposited": _moved,
    "Withdrawn": _moved,
}
