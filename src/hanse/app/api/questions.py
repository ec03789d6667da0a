"""Questions that holders of credentials answer: a number for each, of one reader, good once and for some minutes."""

from __future__ import annotations

import re
import secrets

from hanse.app.api.once import Once
from hanse.clock import Clock

SECONDS = 300

_KIND = "question"
_FORM = re.compile(r"([0-9]{1,12})\.[A-Za-z0-9_-]{16}\.([0-9a-f]{32})")


class Questions:
    """Numbers by `once`."""

    def __init__(self, clock: Clock, once: Once) -> None:
        self._clock, self._once = clock, once

    def ask(self, reader: str) -> tuple[str, int]:
        """A new number of a reader, and when it ends, in seconds since 1970."""
        until = int(self._clock.now()) + SECONDS
        words = f"{until}.{secrets.token_urlsafe(12)}"
        return f"{words}.{self._once.mark(_KIND, f'{reader} {words}')}", until

    def answered(self, reader: str, nonce: str) -> bool:
        """Whether this reader asked so and nobody answered yet. What others asked is not used up by trying."""
        found = _FORM.fullmatch(nonce)
        if found is None or not self._once.ours(_KIND, f"{reader} {nonce.rpartition('.')[0]}", found[2]):
            return False
        until = int(found[1])
        return self._clock.now() < until and self._once.spend(found[2], until)
