"""Communities, proposals and votes, the charter, where the league goes on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import Address, Cents, Hash, Moment, Number, Shape

Seconds = Annotated[int, Field(ge=0, le=90 * 86_400, examples=[86_400])]
Sentence = Annotated[
    str,
    StringConstraints(min_length=4, max_length=300),
    Field(examples=["share 12000"], description="One sentence of docs/governance.md."),
]
Weight = Annotated[int, Field(ge=0, examples=[3])]
JoiningWord = Literal["open", "certified", "invited"]
MeasureWord = Literal["equal", "contribution"]
SupportWord = Literal["for", "against", "abstain"]
StateWord = Literal["pending", "active", "defeated", "succeeded", "queued", "executed", "cancelled", "lapsed"]


class RulesNow(Shape):
    """joining: who may join; weight: what a vote weighs; sharing: by what the treasury is shared; delay: from a
    proposal to the first vote; period: how long votes are taken."""

    joining: JoiningWord = Field(examples=["open"])
    weight: MeasureWord = Field(examples=["equal"])
    sharing: MeasureWord = Field(examples=["equal"])
    quorum: Annotated[int, Field(ge=1, le=1_000_000, examples=[500_000])]
    delay: Seconds
    period: Annotated[int, Field(ge=60, le=90 * 86_400, examples=[259_200])]


class FoundCommunity(Shape):
    """timelock: seconds from a decision to what it does."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=64), Field(examples=["Millers of the valley"])]
    rules: RulesNow
    timelock: Seconds


class CommunityNow(Shape):
    """hand: the account that acts for it; parent: the community it is a member of; yours: whether you are a member;
    invited: whether it would let you join."""

    number: Number
    name: str = Field(examples=["Millers of the valley"])
    hand: Address
    parent: int | None = Field(examples=[None])
    rules: RulesNow
    said: str = Field(examples=["open to anyone; one member, one vote"], description="The rules in words.")
    treasury: Cents
    members: int = Field(examples=[3])
    yours: bool
    invited: bool


class BelongsNow(Shape):
    """community: whose account the member is, null for a person; contributed: since it joined; delegate: who votes for
    it."""

    member: Address
    community: int | None = Field(examples=[None])
    contributed: Cents
    delegate: Address


class CommunityStory(Shape):
    """A community with its members."""

    now: CommunityNow
    belongs: list[BelongsNow]


class DelegateTo(Shape):
    """to: a member; your own address takes it back."""

    to: Address


class PutForward(Shape):
    """do: what is to be done, a sentence each; why: what people read before they vote."""

    do: list[Sentence] = Field(min_length=1, max_length=16)
    why: Annotated[str, StringConstraints(min_length=1, max_length=2000), Field(examples=["as we said on Thursday"])]


class CastVote(Shape):
    """digest: of the proposal as you read it."""

    digest: Hash
    vote: SupportWord = Field(examples=["for"])


class VoteNow(Shape):
    voter: Address
    vote: SupportWord = Field(examples=["for"])
    weight: Weight


class ProposalNow(Shape):
    """does: what it does, read from its calls; why: what its proposer says. Votes are taken from `votes_from` until
    `votes_until`; executable_from: when what was decided is done, null before it is in the timelock; lapses: when it is
    too late for the next step, null unless it is decided and waits. your_vote: how you voted, null if you did not;
    you_may_vote: whether you could now."""

    number: Number
    community: Number
    community_name: str = Field(examples=["Millers of the valley"])
    proposer: Address
    state: StateWord = Field(examples=["active"])
    does: list[str] = Field(examples=[["share 120.00 of the treasury of community 2 among its members"]])
    why: str = Field(examples=["as we said on Thursday"])
    digest: Hash
    made: Moment
    votes_from: Moment
    votes_until: Moment
    executable_from: Moment | None
    lapses: Moment | None
    yes: Weight
    no: Weight
    abstained: Weight
    quorum: Weight
    your_vote: SupportWord | None = Field(examples=["for"])
    you_may_vote: bool


class ProposalStory(Shape):
    """A proposal with its votes."""

    now: ProposalNow
    votes: list[VoteNow]


class TermNow(Shape):
    """A parameter. by: who holds people to it: `chain` (a contract refuses what breaks it) or `service`."""

    name: str = Field(examples=["review"])
    words: str = Field(examples=["the shortest time a customer has to look at what was delivered"])
    unit: Literal["seconds", "cents", "millionths", "units"] = Field(examples=["seconds"])
    value: int = Field(examples=[259_200])
    said: str = Field(examples=["3 days"])
    least: int = Field(examples=[1])
    most: int = Field(examples=[7_776_000])
    by: Literal["chain", "service"]


class SuccessorNow(Shape):
    """Where the league goes on. hard: nothing is begun here from block `start` on."""

    book: Address
    start: int = Field(examples=[1200])
    hard: bool
    said: str = Field(examples=["the league goes on at 0x… too, from block 1200 (now 1100)"])


class CharterNow(Shape):
    """The league's parameters, and its successor if one was announced."""

    terms: list[TermNow]
    successor: SuccessorNow | None
