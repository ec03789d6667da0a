"""`open_ledger`: everything of one data directory, opened in the right order and closed again.

data/lock              held while open            data/secret       the key ring
data/ledger.sqlite3    outbox, index, identity    data/content/     contents by hash
data/database          where they are instead     data/chain/       the embedded chain
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hanse.errors import ChainFault, EnvironmentFault, InputError
from hanse.ledger.agreements import Agreements
from hanse.ledger.chain import Chain
from hanse.ledger.communities import Communities
from hanse.ledger.content import ContentStore
from hanse.ledger.council import Council
from hanse.ledger.database import Database
from hanse.ledger.designs import Designs
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.finality import Finality, parse
from hanse.ledger.finality import finality as how_final
from hanse.ledger.founding import attach_league, found_league, funder
from hanse.ledger.identities import Identities
from hanse.ledger.index import Index
from hanse.ledger.keys import KeyRing
from hanse.ledger.league import ADMIN, League
from hanse.ledger.locking import locked
from hanse.ledger.offers import Offers
from hanse.ledger.opening import has_database, note, open_database
from hanse.ledger.outbox import Outbox, Progress
from hanse.ledger.pace import window_of
from hanse.ledger.quotations import Quotations
from hanse.ledger.rounds import Rounds
from hanse.ledger.rpc import RpcChain
from hanse.ledger.settlement import Settlement
from hanse.ledger.succession import LeagueHasSuccessor, successor

if TYPE_CHECKING:
    from hanse.ledger.leading import Election
    from hanse.ledger.postgres import PostgresDatabase
    from hanse.ledger.together import Told

PATIENCE = 180.0
"""Seconds that commands wait for a chain that falters."""


@dataclass(frozen=True)
class Ledger:
    """An open ledger. chain_id: of the chain it is on; database: the connection that outbox and index share;
    finality: from when on its blocks are not replaced; election: of the one server that sends and reads blocks, where
    several share the ledger, else None."""

    data: Path
    database: Database
    chain_id: int
    chain: Chain
    outbox: Outbox
    keys: KeyRing
    content: ContentStore
    league: League
    index: Index
    finality: Finality
    election: Election | None = None

    @property
    def leads(self) -> bool:
        """Whether what only one may do is done here."""
        return self.election is None or self.election.leads

    @property
    def rounds(self) -> Rounds:
        """The competition of solvers in this league."""
        return Rounds(self.league)

    @property
    def agreements(self) -> Agreements:
        """What the parties of this league's orders sign."""
        return Agreements(self.league)

    @property
    def settlement(self) -> Settlement:
        """How they are paid."""
        return Settlement(self.league)

    @property
    def offers(self) -> Offers:
        """Idle time of its members' machines."""
        return Offers(self.league)

    @property
    def identities(self) -> Identities:
        """Whose key speaks for whom."""
        return Identities(self.league)

    @property
    def communities(self) -> Communities:
        """Who decides and owns together in this league, and the league itself."""
        return Communities(self.league)

    @property
    def council(self) -> Council:
        """What they decide, and the charter."""
        return Council(self.league)

    @property
    def designs(self) -> Designs:
        """Whose designs are, and who may use them."""
        return Designs(self.league)

    @property
    def quotations(self) -> Quotations:
        """Work that is bid for."""
        return Quotations(self.league)

    @property
    def transactions(self) -> int:
        """How many this data directory has signed, for everything it ever did."""
        return self.outbox.count()

    @property
    def gas(self) -> int:
        """Gas they used."""
        return self.outbox.gas()

    def batch(self, progress: Progress | None = None, total: int | None = None) -> AbstractContextManager[None]:
        """Actions inside are in flight together and in blocks on leaving; `progress(done, total)` tells how far."""
        return self.outbox.batch(progress, total)

    def together(self, progress: Progress | None = None, total: int | None = None) -> AbstractContextManager[None]:
        """As `batch`, for many actions of which none needs another: all are asked, signed and sent on leaving."""
        return self.league.together(progress, total)

    def sync(self) -> Index:
        """The index, brought up to the newest block."""
        self.index.sync()
        return self.index


class ChainFalters(UserWarning):
    """The chain is waited for, or goes on."""


def _say(words: str) -> None:
    warnings.warn(words or "the chain goes on", ChainFalters, stacklevel=2)


