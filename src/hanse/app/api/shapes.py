"""What goes in and comes out, as JSON. The client (`hanse.Client`) gives back the same shapes.

Money is in cents, times are seconds since 1970 unless they say otherwise, ratios are millionths, hashes and addresses
`0x…`. Unknown fields are refused on the way in. Each field carries an example; the examples of the OpenAPI document are
put together from them.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hanse.app.api.people import Invited

T = TypeVar("T")

ADDRESS = "0xC0ffee254729296a45a3885639AC7E10F9d54979"
HASH = "0x" + "5e" * 32

Address = Annotated[str, StringConstraints(pattern="^0x[0-9a-fA-F]{40}$"), Field(examples=[ADDRESS])]
Hash = Annotated[str, StringConstraints(pattern="^0x[0-9a-f]{64}$"), Field(examples=[HASH])]
Raw = Annotated[str, StringConstraints(pattern="^0x([0-9a-fA-F]{2})+$", max_length=65_536), Field(examples=["0x02f8"])]
Signature = Annotated[str, StringConstraints(pattern="^0x[0-9a-fA-F]{130}$"), Field(examples=["0x" + "1b" * 65])]
Cents = Annotated[int, Field(ge=0, le=2**63 - 1, examples=[25_000])]
Change = Annotated[int, Field(examples=[-25_000], description="Cents, negative where they went away.")]
Millionths = Annotated[int, Field(ge=0, le=1_000_000, examples=[950_000])]
Moment = Annotated[int, Field(ge=0, le=2**40 - 1, examples=[1_795_000_000])]
Number = Annotated[int, Field(ge=1, le=2**32 - 1, examples=[7])]
Place = Annotated[int, Field(ge=0, le=31, examples=[0])]
Minute = Annotated[int, Field(ge=0, le=2**32 - 1, examples=[29_916_660], description="Minutes since 1970.")]
Plan = Annotated[int, Field(ge=0, le=10**12, examples=[480], description="Time units of the league's problems.")]
Name = Annotated[
    str, StringConstraints(pattern=r"^[\w][\w .,&'+-]{0,63}$", strip_whitespace=True), Field(examples=["Mueller"])
]
Words = Annotated[str, StringConstraints(max_length=2000), Field(examples=["three parts are out of tolerance"])]
Phrase = Annotated[
    str, StringConstraints(min_length=12, max_length=256), Field(examples=["four words are easy to keep"])
]
ServiceName = Annotated[str, StringConstraints(min_length=1, max_length=64), Field(examples=["milling"])]
Code = Annotated[str, StringConstraints(min_length=8, max_length=128), Field(examples=["Yk3v-an-invitation-code"])]


class Shape(BaseModel):
    """Base of all: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Problem(Shape):
    """What went wrong, where, and what to do (RFC 9457)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Field(examples=["/problems/not-there"])
    title: str = Field(examples=["not there"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no order 7 of yours"])
    where: str = Field(examples=["order 7"])
    hint: str = Field(examples=[""])
    request: str = Field(examples=["5f0c1d2e3a4b5c6d"], description="The request's number in the log.")


class Page(Shape, Generic[T]):
    """A part of a list. next: cursor of the part after it, null at the end."""

    items: list[T]
    next: str | None = Field(examples=["bzc"])


# --- accounts ---------------------------------------------------------------------------------------------------


class Invite(Shape):
    """offices: what the invitation is to; offices of the chain are granted when it is accepted."""

    offices: list[Invited] = Field(min_length=1, max_length=7, examples=[["member"]])
    note: Words = Field(default="", examples=["Mueller, milling"])
    days: int = Field(default=14, ge=1, le=90, examples=[14])


class Invitation(Shape):
    """code: works once; it is shown now and never again."""

    code: str = Field(examples=["Yk3v-an-invitation-code"])
    offices: list[Invited] = Field(examples=[["member"]])
    expires: Moment


class Join(Shape):
    """Accept an invitation without a wallet: a key is made and locked with the pass-phrase."""

    invitation: Code
    name: Name
    passphrase: Phrase


class Joined(Shape):
    """recovery: printed once, kept nowhere: the code, and a sheet to print."""

    address: Address
    name: Name
    recovery: str = Field(examples=["ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567"])
    sheet: str = Field(examples=["Hanse: recovery sheet of Mueller …"])


class WalletAsk(Shape):
    address: Address


class WalletMessage(Shape):
    """message: EIP-4361, to be signed as it is within five minutes."""

    message: str = Field(examples=["localhost:8080 wants you to sign in with your Ethereum account: …"])


class WalletSignIn(Shape):
    """invitation, name: at the first sign-in of a wallet that the league's contracts do not know."""

    message: str = Field(min_length=1, max_length=2000, examples=["localhost:8080 wants you to sign in …"])
    signature: Signature
    invitation: Code | None = None
    name: Name | None = None


class SignIn(Shape):
    name: Name
    passphrase: Annotated[str, StringConstraints(min_length=1, max_length=256), Field(examples=["four words are easy"])]


