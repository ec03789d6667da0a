"""Requests for quotation: asked, bid for under seal, opened, done and paid. What is under a seal is made and kept
here; the service sees the seal alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Unpack

from hanse.app.api import shapes
from hanse.app.client.accounts import Accounts
from hanse.app.client.connection import How
from hanse.app.client.league import League
from hanse.market import slip
from hanse.market.slip import Slip

NO_DOCUMENT = "0x" + "00" * 32

Step = Literal["delivery", "surrender", "report", "acceptance", "decision"]


class Quotations(Accounts, League):
    def quotations(self, stage: str | None = None, *, own: bool = False) -> Iterator[shapes.QuotationNow]:
        """stage: open, void, awarded, delivered, disputed or done; own: those you have a part in."""
        return self._all("quotations", shapes.QuotationNow, {"own": own, **({"stage": stage} if stage else {})})

    def quotation(self, number: int) -> shapes.QuotationNow:
        return self._get(f"quotations/{number}", shapes.QuotationNow)

    def ask_quotations(
        self,
        title: str,
        *,
        budget: int,
        bond: int,
        latest: int,
        wait: bool = True,
        key: str | None = None,
        **terms: Any,
    ) -> shapes.ActionNow:
        """terms: as `AskQuotations` has them."""
        body = {"title": title, "budget": budget, "bond": bond, "latest": latest, **terms}
        return self._write("POST", "quotations", body, wait=wait, key=key)

    def cancel_quotations(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """Takes a request of yours back, before the first bid can be opened."""
        return self._write("DELETE", f"quotations/{number}", None, **how)

    def slip(self, number: int, price: int, ready: int, quality: int, document: str = NO_DOCUMENT) -> Slip:
        """A new bid for a request, made here: the service does not see it. Keep it (`Slip.text`) before you seal it."""
        league, who = self.league(), self.session().address
        contract = league.contracts["Quotations"]
        return slip.made(league.chain_id, contract, number, who, price, ready, quality, document)

    def seal_bid(self, slip: Slip, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", f"quotations/{slip.request}/bids", {"seal": "0x" + slip.seal.hex()}, **how)

    def open_bid(self, slip: Slip, **how: Unpack[How]) -> shapes.ActionNow:
        one = slip.bid
        body = {"price": one.price, "ready": one.ready, "quality": one.quality, "document": one.document}
        return self._write("POST", f"quotations/{slip.request}/opening", {**body, "salt": "0x" + one.salt.hex()}, **how)

    def quotation_step(
        self, number: int, step: Step, body: Mapping[str, Any] | None = None, **how: Unpack[How]
    ) -> shapes.ActionNow:
        """body: as `Evidence`, nothing, `ReportFailure`, `AcceptWork` or `DecideCause` have it."""
        return self._write("POST", f"quotations/{number}/{step}", None if body is None else dict(body), **how)
