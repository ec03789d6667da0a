"""The record of a voyage: everything `hanse run` did, as plain values. `--json` prints it, `report.html` draws it,
`hanse audit` recomputes it. Money and times are integers in the units of the problem they belong to; hashes are `0x…`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
    quality (millionths, None if unknown) against the least quality. `ok`: every limit that was set is kept."""

    order: int
    job: str
    cost: int
    completion: int
    quality: int | None
    ok: bool


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
class Part:
    """One problem of the voyage, its plan, what each of its orders gets, and its block."""

    problem: Problem
    plan: Plan
    outcomes: tuple[Outcome, ...]
    block: Block


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
    """The whole record. `created` is ISO 8601 in UTC; `services` names the bits of the league's catalogue."""

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
