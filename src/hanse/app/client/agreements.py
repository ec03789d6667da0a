"""Agreements: proposed, weighed, signed, declined or asked for otherwise; and the strategies declared for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Unpack

from hanse.app.api import shapes
from hanse.app.client import signing
from hanse.app.client.connection import Connection, How, said


class Agreements(Connection):
    def propose(
        self,
        order: int,
        compensation: Mapping[str, Any] | None = None,
        *,
        by_contribution: bool = False,
        liability: Mapping[str, int] | None = None,
        instalments: bool = False,
        loyalty: bool = False,
        **how: Unpack[How],
    ) -> shapes.ActionNow:
        """by_contribution: prices divide what the customer's budget leaves by what the members added. liability: who
        bears which failure (`Borne`). instalments: the customer pays later for what begins later; loyalty:
        its points lower the league's fee."""
        body: dict[str, Any] = {"order": order, "compensation": dict(compensation or {}), "liability": liability}
        body |= {"by_contribution": by_contribution, "instalments": instalments, "loyalty": loyalty}
        return self._write("POST", "agreements", body, **how)

    def revise(self, number: int, compensation: Mapping[str, Any], **how: Unpack[How]) -> shapes.ActionNow:
        """As its proposer: the next version. compensation: `shapes.Compensation` by member id."""
        return self._write("POST", f"agreements/{number}/version", {"compensation": dict(compensation)}, **how)

    def agreements(
        self,
        status: Literal["open", "declined", "active"] | None = None,
        *,
        waiting: bool = False,
        own: bool = False,
        running: bool = False,
        party: str | None = None,
    ) -> Iterator[shapes.AgreementNow]:
        """waiting: only those that need your answer; own: those you are in; running: those that have not ended; party:
        whose clerk, or new key, you are."""
        asked = said(status=status, waiting=waiting, own=own, running=running, party=party)
        return self._all("agreements", shapes.AgreementNow, asked)

    def agreement(self, number: int, party: str | None = None) -> shapes.AgreementNow:
        """party: whose clerk, or new key, you are."""
        return self._get(f"agreements/{number}", shapes.AgreementNow, said(party=party))

    def sign(self, number: int, party: str | None = None) -> shapes.AgreementNow:
        """Accept the present version. party: whose clerk, or new key, you are; None for yourself."""
        body: dict[str, Any] = {} if party is None else {"party": party}
        if self._wallet is not None:
            asked = None if party is None else {"party": party}
            typed = self._get(f"agreements/{number}/acceptance", shapes.AcceptanceToSign, asked).typed
            body["signature"] = signing.typed(self._wallet, typed)
        return self._post(f"agreements/{number}/signature", body, shapes.AgreementNow)

    def decline(self, number: int, reason: str = "unsaid", **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", f"agreements/{number}/refusal", {"reason": reason}, **how)

    def counter(
        self, number: int, milestone: int, *, price: int, compensation: int, start_by: int, due: int, words: str = "",
        **how: Unpack[How],
    ) -> shapes.ActionNow:  # fmt: skip
        """Says what you would sign instead, in one milestone. Money in cents, times in seconds since 1970."""
        wish = {"price": price, "compensation": compensation, "start_by": start_by, "due": due}
        body = {"milestone": milestone, **wish, "words": words}
        return self._write("POST", f"agreements/{number}/counter", body, **how)

    def withdraw_signatures(self, **how: Unpack[How]) -> shapes.ActionNow:
        """Makes all your signatures void that nobody has used."""
        return self._write("POST", "signatures/withdrawal", None, **how)

    def stances(self, address: str) -> shapes.Stances:
        """The strategies that an account has declared."""
        return self._get(f"stances/{address}", shapes.Stances)

    def declare_stance(self, stance: str, **how: Unpack[How]) -> shapes.ActionNow:
        """Says by which strategy you will negotiate. stance: its hash."""
        return self._write("POST", "stances", {"stance": stance}, **how)
