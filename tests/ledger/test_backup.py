"""A backup holds everything of a data directory or is refused: torn, damaged, tampered with, or made to deceive."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hanse.errors import EnvironmentFault, EvidenceError, InputError
from hanse.ledger import anvil, archive
from hanse.ledger.archive import Entry, Listing
from hanse.ledger.backup import Backup, back_up, sha256_of
from hanse.ledger.restore import restore
from hanse.ledger.store import open_ledger


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a league that was founded, is closed, and keeps one content."""
    data = tmp_path_factory.mktemp("backup") / "league"
    with open_ledger(data) as ledger:
        ledger.content.put(b"a process plan")
    (data / "shop").mkdir()
    with sqlite3.connect(data / "shop" / "memory.sqlite3") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE plan (content TEXT)")
    database.close()
    return data


@pytest.fixture(scope="module")
def saved(league: Path) -> Backup:
    return back_up(league, league.parent / "league.tar.gz")


def contents(data: Path) -> dict[str, bytes]:
    """What is in a directory, but for databases, which need not be the same byte for byte."""
    files = (path for path in data.rglob("*") if path.is_file())
    return {str(path.relative_to(data)): path.read_bytes() for path in files if "sqlite3" not in path.name}


def rows(database: Path) -> list[str]:
    connection = sqlite3.connect(database)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_what_is_restored_is_what_was_saved(league: Path, saved: Backup, tmp_path: Path) -> None:
    assert saved.fresh
    listing = restore(saved.file, tmp_path / "back", digest="0x" + saved.digest)
    assert listing == saved.listing
    here, there = contents(league), contents(tmp_path / "back")
    passing = {"lock", "chain/anvil.log"}
    assert {name: here[name] for name in here.keys() - passing} == there
    for name in ("ledger.sqlite3", "shop/memory.sqlite3"):
        assert rows(tmp_path / "back" / name) == rows(league / name)
    with open_ledger(league, create=False) as one, open_ledger(tmp_path / "back", create=False) as other:
        assert other.league.addresses == one.league.addresses
        assert other.chain.height() == one.chain.height()
        assert other.keys.address("notary") == one.keys.address("notary")


