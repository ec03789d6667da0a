"""A gateway as a member has it, for tests that hear machines through the service."""

from __future__ import annotations

import time
from pathlib import Path

from eth_account import Account

from hanse.app.api import shapes
from hanse.app.forwarding import _given
from hanse.telemetry.forward import Destination, pack
from hanse.telemetry.gate import Gate
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import Reading, Value
from tests.app.api.house import Town


class Hall:
    """One of a member's halls: its machine, and a gateway with its key and journal. work: the
    operation its machine has in every job."""

    def __init__(self, town: Town, who: str, home: Path) -> None:
        self.client, self.key = town[who], Account.create()
        member = town["ada"].member(town.address(who)).id  # which of the two a town's `member` is, is chance
        league = town["ada"].league()
        self.to = Destination(town.address(who), member, league.contracts["League"], league.chain_id)
        self.journal = Journal(home / f"{self.key.address}.db", member=member, chain_id=league.chain_id)
        self.machines = ["M1" if member == "E1" else "M2"]
        self.work = "O1" if member == "E1" else "O2"

    def named(self, *, days: int = 365) -> None:
        """Its member lets it speak for its machines; for 0 days, no longer."""
        self.client.believe(self.key.address, *self.machines, days=days)

    def says(self, *said: tuple[str, Value], at: int | None = None) -> shapes.Forwarded:
        moment = int(time.time() * 1000) if at is None else at
        readings = [
            Reading("line", self.machines[0], metric, moment + i, value) for i, (metric, value) in enumerate(said)
        ]
        self.journal.add(readings, Gate({"line": frozenset(self.machines)}), moment + 1000)
        before = self.journal.seals()
        self.journal.seal(self.key, moment)
        found = self.journal.sealed(before[-1].seal.number if before else 0)
        assert found is not None
        return _given(pack(*found, self.to, self.key), self.to)
