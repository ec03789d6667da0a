"""Blocks and rounds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hanse.app.api.shapes.base import Address, Cents, Document, Hash, Moment, Number, Shape


class AppendBlock(Shape):
    """problem, plan: hanse-problem/1 and hanse-plan/1; orders: the number of each job. Judged before it is recorded."""

    problem: Document = Field(examples=[{"format": "hanse-problem/1", "name": "two shops"}])
    plan: Document = Field(examples=[{"format": "hanse-plan/1"}])
    orders: dict[str, Number] = Field(min_length=1, max_length=4096, examples=[{"J1": 7}])
    solver: Address | None = None


class BlockNow(Shape):
    number: Number
    hash: Hash
    previous: Hash
    problem: Hash
    plan: Hash
    evidence: Hash
    objective: str = Field(examples=["cost"])
    value: int = Field(examples=[159_320])
    bound: int = Field(examples=[158_700])
    bound_kind: str = Field(examples=["certified"])
    cost: int = Field(examples=[159_320])
    makespan: int = Field(examples=[480])
    tardiness: int = Field(examples=[0])
    energy: int = Field(examples=[52_000])
    solver: Address
    orders: list[int] = Field(examples=[[7]])
    transaction: Hash


class RoundNow(Shape):
    """A round of solvers; all amounts in cents, or in the problem's money."""

    number: Number
    sponsor: Address
    problem: Hash
    document: Hash
    baseline: int = Field(examples=[200_000])
    target: int = Field(examples=[150_000])
    pot: Cents
    bond: Cents
    commit_end: Moment
    reveal_end: Moment
    challenge_end: Moment
    over: bool


class OpenRound(Shape):
    """problem: hanse-problem/1 of 1 to 4096 jobs; margin: each job's baseline is so much above its cheapest way, in
    millionths; pot: most that all rewards can be, null for 0.4 % of the baseline; bond: what a claim puts at risk, null
    for a tenth of the pot; commit, reveal, challenge: seconds of the three windows, null for 30, 15 and
    30. Whatever is null becomes what the charter asks for."""

    problem: Document = Field(examples=[{"format": "hanse-problem/1", "name": "two shops"}])
    margin: Annotated[int, Field(ge=1, le=10_000_000, examples=[250_000])] = 250_000
    pot: Annotated[int, Field(ge=1, le=2**62, examples=[800])] | None = None
    bond: Annotated[int, Field(ge=2, le=2**62, examples=[80])] | None = None
    commit: Annotated[int, Field(ge=1, le=30 * 86_400, examples=[30])] | None = None
    reveal: Annotated[int, Field(ge=1, le=30 * 86_400, examples=[15])] | None = None
    challenge: Annotated[int, Field(ge=0, le=30 * 86_400, examples=[30])] | None = None
    first_wins: bool = False


class ClaimNow(Shape):
    """One line of the leaderboard; numbers are null before a claim is opened."""

    number: int = Field(examples=[0])
    solver: Address
    fate: str = Field(examples=["would win"])
    demands: int | None = Field(examples=[4])
    cost: int | None = Field(examples=[160_000])
    bound: int | None = Field(examples=[158_000])
    gap: float | None = Field(examples=[0.0125])
    improvement: int | None = Field(examples=[40_000])
    reward: int | None = Field(examples=[640])


class Leaderboard(Shape):
    """phase: what is going on; left: seconds until it ends."""

    round: RoundNow
    phase: str = Field(examples=["claims are opened"])
    left: int | None = Field(examples=[12])
    claims: list[ClaimNow]