def test_key_files_stay_their_owners_and_so_is_the_backup(saved: Backup, tmp_path: Path) -> None:
    restore(saved.file, tmp_path / "back")
    for path in (saved.file, tmp_path / "back" / "secret"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_ever_replaced(league: Path, saved: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved.file.read_bytes()
    with pytest.raises(InputError, match="something here already"):
        back_up(league, saved.file)
    assert saved.file.read_bytes() == before
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine").touch()
    with pytest.raises(InputError, match="something here already"):
        restore(saved.file, tmp_path / "used")
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["mine"]
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    restore(saved.file, Path())
    assert (tmp_path / "empty" / "secret").is_file()


def test_a_backup_is_of_a_league_and_lies_outside_of_it(league: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no league.*ledger\.sqlite3"):
        back_up(tmp_path, tmp_path / "x.tar.gz")
    with pytest.raises(InputError, match="would save itself"):
        back_up(league, league / "content" / "x.tar.gz")
    with pytest.raises(InputError, match="no such file"):
        restore(tmp_path / "x.tar.gz", tmp_path / "back")
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_restored_is_not_silently_left_out(league: Path, tmp_path: Path) -> None:
    for strange in ("link", "sub", "colon:name"):
        path = league / "content" / strange
        path.symlink_to(tmp_path, target_is_directory=strange == "sub") if ":" not in strange else path.touch()
        try:
            with pytest.raises(EnvironmentFault, match="plain files"):
                back_up(league, tmp_path / "x.tar.gz")
        finally:
            path.unlink()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_not_saved_as_if_it_were_well(saved: Backup, tmp_path: Path) -> None:
    restore(saved.file, tmp_path / "back")
    database = tmp_path / "back" / "ledger.sqlite3"
    torn = database.read_bytes()
    database.write_bytes(torn[: len(torn) // 2])
    with pytest.raises(EnvironmentFault, match="database"):
        back_up(tmp_path / "back", tmp_path / "again.tar.gz")
    assert not (tmp_path / "again.tar.gz").exists()


def test_a_database_under_writes_is_saved_as_of_one_moment(saved: Backup, tmp_path: Path) -> None:
    """Two tables that always agree within one transaction agree in every copy."""
    data = tmp_path / "back"
    restore(saved.file, data)
    over = threading.Event()

    def write() -> None:
        connection = sqlite3.connect(data / "ledger.sqlite3", isolation_level=None, timeout=10)
        connection.execute("CREATE TABLE one (n INTEGER)")
        connection.execute("CREATE TABLE two (n INTEGER)")
        begun.set()
        while not over.is_set():
            connection.executescript("BEGIN; INSERT INTO one VALUES (1); INSERT INTO two VALUES (1); COMMIT")
        connection.close()

    begun = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        made = [back_up(data, tmp_path / f"{i}.tar.gz") for i in range(3)]
    finally:
        over.set()
        writer.join()
    for number, one in enumerate(made):
        restore(one.file, tmp_path / f"{number}")
        connection = sqlite3.connect(tmp_path / f"{number}" / "ledger.sqlite3")
        first, second = (connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("one", "two"))
        connection.close()
        assert first == second


def test_a_running_chain_is_waited_for_until_it_is_saved(saved: Backup, tmp_path: Path) -> None:
    """The outbox knows of a block that the saved state does not have yet; whoever runs the chain saves it soon."""
    data = tmp_path / "back"
    restore(saved.file, data)
    state = data / "chain" / "state.json"
    older = state.read_bytes()
    height = json.loads(older)["best_block_number"]
    with sqlite3.connect(data / "ledger.sqlite3") as database:
        database.execute("UPDATE outbox SET block = ? WHERE sequence = 1", (height + 1,))
    database.close()
    newer = older.replace(f'"best_block_number":{height}'.encode(), f'"best_block_number":{height + 1}'.encode())
    assert newer != older
    running = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        anvil.remember(running, data / "chain" / "anvil.pid")
        assert not back_up(data, tmp_path / "early.tar.gz", patience=0.3).fresh
        aside = data / "chain" / "state.new"
        aside.write_bytes(newer)
        threading.Timer(0.5, aside.replace, [state]).start()
        assert back_up(data, tmp_path / "soon.tar.gz", patience=30).fresh
    finally:
        running.kill()
        running.communicate()
    state.write_bytes(older)
    begun = time.monotonic()
    assert not back_up(data, tmp_path / "dead.tar.gz", patience=30).fresh
    assert time.monotonic() - begun < 10, "nobody will save a chain that does not run"


def refused(file: Path, tmp_path: Path, words: str) -> None:
    """It is refused in these words, and nothing is left of the attempt."""
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EvidenceError, match=words):
        restore(file, tmp_path / "back")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_torn_file_is_refused(saved: Backup, tmp_path: Path, share: float) -> None:
    whole = saved.file.read_bytes()
    (tmp_path / "torn").write_bytes(whole[: int(len(whole) * share)])
    refused(tmp_path / "torn", tmp_path, "not whole")


def test_a_flipped_bit_anywhere_is_refused(saved: Backup, tmp_path: Path) -> None:
    whole = bytearray(saved.file.read_bytes())
    for at in [*range(10, len(whole), len(whole) // 40), len(whole) - 5]:  # the first ten are gzip's header
        whole[at] ^= 4
        (tmp_path / "flipped").write_bytes(whole)
        refused(tmp_path / "flipped", tmp_path, "not whole")
        whole[at] ^= 4


def test_what_is_glued_to_its_end_is_refused(saved: Backup, tmp_path: Path) -> None:
    (tmp_path / "longer").write_bytes(saved.file.read_bytes() + gzip.compress(b"more" * 4000))
    refused(tmp_path / "longer", tmp_path, "follows its end")


Forge = Callable[[tarfile.TarInfo, bytes], list[tuple[tarfile.TarInfo, bytes]]]


def forged(saved: Backup, target: Path, change: Forge) -> Path:
    """A copy whose members went through `change`."""
    with tarfile.open(saved.file) as source, tarfile.open(target, "w:gz") as made:
        for member in source:
            content = source.extractfile(member)
            assert content is not None
            for info, data in change(member, content.read()):
                info.size = len(data)
                made.addfile(info, io.BytesIO(data))
    return target


def only(name: str, new: Callable[[tarfile.TarInfo, bytes], list[tuple[tarfile.TarInfo, bytes]]]) -> Forge:
    return lambda member, data: new(member, data) if member.name == name else [(member, data)]


def looser(member: tarfile.TarInfo, data: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
    member.mode = 0o644
    return [(member, data)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (only("secret", lambda m, _: [(m, b"00" * 32 + b"\n")]), "secret is missing or is not what was saved"),
        (only("secret", looser), "secret is missing or is not what was saved"),
        (only("secret", lambda *_: []), "secret is missing"),
        (only("secret", lambda m, d: [(m, d), (tarfile.TarInfo("more"), b"x")]), "more is not on its list"),
        (only("secret", lambda m, d: [(m, d), (m, d)]), "no file of a data directory"),
        (only(archive.LIST, lambda *_: []), "its list is missing"),
        (only(archive.LIST, lambda m, _: [(m, b"{}")]), "cannot be read"),
        (only(archive.LIST, lambda m, d: [(m, d), (tarfile.TarInfo("after"), b"x")]), "follows its list"),
    ],
    ids=["changed", "others may read", "left out", "added", "twice", "no list", "empty list", "after the list"],
)
def test_an_archive_that_was_changed_is_refused(saved: Backup, tmp_path: Path, change: Forge, words: str) -> None:
    refused(forged(saved, tmp_path / "forged", change), tmp_path, words)


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/tmp/outside",
        "content/../../outside",
        "..",
        ".",
        "a//b",
        "a/./b",
        "C:outside",
        "a\\..\\b",
        "a\nb",
    ],
)
def test_a_name_that_leads_outside_is_refused(saved: Backup, tmp_path: Path, name: str) -> None:
    """Also when the list was forged with it."""
    refused(forged(saved, tmp_path / "forged", _adding(tarfile.TarInfo(name), b"x")), tmp_path, "no file of a data")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_no_plain_file_is_refused(saved: Backup, tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("content/strange")
    member.type, member.linkname = kind, "../../outside"
    refused(forged(saved, tmp_path / "forged", _adding(member, b"")), tmp_path, "no file of a data")


def _adding(member: tarfile.TarInfo, data: bytes) -> Forge:
    """One more member, with a list that knows it."""

    def change(found: tarfile.TarInfo, content: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
        if found.name != archive.LIST:
            return [(found, content)]
        old = Listing.decode(content)
        more = Entry(member.name, len(data), member.mode, hashlib.sha256(data).hexdigest())
        return [(member, data), (found, Listing(old.created, old.league, (*old.files, more)).encode())]

    return change


def test_a_backup_of_somebody_else_is_known_by_its_digest(saved: Backup, tmp_path: Path) -> None:
    """Its own checksums cannot tell: whoever changes a file can change the list."""
    other = forged(saved, tmp_path / "forged", _adding(tarfile.TarInfo("added"), b"x"))
    with pytest.raises(EvidenceError, match="another backup"):
        restore(other, tmp_path / "back", digest=saved.digest)
    assert not (tmp_path / "back").exists()
    assert sha256_of(saved.file) == saved.digest


def test_a_disk_that_refuses_leaves_nothing(saved: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "sync", full)
    with pytest.raises(EnvironmentFault, match="No space left"):
        restore(saved.file, tmp_path / "back")
    assert list(tmp_path.iterdir()) == []
