"""`Once`: words that we hand out and take back once: what a wallet signs to sign in, questions about credentials.

Nothing is kept of a word that was handed out: it carries our mark, so that strangers who ask for thousands fill nothing
and push nobody's out. Only that one was used is written down, until it is over. So it is taken back at any of several
servers, and after a restart.
"""

from __future__ import annotations

import hmac

from hanse.clock import Clock
from hanse.ledger.database import Database

MARK_LETTERS = 32
"""Of a mark: 128 bits."""


class Once:
    """Marks with `secret`, which no database holds; what was used is in `database`."""

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        self._database, self._clock, self._secret = database, clock, secret

    def mark(self, what: str, text: str) -> str:
        """Our mark under a text of some kind, in hexadecimal letters."""
        return hmac.digest(self._secret, f"{what}\n{text}".encode(), "sha256").hex()[:MARK_LETTERS]

    def ours(self, what: str, text: str, mark: str) -> bool:
        """Whether the mark is ours."""
        return hmac.compare_digest(self.mark(what, text).encode(), mark.encode())

    def spend(self, mark: str, until: int) -> bool:
        """Uses a word up, by its mark; False if it was used before. until: when it is over, seconds since 1970."""
        with self._database.transaction():
            self._database.write("DELETE FROM api_spent WHERE expires <= ?", (int(self._clock.now()),))
            query = "INSERT INTO api_spent VALUES (?, ?) ON CONFLICT DO NOTHING"
            return self._database.change(query, (mark, until)) == 1