@contextmanager
def open_ledger(
    data: Path,
    chain_url: str | None = None,
    *,
    db: str | None = None,
    league: str | None = None,
    name: str = "Hanse",
    create: bool = True,
    funder_key_file: Path | None = None,
    finality: str = "auto",
    patience: float = PATIENCE,
    say: Callable[[str], None] = _say,
    several: Told | None = None,
) -> Iterator[Ledger]:
    """Opens the ledger of a data directory, alone: locks it, starts or reaches the chain, makes sure the data belongs
    to it, sends again what it lost, finds or founds the league, and brings the index up to date.

    chain_url: None for Hanse's own chain. db: address of a database in PostgreSQL, None for the one that this directory
    has. league: address of an existing league to join. name: of a league to be founded. create: False refuses to found
    one. finality: how final the chain's blocks are (`finality.parse`). patience: seconds for which somebody else's
    chain may be silent, or take nothing, before that is an error; say: hears meanwhile in
    words what is waited for, and "" when it goes on.
    several: shares it with other servers, of which one leads and does all that (`together.py`); hears what it waits
    for. Raises EnvironmentFault, ChainFault, InputError.
    """
    parse(finality)
    nothing = EnvironmentFault("there is no league in this directory yet", where=str(data), hint="hanse run makes one")
    if not create and league is None and db is None and not has_database(data):
        raise nothing  # before anything is made
    if several is not None and chain_url is None:
        raise InputError(
            "several servers share a chain; Hanse's own belongs to one process",
            where="--several",
            hint="add --chain http://… of a network, or leave --several out",
        )
    with ExitStack() as stack:
        stack.enter_context(locked(data, shared=several is not None))
        database = open_database(data, db, together=None if several is None else _joining(several))
        stack.callback(database.close)
        if not create and league is None and _known(database, "league") is None:
            raise nothing
        keys = KeyRing(data / "secret")
        _check_keys(database, keys)
        note(data, database)
        chain: Chain
        if chain_url is None:
            own = EmbeddedChain(data / "chain")
            chain, nudge = own, own.restart
        else:
            chain, nudge, own = RpcChain(chain_url, patience=patience, say=say), None, None
        stack.callback(chain.close)
        chain_id = _check_identity(database, chain, own is not None)
        final = how_final(chain, finality)
        outbox = Outbox(database, chain, window=window_of(chain), nudge=nudge, finality=final, say=say)
        if own is not None:
            own.revived = outbox.replay
        else:
            funder(chain, outbox, funder_key_file)
        election = None if several is None else stack.enter_context(_elected(database))
        first = election is None or several is None or _opens(database, election, several)
        if first:
            outbox.replay()
        opened = _league(database, chain, outbox, keys, league, name)
        index = Index(database, chain, opened.addresses)
        if first:
            index.sync()
        moved = successor(opened)
        if moved is not None:
            warnings.warn(moved.said(index.height()), LeagueHasSuccessor, stacklevel=3)
        content = ContentStore(data / "content")
        yield Ledger(data, database, chain_id, chain, outbox, keys, content, opened, index, final, election)
        if not final.at_once and patience:
            outbox.rest(patience)  # whoever closes it may never open it again


@dataclass(frozen=True)
class Sender:
    """Keys and outbox of a data directory on a chain where it has no league."""

    data: Path
    chain: Chain
    outbox: Outbox
    keys: KeyRing


@contextmanager
def open_sender(data: Path, chain_url: str) -> Iterator[Sender]:
    """Opens a data directory as one that only sends, alone: locks it, makes sure it belongs to the chain, and sends
    again what that lost. Raises EnvironmentFault, ChainFault, InputError."""
    with ExitStack() as stack:
        stack.enter_context(locked(data))
        database = open_database(data)
        stack.callback(database.close)
        keys = KeyRing(data / "secret")
        _check_keys(database, keys)
        chain = RpcChain(chain_url, patience=PATIENCE, say=_say)
        stack.callback(chain.close)
        _check_identity(database, chain, own=False)
        outbox = Outbox(database, chain, window=window_of(chain), finality=how_final(chain), say=_say)
        funder(chain, outbox)
        outbox.replay()
        yield Sender(data, chain, outbox, keys)


def _league(database: Database, chain: Chain, outbox: Outbox, keys: KeyRing, given: str | None, name: str) -> League:
    known = _known(database, "league")
    if known is not None and given is not None and known.lower() != given.lower():
        raise ChainFault(
            f"this data belongs to the league at {known}, not to the one at {given}",
            where=database.where,
            hint="use another data directory for another league",
        )
    address = known or given
    opened = attach_league(address, chain, outbox, keys) if address else found_league(name, chain, outbox, keys)
    _remember(database, "league", opened.addresses.league)
    return opened


def _check_keys(database: Database, keys: KeyRing) -> None:
    """Raises EnvironmentFault if the database belongs to the keys of another directory."""
    own, known = keys.address(ADMIN), _known(database, "keys")
    if known not in (None, own):
        raise EnvironmentFault(
            "this database belongs to another data directory, which has its keys",
            where=database.where,
            hint="use that one; a copy needs its file `secret`",
        )
    if known is None:
        _remember(database, "keys", own)


def _check_identity(database: Database, chain: Chain, own: bool) -> int:
    """The chain's id, if this data belongs to that chain or to none yet. Raises ChainFault naming both."""
    chain_id = chain.chain_id()
    first = chain.block(0)
    genesis = first.hash if first is not None else ""
    known_id, known_genesis = _known(database, "chain"), _known(database, "genesis")
    if known_id is not None and known_id != str(chain_id):
        raise ChainFault(
            f"this data belongs to chain {known_id}, but chain {chain_id} was opened",
            where=database.where,
            hint="give the --chain it was made with, or another data directory",
        )
    # Our own chain may begin anew, with all its history in the outbox; somebody else's must stay the same.
    if not own and known_genesis and known_genesis != genesis:
        raise ChainFault(
            f"this data belongs to chain {chain_id} with the first block {known_genesis}, "
            f"but the one that was opened has the first block {genesis}",
            where=database.where,
            hint="that chain was started anew: use another data directory",
        )
    _remember(database, "chain", str(chain_id))
    _remember(database, "genesis", genesis)
    return chain_id


def _known(database: Database, name: str) -> str | None:
    row = database.row("SELECT value FROM identity WHERE name = ?", (name,))
    return None if row is None else str(row[0])


def _remember(database: Database, name: str, value: str) -> None:
    if _known(database, name) != value:
        database.put("identity", (name, value))


# Several servers, which need PostgreSQL: its packages are imported where there are any.


def _joining(told: Told) -> Callable[[PostgresDatabase], None]:
    from hanse.ledger.together import join

    return partial(join, told=told)


def _elected(database: Database) -> AbstractContextManager[Election]:
    from hanse.ledger.leading import elected

    return elected(cast("PostgresDatabase", database))


def _opens(database: Database, election: Election, told: Told) -> bool:
    from hanse.ledger.together import leads

    return leads(database, election, told)
