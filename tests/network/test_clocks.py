"""Validators whose clocks are wrong: Clique refuses blocks from the future, so whoever's clock is behind refuses those
of all others, and all others refuse those of whoever's clock is ahead."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hanse.clock import SystemClock
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import Ledger, open_ledger
from hanse.ledger.watch import Standing, Watch
from tests.app.cli import hanse
from tests.network.engine import VARIABLE
from tests.network.trial import Trial
from tests.network.validators import Validator, Validators, validators

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial[Validators]]:
    """Four validators, and a league that asks the first of them."""
    if VARIABLE in os.environ:
        pytest.skip(f"the clock of the engine that {VARIABLE} names cannot be turned")
    home = tmp_path_factory.mktemp("clocks")
    with validators(home / "four") as net, open_ledger(home / "data", net.url, say=lambda _: None) as ledger:
        yield Trial(net, ledger)


def wrong(net: Validators) -> dict[tuple[str, str], Any]:
    """What `hanse network check` finds to be wrong, by subject and validator."""
    run = hanse("network", "check", net.home, "--wait", "3", "--json")
    found = {(one["about"], one["where"]): one for one in run.json["findings"] if one["weight"] == "wrong"}
    assert run.code == bool(found), run
    return found


def work(trial: Trial[Validators], seconds: float) -> None:
    """Orders placed and blocks read. Whoever's clock is ahead: what is final is not from the future."""
    trial.place(2)
    trial.go_on(seconds)
    assert time_of(trial.ledger, trial.ledger.finality.height(trial.ledger.chain)) <= time.time()


def time_of(ledger: Ledger, number: int) -> int:
    head = ledger.chain.block(number)
    assert head is not None
    return head.timestamp


def turned_right(trial: Trial[Validators], *turned: Validator) -> None:
    """All clocks are right again; then nothing is lost and nothing there twice."""
    for one in turned:
        one.turn_clock(0)
    trial.place(1)
    trial.in_order()


@pytest.mark.parametrize("seconds", [5, 120, -5, -120])
def test_one_whose_clock_is_wrong_is_named_and_the_others_go_on_without_it(
    seconds: int, trial: Trial[Validators]
) -> None:
    one = trial.net[3]
    height, placed = trial.ledger.chain.height(), trial.orders
    one.turn_clock(seconds)
    work(trial, 4)
    assert trial.ledger.chain.height() >= height + 2
    assert len(trial.ledger.index.orders()) == placed + 2
    assert abs(time_of(trial.ledger, trial.ledger.chain.height()) - time.time()) < 5  # by which deadlines go
    found = {where: finding["message"] for (about, where), finding in wrong(trial.net).items() if about == "clock"}
    assert set(found) == {one.site.name}
    said = found[one.site.name]
    assert ("before ours" if seconds > 0 else "behind ours") in said
    assert abs(int(said.split()[3]) - abs(seconds)) <= 2, said
    turned_right(trial, one)


def test_ours_ahead_makes_blocks_that_are_replaced_and_hanse_says_by_how_much(trial: Trial[Validators]) -> None:
    watch, replaced = Watch(trial.ledger.chain, trial.ledger.finality, SystemClock()), trial.replaced
    trial.net[0].turn_clock(30)
    seen: list[Standing] = []

    def told() -> bool:
        work(trial, 1)
        watch.look(0, trial.ledger.index.height())
        seen.append(watch.standing(trial.ledger.index.height()))
        return trial.replaced > replaced and max(one.ahead for one in seen) >= 25

    until(told)
    turned_right(trial, trial.net[0])


def test_ours_behind_shows_no_new_block_and_another_is_asked_if_there_is_one(
    trial: Trial[Validators], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse.ledger.watch.STALL_SECONDS", 4.0)
    monkeypatch.setattr("hanse.ledger.nodes.COMPARE_SECONDS", 2.0)
    ours, several = trial.net[0], RpcChain(",".join(one.url for one in trial.net))
    several.height()
    watch = Watch(trial.ledger.chain, trial.ledger.finality, SystemClock())
    ours.turn_clock(-120)
    height = max(trial.net.heights()) + 4
    until(lambda: several.height() >= height)
    assert several.name != ours.url

    def state() -> str:
        work(trial, 1)
        watch.look(trial.ledger.outbox.pending(), trial.ledger.index.height())
        return watch.standing(trial.ledger.index.height()).state

    until(lambda: state() == "stalled")
    assert trial.ledger.outbox.pending()  # kept
    turned_right(trial, ours)


def test_two_of_four_ahead_stop_the_chain_and_check_names_the_clocks(trial: Trial[Validators]) -> None:
    two = trial.net[2:]
    for one in two:
        one.turn_clock(20)
    work(trial, 3)  # what was under way
    final = trial.ledger.finality.height(trial.ledger.chain)
    work(trial, 2)
    found = wrong(trial.net)
    assert trial.ledger.finality.height(trial.ledger.chain) <= final + 1
    assert {where for about, where in found if about == "clock"} == {one.site.name for one in two}
    assert "set the clocks right" in found["blocks", "all"]["next"]
    turned_right(trial, *two)


def until(done: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)
