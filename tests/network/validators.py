"""Real validators as processes on this machine: started as `hanse network init` says, killed, frozen, brought back.

with validators(home) as league_chain:          # four, a block a second
    league_chain.url                            # of the first; `league_chain[2].url` of the third
    league_chain[3].kill()                      # kill -9; .stop() asks it, .freeze() and .thaw() hold it
    league_chain[3].start()
    league_chain[3].turn_clock(30)              # from now on its clock is half a minute ahead; runs or not
    league_chain.wait_for(12)                   # until all that run have block 12
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from hanse.errors import ChainFault
from hanse.ledger.anvil import tied
from hanse.ledger.rpc import RpcChain
from hanse.network.init import init
from hanse.network.sites import Network, Site, place
from tests.network.engine import geth

START_SECONDS = 60.0
AGREE_SECONDS, STUCK_SECONDS = 120.0, 25.0
"""So long validators are waited for, and so long until they count as stuck."""

STOP_SECONDS = 30.0
CHAIN_ID = 421_900

Prefix = Callable[[Site], Sequence[str]]
"""Words to put before the command of a validator, such as `ip netns exec NAME`."""


@dataclass
class Validator:
    """One validator. home: its directory, with keys, `chain/` (its data) and `log`."""

    site: Site
    home: Path
    program: Path
    prefix: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None
    chain: RpcChain = field(init=False)

    def __post_init__(self) -> None:
        self.chain = RpcChain(self.url, local=True, answer_seconds=10.0)
        self.turn_clock(0)

    @property
    def url(self) -> str:
        """Where it is asked."""
        return self.site.url

    @property
    def data(self) -> Path:
        """What it knows; removed while it is not running, it begins with nothing."""
        return self.home / "chain"

    @property
    def _clock(self) -> Path:
        return (self.home / "clock").absolute()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self, *words: str, wait: bool = True) -> None:
        """Starts it, with more words for geth if you like. wait: until it answers."""
        assert not self.running, self.site.name
        environment = {**os.environ, "HANSE_GETH": str(self.program), "GETH_CLOCK": str(self._clock)}
        command = tied([*self.prefix, "/bin/sh", str(self.home / "start.sh"), *words])
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )
        if wait:
            self.await_answer()

    def await_answer(self) -> None:
        """Returns once it answers."""
        end = time.monotonic() + START_SECONDS
        while True:
            with suppress(ChainFault):
                self.chain.height()
                return
            assert self.running, self.tail()
            assert time.monotonic() < end, self.tail()
            time.sleep(0.1)

    def kill(self) -> None:
        """`kill -9`: it saves nothing."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks it to end, and waits: it saves what it knows."""
        if self.process is not None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It does nothing until `thaw`, and its connections stay open."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def turn_clock(self, seconds: int) -> None:
        """Its clock is so far ahead of the true time from now on; less than nothing is behind."""
        self._clock.touch()
        with self._clock.open("r+b") as clock:  # it is mapped, and must not become shorter for a moment
            clock.write(struct.pack("=q", seconds))

    def tail(self) -> str:
        """The end of what it said."""
        return (self.home / "log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)  # with the helper that waits for its socket
            self.process.wait()


class Validators(list[Validator]):
    """All of them, the first at 0. home: the directory `hanse network init` made."""

    def __init__(self, home: Path, network: Network, prefix: Prefix = lambda _: ()) -> None:
        program = geth()
        init(network, home)
        super().__init__(Validator(site, home / site.name, program, prefix(site)) for site in network.sites)
        self.home, self.network = home, network

    @property
    def url(self) -> str:
        """Of the first."""
        return self[0].url

    @property
    def alive(self) -> list[Validator]:
        """Those that run."""
        return [one for one in self if one.running]

    def start(self) -> None:
        """Starts all, and waits until they go on together: already their first blocks may stand against each other."""
        for one in self:
            one.start(wait=False)
        for one in self:
            one.await_answer()
        agreed(self, 0)

    def heights(self) -> list[int]:
        """Of those that run."""
        return [one.chain.height() for one in self.alive]

    def wait_for(self, height: int, seconds: float = START_SECONDS) -> None:
        """Until all that run have this block."""
        end = time.monotonic() + seconds
        while min(self.heights()) < height:
            assert time.monotonic() < end, f"{self.heights()}\n{self[0].tail()}"
            time.sleep(0.1)

    def wait_for_more(self, blocks: int = 2, seconds: float = START_SECONDS) -> None:
        """Until all that run are so many blocks further than the highest is now."""
        self.wait_for(max(self.heights()) + blocks, seconds)

    def close(self) -> None:
        """Ends all at once."""
        for one in self:
            one.kill()


def free_ports(count: int) -> list[int]:
    """Ports nobody listens at now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def local_network(count: int = 4, *, period: int = 1, accounts: dict[str, int] | None = None) -> Network:
    """A Clique network on loopback, at free ports."""
    ports = iter(free_ports(3 * count))
    sites = [
        replace(one, peers=next(ports), ask=next(ports), authority=next(ports)) for one in place(["127.0.0.1"] * count)
    ]
    return Network("geth-clique", tuple(sites), CHAIN_ID, period, int(time.time()) - 1, "127.0.0.1", accounts or {})


@contextmanager
def validators(home: Path, network: Network | None = None, *, prefix: Prefix = lambda _: ()) -> Iterator[Validators]:
    """A network that makes blocks, ended on leaving. home: a directory that is not there yet."""
    made = Validators(home, network or local_network(), prefix)
    try:
        made.start()
        yield made
    finally:
        made.close()


def agreed(net: Validators, asked: int) -> bool:
    """Waits until all validators have the same newest blocks, and go on; whether they had to be cured. asked: whose
    blocks they keep then."""
    begun, since, cured = max(net.heights()), time.monotonic(), False
    while True:
        heights = net.heights()
        common = min(heights) - 1
        if common >= begun and len({one.chain.block(common) for one in net}) == 1:
            return cured
        now = time.monotonic()
        assert now < since + AGREE_SECONDS, f"the network does not go on: {heights}"
        if now > since + STUCK_SECONDS and not cured:
            cured = True
            cure(net, asked)
        time.sleep(0.2)


def cure(net: Validators, asked: int) -> None:
    """What docs/faults.md tells a coordinator whose Clique network fell into two halves of the same weight: one half
    forgets its blocks and learns the other's. It is the engine that stands still there, not Hanse."""
    ours = net[asked].chain
    head = ours.block(ours.height())
    for one in net:
        if one.chain.block(one.chain.height()) != head:
            one.stop()
            shutil.rmtree(one.data)
            one.start()
