"""`back_up`: a data directory in one file, while a service may be at work in it.

What is copied when decides that the parts fit: the chain first, then the database, then all else. So the outbox knows
every transaction of the saved chain, and the contents everything the database names. What was written to the outbox
after the chain was saved is sent again when the copy is opened, as after a crash.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import secrets
import sqlite3
import stat
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from hanse.clock import Clock, SystemClock
from hanse.errors import EnvironmentFault, InputError
from hanse.ledger import anvil
from hanse.ledger.archive import CHUNK, LIST, Entry, Listing, fits
from hanse.ledger.content import sync_directory
from hanse.ledger.moving import to_file
from hanse.ledger.opening import noted_address, postgres

PATIENCE = 30.0
"""Seconds in which a running chain should have been saved; it is every five, if much is written more seldom."""

COMPRESSION = 6
"""Of gzip, 1 to 9."""

DATABASE, SECRET = "ledger.sqlite3", "secret"
_STATES = ("chain/state.json", "chain/state.previous.json")
NOTED = "database"
_PASSING = {
    "lock",
    NOTED,
    "chain/anvil.log",
    "chain/anvil.pid",
    "chain/state.new",
    "chain/genesis.new",
    *_STATES,
    DATABASE,
}
_SQLITE = b"SQLite format 3\x00"
_COMPANIONS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made. digest: SHA-256 of the whole file, hexadecimal; fresh: whether the saved chain has every
    block that the outbox knew when the backup began. If not, the outbox sends what it lacks."""

    file: Path
    listing: Listing
    digest: str
    fresh: bool


def back_up(
    data: Path, file: Path, *, db: str | None = None, clock: Clock | None = None, patience: float = PATIENCE
) -> Backup:
    """Writes everything of a data directory into `file`, which is there whole or not at all, and readable by its owner
    alone: the league's keys are in it. db: address of its database in PostgreSQL, where the directory's own note of it
    is not enough; it is saved as a file like any other. patience: seconds to wait for a running chain to be saved.

    Raises InputError if there is no league, or something at `file` already; EnvironmentFault if the disk refuses.
    """
    address = _address(data, db)
    _check(data, file, address)
    created = datetime.fromtimestamp(int((clock or SystemClock()).now()), UTC).isoformat()
    try:
        with _aside(file) as (aside, scratch):
            fresh = _wait_for_chain(data, patience, address)
            with aside.open("wb") as raw:
                with (
                    gzip.GzipFile("", "wb", COMPRESSION, raw) as stream,
                    tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
                ):
                    listing = _Writer(data, tar, scratch, address).write(created)
                raw.flush()
                os.fsync(raw.fileno())
            digest = sha256_of(aside)
            os.link(aside, file)  # unlike a rename, this replaces nothing
    except FileExistsError:
        raise _taken(file) from None
    except sqlite3.Error as failure:
        raise EnvironmentFault(f"the database cannot be copied: {failure}", where=str(data)) from None
    except OSError as failure:
        where = str(failure.filename or file)
        raise EnvironmentFault(f"the backup cannot be made ({failure.strerror or failure})", where=where) from None
    sync_directory(file.parent)
    return Backup(file, listing, digest, fresh)


def sha256_of(file: Path) -> str:
    """Of a whole file, hexadecimal. Raises OSError."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _address(data: Path, db: str | None) -> str | None:
    """Where its database is; None for its file. Raises InputError for an address of a league that is in a file."""
    noted = noted_address(data)
    if db is not None and noted is None:
        raise InputError("this directory keeps its league in a file", where=str(data), hint="leave --db out")
    return db or noted


def _check(data: Path, file: Path, address: str | None) -> None:
    for name in (DATABASE, SECRET) if address is None else (SECRET,):
        if not (data / name).is_file():
            raise InputError(
                f"there is no league in this directory: it has no {name}",
                where=str(data),
                hint="name the directory given as --data",
            )
    if file.exists() or file.is_symlink():
        raise _taken(file)
    if file.resolve().is_relative_to(data.resolve()):
        raise InputError("a backup inside the directory it is of would save itself", where=str(file))


def _taken(file: Path) -> InputError:
    return InputError("there is something here already", where=str(file), hint="choose another name")


@contextmanager
def _aside(file: Path) -> Iterator[tuple[Path, Path]]:
    """A file beside the target and a directory for copies, both for nobody else's eyes and gone in the end."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as scratch:
            yield aside, Path(scratch)
    finally:
        aside.unlink(missing_ok=True)


