"""Sign-In with Ethereum (EIP-4361): a wallet shows that it holds an account, without sending anything to a chain.

We write the message, the wallet signs it, and only a message that we wrote, for this account, not long ago, and that
nobody has used is believed. Its nonce carries our mark over all of it (`once.py`). So domain, address, chain and expiry
need no reading: they are what we wrote, byte for byte.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

from hanse.app.api.once import Once
from hanse.app.api.problems import NotSignedIn
from hanse.clock import Clock
from hanse.ledger.signers import Signer, signed_by

SECONDS = 300
"""A message can be signed so long."""

_KIND = "sign-in message"
_FORM = re.compile(
    r"[^\n]+\n(0x[0-9a-fA-F]{40})\n\n(?s:.*)\nNonce: ([0-9]{10,12})x[0-9a-f]{16}x([0-9a-f]{32})\n[^\n]*\n[^\n]*"
)
"""Where address, end and mark stand in what we write."""


class Wallets:
    """Messages by `once`."""

    def __init__(
        self, domain: str, origin: str, league: str, chain_id: int, clock: Clock, chain: Signer, once: Once
    ) -> None:
        self._domain, self._origin, self._league, self._chain_id = domain, origin, league, chain_id
        self._clock, self._chain, self._once = clock, chain, once

    def message(self, address: str) -> str:
        """What a wallet is to sign for an account (with checksum)."""
        now = int(self._clock.now())
        nonce = f"{now + SECONDS}x{secrets.token_hex(8)}x"
        text = (
            f"{self._domain} wants you to sign in with your Ethereum account:\n"
            f"{address}\n\n"
            f"Sign in to the league {self._league}. This costs nothing and moves nothing.\n\n"
            f"URI: {self._origin}\n"
            "Version: 1\n"
            f"Chain ID: {self._chain_id}\n"
            f"Nonce: {nonce}\n"
            f"Issued At: {_time(now)}\n"
            f"Expiration Time: {_time(now + SECONDS)}"
        )
        return text.replace(nonce, nonce + self._once.mark(_KIND, text), 1)

    def signed_in(self, message: str, signature: str) -> str:
        """Whose account it is; a contract is asked whether it signed. A message is used up by asking, whatever the
        answer. Raises NotSignedIn; ChainFault if a contract cannot be asked."""
        from eth_account.messages import encode_defunct

        hint = "ask for a new message, and sign exactly that"
        found = _FORM.fullmatch(message)
        if found is None or not self._once.ours(_KIND, message[: found.start(3)] + message[found.end(3) :], found[3]):
            raise NotSignedIn("this message was not handed out here", where="message", hint=hint)
        address, until = found[1], int(found[2])
        if self._clock.now() >= until:
            raise NotSignedIn("the time to sign this message is over", where="message", hint=hint)
        if not self._once.spend(found[3], until):
            raise NotSignedIn("this message was used before", where="message", hint=hint)
        if not signed_by(self._chain, address, encode_defunct(text=message), bytes.fromhex(signature[2:])):
            raise NotSignedIn("another account signed this", where="signature", hint=hint)
        return address


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
