"""Two members want one window at the same moment: one has it, the other is told why and takes its next best."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hanse.app.audit import audit
from hanse.app.shop.agent import Agent
from hanse.app.shop.taking import Stage, Takeover
from hanse.errors import ChainFault
from hanse.market.offers import Book, State, Window
from hanse.telemetry.reading import STARTED, STATE
from tests.app.shop.town import MEMBERS, NOW, SLOW, Starts, Town, job, league, mill, town

GUESTS = ("E1", "E3")
JOBS = (
    job("J", "E1", 60, due=200), job("N", "E3", 60, due=200), job("K1", "E2", 30), job("K2", "E2", 5),
    job("K3", "E2", 30),
)  # fmt: skip
STARTS: Starts = {"J": ("E1", 110), "N": ("E3", 110), "K1": ("E2", 100), "K2": ("E2", 195), "K3": ("E2", 300)}


@dataclass
class Race:
    """E2 offers [130, 195) and [200, 300); J and N are late and both would rather have the first."""

    made: Town
    agents: dict[str, Agent]
    draw: random.Random

    def run(self) -> None:
        """Both guests' turns at the same time, each in its own thread. Nothing is mined until both have sent something
        or are done; then it all goes into one block, in an order that is drawn."""
        failures: list[BaseException] = []

        def turn(agent: Agent) -> None:
            try:
                agent.turn()
            except BaseException as failure:  # noqa: BLE001 - told by the thread that waits
                failures.append(failure)

        threads = {name: threading.Thread(target=turn, args=(self.agents[name],)) for name in GUESTS}
        with self.gate() as sent:
            for thread in threads.values():
                thread.start()
                time.sleep(self.draw.choice([0, 0, 0.02, 0.05]))
            while any(thread.is_alive() and not sent[name] for name, thread in threads.items()):
                time.sleep(0.005)
            waiting = [raw for name in GUESTS for raw in sent[name]]
            self.draw.shuffle(waiting)
            ask = self.made.chain._ask
            ask("evm_setAutomine", [False])
            for raw in waiting:
                ask("eth_sendRawTransaction", ["0x" + raw.hex()])
            ask("evm_mine", [])
            ask("evm_setAutomine", [True])
        for thread in threads.values():
            thread.join(60)
        assert not failures, failures

    @contextmanager
    def gate(self) -> Iterator[dict[str, list[bytes]]]:
        """What the guests send is kept back here meanwhile, each once."""
        sent: dict[str, list[bytes]] = {name: [] for name in GUESTS}
        chains = {name: self.agents[name].ledger.chain for name in GUESTS}
        ways = {name: chain.send_all for name, chain in chains.items()}

        def keeper(name: str) -> Callable[[Sequence[bytes]], list[ChainFault | None]]:
            def keep(raws: Sequence[bytes]) -> list[ChainFault | None]:
                sent[name] += [raw for raw in raws if raw not in sent[name]]
                return [None] * len(raws)

            return keep

        for name, chain in chains.items():
            chain.send_all = keeper(name)  # type: ignore[method-assign, assignment]
        try:
            yield sent
        finally:
            for name, chain in chains.items():
                chain.send_all = ways[name]  # type: ignore[method-assign]

    def open_ones(self) -> dict[str, Takeover]:
        """The takeover each guest is at."""
        found = {}
        for name in GUESTS:
            for one in self.agents[name].memory.takeovers():
                if one.stage in (Stage.OPEN, Stage.AGREED):
                    found[name] = one
        return found

    def round(self) -> str:
        """Both claim at once; the winner, once each has a place of its own."""
        self.agents["E2"].turn()
        self.run()
        first = self.open_ones()
        self.calm_down()
        last = self.open_ones()
        assert set(last) == set(GUESTS), (first, last)
        starts = {name: one.claims[0].start - self.made.epoch for name, one in last.items()}
        winner, loser = sorted(GUESTS, key=lambda name: starts[name])
        assert starts[winner] < 200 <= starts[loser]
        assert {one.stage for one in last.values()} == {Stage.AGREED}
        return winner

    def calm_down(self) -> None:
        """Everybody's turns until nothing is left to do."""
        for _ in range(4):
            for name in ("E2", *GUESTS):
                self.agents[name].turn()

    def apart(self) -> None:
        """Both guests have time of the host's, not the same."""
        own = self.agents["E2"].look.again().own
        kept = sorted((lot.window.start_of_guest, lot.window.length) for lot in own if lot.state is State.CONFIRMED)
        assert len(kept) == 2
        assert kept[0][0] + kept[0][1] <= kept[1][0]

    def end(self) -> None:
        """The host takes everything back, and both jobs come home."""
        host = self.agents["E2"]
        for lot in host.look.again().own:
            if lot.guest and lot.state is State.CONFIRMED:
                assert host._deeds.take_back(lot)
        for name in GUESTS:
            # Its turn sees what it lost; what it would take next is the next round's.
            world = self.agents[name].look.again()
            while self.agents[name]._guest.follow(world):
                world = self.agents[name].look.again()
            assert [at.machine for at in world.rows] == [mill(name)]

    def conserved(self) -> None:
        report = audit(self.made.home / "coordinator", self.made.chain.url, self.made.shared.directory)
        assert [check.differences for check in report.checks] == [[]] * len(report.checks)


