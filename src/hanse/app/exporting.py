"""All records of a league for other programs: its read models and every event, as CSV, as lines of JSON, or as a file
of SQLite that answers any question.

Everything comes from the chain, so anyone who reaches a node of it can make the same export; nothing that is kept off
the chain (accounts, keys, documents) is in it.
"""

from __future__ import annotations

import csv
import json
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanse.errors import EnvironmentFault, InputError
from hanse.ledger.bridge.source import Source
from hanse.ledger.index import Index
from hanse.ledger.rpc import RpcChain
from hanse.ledger.sqlite import SqliteDatabase
from hanse.ledger.undo import columns_of

READ = 2_000
"""So many blocks are asked for at once."""

EVENTS = (
    "chain_block INTEGER NOT NULL, log_index INTEGER NOT NULL, chain_transaction TEXT NOT NULL, contract TEXT, "
    "event TEXT, told TEXT, PRIMARY KEY (chain_block, log_index)"
)
"""Every event of the league's contracts that this version knows; told: its values as JSON, hashes as 0x…, whole numbers
beyond 53 bits as text."""

_SAFE = 1 << 53

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Records:
    """tables: rows by name, each with its definition in SQL; block: up to which block of the chain."""

    chain_id: int
    league: str
    block: int
    tables: Mapping[str, tuple[str, list[Row]]]

    @property
    def count(self) -> int:
        return sum(len(rows) for _, rows in self.tables.values())


def gather(source: Source, index: Index) -> Records:
    """Everything up to the block that the index has read. Raises ChainFault."""
    tables = {name: (definition, index.raw(name)) for name, definition in index.definitions().items()}
    tables["events"] = (EVENTS, list(_events(source, index.height())))
    return Records(source.chain_id, source.addresses.league, index.height(), tables)


@contextmanager
def reached(chain_url: str, league: str) -> Iterator[tuple[Source, Index]]:
    """A league at any node of its chain, read anew; nothing is kept."""
    chain = RpcChain(chain_url)
    with tempfile.TemporaryDirectory() as scratch:
        database = SqliteDatabase(Path(scratch) / "anew.sqlite3", what="the export's own database")
        try:
            source = Source.of(chain, league)
            index = Index(database, chain, source.addresses)
            index.sync()
            yield source, index
        finally:
            database.close()
            chain.close()


def write(records: Records, target: Path) -> None:
    """Writes the whole or nothing: `.sqlite` and `.jsonl` are files, a name without an ending is a folder of CSV files.
    Raises InputError for another form, or for what is there already; EnvironmentFault if the disk refuses."""
    writer = _WRITERS.get(target.suffix)
    if writer is None:
        raise InputError(
            f'"{target.suffix}" is no form of an export', where=str(target),
            hint="name it .sqlite or .jsonl, or without an ending for a folder of CSV files",
        )  # fmt: skip
    if target.exists():
        raise InputError("there is something already", where=str(target), hint="choose another name")
    aside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            writer(records, aside)
            os.rename(aside, target)
        finally:
            shutil.rmtree(aside, ignore_errors=True) if aside.is_dir() else aside.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as failure:
        raise EnvironmentFault(f"the export cannot be written ({failure})", where=str(target)) from None


def _events(source: Source, last: int) -> Iterator[Row]:
    for start in range(0, last + 1, READ):
        for log in source.logs(start, min(start + READ - 1, last)):
            event = source.told(log)
            if event is not None:
                told = json.dumps({name: _plain(value) for name, value in event.values.items()}, ensure_ascii=False)
                yield (log.block, log.index, log.transaction, event.contract, event.name, told)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, int) and abs(value) >= _SAFE else value


def _lines(records: Records, path: Path) -> None:
    with path.open("x", encoding="utf-8") as file:
        head = {
            "format": "hanse-records/1",
            "chain": records.chain_id,
            "league": records.league,
            "block": records.block,
        }
        file.write(json.dumps(head) + "\n")
        for name, (definition, rows) in records.tables.items():
            columns = columns_of(definition)
            for row in rows:
                said = {"table": name, **dict(zip(columns, map(_cell, row), strict=True))}
                file.write(json.dumps(said, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _tables(records: Records, path: Path) -> None:
    path.mkdir()
    for name, (definition, rows) in records.tables.items():
        with (path / f"{name}.csv").open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns_of(definition))
            writer.writerows(map(_cell, row) for row in rows)


def _database(records: Records, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for name, (definition, rows) in records.tables.items():
            connection.execute(f"CREATE TABLE {name} ({definition})")
            marks = ",".join("?" * len(columns_of(definition)))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        connection.execute("CREATE TABLE export (chain INTEGER, league TEXT, block INTEGER)")
        connection.execute("INSERT INTO export VALUES (?, ?, ?)", (records.chain_id, records.league, records.block))


def _cell(value: Any) -> Any:
    return "0x" + value.hex() if isinstance(value, bytes) else value


_WRITERS: Mapping[str, Callable[[Records, Path], None]] = {".sqlite": _database, ".jsonl": _lines, "": _tables}
