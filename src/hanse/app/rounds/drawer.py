"""What a solver must not lose between a commitment and its reveal: the claim, and the salt of its seal.

Written to disk before anything is sent. Without the salt the bond is lost; with it known to others, so is the secret.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.sqlite import SqliteDatabase


@dataclass(frozen=True, slots=True)
class Sealed:
    """A claim before it is opened. salt: 32 bytes that nobody can guess; certificate: encoded."""

    salt: bytes
    certificate: bytes

    def opened(self) -> Certificate:
        return Certificate.decode(self.certificate)


class Drawer:
    """A SQLite file of its own, one claim a round, and which claims of others were found true."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = SqliteDatabase(path)
        path.chmod(0o600)
        self._database.write("CREATE TABLE IF NOT EXISTS sealed (round INTEGER PRIMARY KEY, salt BLOB, claim BLOB)")
        self._database.write("CREATE TABLE IF NOT EXISTS checked (round INTEGER, number INTEGER, seal TEXT)")

    def put(self, round_: int, certificate: Certificate) -> Sealed:
        """Seals a claim. On return it is on disk; a round that has one keeps it."""
        kept = Sealed(secrets.token_bytes(32), certificate.encode())
        self._database.write("INSERT OR IGNORE INTO sealed VALUES (?, ?, ?)", (round_, kept.salt, kept.certificate))
        found = self.get(round_)
        assert found is not None
        return found

    def get(self, round_: int) -> Sealed | None:
        """The claim of a round."""
        row = self._database.row("SELECT salt, claim FROM sealed WHERE round = ?", (round_,))
        return None if row is None else Sealed(*row)

    def note_true(self, round_: int, number: int, seal: str) -> None:
        """Somebody's claim was checked and holds; it need not be checked again."""
        self._database.write("INSERT INTO checked VALUES (?, ?, ?)", (round_, number, seal))

    def known_true(self, round_: int) -> set[tuple[int, str]]:
        """Claims of a round that hold, by number and seal."""
        rows = self._database.rows("SELECT number, seal FROM checked WHERE round = ?", (round_,))
        return {(int(number), str(seal)) for number, seal in rows}

    def close(self) -> None:
        self._database.close()
