"""A league with one planned order after the other, and the few sentences in which its agreements are told."""

from __future__ import annotations

from typing import Any, cast

from hanse.ledger.deal import Conditions, Deal, Milestone, by_member
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.league import ARBITER, COORDINATOR, SECOND_ARBITER, AcceptedPlan
from hanse.ledger.store import Ledger

PLAN, DOCUMENT, OPERATIONS, EVIDENCE, REASON = (f"0x{number:064x}" for number in (11, 12, 13, 14, 15))
DEPOSIT, PURSE, PRICE, COMPENSATION, SUBSIDY = 500, 10_000, 1_001, 101, 40
MEMBERS = ("mill", "lathe")
WINDOW = 1_000
"""Seconds of everything that takes time: long against the seconds that pass by themselves."""


class Bargain:
    """The cast of one ledger: a customer, two members, the coordinator who proposes, a solver, two arbiters."""

    def __init__(self, ledger: Ledger, name: str = "bargain") -> None:
        """name: of this bargain, if the ledger has several."""
        self.ledger, self.name = ledger, name
        league, settlement = ledger.league, ledger.settlement
        self.product = int(league.add_product(1, PLAN, key=f"{name}/product").value("product"))
        for who in ("customer", COORDINATOR):
            league.mint(league.address(who), PURSE, key=f"{name}/{who}/mint")
            settlement.allow(who, PURSE, key=f"{name}/{who}/allow").wait()
            settlement.deposit(who, PURSE, key=f"{name}/{who}/put down").wait()
        self.orders = 0

    def address(self, role: str) -> str:
        return self.ledger.league.address(role)

    @property
    def now(self) -> int:
        """Time of the newest block."""
        newest = self.ledger.chain.block(self.ledger.chain.height())
        assert newest is not None
        return newest.timestamp

    def until(self, time: int) -> None:
        """The next block is at this time at the earliest."""
        if time > self.now:
            chain = cast("EmbeddedChain", self.ledger.chain)
            chain._ask("evm_setNextBlockTimestamp", [time])
            chain._ask("evm_mine", [])

    def order(self, deposit: int = DEPOSIT) -> int:
        """The number of a new planned order."""
        league, name = self.ledger.league, f"{self.name}/order {self.orders}"
        self.orders += 1
        league.mint(self.address("customer"), deposit, key=f"{name}/mint")
        league.approve("customer", deposit, key=f"{name}/approve").wait()
        sent = league.place("customer", self.product, 1, DOCUMENT, 0, deposit, key=f"{name}/place")
        number = int(sent.value("order"))
        plan = AcceptedPlan(
            league.head(), DOCUMENT, PLAN, DOCUMENT, "cost", 1, 0, "none", 1, 1, 0, 0, self.address("solver")
        )
        league.append_block(plan, [number], key=f"{name}/block").wait()
        return number

    def conditions(self, **changes: Any) -> Conditions:
        said: dict[str, Any] = {
            "review": WINDOW, "patience": WINDOW, "ruling": WINDOW, "appeal": WINDOW, "grace": 100, "unit": 100,
            "per_unit": 10_000, "cap": 250_000, "reward": 20_000, "fee": 10_000,
        }  # fmt: skip
        people = (self.address("solver"), self.address(ARBITER), self.address(SECOND_ARBITER))
        return Conditions(*people, **(said | changes))

    def deal(self, order: int, **changes: Any) -> Deal:
        """A deal for an order: one milestone of each member, with a deadline in one window, to be begun in two."""
        now = self.now
        work = by_member(
            Milestone(self.address(role), OPERATIONS, PRICE, now + 2 * WINDOW, now + 3 * WINDOW, COMPENSATION, SUBSIDY)
            for role in MEMBERS
        )
        said: dict[str, Any] = {
            "plan": PLAN, "document": DOCUMENT, "order": order, "customer": self.address("customer"),
            "proposer": self.address(COORDINATOR), "deadline": now + WINDOW, "conditions": self.conditions(),
            "milestones": work,
        }  # fmt: skip
        return Deal(**(said | changes))

    def role_of(self, address: str) -> str:
        """The name of a party."""
        roles = ("customer", *MEMBERS, COORDINATOR, "solver", "treasury", ARBITER, SECOND_ARBITER)
        return next(role for role in roles if self.address(role) == address)

    def signatures(self, agreement: int, deal: Deal) -> list[bytes]:
        """Of all parties, in their order."""
        return [self.ledger.agreements.sign(self.role_of(one), agreement, deal) for one in deal.parties()]

    def agreed(self, name: str, **changes: Any) -> tuple[int, Deal]:
        """An active agreement about a new order."""
        deal = self.deal(self.order(), **changes)
        agreement = int(self.ledger.agreements.propose(COORDINATOR, deal, key=f"{name}/propose").value("agreement"))
        signed = self.signatures(agreement, deal)
        self.ledger.agreements.activate("stranger", agreement, deal, signed, key=f"{name}/activate").wait()
        return agreement, deal

    def worker(self, deal: Deal, milestone: int) -> str:
        """The role whose milestone it is."""
        return self.role_of(deal.milestones[milestone].member)
