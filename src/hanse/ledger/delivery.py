"""Delivery: the half of the outbox that sends what is signed and watches blocks until the chain has it."""

from __future__ import annotations

import time
from collections.abc import Callable

from hanse.errors import ChainFault
from hanse.ledger.chain import Chain, NonceUsed, Receipt, Reverted, Unreachable
from hanse.ledger.database import Database
from hanse.ledger.entries import Entry, entries, first_lost_block

STALL_SECONDS = 1.0
"""Without progress for this long, the chain may have forgotten something: compare, and send again."""

NUDGE_SECONDS = 10.0
"""Without progress for this long, a chain of our own is started again."""

DISPLACED_SECONDS = 5.0
"""A node may know that a nonce is used a moment before it can show the receipt."""


REFUSED_SECONDS = 600.0
"""What the chain refuses to take for so long is given up, where others must not wait for it."""

SIGNED_ELSEWHERE = "signed/"
"""How the keys of transactions begin that a wallet signed; nobody pays their gas but the wallet."""


class Delivery:
    """Delivers the entries of `database` to `chain`, at most `window` at a time.

    decided: called with the sequence of each entry that a block holds or that never will be in one. patience: seconds
    without any progress before giving up. nudge: called when the chain answers but mines nothing.
    """

    def __init__(
        self,
        database: Database,
        chain: Chain,
        *,
        window: int,
        patience: float,
        stall: float,
        nudge: Callable[[], None] | None,
        decided: Callable[[int], None],
    ) -> None:
        self._database, self._chain, self._nudge, self._decided = database, chain, nudge, decided
        self._window, self._patience, self._stall = window, patience, stall
        self._sent: set[int] = set()
        self._used_since: dict[int, float] = {}
        self._refused: dict[int, float] = {}
        self._moved = self._checked = self._nudged = time.monotonic()
        self.running = False
        self.tolerant = False
        """Whether what the chain refuses is passed over, so that one sender cannot stop the others."""
        self.suspect = True
        """Whether the chain may have forgotten blocks since they were last compared."""

    def until(self, done: Callable[[], bool]) -> None:
        """Sends and watches until `done`. Raises ChainFault when nothing moves any more."""
        with self._database.lock:
            nested, self.running = self.running, True
            try:
                self._watch(done)
            finally:
                self.running = nested

    def pending(self, last: int | None = None) -> int:
        """How many entries, up to the sequence `last`, are in no block and may yet be."""
        query = "SELECT count(*) FROM outbox WHERE block IS NULL AND NOT displaced AND sequence <= ?"
        return int(self._database.row(query, (2**62 if last is None else last,))[0])

    def waiting(self) -> list[Entry]:
        """Pending entries, the oldest first, as many as may be in flight."""
        return entries(
            self._database, "WHERE block IS NULL AND NOT displaced ORDER BY sequence LIMIT ?", (self._window,)
        )

    def send(self) -> list[Entry]:
        """Sends what may be sent and was not yet; returns what is in flight."""
        flying = []
        stuck: set[str] = set()
        waiting = self.waiting()
        for entry in waiting:
            if entry.sender in stuck:
                continue
            if entry.after >= waiting[0].sequence:
                break  # something it was signed upon must be in a block first
            if entry.sequence not in self._sent:
                try:
                    self._chain.send_raw(entry.raw)
                except NonceUsed:
                    pass  # by itself, most likely: the receipt will tell
                except ChainFault as fault:
                    if self.tolerant and not isinstance(fault, Unreachable):
                        self._pass_over(entry, fault)
                        stuck.add(entry.sender)
                        continue
                    fault.at(entry.key)
                    raise
                self._sent.add(entry.sequence)
                self._refused.pop(entry.sequence, None)
            flying.append(entry)
        return flying

    def step(self) -> bool:
        """Sends and records once, and returns at once; True if anything moved."""
        with self._database.lock:
            if self.running:  # somebody waits, and does the same
                return False
            self._compare()
            now = time.monotonic()
            if self._poll(self.send()) or not self.pending():
                self._moved = self._checked = self._nudged = now
                return self.pending() > 0
            if now - self._checked > max(self._stall, min(30.0, now - self._moved)):
                self._checked, self.suspect = now, True
            if self._nudge is not None and now - self._nudged > NUDGE_SECONDS:
                self._nudged, self.suspect = now, True
                self._nudge()
            return False

    def owed(self) -> dict[str, int]:
        """By sender, the most wei that its waiting transactions can take, but for what wallets signed."""
        costs: dict[str, int] = {}
        for entry in self.waiting():
            if entry.cost and not entry.key.startswith(SIGNED_ELSEWHERE):
                costs[entry.sender] = costs.get(entry.sender, 0) + entry.cost
        return costs

    def _pass_over(self, entry: Entry, fault: ChainFault) -> None:
        """Leaves a refused entry for later; after a while it fails, and with it all that its sender signed upon it."""
        since = self._refused.setdefault(entry.sequence, time.monotonic())
        if time.monotonic() - since < REFUSED_SECONDS:
            return
        self._refused.pop(entry.sequence)
        clause = "WHERE sender = ? AND nonce >= ? AND block IS NULL AND NOT displaced"
        lost = entries(self._database, clause, (entry.sender, entry.nonce))
        with self._database.transaction():
            for one in lost:
                self._record(one, None, fault.message)

    def _watch(self, done: Callable[[], bool]) -> None:
        moved = checked = nudged = time.monotonic()
        pause, stall = 0.001, self._stall
        while True:
            self._compare()
            if done():
                return
            if self._poll(self.send()):
                moved = checked = nudged = time.monotonic()
                pause, stall = 0.001, self._stall
                continue
            now = time.monotonic()
            if now - moved > self._patience:
                raise ChainFault(
                    f"the chain has taken none of {self.pending()} transactions for {self._patience:.0f} seconds",
                    where=self.waiting()[0].key,
                    hint="does the node mine? They are kept and sent again by the next run",
                )
            if now - checked > stall:
                checked, stall, self.suspect = now, min(2 * stall, 30.0), True
            if self._nudge is not None and now - nudged > NUDGE_SECONDS:
                nudged, self.suspect = now, True
                self._nudge()
            time.sleep(pause)
            pause = min(2 * pause, 0.5)

    def _compare(self) -> None:
        """If the chain may have forgotten blocks, find out, and send again what was in them."""
        if self.suspect:
            self.suspect = False
            self._sent.clear()
            self._forget_lost_blocks()

    def _poll(self, flying: list[Entry]) -> bool:
        """Records what blocks now hold; True if there was anything."""
        used = {sender: self._chain.nonce(sender) for sender in {entry.sender for entry in flying}}
        found: list[tuple[Entry, Receipt | None]] = []
        for entry in flying:
            if used[entry.sender] <= entry.nonce:
                continue
            receipt = self._chain.receipt(entry.hash)
            since = self._used_since.setdefault(entry.sequence, time.monotonic())
            if receipt is not None or time.monotonic() - since > DISPLACED_SECONDS:
                found.append((entry, receipt))
        reasons = {entry.sequence: self._reason(entry, receipt) for entry, receipt in found}
        with self._database.transaction():
            for entry, receipt in found:
                self._record(entry, receipt, reasons[entry.sequence])
        return bool(found)

    def _record(self, entry: Entry, receipt: Receipt | None, reason: str) -> None:
        if receipt is None:
            change = "displaced = 1, failed = 1, reason = ?"
            self._database.write(f"UPDATE outbox SET {change} WHERE sequence = ?", (reason, entry.sequence))
        else:
            # An attempt that was given up stays failed: its key may already stand for another one.
            failed = entry.failed or not receipt.ok
            change = "block = ?, block_hash = ?, gas_used = ?, failed = ?, reason = ?"
            values = (receipt.block, receipt.block_hash, receipt.gas, failed, entry.reason or reason, entry.sequence)
            self._database.write(f"UPDATE outbox SET {change} WHERE sequence = ?", values)
        self._sent.discard(entry.sequence)
        self._used_since.pop(entry.sequence, None)
        self._decided(entry.sequence)

    def _reason(self, entry: Entry, receipt: Receipt | None) -> str:
        """Why a transaction failed, in words; empty if it did not."""
        if receipt is None:
            return f"another transaction of {entry.sender} took its nonce {entry.nonce}"
        if receipt.ok:
            return ""
        if receipt.gas >= entry.gas_limit:
            return f"it ran out of its {entry.gas_limit} gas"
        # The state before its block is nearly the state it met: enough to hear the contract's reason again. If it was
        # refused for what came before it in the block, the state after that says so.
        for block in (receipt.block - 1, receipt.block):
            try:
                self._chain.call(entry.as_call(), block)
            except Reverted as refusal:
                return refusal.message
            except ChainFault:
                pass
        return "the contract refused, and would not say why when asked again"

    def _forget_lost_blocks(self) -> None:
        """Makes entries pending again whose blocks the chain no longer has."""
        lost = first_lost_block(self._database, self._chain)
        if lost is not None:
            with self._database.transaction():
                self._database.write("UPDATE outbox SET block = NULL, block_hash = NULL WHERE block >= ?", (lost,))
