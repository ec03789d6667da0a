"""`Index`: what the league's events add up to, in tables that answer at once.

It is a projection: `sync()` reads the events of new blocks, `rebuild()` reads all. The hash of the last block read is
kept; if the chain now has another there (a reorganisation, or a chain begun anew), everything is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from hanse.errors import ChainFault
from hanse.ledger import offer_tables, right_tables, round_tables, settlement_tables, tables
from hanse.ledger.chain import Chain
from hanse.ledger.contracts import contract
from hanse.ledger.database import Database
from hanse.ledger.league import Addresses
from hanse.ledger.offer_tables import AnchorRow, BookRow, OfferMoveRow, WindowRow
from hanse.ledger.right_tables import RightRow
from hanse.ledger.round_tables import ClaimRow, ConflictRow, RoundRow, StakeRow, StrikeRow
from hanse.ledger.settlement_tables import AgreementRow, AnswerRow, MilestoneRow, PurseRow, SettledRow
from hanse.ledger.tables import BlockRow, MatchRow, MemberRow, OrderRow, ProductRow, TransferRow

SPAN = 2_000
"""Blocks per question; hosted nodes refuse much longer ranges."""

VERSION = 6
"""Of the tables. Data written under another is read anew from the chain."""

_PARTS = (tables, round_tables, settlement_tables, offer_tables, right_tables)
_TABLES = {name: columns for part in _PARTS for name, columns in part.TABLES.items()}

R = TypeVar("R")


class Index:
    """The read models of the league at `addresses`, kept in `database`. Reads answer as of the last `sync()`."""

    def __init__(self, database: Database, chain: Chain, addresses: Addresses) -> None:
        self._database, self._chain = database, chain
        self._names = {address: name for name, address in addresses.by_contract().items()}
        known = database.row("SELECT 1 FROM sqlite_master WHERE name = 'index_cursor'")
        if known is None or self._cursor()[2:] != (addresses.league, VERSION):
            self._clear(addresses.league)
        self._league = addresses.league

    def sync(self) -> int:
        """Reads what is new and returns the number of the block it is now up to. Raises ChainFault."""
        height = self._chain.height()
        last, name, _, _ = self._cursor()
        if last >= 0 and not self._has(last, name):
            self._clear(self._league)
            last = -1
        while last < height:
            last = self._read_blocks(last + 1, min(last + SPAN, height))
        return last

    def rebuild(self) -> int:
        """Forgets everything and reads all blocks; returns the number of the last."""
        self._clear(self._league)
        return self.sync()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Inside, nobody but this thread brings it up to date: all that is read is of one moment."""
        with self._database.lock:
            yield

    # What it tells.

    def members(self) -> tuple[MemberRow, ...]:
        """All that ever registered, by number."""
        return self._all("members", "number", tables.read_member)

    def products(self) -> tuple[ProductRow, ...]:
        return self._all("products", "number", tables.read_product)

    def orders(self) -> tuple[OrderRow, ...]:
        return self._all("orders", "number", tables.read_order)

    def matches(self, order: int | None = None) -> tuple[MatchRow, ...]:
        """The newest answers, of one order or of all."""
        chosen = "" if order is None else f"WHERE order_number = {int(order)}"
        return self._all("matches", "order_number, chain_block, log_index, rowid", tables.read_match, chosen)

    def blocks(self) -> tuple[BlockRow, ...]:
        return self._all("blocks", "number", tables.read_block)

    def transfers(self) -> tuple[TransferRow, ...]:
        """All movements of money in chain order, mints and deposits included."""
        return self._all("transfers", "chain_block, log_index", tables.read_transfer)

    def rounds(self) -> tuple[RoundRow, ...]:
        return self._all("rounds", "number", round_tables.read_round)

    def claims(self, round_: int | None = None) -> tuple[ClaimRow, ...]:
        """In the order of commitments, of one round or of all."""
        return self._all("claims", "round, number", round_tables.read_claim, _of(round_))

    def strikes(self, round_: int | None = None) -> tuple[StrikeRow, ...]:
        return self._all("strikes", "chain_block, log_index", round_tables.read_strike, _of(round_))

    def conflicts(self, round_: int | None = None) -> tuple[ConflictRow, ...]:
        """In the order they were told; the contract drops those that a later one makes superfluous."""
        return self._all("conflicts", "chain_block, log_index", round_tables.read_conflict, _of(round_))

    def stake_moves(self) -> tuple[StakeRow, ...]:
        """Every change of anyone's free stake, in chain order."""
        return self._all("stake_moves", "chain_block, log_index, why", round_tables.read_stake)

    def stakes(self) -> dict[str, int]:
        """What each account has free in the rounds: the sum of its moves."""
        return _sums(self.stake_moves())

    def agreements(self) -> tuple[AgreementRow, ...]:
        return self._all("agreements", "number", settlement_tables.read_agreement)

    def answers(self) -> tuple[AnswerRow, ...]:
        """What parties said of proposals without signing them, in chain order."""
        return self._all("answers", "chain_block, log_index", settlement_tables.read_answer)

    def milestones(self) -> tuple[MilestoneRow, ...]:
        """Of active agreements, settled ones included."""
        return self._all("milestones", "agreement, number", settlement_tables.read_milestone)

    def settled(self) -> tuple[SettledRow, ...]:
        """Milestones that ended, in chain order."""
        return self._all("settled", "chain_block, log_index", settlement_tables.read_settled)

    def purse_moves(self) -> tuple[PurseRow, ...]:
        """Every change of anyone's free money in the settlement, in chain order."""
        return self._all("purse_moves", "chain_block, log_index, why", settlement_tables.read_purse)

    def purses(self) -> dict[str, int]:
        """What each account has free in the settlement: the sum of its moves."""
        return _sums(self.purse_moves())

    def windows(self) -> tuple[WindowRow, ...]:
        """Idle windows that have a slot, whatever became of them."""
        return self._all("windows", "host, length(number), number", offer_tables.read_window)

    def books(self) -> tuple[BookRow, ...]:
        return self._all("books", "host, number", offer_tables.read_book)

    def offer_moves(self) -> tuple[OfferMoveRow, ...]:
        """Every change of anyone's free money among the offers, in chain order."""
        return self._all("offer_moves", "chain_block, log_index, why", offer_tables.read_move)

    def offer_purses(self) -> dict[str, int]:
        """What each account has free among the offers: the sum of its moves."""
        return _sums(self.offer_moves())

    def anchors(self) -> tuple[AnchorRow, ...]:
        return self._all("anchors", "account, topic, length(number), number", offer_tables.read_anchor)

    def rights(self) -> tuple[RightRow, ...]:
        """Who holds which role of which contract now."""
        return self._all("rights", "contract, role, chain_block, log_index", right_tables.read_right)

    def height(self) -> int:
        """Number of the last block that was read, -1 before the first."""
        return self._cursor()[0]

    # Inside.

    def _read_blocks(self, first: int, last: int) -> int:
        # The hash first: if the chain turns while the events are read, the next sync finds another one and starts over.
        head = self._chain.block(last)
        if head is None:
            raise ChainFault(f"the chain lost block {last} while it was read", where="index", hint="run again")
        events = []
        for log in self._chain.logs(tuple(self._names), first, last):
            event = contract(self._names[log.address]).event(log)
            if event is not None:
                events.append(event)
        with self._database.transaction():
            for event in events:
                for part in _PARTS:
                    part.apply(self._database, event)
            self._database.write("UPDATE index_cursor SET block = ?, hash = ?", (last, head.hash))
        return last

    def _has(self, number: int, name: str) -> bool:
        head = self._chain.block(number)
        return head is not None and head.hash == name

    def _cursor(self) -> tuple[int, str, str, int]:
        row: tuple[int, str, str, int] = self._database.row("SELECT block, hash, league, version FROM index_cursor")
        return row

    def _clear(self, league: str) -> None:
        with self._database.transaction():
            for name, columns in _TABLES.items():
                self._database.write(f"DROP TABLE IF EXISTS {name}")
                self._database.write(f"CREATE TABLE {name} ({columns})")
            self._database.write("DROP TABLE IF EXISTS index_cursor")
            self._database.write("CREATE TABLE index_cursor (block INTEGER, hash TEXT, league TEXT, version INTEGER)")
            self._database.write("INSERT INTO index_cursor VALUES (-1, '', ?, ?)", (league, VERSION))

    def _all(self, table: str, order: str, read: Callable[[tuple[Any, ...]], R], chosen: str = "") -> tuple[R, ...]:
        # rowid is for telling apart what one event says; it is no part of a row.
        rows = self._database.rows(f"SELECT * FROM {table} {chosen} ORDER BY {order}")
        return tuple(map(read, rows))


def _sums(moves: Iterable[StakeRow | PurseRow | OfferMoveRow]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for move in moves:
        sums[move.account] = sums.get(move.account, 0) + move.amount
    return sums


def _of(round_: int | None) -> str:
    return "" if round_ is None else f"WHERE round = {int(round_)}"
