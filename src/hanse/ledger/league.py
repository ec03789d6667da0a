"""`League`: the contracts of one league as typed actions and reads.

Every action goes through the outbox under the key the caller gives, returns at once with a `Sent`, and is signed by
the account of a role name (see `keys.py`). Amounts are cents, service sets are ints whose bit *i* is service *i*,
hashes are `0x…` of 32 bytes, dates are plain numbers below 2^48 in whatever unit the league uses.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from hanse.errors import ChainFault, EnvironmentFault, InputError
from hanse.ledger.chain import Call, Chain, Receipt
from hanse.ledger.contracts import NAMES, Event, contract
from hanse.ledger.entries import Entry, Request
from hanse.ledger.keys import KeyRing
from hanse.ledger.outbox import Outbox, Progress
from hanse.ledger.succession import Follower, successor
from hanse.model.canonical import digest

if TYPE_CHECKING:
    from hanse.model.plan import Plan

ADMIN, TREASURY, NOTARY, COORDINATOR = "admin", "treasury", "notary", "coordinator"
"""The league's own roles: grants roles; mints and gets fees; certifies; keeps the catalogue, matches, refunds, appends
blocks and proposes agreements."""

ARBITER, SECOND_ARBITER = "arbiter", "second arbiter"
"""Who decides disputes and appeals, unless a deal names others that the admin has admitted."""

NOTHING = "0x" + "00" * 32
"""The hash that stands for none, and what the first block names as the one before."""

Answer = Literal["NONE", "ACCEPT", "PARTIAL", "REJECT"]
OrderStatus = Literal["none", "open", "cancelled", "planned", "refunded", "agreed"]
BoundKind = Literal["none", "attested", "certified"]

ANSWERS: tuple[Answer, ...] = get_args(Answer)
ORDER_STATUSES: tuple[OrderStatus, ...] = get_args(OrderStatus)
BOUND_KINDS: tuple[BoundKind, ...] = get_args(BoundKind)
"""In the order of the contracts' enums."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the contracts of a league are. league: the address book, which is all a stranger needs; challenge: who
    judges the claims of rounds, the zero address if nobody does."""

    league: str
    token: str
    registry: str
    catalogue: str
    orders: str
    matching: str
    blocks: str
    rounds: str
    challenge: str
    agreements: str
    settlement: str
    offers: str
    anchors: str
    identities: str
    communities: str
    council: str
    charter: str
    versions: str
    designs: str
    quotations: str

    def by_contract(self) -> Mapping[str, str]:
        """Addresses by the contracts' names; those whose events can be read."""
        named = {
            "LeagueToken": self.token,
            "MemberRegistry": self.registry,
            "ProductCatalogue": self.catalogue,
            "OrderBook": self.orders,
            "Matching": self.matching,
            "Blocks": self.blocks,
            "Rounds": self.rounds,
            "Challenge": self.challenge,
            "Agreements": self.agreements,
            "Settlement": self.settlement,
            "Offers": self.offers,
            "Anchors": self.anchors,
            "Identities": self.identities,
            "Communities": self.communities,
            "Council": self.council,
            "Charter": self.charter,
            "Versions": self.versions,
            "Designs": self.designs,
            "Quotations": self.quotations,
            "League": self.league,
        }
        return {name: address for name, address in named.items() if name in NAMES}


