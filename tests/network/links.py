"""Validators far from each other: each link between two of them is as long as a test wants.

with distant(home) as net:          # as `validators(home)`
    net.delay(0.4)                  # seconds each way, on every link
    net.delay(0.4, 2)               # on those of the third alone

Every validator meets each other one at the end of a wire of their own (`tests/ledger/wire.py`), on loopback; with whom
it is connected it decides itself, so both wires of a pair are as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hanse.network.sites import Network
from tests.ledger.wire import Wire, wire
from tests.network.validators import Validator, Validators, local_network


class DistantValidators(Validators):
    """Validators, and the links between them, which are taken away with `wires`."""

    def __init__(self, home: Path, network: Network, wires: ExitStack) -> None:
        super().__init__(home, network)
        self._links: dict[tuple[int, int], Wire] = {}
        for number, one in enumerate(self):
            for other, peer in enumerate(self):
                if one is not peer:
                    link = wires.enter_context(wire(f"http://{peer.site.host}:{peer.site.peers}"))
                    self._links[number, other] = link
                    _meets(one, peer, link)

    def delay(self, seconds: float, *places: int) -> None:
        """How long everything is under way, on the links of those at these places; without any, on all."""
        for ends, link in self._links.items():
            if not places or not set(ends).isdisjoint(places):
                link.delay = seconds


def _meets(one: Validator, peer: Validator, link: Wire) -> None:
    """Writes into the settings of one that the other is to be met at the end of a wire."""
    settings, near = one.home / "node.toml", f"@{peer.site.host}:{peer.site.peers}"
    text = settings.read_text()
    assert text.count(f'{near}"') == 1, f"{settings} does not name {near} once"
    settings.write_text(text.replace(f'{near}"', f'@{link.url.removeprefix("http://")}"'))


@contextmanager
def distant(home: Path) -> Iterator[DistantValidators]:
    """A network whose links can be slow, ended on leaving. home: a directory that is not there yet."""
    with ExitStack() as wires:
        made = DistantValidators(home, local_network(), wires)
        try:
            made.start()
            yield made
        finally:
            made.close()
