"""Whatever crashes in whatever order: every intention arrives exactly once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hanse.errors import ChainFault, InputError
from hanse.ledger.chain import Unreachable
from hanse.ledger.database import Database
from hanse.ledger.entries import Request
from hanse.ledger.keys import KeyRing
from hanse.ledger.opening import open_database
from hanse.ledger.outbox import Outbox
from tests.ledger.memory import REFUSED, MemoryChain

RECEIVER = "0x" + "11" * 20
SENDERS = ("notary", "treasury", "customer")


class CrashingOutbox(RuleBasedStateMachine):
    """Submits one by one and together, loses connections, forgets blocks, and dies, with a window of 3 or one with room
    for several at once, over one of two kinds of database."""

    address: ClassVar[Callable[[], str | None]]
    """Gives the place of a new one; None for a file."""

    @initialize(window=st.sampled_from([3, 24]))
    def begin(self, window: int) -> None:
        self.window = window
        self.directory = tempfile.TemporaryDirectory()
        self.path = Path(self.directory.name)
        self.keys = KeyRing(self.path / "secret")
        self.chain = MemoryChain()
        self.at = type(self).address()
        self.wanted: dict[str, bytes] = {}
        self.refused = 0
        self.open()

    def open(self) -> None:
        self.database = open_database(self.path, self.at)
        self.outbox = Outbox(self.database, self.chain, window=self.window, stall=0.01, patience=5)

    def request(self, key: str, data: bytes, gas: int | None = None) -> Request:
        sender = self.keys.account(SENDERS[len(data) % 3])
        return Request(key, sender, RECEIVER, data, gas=gas)

    @rule(length=st.integers(1, 9))
    def submit(self, length: int) -> None:
        key = f"key {len(self.wanted)}"
        self.wanted[key] = key.encode() + b"." * length
        with suppress(Unreachable):  # a broken connection after signing: the entry is there all the same
            self.outbox.submit(self.request(key, self.wanted[key]))

    @rule(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=8), again=st.booleans())
    def submit_together(self, lengths: list[int], again: bool) -> None:
        keys = [f"key {len(self.wanted) + at}" for at in range(len(lengths))]
        self.wanted |= {key: key.encode() + b"." * length for key, length in zip(keys, lengths, strict=True)}
        if again:
            keys = [*list(self.wanted)[:2], *keys, keys[0]]  # some are there already, one comes twice
        with suppress(Unreachable):
            self.outbox.submit_all([self.request(key, self.wanted[key]) for key in keys])

    @rule()
    def submit_everything_again(self) -> None:
        for key, data in self.wanted.items():
            with suppress(Unreachable):
                self.outbox.submit(self.request(key, data))

    @rule()
    def submit_what_will_be_refused(self) -> None:
        self.refused += 1
        with suppress(Unreachable):
            self.outbox.submit(self.request(f"refused {self.refused}", REFUSED, gas=50_000))

    @rule()
    def reuse_a_key(self) -> None:
        for key in self.wanted:
            if self.outbox.entry(key) is not None:
                with pytest.raises(InputError):
                    self.outbox.submit(self.request(key, b"something else"))

    @rule(blocks=st.integers(0, 12))
    def the_chain_forgets(self, blocks: int) -> None:
        self.chain.forget(blocks)

    @rule()
    def the_connection_breaks_at_the_next_sending(self) -> None:
        self.chain.fail_next = True

    @rule()
    def the_program_dies_and_starts_again(self) -> None:
        self.database.close()
        self.open()

    @rule()
    def everything_arrives_exactly_once(self) -> None:
        self.chain.fail_next = False
        for key, data in self.wanted.items():
            self.outbox.submit(self.request(key, data))
        self.outbox.replay()
        assert self.outbox.pending() == 0
        arrived = [data for _, _, _, data in self.chain.blocks if data != REFUSED]
        assert sorted(arrived) == sorted(self.wanted.values())

    @invariant()
    def nonces_have_no_gap(self) -> None:
        if hasattr(self, "outbox"):
            for sender in map(self.keys.address, SENDERS):
                nonces = [entry.nonce for entry in self.outbox.entries() if entry.sender == sender]
                assert sorted(nonces) == list(range(len(nonces)))

    def teardown(self) -> None:
        if hasattr(self, "outbox"):
            self.everything_arrives_exactly_once()
            self.database.close()
            self.directory.cleanup()


def test_whatever_crashes_every_intention_arrives_exactly_once(engine: str, request: pytest.FixtureRequest) -> None:
    def address() -> str | None:
        return None if engine == "sqlite" else str(request.getfixturevalue("postgres").database())

    machine = type(f"Crashing{engine.title()}", (CrashingOutbox,), {"address": staticmethod(address)})
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))


def test_a_chain_that_never_mines_is_given_up_in_words(database: Database, keys: KeyRing) -> None:
    class Stuck(MemoryChain):
        def send_raw(self, raw: bytes) -> None:
            pass

    outbox = Outbox(database, Stuck(), stall=0.01, patience=0.1)
    entry = outbox.submit(Request("stuck", keys.account("a"), RECEIVER, b""))
    with pytest.raises(ChainFault, match="has taken none of 1 transactions"):
        outbox.wait(entry)
    assert outbox.pending() == 1


def test_a_nonce_taken_by_somebody_else_fails_the_entry_and_frees_its_key(
    database: Database, tmp_path_factory: pytest.TempPathFactory, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse.ledger.delivery.DISPLACED_SECONDS", 0.02)
    chain = MemoryChain()
    outbox = Outbox(database, chain, stall=0.01)
    account = keys.account("a")
    chain.fail_next = True
    with pytest.raises(Unreachable):
        outbox.submit(Request("mine", account, RECEIVER, b"mine"))
    other = open_database(tmp_path_factory.mktemp("stranger"))
    stranger = Outbox(other, chain)
    stranger.submit(Request("theirs", account, RECEIVER, b"theirs"))
    other.close()
    entry = outbox.entry("mine")
    assert entry is not None
    with pytest.raises(ChainFault, match="took its nonce 0"):
        outbox.wait(entry)
    outbox.wait(outbox.submit(Request("mine", account, RECEIVER, b"mine")))
    assert [data for *_, data in chain.blocks] == [b"theirs", b"mine"]


def test_what_a_transaction_was_signed_upon_comes_before_it_in_a_replay(database: Database, keys: KeyRing) -> None:
    chain = MemoryChain()
    outbox = Outbox(database, chain, window=8, stall=0.01)
    for number in range(20):
        outbox.wait(outbox.submit(Request(f"{number}", keys.account(f"{number % 4}"), RECEIVER, bytes([number]))))
    before = [data for *_, data in chain.blocks]
    chain.forget(20)
    outbox.replay()
    assert [data for *_, data in chain.blocks] == before
