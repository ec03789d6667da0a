"""`Index`: what the league's events add up to, in tables that answer at once.

It is a projection: `sync()` reads the events of new blocks, `rebuild()` reads all. The hashes of the newest blocks read
are kept, and what they changed; if the chain now has others there (a reorganisation), their changes are taken back and
the new ones are read. A chain begun anew is read anew, from its first block.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, cast

from hanse.errors import ChainFault
from hanse.ledger import (
    community_tables,
    design_tables,
    finance_tables,
    identity_tables,
    offer_tables,
    quotation_tables,
    right_tables,
    round_tables,
    settlement_tables,
    supply_tables,
    tables,
)
from hanse.ledger.chain import Chain, Head, Log, Unreachable
from hanse.ledger.contracts import contract
from hanse.ledger.database import Database
from hanse.ledger.league import Addresses
from hanse.ledger.reads import Reads
from hanse.ledger.undo import KEPT, Undo, columns_of
from hanse.ledger.undo import TABLES as UNDO_TABLES

SPAN = 2_000
"""Blocks per question; hosted nodes refuse much longer ranges."""

VERSION = 15
"""Of the tables. Data written under another is read anew from the chain."""

COUNTING = 15
"""Since this version it is counted how often the chain turned."""

_PARTS = (
    tables,
    round_tables,
    settlement_tables,
    finance_tables,
    offer_tables,
    right_tables,
    identity_tables,
    community_tables,
    design_tables,
    supply_tables,
    quotation_tables,
)
_TABLES = {name: columns for part in _PARTS for name, columns in part.TABLES.items()}

TRIES, TURN_SECONDS = 5, 0.1
"""A chain that turns while it is read is read again so often, after so long."""


class ChainTurned(ChainFault):
    """The chain replaced a block while it was read."""

    def __init__(self, block: int) -> None:
        super().__init__(f"the chain replaced block {block} while it was read", where="index", hint="run again")


class Index(Reads):
    """The read models of the league at `addresses`, kept in `database`. Reads answer as of the last `sync()`."""

    def __init__(self, database: Database, chain: Chain, addresses: Addresses) -> None:
        super().__init__(database)
        self._chain = chain
        self._names = {address: name for name, address in addresses.by_contract().items()}
        self._undo = Undo(database, _TABLES)
        if self._cursor_version() != VERSION or self._cursor()[2] != addresses.league:
            self._clear(addresses.league)
        self._league = addresses.league

    def sync(self) -> int:
        """Reads what is new and returns the number of the block it is now up to. If the chain dropped blocks, what they
        told is taken back first; a node that merely lags behind changes nothing. Raises ChainFault."""
        for _ in range(TRIES):
            try:
                return self._follow()
            except ChainTurned:
                time.sleep(TURN_SECONDS)
        return self._follow()

    def rebuild(self) -> int:
        """Forgets everything and reads all blocks; returns the number of the last."""
        self._clear(self._league)
        return self.sync()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Inside, nobody but this thread brings it up to date: all that is read is of one moment."""
        with self._database.lock:
            yield

    def definitions(self) -> dict[str, str]:
        """Every table of the read models, as it is defined in SQL."""
        return dict(_TABLES)

    def raw(self, table: str) -> list[tuple[Any, ...]]:
        """All rows of a table as they are stored, in the order of the chain."""
        definition = _TABLES[table]
        order = [name for name in ("chain_block", "log_index", "nth") if name in columns_of(definition)]
        return self._database.rows(f"SELECT * FROM {table}" + (f" ORDER BY {', '.join(order)}" if order else ""))

    def head(self) -> tuple[int, str]:
        """Number and hash of the last block that was read, -1 and nothing before the first."""
        return self._cursor()[:2]

    def height(self) -> int:
        """Number of the last block that was read, -1 before the first."""
        return self._cursor()[0]

    # Inside.

    def _follow(self) -> int:
        height = self._chain.height()
        last = self._shared(height)
        # Nobody should ever read of half a ledger: what is read anew is seen when it is whole.
        anew = last < 0 <= self.height()
        with self._database.transaction() if anew else nullcontext():
            while last < height:
                last = self._read_blocks(last + 1, min(last + SPAN, height), height - KEPT)
        return last

    def _shared(self, height: int) -> int:
        """Goes back to the newest block that the chain, which has `height` blocks, still has; returns its number, -1
        for none. Somebody else's chain that is only shorter is a node that lags behind: nothing is taken back."""
        last, name, *_ = self._cursor()
        if last < 0 or (last <= height and self._has(last, name)):
            return last
        turned = self._chain.forgets or last <= height
        for block, mark in self._undo.marks():
            if block > height:
                continue
            if self._has(block, mark):
                if not turned:
                    return last
                with self._database.transaction():
                    self._undo.back_to(block)
                    self._database.write(
                        "UPDATE index_cursor SET block = ?, hash = ?, turns = turns + 1", (block, mark)
                    )
                return block
            turned = True
        return -1 if turned else last

    def _read_blocks(self, first: int, last: int, keep: int) -> int:
        """Reads blocks first..last. keep: what those after this one change can be taken back."""
        head = self._chain.block(last)
        if head is None:
            raise ChainTurned(last)
        logs = self._logs(first, head)
        again = self._chain.block(last)
        if again is None or again.hash != head.hash:
            raise ChainTurned(last)
        known = ((contract(self._names[log.address]), log) for log in logs)
        events = [event for told, log in known if (event := told.event(log)) is not None]
        with self._database.transaction():
            if first == 0:
                self._clear(self._league)
            target = self._undo.recorder(last) if last > keep else self._database
            if last <= keep:
                self._undo.forget()
            for event in events:
                for part in _PARTS:
                    part.apply(cast(Database, target), event)  # handlers do what a recorder can do
            self._undo.mark(last, head.hash)
            self._database.write("UPDATE index_cursor SET block = ?, hash = ?", (last, head.hash))
        return last

    def _logs(self, first: int, head: Head) -> tuple[Log, ...]:
        """Events of the blocks from `first` to `head`."""
        addresses = tuple(self._names)
        if first < head.number:
            logs = self._chain.logs(addresses, first, head.number)
        else:
            try:
                logs = self._chain.logs_of(addresses, head.hash)  # of this block, and of no other in its place
            except Unreachable:
                raise
            except ChainFault:
                raise ChainTurned(head.number) from None
        if any(log.block == head.number and log.block_hash not in ("", head.hash) for log in logs):
            raise ChainTurned(head.number)
        return logs

    def _has(self, number: int, name: str) -> bool:
        head = self._chain.block(number)
        return head is not None and head.hash == name

    def _cursor(self) -> tuple[int, str, str, int, int]:
        query = "SELECT block, hash, league, version, turns FROM index_cursor"
        row: tuple[int, str, str, int, int] = self._database.row(query)
        return row

    def _clear(self, league: str) -> None:
        with self._database.transaction():
            block, *_, turns = self._cursor() if self._cursor_version() >= COUNTING else (-1, 0)
            for name, columns in {**_TABLES, **UNDO_TABLES}.items():
                self._database.write(f"DROP TABLE IF EXISTS {name}")
                self._database.write(f"CREATE TABLE {name} ({columns})")
            self._database.write("DROP TABLE IF EXISTS index_cursor")
            columns = "block INTEGER, hash TEXT, league TEXT, version INTEGER, turns INTEGER"
            self._database.write(f"CREATE TABLE index_cursor ({columns})")
            self._database.write(
                "INSERT INTO index_cursor VALUES (-1, '', ?, ?, ?)", (league, VERSION, turns + (block >= 0))
            )

    def turns(self) -> int:
        """How often something was taken back, because the chain replaced blocks."""
        return self._cursor()[4]

    def _cursor_version(self) -> int:
        """By which version the tables were made; 0 if there are none."""
        row = self._database.row("SELECT version FROM index_cursor") if self._database.has("index_cursor") else None
        return 0 if row is None else int(row[0])
