"""Validators with wires that can be cut: each in a network namespace of its own, joined by bridges.

with wired(home) as net:            # as `validators(home)`; needs root and `ip`
    net.cut(3)                      # the fourth on its own, the others together
    net.heal()

Each has two wires: one to the tests, over which it is asked and which nobody cuts, and one to the other validators.
That one ends in a namespace with two bridges, which stand for the two sides of a network that fell apart.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hanse.network.sites import Network, place
from tests.network.validators import Validator, Validators, local_network

PEERS = "10.214.0."
"""Addresses among validators."""


def asked(number: int, end: int) -> str:
    """Addresses between a validator and the tests (end 1: the tests, 2: it); others may run the same tests here."""
    return f"10.213.{os.getpid() % 250}.{4 * number + end}"


@dataclass
class Wired(Validator):
    """A validator that is asked over the wire to the tests."""

    @property
    def url(self) -> str:
        return f"http://{asked(self.site.number, 2)}:{self.site.ask}"


class Wires:
    """Namespaces and bridges for `count` validators. Raises CalledProcessError if the system refuses."""

    def __init__(self, count: int) -> None:
        self._name, self._count = f"hanse{os.getpid()}", count
        self._hub = f"{self._name}hub"
        self._ip("netns", "add", self._hub)
        for side in ("left", "right"):
            self._ip("-n", self._hub, "link", "add", side, "type", "bridge")
            self._ip("-n", self._hub, "link", "set", side, "up")
        for number in range(1, count + 1):
            self._lay(number)

    def name(self, number: int) -> str:
        """Of a validator's namespace."""
        return f"{self._name}v{number}"

    def move(self, number: int, side: str) -> None:
        """To which bridge a validator's wire leads."""
        self._ip("-n", self._hub, "link", "set", f"peer{number}", "master", side)

    def close(self) -> None:
        """Everything away; what is in the namespaces goes with them."""
        for name in (*map(self.name, range(1, self._count + 1)), self._hub):
            with suppress(subprocess.CalledProcessError):
                self._ip("netns", "del", name)

    def _lay(self, number: int) -> None:
        inside, outside = self.name(number), f"hanse{os.getpid() % 250}-{number}"
        self._ip("netns", "add", inside)
        self._ip("-n", inside, "link", "set", "lo", "up")
        with suppress(subprocess.CalledProcessError):  # left by a run that was killed
            self._ip("link", "del", outside)
        self._ip("link", "add", outside, "type", "veth", "peer", "name", "asked", "netns", inside)
        self._ip("addr", "add", f"{asked(number, 1)}/30", "dev", outside)
        self._ip("link", "set", outside, "up")
        self._ip("-n", inside, "addr", "add", f"{asked(number, 2)}/30", "dev", "asked")
        self._ip("-n", inside, "link", "set", "asked", "up")
        self._ip(
            *("-n", inside, "link", "add", "peers", "type", "veth"),
            *("peer", "name", f"peer{number}", "netns", self._hub),
        )
        self._ip("-n", inside, "addr", "add", f"{PEERS}{number}/24", "dev", "peers")
        self._ip("-n", inside, "link", "set", "peers", "up")
        self._ip("-n", self._hub, "link", "set", f"peer{number}", "master", "left", "up")

    def _ip(self, *words: str) -> None:
        subprocess.run([_program(), *words], check=True, capture_output=True, timeout=20)


class WiredValidators(Validators):
    """Validators, and the wires between them."""

    def __init__(self, home: Path, network: Network, wires: Wires) -> None:
        super().__init__(home, network, lambda site: (_program(), "netns", "exec", wires.name(site.number)))
        self[:] = [Wired(one.site, one.home, one.program, one.prefix) for one in self]
        self._wires = wires

    def cut(self, *places: int) -> None:
        """Those at these places are on one side, the others on the other."""
        for one in places:
            self._wires.move(one + 1, "right")

    def heal(self) -> None:
        """All are on one side."""
        for one in range(len(self)):
            self._wires.move(one + 1, "left")


def _program() -> str:
    found = shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None or os.geteuid() != 0:
        pytest.skip("cutting wires needs root, and iproute2")
    return found


@contextmanager
def wired(home: Path, count: int = 4, *, period: int = 1) -> Iterator[WiredValidators]:
    """A network whose wires can be cut, ended on leaving. home: a directory that is not there yet."""
    _program()
    wires = Wires(count)
    try:
        sites = place([f"{PEERS}{number}" for number in range(1, count + 1)])
        network = replace(local_network(count, period=period), sites=sites, listen="0.0.0.0")
        made = WiredValidators(home, network, wires)
        try:
            made.start()
            yield made
        finally:
            made.close()
    finally:
        wires.close()
