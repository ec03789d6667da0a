"""The outbox over a real chain: keys, refusals, and a chain that is killed underneath."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hanse.errors import EnvironmentFault, InputError
from hanse.ledger.chain import Reverted
from hanse.ledger.contracts import contract
from hanse.ledger.database import Database
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.entries import Request
from hanse.ledger.keys import KeyRing
from hanse.ledger.outbox import Outbox
from hanse.ledger.signing import created_address
from hanse.ledger.sqlite import SqliteDatabase
from tests.ledger.conftest import kill

RECEIVER = "0x" + "11" * 20


def plain(keys: KeyRing, number: int, role: str = "customer") -> Request:
    """A transaction that only leaves a trace."""
    return Request(f"plain {number}", keys.account(role), RECEIVER, number.to_bytes(4))


def arrived(chain: EmbeddedChain) -> list[bytes]:
    """The data of all transactions on the chain, in its order."""
    found = []
    for number in range(1, chain.height() + 1):
        block = chain._ask("eth_getBlockByNumber", [hex(number), True])
        found += [bytes.fromhex(one["input"][2:]) for one in block["transactions"]]
    return found


def wait_for_all(outbox: Outbox) -> None:
    outbox.settle()
    assert outbox.pending() == 0


def registry(outbox: Outbox, keys: KeyRing) -> str:
    admin = keys.account("admin")
    data = contract("MemberRegistry").creation(admin.address)
    return str(outbox.wait(outbox.submit(Request("registry", admin, None, data))).contract)


def test_a_transaction_arrives_and_says_what_it_took(outbox: Outbox, chain: EmbeddedChain, keys: KeyRing) -> None:
    receipt = outbox.wait(outbox.submit(plain(keys, 1)))
    entry = outbox.entry("plain 1")
    assert receipt.ok
    assert entry is not None
    assert (entry.block, entry.gas_used, entry.pending) == (1, receipt.gas, False)
    assert (outbox.count(), outbox.count("plain"), outbox.count("fund"), outbox.gas()) == (1, 1, 0, receipt.gas)
    assert arrived(chain) == [(1).to_bytes(4)]


def test_the_same_key_again_signs_nothing(outbox: Outbox, chain: EmbeddedChain, keys: KeyRing) -> None:
    first = outbox.submit(plain(keys, 1))
    assert outbox.submit(plain(keys, 1)).hash == first.hash
    wait_for_all(outbox)
    again = outbox.submit(plain(keys, 1))
    assert (again.sequence, again.hash) == (first.sequence, first.hash)
    assert len(arrived(chain)) == 1


@pytest.mark.parametrize("change", ["data", "sender", "receiver", "value"])
def test_the_same_key_for_something_else_is_refused(
    outbox: Outbox, chain: EmbeddedChain, keys: KeyRing, change: str
) -> None:
    outbox.submit(plain(keys, 1))
    account, other = keys.account("customer"), keys.account("other")
    changed = {
        "data": Request("plain 1", account, RECEIVER, b"else"),
        "sender": Request("plain 1", other, RECEIVER, (1).to_bytes(4)),
        "receiver": Request("plain 1", account, "0x" + "22" * 20, (1).to_bytes(4)),
        "value": Request("plain 1", account, RECEIVER, (1).to_bytes(4), value=1),
    }
    with pytest.raises(InputError, match="different transaction") as caught:
        outbox.submit(changed[change])
    assert "plain 1" in caught.value.where
    wait_for_all(outbox)
    assert len(arrived(chain)) == 1


def test_a_transaction_without_a_key_is_refused(keys: KeyRing) -> None:
    with pytest.raises(InputError):
        Request("", keys.account("a"), RECEIVER, b"")


def test_many_senders_have_nonces_without_gaps(outbox: Outbox, chain: EmbeddedChain, keys: KeyRing) -> None:
    with outbox.batch():
        for number in range(60):
            outbox.submit(plain(keys, number, f"role {number % 3}"))
    for role in range(3):
        address = keys.address(f"role {role}")
        nonces = [entry.nonce for entry in outbox.entries() if entry.sender == address]
        assert nonces == list(range(20))
        assert chain.nonce(address) == 20
    assert arrived(chain) == [number.to_bytes(4) for number in range(60)]


def test_a_batch_reports_every_step_and_ends_complete(outbox: Outbox, keys: KeyRing) -> None:
    seen: list[tuple[int, int]] = []
    with outbox.batch(lambda done, total: seen.append((done, total)), total=40):
        for number in range(40):
            outbox.submit(plain(keys, number))
    assert seen[-1] == (40, 40)
    assert all(total == 40 for _, total in seen)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    seen.clear()
    with outbox.batch(lambda done, total: seen.append((done, total))):
        outbox.submit(plain(keys, 1))
    assert seen[-1] == (1, 1)


def test_a_refusal_is_heard_before_anything_is_signed(outbox: Outbox, keys: KeyRing) -> None:
    address = registry(outbox, keys)
    data = contract("MemberRegistry").encode("register", 0, bytes(32))
    with pytest.raises(Reverted, match=r"no services \(NoServices\)") as caught:
        outbox.submit(Request("claim nothing", keys.account("member"), address, data))
    assert "claim nothing" in caught.value.where
    assert outbox.entry("claim nothing") is None


def test_a_refusal_in_a_block_fails_the_entry_in_words_and_frees_the_key(outbox: Outbox, keys: KeyRing) -> None:
    address = registry(outbox, keys)
    member = keys.account("member")
    nothing = contract("MemberRegistry").encode("register", 0, bytes(32))
    something = contract("MemberRegistry").encode("register", 1, bytes(32))
    failed = outbox.submit(Request("claim", member, address, nothing, gas=200_000))
    with pytest.raises(Reverted, match="NoServices"):
        outbox.wait(failed)
    retried = outbox.submit(Request("claim", member, address, something))
    assert outbox.wait(retried).ok
    assert retried.nonce == failed.nonce + 1
    entry = outbox.entry("claim")
    assert entry is not None
    assert not entry.failed


def test_running_out_of_gas_is_named(outbox: Outbox, keys: KeyRing) -> None:
    address = registry(outbox, keys)
    data = contract("MemberRegistry").encode("register", 1, bytes(32))
    with pytest.raises(Reverted, match="ran out of its 30000 gas"):
        outbox.wait(outbox.submit(Request("claim", keys.account("member"), address, data, gas=30_000)))


def test_a_batch_raises_what_failed_in_it_after_the_rest_arrived(outbox: Outbox, keys: KeyRing) -> None:
    address = registry(outbox, keys)
    nothing = contract("MemberRegistry").encode("register", 0, bytes(32))
    batch = outbox.batch()
    batch.__enter__()
    outbox.submit(Request("claim", keys.account("member"), address, nothing, gas=200_000))
    outbox.submit(plain(keys, 1))
    with pytest.raises(Reverted, match="NoServices"):
        batch.__exit__(None, None, None)
    entry = outbox.entry("plain 1")
    assert entry is not None
    assert entry.block is not None


def test_what_depends_on_something_in_flight_waits_for_it(outbox: Outbox, keys: KeyRing) -> None:
    admin, member = keys.account("admin"), keys.account("member")
    registering = contract("MemberRegistry")
    with outbox.batch():
        entry = outbox.submit(Request("registry", admin, None, registering.creation(admin.address)))
        address = "0x" + created_address(entry.sender, entry.nonce).hex()
        outbox.submit(Request("claim", member, address, registering.encode("register", 1, bytes(32))))
        # Refused unless the claim before it is in a block.
        outbox.submit(Request("update", member, address, registering.encode("update", 2, bytes(32))))
    answer = outbox.entry("update")
    assert answer is not None
    assert not answer.failed


@pytest.mark.parametrize("when", ["between sends", "with everything forgotten", "during the wait"])
def test_a_killed_chain_loses_nothing_and_doubles_nothing(
    outbox: Outbox, chain: EmbeddedChain, keys: KeyRing, when: str
) -> None:
    with outbox.batch():
        for number in range(20):
            outbox.submit(plain(keys, number))
    if when != "with everything forgotten":
        chain.save()
    with outbox.batch():
        for number in range(20, 60):
            if when != "during the wait" and number in (30, 45):
                kill(chain.process_id)
            outbox.submit(plain(keys, number))
        if when == "during the wait":
            threading.Timer(0.01, kill, (chain.process_id,)).start()
    wait_for_all(outbox)
    outbox.replay()
    assert arrived(chain) == [number.to_bytes(4) for number in range(60)]
    assert all(outbox.wait(entry).ok for entry in outbox.entries())


def test_reads_after_a_crash_see_what_was_recorded_before_it(
    outbox: Outbox, chain: EmbeddedChain, keys: KeyRing
) -> None:
    address = registry(outbox, keys)
    kill(chain.process_id)
    assert chain.code(address) != b""


def test_a_failed_attempt_is_repeated_in_its_place_so_that_nonces_fit(
    outbox: Outbox, chain: EmbeddedChain, keys: KeyRing
) -> None:
    address = registry(outbox, keys)
    member = keys.account("member")
    encode = contract("MemberRegistry").encode
    failing = Request("claim", member, address, encode("register", 0, bytes(32)), gas=200_000)
    with pytest.raises(Reverted):
        outbox.wait(outbox.submit(failing))
    outbox.wait(outbox.submit(Request("claim", member, address, encode("register", 3, bytes(32)))))
    kill(chain.process_id)
    outbox.replay()
    assert chain.nonce(member.address) == 2
    assert [(entry.failed, entry.block is not None) for entry in outbox.entries()] == [
        (False, True),
        (True, True),
        (False, True),
    ]


def test_a_chain_that_answers_but_no_longer_mines_is_replaced(
    chain: EmbeddedChain, database: Database, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse.ledger.delivery.NUDGE_SECONDS", 0.2)
    nudged = Outbox(database, chain, nudge=chain.restart, stall=0.05)
    nudged.wait(nudged.submit(plain(keys, 1)))
    chain._ask("evm_setAutomine", [False])
    assert nudged.wait(nudged.submit(plain(keys, 2))).ok
    assert chain.starts >= 2  # on a busy machine the new one may be thought stuck as well
    assert arrived(chain) == [(1).to_bytes(4), (2).to_bytes(4)]


def test_threads_share_an_outbox(outbox: Outbox, chain: EmbeddedChain, keys: KeyRing) -> None:
    def work(role: int) -> None:
        for number in range(10):
            outbox.wait(outbox.submit(plain(keys, 100 * role + number, f"role {role}")))

    workers = [threading.Thread(target=work, args=(role,)) for role in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    expected = [(100 * role + number).to_bytes(4) for role in range(4) for number in range(10)]
    assert sorted(arrived(chain)) == sorted(expected)


def test_what_the_disk_refuses_is_a_fault_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").write_bytes(b"this is no database, it only has its name" * 50)
    with pytest.raises(EnvironmentFault, match="database refused"):
        SqliteDatabase(tmp_path / "ledger.sqlite3")


def test_many_at_once_are_all_there_in_their_order(outbox: Outbox, keys: KeyRing) -> None:
    at = registry(outbox, keys)
    data = contract("MemberRegistry").encode("register", 1, bytes(32))
    asked = [Request(f"claim {number}", keys.account(f"member {number}"), at, data) for number in range(20)]
    before = outbox.count()
    with outbox.batch():
        made = outbox.submit_all([*asked, asked[3]])
    assert [entry.key for entry in made] == [f"claim {number}" for number in range(20)] + ["claim 3"]
    assert [entry.sequence for entry in made[:20]] == sorted(entry.sequence for entry in made[:20])
    assert outbox.count() == before + 20
    assert [entry.hash for entry in outbox.submit_all(asked)] == [entry.hash for entry in made[:20]]
    assert all(entry.block is not None and not entry.failed for entry in outbox.entries())


def test_of_many_one_that_needs_what_is_before_it_waits_for_that(outbox: Outbox, keys: KeyRing) -> None:
    admin, member, registering = keys.account("admin"), keys.account("member"), contract("MemberRegistry")
    made = Request("registry", admin, None, registering.creation(admin.address))
    at = "0x" + created_address(admin.address, 0).hex()
    claim = Request("claim", member, at, registering.encode("register", 1, bytes(32)))
    update = Request("update", member, at, registering.encode("update", 2, bytes(32)))
    with outbox.batch():
        outbox.submit_all([made, claim, update])
    assert [entry.failed for entry in outbox.entries()] == [False] * 3


def test_of_many_one_that_is_refused_stops_those_after_it_and_none_before(outbox: Outbox, keys: KeyRing) -> None:
    at, registering = registry(outbox, keys), contract("MemberRegistry")
    register, update = registering.encode("register", 1, bytes(32)), registering.encode("update", 2, bytes(32))
    asked = [Request(f"{number}", keys.account(f"{number}"), at, register) for number in range(6)]
    asked[3] = Request("3", keys.account("nobody"), at, update)  # who never registered
    with pytest.raises(Reverted) as caught:
        outbox.submit_all(asked)
    assert caught.value.where.startswith("3")
    wait_for_all(outbox)
    assert [outbox.entry(f"{number}") is not None for number in range(6)] == [True] * 3 + [False] * 3
    assert outbox.pending() == 0


def test_of_many_a_key_that_stands_for_something_else_is_refused(outbox: Outbox, keys: KeyRing) -> None:
    outbox.submit(plain(keys, 1))
    changed = Request("plain 1", keys.account("customer"), RECEIVER, b"else")
    with pytest.raises(InputError, match="different transaction"):
        outbox.submit_all([changed, plain(keys, 2)])
    assert outbox.entry("plain 2") is None
