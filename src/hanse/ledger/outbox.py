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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from hanse.errors import ChainFault, InputError
from hanse.ledger import bids
from hanse.ledger.chain import Call, Chain, Receipt, Reverted
from hanse.ledger.database import Database
from hanse.ledger.delivery import STALL_SECONDS, Delivery
from hanse.ledger.entries import Entry, Request, Signed, entries, free_nonces, insert, newest_of
from hanse.ledger.finality import AT_ONCE, Finality
from hanse.ledger.signing import Fees, sign

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

WINDOW, WIDE_WINDOW = 32, 2048
"""So many transactions may be sent and not yet in a block: to anvil, which has a block for each at once and in version
1.7.1 stops under bursts of thousands; and to a network, where a block takes a second or more and holds hundreds: the
next one is there while the last is looked through."""

SHARES = 8
"""Into so many parts the window is divided by many transactions that come at once."""

MARGIN_SHARE, MARGIN_GAS = 4, 20_000
"""Gas allowed above the estimate: a quarter, and one first write to a slot that others in flight may yet cause."""

GAP_GAS = 21_000
"""What the smallest transaction takes."""

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
    finality: from when on the chain's blocks count as not replaceable. say: hears in words what is waited for, and ""
    when it goes on.
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
        finality: Finality = AT_ONCE,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
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
            finality=finality,
            say=say,
            fill=self._fill,
        )
        self._accounts: dict[str, LocalAccount] = {}

    @property
    def fund(self) -> Callable[[str, int], None] | None:
        """Called with an address and the wei it needs."""
        return self._delivery.fund

    @fund.setter
    def fund(self, fund: Callable[[str, int], None]) -> None:
        self._delivery.fund = fund

    @property
    def waits_for(self) -> str:
        """What it waits for, in words; empty while all goes well."""
        return self._delivery.said

    # What callers do.

    def submit(self, request: Request) -> Entry:
        """The entry of this intention, signed, stored and sent if it is new. Does not wait for a block, except for room
        in the window or because its gas can only be estimated after what is in flight.

        Raises InputError if the key stands for something else, Reverted (before anything is signed) if the contract
        would refuse, ChainFault or EnvironmentFault.
        """
        with self._lock:
            (entry,) = self._known([request])
            if entry is None:
                gas = request.gas or self._estimate(request)
                (entry,) = self._sign([(request, gas)])
            self._join_batches(entry)
            if entry.pending and self._of_this_thread():
                self._delivery.offer_soon(entry)
            elif entry.pending:
                self._delivery.offer([entry])
            return entry

    def submit_all(self, requests: Sequence[Request]) -> list[Entry]:
        """The same for many at once, in their order, each with a key of its own: asked, stored and sent some hundred at
        a time. One that would be refused for what is in flight before it waits for that, as in `submit`; what
        comes before one that is refused is on its way."""
        with self._lock:
            made: list[Entry] = []
            while len(made) < len(requests):
                made += self._submit_some(requests[len(made) : len(made) + max(1, self._window // SHARES)])
            return made

    def wait(self, entry: Entry) -> Receipt:
        """The receipt of an entry, once a block holds it. Raises Reverted or ChainFault if it failed."""
        with self._lock:
            self._delivery.until(lambda: not self._get(entry.sequence).pending)
            now = self._get(entry.sequence)
            _raise_if_failed(now)
            receipt = self._chain.receipt(now.hash)
            if receipt is None:  # forgotten between the two questions
                self.replay()
                receipt = self._chain.receipt(self._get(entry.sequence).hash)
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

    def rest(self, seconds: float) -> bool:
        """Waits until nothing that was sent can be replaced any more, but not for longer than this; whether it is so.
        Until then a block may yet be dropped, and somebody must send again what was in it."""
        end = time.monotonic() + seconds
        self._delivery.until(lambda: self._delivery.kept() or time.monotonic() > end)
        return self._delivery.kept()

    def doubt(self) -> None:
        """The chain may have dropped blocks, or another process delivered meanwhile: the next step of delivery looks,
        whether anything waits or not."""
        self._delivery.suspect = True

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

    def _decided(self, entry: Entry) -> Entry:
        """An entry as it is now. If it failed, only when that is final: in another block it might have succeeded, and a
        second attempt would then be the same thing twice."""
        if entry.failed and entry.block is not None:
            self._delivery.until(lambda: self._certain(entry.sequence))
            return self._get(entry.sequence)
        return entry

    def _certain(self, sequence: int) -> bool:
        entry = self._get(sequence)
        return not entry.failed or entry.block is None or entry.block <= self._delivery.final

    def _fill(self, sender: str, nonce: int) -> bool:
        """Sends nothing to the sender itself under a number that is missing before its others. False if its key is not
        at hand: then its next transaction gets that number."""
        account = self._accounts.get(sender)
        if account is not None:
            gap = Request(f"gap/{sender}/{nonce}", account, sender, b"")
            (entry,) = self._sign([(gap, GAP_GAS)], room=False)
            self._chain.send_raw(entry.raw)
        return account is not None

    def _known(self, requests: Sequence[Request]) -> list[Entry | None]:
        """The entry that each intention has, unless it failed. Raises InputError if it is that of another."""
        newest = newest_of(self._database, [request.key for request in requests])
        found: list[Entry | None] = []
        for request in requests:
            entry = newest.get(request.key)
            entry = entry and self._decided(entry)
            if entry is not None and not entry.failed and entry.content != request.content(self._chain_id):
                raise InputError(
                    "this key already stands for a different transaction",
                    where=request.key,
                    hint="use a new key for a new intention, or a new data directory",
                )
            found.append(None if entry is None or entry.failed else entry)
        return found

    def _submit_some(self, requests: Sequence[Request]) -> list[Entry]:
        """Entries of the first of these requests, of one at least: up to the next that has to wait for them."""
        keys = [request.key for request in requests]
        # A key that is there again means the same; it is looked up once the first is stored.
        again = next((at for at, key in enumerate(keys) if key in keys[:at]), len(keys))
        known = self._known(requests[:again])
        new = [request for request, entry in zip(requests, known, strict=False) if entry is None]
        priced = self._estimate_some(new)
        signed = iter(self._sign(priced))
        made: list[Entry] = []
        for entry in known:
            one = entry or next(signed, None)
            if one is None:
                break
            made.append(one)
            self._join_batches(one)
        self._delivery.offer([one for one in made if one.pending])
        return made

    def _estimate_some(self, requests: Sequence[Request]) -> list[tuple[Request, int]]:
        """The first of these requests with their gas, up to the first that would be refused now. If that is the very
        first, it waits for what is in flight. Raises Reverted if it is refused even then."""
        calls = [one.as_call() for one in requests]
        priced = []
        for request, call, gas in zip(requests, calls, self._chain.estimates(calls) if calls else [], strict=True):
            if request.gas:
                priced.append((request, request.gas))
            elif isinstance(gas, int) and not _does_nothing(call, gas):
                priced.append((request, with_margin(gas)))
            else:
                break
        return priced or [(one, self._estimate(one)) for one in requests[:1]]

    def _sign(self, priced: Sequence[tuple[Request, int]], *, room: bool = True) -> list[Entry]:
        """Signs and stores, all or nothing. Each comes with the gas it may use. room: waits until the window has it."""
        self._accounts |= {request.sender.address: request.sender for request, _ in priced}
        fees = self._price()
        self._fund(priced, fees)
        if room:
            self._delivery.until(lambda: self._delivery.pending() <= self._window - len(priced))
        senders = list({str(request.sender.address) for request, _ in priced})
        used = dict(zip(senders, self._chain.nonces(senders), strict=True))
        with self._database.transaction():
            nonces = {one: iter(free_nonces(self._database, one, used[one], len(priced))) for one in senders}
            signed = [self._signed(request, gas, fees, next(nonces[request.sender.address])) for request, gas in priced]
            made = insert(self._database, [one for one, _ in signed])
            for entry, (_, forms) in zip(made, signed, strict=True):
                bids.store(self._database, entry.sequence, forms)
        return made

    def _signed(self, request: Request, gas: int, fees: Fees, nonce: int) -> tuple[Signed, list[bids.Bid]]:
        """One as it is to be stored, and all its bids."""
        words: dict[str, Any] = {"to": request.to, "value": request.value, "data": request.data}
        form = partial(sign, request.sender, chain_id=self._chain_id, nonce=nonce, gas=gas, **words)
        forms = bids.signed(form, fees)
        content, sender = request.content(self._chain_id), request.sender.address
        cost = request.value + gas * fees.most
        return Signed(request.key, content, sender, nonce, forms[0].name, forms[0].raw, gas, cost), forms

    def _fund(self, priced: Sequence[tuple[Request, int]], fees: Fees) -> None:
        """Sees to it that the senders can pay for these and for what is in flight of theirs."""
        owed: dict[str, int] = {}
        for request, gas in priced:
            sender = str(request.sender.address)
            owed[sender] = owed.get(sender, 0) + request.value + gas * fees.most
        if self.fund is None or not any(owed.values()):
            return
        flying = self._delivery.waiting()
        for sender, cost in owed.items():
            if cost:
                self.fund(sender, cost + sum(one.cost for one in flying if one.sender == sender))

    def _of_this_thread(self) -> list[_Batch]:
        return [batch for batch in self._batches if batch.thread == threading.get_ident()]

    def _join_batches(self, entry: Entry) -> None:
        for batch in self._of_this_thread():
            if entry.sequence not in batch.members:
                batch.members.add(entry.sequence)
                batch.done += not entry.pending
                batch.report()

    def _estimate(self, request: Request) -> int:
        call = request.as_call()
        try:
            gas = self._chain.estimate(call)
            if not _does_nothing(call, gas) or self._delivery.pending() == 0:
                return with_margin(gas)
            raise Reverted("there may not be a contract yet", b"")
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


def _does_nothing(call: Call, gas: int) -> bool:
    """Whether a call with data takes no more gas than being a transaction does: where it goes there is no contract.

    Nodes may estimate up to a fiftieth too much.
    """
    zeros = call.data.count(0)
    least = 21_000 + 4 * zeros + 16 * (len(call.data) - zeros)
    return call.to is not None and bool(call.data) and gas <= least + least // 50


def _raise_if_failed(entry: Entry) -> None:
    if entry.failed:
        raise Reverted(entry.reason, b"", where=entry.key, hint="nothing was changed; the same key may be tried again")
