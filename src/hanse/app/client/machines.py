"""What machines say: their state, their readings, and how work gets on by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from hanse.app.api import shapes
from hanse.app.client.accounts import Accounts
from hanse.app.client.connection import How, said


class Machines(Accounts):
    def machines(self, address: str) -> shapes.MachinesNow:
        """What a member's machines say now."""
        return self._get(f"members/{address}/machines", shapes.MachinesNow)

    def readings(self, address: str, machine: str, metric: str) -> Iterator[shapes.ReadingNow]:
        """What a machine said of a metric, the newest first."""
        return self._all(f"members/{address}/readings", shapes.ReadingNow, {"machine": machine, "metric": metric})

    def believe(self, gateway: str, *machines: str, days: int = 365, **how: Unpack[How]) -> shapes.ActionNow:
        """Let a gateway speak for these machines of yours, or for all; for 0 days ends it."""
        body = {"delegate": gateway, "machines": list(machines), "days": days}
        return self._write("POST", f"identities/{self.session().address}/delegates", body, **how)

    def outlook(self, order: int | None = None) -> list[shapes.WorkNow]:
        """How agreed work gets on by what machines said."""
        return self._list("outlook", shapes.WorkNow, said(order=order))

    def forward(self, parcel: shapes.Forwarded) -> shapes.ForwardedNow:
        """Hand on a seal of a gateway with its readings. Nobody is signed in for it."""
        return self._post("readings", parcel.model_dump(mode="json"), shapes.ForwardedNow)
