"""The outbox while the chain falters: blocks that are replaced, fees that rise, numbers that are missing, a second
sender with the same key."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hanse.errors import ChainFault
from hanse.ledger import bids
from hanse.ledger.chain import Reverted
from hanse.ledger.database import Database
from hanse.ledger.entries import Request
from hanse.ledger.finality import Finality
from hanse.ledger.keys import KeyRing, external_account
from hanse.ledger.opening import open_database
from hanse.ledger.outbox import Outbox
from hanse.ledger.rpc import RpcChain
from hanse.ledger.signing import Fees, opened
from tests.ledger.conftest import RICH_KEY
from tests.ledger.memory import REFUSED, MemoryChain

RECEIVER = "0x" + "11" * 20
THREE = Finality("clique", 3, "three blocks must follow")
RICH = external_account(RICH_KEY, "test")


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here waits for seconds."""
    for name in ("LOOK_SECONDS", "DISPLACED_SECONDS", "GAP_SECONDS"):
        monkeypatch.setattr(f"hanse.ledger.delivery.{name}", 0.02)


def request(keys: KeyRing, key: str, data: bytes | None = None, **more: Any) -> Request:
    return Request(key, keys.account("a"), RECEIVER, key.encode() if data is None else data, **more)


def others(chain: MemoryChain, keys: KeyRing, place: Path, blocks: int) -> None:
    """So many blocks with something of others."""
    place.mkdir(exist_ok=True)
    database = open_database(place)
    outbox = Outbox(database, chain, stall=0.01)
    for number in range(blocks):
        outbox.submit(Request(f"{len(chain.blocks)}/{number}", keys.account("other"), RECEIVER, b"other"))
    database.close()


def arrived(chain: MemoryChain, *without: bytes) -> list[bytes]:
    return [data for *_, data in chain.blocks if data not in without]


