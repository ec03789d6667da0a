"""A data directory: locked, faithful to its chain, and alive after any crash."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from hanse.errors import ChainFault, EnvironmentFault, InputError
from hanse.ledger.chain import Unreachable
from hanse.ledger.founding import FUNDER_VARIABLE
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import open_ledger
from tests.ledger.conftest import RICH_KEY, rich_address

COUNT = 40

WORKER = """
import sys
from pathlib import Path
from hanse.ledger.store import open_ledger
with open_ledger(Path(sys.argv[1])) as ledger:
    print("open", flush=True)
    league = ledger.league
    with ledger.batch(lambda done, total: print(done, flush=True)):
        for number in range(int(sys.argv[2])):
            league.mint(league.address(f"member:{number % 5}"), 1, key=f"mint {number}")
    print("end", flush=True)
"""


def start_worker(data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WORKER, str(data), str(COUNT)], stdout=subprocess.PIPE, text=True)


def test_a_directory_opened_again_is_the_same_league(tmp_path: Path) -> None:
    with open_ledger(tmp_path, name="Lübeck") as ledger:
        league = ledger.league.addresses
        ledger.league.mint(ledger.league.address("shop"), 7, key="mint").wait()
        transactions = ledger.transactions
        content = ledger.content.put(b"kept")
    with open_ledger(tmp_path) as ledger:
        assert (ledger.league.name, ledger.league.addresses) == ("Lübeck", league)
        assert ledger.league.balance(ledger.league.address("shop")) == 7
        assert (ledger.transactions, ledger.outbox.pending()) == (transactions, 0)
        assert ledger.gas > 0
        assert ledger.content.get(content) == b"kept"


def test_a_second_process_is_refused_with_the_number_of_the_first(tmp_path: Path) -> None:
    worker = start_worker(tmp_path)
    assert worker.stdout is not None
    try:
        assert worker.stdout.readline() == "open\n"
        with pytest.raises(EnvironmentFault, match=f"in use by process {worker.pid}\\n"), open_ledger(tmp_path):
            pass
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()
    with open_ledger(tmp_path) as ledger:  # the lock died with its holder
        assert ledger.outbox.pending() == 0


@pytest.mark.parametrize("killed_at", ["1", "17", "33"])
def test_a_program_killed_while_it_submits_goes_on_when_run_again(tmp_path: Path, killed_at: str) -> None:
    worker = start_worker(tmp_path)
    assert worker.stdout is not None
    for line in worker.stdout:
        if line.strip() == killed_at:
            worker.kill()
            break
    worker.wait()
    worker.stdout.close()
    again = start_worker(tmp_path)
    output, _ = again.communicate(timeout=60)
    assert output.split()[-1] == "end"
    with open_ledger(tmp_path) as ledger:
        balances = [ledger.league.balance(ledger.league.address(f"member:{number}")) for number in range(5)]
        assert balances == [COUNT // 5] * 5
        assert ledger.outbox.count("mint") == COUNT
        assert len(ledger.sync().transfers()) == COUNT


def test_a_program_killed_while_it_founds_the_league_founds_it_once(tmp_path: Path) -> None:
    for delay in (0.7, 0.9, 1.1):
        worker = start_worker(tmp_path)
        time.sleep(delay)
        worker.kill()
        worker.wait()
        assert worker.stdout is not None
        worker.stdout.close()
    with open_ledger(tmp_path) as ledger:
        assert ledger.outbox.count("league/deploy/") == 19
        assert ledger.outbox.count("league/grant/") == 16
        assert ledger.outbox.count("league/appoint/") == 1
        assert ledger.outbox.count("league/follow/") == 3
        assert ledger.outbox.count("league/found/") == 1


def test_a_lost_and_a_cut_off_state_are_made_good_by_the_outbox(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.league.mint(ledger.league.address("shop"), 7, key="mint").wait()
        league = ledger.league.addresses
    state = tmp_path / "chain" / "state.json"
    state.write_bytes(state.read_bytes()[:1000])
    (tmp_path / "chain" / "state.previous.json").unlink(missing_ok=True)
    for path in (tmp_path / "chain" / "genesis.json", tmp_path / "chain" / "state.json"):
        with open_ledger(tmp_path) as ledger:
            assert ledger.league.addresses == league
            assert ledger.league.balance(ledger.league.address("shop")) == 7
            assert len(ledger.index.transfers()) == 1
        path.unlink()


def test_without_a_league_nothing_is_made_for_a_reader(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(EnvironmentFault, match="no league"), open_ledger(tmp_path / "none", create=False):
            pass
    assert list(tmp_path.iterdir()) == []
    with open_ledger(tmp_path):
        pass
    with open_ledger(tmp_path, create=False) as ledger:
        assert ledger.league.name == "Hanse"


def test_a_league_on_a_strangers_chain_is_paid_by_the_funder(
    tmp_path: Path, foreign_chain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FUNDER_VARIABLE, RICH_KEY)
    with open_ledger(tmp_path / "one", foreign_chain) as ledger:
        assert (ledger.chain_id, (ledger.chain.base_fee() or 0) > 0) == (31337, True)
        with ledger.batch():
            for number in range(10):
                ledger.league.mint(ledger.league.address("shop"), 1, key=f"mint {number}")
        assert ledger.league.balance(ledger.league.address("shop")) == 10
        assert ledger.chain.balance(ledger.league.address("treasury")) > 0
        assert 1 <= ledger.outbox.count(f"fund/{ledger.league.address('treasury')}/") <= 3
        league = ledger.league.addresses
    with open_ledger(tmp_path / "one", foreign_chain) as ledger:
        assert ledger.league.addresses == league
    # Somebody else joins by the address alone, reads, and is refused what it has no right to.
    with open_ledger(tmp_path / "two", foreign_chain, league=league.league) as ledger:
        assert ledger.league.addresses == league
        assert len(ledger.index.transfers()) == 10
        with pytest.raises(ChainFault, match="MINTER_ROLE"):
            ledger.league.mint(ledger.league.address("thief"), 1, key="theft")
    with (
        pytest.raises(ChainFault, match=league.league),
        open_ledger(tmp_path / "two", foreign_chain, league="0x" + "11" * 20),
    ):
        pass


def test_a_funder_may_be_named_by_a_file(tmp_path: Path, foreign_chain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FUNDER_VARIABLE, raising=False)
    file = tmp_path / "funder"
    file.write_text(RICH_KEY + "\n")
    with open_ledger(tmp_path / "data", foreign_chain, funder_key_file=file) as ledger:
        assert ledger.chain.nonce(rich_address()) > 0
    with pytest.raises(EnvironmentFault, match="cannot be read"):  # noqa: SIM117 - the second only opens
        with open_ledger(tmp_path / "other", foreign_chain, funder_key_file=tmp_path / "missing"):
            pass


def test_gas_without_a_funder_is_refused_with_what_to_do(
    tmp_path: Path, foreign_chain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FUNDER_VARIABLE, raising=False)
    with (
        pytest.raises(EnvironmentFault, match=r"needs .* coins for gas") as caught,
        open_ledger(tmp_path, foreign_chain),
    ):
        pass
    assert FUNDER_VARIABLE in caught.value.hint
    monkeypatch.setenv(FUNDER_VARIABLE, "0x" + "01" * 32)  # a key without coins
    with pytest.raises(ChainFault, match="funder itself runs short"), open_ledger(tmp_path, foreign_chain):
        pass
    monkeypatch.setenv(FUNDER_VARIABLE, "not a key")
    with pytest.raises(InputError), open_ledger(tmp_path, foreign_chain):
        pass
    monkeypatch.setenv(FUNDER_VARIABLE, RICH_KEY)
    with open_ledger(tmp_path, foreign_chain) as ledger:  # and what was begun goes on
        assert ledger.outbox.pending() == 0


def test_data_of_one_chain_is_not_mixed_with_another(
    tmp_path: Path, foreign_chain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FUNDER_VARIABLE, RICH_KEY)
    with open_ledger(tmp_path / "own"):
        pass
    with (
        pytest.raises(ChainFault, match="belongs to chain 4219, but chain 31337"),
        open_ledger(tmp_path / "own", foreign_chain),
    ):
        pass
    with open_ledger(tmp_path / "foreign", foreign_chain):
        pass
    with pytest.raises(ChainFault, match="belongs to chain 31337, but chain 4219"), open_ledger(tmp_path / "foreign"):
        pass
    # The same number, another first block: a development chain that was started anew.
    chain = RpcChain(foreign_chain)
    chain._ask("anvil_reset", [])
    chain._ask("anvil_setTime", [1])
    with (
        pytest.raises(ChainFault, match=r"first block 0x.*first block 0x"),
        open_ledger(tmp_path / "foreign", foreign_chain),
    ):
        pass


def test_an_unreachable_chain_leaves_the_directory_free(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(Unreachable, match="does not answer"), open_ledger(tmp_path, "http://127.0.0.1:9"):
            pass


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(EnvironmentFault, match="cannot be used"), open_ledger(tmp_path / "data"):
        pass
