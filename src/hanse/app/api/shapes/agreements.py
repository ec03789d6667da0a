"""Agreements, the work they promise, and how it is settled."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hanse.app.api.shapes.base import (
    HASH,
    Address,
    Cents,
    Hash,
    Millionths,
    Moment,
    Number,
    Place,
    Shape,
    Signature,
    Words,
)


class Compensation(Shape):
    """On top of a member's price. subsidy: of it, paid by the proposer."""

    amount: Cents
    subsidy: Cents = Field(default=0, examples=[0])


class Borne(Shape):
    """What the member bears of each failure, millionths of what it earned; the customer bears the rest. Lateness has
    its curve in the conditions."""

    quality: Millionths = Field(examples=[1_000_000])
    breakdown: Millionths = Field(examples=[100_000])
    transport: Millionths = Field(examples=[500_000])


class Propose(Shape):
    """compensation: by member id. arbiters: first and second, null for the league's. by_contribution: prices divide
    what the customer's budget leaves over costs, reward and fee by what the members added; else they are the costs.
    liability: who bears which failure, null for what the arbiter thinks right. instalments: the customer pays in at
    first what begins first, and the rest a day before it has to be begun. loyalty: the customer's points lower the
    league's fee."""

    order: Number
    compensation: dict[str, Compensation] = Field(default={}, max_length=32, examples=[{}])
    arbiters: tuple[Address, Address] | None = None
    by_contribution: bool = False
    liability: Borne | None = None
    instalments: bool = False
    loyalty: bool = False


class Revise(Shape):
    compensation: dict[str, Compensation] = Field(max_length=32, examples=[{"E1": {"amount": 5_000, "subsidy": 2_500}}])


class MilestoneNow(Shape):
    """stage: agreed, started, delivered, disputed, ruled, appealed, settled; before the agreement is active `proposed`.
    paid: to the member; ending: how it was settled, at `ended`. held: cents the contract holds for it now; back: to
    the customer, shared: to solver, league and proposer, when it was settled. share: of the newest ruling; cause: what
    it found, empty if it is by share; waived: who lets arbiters rule by share in spite of the clause.
    fund_by: of an instalment, 0 if there is none; funded: whether the customer's money for it is there; advanced: cents
    of its pay that go to a financier first."""

    number: int = Field(examples=[0])
    member: Address
    price: Cents
    compensation: Cents
    subsidy: Cents
    start_by: Moment
    due: Moment
    stage: str = Field(examples=["delivered"])
    evidence: str = Field(examples=[HASH])
    ending: str = Field(examples=["accepted"])
    rating: int | None = Field(examples=[950_000])
    late: int = Field(examples=[0])
    paid: int = Field(examples=[456_400])
    held: int = Field(examples=[470_000])
    back: int = Field(examples=[0])
    shared: int = Field(examples=[13_600])
    share: int | None = Field(examples=[500_000])
    cause: str = Field(examples=["breakdown"])
    waived: list[Address]
    ended: int | None = Field(examples=[1_795_000_000])
    fund_by: int = Field(default=0, examples=[0])
    funded: bool = True
    advanced: int = Field(default=0, examples=[0])


class ConditionsNow(Shape):
    """How an agreement is settled: durations in seconds, rates and shares in millionths (docs/agreements.md)."""

    solver: Address
    arbiter: Address
    second_arbiter: Address
    review: int = Field(examples=[604_800])
    patience: int = Field(examples=[2_592_000])
    ruling: int = Field(examples=[1_209_600])
    appeal: int = Field(examples=[604_800])
    fallback_share: int = Field(examples=[500_000])
    grace: int = Field(examples=[86_400])
    unit: int = Field(examples=[86_400])
    per_unit: int = Field(examples=[10_000])
    cap: int = Field(examples=[200_000])
    reward: int = Field(examples=[20_000])
    fee: int = Field(examples=[10_000])


class SaidNow(Shape):
    """What a party said instead of signing. document: content hash of its words."""

    party: Address
    version: int = Field(examples=[1])
    what: str = Field(examples=["countered"])
    milestone: int | None = Field(examples=[0])
    price: int | None = Field(examples=[450_000])
    compensation: int | None = Field(examples=[20_000])
    start_by: int | None = Field(examples=[1_795_000_000])
    due: int | None = Field(examples=[1_795_600_000])
    document: str = Field(examples=[""])


class AgreementNow(Shape):
    """signed: who has signed the present version; waiting: who has not; lacks, proposer_lacks: cents the customer and
    the proposer still have to put down before it can become active. escrow: of the customer, but for its
    instalments."""

    number: Number
    order: Number
    status: str = Field(examples=["open"])
    version: int = Field(examples=[1])
    rounds: int = Field(examples=[3])
    customer: Address
    proposer: Address
    deadline: Moment
    plan: Hash
    document: Hash
    liability: Borne | None
    price: Cents
    escrow: Cents
    lacks: Cents
    proposer_lacks: Cents
    conditions: ConditionsNow
    signed: list[Address]
    waiting: list[Address]
    milestones: list[MilestoneNow]
    said: list[SaidNow]


class AcceptanceToSign(Shape):
    """Typed data (EIP-712), as `eth_signTypedData_v4` takes it."""

    typed: dict[str, Any] = Field(examples=[{"primaryType": "Acceptance"}])


class Sign(Shape):
    """signature: of a wallet; left out, the caller's managed key signs. party: whose clerk, or new key, the caller is;
    left out, it signs for itself."""

    signature: Signature | None = None
    party: Address | None = None


class Decline(Shape):
    reason: Literal["unsaid", "price", "time", "capacity", "quality", "conditions", "withdrawn"] = "unsaid"


class Counter(Shape):
    """What you would sign instead, in one milestone."""

    milestone: Place
    price: Cents
    compensation: Cents
    start_by: Moment
    due: Moment
    words: Words = ""


class Evidence(Shape):
    """words: kept in the content store; the contract keeps their hash. The hash of a feed's record is kept as it is."""

    words: Words = ""


class Accept(Shape):
    """ratings: one for each milestone, null for none."""

    milestones: list[Place] = Field(min_length=1, max_length=32, examples=[[0]])
    ratings: list[Millionths | None] = Field(min_length=1, max_length=32, examples=[[950_000]])


class Rule(Shape):
    """share: what the member gets of what it earned, where no liabilities were signed or both have waived them. cause:
    what happened, where they were; they then say the share."""

    share: Millionths | None = Field(default=None, examples=[950_000])
    cause: Literal["none", "quality", "breakdown", "transport"] | None = Field(default=None, examples=[None])
    words: Words = ""


class DeclareStance(Shape):
    """stance: hash of its document (`hanse.market.negotiation`)."""

    stance: Hash


class StanceNow(Shape):
    stance: Hash
    block: int = Field(examples=[42])


class Stances(Shape):
    declared: list[StanceNow]
