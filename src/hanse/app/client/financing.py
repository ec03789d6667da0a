"""Instalments, advances, and points for good conduct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How


class Financing(Connection):
    def fund(self, agreement: int, milestones: Sequence[int], **how: Unpack[How]) -> shapes.ActionNow:
        """Pays instalments in."""
        return self._write("POST", f"agreements/{agreement}/instalments", {"milestones": list(milestones)}, **how)

    def advances(self) -> list[shapes.AdvanceNow]:
        """Those that you may give, have given, or have asked."""
        return self._list("advances", shapes.AdvanceNow)

    def ask_advance(
        self, agreement: int, milestone: int, *, amount: int, repay: int, until: int, financier: str | None = None,
        **how: Unpack[How],
    ) -> shapes.ActionNow:  # fmt: skip
        """Asks money now for a part of what a milestone will pay you: `amount` cents at once for `repay` first."""
        body = {"amount": amount, "repay": repay, "until": until, "financier": financier}
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/advance", body, **how)

    def ask_no_advance(self, agreement: int, milestone: int, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("DELETE", f"agreements/{agreement}/milestones/{milestone}/advance", None, **how)

    def give_advance(self, one: shapes.AdvanceNow, **how: Unpack[How]) -> shapes.ActionNow:
        """Gives an advance exactly as it was seen. If the work fails, it is lost."""
        body = {"amount": one.amount, "repay": one.repay, "until": one.until, "financier": one.financier or None}
        return self._write("POST", f"advances/{one.agreement}/{one.milestone}", body, **how)

    def loyalty(self) -> shapes.LoyaltyNow:
        """Your points, and what they take off fees."""
        return self._get("loyalty", shapes.LoyaltyNow)

    def set_loyalty(self, rule: shapes.LoyaltyRule, **how: Unpack[How]) -> shapes.ActionNow:
        """As a coordinator: by which rule good conduct earns points."""
        return self._write("PUT", "loyalty/policy", rule.model_dump(mode="json"), **how)
