"""Delivery: the half of the outbox that sends what is signed and watches blocks until the chain has it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import takewhile

from hanse.errors import ChainFault, EnvironmentFault
from hanse.ledger import bids
from hanse.ledger.chain import Chain, NonceUsed, Receipt, Reverted, Underpriced
from hanse.ledger.database import Database
from hanse.ledger.entries import Entry, entries, first_lost_block, first_pending, free_nonces
from hanse.ledger.finality import AT_ONCE, Finality
from hanse.ledger.takers import Forgotten, taker

STALL_SECONDS = 1.0
"""Without progress for this long, the chain may have forgotten something: compare, and send again."""

NUDGE_SECONDS = 10.0
"""Without progress for this long, a chain of our own is started again."""

DISPLACED_SECONDS = 5.0
"""A node may know that a nonce is used a moment before it can show the receipt."""

BUNDLES, BUNDLE_SECONDS = 32, 0.2
"""In so many parts the window is filled by a batch, and no transaction waits for others longer than that."""

PAUSE_SHARE = 0.1
"""Between two looks, of the time since anything moved: what took long is noticed later by this part of it at most."""

GAP_SECONDS = 10.0
"""A number that is missing among a sender's transactions for so long is filled."""

LOOK_SECONDS = 1.0
"""While blocks of ours are not final, it is looked so often whether they are still there."""

SAY_SECONDS = 15.0
"""Without progress for so long, whoever waits is told."""

REFUSED_SECONDS = 600.0
"""What the chain refuses to take for so long is given up, where others must not wait for it."""

SIGNED_ELSEWHERE = "signed/"
"""How the keys of transactions begin that a wallet signed; nobody pays their gas but the wallet."""


