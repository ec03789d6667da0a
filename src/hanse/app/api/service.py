"""`Service`: all that is open while `hanse serve` runs. Routes ask it; it asks the ledger, in worker threads.

It is the one port between the asynchronous rim and the synchronous ledger, and who holds which connection is decided
here:

    ledger        the workers' own: delivery, index, clock; its lock may be held while a chain is slow
    reading       a connection for questions; nobody who waits for a chain holds it
    desk          a connection for writes, which are committed and acknowledged without waiting for a block
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from hanse.app.api import logs
from hanse.app.api.actions import Action, Actions
from hanse.app.api.bridges import Bridge
from hanse.app.api.feeding import Feeds
from hanse.app.api.finding import Finder
from hanse.app.api.limits import Limiter, Limits, SharedLimiter
from hanse.app.api.live import Hub
from hanse.app.api.machines import Machines
from hanse.app.api.once import Once
from hanse.app.api.people import GRANTS, Account, People
from hanse.app.api.problems import Conflict
from hanse.app.api.questions import Questions
from hanse.app.api.quotebook import Quotes, Shelf
from hanse.app.api.sessions import Session, Sessions
from hanse.app.api.settings import ServeSettings
from hanse.app.api.signatures import Signatures
from hanse.app.api.unlocked import InDatabase, InMemory
from hanse.app.api.uploads import Uploads
from hanse.app.api.vault import Vault
from hanse.app.api.wallets import Wallets
from hanse.clock import Clock, SystemClock
from hanse.errors import ChainFault
from hanse.identity.refusals import Refusals
from hanse.ledger.chain import Call, Chain
from hanse.ledger.contracts import contract, role
from hanse.ledger.database import Database
from hanse.ledger.desk import Desk, Wanted
from hanse.ledger.identities import holder
from hanse.ledger.impatient import ImpatientChain
from hanse.ledger.index import Index
from hanse.ledger.league import ADMIN
from hanse.ledger.lookup import Lookup
from hanse.ledger.lookup.changes import Change
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import Ledger, open_ledger
from hanse.ledger.succession import Successor
from hanse.ledger.tables import Place
from hanse.ledger.watch import Standing, Watch
from hanse.rights.sealing import Realm

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.app.api.relay import Relay
    from hanse.ledger.postgres import PostgresDatabase

ADMIN_RIGHT = "DEFAULT_ADMIN_ROLE"
GRANT_GAS = 120_000

REMEMBER_SECONDS, MOST_REMEMBERED = 10.0, 10_000
"""Who holds a token is looked up again after so long, and after each change of rights and each end of a session."""


@dataclass(frozen=True, slots=True)
class Known:
    """A session, its account, and the offices it holds."""

    session: Session
    account: Account
    offices: frozenset[str]


class Service:
    """An open service; made by `open_service`."""

    def __init__(
        self, settings: ServeSettings, ledger: Ledger, reading: Database, desk: Database, clock: Clock
    ) -> None:
        self.settings, self.ledger, self.clock = settings, ledger, clock
        self.content, self.league = ledger.content, ledger.league
        self.index = Index(reading, ledger.chain, ledger.league.addresses)
        self.lookup = Lookup(reading)
        self.wake: Callable[[], None] = lambda: None
        self.remind: Callable[[], None] = lambda: None
        self.watch = Watch(ledger.chain, ledger.finality, clock)
        self.desk = Desk(desk, self.quick, ledger.chain_id)
        self.actions = Actions(self.desk, self.lookup, clock, lambda: self.wake(), lambda: self.watch.final)
        self.people = People(desk, clock, settings.scrypt)
        several, keys = settings.several, ledger.keys
        unlocked = InDatabase(desk, clock, keys.secret("unlocked keys")) if several else InMemory(clock)
        self.sessions = Sessions(desk, clock, unlocked)
        self.limiter = Limiter(clock)
        """How often this process is asked."""
        self.tries: Limits = SharedLimiter(desk, clock) if several else self.limiter
        """How often somebody tries or sends something, at whichever server."""
        self.uploads = Uploads(desk, clock)
        self.machines = Machines(desk)
        self.figures, self.quotes = Shelf(desk), Quotes(desk)
        once = Once(desk, clock, keys.secret("words good once"))
        self.wallets = Wallets(
            settings.domain, settings.origin, ledger.league.name, ledger.chain_id, clock, self.quick, once
        )
        self.signatures = Signatures(desk, self.lookup, ledger.chain_id, ledger.league.addresses.agreements, self.quick)
        self.questions, self.refusals = Questions(clock, once), Refusals(desk)
        self.vault = Vault(desk, self.content, clock, Realm(ledger.chain_id, ledger.league.addresses.designs))
        self.finder, self.feeds = Finder(self), Feeds(self)
        self.bridge = None if settings.other is None or settings.beacon is None else Bridge(self)
        self.hub = Hub(self.lookup.changes, self.lookup.height, self.lookup.turns)
        self.say: Callable[[Change], None] = self.hub.say
        self.relay = relay = None if ledger.election is None else _relay(desk, self.hub)
        if relay is not None:
            self.wake, self.remind, self.say = relay.wake, relay.remind, relay.say
        self.read = self.lookup.height()
        """The newest block in the read models when the workers looked last; they may be further by now."""
        self.rights = self.lookup.rights()
        """Other numbers whenever somebody may do what it could not before, or no longer."""
        self._known: dict[str, tuple[tuple[int, tuple[int, ...]], float, Known]] = {}
        self._quick: ImpatientChain | None = None
        self._addresses = ledger.league.addresses.by_contract()
        self.documents: dict[tuple[str, str], dict[str, Any]] = {}
        """Contents that were read and understood, by name and format: they never change."""
        self._offices: tuple[tuple[int, str], dict[str, frozenset[str]]] = ((-2, ""), {})

    def standing(self) -> Standing:
        """How the chain is, by what the workers saw of it last."""
        return self.watch.standing(self.lookup.height(), self.ledger.outbox.waits_for)

    def dated(self) -> list[tuple[bytes, bytes]]:
        """Headers that say of which block an answer is, at least, how much of it is final, and how the chain is;
        without asking anybody."""
        now = self.watch.standing(self.read, self.ledger.outbox.waits_for)
        told = {"block": str(now.read), "final": str(now.final), "chain": now.state}
        return [(f"x-hanse-{name}".encode(), value.encode()) for name, value in told.items()]

    def quick(self) -> Chain:
        """The chain, for questions that nobody waits for long."""
        assert isinstance(self.ledger.chain, RpcChain)
        url = self.ledger.chain.url  # Hanse's own chain has another one whenever it was started again
        if self._quick is None or self._quick.url != url:
            self._quick = ImpatientChain(url, local=self.settings.chain is None)
        return self._quick

    # Callers.

    def remembered(self, token: str) -> Known | None:
        """Whose token it is, if that was looked up a moment ago and nothing happened since; without asking anybody. Of
        several servers another one may have ended the session: then the database is asked each time."""
        held = None if self.settings.several else self._known.get(token)
        if held is None or held[0] != (self.sessions.version, self.rights) or self.clock.elapsed() > held[1]:
            return None
        return held[2]

    def recall(self, token: str) -> Known | None:
        """Whose token it is, and what the account may do now; None for no session, no account, or one
        whose identity was given to another key."""
        moment = (self.sessions.version, self.rights)
        session = self.sessions.find(token)
        account = None if session is None else self.people.account(session.address)
        if session is None or account is None or self.lookup.given_away(session.address):
            return None
        known = Known(session, account, self.offices(session.address))
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[token] = (moment, self.clock.elapsed() + REMEMBER_SECONDS, known)
        return known

    # Rights.

    def offices(self, address: str) -> frozenset[str]:
        """What an account is by the contracts: offices it holds whole, `member` and `certified` by the registry."""
        at = self.lookup.head()
        if self._offices[0] != at:
            self._offices = (at, self._all_offices())
        member = self.lookup.member(address)
        own = frozenset() if member is None else frozenset(["member", *(["certified"] if member.certified else [])])
        return self._offices[1].get(address, frozenset()) | own

    def holders(self, office: str) -> list[str]:
        """Identities that hold an office, in the order they were given it, and have a key that uses it."""
        return [one for one, offices in self._identities_offices().items() if office in offices and self.key_of(one)]

    def key_of(self, identity: str) -> str | None:
        """The key that acts for an identity in offices: its own, or the one that owns it now and took its seat; None
        for nobody."""
        owner = {one.identity: one.owner for one in self.index.owners()}.get(identity, identity)
        seated = {one.key: one.identity for one in self.index.seats()}
        return owner if owner == identity or seated.get(owner) == identity else None

    def seat_of(self, key: str) -> str | None:
        """The identity that was given to a key and whose seat it took; None for none."""
        taken = next((one.identity for one in self.index.seats() if one.key == key), key)
        return taken if taken != key and self.key_of(taken) == key else None

    def holder(self, office: str, key: str) -> str | None:
        """The identity whose office a key uses; None if it uses none."""
        held = self._identities_offices()
        own = key if self.key_of(key) == key else None
        return holder((own, self.seat_of(key)), lambda one: office in held.get(one, ()))

    def spoke(self, office: str, account: str, place: Place) -> bool:
        """Whether what an account recorded there is an office's word now: of a key that uses the office, or of an
        identity that holds it, before its key was given up. What the old key says later is nobody's."""
        if office in self.offices(account):
            return True
        given = next((one.place for one in self.index.owners() if one.identity == account), None)
        before = given is not None and (place.block, place.index) < (given.block, given.index)
        return before and account in self.holders(office)

    def _all_offices(self) -> dict[str, frozenset[str]]:
        """By key."""
        held: dict[str, frozenset[str]] = {}
        for identity, offices in self._identities_offices().items():
            if offices and (key := self.key_of(identity)) is not None:
                held[key] = held.get(key, frozenset()) | offices
        return held

    def _identities_offices(self) -> dict[str, frozenset[str]]:
        held: dict[str, set[tuple[str, str]]] = {}
        for row in sorted(self.index.rights(), key=lambda one: (one.place.block, one.place.index)):
            held.setdefault(row.account, set()).add((row.contract, row.role))
        return {
            account: frozenset(office for office, needed in GRANTS.items() if rights.issuperset(needed))
            for account, rights in held.items()
        }

    def granting(self, address: str, offices: Sequence[str], *, take: bool = False) -> Callable[[], None]:
        """What writes down that an account gets (or loses) offices, to be called inside a transaction. By the league's
        admin key, for a coordinator who asked."""
        needed = [right for office in offices for right in GRANTS.get(office, ())]
        if not needed:
            return lambda: None
        admin = self.league.keys.account(ADMIN)
        held = {row.contract for row in self.index.rights() if (row.account, row.role) == (admin.address, ADMIN_RIGHT)}
        if not held.issuperset(name for name, _ in needed):
            own = {(row.contract, row.role) for row in self.index.rights() if row.account == address}
            if not take and own.issuperset(needed):
                return lambda: None  # given elsewhere: by decision, or by another service of the same league
            raise Conflict(
                "the league gives its offices itself, by decisions of its members",
                where="offices",
                hint='propose to community 1: "grant CONTRACT ROLE ADDRESS" (docs/governance.md)',
            )
        function = "revokeRole" if take else "grantRole"
        wanted = [self.message(name, function, role(right), address, gas=GRANT_GAS) for name, right in needed]
        drafts = self.desk.draft(admin.address, wanted)
        moment = f"{self.clock.now():.6f}"
        keys = [f"api/{function}/{name}/{right}/{address}/{moment}" for name, right in needed]
        return lambda: self.desk.store(admin, drafts, keys)

    # Writes.

    def message(self, name: str, function: str, *words: Any, gas: int | None = None) -> Wanted:
        """A message to a contract of the league. Raises LeagueMoved if it would begin something that the league does
        elsewhere now."""
        moved = self.lookup.version()
        if moved is not None:
            Successor(moved.book, moved.start, moved.hard).refuse(name, function, self.lookup.height())
        return Wanted(self._addresses[name], contract(name).encode(function, *words), gas)

    def ask(self, name: str, function: str, *words: Any) -> Any:
        """A question to a contract of the league. Raises ChainFault if the chain does not answer for a moment."""
        call = Call(self._addresses[name], self._addresses[name], contract(name).encode(function, *words))
        return contract(name).decode(function, self.quick().call(call))

    def act(
        self,
        address: str,
        account: LocalAccount | None,
        key: str,
        what: str,
        asked: object,
        build: Callable[[], Sequence[Wanted]],
        keep: Callable[[], None],
    ) -> Action:
        """See `Actions.take`."""
        return self.actions.take(address, account, key, what, asked, build, keep)

    def told(self, action: Action) -> dict[str, int | str]:
        """What the contracts told about a finished action: numbers and hashes by name."""
        found: dict[str, int | str] = {}
        if action.state != "done":
            return found
        for entry in action.entries:
            try:
                receipt = self.quick().receipt(entry.hash)
            except ChainFault:
                break  # it can be asked again
            for event in () if receipt is None else self.league.events(receipt):
                for name in (
                    "order",
                    "product",
                    "agreement",
                    "community",
                    "number",
                    "round",
                    "milestone",
                    "block_",
                    "id",
                    "licence",
                ):
                    value = event.values.get(name)
                    if isinstance(value, int):
                        found[name.rstrip("_")] = value
        return found


def _relay(database: Database, hub: Hub) -> Relay:
    from hanse.app.api.relay import Relay
    from hanse.ledger.wire import Wire

    return Relay(Wire(cast("PostgresDatabase", database)), hub)


def _say(words: str) -> None:
    logs.say("the chain goes on" if not words else "the chain is waited for", said=words)


@contextmanager
def open_service(
    settings: ServeSettings, clock: Clock | None = None, told: Callable[[str], None] = lambda _: None
) -> Iterator[Service]:
    """Opens the ledger of the data directory, found or founded, and everything on it; closes it again. told: hears what
    it waits for, where several servers share it."""
    with ExitStack() as stack:
        ledger = stack.enter_context(
            open_ledger(
                settings.data,
                settings.chain,
                db=settings.db,
                league=settings.league,
                name=settings.name,
                several=told if settings.several else None,
                finality=settings.finality,
                patience=0.0,  # a worker that waited would hold the others
                say=_say,
            )
        )
        reading = ledger.database.another()
        stack.callback(reading.close)
        desk = ledger.database.another()
        stack.callback(desk.close)
        yield Service(settings, ledger, reading, desk, clock or SystemClock())
