"""Money, idle time, reputation, audits, the league itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from hanse.app.api.shapes.base import ADDRESS, Address, Cents, Change, Hash, Millionths, Minute, Moment, Number, Shape


class Amount(Shape):
    amount: Annotated[int, Field(ge=1, le=2**63 - 1, examples=[25_000])]


class Mint(Shape):
    """Money received outside the chain, now in the league's. reference: of what was received, as the bank names it; the
    same for the same account and amount creates money once. Empty: the key of this request."""

    to: Address
    amount: Annotated[int, Field(ge=1, le=2**63 - 1, examples=[500_000])]
    reference: str = Field(default="", max_length=140, examples=["transfer 2026-11-29/17"])


class Retire(Shape):
    """Money of yours that the league paid out to you outside the chain. reference: as in the creation of money."""

    amount: Annotated[int, Field(ge=1, le=2**63 - 1, examples=[500_000])]
    reference: str = Field(default="", max_length=140, examples=["payout 2026-11-30/3"])


class Moved(Shape):
    """purse: account, settlement, rounds, offers, communities, designs or quotations. why: in words, or the other
    account."""

    purse: str = Field(examples=["settlement"])
    amount: Change
    why: str = Field(examples=["work"])
    block: int = Field(examples=[42])


class Money(Shape):
    """What an account has: in hand, and free to take out of each purse; and the newest moves."""

    address: Address
    account: Change
    settlement: Change
    rounds: Change
    offers: Change
    communities: Change
    designs: Change
    quotations: Change
    moves: list[Moved]


class PublishOffer(Shape):
    """number: of your choice, 1 to 2^32 - 1; price: cents a minute."""

    number: Number
    machine: Annotated[int, Field(ge=0, le=2**16 - 1, examples=[2])]
    service: Annotated[int, Field(ge=0, le=255, examples=[0])]
    start: Minute
    end: Minute
    price: Annotated[int, Field(ge=0, le=2**40 - 1, examples=[150])]


class ClaimOffer(Shape):
    """The part [start, start + length) for a job that is ready at `release`, back by `due`, and `there`, `back` minutes
    away."""

    start: Minute
    length: Annotated[int, Field(ge=1, le=2**16 - 1, examples=[90])]
    release: Minute
    due: Minute
    there: Annotated[int, Field(ge=0, le=2**16 - 1, examples=[0])] = 0
    back: Annotated[int, Field(ge=0, le=2**16 - 1, examples=[0])] = 0


class OfferNow(Shape):
    """hold: minutes the host has to confirm; review: minutes the guest has after its time, decision: an arbiter after
    that; guarantee: cents that withdrawing costs either side. Of a window that is confirmed they are its own; of others
    what the charter says now."""

    host: Address
    number: int = Field(examples=[1])
    machine: int = Field(examples=[2])
    service: int = Field(examples=[0])
    start: Minute
    end: Minute
    price: int = Field(examples=[150])
    state: str = Field(examples=["free"])
    guest: str = Field(examples=[""])
    guest_start: int = Field(examples=[0])
    guest_length: int = Field(examples=[0])
    hold: int = Field(examples=[60])
    review: int = Field(examples=[4_320])
    decision: int = Field(examples=[20_160])
    guarantee: Cents = Field(examples=[0])


class Reputation(Shape):
    """Computed from settled work alone. evidence: full orders behind it, faded and capped, in millionths."""

    address: Address
    quality: Millionths
    punctuality: Millionths
    fairness: Millionths
    whole: Millionths
    credit: Millionths
    evidence: int = Field(examples=[1_000_000])
    settled: int = Field(examples=[41])


class AuditCheck(Shape):
    what: str = Field(examples=["money"])
    count: int = Field(examples=[17])
    ok: bool
    differences: list[str] = Field(examples=[[]])


class AuditNow(Shape):
    """state: none, running, done or failed. block: up to which the ledger was recomputed; checks: those that are
    done."""

    state: Literal["none", "running", "done", "failed"]
    ok: bool | None
    block: int | None = Field(examples=[42])
    seconds: float | None = Field(examples=[1.5])
    reason: str = Field(examples=[""])
    checks: list[AuditCheck]


class AskReport(Shape):
    """The period to be listed: moments, or blocks of the chain, both included; null for the beginning, and for all that
    was audited. sign: also by you, if your key is managed here."""

    since: Moment | None = None
    until: Moment | None = None
    first_block: Annotated[int, Field(ge=0, le=2**62, examples=[0])] | None = None
    last_block: Annotated[int, Field(ge=0, le=2**62, examples=[42])] | None = None
    sign: bool = False


class ReportNow(Shape):
    """file: hanse-signed-report/1; typed: what a wallet signs (EIP-712)."""

    file: dict[str, Any] = Field(examples=[{"format": "hanse-signed-report/1"}])
    typed: dict[str, Any] = Field(examples=[{"primaryType": "AuditReport"}])


class ToldNow(Shape):
    """What the ledger told last of something. what: member, product, order, answer, block, round, claim, agreement,
    milestone, offer, request or anchor; id: its number or address; block: of the chain."""

    what: str = Field(examples=["order"])
    id: str = Field(examples=["7"])
    block: int = Field(examples=[42])
    transaction: Hash


class LeagueNow(Shape):
    """Where the league is: name, chain and contracts. auditor: what signs the service's audit reports."""

    name: str = Field(examples=["Hanse"])
    chain_id: int = Field(examples=[4219])
    block: int = Field(examples=[42])
    contracts: dict[str, str] = Field(examples=[{"League": ADDRESS}])
    auditor: Address
    services: list[str] = Field(examples=[["milling"]])


class ChainNow(Shape):
    """The chain under the league. state: well; waiting: for lower fees or a number that is missing; stalled: no block
    comes; behind: the node knows less than it did; silent: it does not answer. said: the same in words. block: its
    newest; read: the newest that answers are made of; final: of those, the newest that will not be replaced. engine:
    how blocks are agreed on, why: when one is final. since: seconds since a block was seen; ahead: seconds by which the
    chain's clock is before ours; waiting: writes in no block yet; turns: how often blocks that were read were
    replaced. The headers X-Hanse-Block, -Final and -Chain of every answer tell `read`, `final` and `state` as well."""

    state: Literal["well", "waiting", "stalled", "behind", "silent"]
    said: str = Field(examples=[""])
    block: int = Field(examples=[42])
    read: int = Field(examples=[42])
    final: int = Field(examples=[39])
    engine: str = Field(examples=["clique"])
    why: str = Field(examples=["of its 4 validators 3 must have sealed upon a block"])
    since: int = Field(examples=[1])
    ahead: int = Field(examples=[0])
    waiting: int = Field(examples=[0])
    turns: int = Field(examples=[0])


class Health(Shape):
    """Whether each part does its turns, and what is wrong with the chain, in words."""

    ok: bool
    parts: dict[str, bool] = Field(examples=[{"delivery": True}])
    chain: str = Field(default="", examples=[""])