@contextmanager
def founded(home: Path, publish: str = "windows") -> Iterator[Town]:
    """The three members' files; only E2 offers anything."""
    with town(home) as made:
        nobody, host = 'publish = "nothing"', f'publish = "{publish}"\nevery = 0'
        made.settle_in(league(JOBS), STARTS, E1=nobody, E3=nobody, E2=host, extra=SLOW + "anchor_every = 0")
        yield made


@contextmanager
def race(home: Path, seed: int, publish: str = "windows") -> Iterator[Race]:
    with founded(home, publish) as made, made.agents() as agents:
        for member in MEMBERS:
            made.say(member, ("E2", STARTED, NOW, "K1/O"))
        for name in GUESTS:
            made.say(name, (name, STATE, NOW - 1, "down"))
            agents[name]._deeds.afford(200_000)
            agents[name]._joined = True
        agents["E2"].turn()
        agents["E2"]._deeds.afford(200_000)
        yield Race(made, agents, random.Random(seed))


@pytest.mark.parametrize(("publish", "seed", "rounds"), [("windows", 1, 4), ("book", 2, 4)])
def test_of_two_at_once_one_wins_and_the_other_finds_its_next_best(
    tmp_path: Path, publish: str, seed: int, rounds: int
) -> None:
    with race(tmp_path, seed, publish) as held:
        winners = set()
        for _ in range(rounds):
            winners.add(held.round())
            held.end()
        assert winners == set(GUESTS)  # the order of a block decides, nothing else
        told = [told for name in GUESTS for told in held.made.told[name] if told.what == "refused"]
        assert len(told) == rounds
        assert all("NotFree" in one.sentence and "looks for the next best" in one.sentence for one in told)
        held.conserved()


def test_two_processes_at_once(tmp_path: Path) -> None:
    """Nothing is mined until both have sent a claim; one of them has heard before, or hears then."""
    with founded(tmp_path) as made:
        with made.agents() as agents:
            for one in agents.values():
                one._deeds.afford(200_000)
            for member in MEMBERS:
                made.say(member, ("E2", STARTED, NOW, "K1/O"))
            agents["E2"].turn()
        for member in MEMBERS:
            made.start(member)
        made.until(lambda: all("is a member" in made.log(member) for member in MEMBERS))
        ask = made.chain._ask
        ask("evm_setAutomine", [False])
        for name in GUESTS:
            made.say(name, (name, STATE, NOW - 1, "down"))

        made.until(lambda: int(ask("txpool_status", [])["pending"], 16) >= 2)
        ask("evm_mine", [])
        ask("evm_setAutomine", [True])

        def agreed() -> bool:
            if int(ask("txpool_status", [])["pending"], 16):  # sent before it mined by itself again
                ask("evm_mine", [])
            return all('"agreed"' in made.log(name) for name in GUESTS)

        made.until(agreed)
        logs = [made.log(name) for name in GUESTS]
        assert ["somebody was faster (NotFree); looks for the next best" in log for log in logs].count(True) == 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 14))
def test_many_more_interleavings(tmp_path: Path, seed: int) -> None:
    test_of_two_at_once_one_wins_and_the_other_finds_its_next_best(tmp_path, ("windows", "book")[seed % 2], seed, 12)


@pytest.mark.parametrize("seed", [3])
def test_time_offered_twice_is_given_once(tmp_path: Path, seed: int) -> None:
    """The host offers its best time in a book and, by mistake, as a window, too: both guests hold it, each another
    number; it confirms the first and declines the second, whose money is free again at once."""
    with race(tmp_path, seed, "book") as held:
        host = held.agents["E2"]
        world = host.look.again()
        leaf = next(lot for lot in world.own if lot.window.start <= held.made.minute(135))
        twice = Window(world.me.number, 1, leaf.window.service, leaf.window.start, leaf.window.end, leaf.window.price)
        host.ledger.offers.publish("member/E2", 77, twice, key="by mistake").wait()
        for name, numbers in zip(held.draw.sample(GUESTS, 2), ({77}, {leaf.number}), strict=True):
            address = held.agents["E2"].look.address
            for number in {77, leaf.number} - numbers:
                held.agents[name].memory.shun(address, number)
        held.run()
        assert sum(lot.state is State.HELD for lot in host.look.again().own) == 2

        held.calm_down()

        held.apart()
        assert sum(told.what == "declined" for told in held.made.told["E2"]) == 1
        held.conserved()


def test_a_book_whose_leaves_overlap_is_confirmed_once(tmp_path: Path) -> None:
    with race(tmp_path, 5) as held:
        host = held.agents["E2"]
        lots = [lot for lot in host.look.again().own if lot.state is State.FREE]
        leaves = Book([lot.window for lot in lots] * 2)
        host.look.shelf.put(leaves)
        host.ledger.offers.publish_book("member/E2", 9, leaves, key="twice").wait()
        held.run()
        held.calm_down()

        held.apart()
        held.conserved()
