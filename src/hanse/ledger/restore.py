"""`restore`: a data directory as it was when its backup was made."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hanse.errors import EnvironmentFault, EvidenceError, InputError
from hanse.ledger.archive import Listing, damaged, read
from hanse.ledger.backup import DATABASE, NOTED, SECRET, sha256_of
from hanse.ledger.content import sync_directory
from hanse.ledger.moving import to_postgres
from hanse.ledger.opening import check_address


def restore(file: Path, data: Path, *, digest: str | None = None, db: str | None = None) -> Listing:
    """Makes the directory `data` of a backup, whole or not at all; nothing is written before all of it was checked.
    digest: SHA-256 the file must have, hexadecimal. Only that protects from somebody who made a backup of his own:
    checksums inside are as easily made as the rest. db: address of an empty database in PostgreSQL, where the league's
    own is put instead of a file.

    Raises InputError if there is something at `data` or `db` already, EvidenceError for a backup that is torn, damaged
    or another, EnvironmentFault if the disk refuses.
    """
    if data.is_symlink() or (data.exists() and not (data.is_dir() and not any(data.iterdir()))):
        raise InputError("there is something here already", where=str(data), hint="name a directory that is not there")
    check_address(db)
    data = data.resolve()
    listing = read(file)
    if not {DATABASE, SECRET} <= {entry.name for entry in listing.files}:
        raise damaged(file, "no league is in it")
    if digest is not None:
        _compare(file, digest)
    aside = data.with_name(f".{data.name}.{secrets.token_hex(8)}")
    try:
        aside.mkdir(parents=True)
        if read(file, _Place(aside).put) != listing:
            raise damaged(file, "it changed while it was read")
        if db is not None:
            _serve(aside, db)
        if os.name == "posix":
            os.sync()  # once for all: thousands of small files would each wait for the disk
        aside.replace(data)
        sync_directory(data.parent)
    except OSError as failure:
        raise EnvironmentFault(
            f"the directory cannot be made ({failure.strerror})", where=str(failure.filename or data)
        ) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return listing


def _serve(aside: Path, db: str) -> None:
    """Moves the database of a directory into PostgreSQL, and notes where that is."""
    note = to_postgres(aside / DATABASE, db)
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (aside / name).unlink(missing_ok=True)
    (aside / NOTED).write_text(f"{note}\n")


def _compare(file: Path, digest: str) -> None:
    found = sha256_of(file)
    if found != digest.lower().removeprefix("0x"):
        raise EvidenceError(
            f"this is another backup: its digest is {found}", where=str(file), hint="compare with what was written down"
        )


class _Place:
    """Where the files go; a name that left the directory would have been refused by the reader."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def put(self, name: str, mode: int) -> Iterator[IO[bytes]]:
        """A new file; on disk when all are."""
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as target:
            yield target
        path.chmod(mode)