@dataclass(frozen=True, slots=True)
class AcceptedPlan:
    """What a block commits to. previous: hash of the block before, `League.head()`; problem, plan: Merkle roots;
    evidence: content hash; objective: at most 32 ASCII letters; value, bound: of the objective (a maximised one
    negated), bound ≤ value unless its kind is none; cost in cents; makespan, tardiness, energy in the problem's units;
    solver: address that is rewarded."""

    previous: str
    problem: str
    plan: str
    evidence: str
    objective: str
    value: int
    bound: int
    bound_kind: BoundKind
    cost: int
    makespan: int
    tardiness: int
    energy: int
    solver: str

    @classmethod
    def of(cls, plan: Plan, *, previous: str, evidence: str, solver: str) -> AcceptedPlan:
        """What a block says of a plan."""
        m = plan.measures
        return cls(
            previous=previous,
            problem=plan.problem,
            plan=plan.root,
            evidence=evidence,
            objective=plan.objective,
            value=plan.value,
            bound=plan.lower_bound or 0,
            bound_kind=plan.bound_kind,
            cost=m.cost,
            makespan=m.makespan,
            tardiness=m.tardiness,
            energy=m.energy,
            solver=solver,
        )

    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        objective = self.objective.encode("ascii", "replace")
        if len(objective) > 32:
            raise InputError("the name of an objective has at most 32 letters", where=self.objective)
        hashes = (hash_bytes(one) for one in (self.previous, self.problem, self.plan, self.evidence))
        kind = BOUND_KINDS.index(self.bound_kind)
        return (*hashes, objective.ljust(32, b"\0"), self.value, self.bound, kind, *astuple(self)[8:])


@dataclass(frozen=True)
class Sent:
    """A transaction on its way. key: its intention. What it answers, its name included, can be asked once it is signed:
    at once, or after leaving `together`."""

    key: str
    _league: League = field(repr=False)
    _signed: Entry | None = field(repr=False)

    @property
    def _entry(self) -> Entry:
        found = self._signed or self._league.outbox.entry(self.key)
        if found is None:
            raise ChainFault("this is not signed yet", where=self.key, hint="ask after leaving `together`")
        return found

    @property
    def hash(self) -> str:
        """Its name on the chain."""
        return self._entry.hash

    def wait(self) -> Receipt:
        """Its receipt, once a block holds it. Raises Reverted or ChainFault if it failed."""
        return self._league.outbox.wait(self._entry)

    @property
    def gas(self) -> int:
        """Gas it used; waits for its block."""
        return self.wait().gas

    def events(self) -> tuple[Event, ...]:
        """What the league's contracts told in it; waits for its block."""
        return self._league.events(self.wait())

    def value(self, name: str) -> Any:
        """A value of the first of its events that has one of that name, such as the `order` of a placed order; hashes
        as `0x…`."""
        for event in self.events():
            if name in event.values:
                value = event.values[name]
                return hash_text(value) if isinstance(value, bytes) else value
        raise EnvironmentFault(f"no event of this transaction names {name!r}", where=self.key)


