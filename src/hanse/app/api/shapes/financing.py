"""Instalments, and advances on what work will pay."""

from __future__ import annotations

from pydantic import Field

from hanse.app.api.shapes.base import ADDRESS, HASH, Address, Cents, Moment, Number, Place, Shape

__all__ = ["AdvanceNow", "AskAdvance", "Fund", "LoyaltyNow", "LoyaltyRule"]


class Fund(Shape):
    """Milestones whose instalments are paid in now."""

    milestones: list[Place] = Field(min_length=1, max_length=32, examples=[[1]])


class AskAdvance(Shape):
    """amount: what the member gets at once; repay: what the financier gets first of what the work pays; until: when it
    must have been given; financier: who may give it, null for anyone."""

    amount: Cents
    repay: Cents
    until: Moment
    financier: Address | None = None


class AdvanceNow(Shape):
    """state: asked, taken back, given, repaid. financier: who may give it, or gave it; empty for anyone. order: what
    the work is for; due: when it is to be delivered; most: what the work can pay the member; stage: where it stands;
    repaid: what the financier got, in the end."""

    agreement: Number
    milestone: int = Field(examples=[0])
    order: Number
    member: Address
    financier: str = Field(examples=[ADDRESS])
    amount: Cents
    repay: Cents
    until: Moment
    state: str = Field(examples=["asked"])
    repaid: int = Field(examples=[0])
    most: int = Field(examples=[456_400])
    due: Moment
    stage: str = Field(examples=["started"])


class LoyaltyRule(Shape):
    """By which good conduct earns points. rate: of the league's fee, that work brings each party, at most a half;
    half_life: seconds after which a point is half a point; cap: cents that one partner brings at most; most: of a fee,
    that points take off. Ratios in millionths."""

    rate: int = Field(ge=0, le=500_000, examples=[100_000])
    half_life: int = Field(ge=1, le=2**40, examples=[15_552_000])
    cap: int = Field(ge=0, le=2**53 - 1, examples=[10_000])
    most: int = Field(ge=0, le=1_000_000, examples=[500_000])


class LoyaltyNow(LoyaltyRule):
    """points: cents that can be taken off the league's fees; earned: by good conduct, as it counts now; taken: by
    discounts; works: pieces of work that earned something; policy: hash of the rule, empty if none was set."""

    points: int = Field(examples=[450])
    earned: int = Field(examples=[600])
    taken: int = Field(examples=[150])
    works: int = Field(examples=[12])
    policy: str = Field(examples=[HASH])
