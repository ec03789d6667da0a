"""The deal: all that the parties of an agreement sign, field by field the contracts' structs, and its hash.

Amounts are cents, times seconds since 1970 by the clock of the chain, durations seconds, shares and rates millionths.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from eth_abi.abi import encode

from hanse.errors import InputError
from hanse.ledger.league import hash_bytes, hash_text
from hanse.model.keccak import keccak
from hanse.units import MILLION

MILESTONE = "(address,bytes32,uint96,uint96,uint96,uint40,uint40,uint40)"
CONDITIONS = f"(address,address,address,{'uint32,' * 11}uint128)"
DEAL = f"(bytes32,bytes32,uint64,address,address,uint40,uint8,uint8,{CONDITIONS},{MILESTONE}[])"
"""The structs of contracts/src/interfaces/Deal.sol as ABI types."""

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Milestone:
    """Work of one member that is paid on its own. operations: Merkle root or hash of the list of its operations; price:
    for work in time that is accepted; compensation: on top, of which the proposer pays `subsidy` and the customer the
    rest; work not begun by `start_by` is given back; later than `due` is late. fund_by: 0 if the customer pays
    into escrow with the agreement; else an instalment, to be paid in before this. At least one of a deal
    has none."""

    member: str
    operations: str
    price: int
    start_by: int
    due: int
    compensation: int = 0
    subsidy: int = 0
    fund_by: int = 0

    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        money = (self.price, self.compensation, self.subsidy)
        return (self.member, hash_bytes(self.operations), *money, self.start_by, self.due, self.fund_by)


@dataclass(frozen=True, slots=True)
class Conditions:
    """How it is settled. solver: gets `reward` of what is paid of the price, `fee` goes to the treasury, both on top.
    arbiter, second_arbiter: decide disputes and appeals, within `ruling` each; a ruling can be appealed for `appeal`;
    if the arbiter is silent the member gets `fallback_share`. review: a delivery that nobody disputes for so long is
    accepted. patience: so long after it was due, undelivered work is given back. Lateness costs nothing within `grace`,
    then `per_unit` of the price for each `unit` seconds, at most `cap` of it. liability: the clause by which arbiters
    rule (`value.liability.Liability.word`), 0 for none."""

    solver: str
    arbiter: str
    second_arbiter: str
    review: int = 7 * DAY
    patience: int = 30 * DAY
    ruling: int = 14 * DAY
    appeal: int = 7 * DAY
    fallback_share: int = MILLION // 2
    grace: int = DAY
    unit: int = DAY
    per_unit: int = MILLION // 100
    cap: int = MILLION // 5
    reward: int = 0
    fee: int = 0
    liability: int = 0

    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        return tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Share:
    """What one party signs for. A member: hash of its milestones' operations, their prices and compensations. The
    customer: no operations, all it pays at most, and its part of the compensations apart from it."""

    party: str
    operations: bytes
    price: int
    compensation: int


@dataclass(frozen=True, slots=True)
class Deal:
    """One order, whoever works for it, and how it ends.

    plan: root of the plan; document: content hash, where it can be read in words; order: its number; proposer: who
    pays the subsidies; deadline: active before this or never; milestones: 1 to 32, ordered by members' addresses (see
    `by_member`); rounds: how many versions there can be; version: which this is, from 1. Raises InputError for
    milestones out of order; the contract refuses the rest, in words.
    """

    plan: str
    document: str
    order: int
    customer: str
    proposer: str
    deadline: int
    conditions: Conditions
    milestones: tuple[Milestone, ...]
    rounds: int = 3
    version: int = 1

    def __post_init__(self) -> None:
        if by_member(self.milestones) != self.milestones:
            raise InputError(
                "milestones must be ordered by the members' addresses",
                where=f"deal for order {self.order}",
                hint="use by_member(milestones)",
            )

    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        return (
            *(hash_bytes(self.plan), hash_bytes(self.document), self.order, self.customer, self.proposer),
            *(self.deadline, self.rounds, self.version, self.conditions.words()),
            tuple(one.words() for one in self.milestones),
        )

    def digest(self, agreement: int) -> bytes:
        """What the contracts keep of version `version` of an agreement: the hash of its number and this deal."""
        return keccak(encode(["uint256", DEAL], [agreement, self.words()]))

    def parties(self) -> tuple[str, ...]:
        """Who signs, in the order of the signatures: the customer, then members by address."""
        return (self.customer, *dict.fromkeys(one.member for one in self.milestones))

    def share(self, party: str) -> Share:
        """What a party signs for. Raises InputError for a stranger."""
        own = [one for one in self.milestones if one.member == party]
        if party == self.customer:
            onto = (self.conditions.reward, self.conditions.fee)
            price = sum(one.price + sum(one.price * rate // MILLION for rate in onto) for one in self.milestones)
            return Share(party, bytes(32), price, sum(one.compensation - one.subsidy for one in self.milestones))
        if not own:
            raise InputError("this is no party of the deal", where=party, hint=f"parties: {', '.join(self.parties())}")
        operations = keccak(b"".join(hash_bytes(one.operations) for one in own))
        return Share(party, operations, sum(one.price for one in own), sum(one.compensation for one in own))

    def text(self) -> str:
        """As JSON, for tables."""
        return json.dumps(asdict(self), separators=(",", ":"))


def by_member(milestones: Iterable[Milestone]) -> tuple[Milestone, ...]:
    """Milestones in the order that deals want: by the members' addresses, a member's own as they come."""
    return tuple(sorted(milestones, key=lambda one: int(one.member, 16)))


def deal_of_words(words: Sequence[Any]) -> Deal:
    """A deal from the contract's struct, as events tell it."""
    plan, document, order, customer, proposer, deadline, rounds, version, conditions, milestones = words
    return Deal(
        *(hash_text(plan), hash_text(document), order, customer, proposer, deadline, Conditions(*conditions)),
        tuple(
            Milestone(member, hash_text(operations), price, start_by, due, compensation, subsidy, fund_by)
            for member, operations, price, compensation, subsidy, start_by, due, fund_by in milestones
        ),
        rounds,
        version,
    )


def deal_of_text(text: str) -> Deal:
    """The inverse of `Deal.text`."""
    told = json.loads(text)
    told["conditions"] = Conditions(**told["conditions"])
    told["milestones"] = tuple(Milestone(**one) for one in told["milestones"])
    return Deal(**told)