def _wait_for_chain(data: Path, patience: float, address: str | None) -> bool:
    """Waits until a running chain of our own is saved with every block the outbox knows of now; whether it is.

    Without this the copy would still be complete, but what was signed for a window that is over by the time it is
    opened would come too late.
    """
    query = "SELECT coalesce(max(block), -1) FROM outbox"
    if address is None:
        with closing(_connect(data / DATABASE)) as database:
            known = int(database.execute(query).fetchone()[0])
    else:
        with closing(postgres(address)) as served:
            known = int(served.row(query)[0])
    if not (data / "chain").is_dir():
        return True  # somebody else's chain, which is saved by them
    until, state, seen, height = time.monotonic() + patience, data / _STATES[0], -1, -1
    while True:
        try:
            changed = state.stat().st_mtime_ns
            if changed != seen:
                seen, height = changed, int(json.loads(state.read_bytes())["best_block_number"])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # it is just being replaced, or there is none yet
        if height >= known:
            return True
        if time.monotonic() > until or not anvil.runs(data / "chain" / "anvil.pid"):
            return False
        time.sleep(0.1)


class _Writer:
    """Puts one file after the other into the archive. scratch: for copies of databases; address: of the league's, None
    for its file."""

    def __init__(self, data: Path, tar: tarfile.TarFile, scratch: Path, address: str | None) -> None:
        self._data, self._tar, self._scratch, self._address = data, tar, scratch, address
        self._entries: list[Entry] = []

    def write(self, created: str) -> Listing:
        """All files in their order, and the list."""
        self._state()
        league = self._database(DATABASE) if self._address is None else self._served(self._address)
        for name in self._others():
            with (self._data / name).open("rb") as content:
                is_database = content.read(len(_SQLITE)) == _SQLITE
                content.seek(0)
                if not is_database:
                    self._add(name, content)
            if is_database:
                self._database(name)
        listing = Listing(created, league, tuple(self._entries))
        encoded = listing.encode()
        self._put(LIST, len(encoded), 0o600, io.BytesIO(encoded))
        return listing

    def _state(self) -> None:
        """The newest saved state of our own chain; an open one stays whole while it is replaced by a newer."""
        for name in (*_STATES, *_STATES):  # twice: it may be on its way from the first name to the second
            try:
                content = (self._data / name).open("rb")
            except FileNotFoundError:
                continue
            with content:
                self._add(name, content)
            return

    def _database(self, name: str) -> str:
        """One SQLite file, as of one moment; the address of the league, if it is told there."""
        copy = self._scratch / "copy.sqlite3"
        copy.unlink(missing_ok=True)
        with closing(_connect(self._data / name)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(f"{name} is damaged: {found}")
            row = None
            if name == DATABASE:
                row = target.execute("SELECT value FROM identity WHERE name = 'league'").fetchone()
        with copy.open("rb") as content:
            self._add(name, content, (self._data / name).stat().st_mode)
        return "" if row is None else str(row[0])

    def _served(self, address: str) -> str:
        """The database in PostgreSQL, as a file; the address of the league."""
        copy = self._scratch / "served.sqlite3"
        to_file(address, copy)
        with closing(sqlite3.connect(copy)) as made:
            made.execute("PRAGMA journal_mode=DELETE")  # all of it in one file
            row = made.execute("SELECT value FROM identity WHERE name = 'league'").fetchone()
        with copy.open("rb") as content:
            self._add(DATABASE, content, 0o600)
        return "" if row is None else str(row[0])

    def _others(self) -> Iterator[str]:
        """Names of all other files, listed only now that the database is copied."""
        for folder, folders, files in os.walk(self._data, onerror=_raise):
            folders.sort()
            for each in sorted(files + [one for one in folders if Path(folder, one).is_symlink()]):
                path = Path(folder, each)
                name = path.relative_to(self._data).as_posix()
                if name in _PASSING or each.startswith(".") or _is_companion(path):
                    continue  # what begins with a dot is being written
                if not stat.S_ISREG(path.lstat().st_mode) or not fits(name):
                    raise EnvironmentFault(
                        "only plain files with plain names can be saved",
                        where=repr(str(path)),
                        hint="move it elsewhere",
                    )
                yield name

    def _add(self, name: str, content: IO[bytes], mode: int | None = None) -> None:
        found = os.fstat(content.fileno())
        mode = stat.S_IMODE(found.st_mode if mode is None else mode) & 0o777
        digest = self._put(name, found.st_size, mode, content)
        self._entries.append(Entry(name, found.st_size, mode, digest))

    def _put(self, name: str, size: int, mode: int, content: IO[bytes]) -> str:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, mode, int(time.time())
        reader = _Hashing(content)
        self._tar.addfile(member, reader)
        return reader.digest.hexdigest()


class _Hashing(io.RawIOBase):
    """Hashes what is read of it."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content, self.digest = content, hashlib.sha256()

    def read(self, size: int = CHUNK) -> bytes:
        data = self._content.read(size)
        self.digest.update(data)
        return data


def _connect(path: Path) -> sqlite3.Connection:
    """An existing database; unlike `sqlite3.connect` this makes none."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=10, isolation_level=None)


def _is_companion(path: Path) -> bool:
    """Whether it is what SQLite keeps beside a database."""
    return any(path.name.endswith(end) and path.with_name(path.name.removesuffix(end)).exists() for end in _COMPANIONS)


def _raise(failure: OSError) -> None:
    raise failure
