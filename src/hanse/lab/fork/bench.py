"""`Bench`: a fork put to use. Runs one after the other begin from the very same state of chain and read models.

The league's offices are handed to the laboratory's keys by whoever is their admin on the copy, whose key is not needed
there. Members and customers of a run are accounts of the laboratory too; nobody's live account does or signs anything.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hanse.errors import ChainFault
from hanse.governance.charter import TERMS
from hanse.lab.fork.chain import ForkChain
from hanse.lab.fork.fork import Fork
from hanse.lab.fork.rows import DATABASE
from hanse.ledger.content import ContentStore
from hanse.ledger.contracts import contract, role
from hanse.ledger.finality import AT_ONCE
from hanse.ledger.founding import attach_league
from hanse.ledger.index import Index
from hanse.ledger.keys import KeyRing
from hanse.ledger.league import ADMIN, ARBITER, COORDINATOR, NOTARY, SECOND_ARBITER, TREASURY
from hanse.ledger.opening import open_database
from hanse.ledger.outbox import Outbox
from hanse.ledger.store import Ledger

OFFICES = (
    ("LeagueToken", "MINTER_ROLE", TREASURY),
    ("MemberRegistry", "NOTARY_ROLE", NOTARY),
    ("ProductCatalogue", "COORDINATOR_ROLE", COORDINATOR),
    ("OrderBook", "COORDINATOR_ROLE", COORDINATOR),
    ("Blocks", "COORDINATOR_ROLE", COORDINATOR),
    ("Rounds", "COORDINATOR_ROLE", COORDINATOR),
    ("Agreements", "COORDINATOR_ROLE", COORDINATOR),
    ("Settlement", "ARBITER_ROLE", ARBITER),
    ("Settlement", "ARBITER_ROLE", SECOND_ARBITER),
    ("Offers", "ARBITER_ROLE", ARBITER),
)
"""What a run does in office, and who of the laboratory."""


class Bench:
    """A running copy. fork: what it is a copy of; chain: its chain."""

    def __init__(self, fork: Fork, home: Path, chain: ForkChain) -> None:
        self.fork, self.chain, self._home = fork, chain, home
        shutil.copyfile(fork.directory / DATABASE, home / DATABASE)
        shutil.copyfile(fork.directory / "secret", home / "secret")
        (home / "secret").chmod(0o600)
        with self._ledger(home) as ledger:
            self._take_office(ledger)
            ledger.sync()

    @contextmanager
    def run(self) -> Iterator[Ledger]:
        """The league as it was copied; what is done to it inside is gone afterwards."""
        place = self._home / "run"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for name in (DATABASE, "secret"):
            shutil.copy(self._home / name, place / name)
        with self.chain.scratch(), self._ledger(place) as ledger:
            yield ledger

    def contents(self) -> ContentStore:
        """What the league has stored, to be read."""
        return ContentStore(self.fork.directory / "content")

    @contextmanager
    def _ledger(self, place: Path) -> Iterator[Ledger]:
        database = open_database(place)
        try:
            database.write("PRAGMA synchronous = OFF")  # nothing here has to survive anything
            keys = KeyRing(place / "secret")
            outbox = Outbox(database, self.chain)
            league = attach_league(self.fork.league, self.chain, outbox, keys)
            index = Index(database, self.chain, league.addresses)
            store = ContentStore(place / "content")
            yield Ledger(
                place, database, self.chain.chain_id(), self.chain, outbox, keys, store, league, index, AT_ONCE
            )
            database.write("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            database.close()

    def _take_office(self, ledger: Ledger) -> None:
        """Whoever is admin of a contract grants what the laboratory needs. Raises ChainFault if nobody is."""
        admins = {row.contract: row.account for row in ledger.sync().rights() if row.role == "DEFAULT_ADMIN_ROLE"}
        addresses = ledger.league.addresses.by_contract()
        own = ledger.league.address(ADMIN)
        for name in (*dict.fromkeys(name for name, _, _ in OFFICES), "Charter"):
            if name not in admins:
                raise ChainFault(
                    "nobody is admin of this contract, so the laboratory cannot hold its offices", where=name
                )
            admins[name] = self._key_of(ledger, admins[name])
            grants = [("DEFAULT_ADMIN_ROLE", own)]
            grants += [(right, ledger.league.address(who)) for of, right, who in OFFICES if of == name]
            for right, account in grants:
                named = bytes(32) if right == "DEFAULT_ADMIN_ROLE" else role(right)
                data = contract(name).encode("grantRole", named, account)
                self.chain.act_as(admins[name], addresses[name], data)
        # A study plays rules, and what the league has decided so far must not keep it from playing others.
        for one, value in zip(TERMS, ledger.council.terms(), strict=True):
            if value != one.value:
                data = contract("Charter").encode("set", one.number, one.value)
                self.chain.act_as(admins["Charter"], addresses["Charter"], data)

    def _key_of(self, ledger: Ledger, identity: str) -> str:
        """The key that acts for an identity in offices, on the copy."""
        key = ledger.identities.owner(identity)
        if key != identity:
            data = contract("Identities").encode("sit", identity)
            self.chain.act_as(key, ledger.league.addresses.identities, data)
        return key


@contextmanager
def bench(fork: Fork, home: Path) -> Iterator[Bench]:
    """A running copy, in the empty directory `home`. Raises ChainFault if the chain will not start, or the league is
    not there."""
    state = fork.state if fork.url is None else None
    chain = ForkChain(home / "anvil.log", state=state, url=fork.url, block=fork.block)
    with closing(chain):
        yield Bench(fork, home, chain)
