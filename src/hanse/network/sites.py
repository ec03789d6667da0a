"""Who runs a validator where, and who has gas money from the first block on."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from hanse.errors import InputError

Engine = Literal["besu-qbft", "geth-clique"]
ENGINES: tuple[Engine, ...] = ("besu-qbft", "geth-clique")

LEAST, MOST = 4, 100
"""Validators. With fewer than four none may ever be away; with very many each block takes long to agree on."""

PEER_PORT, ASK_PORT, AUTHORITY_PORT = 30303, 8545, 8651
"""Where validators meet, where they are asked, and what geth opens besides on its own machine."""

DOCKER = "172.30.19."
"""The network of containers that compose files make; validators are .11, .12, …"""

CHAIN_ID, MAX_CHAIN_ID = 421_900, 2**53
MAX_PERIOD = 600


@dataclass(frozen=True, slots=True)
class Site:
    """One validator's place. member: whose it is. host: an IP address. peers, ask: ports; authority: one that geth
    opens for programs that we do not use, on its own machine alone."""

    number: int
    member: str
    host: str
    peers: int = PEER_PORT
    ask: int = ASK_PORT
    authority: int = AUTHORITY_PORT

    @property
    def name(self) -> str:
        return f"validator-{self.number}"

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://{shown(self.host)}:{self.ask}"


@dataclass(frozen=True, slots=True)
class Network:
    """All that validators must agree on before the first block. period: seconds between blocks. started: seconds since
    1970. listen: the address at which each is asked. accounts: those with gas money, in wei."""

    engine: Engine
    sites: tuple[Site, ...]
    chain_id: int
    period: int
    started: int
    listen: str
    accounts: dict[str, int] = field(default_factory=dict)

    @property
    def contained(self) -> bool:
        """Whether all run in containers on one machine."""
        return all(site.host.startswith(DOCKER) for site in self.sites)


def shown(host: str) -> str:
    """A host as addresses of the web show it."""
    return f"[{host}]" if ":" in host else host


def containers(count: int) -> tuple[str, ...]:
    """The hosts of so many validators in containers on one machine."""
    return tuple(f"{DOCKER}{number}" for number in range(11, 11 + count))


def place(hosts: Sequence[str | tuple[str, str]]) -> tuple[Site, ...]:
    """A site for each host ("10.0.1.5"), or member and host. A host that is there again has the next ports.

    Raises InputError for one that is no IP address, or if they are too few or too many.
    """
    if not LEAST <= len(hosts) <= MOST:
        raise InputError(
            f"{len(hosts)} validators", where="--validators", hint=f"{LEAST} to {MOST}; of four, one may be away"
        )
    sites: list[Site] = []
    for number, one in enumerate(hosts, 1):
        member, host = (f"validator-{number}", one) if isinstance(one, str) else one
        try:
            host = str(ipaddress.ip_address(host.strip()))
        except ValueError:
            raise InputError(
                f"{host!r} is no IP address", where=f"host of {member}", hint="validators meet by address, not by name"
            ) from None
        same = sum(site.host == host for site in sites)
        sites.append(Site(number, member, host, PEER_PORT + same, ASK_PORT + same, AUTHORITY_PORT + same))
    return tuple(sites)
