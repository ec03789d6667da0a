"""Writes: what somebody asks of the ledger is taken once, signed, stored, and followed until a block holds it.

An action is known by its caller and the key that the caller gave it (`Idempotency-Key`). Asking again under the same
key answers the same and does nothing; asking for something else under it is refused; another caller's keys are
another's. The action and its signed transactions are committed together, so whatever was acknowledged is there after
any crash, once.

A managed key signs at once. A wallet is handed what it has to sign, and brings it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from hanse.app.api.problems import Conflict, NotThere
from hanse.clock import Clock
from hanse.ledger.database import Database
from hanse.ledger.delivery import SIGNED_ELSEWHERE
from hanse.ledger.desk import Desk, Draft, Wanted
from hanse.ledger.entries import Entry
from hanse.ledger.lookup import Lookup
from hanse.ledger.signing import Fees
from hanse.model.canonical import canonical, digest

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

State = Literal["to sign", "stored", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Action:
    """what: in words; drafts: its transactions; entries: those that are stored. state: `stored` until the read models
    have it; reason: why it failed; final: whether the chain will not replace what it became."""

    id: str
    caller: str
    what: str
    created: int
    drafts: tuple[Draft, ...]
    entries: tuple[Entry, ...]
    state: State
    reason: str
    final: bool = False


class Actions:
    """Actions in the database of the desk; `lookup` reads what became of them. wake: told that something was stored;
    final: up to which block the chain will not replace anything."""

    def __init__(
        self, desk: Desk, lookup: Lookup, clock: Clock, wake: Callable[[], None], final: Callable[[], int]
    ) -> None:
        self._desk, self._lookup, self._clock, self._wake, self._final = desk, lookup, clock, wake, final
        self._database: Database = desk.database

    def take(
        self,
        caller: str,
        account: LocalAccount | None,
        key: str,
        what: str,
        asked: object,
        build: Callable[[], Sequence[Wanted]],
        keep: Callable[[], None],
    ) -> Action:
        """The action of this key, taken if it is new. account: the caller's key, None for a wallet; asked: all that
        makes it this action and no other, as JSON; build: its transactions, called only if it is new or still to be
        signed; keep: stores what they name by its hash, once the contracts would take them.

        Raises Conflict if the key stands for something else, whatever `build` raises, Reverted, ChainFault.
        """
        name = digest(canonical([caller, key]))[2:34]
        content = digest(canonical([what, asked]))
        known = self._row(name)
        if known is not None:
            self._same(known, content)
            if known[6] or account is not None:
                return self._told(known)
        drafts = self._desk.draft(caller, build())
        keep()
        row = (name, caller, content, what, int(self._clock.now()), _text(drafts), account is not None)
        with self._database.transaction():
            known = self._row(name)
            if known is not None:
                self._same(known, content)
                if known[6]:
                    return self._told(known)
                self._database.write("UPDATE api_actions SET drafts = ? WHERE id = ?", (row[5], name))
            else:
                self._database.write("INSERT INTO api_actions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            if account is not None:
                self._desk.store(account, drafts, _keys("api/", name, len(drafts)))
        self._wake()
        return self.action(name, caller)

    def bring(self, caller: str, name: str, raws: Sequence[bytes]) -> Action:
        """What a wallet signed for an action of its own. Raises NotThere, Conflict, InputError."""
        row = self._row(name)
        if row is None or row[1] != caller:
            raise NotThere("there is no such action of yours", where=name)
        if row[6]:
            return self._told(row)
        drafts = _drafts(row[5])
        statement = "UPDATE api_actions SET signed = TRUE WHERE id = ? AND NOT signed AND drafts = ?"

        def still() -> bool:
            return self._database.change(statement, (name, row[5])) == 1

        self._desk.store_signed(caller, drafts, raws, _keys(SIGNED_ELSEWHERE, name, len(drafts)), still)
        self._wake()
        return self.action(name, caller)

    def action(self, name: str, caller: str) -> Action:
        """An action of this caller. Raises NotThere."""
        row = self._row(name)
        if row is None or row[1] != caller:
            raise NotThere("there is no such action of yours", where=name)
        return self._told(row)

    def of(self, caller: str, limit: int) -> list[Action]:
        """The caller's newest actions."""
        clause = "SELECT * FROM api_actions WHERE caller = ? ORDER BY created DESC, id LIMIT ?"
        return [self._told(row) for row in self._database.rows(clause, (caller, limit))]

    def _row(self, name: str) -> Any:
        return self._database.row("SELECT * FROM api_actions WHERE id = ?", (name,))

    def _same(self, row: Any, content: str) -> None:
        if row[2] != content:
            raise Conflict(
                "this key already stands for something else",
                where="Idempotency-Key",
                hint="use a new key for a new action",
            )

    def _told(self, row: Any) -> Action:
        name, caller, _, what, created, text, signed = row
        drafts = tuple(_drafts(text))
        if not signed:
            return Action(name, caller, what, created, drafts, (), "to sign", "")
        keys = [key for prefix in ("api/", SIGNED_ELSEWHERE) for key in _keys(prefix, name, len(drafts))]
        found = tuple(self._lookup.entries(keys))
        height, final = self._lookup.height(), self._final()
        failed = next((one for one in found if one.failed), None)
        if failed is not None and (failed.block is None or failed.block <= final):
            return Action(name, caller, what, created, drafts, found, "failed", failed.reason, True)
        # What failed in a block that may yet be replaced may succeed in the next one: nobody should try again before.
        blocks = [one.block for one in found if one.block is not None and not one.failed]
        done = bool(found) and len(blocks) == len(found) and max(blocks) <= height
        return Action(
            name, caller, what, created, drafts, found, "done" if done else "stored", "", done and max(blocks) <= final
        )


def _keys(prefix: str, name: str, count: int) -> list[str]:
    return [f"{prefix}{name}/{i}" for i in range(count)]


def _text(drafts: Sequence[Draft]) -> str:
    return json.dumps([[d.to, d.data.hex(), d.nonce, d.gas, d.fees.most, d.fees.tip] for d in drafts])


def _drafts(text: str) -> list[Draft]:
    return [
        Draft(to, bytes.fromhex(data), nonce, gas, Fees(most, tip))
        for to, data, nonce, gas, most, tip in json.loads(text)
    ]