class League:
    """The contracts at `addresses`, used over `chain` with the accounts of `keys`."""

    def __init__(self, name: str, addresses: Addresses, chain: Chain, outbox: Outbox, keys: KeyRing) -> None:
        self.name, self.addresses, self.outbox, self.keys = name, addresses, outbox, keys
        self.chain = chain
        self._block: int | None = None
        self._gathered = threading.local()
        self._at = addresses.by_contract()
        self._names = {address: contract_name for contract_name, address in self._at.items()}
        self._follower = Follower(lambda: successor(self), chain.height)

    def __repr__(self) -> str:
        return f"League({self.name!r}, {self.addresses.league})"

    def address(self, role: str) -> str:
        """The address of a role of this data directory."""
        return self.keys.address(role)

    def batch(self, progress: Progress | None = None, total: int | None = None) -> AbstractContextManager[None]:
        """Actions inside are in flight together and in blocks on leaving; `progress(done, total)` tells how far."""
        return self.outbox.batch(progress, total)

    @contextmanager
    def together(self, progress: Progress | None = None, total: int | None = None) -> Iterator[None]:
        """As `batch`, for many actions of which none needs another: they are asked, signed and sent on leaving, some
        hundred at a time, or none of them if something inside fails. Raises Reverted for the first that is refused."""
        gathered: list[Request] = []
        with self.outbox.batch(progress, total):
            before, self._gathered.requests = getattr(self._gathered, "requests", None), gathered
            try:
                yield
            finally:
                self._gathered.requests = before
            self.outbox.submit_all(gathered)

    # Money.

    def mint(self, to: str, amount: int, *, key: str, reason: str = "") -> Sent:
        """Creates cents for an address, by the treasury. reason: hash of the record of money received, which justifies
        this once; by default that of the intention's name."""
        return self.send(key, TREASURY, "LeagueToken", "mint", to, amount, hash_bytes(reason or digest(key.encode())))

    def retire(self, owner: str, amount: int, *, key: str, reason: str = "") -> Sent:
        """Destroys cents of the role's own, paid out to it outside the chain. reason: hash of the record of that."""
        return self.send(key, owner, "LeagueToken", "retire", amount, hash_bytes(reason or digest(key.encode())))

    def limit_supply(self, amount: int, *, key: str) -> Sent:
        """Limits what may be created in each period of 30 days, by the admin."""
        return self.send(key, ADMIN, "LeagueToken", "setLimit", amount)

    def approve(self, owner: str, amount: int, *, key: str) -> Sent:
        """Lets the order book take up to `amount` of the role's money as deposits; replaces what was allowed before."""
        return self.send(key, owner, "LeagueToken", "approve", self.addresses.orders, amount)

    def transfer(self, owner: str, to: str, amount: int, *, key: str) -> Sent:
        """Pays from a role's account to an address."""
        return self.send(key, owner, "LeagueToken", "transfer", to, amount)

    def balance(self, address: str) -> int:
        """Cents of an address."""
        return int(self.read("LeagueToken", "balanceOf", address))

    def supply(self) -> int:
        """Cents there are in all."""
        return int(self.read("LeagueToken", "totalSupply"))

    def allowance(self, owner: str) -> int:
        """Cents of an address that the order book may still take."""
        return int(self.read("LeagueToken", "allowance", owner, self.addresses.orders))

    # Members.

    def register(self, member: str, services: int, metadata: str, *, key: str) -> Sent:
        """A role claims services; metadata: content hash of its description. Counts once a notary certified it. The
        event value `number` is the member's number."""
        return self.send(key, member, "MemberRegistry", "register", services, hash_bytes(metadata))

    def update(self, member: str, services: int, metadata: str, *, key: str) -> Sent:
        """A role changes its claim, which must be certified anew."""
        return self.send(key, member, "MemberRegistry", "update", services, hash_bytes(metadata))

    def certify(self, member: str, services: int, metadata: str, *, key: str) -> Sent:
        """The notary confirms exactly what an address claims: the services and the description it has seen."""
        return self.send(key, NOTARY, "MemberRegistry", "certify", member, services, hash_bytes(metadata))

    def revoke(self, member: str, reason: str, *, key: str) -> Sent:
        """The notary withdraws a certificate. reason: content hash."""
        return self.send(key, NOTARY, "MemberRegistry", "revoke", member, hash_bytes(reason))

    def member(self, address: str) -> tuple[int, int, bool, str]:
        """Number (0: never registered), claimed services, whether they are certified, and the description's content
        hash."""
        number, services, certified, metadata = self.read("MemberRegistry", "member", address)
        return number, services, certified, hash_text(metadata)

    def offered(self, address: str) -> int:
        """Certified services of an address, 0 if none."""
        return int(self.read("MemberRegistry", "offered", address))

    # Products and orders.

    def add_product(self, required: int, plans: str, *, key: str) -> Sent:
        """Adds a product; the event value `product` is its number. plans: content hash of its process plans."""
        return self.send(key, COORDINATOR, "ProductCatalogue", "add", required, hash_bytes(plans))

    def retire_product(self, product: int, *, key: str) -> Sent:
        """No more orders for this product."""
        return self.send(key, COORDINATOR, "ProductCatalogue", "retire", product)

    def product(self, number: int) -> tuple[int, str, bool]:
        """Required services, content hash of the process plans, and whether it can be ordered."""
        required, plans, active = self.read("ProductCatalogue", "product", number)
        return required, hash_text(plans), active

    def place(
        self, customer: str, product: int, quantity: int, specification: str, due: int, deposit: int, *, key: str
    ) -> Sent:
        """A role orders; the event value `order` is its number. The deposit must have been approved before.
        specification: content hash."""
        words = (product, quantity, hash_bytes(specification), due, deposit)
        return self.send(key, customer, "OrderBook", "place", *words)

    def cancel(self, customer: str, order: int, *, key: str) -> Sent:
        """A role takes back its open order and gets its deposit back."""
        return self.send(key, customer, "OrderBook", "cancel", order)

    def refund(self, order: int, *, key: str) -> Sent:
        """The coordinator gives back the deposit of a planned order."""
        return self.send(key, COORDINATOR, "OrderBook", "refund", order)

    def order_status(self, order: int) -> OrderStatus:
        """Where an order is in its life."""
        return ORDER_STATUSES[int(self.read("OrderBook", "productAndStatus", order)[1])]

    def held(self) -> int:
        """Cents of all deposits in the order book."""
        return int(self.read("OrderBook", "held"))

    # Matching and blocks.

    def match_many(self, order: int, numbers: Sequence[int], *, key: str) -> Sent:
        """Has the contract answer for certified members, by their numbers, whether they can make an open order."""
        return self.send(key, COORDINATOR, "Matching", "matchMany", order, tuple(numbers))

    def answer(self, order: int, member: str) -> tuple[Answer, int, int]:
        """The contract's answer now, with the numbers of required and of offered services among them."""
        answer, required, offered = self.read("Matching", "answer", order, member)
        return ANSWERS[answer], required, offered

    def append_block(self, plan: AcceptedPlan, orders: Sequence[int], *, key: str) -> Sent:
        """Records an accepted plan for open orders; the event values `number` and `hash` name the block."""
        return self.send(key, COORDINATOR, "Blocks", "append", plan.words(), tuple(orders))

    def head(self) -> str:
        """Hash of the newest block, NOTHING before the first."""
        return hash_text(self.read("Blocks", "head"))

    def block_count(self) -> int:
        """Number of the newest block."""
        return int(self.read("Blocks", "count"))

    def block_hash(self, number: int) -> str:
        """Hash of a block, NOTHING if there is none."""
        return hash_text(self.read("Blocks", "hashOf", number))

    def plan_hash(self, number: int, plan: AcceptedPlan, orders: Sequence[int]) -> str:
        """The hash the contract gives a plan as block `number`: what an auditor recomputes."""
        return hash_text(self.read("Blocks", "computeHash", number, plan.words(), tuple(orders)))

    # In between.

    def events(self, receipt: Receipt) -> tuple[Event, ...]:
        """What the league's contracts told in a transaction, in order."""
        known = ((log, self._names.get(log.address)) for log in receipt.logs)
        told = (contract(name).event(log) for log, name in known if name is not None)
        return tuple(event for event in told if event is not None)

    def send(self, key: str, role: str, name: str, function: str, *arguments: Any) -> Sent:
        """Any action of a contract of the league, by a role; the typed ones here and in `rounds`, `agreements` and
        `settlement` go this way. Raises LeagueMoved if it would begin something that the league does elsewhere now."""
        self._follower.check(name, function)
        data = contract(name).encode(function, *arguments)
        request = Request(key, self.keys.account(role), self._at[name], data)
        gathered: list[Request] | None = getattr(self._gathered, "requests", None)
        if gathered is not None:
            gathered.append(request)
            return Sent(key, self, None)
        return Sent(key, self, self.outbox.submit(request))

    def read(self, name: str, function: str, *arguments: Any) -> Any:
        """Any question to a contract of the league."""
        data = contract(name).encode(function, *arguments)
        reader = self.keys.address(COORDINATOR)
        return contract(name).decode(function, self.chain.call(Call(reader, self._at[name], data), self._block))

    def after(self, block: int) -> League:
        """The same league, whose reads answer as after that block. Nodes keep old states for some time only."""
        then = League(self.name, self.addresses, self.chain, self.outbox, self.keys)
        then._block = block
        return then


def hash_bytes(text: str) -> bytes:
    """The 32 bytes of a `0x…` hash. Raises InputError for anything else."""
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != 32:
        raise InputError("a hash is 0x and 64 hexadecimal digits", where=text[:80])
    return data


def hash_text(data: bytes) -> str:
    """`0x…` of a hash."""
    return "0x" + data.hex()
