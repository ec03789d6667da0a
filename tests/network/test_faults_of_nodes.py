"""Nodes that stand still, forget, lag, are slow; too few validators; two Hanses with one key."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hanse.clock import SystemClock
from hanse.errors import ChainFault
from hanse.ledger.index import Index
from hanse.ledger.rpc import RpcChain
from hanse.ledger.sqlite import SqliteDatabase
from hanse.ledger.store import Ledger, open_ledger
from hanse.ledger.watch import Watch
from hanse.model.canonical import digest
from tests.ledger.wire import wire
from tests.network.trial import HASH, rows_of
from tests.network.validators import agreed
from tests.network.wires import WiredValidators

pytestmark = pytest.mark.network


def until(done: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_with_too_few_validators_hanse_waits_says_so_and_goes_on(
    net: WiredValidators, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse.ledger.delivery.SAY_SECONDS", 2.0)
    monkeypatch.setattr("hanse.ledger.watch.STALL_SECONDS", 4.0)
    said: list[str] = []
    league, urls = ledger.league.addresses.league, ledger.chain.url  # type: ignore[attr-defined]
    with open_ledger(tmp_path, urls, league=league, say=said.append) as other:
        watch = Watch(other.chain, other.finality, SystemClock())
        for one in net[2:]:
            one.kill()
        time.sleep(3)  # what was under way
        sent = other.league.register("a member", 1, HASH, key="register")
        waiting = threading.Thread(target=sent.wait)
        waiting.start()
        states: list[str] = []
        for _ in range(8):
            watch.look(1, 0)
            states.append(watch.standing(0).state)
            time.sleep(1)
        for one in net[2:]:  # by this thread: they end with whichever started them
            one.start(wait=False)
        for one in net[2:]:
            one.await_answer()
        agreed(net, 0)
        waiting.join(120)
        assert sent.wait().ok
        assert states[-1] == "stalled"
        assert any("has taken none of 1 transactions" in words for words in said)
        assert said[-1] == ""
        until(lambda: looked(watch) == "well")


def looked(watch: Watch) -> str:
    watch.look(0, 0)
    return watch.standing(0).state


def test_a_node_that_is_cut_off_is_left_for_one_that_goes_on(
    net: WiredValidators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse.ledger.nodes.COMPARE_SECONDS", 2.0)
    chain = RpcChain(",".join(one.url for one in net))
    chain.height()
    net.cut(0)
    try:
        height = net[1].chain.height() + 4
        until(lambda: chain.height() >= height)
        assert chain.name != net[0].url
    finally:
        net.heal()
    agreed(net, 1)


def test_a_node_that_has_lost_all_it_knew_makes_nobody_forget(
    net: WiredValidators, ledger: Ledger, tmp_path: Path
) -> None:
    with closing(SqliteDatabase(tmp_path / "index.sqlite3")) as database:
        chain = RpcChain(net[3].url)
        index = Index(database, chain, ledger.league.addresses)
        height, before = index.sync(), rows_of(index)
        assert before["members"] or before["rights"]
        watch = Watch(chain, ledger.finality, SystemClock())
        watch.look(0, 0)
        net[3].kill()
        shutil.rmtree(net[3].data)
        watch.look(0, 0)
        assert watch.standing(height).state == "silent"
        net[3].start()
        lower = 0
        while chain.height() < height:  # it learns everything anew from the others
            lower += 1
            assert index.sync() == height
            assert rows_of(index) == before
            watch.look(0, 0)
        until(lambda: index.sync() > height)
        assert all(row in rows_of(index)["members"] for row in before["members"])
    agreed(net, 0)


def test_a_slow_way_to_the_node_costs_time_and_nothing_else(
    net: WiredValidators, ledger: Ledger, tmp_path: Path
) -> None:
    with (
        wire(net[1].url) as way,
        open_ledger(tmp_path, way.url, league=ledger.league.addresses.league, say=lambda _: None) as other,
    ):
        way.delay = 0.25
        with other.batch():
            for number in range(5):
                other.league.register(f"slow {number}", 1, HASH, key=f"register {number}")
        other.sync()
        members = {row.address for row in other.index.members()}
        assert {other.league.address(f"slow {number}") for number in range(5)} <= members


def test_two_hanses_with_one_key_do_nothing_twice_and_say_so(
    net: WiredValidators, ledger: Ledger, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        shutil.copy(ledger.data / "secret", tmp_path / name / "secret")
    league, before = ledger.league.addresses.league, len(ledger.sync().products())
    told: list[str] = []

    def add(name: str, url: str) -> None:
        with open_ledger(tmp_path / name, url, league=league, say=lambda _: None) as mine:
            for number in range(3):
                while True:  # whoever loses a number is told, and tries again under the same key
                    try:
                        plans = digest(f"{name} {number}".encode())  # the same would be the same transaction
                        mine.league.add_product(1, plans, key=f"{name} {number}").wait()
                        break
                    except ChainFault as fault:
                        told.append(fault.message)

    threads = [threading.Thread(target=add, args=(name, net[at].url)) for at, name in enumerate(("one", "other"))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(240)
    added = [row.plans for row in ledger.sync().products()][before:]
    assert sorted(added) == sorted(digest(f"{name} {n}".encode()) for name in ("one", "other") for n in range(3))
    assert all("somebody else signed with the same key" in words for words in told)
