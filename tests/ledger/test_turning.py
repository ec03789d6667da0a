"""A chain that replaces its newest blocks: what they told is taken back, and nobody notices more than that."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import ChainFault
from hanse.ledger import undo
from hanse.ledger.chain import Head, Log
from hanse.ledger.index import ChainTurned, Index
from hanse.ledger.sqlite import SqliteDatabase
from hanse.ledger.store import Ledger, open_ledger
from hanse.ledger.undo import Undo
from tests.conftest import ENGINES
from tests.ledger.test_index import HASH, play


@pytest.fixture(scope="module", params=ENGINES)
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A league of its own on each kind of database."""
    db = None if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    with open_ledger(tmp_path_factory.mktemp("data"), db=db) as opened:
        yield opened


def all_rows(index: Index) -> dict[str, list[tuple[Any, ...]]]:
    return {table: sorted(index.raw(table), key=repr) for table in index.definitions()}


def read_afresh(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """The read models of an index that has never seen anything else than the chain as it is."""
    with tempfile.TemporaryDirectory() as place:
        database = SqliteDatabase(Path(place) / "fresh.sqlite3")
        try:
            fresh = Index(database, ledger.chain, ledger.league.addresses)
            fresh.sync()
            return all_rows(fresh)
        finally:
            database.close()


def same(ledger: Ledger) -> bool:
    known, true = all_rows(ledger.index), read_afresh(ledger)
    for table, rows in true.items():
        # PostgreSQL has truth values of its own.
        assert [[*map(str, map(_plain, row))] for row in known[table]] == [
            [*map(str, map(_plain, row))] for row in rows
        ]
    return True


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def drop(ledger: Ledger, blocks: int, empty: int = 0) -> None:
    """The chain replaces its newest blocks by others, in which nothing of ours is."""
    ledger.chain._ask("anvil_reorg", [blocks, []])  # type: ignore[attr-defined]
    for _ in range(empty):
        ledger.chain._ask("evm_mine", [])  # type: ignore[attr-defined]


@pytest.mark.parametrize("blocks", [1, 3, 9])
def test_what_dropped_blocks_told_is_taken_back(ledger: Ledger, blocks: int) -> None:
    play(ledger, f"drop {blocks}")
    ledger.sync()
    turns = ledger.index.turns()
    drop(ledger, blocks)
    ledger.index.sync()
    assert ledger.index.turns() == turns + 1
    assert same(ledger)
    ledger.outbox.replay()
    ledger.index.sync()
    assert same(ledger)


def test_the_dropped_blocks_are_not_read_anew_from_the_first(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    play(ledger, "far")
    ledger.sync()
    height, read = ledger.chain.height(), ledger.index._read_blocks
    asked: list[int] = []

    def noted(first: int, last: int, keep: int) -> int:
        asked.append(first)
        return read(first, last, keep)

    drop(ledger, 2)
    monkeypatch.setattr(ledger.index, "_read_blocks", noted)
    ledger.index.sync()
    assert min(asked) > height - 40  # back to the last reading before, and not to the first block
    monkeypatch.undo()
    ledger.outbox.replay()


def test_more_blocks_than_are_kept_are_read_anew_in_one_step(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    play(ledger, "deep")
    ledger.sync()
    monkeypatch.setattr("hanse.ledger.index.KEPT", 0)
    monkeypatch.setattr(Undo, "marks", lambda _: [])
    members = len(ledger.index.members())
    seen: list[int] = []
    drop(ledger, 1)
    apply = ledger.index._logs

    def meanwhile(first: int, head: Head) -> tuple[Log, ...]:
        seen.append(len(ledger.index.members()))
        return apply(first, head)

    monkeypatch.setattr(ledger.index, "_logs", meanwhile)
    ledger.index.sync()
    assert seen == [members]  # nobody was told of an empty league in between
    monkeypatch.undo()
    assert same(ledger)
    ledger.outbox.replay()


def test_a_node_that_lags_behind_changes_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    play(ledger, "lag")
    ledger.sync()
    before, height, block = all_rows(ledger.index), ledger.chain.height(), ledger.chain.block
    monkeypatch.setattr(type(ledger.chain), "forgets", False)
    monkeypatch.setattr(ledger.chain, "height", lambda: height - 5)
    monkeypatch.setattr(ledger.chain, "block", lambda number: block(number) if number <= height - 5 else None)
    assert ledger.index.sync() == height
    assert all_rows(ledger.index) == before


def test_a_node_that_has_lost_all_it_knew_changes_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """It learns everything anew from the others; so far below there is no block to compare."""
    play(ledger, "lost")
    ledger.index.rebuild()
    before, height, block = all_rows(ledger.index), ledger.index.height(), ledger.chain.block
    monkeypatch.setattr(type(ledger.chain), "forgets", False)
    monkeypatch.setattr(ledger.chain, "height", lambda: 0)
    monkeypatch.setattr(ledger.chain, "block", lambda number: block(number) if number == 0 else None)
    assert ledger.index.sync() == height
    assert all_rows(ledger.index) == before


def test_a_development_chain_with_fewer_blocks_has_lost_them(ledger: Ledger) -> None:
    mark = ledger.chain._ask("evm_snapshot", [])  # type: ignore[attr-defined]
    height = ledger.sync().height()
    play(ledger, "gone")
    ledger.sync()
    ledger.chain._ask("evm_revert", [mark])  # type: ignore[attr-defined]
    assert ledger.index.sync() == height
    assert same(ledger)
    ledger.outbox.replay()


def test_a_chain_that_turns_while_it_is_read_is_read_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    play(ledger, "meanwhile")
    reads: list[int] = []
    logs = ledger.index._logs

    def turning(first: int, head: Head) -> tuple[Log, ...]:
        found = logs(first, head)
        if not reads:
            drop(ledger, 1)
        reads.append(first)
        return found

    monkeypatch.setattr(ledger.index, "_logs", turning)
    ledger.index.sync()
    assert len(reads) >= 2
    monkeypatch.undo()
    assert same(ledger)
    ledger.outbox.replay()


def test_a_chain_that_never_stops_turning_is_an_error_that_says_so(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(ledger, "never")

    def turned(_: int, head: Head) -> tuple[Log, ...]:
        raise ChainTurned(head.number)

    monkeypatch.setattr(ledger.index, "_logs", turned)
    monkeypatch.setattr("hanse.ledger.index.TURN_SECONDS", 0.001)
    with pytest.raises(ChainFault, match="replaced block"):
        ledger.index.sync()


def test_after_many_turns_the_index_is_what_a_fresh_one_reads(ledger: Ledger) -> None:
    draw = random.Random(2026)
    for number in range(4):
        play(ledger, f"many {number}")
        if draw.random() < 0.7:
            ledger.sync()
        drop(ledger, draw.randint(1, 12), draw.randint(0, 2))
        if draw.random() < 0.5:
            ledger.sync()
        ledger.outbox.replay()
        ledger.sync()
        assert same(ledger)


def test_what_cannot_be_taken_back_is_refused(ledger: Ledger) -> None:
    recorder = ledger.index._undo.recorder(1)
    with pytest.raises(AssertionError, match="cannot be taken back"):
        recorder.write("INSERT INTO terms VALUES (1, 'x', 1, 1, '')")


THINGS = {"things": "key INTEGER, other TEXT, value INTEGER, raw BLOB, PRIMARY KEY (key, other)"}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 3), st.integers(0, 9)),
        st.tuples(st.just("update"), st.integers(0, 3), st.integers(0, 9)),
        st.tuples(st.just("delete"), st.integers(0, 3), st.just(0)),
    ),
    max_size=6,
)


@given(readings=st.lists(STEPS, min_size=1, max_size=6), back=st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_going_back_gives_the_rows_of_then(readings: list[list[tuple[str, int, int]]], back: int) -> None:
    """Whatever is put, changed and deleted, in whatever order."""
    database = SqliteDatabase(Path(":memory:"))
    with closing(database):
        for name, columns in {**THINGS, **undo.TABLES}.items():
            database.write(f"CREATE TABLE {name} ({columns})")
        log = Undo(database, THINGS)
        states = []
        for block, steps in enumerate(readings):
            with database.transaction():
                recorder = log.recorder(block)
                for what, key, value in steps:
                    if what == "put":
                        recorder.put("things", (key, HASH, value, bytes([value])))
                    elif what == "update":
                        recorder.write("UPDATE things SET value = ? WHERE key = ?", (value, key))
                    else:
                        recorder.write("DELETE FROM things WHERE key = ?", (key,))
                log.mark(block, f"0x{block}")
            states.append(database.rows("SELECT * FROM things ORDER BY key"))
        target = min(back, len(readings) - 1)
        with database.transaction():
            log.back_to(target)
        assert database.rows("SELECT * FROM things ORDER BY key") == states[target]
        assert log.marks()[0] == (target, f"0x{target}")
