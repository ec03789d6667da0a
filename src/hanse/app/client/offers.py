"""Idle time of machines: offered, claimed, confirmed, used and paid, or given back (docs/offers.md). A window is known
by its host and a number of the host's. Times are minutes since 1970, prices cents a minute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How, said


class Offers(Connection):
    def offers(
        self, *, host: str | None = None,
        state: Literal["free", "held", "confirmed", "disputed", "over"] | None = None,
    ) -> Iterator[shapes.OfferNow]:  # fmt: skip
        """host: only of this member."""
        return self._all("offers", shapes.OfferNow, said(host=host, state=state))

    def offer(self, host: str, number: int) -> shapes.OfferNow:
        return self._get(f"offers/{host}/{number}", shapes.OfferNow)

    def publish_offer(
        self, number: int, *, machine: int, service: int, start: int, end: int, price: int, **how: Unpack[How]
    ) -> shapes.ActionNow:
        """Offers idle time of one of your machines. number: of your choice; service: its place in the league's list."""
        body = {"number": number, "machine": machine, "service": service, "start": start, "end": end, "price": price}
        return self._write("POST", "offers", body, **how)

    def claim_offer(
        self, host: str, number: int, *, start: int, length: int, release: int, due: int, there: int = 0, back: int = 0,
        **how: Unpack[How],
    ) -> shapes.ActionNow:  # fmt: skip
        """Takes `length` minutes from `start`, for a job that is ready at `release`, back by `due`, and `there`, `back`
        minutes away. The price is locked."""
        body = {"start": start, "length": length, "release": release, "due": due, "there": there, "back": back}
        return self._write("POST", f"offers/{host}/{number}/claim", body, **how)

    def confirm_offer(self, host: str, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """As its host, with its guarantee."""
        return self._write("POST", f"offers/{host}/{number}/confirmation", None, **how)

    def release_offer(self, host: str, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """As its guest: gives the part back; once it is confirmed, for a fifth of the price."""
        return self._write("POST", f"offers/{host}/{number}/release", None, **how)

    def withdraw_offer(self, host: str, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """As its host, for ever; once it is confirmed, for a fifth of the price."""
        return self._write("DELETE", f"offers/{host}/{number}", None, **how)

    def accept_offer(self, host: str, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """As its guest, content: the host is paid."""
        return self._write("POST", f"offers/{host}/{number}/acceptance", None, **how)

    def dispute_offer(self, host: str, number: int, words: str = "", **how: Unpack[How]) -> shapes.ActionNow:
        """As its guest, not content: an arbiter divides."""
        return self._write("POST", f"offers/{host}/{number}/dispute", {"words": words}, **how)

    def collect_offer(self, host: str, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """As its host: takes the pay after the review, if the guest was silent."""
        return self._write("POST", f"offers/{host}/{number}/collection", None, **how)
