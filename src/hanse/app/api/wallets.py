"""Sign-In with Ethereum (EIP-4361): a wallet shows that it holds an account, without sending anything to a chain.

We write the message, the wallet signs it, and only a message that we wrote, for this account, not long ago, and that
nobody has used is believed. So domain, address, chain, nonce and expiry need no parsing: they are what we wrote, byte
for byte.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime

from hanse.app.api.problems import NotSignedIn
from hanse.clock import Clock

SECONDS = 300
"""A message can be signed so long."""

MOST = 10_000
"""Messages kept; beyond that the oldest are forgotten, and have to be asked for again."""


class Wallets:
    """Messages handed out and not used yet. They live in memory: after a restart people ask again."""

    def __init__(self, domain: str, origin: str, league: str, chain_id: int, clock: Clock) -> None:
        self._domain, self._origin, self._league, self._chain_id = domain, origin, league, chain_id
        self._clock, self._lock = clock, threading.Lock()
        self._open: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def message(self, address: str) -> str:
        """What a wallet is to sign for an account (with checksum)."""
        now = self._clock.now()
        text = (
            f"{self._domain} wants you to sign in with your Ethereum account:\n"
            f"{address}\n\n"
            f"Sign in to the league {self._league}. This costs nothing and moves nothing.\n\n"
            f"URI: {self._origin}\n"
            "Version: 1\n"
            f"Chain ID: {self._chain_id}\n"
            f"Nonce: {secrets.token_hex(16)}\n"
            f"Issued At: {_time(now)}\n"
            f"Expiration Time: {_time(now + SECONDS)}"
        )
        with self._lock:
            self._open[text] = (address, now + SECONDS)
            while len(self._open) > MOST:
                self._open.popitem(last=False)
        return text

    def signed_in(self, message: str, signature: str) -> str:
        """Whose account it is. A message is used up by asking, whatever the answer. Raises NotSignedIn."""
        from eth_account import Account
        from eth_account.messages import encode_defunct

        with self._lock:
            address, until = self._open.pop(message, ("", 0.0))
        hint = "ask for a new message, and sign exactly that"
        if not address:
            raise NotSignedIn("this message was not handed out here, or was used before", where="message", hint=hint)
        if self._clock.now() >= until:
            raise NotSignedIn("the time to sign this message is over", where="message", hint=hint)
        try:
            signer = Account.recover_message(encode_defunct(text=message), signature=bytes.fromhex(signature[2:]))
        except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
            signer = ""
        if signer != address:
            raise NotSignedIn("another account signed this", where="signature", hint=hint)
        return address


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
