"""A fork holds all of a league but its keys, and nothing that is done to it reaches the league."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from eth_account import Account

from hanse.errors import ChainFault, InputError
from hanse.lab.fork import CHAIN_ID, Fork, ForkChain, bench, fork, read_fork
from hanse.ledger.content import ContentStore
from hanse.ledger.contracts import contract
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.keys import KeyRing
from hanse.ledger.league import COORDINATOR, TREASURY
from hanse.ledger.signing import Fees, sign
from hanse.ledger.store import Ledger, open_ledger
from tests.lab.live import ORDERS, prints, rows, settle_down
from tests.postgres import Server


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A league at work: its directory is locked, its chain runs and its outbox is not empty."""
    with open_ledger(tmp_path_factory.mktemp("league") / "live") as ledger:
        settle_down(ledger)
        ledger.database.write("INSERT INTO api_sessions VALUES ('a session of somebody', '0x0', 0)")
        yield ledger


@pytest.fixture(scope="module")
def copy(live: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Fork:
    """Made while the league is at work."""
    return fork(live.data, tmp_path_factory.mktemp("laboratory") / "fork")


def test_a_fork_of_a_league_at_work_holds_its_orders_blocks_and_contents(
    live: Ledger, copy: Fork, tmp_path: Path
) -> None:
    assert read_fork(copy.directory) == copy
    with bench(copy, tmp_path) as ready, ready.run() as ledger:
        assert ledger.index.orders() == live.index.orders()
        assert len(ledger.index.orders()) == ORDERS
        assert ledger.league.head() == live.league.head()
        assert ledger.league.balance(ledger.league.addresses.orders) == ORDERS * 1_000
        name = live.index.blocks()[0].evidence
        assert ready.contents().get(name) == live.content.get(name)


def test_what_the_saved_chain_lacks_is_sent_again_to_the_copy_alone(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "live") as ledger:
        assert isinstance(ledger.chain, EmbeddedChain)
        ledger.chain.save()
        ledger.league.mint(ledger.league.address("customer/late"), 77, key="late").wait()
        before = ledger.chain.height()
        made = fork(tmp_path / "live", tmp_path / "fork")
        assert not made.fresh
        assert ledger.chain.height() == before
        (tmp_path / "home").mkdir()
        with bench(made, tmp_path / "home") as ready, ready.run() as copied:
            assert copied.league.balance(ledger.league.address("customer/late")) == 77


def test_whatever_is_done_to_a_fork_the_league_stays_as_it_was(live: Ledger, copy: Fork, tmp_path: Path) -> None:
    height, head, before = live.chain.height(), live.chain.block(live.chain.height()), rows(live)
    contents, made = prints(live.data / "content"), prints(copy.directory)
    with bench(copy, tmp_path) as ready, ready.run() as ledger:
        ledger.league.mint(ledger.league.address("customer/0"), 5, key="money").wait()
        token, words = live.league.addresses.token, (live.league.address(TREASURY), 5)
        ready.chain.act_as(live.league.address(COORDINATOR), token, contract("LeagueToken").encode("approve", *words))
        ledger.content.put(b"made in the laboratory")
    assert (live.chain.height(), live.chain.block(height)) == (height, head)
    assert rows(live) == before
    assert prints(live.data / "content") == contents
    assert prints(copy.directory) == made


def test_nothing_that_could_sign_for_the_league_is_in_a_fork(live: Ledger, copy: Fork) -> None:
    secret = (live.data / "secret").read_text().strip()
    held = b"".join(path.read_bytes() for path in copy.directory.rglob("*") if path.is_file())
    assert secret.encode() not in held
    assert bytes.fromhex(secret) not in held
    assert b"a session of somebody" not in held
    assert KeyRing(copy.directory / "secret").address(TREASURY) != live.league.address(TREASURY)
    with closing(sqlite3.connect(copy.directory / "ledger.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    raw = bytes(live.database.row("SELECT raw FROM outbox ORDER BY sequence DESC LIMIT 1")[0])
    assert raw not in held


def test_keys_of_a_fork_hold_no_office_in_the_league(live: Ledger, copy: Fork) -> None:
    own = KeyRing(copy.directory / "secret")
    holders = {row.account for row in live.sync().rights()}
    assert not holders & {own.address(role) for role in (TREASURY, COORDINATOR, "admin", "notary", "arbiter")}


def test_a_transaction_of_the_fork_means_nothing_to_the_league_and_the_other_way_round(
    live: Ledger, copy: Fork, tmp_path: Path
) -> None:
    account, token = Account.create(), live.league.addresses.token
    ours, theirs = (
        sign(account, chain_id=one, nonce=0, gas=60_000, to=token, value=0, data=b"", fees=Fees(0, 0))[0]
        for one in (CHAIN_ID, live.chain_id)
    )
    with closing(ForkChain(tmp_path / "anvil.log", state=copy.state)) as chain:
        assert chain.chain_id() == CHAIN_ID != live.chain_id
        with pytest.raises(ChainFault, match="chain"):
            live.chain.send_raw(ours)
        with pytest.raises(ChainFault, match="chain"):
            chain.send_raw(theirs)


def test_every_run_begins_from_the_same_block_and_what_it_did_is_gone(copy: Fork, tmp_path: Path) -> None:
    heads = []
    with bench(copy, tmp_path) as ready:
        for _ in range(2):
            with ready.run() as ledger:
                customer = ledger.league.address("customer/new")
                assert ledger.league.balance(customer) == 0
                ready.chain.jump(ready.chain.head().timestamp + 1_000)
                ledger.league.mint(customer, 5, key="money").wait()
                heads.append(ready.chain.head())
    assert heads[0] == heads[1]


def test_time_of_a_fork_goes_on_by_a_second_a_block_from_the_league_s(copy: Fork, tmp_path: Path) -> None:
    with closing(ForkChain(tmp_path / "anvil.log", state=copy.state)) as chain:
        begun = chain.head()
        assert begun.timestamp == copy.time
        chain.jump(copy.time - 5)  # no way back
        assert chain.head() == begun
        chain.jump(copy.time + 500)
        assert chain.head().timestamp == copy.time + 500


def test_a_league_on_somebody_else_s_chain_is_forked_at_a_block_and_only_asked(
    tmp_path: Path, other_chain: str, funder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANSE_FUNDER_KEY", funder)
    with open_ledger(tmp_path / "live", other_chain) as live:
        settle_down(live)
        made = fork(tmp_path / "live", tmp_path / "fork", chain_url=other_chain)
        live.league.mint(live.league.address("customer/0"), 9, key="after the fork").wait()
        height, before = live.chain.height(), rows(live)
        (tmp_path / "home").mkdir()
        with bench(made, tmp_path / "home") as ready, ready.run() as ledger:
            assert len(ledger.sync().orders()) == ORDERS
            assert ledger.league.balance(live.league.address("customer/0")) == 0
            ledger.league.mint(live.league.address("customer/0"), 5, key="money").wait()
        assert live.chain.height() == height
        assert rows(live) == before
        assert live.league.balance(live.league.address("customer/0")) == 9


def test_a_league_in_postgresql_is_forked_into_a_file_and_only_read(tmp_path: Path, postgres: Server) -> None:
    with open_ledger(tmp_path / "live", db=str(postgres.database())) as live:
        settle_down(live)
        before = live.database.rows("SELECT * FROM outbox ORDER BY sequence")
        made = fork(tmp_path / "live", tmp_path / "fork")
        assert live.database.rows("SELECT * FROM outbox ORDER BY sequence") == before
        (tmp_path / "home").mkdir()
        with bench(made, tmp_path / "home") as ready, ready.run() as ledger:
            assert ledger.sync().orders() == live.index.orders()
        live.league.mint(live.league.address("customer/0"), 1, key="it is still ours").wait()


def test_without_a_league_or_with_something_in_the_way_nothing_is_made(
    live: Ledger, copy: Fork, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no league"):
        fork(tmp_path / "nowhere", tmp_path / "fork")
    with pytest.raises(InputError, match="something here"):
        fork(live.data, copy.directory)
    with pytest.raises(InputError, match="inside the league"):
        fork(live.data, live.data / "fork")
    with pytest.raises(InputError, match="no fork here"):
        read_fork(live.data)
    assert list(tmp_path.iterdir()) == []


def test_a_fork_of_the_wrong_chain_is_refused_and_leaves_nothing(
    live: Ledger, tmp_path: Path, other_chain: str
) -> None:
    with pytest.raises(ChainFault, match="another chain"):
        fork(live.data, tmp_path / "fork", chain_url=other_chain)
    assert list(tmp_path.iterdir()) == []


def test_contents_of_a_fork_are_copies(live: Ledger, copy: Fork) -> None:
    name = live.index.blocks()[0].evidence
    path = ContentStore(copy.directory / "content")._path(name)
    assert path.stat().st_ino != live.content._path(name).stat().st_ino
