"""Hanse's own chain: dies, loses files, and comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from eth_account import Account

from hanse.errors import ChainFault, EnvironmentFault
from hanse.ledger import anvil
from hanse.ledger.embedded import CHAIN_ID, EmbeddedChain
from hanse.ledger.rpc import RpcChain
from hanse.ledger.signing import Fees, sign
from tests.ledger.conftest import kill

SENDER = Account.from_key(b"\1" * 32)


def send(chain: RpcChain, count: int = 1) -> None:
    """Sends plain transactions and waits for their blocks."""
    for _ in range(count):
        nonce = chain.nonce(SENDER.address)
        raw, name = sign(
            SENDER, chain_id=CHAIN_ID, nonce=nonce, gas=21_000, to="0x" + "11" * 20, value=0, data=b"", fees=Fees(0, 0)
        )
        chain.send_raw(raw)
        while chain.receipt(name) is None:
            time.sleep(0.002)


def test_it_starts_within_a_second(tmp_path: Path) -> None:
    import web3  # noqa: F401 - reading the library is not what is measured

    begun = time.perf_counter()
    with EmbeddedChain(tmp_path) as chain:
        assert chain.chain_id() == CHAIN_ID
    assert time.perf_counter() - begun < 3  # alone it takes 0.1; a test machine does other things as well


def test_its_state_survives_closing(tmp_path: Path) -> None:
    with EmbeddedChain(tmp_path) as chain:
        send(chain, 3)
        last = chain.block(3)
    with EmbeddedChain(tmp_path) as chain:
        assert chain.height() == 3
        assert chain.block(3) == last
        send(chain)
        assert chain.height() == 4


def test_what_others_sent_survives_closing_and_killing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Solvers know the chain's address; no outbox of ours could send again what they sent."""
    monkeypatch.setattr("hanse.ledger.embedded.SAVE_SECONDS", 0.05)
    monkeypatch.setattr("hanse.ledger.embedded.SAVE_SHARE", 10.0)
    with EmbeddedChain(tmp_path) as chain:
        chain.save()
        send(RpcChain(chain.url, local=True))
        time.sleep(0.1)
        assert chain.height() == 1  # whoever asks now and then saves it
        kill(chain.process_id)
        assert chain.height() == 1
        send(RpcChain(chain.url, local=True))
    with EmbeddedChain(tmp_path) as chain:
        assert chain.height() == 2


def test_its_blocks_bear_the_present_time(chain: EmbeddedChain) -> None:
    send(chain)
    head = chain.block(1)
    assert head is not None
    assert abs(head.timestamp - time.time()) < 5


def test_nobody_has_money_and_nobody_needs_any(chain: EmbeddedChain) -> None:
    assert chain._ask("eth_accounts", []) == []
    assert (chain.balance(SENDER.address), chain.base_fee()) == (0, 0)
    send(chain)
    assert chain.base_fee() == 0


def test_a_killed_chain_is_started_again_by_the_next_question(chain: EmbeddedChain) -> None:
    told: list[int] = []
    chain.revived = lambda: told.append(chain.starts)
    send(chain, 2)
    chain.save()
    send(chain)
    kill(chain.process_id)
    assert chain.height() == 2  # the third came after the last saving
    assert told == [2]


def test_a_chain_that_keeps_dying_is_given_up(tmp_path: Path) -> None:
    with EmbeddedChain(tmp_path) as chain:
        with pytest.raises(ChainFault, match="died 6 times"):  # noqa: PT012 - which of the deaths is the last is counted
            for _ in range(6):
                kill(chain.process_id)
                chain.height()
        assert chain.starts == 6