class Recover(Shape):
    name: Name
    code: Code
    passphrase: Phrase


class NewPhrase(Shape):
    """current: the pass-phrase so far: a session that was left open is not enough."""

    current: Annotated[str, StringConstraints(min_length=1, max_length=256), Field(examples=["four words are easy"])]
    passphrase: Phrase


class SessionNow(Shape):
    """csrf: goes into X-Hanse-CSRF of every write. offices: by the contracts, now. unlocked: whether we can sign for
    it."""

    address: Address
    name: Name
    managed: bool
    unlocked: bool
    offices: list[str] = Field(examples=[["member", "certified"]])
    csrf: str = Field(examples=["c0" * 32])


class Keyfile(Shape):
    """Web3 secret storage, as wallets import it; locked with the pass-phrase."""

    keyfile: dict[str, Any] = Field(examples=[{"version": 3, "address": ADDRESS[2:].lower(), "crypto": {}}])


# --- writes -----------------------------------------------------------------------------------------------------


class ToSign(Shape):
    """A transaction for a wallet. fees: wei per gas, `tip` null on a chain without EIP-1559."""

    to: Address
    data: Raw
    value: int = Field(examples=[0])
    nonce: int = Field(examples=[3])
    gas: int = Field(examples=[150_000])
    chain_id: int = Field(examples=[4219])
    most: int = Field(examples=[0])
    tip: int | None = Field(examples=[0])


class Step(Shape):
    """A stored transaction. block: that holds it, null before."""

    transaction: Hash
    block: int | None = Field(examples=[42])
    reason: str = Field(examples=[""])


class ActionNow(Shape):
    """state: `to sign` waits for a wallet; `stored` is on its way and will not be lost; `done` can be read everywhere;
    `failed` changed nothing, and says why. result: numbers that the contracts gave."""

    id: str = Field(examples=["0c" * 16])
    what: str = Field(examples=["place an order"])
    state: Literal["to sign", "stored", "done", "failed"]
    reason: str = Field(examples=[""])
    created: Moment
    steps: list[Step]
    sign: list[ToSign]
    result: dict[str, int | str] = Field(examples=[{"order": 7}])


class Bring(Shape):
    """The transactions of an action, signed, in their order."""

    signed: list[Raw] = Field(min_length=1, max_length=8)


# --- members, products, orders ----------------------------------------------------------------------------------


class Services(Shape):
    """The league's list; a service is known by its place, so the list only grows."""

    services: list[ServiceName] = Field(min_length=1, max_length=256, examples=[["milling", "turning"]])


class Register(Shape):
    """id: how plans name the member, for example E1; services: names from the league's list."""

    id: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$"), Field(examples=["E1"])]
    name: Name
    services: list[ServiceName] = Field(min_length=1, max_length=256, examples=[["milling"]])


class MemberNow(Shape):
    """description: content hash of what it says of itself; it counts once it is certified."""

    address: Address
    number: Number
    id: str = Field(examples=["E1"])
    name: str = Field(examples=["Mueller"])
    services: list[str] = Field(examples=[["milling"]])
    certified: bool
    description: Hash


class Certify(Shape):
    """description: of what you have seen; if the member changed it meanwhile nothing is certified."""

    description: Hash


class Revoke(Shape):
    reason: Words


class AddProduct(Shape):
    id: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$"), Field(examples=["gearbox"])]
    name: Name
    required: list[ServiceName] = Field(min_length=1, max_length=256, examples=[["milling", "turning"]])


class ProductNow(Shape):
    number: Number
    id: str = Field(examples=["gearbox"])
    name: str = Field(examples=["Gearbox"])
    required: list[str] = Field(examples=[["milling", "turning"]])
    active: bool


class PlaceOrder(Shape):
    """deposit: taken from your money now; budget: most the work may cost; due, release: in the time units of the
    league's plans; job: how plans name it, given if left out."""

    product: Number
    quantity: Annotated[int, Field(ge=1, le=2**32 - 1, examples=[20])]
    deposit: Cents
    due: Plan | None = None
    release: Plan = Field(default=0, examples=[0])
    weight: Annotated[int, Field(ge=0, le=10**12, examples=[1_000_000])] = 1_000_000
    budget: Annotated[int, Field(ge=0, le=10**12, examples=[400_000])] | None = None
    min_quality: Millionths | None = None
    origin: Annotated[str, StringConstraints(max_length=64), Field(examples=["E1"])] | None = None
    destination: Annotated[str, StringConstraints(max_length=64), Field(examples=["C1"])] | None = None
    job: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$"), Field(examples=["J1"])] | None = None


class OrderNow(Shape):
    """status: open, cancelled, planned, refunded or agreed."""

    number: Number
    customer: Address
    product: Number
    quantity: int = Field(examples=[20])
    due: int = Field(examples=[480])
    deposit: Cents
    status: str = Field(examples=["planned"])
    block: int | None = Field(examples=[1])
    specification: Hash


