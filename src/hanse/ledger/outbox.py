"""The outbox: every signed transaction is on disk before it is sent, and is sent until the chain has it.

A *key* names an intention ("ft06/order/J1/place"). Submitting a key again gives the entry that exists and signs
nothing, so a program that died can simply be run again. An entry is *pending* until a block holds it; then it is
*mined*, or *failed* if it reverted there, or if another transaction took its nonce (then it can never be mined). A
failed entry had no effect and its key is free again: submitting the key makes a new entry with a new nonce.

After any crash, of Hanse or of the chain, `replay()` compares what entries remember of their blocks with the chain and
sends again whatever the chain does not have, in the order of signing. `after` keeps cause before effect: an entry is
sent only when all entries that were in blocks when it was signed are in blocks again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hanse.errors import ChainFault, InputError
from hanse.ledger.chain import Call, Chain, Receipt, Reverted
from hanse.ledger.database import Database
from hanse.ledger.delivery import STALL_SECONDS, Delivery
from hanse.ledger.entries import SCHEMA, Entry, Request, entries, insert, next_nonce
from hanse.ledger.signing import Fees, sign

WINDOW = 32
"""So many transactions may be sent and not yet in a block. Anvil 1.7.1 stops mining under bursts of thousands."""

MARGIN_SHARE, MARGIN_GAS = 4, 20_000
"""Gas allowed above the estimate: a quarter, and one first write to a slot that others in flight may yet cause."""

FEE_SECONDS = 2.0
"""How long a base fee is believed."""


def with_margin(gas: int) -> int:
    """What a transaction may use that was estimated to use `gas`."""
    return gas + gas // MARGIN_SHARE + MARGIN_GAS


def price(chain: Chain) -> Fees:
    """What is offered for gas now: enough for a base fee twice as high."""
    base = chain.base_fee()
    if base is None:
        return Fees(chain.tip(), None)
    if base == 0:
        return Fees(0, 0)
    tip = chain.tip()
    return Fees(2 * base + tip, tip)


Progress = Callable[[int, int], None]
"""Called with how many are done, of how many."""


@dataclass(slots=True)
class _Batch:
    total: int | None
    progress: Progress | None
    thread: int = field(default_factory=threading.get_ident)
    members: set[int] = field(default_factory=set)
    done: int = 0

    def report(self) -> None:
        if self.progress is not None:
            self.progress(self.done, max(self.total or 0, len(self.members)))


class Outbox:
    """Sends transactions over `chain`, remembering them in `database`. Threads may share it.

    fund: called with an address and the wei it needs before a transaction is signed that it might not be able to pay.
    nudge: called when the chain answers but mines nothing. patience: seconds without any progress before giving up.
    """

    def __init__(
        self,
        database: Database,
        chain: Chain,
        *,
        window: int = WINDOW,
        patience: float = 180.0,
        stall: float = STALL_SECONDS,
        nudge: Callable[[], None] | None = None,
    ) -> None:
        self.fund: Callable[[str, int], None] | None = None
        self._database, self._chain, self._lock = database, chain, database.lock
        self._window = window
        self._chain_id = chain.chain_id()
        self._fees: tuple[float, Fees] | None = None
        self._batches: list[_Batch] = []
        self._delivery = Delivery(
            database,
            chain,
            window=window,
            patience=patience,
            stall=stall,
            nudge=nudge,
            decided=self._tell_batches,
        )
        for statement in SCHEMA:
            database.write(statement)

    # What callers do.

    def submit(self, request: Request) -> Entry:
        """The entry of this intention, signed, stored and sent if it is new. Does not wait for a block, except for room
        in the window or because its gas can only be estimated after what is in flight.

        Raises InputError if the key stands for something else, Reverted (before anything is signed) if the contract
        would refuse, ChainFault or EnvironmentFault.
        """
        with self._lock:
            entry = self.entry(request.key)
            if entry is None or entry.failed:
                entry = self._sign(request)
            elif entry.content != request.content(self._chain_id):
                raise InputError(
                    "this key already stands for a different transaction",
                    where=request.key,
                    hint="use a new key for a new intention, or a new data directory",
                )
            for batch in self._batches:
                if batch.thread == threading.get_ident() and entry.sequence not in batch.members:
                    batch.members.add(entry.sequence)
                    batch.done += not entry.pending
                    batch.report()
            if entry.pending:
                self._delivery.send()
            return entry

    def wait(self, entry: Entry) -> Receipt:
        """The receipt of an entry, once a block holds it. Raises Reverted or ChainFault if it failed."""
        with self._lock:
            self._delivery.until(lambda: not self._get(entry.sequence).pending)
            now = self._get(entry.sequence)
            _raise_if_failed(now)
            receipt = self._chain.receipt(now.hash)
            if receipt is None:  # forgotten between the two questions
                self.replay()
                receipt = self._chain.receipt(now.hash)
            if receipt is None:
                raise ChainFault("the chain does not keep this transaction", where=entry.key, hint="run again")
            return receipt

    @contextmanager
    def batch(self, progress: Progress | None = None, total: int | None = None) -> Iterator[None]:
        """Everything submitted inside is in blocks on leaving; up to the window is in flight meanwhile.

        Raises what the first failed one raised, after all are done.
        """
        batch = _Batch(total, progress)
        self._batches.append(batch)
        try:
            yield
            with self._lock:
                last = max(batch.members, default=0)
                self._delivery.until(lambda: self._delivery.pending(last) == 0)
                batch.report()
                for sequence in sorted(batch.members):
                    _raise_if_failed(self._get(sequence))
        finally:
            self._batches.remove(batch)

    def settle(self) -> None:
        """Waits until nothing is pending."""
        self._delivery.until(lambda: self._delivery.pending() == 0)

    def replay(self) -> None:
        """Makes the chain have every entry again, whatever it forgot. Safe at any time; also the hook of a chain that
        was started again (then perhaps in the middle of a wait, which takes it from here)."""
        self._delivery.suspect = True
        if self._lock.acquire(timeout=60):
            try:
                if not self._delivery.running:
                    self.settle()
            finally:
                self._lock.release()

    def deliver(self) -> bool:
        """One step of delivery, without waiting for anything: sends what may be sent, records what blocks hold. True if
        anything moved. For a service that calls it for ever; it also passes over what the chain refuses."""
        self._delivery.tolerant = True
        if self.fund is not None:
            for sender, cost in self._delivery.owed().items():
                self.fund(sender, cost)
        return self._delivery.step()

    # What is known.

    def entry(self, key: str) -> Entry | None:
        """The latest entry of a key."""
        found = entries(self._database, "WHERE key = ? ORDER BY sequence DESC LIMIT 1", (key,))
        return found[0] if found else None

    def entries(self) -> list[Entry]:
        """All entries in the order of signing."""
        return entries(self._database, "ORDER BY sequence")

    def pending(self) -> int:
        """How many are in no block."""
        return self._delivery.pending()

    def count(self, prefix: str = "") -> int:
        """How many entries have keys that start with `prefix`, failed ones included."""
        return int(
            self._database.row("SELECT count(*) FROM outbox WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))[0]
        )

    def gas(self) -> int:
        """Gas that all entries in blocks have used."""
        return int(self._database.row("SELECT coalesce(sum(gas_used), 0) FROM outbox WHERE block IS NOT NULL")[0])

    # Signing.

    def _sign(self, request: Request) -> Entry:
        gas = request.gas or self._estimate(request)
        fees = self._price()
        cost = request.value + gas * fees.most
        sender = request.sender.address
        if cost and self.fund is not None:
            mine = [one for one in self._delivery.waiting() if one.sender == sender]
            self.fund(sender, cost + sum(one.cost for one in mine))
        self._delivery.until(lambda: self._delivery.pending() < self._window)
        used = self._chain.nonce(sender)
        with self._database.transaction():
            nonce = next_nonce(self._database, sender, used)
            raw, name = sign(
                request.sender,
                chain_id=self._chain_id,
                nonce=nonce,
                gas=gas,
                to=request.to,
                value=request.value,
                data=request.data,
                fees=fees,
            )
            sequence = insert(
                self._database,
                key=request.key,
                content=request.content(self._chain_id),
                sender=sender,
                nonce=nonce,
                name=name,
                raw=raw,
                gas=gas,
                cost=cost,
            )
        return self._get(sequence)

    def _estimate(self, request: Request) -> int:
        call = Call(request.sender.address, request.to, request.data, request.value)
        try:
            gas = self._chain.estimate(call)
        except Reverted:
            # Perhaps what it needs is still in flight, or the chain forgot it.
            self._delivery.suspect = True
            self._delivery.until(lambda: self._delivery.pending() == 0)
            try:
                gas = self._chain.estimate(call)
            except Reverted as refusal:
                refusal.at(request.key)
                raise
        return with_margin(gas)

    def _price(self) -> Fees:
        now = time.monotonic()
        if self._fees is None or now - self._fees[0] > FEE_SECONDS:
            self._fees = (now, price(self._chain))
        return self._fees[1]

    def _tell_batches(self, sequence: int) -> None:
        for batch in self._batches:
            if sequence in batch.members:
                batch.done = min(batch.done + 1, len(batch.members))
                batch.report()

    def _get(self, sequence: int) -> Entry:
        return entries(self._database, "WHERE sequence = ?", (sequence,))[0]


def _raise_if_failed(entry: Entry) -> None:
    if entry.failed:
        raise Reverted(entry.reason, b"", where=entry.key, hint="nothing was changed; the same key may be tried again")
