"""`Desk`: takes intentions for the outbox of a service, and never waits for the chain.

The outbox signs, sends and waits under one lock; a service cannot let one request wait for another's block. A desk has
a connection to the database of its own. It asks the chain what it must, for a moment only, and commits what is signed;
`Outbox.deliver`, called for ever by somebody else, does the rest. What is taken here survives every crash, like all
that is in the outbox.

A wallet signs by itself: it is handed the transactions, and what it gives back must be exactly those.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from hanse.errors import ChainFault, InputError
from hanse.ledger import bids
from hanse.ledger.chain import Call, Chain, Reverted, Unreachable
from hanse.ledger.database import Database
from hanse.ledger.entries import Signed, content_of, free_nonces, insert
from hanse.ledger.outbox import FEE_SECONDS, price, with_margin
from hanse.ledger.signing import Fees, opened, sign

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

BLIND_GAS = 1_500_000
"""Allowed where gas could not be estimated; five parties are activated for a sixth of it."""

NEXT_BLOCK_SECONDS = 6.0
"""A refusal is waited for so long at most, where the next block may change it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One message to a contract. gas: allowed without asking, for what depends on a message before it; None asks."""

    to: str
    data: bytes
    gas: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A transaction nobody has signed. used: how many of its sender's the chain had when it was drafted, None if it did
    not answer."""

    to: str
    data: bytes
    nonce: int
    gas: int
    fees: Fees
    used: int | None = None

    @property
    def cost(self) -> int:
        """The most wei it can take."""
        return self.gas * self.fees.most


