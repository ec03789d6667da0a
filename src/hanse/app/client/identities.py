"""Identities: who decides about an account and who acts for it: delegates, clerks, seats, guardians (docs/identity.md).
`address` is the identity's, which is yours, or was given to you."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Unpack

from hanse.app.api import shapes
from hanse.app.client import signing
from hanse.app.client.connection import Connection, How, said

Kind = Literal["hanse/readings", "sigAuth", "veriKey"]


class Identities(Connection):
    def identity(self, address: str) -> shapes.IdentityNow:
        """As the chain says now."""
        return self._get(f"identities/{address}", shapes.IdentityNow)

    def network(self, around: str | None = None, *, limit: int = 200) -> shapes.NetworkNow:
        """Enterprises, people and devices, and who does what for whom. around: only what ties this account; limit: at
        most so many of each kind."""
        return self._get("network", shapes.NetworkNow, said(around=around, limit=limit))

    def change_owner(self, address: str, owner: str, **how: Unpack[How]) -> shapes.ActionNow:
        """Gives an identity to another key; this one is not let in any more."""
        return self._write("POST", f"identities/{address}/owner", {"owner": owner}, **how)

    def sit(self, address: str, **how: Unpack[How]) -> shapes.ActionNow:
        """Act for an identity that was given to you wherever it holds an office, from the next block on; for your own,
        to end that."""
        return self._write("POST", f"identities/{address}/seat", None, **how)

    # Delegates, and clerks with a mandate.

    def name_delegate(
        self, address: str, delegate: str, kind: Kind = "hanse/readings", *, machines: Sequence[str] = (),
        days: int = 365, **how: Unpack[How],
    ) -> shapes.ActionNow:  # fmt: skip
        """Lets another key do one thing; for 0 days ends it. machines: the only ones whose readings it may seal."""
        body = {"delegate": delegate, "kind": kind, "machines": list(machines), "days": days}
        return self._write("POST", f"identities/{address}/delegates", body, **how)

    def give_mandate(
        self, address: str, clerk: str, *, per_deal: int, per_period: int, period_days: int = 30, days: int = 365,
        **how: Unpack[How],
    ) -> shapes.ActionNow:  # fmt: skip
        """Lets a clerk sign agreements, up to so many cents each and in a period; for 0 days ends it."""
        body = {"clerk": clerk, "per_deal": per_deal, "per_period": per_period, "period_days": period_days}
        return self._write("POST", f"identities/{address}/mandates", {**body, "days": days}, **how)

    def lend(
        self, address: str, delegate: str, kind: Kind = "hanse/readings", *, machine: str | None = None,
        days: int = 365, wait_days: int = 7,
    ) -> shapes.DelegationPaper:  # fmt: skip
        """The same as `name_delegate`, signed for somebody else to send within `wait_days`. It is true once the ledger
        has it. With a wallet it is signed here."""
        body = {"delegate": delegate, "kind": kind, "machine": machine, "days": days, "wait_days": wait_days}
        told = self._post(f"identities/{address}/delegations", body, shapes.Lent)
        if told.paper is not None:
            return told.paper
        assert self._wallet is not None, "the service signs for everybody else"
        signature = signing.typed(self._wallet, told.typed)
        return shapes.DelegationPaper.model_validate({**told.unsigned, "signature": signature})

    def send_delegation(self, paper: shapes.DelegationPaper, **how: Unpack[How]) -> shapes.ActionNow:
        """Sends what its owner has signed. Anyone."""
        return self._write("POST", "delegations", paper.model_dump(mode="json"), **how)

    # Guardians.

    def set_guardians(
        self, address: str, guardians: Sequence[str], *, threshold: int = 1, hours: int = 72, **how: Unpack[How]
    ) -> shapes.ActionNow:
        """Says who can recover an identity; nobody ends it. threshold: how many must agree; hours: in which its owner
        can object."""
        body = {"guardians": list(guardians), "threshold": threshold, "hours": hours}
        return self._write("PUT", f"identities/{address}/guardians", body, **how)

    def support_recovery(self, address: str, owner: str, **how: Unpack[How]) -> shapes.ActionNow:
        """As a guardian: says whose the identity is to be. When enough say the same, the wait begins."""
        return self._write("POST", f"identities/{address}/recovery", {"owner": owner}, **how)

    def object_to_recovery(self, address: str, **how: Unpack[How]) -> shapes.ActionNow:
        """As its owner."""
        return self._write("DELETE", f"identities/{address}/recovery", None, **how)

    def end_recovery(self, address: str, **how: Unpack[How]) -> shapes.ActionNow:
        """Makes the change that guardians agreed on, when the wait is over. Anyone."""
        return self._write("POST", f"identities/{address}/recovery/end", None, **how)
