"""Hands sealed readings on to a league's service, seal after seal.

What was handed on is noted in the journal after the service has it on disk, so a crash hands it on again, which
changes nothing there. A service that is away, or that refuses for now, is asked again with pauses; only a seal that it
can never take (too large, from before there was a service) is left out, and the service counts it as missing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from hanse.app.api import shapes
from hanse.app.client import Client, Refused
from hanse.errors import HanseError
from hanse.telemetry.forward import MOST_READINGS, Destination, Parcel, pack
from hanse.telemetry.journal import Journal
from hanse.telemetry.seal import SignedSeal

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.app.gateway import ServiceSettings

PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two tries."""

PATIENCE = 10.0
"""Seconds for one answer."""


class Forwarder:
    """sent: seals that the service took; skipped: those it never can; trouble: why it takes none now; wake: set it when
    there is a new seal."""

    def __init__(self, settings: ServiceSettings, journal: Journal, key: LocalAccount) -> None:
        self._journal, self._key = journal, key
        self._client = Client(settings.url, seconds=PATIENCE)
        self._to = Destination(settings.account, journal.member, settings.league, journal.chain_id)
        place = f"{settings.url}/{settings.league}/{settings.account}".lower()
        self._note = f"forwarded/{sha256(place.encode()).hexdigest()[:16]}"
        self.sent = self.skipped = 0
        self.trouble = ""
        self.wake = threading.Event()

    def forward(self) -> None:
        """All that is sealed and not handed on yet. Raises what the service refused, or EnvironmentFault."""
        while (found := self._journal.sealed(self._last())) is not None:
            seal, contents = found
            if len(contents) > MOST_READINGS or not self._send(seal, contents):
                self.skipped += 1
            self._journal.note(self._note, str(seal.seal.number).encode())

    def run(self, over: Callable[[], bool]) -> None:
        """Until it is over; never raises what a service says, which is told as `trouble`."""
        pause = PAUSE
        while not over():
            self.wake.clear()
            try:
                self.forward()
                self.trouble, pause = "", PAUSE
            except HanseError as refusal:
                self.trouble = refusal.message
                pause = min(LONGEST_PAUSE, 2 * pause)
            for _ in range(int(pause / 0.2)):
                if over() or (self.wake.wait(0.2) and not self.trouble):
                    break

    def finish(self) -> None:
        """One last try, then no more."""
        try:
            self.forward()
            self.trouble = ""
        except HanseError as refusal:
            self.trouble = refusal.message
        finally:
            self.close()

    def close(self) -> None:
        self._client.close()

    def _last(self) -> int:
        """Number of the last seal that was handed on or left out."""
        return int(self._journal.notes(self._note).get(self._note, b"0"))

    def _send(self, signed: SignedSeal, contents: Sequence[bytes]) -> bool:
        """Whether the service took it; False if it never can."""
        try:
            self._client.forward(_given(pack(signed, contents, self._to, self._key), self._to))
        except Refused as refusal:
            if refusal.status == 413:
                return False
            raise
        self.sent += 1
        return True


def _given(parcel: Parcel, to: Destination) -> shapes.Forwarded:
    seal = parcel.seal.seal
    return shapes.Forwarded(
        account=to.account,
        member=to.member,
        seal=shapes.SealGiven(
            number=seal.number,
            first=seal.first,
            count=seal.count,
            root="0x" + seal.root.hex(),
            previous="0x" + seal.previous.hex(),
            sealed=seal.sealed,
            signature="0x" + parcel.seal.signature.hex(),
        ),
        readings=[one.decode() for one in parcel.contents],
        signature="0x" + parcel.signature.hex(),
    )
