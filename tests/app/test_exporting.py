"""All records of a league in three forms, the same from a data directory and from any node of the chain."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hanse.app import exporting
from hanse.errors import InputError
from hanse.ledger.bridge.source import Source
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import open_ledger
from hanse.ledger.undo import columns_of
from tests.app.cli import hanse
from tests.ledger.bargain import Bargain


@pytest.fixture(scope="module")
def bargain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bargain]:
    with open_ledger(tmp_path_factory.mktemp("exporting")) as ledger:
        made = Bargain(ledger)
        made.agreed("exported")
        ledger.sync()
        yield made


@pytest.fixture(scope="module")
def records(bargain: Bargain) -> exporting.Records:
    ledger = bargain.ledger
    source = Source(ledger.chain, ledger.chain_id, ledger.league.addresses)
    return exporting.gather(source, ledger.index)


def test_every_event_and_every_row_is_there(bargain: Bargain, records: exporting.Records) -> None:
    told = {(row[3], row[4]) for row in records.tables["events"][1]}

    assert {("Agreements", "Activated"), ("Blocks", "Appended"), ("LeagueToken", "Transfer")} <= told
    assert len(records.tables["transfers"][1]) == len(bargain.ledger.index.transfers()) > 0
    assert {name for name, (_, rows) in records.tables.items() if rows} >= {"orders", "blocks", "agreements", "rights"}
    for name, (definition, rows) in records.tables.items():
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute(f"CREATE TABLE {name} ({definition})")
            named = tuple(row[1] for row in database.execute(f"PRAGMA table_info({name})"))
        assert columns_of(definition) == named
        assert {len(row) for row in rows} <= {len(named)}


def test_three_forms_say_the_same(records: exporting.Records, tmp_path: Path) -> None:
    for name in ("all.sqlite", "all.jsonl", "folder"):
        exporting.write(records, tmp_path / name)

    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    with closing(sqlite3.connect(tmp_path / "all.sqlite")) as database:
        asked = database.execute(
            "SELECT payer, payee, amount FROM transfers ORDER BY chain_block, log_index"
        ).fetchall()
        block = database.execute("SELECT block FROM export").fetchone()
    with (tmp_path / "folder" / "transfers.csv").open(newline="") as file:
        rows = [(row["payer"], row["payee"], row["amount"]) for row in csv.DictReader(file)]
    moved = [(one["payer"], one["payee"], one["amount"]) for one in lines[1:] if one["table"] == "transfers"]

    assert asked == rows == moved
    assert len(lines) == records.count + 1
    assert lines[0]["block"] == records.block == block[0]


def test_nothing_is_replaced_and_an_unknown_form_writes_nothing(records: exporting.Records, tmp_path: Path) -> None:
    there = tmp_path / "there.jsonl"
    there.write_text("mine")

    with pytest.raises(InputError, match="already"):
        exporting.write(records, there)
    with pytest.raises(InputError, match="no form"):
        exporting.write(records, tmp_path / "all.xml")
    assert there.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["there.jsonl"]


def test_anyone_at_a_node_makes_the_same_export_while_the_league_is_at_work(
    bargain: Bargain, records: exporting.Records, tmp_path: Path
) -> None:
    chain, league = bargain.ledger.chain, bargain.ledger.league.addresses.league
    assert isinstance(chain, RpcChain)

    made = hanse("export-ledger", tmp_path / "all.jsonl", "--chain", chain.url, "--league", league, "--json")
    exporting.write(records, tmp_path / "own.jsonl")

    assert made.json["block"] == records.block
    assert (tmp_path / "all.jsonl").read_text() == (tmp_path / "own.jsonl").read_text()
    hanse("export-ledger", tmp_path / "x.jsonl", "--league", league).failed(2, "a league without a chain")
