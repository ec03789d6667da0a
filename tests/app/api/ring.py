"""Several real servers of one league: one data directory, one database in a real PostgreSQL, one chain."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hanse.app.client import Client
from hanse.ledger.standing import StandingChain, standing
from tests.app.api.house import SERVICES, House, free_port, until
from tests.postgres import Server


@dataclass
class Ring:
    """houses: as they were begun, which is not the order in which they lead. db: the address of their database."""

    chain: StandingChain
    data: Path
    db: str
    houses: list[House] = field(default_factory=list)

    def add(self, *, start: bool = True, **how: Any) -> House:
        """One more server."""
        port = free_port()
        how.setdefault("public", self.public(port))
        made = House(self.data, port, chain=self.chain.url, db=self.db, several=True, **how)
        self.houses.append(made)
        if start:
            made.start()
        return made

    def public(self, port: int) -> str:
        """What people type: the address of the first, as if that were the proxy's."""
        return f"http://127.0.0.1:{self.houses[0].port if self.houses else port}"

    @property
    def alive(self) -> list[House]:
        return [one for one in self.houses if one.process is not None and one.process.poll() is None]

    def leader(self, among: list[House] | None = None) -> House:
        """The one that leads, when there is one."""
        found: list[House] = []

        def one_leads() -> bool:
            found[:] = [one for one in among or self.alive if leads(one)]
            return len(found) == 1

        until(one_leads)
        return found[0]

    def close(self) -> None:
        for one in self.houses:
            if one.process is not None:
                one.process.send_signal(signal.SIGCONT)
            one.close()


@contextmanager
def ring(home: Path, server: Server, count: int = 2, **how: Any) -> Iterator[Ring]:
    """So many servers, which are ended on leaving."""
    with standing(home / "chain") as chain:
        made = Ring(chain, home / "league", server.database())
        try:
            for _ in range(count):
                made.add(start=False, **how).begin()
            for one in made.houses:
                one.answers()
            yield made
        finally:
            made.close()


def leads(at: House) -> bool:
    """Whether a server says that it leads."""
    with Client(at.url) as asked:
        return "hanse_leads 1.0" in asked._http.get("/metrics").text


def beside(client: Client, at: House) -> Client:
    """The same session, at another server, as a proxy would bring it there."""
    other = at.client()
    other._http.cookies.update(client._http.cookies)
    other._csrf = client._csrf
    return other


def settled(made: Ring) -> Client:
    """A coordinator, and a product that can be ordered."""
    ada = next(one for one in made.houses if one.invitation).coordinator()
    ada.set_services(SERVICES)
    ada.add_product("gearbox", "Gearbox", ["milling"])
    return ada