class Delivery:
    """Delivers the entries of `database` to `chain`, at most `window` at a time.

    decided: called with the sequence of each entry that a block holds or that never will be in one. patience: seconds
    without any progress before giving up. nudge: called when the chain answers but mines nothing. finality: from when
    on blocks count as not replaceable: until then it is looked after them. say: hears in words what is waited for, and
    "" when it goes on. fill: sends something of a sender under a number that nobody has; False if it cannot.
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
        finality: Finality = AT_ONCE,
        say: Callable[[str], None] = lambda _: None,
        fill: Callable[[str, int], bool] = lambda _, __: False,
    ) -> None:
        self.fund: Callable[[str, int], None] | None = None
        self.said = ""
        """What is waited for now, in words; empty while all goes well."""
        self.final = -1
        """Number of the newest block that counted as final when it was last looked."""
        self._finality, self._say, self._fill, self._looked = finality, say, fill, 0.0
        self._gaps: dict[tuple[str, int], float] = {}
        self._database, self._chain, self._nudge, self._decided = database, chain, nudge, decided
        self._window, self._patience, self._stall = window, patience, stall
        self._sent: set[int] = set()
        self._used_since: dict[int, float] = {}
        self._refused: dict[int, float] = {}
        self._offered: list[Entry] = []
        self._first = 0.0
        self._moved = self._checked = self._nudged = time.monotonic()
        self._rest = stall
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

    def kept(self) -> bool:
        """Whether everything is in blocks that were final when it was last looked."""
        newest = self._database.row("SELECT max(block) FROM outbox")[0]
        return not self.pending() and (newest is None or newest <= self.final)

    def waiting(self) -> list[Entry]:
        """Pending entries, the oldest first, as many as may be in flight."""
        return entries(
            self._database, "WHERE block IS NULL AND NOT displaced ORDER BY sequence LIMIT ?", (self._window,)
        )

    def send(self) -> list[Entry]:
        """Sends what may be sent and was not yet; returns what is in flight."""
        self._offered.clear()
        waiting = self.waiting()
        # Something that others were signed upon must be in a block first.
        sendable = list(takewhile(lambda entry: entry.after < waiting[0].sequence, waiting))
        self._push([entry for entry in sendable if entry.sequence not in self._sent])
        return [entry for entry in sendable if entry.sequence in self._sent]

    def offer(self, signed: Sequence[Entry]) -> None:
        """Sends these, which were just signed and have room, unless something that they were signed upon is in no
        block; then a later look does."""
        first = first_pending(self._database)
        if first is not None:
            self._push([entry for entry in signed if entry.after < first and entry.sequence not in self._sent])

    def offer_soon(self, signed: Entry) -> None:
        """Sends it with others that come meanwhile: for one who will wait for all of them at the end."""
        now = time.monotonic()
        if not self._offered:
            self._first = now
        self._offered.append(signed)
        if len(self._offered) >= self._window // BUNDLES or now - self._first > BUNDLE_SECONDS:
            offered, self._offered = self._offered, []
            self.offer(offered)

    def _push(self, new: Sequence[Entry]) -> None:
        """Sends these to the chain."""
        refused = []
        for entry, fault in zip(new, self._chain.send_all([entry.raw for entry in new]) if new else [], strict=True):
            if fault is not None and not isinstance(fault, NonceUsed):
                refused.append((entry, fault))
                continue
            self._sent.add(entry.sequence)  # a used nonce is used by itself, most likely: the receipt will tell
            self._refused.pop(entry.sequence, None)
        stuck: set[str] = set()
        for entry, fault in refused:
            if entry.sender not in stuck:
                self._refusal(entry, fault)
            stuck.add(entry.sender)

    def _refusal(self, entry: Entry, fault: ChainFault) -> None:
        """What to do with an entry that the chain refuses to take now."""
        if isinstance(fault, Underpriced):
            if not self._bid_higher(entry, refused=True):
                self._wait_with(entry, fault)
        elif self.tolerant:
            self._pass_over(entry, fault)
        else:
            fault.at(entry.key)
            raise fault

    def step(self) -> bool:
        """Sends and records once, and returns at once; True if anything moved."""
        with self._database.lock:
            if self.running:  # somebody waits, and does the same
                return False
            self._look_after()
            self._compare()
            now = time.monotonic()
            flying = self.send()
            if self._poll(flying) or not self.pending():
                self._moved = self._checked = self._nudged = now
                self._rest = self._stall
                self._tell("")
                return self.pending() > 0
            self._stalled(flying, now - self._moved)
            if now - self._checked > self._rest:
                self._checked, self._rest, self.suspect = now, min(2 * self._rest, 30.0), True
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
        stall = self._stall
        while True:
            self._look_after()
            self._compare()
            if done():
                self._moved = time.monotonic()
                self._tell("")
                return
            flying = self.send()
            if self._poll(flying):
                moved = checked = nudged = self._moved = time.monotonic()
                stall = self._stall
                self._tell("")
                continue
            now = time.monotonic()
            self._stalled(flying, now - moved)
            if now - moved > self._patience:
                raise self._given_up()
            if now - checked > stall:
                checked, stall, self.suspect = now, min(2 * stall, 30.0), True
            if self._nudge is not None and now - nudged > NUDGE_SECONDS:
                nudged, self.suspect = now, True
                self._nudge()
            time.sleep(min(max(PAUSE_SHARE * (now - moved), 0.001), 0.5))

    def _compare(self) -> None:
        """If the chain may have forgotten blocks, find out, and send again what was in them."""
        if self.suspect:
            self.suspect = False
            self._sent.clear()
            self._forget_lost_blocks()

    def _given_up(self) -> ChainFault:
        waiting = self.waiting()
        if not waiting:
            return ChainFault(
                f"no block has become final for {self._patience:.0f} seconds",
                where=f"block {self.final + 1}",
                hint="do enough validators run? Everything is kept; run again",
            )
        return ChainFault(
            f"the chain has taken none of {self.pending()} transactions for {self._patience:.0f} seconds",
            where=waiting[0].key,
            hint="does the node mine? They are kept and sent again by the next run",
        )

    def _look_after(self) -> None:
        """As long as the newest block with something of ours may be replaced: looks whether it was, then sends again
        what the new one lacks. Mined is not yet kept."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        newest = self._database.row("SELECT max(block) FROM outbox")[0]
        if newest is None or newest <= self.final:
            return
        self._looked = now
        if not self._finality.at_once:
            self._forget_lost_blocks()
        self.final = max(self.final, self._finality.height(self._chain))

    def _stalled(self, flying: list[Entry], seconds: float) -> None:
        """Nothing has moved for so long: raises bids that the chain's fees have overtaken, and says what is waited
        for."""
        if seconds < self._stall or not flying:
            return
        if any(entry.cost for entry in flying):
            needed = bids.asked(self._chain)
            for entry in flying:
                if entry.cost:
                    self._bid_higher(entry, needed=needed)
        gap = self._gap(flying)
        if gap and seconds > GAP_SECONDS:
            self._tell(gap)
        elif seconds > SAY_SECONDS:
            self._tell(
                f"the chain has taken none of {self.pending()} transactions for {seconds:.0f} seconds; they wait"
            )

    def _gap(self, flying: list[Entry]) -> str:
        """Closes gaps in the numbers of senders; returns in words the one that it could not."""
        words = ""
        for sender in {entry.sender for entry in flying}:
            lowest = min(entry.nonce for entry in flying if entry.sender == sender)
            missing = free_nonces(self._database, sender, self._chain.nonce(sender))[0]
            if missing >= lowest:
                continue
            since = self._gaps.setdefault((sender, missing), time.monotonic())
            # Whoever had that number may have it again in a moment.
            if time.monotonic() - since > GAP_SECONDS and not self._fill(sender, missing):
                words = f"transaction {missing} of {sender} is missing; the next one from this account takes its place"
        return words

    def _tell(self, words: str) -> None:
        if bool(words) != bool(self.said):
            self._say(words)
        self.said = words

    def _bid_higher(self, entry: Entry, *, needed: int = 0, refused: bool = False) -> bool:
        """Puts a higher bid in the place of an entry's present one, if there is one and the chain asks for it; it is
        sent with the next look. True if it did."""
        needed = needed or bids.asked(self._chain)
        better = bids.higher(bids.of(self._database, entry.sequence), entry.hash, needed, refused=refused)
        if better is None:
            return False
        cost = entry.cost + entry.gas_limit * (better.most - self._bid_of(entry))
        if self.fund is not None:
            try:
                self.fund(entry.sender, cost)
            except EnvironmentFault as fault:  # its old bid stays; the fee may fall
                self._tell(fault.message)
                return False
        change = "UPDATE outbox SET hash = ?, raw = ?, cost = ? WHERE sequence = ? AND block IS NULL AND NOT displaced"
        self._database.write(change, (better.name, better.raw, str(cost), entry.sequence))
        self._sent.discard(entry.sequence)
        return True

    def _bid_of(self, entry: Entry) -> int:
        return next((one.most for one in bids.of(self._database, entry.sequence) if one.name == entry.hash), 0)

    def _wait_with(self, entry: Entry, fault: ChainFault) -> None:
        """An entry whose highest bid is too low: the fee may fall again. Only a service gives up on it one day."""
        self._tell(f"{entry.sender} waits for lower fees: {fault.message}")
        if self.tolerant:
            self._pass_over(entry, fault)

    def _poll(self, flying: list[Entry]) -> bool:
        """Records what blocks now hold; True if there was anything."""
        senders = list({entry.sender for entry in flying})
        used = dict(zip(senders, self._chain.nonces(senders), strict=True))
        past = [entry for entry in flying if used[entry.sender] > entry.nonce]
        found: list[tuple[Entry, Receipt | None, str]] = []
        for entry, told in zip(past, self._chain.receipts([entry.hash for entry in past]), strict=True):
            receipt = told or self._receipt_of_a_bid(entry)
            since = self._used_since.setdefault(entry.sequence, time.monotonic())
            if receipt is not None:
                found.append((entry, receipt, self._reason(entry, receipt)))
            elif time.monotonic() - since > DISPLACED_SECONDS and (words := self._displaced(entry)):
                found.append((entry, None, words))
        with self._database.transaction():
            for entry, receipt, reason in found:
                self._record(entry, receipt, reason)
        return bool(found)

    def _receipt_of_a_bid(self, entry: Entry) -> Receipt | None:
        """Of another bid than the present one for an entry: any may have come to a block."""
        if not entry.cost:
            return None
        others = (one.name for one in bids.of(self._database, entry.sequence) if one.name != entry.hash)
        return next((told for name in others if (told := self._chain.receipt(name)) is not None), None)

    def _displaced(self, entry: Entry) -> str:
        """Why an entry can never be mined, in words: another transaction has its nonce, in a final block. Empty as long
        as that is not certain: an entry given up too early might be mined all the same, and its intention done
        twice."""
        words = f"another transaction of {entry.sender} took its nonce {entry.nonce}"
        try:
            found = taker(self._chain, entry.sender, entry.nonce)
        except Forgotten:  # so long ago, the node would show ours by now, if it were ours
            return words
        if found is None:
            return ""
        own = {entry.hash, *(one.name for one in bids.of(self._database, entry.sequence))}
        if found.transaction in own or found.block > self._finality.height(self._chain):
            return ""
        return f"{words}: {found.transaction}, which somebody else signed with the same key"

    def _record(self, entry: Entry, receipt: Receipt | None, reason: str) -> None:
        if receipt is None:
            change = "displaced = TRUE, failed = TRUE, reason = ?"
            self._database.write(f"UPDATE outbox SET {change} WHERE sequence = ?", (reason, entry.sequence))
        else:
            # An attempt that was given up stays failed: its key already stands for another one.
            failed = entry.failed or not receipt.ok
            change = "hash = ?, block = ?, block_hash = ?, gas_used = ?, failed = ?, reason = ?"
            place = (receipt.transaction, receipt.block, receipt.block_hash, receipt.gas)
            values = (*place, failed, entry.reason or reason, entry.sequence)
            self._database.write(f"UPDATE outbox SET {change} WHERE sequence = ?", values)
        self._sent.discard(entry.sequence)
        self._used_since.pop(entry.sequence, None)
        self._decided(entry.sequence)

    def _reason(self, entry: Entry, receipt: Receipt) -> str:
        """Why a transaction failed in its block, in words; empty if it did not."""
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
                # What failed there may succeed elsewhere, unless its key was used again since.
                self._database.write(
                    "UPDATE outbox SET failed = FALSE, reason = '' WHERE block >= ? AND failed AND NOT displaced"
                    " AND NOT EXISTS (SELECT 1 FROM outbox AS later WHERE later.key = outbox.key"
                    " AND later.sequence > outbox.sequence)",
                    (lost,),
                )
                self._database.write("UPDATE outbox SET block = NULL, block_hash = NULL WHERE block >= ?", (lost,))
            self._sent.clear()