@pytest.mark.parametrize("damage", ["half", "empty", "other JSON", "wrong content"])
def test_a_damaged_state_falls_back_to_the_copy_before(tmp_path: Path, damage: str) -> None:
    with EmbeddedChain(tmp_path) as chain:
        send(chain, 2)
        chain.save()
        send(chain)
    state = tmp_path / "state.json"
    whole = state.read_bytes()
    broken = {
        "half": whole[: len(whole) // 2],
        "empty": b"",
        "other JSON": b"[1, 2]",
        "wrong content": b'{"blocks": [], "accounts": 7, "best_block_number": "x"}',
    }
    state.write_bytes(broken[damage])
    with EmbeddedChain(tmp_path) as chain:
        assert chain.height() == 2
        send(chain)
    assert (tmp_path / "state.json.damaged").exists()


def test_without_any_whole_state_it_begins_anew_as_the_same_chain(tmp_path: Path) -> None:
    with EmbeddedChain(tmp_path) as chain:
        first = chain.block(0)
        send(chain, 2)
        chain.save()
        send(chain)
    for name in ("state.json", "state.previous.json"):
        (tmp_path / name).write_text("{")
    with EmbeddedChain(tmp_path) as chain:
        assert chain.height() == 0
        assert chain.block(0) == first


def test_the_chain_dies_with_its_owner(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert owner.stdout is not None
    process_id = int(owner.stdout.readline())
    assert anvil._identity(process_id)
    kill_and_reap(owner)
    until = time.monotonic() + 5
    while anvil._identity(process_id) and time.monotonic() < until:
        time.sleep(0.01)
    assert not anvil._identity(process_id)


OWNER = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from hanse.ledger.embedded import EmbeddedChain
chain = EmbeddedChain(Path(sys.argv[1]))
print(chain.process_id, flush=True)
time.sleep(60)
"""


def kill_and_reap(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def test_an_orphan_that_is_ours_is_stopped_by_the_next_start(tmp_path: Path) -> None:
    log = tmp_path / "anvil.log"
    orphan = anvil.spawn(anvil.find_anvil(), ["--port", "0", "--accounts", "0"], log)
    anvil.wait_for_port(orphan, log, 15)
    anvil.remember(orphan, tmp_path / "anvil.pid")
    with EmbeddedChain(tmp_path) as chain:
        assert orphan.wait(5) != 0
        assert chain.process_id != orphan.pid


def test_a_process_that_only_has_the_number_of_our_orphan_is_left_alone(tmp_path: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    file = tmp_path / "anvil.pid"
    try:
        file.write_text(f'{{"pid": {bystander.pid}, "identity": "another start"}}')
        assert not anvil.stop_orphan(file)
        assert bystander.poll() is None
        assert not file.exists()
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pid": "x", "identity": ""}'])
def test_a_damaged_pid_file_is_forgotten(tmp_path: Path, text: str) -> None:
    file = tmp_path / "anvil.pid"
    file.write_text(text)
    assert not anvil.stop_orphan(file)
    assert not file.exists()


def test_a_missing_program_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anvil, "_node_modules", lambda _: [])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFault, match="not installed") as caught:
        anvil.find_anvil(tmp_path)
    assert "npm install" in caught.value.hint


def test_a_program_named_by_the_environment_is_used_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(anvil.VARIABLE, str(anvil.find_anvil()))
    assert anvil.find_anvil(tmp_path).name.startswith("anvil")
    monkeypatch.setenv(anvil.VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(EnvironmentFault, match="no program"):
        anvil.find_anvil()


def test_a_program_that_does_not_start_shows_its_last_words(tmp_path: Path) -> None:
    wrong = tmp_path / "anvil"
    wrong.write_text("#!/bin/sh\necho no such luck\nexit 3\n")
    wrong.chmod(0o755)
    with pytest.raises(ChainFault) as caught:
        EmbeddedChain(tmp_path / "chain", binary=wrong)
    assert "no such luck" in caught.value.hint


def test_a_directory_that_cannot_be_made_is_a_fault_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "chain").write_text("a file")
    with pytest.raises(EnvironmentFault):
        EmbeddedChain(tmp_path / "chain")


def test_a_closed_chain_says_so(tmp_path: Path) -> None:
    chain = EmbeddedChain(tmp_path)
    process_id = chain.process_id
    chain.close()
    chain.close()
    with pytest.raises(ChainFault, match="closed"):
        chain.height()
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


def test_what_it_saves_while_blocks_are_made_is_of_one_moment(tmp_path: Path) -> None:
    """Anvil's dump took the blocks first and the accounts later: a block in between was in the one and not the other,
    and after a restart its transaction could neither be found nor be sent again."""
    with EmbeddedChain(tmp_path) as chain, ThreadPoolExecutor(1) as pool:
        stop = threading.Event()

        def busy() -> None:
            nonce = 0
            while not stop.is_set():
                raw, _ = sign(
                    SENDER,
                    chain_id=CHAIN_ID,
                    nonce=nonce,
                    gas=21_000,
                    to=SENDER.address,
                    value=0,
                    data=b"",
                    fees=Fees(0, 0),
                )
                chain.send_raw(raw)
                nonce += 1

        sending = pool.submit(busy)
        try:
            for _ in range(40):
                chain.save()
                state = json.loads((tmp_path / "state.json").read_bytes())
                account = state["accounts"].get(SENDER.address.lower(), {"nonce": 0})
                assert account["nonce"] == len(state["transactions"])
        finally:
            stop.set()
        sending.result()
