"""Whether a chain goes on, as a clock sees it that tests hold."""

from __future__ import annotations

import pytest

from hanse.ledger.chain import Head, Unreachable
from hanse.ledger.finality import AT_ONCE, Finality
from hanse.ledger.watch import EVERYTHING, Watch
from tests.ledger.memory import MemoryChain

CLIQUE = Finality("clique", 3, "three blocks must follow")
START = 1_800_000_000


class HandClock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return START + self.time

    def elapsed(self) -> float:
        return self.time


class Ticking(MemoryChain):
    """Has a block for every second of its own, which may differ from ours; can be silent."""

    forgets = False
    number, silent, skew = 100, False, 0

    def height(self) -> int:
        if self.silent:
            raise Unreachable("the chain at http://node does not answer")
        return self.number

    def block(self, number: int) -> Head | None:
        return Head(number, f"0x{number}", START + number - 100 + self.skew, 0)


class At:
    """A chain and a watch over it."""

    def __init__(self, finality: Finality = CLIQUE) -> None:
        self.clock, self.chain = HandClock(), Ticking()
        self.watch = Watch(self.chain, finality, self.clock)
        self.waiting = 0
        self.look()

    def look(self, read: int = 0) -> None:
        self.watch.look(self.waiting, read)

    def later(self, seconds: int, blocks: int) -> None:
        """Looks every second, while so many blocks come at first."""
        for second in range(seconds):
            self.clock.time += 1
            self.chain.number += second < blocks
            self.look()

    def state(self, read: int = 100, waits_for: str = "") -> str:
        return self.watch.standing(read, waits_for).state


def test_a_chain_that_makes_blocks_is_well() -> None:
    at = At()
    at.later(60, 60)
    now = at.watch.standing(160)
    assert (now.state, now.said, now.block, now.read, now.final, now.since) == ("well", "", 160, 160, 157, 0)
    assert now.well


def test_one_that_makes_none_any_more_stands_still_until_it_goes_on() -> None:
    at = At()
    at.later(45, 10)
    now = at.watch.standing(110)
    assert (now.state, now.since) == ("stalled", 35)
    assert "35 seconds" in now.said
    at.later(1, 1)
    assert at.state() == "well"


def test_one_that_makes_blocks_on_demand_stands_still_only_if_something_waits() -> None:
    at = At(AT_ONCE)
    at.later(600, 0)
    assert at.state() == "well"
    at.waiting = 1
    at.later(20, 0)
    assert at.state() == "well"
    at.later(20, 0)
    assert at.state() == "stalled"
    at.waiting = 0
    at.look()
    assert at.state() == "well"


def test_slow_validators_are_given_more_time() -> None:
    at = At()
    at.chain.block = lambda number: Head(number, f"0x{number}", START + 60 * (number - 101), 0)  # type: ignore[method-assign]
    at.later(200, 1)
    assert at.state() == "well"
    at.later(200, 0)
    assert at.state() == "stalled"


def test_a_time_without_blocks_that_is_over_makes_nobody_wait_longer_for_the_next() -> None:
    at = At()
    hour = {number: 3600 * (number < 104) for number in range(80, 120)}  # in which there was none
    at.chain.block = lambda number: Head(number, f"0x{number}", START + number - 100 - hour[number], 0)  # type: ignore[method-assign]
    at.later(4, 4)
    assert at.state() == "well"
    at.later(40, 0)
    assert at.state() == "stalled"


def test_a_silent_one_is_told_at_once_and_what_is_final_stays_so() -> None:
    at = At()
    at.chain.silent = True
    at.look()
    now = at.watch.standing(100)
    assert (now.state, now.final) == ("silent", 97)
    assert "does not answer" in now.said
    at.chain.silent = False
    at.look()
    assert at.state() == "well"


def test_a_node_that_knows_less_than_it_did_is_behind() -> None:
    at = At()
    at.chain.number = 90
    at.look(read=100)
    now = at.watch.standing(100)
    assert (now.state, now.block, now.final) == ("behind", 90, 97)
    assert "10 blocks less" in now.said
    at.chain.number = 101
    at.look(read=100)
    assert at.state() == "well"


def test_reading_that_is_ahead_of_the_last_look_makes_no_node_one_behind() -> None:
    now = At().watch.standing(102)
    assert (now.state, now.block, now.read, now.final) == ("well", 102, 102, 97)


def test_what_the_outbox_waits_for_is_told() -> None:
    assert At().watch.standing(100, "fees are high").said == "fees are high"
    assert At().state(waits_for="fees are high") == "waiting"


def test_nothing_is_called_final_that_was_not_read() -> None:
    assert At().watch.standing(50).final == 50
    assert At(AT_ONCE).watch.standing(50).final == 50
    assert At(AT_ONCE).watch.final == EVERYTHING


@pytest.mark.parametrize("skew", [-600, 0, 600])
def test_a_wrong_clock_is_told_and_changes_no_judgement(skew: int) -> None:
    """Whether it is the chain's or ours."""
    at = At()
    at.chain.skew = skew
    at.later(20, 20)
    assert at.watch.standing(100).ahead == skew
    assert at.state() == "well"
    at.later(20, 0)
    assert at.state() == "well"
    at.later(20, 0)
    assert at.state() == "stalled"


def test_the_first_look_knows_how_old_the_newest_block_is() -> None:
    at = At()
    at.clock.time += 100
    fresh = Watch(at.chain, CLIQUE, at.clock)
    fresh.look(0, 0)
    assert fresh.standing(100).state == "stalled"
