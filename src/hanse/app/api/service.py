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
from typing import TYPE_CHECKING, Any

from hanse.app.api.actions import Action, Actions
from hanse.app.api.live import Hub
from hanse.app.api.people import GRANTS, Account, People
from hanse.app.api.sessions import Session, Sessions
from hanse.app.api.settings import ServeSettings
from hanse.app.api.signatures import Signatures
from hanse.app.api.wallets import Wallets
from hanse.clock import Clock, SystemClock
from hanse.errors import ChainFault
from hanse.ledger.chain import Call, Chain
from hanse.ledger.contracts import contract, role
from hanse.ledger.database import Database
from hanse.ledger.desk import Desk, Wanted
from hanse.ledger.impatient import ImpatientChain
from hanse.ledger.index import Index
from hanse.ledger.league import ADMIN
from hanse.ledger.lookup import Lookup
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import Ledger, open_ledger

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

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
        self.desk = Desk(desk, self.quick, ledger.chain_id)
        self.actions = Actions(self.desk, self.lookup, clock, lambda: self.wake())
        self.people = People(desk, clock, settings.scrypt)
        self.sessions = Sessions(desk, clock)
        self.wallets = Wallets(settings.domain, settings.origin, ledger.league.name, ledger.chain_id, clock)
        self.signatures = Signatures(desk, self.lookup, ledger.chain_id, ledger.league.addresses.agreements)
        self.hub = Hub(self.lookup.changes, self.lookup.height)
        self.rights = self.lookup.rights()
        """Other numbers whenever somebody may do what it could not before, or no longer."""
        self._known: dict[str, tuple[tuple[int, tuple[int, ...]], float, Known]] = {}
        self._quick: ImpatientChain | None = None
        self._addresses = ledger.league.addresses.by_contract()
        self.documents: dict[tuple[str, str], dict[str, Any]] = {}
        """Contents that were read and understood, by name and format: they never change."""
        self._offices: tuple[tuple[int, str], dict[str, frozenset[str]]] = ((-2, ""), {})

    def quick(self) -> Chain:
        """The chain, for questions that nobody waits for long."""
        assert isinstance(self.ledger.chain, RpcChain)
        url = self.ledger.chain.url  # Hanse's own chain has another one whenever it was started again
        if self._quick is None or self._quick.url != url:
            self._quick = ImpatientChain(url, local=self.settings.chain is None)
        return self._quick

    # Callers.

    def remembered(self, token: str) -> Known | None:
        """Whose token it is, if that was looked up a moment ago and nothing happened since; without asking anybody."""
        held = self._known.get(token)
        if held is None or held[0] != (self.sessions.version, self.rights) or self.clock.elapsed() > held[1]:
            return None
        return held[2]

    def recall(self, token: str) -> Known | None:
        """Whose token it is, and what the account may do now; None for no session, or no account."""
        moment = (self.sessions.version, self.rights)
        session = self.sessions.find(token)
        account = None if session is None else self.people.account(session.address)
        if session is None or account is None:
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
        """Accounts that hold an office, in the order they were given it."""
        return [address for address, offices in self._all_offices().items() if office in offices]

    def _all_offices(self) -> dict[str, frozenset[str]]:
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
        function = "revokeRole" if take else "grantRole"
        wanted = [self.message(name, function, role(right), address, gas=GRANT_GAS) for name, right in needed]
        drafts = self.desk.draft(admin.address, wanted)
        moment = f"{self.clock.now():.6f}"
        keys = [f"api/{function}/{name}/{right}/{address}/{moment}" for name, right in needed]
        return lambda: self.desk.store(admin, drafts, keys)

    # Writes.

    def message(self, name: str, function: str, *words: Any, gas: int | None = None) -> Wanted:
        """A message to a contract of the league."""
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
    ) -> Action:
        """See `Actions.take`."""
        return self.actions.take(address, account, key, what, asked, build)

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
                for name in ("order", "product", "agreement", "number", "round", "milestone", "block_", "id"):
                    value = event.values.get(name)
                    if isinstance(value, int):
                        found[name.rstrip("_")] = value
        return found


@contextmanager
def open_service(settings: ServeSettings, clock: Clock | None = None) -> Iterator[Service]:
    """Opens the ledger of the data directory, found or founded, and everything on it; closes it again."""
    with ExitStack() as stack:
        ledger = stack.enter_context(
            open_ledger(settings.data, settings.chain, league=settings.league, name=settings.name)
        )
        path = settings.data / "ledger.sqlite3"
        reading, desk = Database(path), Database(path)
        stack.callback(desk.close)
        stack.callback(reading.close)
        yield Service(settings, ledger, reading, desk, clock or SystemClock())
