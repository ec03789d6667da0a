"""`open_ledger`: everything of one data directory, opened in the right order and closed again.

data/lock              held while open            data/secret       the key ring
data/ledger.sqlite3    outbox, index, identity    data/content/     contents by hash
data/chain/            the embedded chain
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hanse.errors import ChainFault, EnvironmentFault
from hanse.ledger.agreements import Agreements
from hanse.ledger.chain import Chain
from hanse.ledger.content import ContentStore
from hanse.ledger.database import Database
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.founding import attach_league, found_league, funder
from hanse.ledger.index import Index
from hanse.ledger.keys import KeyRing
from hanse.ledger.league import League
from hanse.ledger.offers import Offers
from hanse.ledger.outbox import Outbox, Progress
from hanse.ledger.rounds import Rounds
from hanse.ledger.rpc import RpcChain
from hanse.ledger.settlement import Settlement


@dataclass(frozen=True)
class Ledger:
    """An open ledger. chain_id: of the chain it is on."""

    data: Path
    chain_id: int
    chain: Chain
    outbox: Outbox
    keys: KeyRing
    content: ContentStore
    league: League
    index: Index

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

    def sync(self) -> Index:
        """The index, brought up to the newest block."""
        self.index.sync()
        return self.index


@contextmanager
def open_ledger(
    data: Path,
    chain_url: str | None = None,
    *,
    league: str | None = None,
    name: str = "Hanse",
    create: bool = True,
    funder_key_file: Path | None = None,
) -> Iterator[Ledger]:
    """Opens the ledger of a data directory, alone: locks it, starts or reaches the chain, makes sure the data belongs
    to it, sends again what it lost, finds or founds the league, and brings the index up to date.

    chain_url: None for Hanse's own chain. league: address of an existing league to join. name: of a league to be
    founded. create: False refuses to found one. Raises EnvironmentFault, ChainFault, InputError.
    """
    nothing = EnvironmentFault("there is no league in this directory yet", where=str(data), hint="hanse run makes one")
    if not create and league is None and not (data / "ledger.sqlite3").exists():
        raise nothing  # before anything is made
    with ExitStack() as stack:
        stack.enter_context(_locked(data))
        database = Database(data / "ledger.sqlite3")
        stack.callback(database.close)
        database.write("CREATE TABLE IF NOT EXISTS identity (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        if not create and league is None and _known(database, "league") is None:
            raise nothing
        keys = KeyRing(data / "secret")
        chain: Chain
        if chain_url is None:
            own = EmbeddedChain(data / "chain")
            chain, nudge = own, own.restart
        else:
            chain, nudge, own = RpcChain(chain_url), None, None
        stack.callback(chain.close)
        chain_id = _check_identity(database, chain, own is not None)
        outbox = Outbox(database, chain, nudge=nudge)
        if own is not None:
            own.revived = outbox.replay
        else:
            funder(chain, outbox, funder_key_file)
        outbox.replay()
        opened = _league(database, chain, outbox, keys, league, name)
        index = Index(database, chain, opened.addresses)
        index.sync()
        yield Ledger(data, chain_id, chain, outbox, keys, ContentStore(data / "content"), opened, index)


def _league(database: Database, chain: Chain, outbox: Outbox, keys: KeyRing, given: str | None, name: str) -> League:
    known = _known(database, "league")
    if known is not None and given is not None and known.lower() != given.lower():
        raise ChainFault(
            f"this data belongs to the league at {known}, not to the one at {given}",
            where=str(database.path),
            hint="use another data directory for another league",
        )
    address = known or given
    opened = attach_league(address, chain, outbox, keys) if address else found_league(name, chain, outbox, keys)
    _remember(database, "league", opened.addresses.league)
    return opened


def _check_identity(database: Database, chain: Chain, own: bool) -> int:
    """The chain's id, if this data belongs to that chain or to none yet. Raises ChainFault naming both."""
    chain_id = chain.chain_id()
    first = chain.block(0)
    genesis = first.hash if first is not None else ""
    known_id, known_genesis = _known(database, "chain"), _known(database, "genesis")
    if known_id is not None and known_id != str(chain_id):
        raise ChainFault(
            f"this data belongs to chain {known_id}, but chain {chain_id} was opened",
            where=str(database.path),
            hint="give the --chain it was made with, or another data directory",
        )
    # Our own chain may begin anew, with all its history in the outbox; somebody else's must stay the same.
    if not own and known_genesis and known_genesis != genesis:
        raise ChainFault(
            f"this data belongs to chain {chain_id} with the first block {known_genesis}, "
            f"but the one that was opened has the first block {genesis}",
            where=str(database.path),
            hint="that chain was started anew: use another data directory",
        )
    _remember(database, "chain", str(chain_id))
    _remember(database, "genesis", genesis)
    return chain_id


def _known(database: Database, name: str) -> str | None:
    row = database.row("SELECT value FROM identity WHERE name = ?", (name,))
    return None if row is None else str(row[0])


def _remember(database: Database, name: str, value: str) -> None:
    database.write("INSERT OR REPLACE INTO identity VALUES (?, ?)", (name, value))


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    """Holds the directory for this process; the system lets go of it however the process ends."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as failure:
        raise EnvironmentFault(f"the data directory cannot be used ({failure.strerror})", where=str(data)) from None
    try:
        try:
            _lock(file)
        except OSError:
            holder = os.read(file, 32).decode("ascii", "replace").strip()
            raise EnvironmentFault(
                f"the data directory is in use by process {holder or 'unknown'}",
                where=str(data),
                hint="wait until it is done, or use another data directory",
            ) from None
        os.truncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        yield
    finally:
        os.close(file)


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        # A byte far behind the number, which others may thus read.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
