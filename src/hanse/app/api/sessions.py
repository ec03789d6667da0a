"""Sessions: who a browser or a program is, for some hours, and the unlocked key of a person without a wallet.

The cookie holds a random token, the database its hash. The CSRF token is derived from it, so it is worth nothing in any
other session. Keys are only in memory: they end with the session, with an hour of silence, and with the process.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse.clock import Clock
from hanse.ledger.database import Database

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

SESSION_SECONDS = 12 * 3600
KEY_SECONDS = 3600
"""An unlocked key that nobody used for so long is locked again."""

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS api_sessions (hash TEXT PRIMARY KEY, address TEXT NOT NULL, expires INTEGER NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Session:
    """id: hash of its token."""

    id: str
    address: str


class Sessions:
    """Sessions in `database`, unlocked keys in memory."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock, self._lock = database, clock, threading.Lock()
        self._keys: dict[str, tuple[LocalAccount, float]] = {}
        self.version = 0
        """Another one whenever a session was ended."""
        database.write(SCHEMA)

    def open(self, address: str, key: LocalAccount | None) -> str:
        """A new session; returns its token. key: of a managed account."""
        token, now = secrets.token_urlsafe(32), self._clock.now()
        with self._database.transaction():
            self._database.write("DELETE FROM api_sessions WHERE expires <= ?", (int(now),))
            values = (_hash(token), address, int(now) + SESSION_SECONDS)
            self._database.write("INSERT INTO api_sessions VALUES (?, ?, ?)", values)
        if key is not None:
            with self._lock:
                self._forget_old(now)
                self._keys[_hash(token)] = (key, now)
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token, None if there is none or it is over."""
        row = self._database.row(
            "SELECT hash, address FROM api_sessions WHERE hash = ? AND expires > ?",
            (_hash(token), int(self._clock.now())),
        )
        return None if row is None else Session(*row)

    def key(self, session: Session) -> LocalAccount | None:
        """The unlocked key of a session, None if there is none or it was locked again."""
        now = self._clock.now()
        with self._lock:
            self._forget_old(now)
            held = self._keys.get(session.id)
            if held is None:
                return None
            self._keys[session.id] = (held[0], now)
            return held[0]

    def close(self, session: Session) -> None:
        """It is over, and its key locked."""
        with self._lock:
            self._keys.pop(session.id, None)
        self._database.write("DELETE FROM api_sessions WHERE hash = ?", (session.id,))
        self.version += 1

    def close_all(self, address: str) -> None:
        """All sessions of an account, as after a new pass-phrase."""
        for (name,) in self._database.rows("SELECT hash FROM api_sessions WHERE address = ?", (address,)):
            self.close(Session(name, address))

    def _forget_old(self, now: float) -> None:
        for name in [name for name, (_, used) in self._keys.items() if now - used > KEY_SECONDS]:
            del self._keys[name]


def csrf_of(token: str) -> str:
    """What a session's writes carry in their header."""
    return hmac.new(token.encode(), b"hanse csrf", hashlib.sha256).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
