"""Sessions: who a browser or a program is, for some hours, and the unlocked key of a person without a wallet.

The cookie holds a random token, the database its hash. The CSRF token is derived from it, so it is worth nothing in any
other session. Where unlocked keys are is decided by `unlocked.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hanse.app.api.unlocked import Unlocked
from hanse.clock import Clock
from hanse.ledger.database import Database

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

SESSION_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class Session:
    """id: hash of its token. token: empty where nobody showed it."""

    id: str
    address: str
    token: str = field(default="", repr=False, compare=False)


class Sessions:
    """Sessions in `database`, their keys in `unlocked`."""

    def __init__(self, database: Database, clock: Clock, unlocked: Unlocked) -> None:
        self._database, self._clock, self._unlocked = database, clock, unlocked
        self.version = 0
        """Another one whenever a session was ended."""

    def open(self, address: str, key: LocalAccount | None) -> str:
        """A new session; returns its token. key: of a managed account."""
        token, now = secrets.token_urlsafe(32), self._clock.now()
        with self._database.transaction():
            self._database.write("DELETE FROM api_sessions WHERE expires <= ?", (int(now),))
            values = (_hash(token), address, int(now) + SESSION_SECONDS)
            self._database.write("INSERT INTO api_sessions VALUES (?, ?, ?)", values)
        if key is not None:
            self._unlocked.keep(_hash(token), token, key)
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token, None if there is none or it is over."""
        row = self._database.row(
            "SELECT hash, address FROM api_sessions WHERE hash = ? AND expires > ?",
            (_hash(token), int(self._clock.now())),
        )
        return None if row is None else Session(str(row[0]), str(row[1]), token)

    def key(self, session: Session) -> LocalAccount | None:
        """The unlocked key of a session, None if there is none or it was locked again."""
        return self._unlocked.get(session.id, session.token)

    def close(self, session: Session) -> None:
        """It is over, and its key locked."""
        self._unlocked.drop(session.id)
        self._database.write("DELETE FROM api_sessions WHERE hash = ?", (session.id,))
        self.version += 1

    def close_all(self, address: str) -> None:
        """All sessions of an account, as after a new pass-phrase."""
        for (name,) in self._database.rows("SELECT hash FROM api_sessions WHERE address = ?", (address,)):
            self.close(Session(name, address))


def csrf_of(token: str) -> str:
    """What a session's writes carry in their header."""
    return hmac.new(token.encode(), b"hanse csrf", hashlib.sha256).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
