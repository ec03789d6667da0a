"""The league: where it is, what its ledger told last, and the chain under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How


class League(Connection):
    def league(self) -> shapes.LeagueNow:
        return self._get("league", shapes.LeagueNow)

    def ledger(self) -> Iterator[shapes.ToldNow]:
        """What the ledger told last of each thing, the newest first."""
        return self._all("ledger", shapes.ToldNow)

    def chain(self) -> shapes.ChainNow:
        """Whether the chain under the league goes on, how far it is read, and how final that is."""
        return self._get("chain", shapes.ChainNow)

    def set_services(self, services: Sequence[str], **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("PUT", "league/services", {"services": list(services)}, **how)
