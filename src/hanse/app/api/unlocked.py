"""Unlocked keys of people without a wallet, as long as their sessions and an hour of silence allow.

One server holds them in memory, and they end with the process. Several servers need them wherever the next request of
a session arrives: then a key lies in the database, sealed (AES-256-GCM) under what is derived from the session's token
and the league's secret. The token is in the person's browser only, the secret in no database; whoever has one or two of
the three opens nothing. Signing out removes it.
"""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hanse.clock import Clock
from hanse.ledger.database import Database

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

KEY_SECONDS = 3600
"""An unlocked key that nobody used for so long is locked again."""

NOTED_SECONDS = 60
"""Its use is written down once in so long."""

_NONCE_BYTES = 12
_PURPOSE = b"hanse unlocked key 1"


class Unlocked(Protocol):
    """Keys by session. id: hash of the session's token."""

    def keep(self, id: str, token: str, key: LocalAccount) -> None:
        """From now on."""

    def get(self, id: str, token: str) -> LocalAccount | None:
        """The key, None if there is none or it was locked again. Counts as use."""

    def drop(self, id: str) -> None:
        """It is locked."""


class InMemory:
    """Keys of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._keys: dict[str, tuple[LocalAccount, float]] = {}

    def keep(self, id: str, token: str, key: LocalAccount) -> None:
        del token
        now = self._clock.now()
        with self._lock:
            self._forget_old(now)
            self._keys[id] = (key, now)

    def get(self, id: str, token: str) -> LocalAccount | None:
        del token
        now = self._clock.now()
        with self._lock:
            self._forget_old(now)
            held = self._keys.get(id)
            if held is None:
                return None
            self._keys[id] = (held[0], now)
            return held[0]

    def drop(self, id: str) -> None:
        with self._lock:
            self._keys.pop(id, None)

    def _forget_old(self, now: float) -> None:
        for name in [name for name, (_, used) in self._keys.items() if now - used > KEY_SECONDS]:
            del self._keys[name]


class InDatabase:
    """Sealed keys that all servers of a league find. secret: of the league, in no database."""

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        self._database, self._clock, self._secret = database, clock, secret

    def keep(self, id: str, token: str, key: LocalAccount) -> None:
        now, nonce = int(self._clock.now()), secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher(token).encrypt(nonce, bytes(key.key), id.encode())
        with self._database.transaction():
            self._database.write("DELETE FROM api_unlocked WHERE used < ?", (now - KEY_SECONDS,))
            self._database.put("api_unlocked", (id, sealed, now))

    def get(self, id: str, token: str) -> LocalAccount | None:
        row = self._database.row("SELECT sealed, used FROM api_unlocked WHERE session = ?", (id,))
        now = int(self._clock.now())
        if row is None or now - int(row[1]) > KEY_SECONDS:
            return None
        key = self._opened(id, token, bytes(row[0]))
        if key is not None and now - int(row[1]) >= NOTED_SECONDS:
            self._database.write("UPDATE api_unlocked SET used = ? WHERE session = ?", (now, id))
        return key

    def drop(self, id: str) -> None:
        self._database.write("DELETE FROM api_unlocked WHERE session = ?", (id,))

    def _opened(self, id: str, token: str, sealed: bytes) -> LocalAccount | None:
        from eth_account import Account

        try:
            key = self._cipher(token).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], id.encode())
        except InvalidTag:
            return None
        account: LocalAccount = Account.from_key(key)
        return account

    def _cipher(self, token: str) -> AESGCM:
        return AESGCM(HKDF(SHA256(), 32, self._secret, _PURPOSE).derive(token.encode()))
