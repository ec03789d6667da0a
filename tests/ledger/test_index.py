"""Read models: new blocks, all blocks, and other blocks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hanse.errors import ChainFault
from hanse.ledger.index import Index
from hanse.ledger.league import AcceptedPlan
from hanse.ledger.store import Ledger, open_ledger
from tests.conftest import ENGINES
from tests.ledger.conftest import kill


@pytest.fixture(scope="module", params=ENGINES)
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A league of its own on each kind of database."""
    db = None if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    with open_ledger(tmp_path_factory.mktemp("data"), db=db) as opened:
        yield opened


HASH, OTHER = "0x" + "5a" * 32, "0x" + "a5" * 32


def everything(index: Index) -> tuple[Any, ...]:
    return (
        index.members(),
        index.products(),
        index.orders(),
        index.matches(),
        index.blocks(),
        index.transfers(),
    )


def play(ledger: Ledger, name: str) -> None:
    """A small voyage: two members, one product, two orders, one of them planned, the other cancelled."""
    league = ledger.league
    mill, lathe = (league.address(f"{name}/{one}") for one in ("mill", "lathe"))
    with ledger.batch():
        members = [
            league.register(f"{name}/mill", 0b11, HASH, key=f"{name}/mill"),
            league.register(f"{name}/lathe", 0b11, OTHER, key=f"{name}/lathe"),
            league.update(f"{name}/lathe", 0b10, HASH, key=f"{name}/lathe changes"),
        ]
        league.mint(league.address(f"{name}/buyer"), 1_000, key=f"{name}/mint")
        league.approve(f"{name}/buyer", 1_000, key=f"{name}/approve")
        product = int(league.add_product(0b11, HASH, key=f"{name}/product").value("product"))
    with ledger.batch():
        league.certify(mill, 0b11, HASH, key=f"{name}/certify mill")
        league.certify(lathe, 0b10, HASH, key=f"{name}/certify lathe")
        sent = [league.place(f"{name}/buyer", product, 1, HASH, 99, 50, key=f"{name}/order {n}") for n in range(2)]
    first, second = (int(one.value("order")) for one in sent)
    numbers = [int(one.value("number")) for one in members[:2]]
    solver = league.address("solver")
    plan = AcceptedPlan(league.head(), HASH, HASH, HASH, "makespan", -5, -6, "attested", 7, 8, 9, 2**80, solver)
    with ledger.batch():
        league.match_many(first, numbers, key=f"{name}/match")
        league.append_block(plan, [first], key=f"{name}/block")
        league.cancel(f"{name}/buyer", second, key=f"{name}/cancel")
        league.revoke(lathe, HASH, key=f"{name}/revoke")


def test_the_index_tells_what_happened(ledger: Ledger) -> None:
    play(ledger, "told")
    index, league = ledger.sync(), ledger.league
    mill, lathe = (league.address(f"told/{one}") for one in ("mill", "lathe"))
    members = {row.address: row for row in index.members()}
    assert (members[mill].claimed, members[mill].offered, members[mill].certified) == (0b11, 0b11, True)
    assert (members[lathe].claimed, members[lathe].offered, members[lathe].certified) == (0b10, 0, False)
    assert members[lathe].metadata == HASH
    for address, row in members.items():
        assert (row.number, row.claimed, row.certified, row.metadata) == league.member(address)
    assert [row.number for row in index.members()] == list(range(1, len(members) + 1))
    (block,) = index.blocks()
    first, second = index.orders()
    assert (first.status, first.planned, second.status, second.planned) == ("planned", block.number, "cancelled", None)
    assert (first.customer, first.deposit, first.due) == (league.address("told/buyer"), 50, 99)
    assert [(row.member, row.answer, row.required, row.offered) for row in index.matches(first.number)] == [
        (mill, "ACCEPT", 2, 2),
        (lathe, "PARTIAL", 2, 1),
    ]
    assert (block.hash, block.orders, block.objective) == (league.head(), (first.number,), "makespan")
    assert (block.value, block.bound, block.bound_kind, block.energy) == (-5, -6, "attested", 2**80)
    entry = ledger.outbox.entry("told/block")
    assert entry is not None
    assert (block.place.transaction, block.place.block) == (entry.hash, entry.block)
    # Minted, two deposits, one given back.
    assert [row.amount for row in index.transfers()] == [1_000, 50, 50, 50]
    assert index.products()[0].required == 0b11


def test_reading_all_blocks_again_gives_what_reading_each_once_gave(ledger: Ledger) -> None:
    for name in ("one", "two"):
        play(ledger, name)
        ledger.sync()
    ledger.league.retire_product(1, key="retire").wait()
    incremental = everything(ledger.sync())
    assert ledger.index.sync() == ledger.chain.height()
    assert everything(ledger.index) == incremental
    ledger.index.rebuild()
    assert everything(ledger.index) == incremental
    assert len(incremental[4]) >= 2


def test_short_spans_give_the_same_as_long_ones(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    play(ledger, "span")
    whole = everything(ledger.sync())
    monkeypatch.setattr("hanse.ledger.index.SPAN", 3)
    ledger.index.rebuild()
    assert everything(ledger.index) == whole


def test_a_chain_with_other_blocks_is_read_anew(tmp_path: Path) -> None:
    def without_places(index: Index) -> list[Any]:
        return [[dataclasses.replace(row, place=None) for row in rows] for rows in everything(index)]

    with open_ledger(tmp_path) as ledger:
        play(ledger, "turn")
        before = without_places(ledger.sync())
        place = ledger.index.blocks()[0].place
        kill(ledger.chain.process_id)  # type: ignore[attr-defined]
        assert without_places(ledger.sync()) == before
        assert ledger.index.blocks()[0].place.transaction == place.transaction
        # As many blocks as before, but mined again later: the index noticed by their hashes.
        last = ledger.chain.block(ledger.chain.height())
        assert last is not None
        assert ledger.index._cursor()[:2] == (last.number, last.hash)


def test_rows_of_another_version_are_read_anew(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    play(ledger, "version")
    whole = everything(ledger.sync())
    monkeypatch.setattr("hanse.ledger.index.VERSION", 0)
    again = Index(ledger.index._database, ledger.chain, ledger.league.addresses)
    assert again.members() == ()
    again.sync()
    assert everything(again) == whole
    monkeypatch.undo()
    ledger.index.rebuild()


def test_an_answer_of_a_stranger_is_a_fault_of_the_chain(ledger: Ledger) -> None:
    """Only a chain that turned while it was read can tell such things."""
    play(ledger, "stranger")
    whole = everything(ledger.sync())
    database, last = ledger.index._database, ledger.index._cursor()[0]
    order = ledger.index.matches()[-1].place.block
    database.write("DELETE FROM members")
    with pytest.raises(ChainFault, match="never registered"):
        ledger.index._read_blocks(order, last, last)
    ledger.index.rebuild()
    assert everything(ledger.index) == whole