class Desk:
    """Stores transactions in the outbox of `database`. ask: the chain, which should not be waited for long."""

    def __init__(self, database: Database, ask: Callable[[], Chain], chain_id: int) -> None:
        self.database, self._ask, self.chain_id = database, ask, chain_id
        self._fees: tuple[float, Fees] | None = None

    def draft(self, sender: str, wanted: Sequence[Wanted]) -> list[Draft]:
        """What `sender` has to sign. Raises Reverted if a contract would refuse, unless that may be because of what the
        sender has in flight; ChainFault if the chain does not answer and was never asked before."""
        used, fees = self._used(sender), self._price()
        nonces = free_nonces(self.database, sender, used, len(wanted))
        # The same again as one that was given up would have its hash, which stands for that one.
        query = "SELECT count(*) FROM outbox WHERE sender = ? AND nonce >= ? AND displaced"
        given_up = int(self.database.row(query, (sender, nonces[0] if nonces else 0))[0])
        return [
            Draft(one.to, one.data, nonces[i], (one.gas or self._gas(sender, one)) + given_up, fees, used)
            for i, one in enumerate(wanted)
        ]

    def store(self, account: LocalAccount, drafts: Sequence[Draft], keys: Sequence[str]) -> None:
        """Signs and stores, one key for each; all or nothing. Numbers are given anew: others may have come between."""
        sender = account.address
        with self.database.transaction():
            # From what the chain had on: what was between and is given up by now would leave a gap.
            nonces = free_nonces(self.database, sender, drafts[0].used if drafts else None, len(drafts))
            signed, offers = [], []
            for draft, key, nonce in zip(drafts, keys, nonces, strict=True):
                words: dict[str, Any] = {"to": draft.to, "value": 0, "data": draft.data}
                form = partial(sign, account, chain_id=self.chain_id, nonce=nonce, gas=draft.gas, **words)
                forms = bids.signed(form, draft.fees)
                signed.append(self._signed(key, sender, draft, nonce, forms[0].name, forms[0].raw))
                offers.append(forms)
            for entry, forms in zip(insert(self.database, signed), offers, strict=True):
                bids.store(self.database, entry.sequence, forms)

    def store_signed(
        self,
        sender: str,
        drafts: Sequence[Draft],
        raws: Sequence[bytes],
        keys: Sequence[str],
        still: Callable[[], bool],
    ) -> None:
        """Stores what a wallet signed, if that is `still` wanted. Raises InputError unless it is exactly what the
        wallet was handed, and its turn."""
        if len(raws) != len(drafts):
            raise InputError(f"{len(drafts)} transactions are to be signed, {len(raws)} came", where="signed")
        found = [opened(raw) for raw in raws]
        used = self._used(sender)
        with self.database.transaction():
            if not still():
                return
            nonces = free_nonces(self.database, sender, used, len(drafts))
            signed = []
            for i, (draft, key, one) in enumerate(zip(drafts, keys, found, strict=True)):
                where = f"signed transaction {i + 1}"
                if one.sender != sender:
                    raise InputError("somebody else signed this", where=where, hint=f"sign it as {sender}")
                said = (one.chain_id, one.to, one.value, one.data, one.gas)
                if said != (self.chain_id, draft.to.lower(), 0, draft.data, draft.gas) or one.most < draft.fees.most:
                    raise InputError("this is not the transaction that was to be signed", where=where)
                if one.nonce != draft.nonce or draft.nonce != nonces[i]:
                    raise InputError(
                        "another transaction of this wallet came between", where=where, hint="ask again and sign anew"
                    )
                signed.append(self._signed(key, sender, draft, one.nonce, one.name, raws[i]))
            insert(self.database, signed)

    def _signed(self, key: str, sender: str, draft: Draft, nonce: int, name: str, raw: bytes) -> Signed:
        content = content_of(self.chain_id, sender, draft.to, 0, draft.data)
        return Signed(key, content, sender, nonce, name, raw, draft.gas, draft.cost)

    def _used(self, sender: str) -> int | None:
        try:
            return self._ask().nonce(sender)
        except Unreachable:
            if self.database.row("SELECT 1 FROM outbox WHERE sender = ? AND NOT displaced LIMIT 1", (sender,)):
                return None  # all it ever sent went this way, and is counted here
            raise

    def _gas(self, sender: str, wanted: Wanted) -> int:
        call = Call(sender, wanted.to, wanted.data)
        try:
            gas = with_margin(self._estimated(call))
            # Where gas is free there is no reason to be exact, and a chain that was just started again, and has
            # forgotten its contracts for a moment, answers too little.
            return gas if self._price().most else max(gas, BLIND_GAS)
        except Unreachable:
            return BLIND_GAS
        except Reverted:
            if self._has_all(sender):
                raise
            return BLIND_GAS

    def _estimated(self, call: Call) -> int:
        """As the next block would have it. Networks answer as if it were in their newest one, where what waits for a
        block to pass is too early."""
        chain = self._ask()
        try:
            return chain.estimate(call)
        except Reverted:
            newest = self.database.row("SELECT max(block) FROM outbox")[0]
            if chain.forgets or newest is None or chain.height() > int(newest) + 1:
                raise
            end = time.monotonic() + NEXT_BLOCK_SECONDS
            while chain.height() <= int(newest) and time.monotonic() < end:
                time.sleep(0.1)
            return chain.estimate(call)

    def _has_all(self, sender: str) -> bool:
        """Whether the chain answered knowing all that went before: nothing of the sender is in flight, and the newest
        block with anything of ours is still there, and was not replaced this moment."""
        flying = "SELECT 1 FROM outbox WHERE sender = ? AND block IS NULL AND NOT displaced LIMIT 1"
        if self.database.row(flying, (sender,)) is not None:
            return False
        newest = "SELECT block, block_hash FROM outbox WHERE block IS NOT NULL ORDER BY block DESC LIMIT 1"
        kept = self.database.row(newest)
        if kept is None:
            return True
        try:
            head = self._ask().block(int(kept[0]))
        except Unreachable:  # in this moment: who knows
            return False
        return head is not None and head.hash == kept[1]

    def _price(self) -> Fees:
        now = time.monotonic()
        if self._fees is None or now - self._fees[0] > FEE_SECONDS:
            try:
                self._fees = (now, price(self._ask()))
            except ChainFault:
                if self._fees is None:
                    raise
        return self._fees[1]
