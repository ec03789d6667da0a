"""A desk takes what a service is asked for while the chain is slow, silent or dead, and a wallet's signature for what
it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from hanse.errors import ChainFault, InputError
from hanse.ledger.chain import Reverted, Unreachable
from hanse.ledger.database import Database
from hanse.ledger.delivery import REFUSED_SECONDS
from hanse.ledger.desk import BLIND_GAS, Desk, Draft, Wanted
from hanse.ledger.outbox import Outbox
from hanse.ledger.signing import Fees, opened, sign
from tests.ledger.memory import REFUSED, MemoryChain

TARGET = "0x" + "11" * 20
ADA: LocalAccount = Account.from_key("0x" + "01" * 32)
BOB: LocalAccount = Account.from_key("0x" + "02" * 32)


class Moody(MemoryChain):
    """A chain that may be silent, or refuse what one account sends."""

    silent = False
    against = ""

    def nonce(self, address: str, block: int | None = None) -> int:
        if self.silent:
            raise Unreachable("silent")
        return super().nonce(address, block)

    def estimate(self, call: object) -> int:
        if self.silent:
            raise Unreachable("silent")
        return super().estimate(call)  # type: ignore[arg-type]

    def send_raw(self, raw: bytes) -> None:
        if opened(raw).sender == self.against:
            raise ChainFault("insufficient funds")
        super().send_raw(raw)


class Office:
    """A chain, an outbox that delivers, and a desk with a connection of its own."""

    def __init__(self, database: Database) -> None:
        self.chain = Moody()
        self.ledger, self.writing = database, database.another()
        self.outbox = Outbox(self.ledger, self.chain)
        self.desk = Desk(self.writing, lambda: self.chain, self.chain.chain_id())

    def take(self, account: LocalAccount, key: str, data: bytes = b"hello") -> None:
        self.desk.store(account, self.desk.draft(account.address, [Wanted(TARGET, data)]), [key])

    def deliver(self) -> None:
        while self.outbox.deliver():
            pass


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    made = Office(database)
    yield made
    made.writing.close()


def test_what_is_taken_is_delivered_in_its_order(office: Office) -> None:
    for i in range(3):
        office.take(ADA, f"a/{i}")
        office.take(BOB, f"b/{i}")
    assert office.chain.height() == 0
    office.deliver()
    found = [office.outbox.entry(f"{who}/{i}") for i in range(3) for who in "ab"]
    assert [one.block for one in found if one is not None] == [1, 2, 3, 4, 5, 6]


def test_steps_of_one_action_are_stored_together_or_not_at_all(office: Office) -> None:
    office.take(ADA, "a/0")
    drafts = office.desk.draft(ADA.address, [Wanted(TARGET, b"1"), Wanted(TARGET, b"2", gas=50_000)])
    with pytest.raises(Exception, match=r"(?i)unique"):
        office.desk.store(ADA, drafts, ["b/0", "a/0"])  # the second key is taken
    assert office.outbox.entry("b/0") is None
    office.desk.store(ADA, drafts, ["b/0", "b/1"])
    office.deliver()
    entries = [office.outbox.entry(key) for key in ("a/0", "b/0", "b/1")]
    assert [one.nonce for one in entries if one is not None] == [0, 1, 2]


def test_a_silent_chain_keeps_nobody_from_being_heard(office: Office) -> None:
    office.take(ADA, "a/0")
    office.chain.silent = True
    office.take(ADA, "a/1")
    entry = office.outbox.entry("a/1")
    assert entry is not None
    assert (entry.nonce, entry.gas_limit) == (1, BLIND_GAS)
    with pytest.raises(Unreachable):
        office.take(BOB, "b/0")  # what Bob sent elsewhere nobody here knows
    office.chain.silent = False
    office.deliver()
    assert office.chain.height() == 2


def test_a_refusal_is_heard_at_once_unless_something_in_flight_may_change_it(office: Office) -> None:
    with pytest.raises(Reverted):
        office.take(ADA, "a/0", REFUSED)
    office.take(ADA, "a/1")
    office.take(ADA, "a/2", REFUSED)  # perhaps it will not be refused after the one before
    office.deliver()
    entry = office.outbox.entry("a/2")
    assert entry is not None
    assert entry.failed


def test_a_refusal_by_a_block_that_replaced_what_it_needs_is_not_believed(office: Office) -> None:
    office.take(ADA, "a/0")
    office.deliver()
    with pytest.raises(Reverted):
        office.take(ADA, "a/1", REFUSED)  # the block of a/0 is there
    office.chain.forget(1)
    office.take(ADA, "a/1", REFUSED)
    office.take(BOB, "b/0", REFUSED)  # perhaps what it needs is another's
    office.outbox.doubt()
    office.deliver()
    found = [office.outbox.entry(key) for key in ("a/0", "a/1", "b/0")]
    assert [one is not None and one.failed for one in found] == [False, True, True]


@pytest.mark.parametrize("after", [1, 2])
def test_what_must_wait_for_a_block_to_pass_is_refused_only_in_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """A network answers as if what it is asked for were in its newest block: there it is too early."""

    def estimate(_: object) -> int:
        if office.chain.height() <= after:
            raise Reverted("the contract refused: too early", b"")
        return 60_000

    monkeypatch.setattr(office.chain, "forgets", False)
    monkeypatch.setattr("time.sleep", lambda _: office.chain.blocks.append(("0xempty", "nobody", 0, b"")))
    office.take(ADA, "a/0")
    office.deliver()
    assert office.chain.height() == 1
    monkeypatch.setattr(office.chain, "estimate", estimate)
    if after == 1:
        office.take(ADA, "a/1")
        assert office.chain.height() == 2
    else:
        with pytest.raises(Reverted):
            office.take(ADA, "a/1")


def test_one_sender_that_the_chain_refuses_does_not_stop_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.chain.against = ADA.address
    office.take(ADA, "a/0")
    office.take(ADA, "a/1")
    office.take(BOB, "b/0")
    office.deliver()
    assert office.outbox.entry("b/0").block == 1  # type: ignore[union-attr]
    assert office.outbox.entry("a/0").pending  # type: ignore[union-attr]
    # In the end it fails, with all that was signed upon it, and its numbers are free again.
    monkeypatch.setattr("hanse.ledger.delivery.REFUSED_SECONDS", 0.0)
    assert REFUSED_SECONDS > 0
    office.deliver()
    for key in ("a/0", "a/1"):
        entry = office.outbox.entry(key)
        assert entry is not None
        assert entry.failed
        assert "insufficient funds" in entry.reason
    office.chain.against = ""
    office.take(ADA, "a/2")
    office.deliver()
    assert office.outbox.entry("a/2").block is not None  # type: ignore[union-attr]


def test_a_wallet_brings_exactly_what_it_was_handed(office: Office) -> None:
    [draft] = office.desk.draft(ADA.address, [Wanted(TARGET, b"hello")])
    lies = {
        "another sender": signed(BOB, draft),
        "another receiver": signed(ADA, draft, to="0x" + "22" * 20),
        "money": signed(ADA, draft, value=1),
        "other data": signed(ADA, draft, data=b"goodbye"),
        "another chain": signed(ADA, draft, chain_id=8),
        "another number": signed(ADA, draft, nonce=draft.nonce + 1),
        "less gas": signed(ADA, draft, gas=draft.gas - 1),
        "rubbish": b"\x02\xff",
        "nothing": b"",
    }
    for lie, raw in lies.items():
        with pytest.raises(InputError):
            office.desk.store_signed(ADA.address, [draft], [raw], ["signed/0"], lambda: True)
        assert office.outbox.entry("signed/0") is None, lie
    office.desk.store_signed(ADA.address, [draft], [signed(ADA, draft)], ["signed/0"], lambda: False)
    assert office.outbox.entry("signed/0") is None  # somebody was faster
    office.desk.store_signed(ADA.address, [draft], [signed(ADA, draft)], ["signed/0"], lambda: True)
    office.deliver()
    assert office.chain.height() == 1


def test_both_kinds_of_signed_transactions_are_read(office: Office) -> None:
    [draft] = office.desk.draft(ADA.address, [Wanted(TARGET, b"hello")])
    for fees in (Fees(5, 1), Fees(5, None)):
        said = opened(signed(ADA, draft, fees=fees))
        assert (said.sender, said.chain_id, said.to, said.data) == (ADA.address, 7, TARGET, b"hello")
        assert (said.nonce, said.gas, said.most, said.value) == (draft.nonce, draft.gas, 5, 0)


def test_a_wallet_that_waited_too_long_signs_anew(office: Office) -> None:
    [draft] = office.desk.draft(ADA.address, [Wanted(TARGET, b"hello")])
    office.take(ADA, "a/0")
    with pytest.raises(InputError, match="came between"):
        office.desk.store_signed(ADA.address, [draft], [signed(ADA, draft)], ["signed/0"], lambda: True)


def signed(account: LocalAccount, draft: Draft, **other: object) -> bytes:
    """The draft as `account` signs it, but for what is `other`."""
    said = {"chain_id": 7, "nonce": draft.nonce, "gas": draft.gas, "to": draft.to, "value": 0, "data": draft.data}
    return sign(account, **{**said, "fees": draft.fees, **other})[0]  # type: ignore[arg-type]