def until(done: Callable[[], bool], outbox: Outbox, seconds: float = 60) -> None:
    """Delivers as a service does, until it is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        outbox.deliver()
        time.sleep(0.005)


def test_what_a_replaced_block_held_is_sent_again_though_nothing_waited(database: Database, keys: KeyRing) -> None:
    chain = MemoryChain()
    outbox = Outbox(database, chain, stall=0.01, finality=THREE)
    outbox.wait(outbox.submit(request(keys, "one")))
    until(lambda: outbox.pending() == 0, outbox)
    chain.forget(1)
    assert arrived(chain) == []
    until(lambda: arrived(chain) == [b"one"] and outbox.pending() == 0, outbox)


def test_final_blocks_are_not_asked_for_any_more(database: Database, keys: KeyRing, tmp_path: Path) -> None:
    chain = MemoryChain()
    outbox = Outbox(database, chain, stall=0.01, finality=THREE)
    outbox.wait(outbox.submit(request(keys, "one")))
    others(chain, keys, tmp_path / "others", 3)
    until(lambda: outbox._delivery.final >= 1, outbox)
    asked: list[int] = []
    chain.height = lambda: asked.append(1) or len(chain.blocks)  # type: ignore[method-assign, func-returns-value]
    for _ in range(10):
        outbox.deliver()
        time.sleep(0.01)
    assert asked == []


def test_whoever_leaves_waits_until_nothing_can_be_replaced(database: Database, keys: KeyRing, tmp_path: Path) -> None:
    chain = MemoryChain()
    outbox = Outbox(database, chain, stall=0.01, finality=THREE)
    outbox.submit(request(keys, "one"))
    assert not outbox.rest(0.2)
    others(chain, keys, tmp_path / "others", 3)
    assert outbox.rest(5)


def test_after_a_doubt_it_is_looked_though_nothing_waits(database: Database, keys: KeyRing) -> None:
    """On a chain of one node every block counts as final; but one that was started again from an older state has lost
    some."""
    chain = MemoryChain()
    outbox = Outbox(database, chain, stall=0.01)
    outbox.wait(outbox.submit(request(keys, "one")))
    until(lambda: outbox.pending() == 0, outbox)
    chain.forget(1)
    outbox.doubt()
    until(lambda: arrived(chain) == [b"one"] and outbox.pending() == 0, outbox)


def test_a_failure_frees_its_key_only_when_it_is_final(database: Database, keys: KeyRing, tmp_path: Path) -> None:
    """In the block that replaces it, it may succeed; a second attempt would then be the same thing twice."""
    chain = MemoryChain()
    outbox = Outbox(database, chain, stall=0.01, patience=0.3, finality=THREE)
    with pytest.raises(Reverted):
        outbox.wait(outbox.submit(request(keys, "one", REFUSED, gas=50_000)))
    with pytest.raises(ChainFault, match="no block has become final"):
        outbox.submit(request(keys, "one"))
    others(chain, keys, tmp_path / "others", 3)
    outbox.wait(outbox.submit(request(keys, "one")))
    assert arrived(chain, b"other", REFUSED) == [b"one"]


def test_what_failed_in_a_replaced_block_may_succeed_in_the_next(
    database: Database, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = MemoryChain()
    outbox = Outbox(database, chain, stall=0.01, finality=THREE)
    monkeypatch.setattr("tests.ledger.memory.REFUSED", b"one")  # for now
    with pytest.raises(Reverted):
        outbox.wait(outbox.submit(request(keys, "one", gas=50_000)))
    chain.forget(1)
    monkeypatch.setattr("tests.ledger.memory.REFUSED", REFUSED)
    entry = outbox.submit(request(keys, "one", gas=50_000))
    assert outbox.wait(entry).ok
    assert [(one.key, one.failed) for one in outbox.entries()] == [("one", False)]


def twin(chain: MemoryChain | RpcChain, place: Path, **more: Any) -> Outbox:
    """Another Hanse with the same key, which knows nothing of this one."""
    place.mkdir()
    return Outbox(open_database(place), chain, stall=0.01, **more)


def test_a_number_taken_by_others_is_given_up_only_when_that_is_final(
    database: Database, keys: KeyRing, tmp_path: Path
) -> None:
    chain = MemoryChain()
    mine, theirs = Outbox(database, chain, stall=0.01, finality=THREE), twin(chain, tmp_path / "twin")
    chain.fail_next = True
    with pytest.raises(ChainFault):
        mine.submit(request(keys, "mine"))
    taken = theirs.submit(request(keys, "theirs"))
    for _ in range(20):
        mine.deliver()
        time.sleep(0.005)
    assert mine.pending() == 1  # it may yet come
    others(chain, keys, tmp_path / "others", 3)
    until(lambda: mine.pending() == 0, mine)
    entry = mine.entry("mine")
    assert entry is not None
    assert entry.failed
    assert taken.hash in entry.reason
    assert "same key" in entry.reason
    mine.wait(mine.submit(request(keys, "mine")))
    assert arrived(chain, b"other") == [b"theirs", b"mine"]


def test_a_number_whose_taker_the_chain_dropped_is_used_after_all(
    database: Database, keys: KeyRing, tmp_path: Path
) -> None:
    chain = MemoryChain()
    mine, theirs = Outbox(database, chain, stall=0.01, finality=THREE), twin(chain, tmp_path / "twin")
    chain.fail_next = True
    with pytest.raises(ChainFault):
        mine.submit(request(keys, "mine"))
    theirs.submit(request(keys, "theirs"))
    for _ in range(20):
        mine.deliver()
    chain.forget(1)
    until(lambda: arrived(chain) == [b"mine"], mine)
    assert not any(one.failed for one in mine.entries())


@pytest.mark.parametrize("how", ["by itself", "by the next transaction"])
def test_a_missing_number_is_filled(database: Database, keys: KeyRing, tmp_path: Path, how: str) -> None:
    """A twin's transaction came first, ours were numbered after it, and then the chain dropped the twin's."""
    chain = MemoryChain()
    twin(chain, tmp_path / "twin").submit(request(keys, "theirs"))
    mine = Outbox(database, chain, stall=0.01, finality=THREE)
    mine.wait(mine.submit(request(keys, "first")))
    chain.forget(2)
    if how == "by itself":
        until(lambda: b"first" in arrived(chain), mine)
        assert [one.key.split("/")[0] for one in mine.entries()] == ["first", "gap"]
    else:
        again = Outbox(database, chain, stall=0.01, finality=THREE)  # it has no key at hand
        until(lambda: "is missing" in again.waits_for, again)
        again.wait(again.submit(request(keys, "second")))
        until(lambda: again.pending() == 0, again)
        assert arrived(chain) == [b"second", b"first"]
        assert again.waits_for == ""


def test_two_outboxes_with_one_key_do_nothing_twice(database: Database, tmp_path: Path, foreign_chain: str) -> None:
    chain = RpcChain(foreign_chain, local=True)
    one, other = Outbox(database, chain, stall=0.01), twin(chain, tmp_path / "twin")
    wanted = {f"{who}{number}" for who, number in itertools.product("ab", range(5))}
    told: list[str] = []

    def sent(outbox: Outbox, key: str) -> Callable[[], bool]:
        entry = outbox.submit(Request(key, RICH, RECEIVER, key.encode()))

        def arrived() -> bool:
            try:
                return outbox.wait(entry).ok
            except ChainFault as fault:  # whoever loses a number is told, and tries again
                told.append(fault.message)
                return False

        return arrived

    for number in range(5):
        chain._ask("evm_setAutomine", [False])
        first, second = sent(one, f"a{number}"), sent(other, f"b{number}")  # under the same number
        chain._ask("evm_mine", [])
        chain._ask("evm_setAutomine", [True])
        for again, key, done in ((one, f"a{number}", first), (other, f"b{number}", second)):
            while not done():
                done = sent(again, key)
    assert len(told) >= 5
    assert all("somebody else signed with the same key" in words for words in told)
    found = []
    for number in range(1, chain.height() + 1):
        block = chain._ask("eth_getBlockByNumber", [hex(number), True])
        found += [bytes.fromhex(told["input"][2:]).decode() for told in block["transactions"]]
    assert sorted(found) == sorted(wanted)


def test_a_rise_of_fees_is_answered_by_higher_bids_with_the_same_number(database: Database, foreign_chain: str) -> None:
    chain = RpcChain(foreign_chain, local=True)
    outbox = Outbox(database, chain, stall=0.05, patience=20)
    before = outbox._price()
    chain._ask("evm_setAutomine", [False])
    entry = outbox.submit(Request("one", RICH, RECEIVER, b"one"))
    chain._ask("anvil_setNextBlockBaseFeePerGas", [hex(before.most * 3)])
    chain._ask("evm_mine", [])
    chain._ask("anvil_setNextBlockBaseFeePerGas", [hex(before.most * 3)])
    chain._ask("evm_setAutomine", [True])
    assert outbox.wait(entry).ok
    now = outbox.entry("one")
    assert now is not None
    assert now.hash != entry.hash
    assert now.nonce == entry.nonce
    assert opened(now.raw).most == before.most * 4
    assert chain.nonce(RICH.address) == 1


def test_fees_beyond_the_last_bid_are_waited_for_in_words(database: Database, foreign_chain: str) -> None:
    chain = RpcChain(foreign_chain, local=True)
    outbox = Outbox(database, chain, stall=0.05)
    most = outbox._price().most
    chain._ask("anvil_setNextBlockBaseFeePerGas", [hex(most * 100)])
    chain._ask("evm_mine", [])
    chain._ask("evm_setAutomine", [False])
    outbox._fees = (time.monotonic() + 60, outbox._fees[1]) if outbox._fees else None  # as signed before the rise
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hanse.ledger.delivery.SAY_SECONDS", 0.1)
        outbox.submit(Request("one", RICH, RECEIVER, b"one"))
        until(lambda: outbox.waits_for != "", outbox)
    entry = outbox.entry("one")
    assert entry is not None
    assert opened(entry.raw).most == most * bids.STEPS[-1]
    assert entry.pending
    for _ in range(100):  # the chain lets fees fall by an eighth a block
        chain._ask("evm_mine", [])
    chain._ask("evm_setAutomine", [True])
    until(lambda: outbox.pending() == 0, outbox)
    assert outbox.waits_for == ""


def test_bids_rise_by_more_than_nodes_ask_of_a_replacement() -> None:
    for fees in (Fees(100, 10), Fees(7, 0), Fees(50, None)):
        steps = bids.ladder(fees)
        for lower, higher in itertools.pairwise(steps):
            assert higher.most * 10 >= lower.most * 11
            if lower.tip is not None and higher.tip is not None:
                assert higher.tip > lower.tip
                assert higher.tip * 10 >= lower.tip * 11
    assert bids.ladder(Fees(0, 0)) == [Fees(0, 0)]


def test_waiting_is_told_and_so_is_its_end(database: Database, keys: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanse.ledger.delivery.SAY_SECONDS", 0.05)

    class Still(MemoryChain):
        still = True

        def send_raw(self, raw: bytes) -> None:
            if not self.still:
                super().send_raw(raw)

    chain, said = Still(), []

    def hear(words: str) -> None:
        said.append(words)
        chain.still = False

    outbox = Outbox(database, chain, stall=0.01, say=hear)
    outbox.wait(outbox.submit(request(keys, "one")))
    assert [bool(words) for words in said] == [True, False]
    assert "has taken none of 1 transactions" in said[0]
