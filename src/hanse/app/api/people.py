"""Accounts and invitations. An account is an address with a name; what it may do is on the chain, not here.

People without a wallet come with an invitation and get a managed key; wallets come with an invitation too, unless the
chain knows them already. An invitation is stored as a hash, works once, and ends.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from hanse.app.api import keystore
from hanse.app.api.problems import Conflict, NotAllowed, NotSignedIn
from hanse.clock import Clock
from hanse.ledger.database import Database

Invited = Literal["coordinator", "notary", "treasurer", "arbiter", "member", "customer", "solver"]
INVITED: tuple[Invited, ...] = get_args(Invited)

GRANTS: dict[str, tuple[tuple[str, str], ...]] = {
    "coordinator": tuple(
        (contract, "COORDINATOR_ROLE")
        for contract in ("ProductCatalogue", "OrderBook", "Blocks", "Rounds", "Agreements")
    ),
    "notary": (("MemberRegistry", "NOTARY_ROLE"),),
    "treasurer": (("LeagueToken", "MINTER_ROLE"),),
    "arbiter": (
        ("Settlement", "ARBITER_ROLE"),
        ("Offers", "ARBITER_ROLE"),
        ("Designs", "ARBITER_ROLE"),
        ("Quotations", "ARBITER_ROLE"),
    ),
}
"""What each office can do: roles of contracts. Whoever holds them all holds the office."""

INVITATION_SECONDS = 14 * 86_400


@dataclass(frozen=True, slots=True)
class Account:
    """managed: its key is in our keystore. created: seconds since 1970."""

    address: str
    name: str
    managed: bool
    created: int


class People:
    """Accounts and invitations in `database`."""

    def __init__(self, database: Database, clock: Clock, work: int) -> None:
        self._database, self._clock, self._work = database, clock, work
        # A name that nobody has costs as much time as one that somebody has.
        self._decoy: str | None = None

    # Invitations.

    def invite(self, inviter: str, offices: Sequence[str], note: str, seconds: int = INVITATION_SECONDS) -> str:
        """A new invitation; its code is told once."""
        code = secrets.token_urlsafe(24)
        values = (_hash(code), " ".join(offices), note, inviter, int(self._clock.now()) + seconds)
        self._database.write("INSERT INTO api_invitations VALUES (?, ?, ?, ?, ?, NULL)", values)
        return code

    def offices(self, code: str) -> tuple[str, ...]:
        """What an invitation is to. Raises NotAllowed if it does not work, or no longer."""
        row = self._database.row(
            "SELECT offices FROM api_invitations WHERE hash = ? AND taken IS NULL AND expires > ?",
            (_hash(code), int(self._clock.now())),
        )
        if row is None:
            raise NotAllowed(
                "this invitation does not work, or no longer", where="invitation", hint="ask a coordinator for another"
            )
        return tuple(str(row[0]).split())

    def withdraw_first(self) -> None:
        """The invitation that the last start printed works no more."""
        self._database.write("DELETE FROM api_invitations WHERE inviter = '' AND taken IS NULL")

    # Accounts.

    def account(self, address: str) -> Account | None:
        return self._account("address = ?", address)

    def named(self, name: str) -> Account | None:
        return self._account("name = ?", name)

    def accounts(self, after: int, most: int) -> list[tuple[int, Account]]:
        """Accounts by name, each with its place in the list, from 1. after: places left out."""
        question = "SELECT address, name, keyfile IS NOT NULL, created FROM api_accounts ORDER BY name LIMIT ? OFFSET ?"
        rows = self._database.rows(question, (most, after))
        return [(after + 1 + i, Account(row[0], row[1], bool(row[2]), row[3])) for i, row in enumerate(rows)]

    def names(self, addresses: Sequence[str]) -> dict[str, str]:
        """What those of these addresses are called that have an account."""
        marks = ",".join("?" * len(addresses))
        query = f"SELECT address, name FROM api_accounts WHERE address IN ({marks})"
        return {str(one): str(name) for one, name in self._database.rows(query, tuple(addresses))}

    def join(
        self, code: str, name: str, address: str, keyfiles: tuple[str, str] | None, also: Callable[[], None]
    ) -> Account:
        """Takes an invitation for a new account. keyfiles: under the pass-phrase and the recovery code, None for a
        wallet. also: written with it, or not at all. Raises NotAllowed, Conflict."""
        now = int(self._clock.now())
        with self._database.transaction():
            self.offices(code)
            if self.named(name) is not None:
                raise Conflict("somebody else has this name", where="name", hint="choose another")
            if self.account(address) is not None:
                raise Conflict("this account is here already", where=address, hint="sign in with it")
            files = keyfiles or (None, None)
            self._database.write("INSERT INTO api_accounts VALUES (?, ?, ?, ?, ?)", (address, name, *files, now))
            self._database.write("UPDATE api_invitations SET taken = ? WHERE hash = ?", (address, _hash(code)))
            also()
        return Account(address, name, keyfiles is not None, now)

    def lock(self, account: Any, phrase: str) -> str:
        """A keyfile with the work factor of this service."""
        return keystore.lock(account, phrase, self._work)

    def unlock(self, name: str, phrase: str) -> Any:
        """The key of a managed account. Raises NotSignedIn, in the same words and time whatever is wrong."""
        keyfile = self._file("keyfile", name)
        key = keystore.unlock(keyfile or self._nobodys(), phrase)
        if key is None or keyfile is None:
            raise NotSignedIn("name or pass-phrase is wrong", where="sign-in", hint="or use the recovery sheet")
        return key

    def recover(self, name: str, code: str, phrase: str) -> Any:
        """Sets a new pass-phrase by the recovery code; returns the key. Raises NotSignedIn."""
        keyfile = self._file("recovery", name)
        key = None if keyfile is None else keystore.unlock(keyfile, keystore.plain_code(code))
        if key is None:
            raise NotSignedIn("name or recovery code is wrong", where="recovery", hint="it is on the printed sheet")
        self.set_phrase(key, phrase)
        return key

    def set_phrase(self, key: Any, phrase: str) -> None:
        """A managed account's new pass-phrase."""
        statement = "UPDATE api_accounts SET keyfile = ? WHERE address = ?"
        self._database.change(statement, (self.lock(key, phrase), key.address))

    def keyfile(self, address: str) -> str | None:
        """The encrypted key, to take away; None for a wallet."""
        row = self._database.row("SELECT keyfile FROM api_accounts WHERE address = ?", (address,))
        return None if row is None else row[0]

    def _file(self, column: str, name: str) -> str | None:
        row = self._database.row(f"SELECT {column} FROM api_accounts WHERE name = ?", (name,))
        return None if row is None else row[0]

    def _nobodys(self) -> str:
        if self._decoy is None:
            self._decoy = keystore.lock(keystore.create(), secrets.token_hex(16), self._work)
        return self._decoy

    def _account(self, clause: str, value: str) -> Account | None:
        row = self._database.row(
            f"SELECT address, name, keyfile IS NOT NULL, created FROM api_accounts WHERE {clause}", (value,)
        )
        return None if row is None else Account(row[0], row[1], bool(row[2]), row[3])


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
