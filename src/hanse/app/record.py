"""The record of a voyage: everything `hanse run` did, as plain values. `--json` prints it, `report.html` draws it,
`hanse audit` recomputes it. Money and times are integers in the units of the problem they belong to; hashes are `0x…`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hanse.app.carbon import GRID
from hanse.model.plan import Plan
from hanse.model.problem import Problem

Answer = Literal["ACCEPT", "PARTIAL", "REJECT"]


@dataclass(frozen=True, slots=True)
class Member:
    """A certified enterprise. services: names it offers, in the order of the league's list. gas: of registering."""

    id: str
    name: str
    address: str
    services: tuple[str, ...]
    metadata: str
    gas: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the catalogue and the services it needs."""

    number: int
    name: str
    required: tuple[str, ...]
    plans: str


@dataclass(frozen=True, slots=True)
class Order:
    """A placed order. number: its name on the ledger; job: its name in the problem; deposit: held in league money
    (cents); gas: of placing."""

    number: int
    job: str
    customer: str
    address: str
    product: int
    quantity: int
    specification: str
    deposit: int
    gas: int


@dataclass(frozen=True, slots=True)
class Match:
    """The contract's answer for one order and one member: `offered` of `required` services."""

    order: int
    member: str
    answer: Answer
    required: int
    offered: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the plan gives one order beside what was asked: cost against budget, completion against due date, mean
    quality (millionths, None if unknown) against the least quality. `ok`: every limit that was set is kept. energy: of
    its operations, 0 where none is stated."""

    order: int
    job: str
    cost: int
    completion: int
    quality: int | None
    ok: bool
    energy: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """An accepted plan on the chain. transaction: hash of the transaction that carried it."""

    number: int
    hash: str
    previous: str
    evidence: str
    solver: str
    orders: tuple[int, ...]
    transaction: str
    gas: int


@dataclass(frozen=True, slots=True)
class Change:
    """A ratio before and after, in millionths."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One member asked to do its part of one order. Money in cents, times in seconds since 1970, ratios in millionths.

    price, compensation: as in the last version; subsidy: the operator's part of the compensation. said: its answers, in
    order. satisfaction: with the work that satisfies it least, as planned and as offered in the end; None without
    preferences. ending: how it was settled, empty before; share: what it got of what it earned; late: seconds;
    paid, paid_by_operator: what it got in all, and of that from the operator. reputation: by this order.
    """

    member: str
    operations: tuple[str, ...]
    price: int
    compensation: int
    subsidy: int
    start_by: int
    due: int
    said: tuple[str, ...]
    satisfaction: Change | None
    ending: str = ""
    share: int = 0
    rating: int | None = None
    late: int = 0
    paid: int = 0
    paid_by_operator: int = 0
    reputation: Change | None = None


AgreementState = Literal["settled", "undone", "running", "declined", "not proposed"]
"""undone: settled too, but some of its work never came, and what was locked for that went back."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What became of one order after it was planned. number: on the ledger, 0 if it was not proposed; versions: how
    many were proposed.

    What came, in cents: deposit, with the order; added: by the customer to the escrow; subsidies: by the operator.
    Where it went: `paid` to members (`Asked`), reward to the solver, fee to the treasury, back and back_to_operator to
    who put it there (the deposit of a declined order too), locked still. Both sums are equal. satisfaction: the
    customer's, with the planned cost and with all it pays; credit: the customer's, by this order. divided: what prices
    hold beyond the plan's cost, divided among the members by contribution.
    """

    order: int
    number: int
    versions: int
    state: AgreementState
    deposit: int
    added: int
    subsidies: int
    reward: int
    fee: int
    back: int
    back_to_operator: int
    locked: int
    satisfaction: Change | None
    credit: Change | None
    asked: tuple[Asked, ...]
    divided: int = 0

    @property
    def paid(self) -> int:
        """To all members."""
        return sum(one.paid for one in self.asked)


@dataclass(frozen=True, slots=True)
class Part:
    """One problem of the voyage, its plan, what each of its orders gets, its block, and the agreements about it."""

    problem: Problem
    plan: Plan
    outcomes: tuple[Outcome, ...]
    block: Block
    agreements: tuple[Agreement, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount of money. settled: it has moved on the ledger; otherwise it is promised by the plan."""

    payer: str
    payee: str
    reason: str
    amount: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the story: `what` was done in `seconds`."""

    what: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where all this is recorded: chain id, contract addresses by name, and what it took."""

    chain_id: int
    contracts: dict[str, str]
    transactions: int
    gas: int


@dataclass(frozen=True, slots=True)
class Voyage:
    """The whole record. `created` is ISO 8601 in UTC; `services` names the bits of the league's catalogue; `grid`:
    grams of CO2e per kWh."""

    case: str
    title: str
    source: str
    notes: tuple[str, ...]
    created: str
    version: str
    services: tuple[str, ...]
    members: tuple[Member, ...]
    products: tuple[Product, ...]
    orders: tuple[Order, ...]
    matches: tuple[Match, ...]
    parts: tuple[Part, ...]
    flows: tuple[Flow, ...]
    stages: tuple[Stage, ...]
    ledger: Ledger
    grid: int = GRID
