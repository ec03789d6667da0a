"""Whoever is killed, and whenever: the job is rescued and paid for once, and no cent is lost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hanse.app.audit import audit
from hanse.market.offers import State
from hanse.telemetry.reading import FINISHED, STARTED
from tests.app.shop.town import DOWN, MEMBERS, MONEY, RUNNING, SLOW, Town, town


class Killer:
    """Kills one of the agents, or the chain, every now and then while something is waited for, and starts it again."""

    def __init__(self, made: Town, seed: int, victims: tuple[str, ...]) -> None:
        self._made, self._draw, self._victims = made, random.Random(seed), victims

    def until(self, done: Callable[[], bool], kills: int, longest: float = 4.0) -> None:
        for _ in range(kills):
            end = time.monotonic() + self._draw.uniform(0.1, longest)
            while time.monotonic() < end:
                time.sleep(0.02)
            victim = self._draw.choice(self._victims)
            if victim == "chain":
                self._made.chain.save()
                time.sleep(self._draw.uniform(0, 1.5))  # what happens now is lost
                self._made.chain.kill()
            else:
                self._made.kill(victim)
                self._made.start(victim)
        self._made.until(done)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_rescue_full_of_kills_ends_as_an_undisturbed_one(tmp_path: Path, seed: int) -> None:
    rescue(tmp_path, seed, kills=(3, 2), victims=("E1", "E2"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 22))
def test_many_more_kills(tmp_path: Path, seed: int) -> None:
    rescue(tmp_path, seed, kills=(8, 5), victims=("E1", "E2"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 34))
def test_a_chain_that_forgets_its_last_moments(tmp_path: Path, seed: int) -> None:
    """The agents go on meanwhile: this chain has another first block afterwards, which whoever starts anew refuses."""
    rescue(tmp_path, seed, kills=(3, 2), victims=("chain",))


def rescue(home: Path, seed: int, kills: tuple[int, int], victims: tuple[str, ...]) -> None:
    publish = ("windows", "book")[seed % 2]
    with town(home, extra=SLOW + "anchor_every = 0\npurse = 0", E2=f'publish = "{publish}"\nevery = 0') as made:
        with made.agents() as agents:  # joined, admitted and with money
            accounts = {name: one.look.address for name, one in agents.items()}
        killer = Killer(made, seed, victims)
        for member in MEMBERS:
            made.say(member, *RUNNING)
        for member in MEMBERS:
            made.start(member)
        if "chain" in victims:
            made.until(lambda: all('"joined"' in made.log(member) for member in MEMBERS))
        made.say("E1", DOWN)
        with made.coordinator() as ledger:

            def state() -> list[State]:
                rows = ledger.sync().windows()
                return [row.window.state for row in rows if row.guest == accounts["E1"]]

            killer.until(lambda: State.CONFIRMED in state(), kills[0])
            held = [row for row in ledger.index.windows() if row.guest == accounts["E1"]]
            assert [row.window.state for row in held] == [State.CONFIRMED]
            (row,) = held
            length, start = row.window.length, row.window.start_of_guest - made.epoch
            made.until(lambda: "agreed" in made.log("E1"))
            # Which host it is depends on who was alive to offer; the machines go on as planned.
            host = next(name for name, account in accounts.items() if account == row.host)
            made.say("E1", (host, STARTED, start, "J/O"), (host, FINISHED, start + length, "J/O"))
            made.say("E2", ("E2", FINISHED, 130, "K1/O"))
            made.say("E3", ("E3", FINISHED, 200, "L1/O"))
            made.jump(start + length + 1)
            killer.until(lambda: state() == [State.OVER], kills[1])
            worth = {n: ledger.league.balance(a) + ledger.offers.free(a) for n, a in accounts.items()}
            price = row.window.cost
            assert worth == {name: MONEY + price * ((name == host) - (name == "E1")) for name in MEMBERS}
        made.close()
        report = audit(made.home / "coordinator", made.chain.url, made.shared.directory)
        assert [check.differences for check in report.checks] == [[]] * len(report.checks)
