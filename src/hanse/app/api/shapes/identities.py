"""Identities: keys, delegates, clerks, guardians; credentials, shown and judged; refusals; the network of all."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import ADDRESS, Address, Cents, Hash, Moment, Shape, Words
from hanse.app.api.shapes.machines import Machine

DID = f"did:ethr:0x1:{ADDRESS}"

Did = Annotated[str, StringConstraints(max_length=100), Field(examples=[DID])]
Days = Annotated[int, Field(ge=0, le=3650, examples=[365], description="From now on; 0 ends it at once.")]
Claim = Annotated[str, StringConstraints(min_length=1, max_length=128), Field(examples=["name"])]
Text = Annotated[str, StringConstraints(max_length=65_536), Field(examples=["eyJhbGciOiJFUzI1NksifQ.e30.AA~"])]
Nonce = Annotated[str, StringConstraints(max_length=200), Field(examples=["n-0S6_WzA2Mj"])]
Value = str | int | float | bool


class DelegateNow(Shape):
    """kind: hanse/readings of all machines, or of one; sigAuth, veriKey as did:ethr has them."""

    delegate: Address
    kind: str = Field(examples=["hanse/readings"])
    until: Moment


class MandateNow(Shape):
    """What a clerk may sign: cents of one agreement, and of a period of seconds, of which `spent` are used."""

    clerk: Address
    per_deal: Cents
    per_period: Cents
    period: int = Field(examples=[2_592_000])
    spent: Cents
    until: Moment


class GuardNow(Shape):
    """candidate: who is to be the owner from `ready` on; null while too few guardians agree."""

    guardians: list[Address]
    threshold: int = Field(examples=[2])
    delay: int = Field(examples=[259_200])
    candidate: Address | None
    ready: Moment | None


class RevokedNow(Shape):
    """A credential about this identity that its issuer took back."""

    issuer: Address
    digest: Hash
    block: int = Field(examples=[42])


class IdentityNow(Shape):
    """As after `block`. owner: the key that decides; document: of did:ethr. Delegates and mandates that have ended are
    left out."""

    did: Did
    owner: Address
    block: int = Field(examples=[42])
    block_hash: Hash
    document: dict[str, Any] = Field(examples=[{"id": DID}])
    delegates: list[DelegateNow]
    mandates: list[MandateNow]
    guard: GuardNow | None
    revoked: list[RevokedNow]


class Delegate(Shape):
    """machines: may seal the readings of these only; none for all of them. days: 0 ends it; without machines, for every
    machine."""

    delegate: Address
    kind: Literal["hanse/readings", "sigAuth", "veriKey"] = "hanse/readings"
    machines: list[Machine] = Field(default=[], max_length=32, examples=[["M1"]])
    days: Days = 365


class Mandate(Shape):
    """period_days: a period begins with its first acceptance."""

    clerk: Address
    per_deal: Cents
    per_period: Cents
    period_days: int = Field(default=30, ge=1, le=3650, examples=[30])
    days: Days = 365


class Rotate(Shape):
    """owner: the key that decides from then on."""

    owner: Address


class SetGuardians(Shape):
    """threshold: how many must agree; hours: in which the owner can object. No guardians: nobody can recover it."""

    guardians: list[Address] = Field(max_length=16)
    threshold: int = Field(default=1, ge=1, le=16, examples=[1])
    hours: int = Field(default=72, ge=1, le=2160, examples=[72])


class Issue(Shape):
    """claims: each is hidden until its holder shows it."""

    kind: Literal["organisation", "person", "device"]
    subject: Address
    claims: dict[Claim, Value] = Field(min_length=1, max_length=64, examples=[{"name": "Mueller GmbH"}])
    days: int = Field(default=365, ge=1, le=3650, examples=[365])


class CredentialNow(Shape):
    """credential: give it to its holder; it is kept nowhere here. digest: by which it is taken back."""

    credential: Text
    digest: Hash
    issuer: Did
    subject: Did
    until: Moment


class RevokeCredential(Shape):
    """By its text, or its digest and whom it is about."""

    credential: Text | None = None
    digest: Hash | None = None
    subject: Address | None = Field(default=None, examples=[ADDRESS])
    reason: Words = ""


class Present(Shape):
    """show: the claims to show. audience, nonce: as the reader gave them."""

    credential: Text
    show: list[Claim] = Field(max_length=64, examples=[["name"]])
    audience: str = Field(max_length=200, examples=["https://league.example"])
    nonce: Nonce


class Presented(Shape):
    presentation: Text


class QuestionNow(Shape):
    """What to tell a holder who is to show something: for whom, with which number, until when. It answers once."""

    audience: str = Field(examples=["https://league.example"])
    nonce: Nonce
    expires: Moment


class Judge(Shape):
    """presentation: what was shown; nonce: of a question of yours."""

    presentation: Text
    nonce: Nonce


class VerifiedNow(Shape):
    """What is believed of what was shown; status as after `block`."""

    kind: str = Field(examples=["organisation"])
    issuer: Did
    subject: Did
    claims: dict[str, Any] = Field(examples=[{"name": "Mueller GmbH"}])
    until: Moment
    digest: Hash
    block: int = Field(examples=[42])
    block_hash: Hash


class RefusalNow(Shape):
    """party: who it said it was, empty if that cannot be told; reason: a name of the list in docs/identity.md."""

    number: int = Field(examples=[7])
    moment: Moment
    place: str = Field(examples=["presentation"])
    party: str = Field(examples=[DID])
    reason: str = Field(examples=["REVOKED"])
    detail: str = Field(examples=["in block 42"])


class NodeNow(Shape):
    address: Address
    kind: Literal["enterprise", "person", "device"]
    name: str = Field(examples=["Mueller"])


class LinkNow(Shape):
    """source does this for target. most: cents of one agreement, where that is limited."""

    source: Address
    target: Address
    tie: Literal["decides", "reads", "shows", "signs", "acts", "commits", "guards"]
    until: Moment | None
    most: Cents | None


class NetworkNow(Shape):
    """more: whether there is more than was asked for."""

    nodes: list[NodeNow]
    links: list[LinkNow]
    more: bool