class AnswerNow(Shape):
    """The contract's answer: `offered` of `required` services."""

    member: Address
    id: str = Field(examples=["E1"])
    answer: str = Field(examples=["ACCEPT"])
    required: int = Field(examples=[2])
    offered: int = Field(examples=[2])


class OrderStory(Shape):
    """An order with all that became of it."""

    order: OrderNow
    asked: dict[str, Any] = Field(examples=[{"format": "hanse-order/1", "job": "J1"}])
    answers: list[AnswerNow]
    block: BlockNow | None
    agreements: list[AgreementNow]


# --- planning ---------------------------------------------------------------------------------------------------


class AppendBlock(Shape):
    """problem, plan: hanse-problem/1 and hanse-plan/1; orders: the number of each job. Judged before it is recorded."""

    problem: dict[str, Any] = Field(examples=[{"format": "hanse-problem/1", "name": "two shops"}])
    plan: dict[str, Any] = Field(examples=[{"format": "hanse-plan/1"}])
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


# --- agreements and settlement ----------------------------------------------------------------------------------


class Compensation(Shape):
    """On top of a member's price. subsidy: of it, paid by the proposer."""

    amount: Cents
    subsidy: Cents = Field(default=0, examples=[0])


class Propose(Shape):
    """compensation: by member id. arbiters: first and second, null for the league's."""

    order: Number
    compensation: dict[str, Compensation] = Field(default={}, max_length=32, examples=[{}])
    arbiters: tuple[Address, Address] | None = None


class Revise(Shape):
    compensation: dict[str, Compensation] = Field(max_length=32, examples=[{"E1": {"amount": 5_000, "subsidy": 2_500}}])


class MilestoneNow(Shape):
    """stage: agreed, started, delivered, disputed, ruled, appealed, settled; before the agreement is active `proposed`.
    paid: to the member; ending: how it was settled."""

    number: int = Field(examples=[0])
    member: Address
    price: Cents
    compensation: Cents
    start_by: Moment
    due: Moment
    stage: str = Field(examples=["delivered"])
    evidence: str = Field(examples=[HASH])
    ending: str = Field(examples=["accepted"])
    rating: int | None = Field(examples=[950_000])
    late: int = Field(examples=[0])
    paid: int = Field(examples=[456_400])


class SaidNow(Shape):
    party: Address
    version: int = Field(examples=[1])
    what: str = Field(examples=["countered"])
    milestone: int | None = Field(examples=[0])
    price: int | None = Field(examples=[450_000])
    compensation: int | None = Field(examples=[20_000])


class AgreementNow(Shape):
    """signed: who has signed the present version; waiting: who has not; lacks: cents the customer still has to put down
    before it can become active."""

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
    price: Cents
    escrow: Cents
    lacks: Cents
    signed: list[Address]
    waiting: list[Address]
    milestones: list[MilestoneNow]
    said: list[SaidNow]


class AcceptanceToSign(Shape):
    """Typed data (EIP-712), as `eth_signTypedData_v4` takes it."""

    typed: dict[str, Any] = Field(examples=[{"primaryType": "Acceptance"}])


class Sign(Shape):
    """signature: of a wallet; left out, the caller's managed key signs."""

    signature: Signature | None = None


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
    """words: kept in the content store; the contract keeps their hash."""

    words: Words = ""


class Accept(Shape):
    """ratings: one for each milestone, null for none."""

    milestones: list[Place] = Field(min_length=1, max_length=32, examples=[[0]])
    ratings: list[Millionths | None] = Field(min_length=1, max_length=32, examples=[[950_000]])


class Rule(Shape):
    """share: what the member gets of what it earned."""

    share: Millionths
    words: Words = ""


# --- money, idle time, the rest ---------------------------------------------------------------------------------


class Amount(Shape):
    amount: Annotated[int, Field(ge=1, le=2**63 - 1, examples=[25_000])]


class Mint(Shape):
    """Money received outside the chain, now in the league's."""

    to: Address
    amount: Annotated[int, Field(ge=1, le=2**63 - 1, examples=[500_000])]


class Moved(Shape):
    """purse: account, settlement, rounds or offers. why: in words, or the other account."""

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
    """state: none, running, done or failed. block: up to which the ledger was recomputed."""

    state: Literal["none", "running", "done", "failed"]
    ok: bool | None
    block: int | None = Field(examples=[42])
    seconds: float | None = Field(examples=[1.5])
    reason: str = Field(examples=[""])
    checks: list[AuditCheck]


class LeagueNow(Shape):
    """Where the league is: name, chain and contracts."""

    name: str = Field(examples=["Hanse"])
    chain_id: int = Field(examples=[4219])
    block: int = Field(examples=[42])
    contracts: dict[str, str] = Field(examples=[{"League": ADDRESS}])
    services: list[str] = Field(examples=[["milling"]])


class Health(Shape):
    """Whether each part does its turns."""

    ok: bool
    parts: dict[str, bool] = Field(examples=[{"delivery": True}])


OrderStory.model_rebuild()
