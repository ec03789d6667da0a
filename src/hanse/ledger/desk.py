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
from typing import TYPE_CHECKING

from hanse.errors import ChainFault, InputError
from hanse.ledger.chain import Call, Chain, Reverted, Unreachable
from hanse.ledger.database import Database
from hanse.ledger.entries import content_of, insert, next_nonce
from hanse.ledger.outbox import FEE_SECONDS, price, with_margin
from hanse.ledger.signing import Fees, opened, sign

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

BLIND_GAS = 1_500_000
"""Allowed where gas could not be estimated; five parties are activated for a sixth of it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One message to a contract. gas: allowed without asking, for what depends on a message before it; None asks."""

    to: str
    data: bytes
    gas: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A transaction nobody has signed."""

    to: str
    data: bytes
    nonce: int
    gas: int
    fees: Fees

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
        first = next_nonce(self.database, sender, used)
        # The same again as one that was given up would have its hash, which stands for that one.
        query = "SELECT count(*) FROM outbox WHERE sender = ? AND nonce >= ? AND displaced"
        given_up = int(self.database.row(query, (sender, first))[0])
        return [
            Draft(one.to, one.data, first + i, (one.gas or self._gas(sender, one)) + given_up, fees)
            for i, one in enumerate(wanted)
        ]

    def store(self, account: LocalAccount, drafts: Sequence[Draft], keys: Sequence[str]) -> None:
        """Signs and stores, one key for each; all or nothing. Numbers are given anew: others may have come between."""
        sender = account.address
        with self.database.transaction():
            first = max(drafts[0].nonce if drafts else 0, next_nonce(self.database, sender, 0))
            for i, (draft, key) in enumerate(zip(drafts, keys, strict=True)):
                raw, name = sign(
                    account,
                    chain_id=self.chain_id,
                    nonce=first + i,
                    gas=draft.gas,
                    to=draft.to,
                    value=0,
                    data=draft.data,
                    fees=draft.fees,
                )
                self._insert(key, sender, draft, first + i, name, raw)

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
            first = next_nonce(self.database, sender, used)
            for i, (draft, key, one) in enumerate(zip(drafts, keys, found, strict=True)):
                where = f"signed transaction {i + 1}"
                if one.sender != sender:
                    raise InputError("somebody else signed this", where=where, hint=f"sign it as {sender}")
                said = (one.chain_id, one.to, one.value, one.data, one.gas)
                if said != (self.chain_id, draft.to.lower(), 0, draft.data, draft.gas) or one.most < draft.fees.most:
                    raise InputError("this is not the transaction that was to be signed", where=where)
                if one.nonce != draft.nonce or draft.nonce != first + i:
                    raise InputError(
                        "another transaction of this wallet came between", where=where, hint="ask again and sign anew"
                    )
                self._insert(key, sender, draft, one.nonce, one.name, raws[i])

    def _insert(self, key: str, sender: str, draft: Draft, nonce: int, name: str, raw: bytes) -> None:
        content = content_of(self.chain_id, sender, draft.to, 0, draft.data)
        insert(
            self.database,
            key=key,
            content=content,
            sender=sender,
            nonce=nonce,
            name=name,
            raw=raw,
            gas=draft.gas,
            cost=draft.cost,
        )

    def _used(self, sender: str) -> int:
        try:
            return self._ask().nonce(sender)
        except Unreachable:
            if self.database.row("SELECT 1 FROM outbox WHERE sender = ? AND NOT displaced LIMIT 1", (sender,)):
                return 0  # all it ever sent went this way, and is counted here
            raise

    def _gas(self, sender: str, wanted: Wanted) -> int:
        try:
            gas = with_margin(self._ask().estimate(Call(sender, wanted.to, wanted.data)))
            # Where gas is free there is no reason to be exact, and a chain that was just started again, and has
            # forgotten its contracts for a moment, answers too little.
            return gas if self._price().most else max(gas, BLIND_GAS)
        except Unreachable:
            return BLIND_GAS
        except Reverted:
            clause = "SELECT 1 FROM outbox WHERE sender = ? AND block IS NULL AND NOT displaced LIMIT 1"
            if self.database.row(clause, (sender,)) is None:
                raise
            return BLIND_GAS

    def _price(self) -> Fees:
        now = time.monotonic()
        if self._fees is None or now - self._fees[0] > FEE_SECONDS:
            try:
                self._fees = (now, price(self._ask()))
            except ChainFault:
                if self._fees is None:
                    raise
        return self._fees[1]
