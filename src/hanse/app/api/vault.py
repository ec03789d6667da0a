"""Sealed files: who may have the key of which, and who has had it (docs/rights.md).

The store holds sealed files only; the key of each is here once for every reader, wrapped so that nobody but that reader
opens it, us included. A grant wraps it anew; withdrawing ends what we hand out, and a new version has a new key. Every
hand-out is written down before it happens, for the owner to read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse.app.api.problems import Conflict, NotAllowed, NotThere
from hanse.clock import Clock
from hanse.errors import HanseError, InputError
from hanse.ledger.content import ContentStore
from hanse.ledger.database import Database
from hanse.rights.sealing import ReaderKey, Realm, head_of, publish, secret_of, unseal, unwrap, wrap

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

MOST_READERS, MOST_WRAPPED, MOST_TOLD = 256, 128, 1_000
"""Of one file, those it was withdrawn from included; bytes of a wrapped key; the newest of a file's log."""


@dataclass(frozen=True, slots=True)
class Grant:
    """moment, withdrawn: seconds since 1970; withdrawn is None while it lasts."""

    reader: str
    moment: int
    withdrawn: int | None


@dataclass(frozen=True, slots=True)
class Read:
    """what: `key` fetched, or `opened` here for a managed account, `granted`, `withdrawn`; reader: about whom."""

    number: int
    reader: str
    what: str
    moment: int


class Vault:
    """Over `database`; files are in `store`. realm: of the league whose signatures count."""

    def __init__(self, database: Database, store: ContentStore, clock: Clock, realm: Realm) -> None:
        self._database, self._store, self._clock, self.realm = database, store, clock, realm

    # Keys of readers.

    def key(self, account: str) -> ReaderKey | None:
        """The newest key of an account, checked; None if it has published none."""
        row = self._database.row("SELECT * FROM api_reading_keys WHERE account = ?", (account,))
        if row is None:
            return None
        found = ReaderKey(str(row[0]), bytes.fromhex(row[1]), int(row[2]), bytes.fromhex(row[3]))
        found.check(self.realm)
        return found

    def publish(self, key: ReaderKey) -> None:
        """Keeps the key of an account. Raises EvidenceError if the account did not sign it, Conflict if it is older
        than the one that is here: whoever has an old signature brings no old key back."""
        key.check(self.realm)
        with self._database.transaction():
            known = self._database.row("SELECT number, public FROM api_reading_keys WHERE account = ?", (key.account,))
            if known is not None and (int(known[0]), str(known[1])) == (key.number, key.key.hex()):
                return
            if known is not None and int(known[0]) >= key.number:
                raise Conflict(
                    f"key {known[0]} of this account is newer", where="number", hint=f"publish key {known[0] + 1}"
                )
            self._database.write(
                "INSERT INTO api_reading_keys VALUES (?, ?, ?, ?) ON CONFLICT (account) DO UPDATE"
                " SET public = excluded.public, number = excluded.number, signature = excluded.signature",
                (key.account, key.key.hex(), key.number, key.signature.hex()),
            )

    def introduce(self, account: LocalAccount) -> None:
        """Publishes the first key of a managed account that has none, while its owner is signing in."""
        if self._database.row("SELECT 1 FROM api_reading_keys WHERE account = ?", (str(account.address),)) is None:
            self.publish(publish(account, self.realm))

    # Files.

    def keep(self, content: str, sealed: bytes) -> None:
        """Notes that a stored file is sealed, and whose it is."""
        head = head_of(sealed)
        values = (content, head.owner, head.design, int(self._clock.now()))
        self._database.write("INSERT INTO api_sealed VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", values)

    def owner(self, content: str) -> str | None:
        """Whose sealed file this is; None if it is none."""
        row = self._database.row("SELECT owner FROM api_sealed WHERE content = ?", (content,))
        return None if row is None else str(row[0])

    def design(self, content: str) -> str | None:
        """Hash of the file inside, as its head says; None if it is no sealed file."""
        row = self._database.row("SELECT design FROM api_sealed WHERE content = ?", (content,))
        return None if row is None else str(row[0])

    # Grants.

    def let(self, content: str, by: str, reader: str, wrapped: bytes) -> None:
        """The owner lets somebody read. Raises NotThere, InputError, Conflict."""
        self._own(content, by)
        if not 0 < len(wrapped) <= MOST_WRAPPED:
            raise InputError(f"a wrapped key has at most {MOST_WRAPPED} bytes", where="wrapped")
        now = int(self._clock.now())
        with self._database.transaction():
            count = self._database.row("SELECT count(*) FROM api_grants WHERE content = ?", (content,))[0]
            if int(count) >= MOST_READERS:
                raise Conflict(f"a file has at most {MOST_READERS} readers", where=content, hint="seal it anew")
            self._database.write(
                "INSERT INTO api_grants VALUES (?, ?, ?, ?, NULL) ON CONFLICT (content, reader) DO UPDATE"
                " SET wrapped = excluded.wrapped, moment = excluded.moment, withdrawn = NULL",
                (content, reader, wrapped.hex(), now),
            )
            self._log(content, reader, "granted", now)

    def withdraw(self, content: str, by: str, reader: str) -> None:
        """The owner ends it: from now on the reader gets nothing any more. What it has, it has. Raises NotThere."""
        self._own(content, by)
        if reader == by:
            raise NotAllowed("an owner keeps its own file", where=reader)
        now = int(self._clock.now())
        statement = "UPDATE api_grants SET withdrawn = ? WHERE content = ? AND reader = ? AND withdrawn IS NULL"
        with self._database.transaction():
            if self._database.change(statement, (now, content, reader)) != 1:
                raise NotThere("this account may not read it", where=reader)
            self._log(content, reader, "withdrawn", now)

    def may_read(self, content: str, reader: str) -> bool:
        """Whether there is a grant that lasts."""
        query = "SELECT 1 FROM api_grants WHERE content = ? AND reader = ? AND withdrawn IS NULL"
        return self._database.row(query, (content, reader)) is not None

    def grants(self, content: str, by: str) -> list[Grant]:
        """For the owner. Raises NotThere."""
        self._own(content, by)
        query = "SELECT reader, moment, withdrawn FROM api_grants WHERE content = ? ORDER BY moment, reader"
        return [Grant(str(reader), moment, ended) for reader, moment, ended in self._database.rows(query, (content,))]

    def log(self, content: str, by: str) -> list[Read]:
        """What happened to the key last, for the owner, in its order. Raises NotThere."""
        self._own(content, by)
        query = "SELECT number, reader, what, moment FROM api_reads WHERE content = ? ORDER BY number DESC LIMIT ?"
        return [Read(*row) for row in reversed(self._database.rows(query, (content, MOST_TOLD)))]

    # Passports, which everybody may read.

    def published(self, content: str, order: int, issuer: str) -> None:
        """Notes that a stored content is a published passport."""
        values = (content, order, issuer, int(self._clock.now()))
        self._database.write("INSERT INTO api_passports VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", values)

    def is_published(self, content: str) -> bool:
        """Whether it is one."""
        return self._database.row("SELECT 1 FROM api_passports WHERE content = ?", (content,)) is not None

    # Reading.

    def fetch(self, content: str, reader: str, what: str = "key") -> bytes:
        """The wrapped key of a reader; written down before it is handed out. Raises NotThere without a grant."""
        query = "SELECT wrapped FROM api_grants WHERE content = ? AND reader = ? AND withdrawn IS NULL"
        with self._database.transaction():
            row = self._database.row(query, (content, reader))
            if row is None:
                raise NotThere(
                    "this file is not here, or not sealed for you",
                    where=content,
                    hint="ask its owner to let you read it",
                )
            self._log(content, reader, what, int(self._clock.now()))
        return bytes.fromhex(row[0])

    def opened(self, content: str, account: LocalAccount) -> bytes:
        """The file inside, for a managed account whose key is unlocked. Raises NotThere, EvidenceError."""
        return unseal(self._store.get(content), self._content_key(content, account, "opened"))

    def share(self, content: str, account: LocalAccount, readers: list[str]) -> list[str]:
        """Lets others read, by their published keys, for a managed owner whose key is unlocked. Returns who now may;
        those without a published key, or with a wrong one, are left out."""
        may = {one.reader for one in self.grants(content, account.address) if one.withdrawn is None}
        wanted = [reader for reader in dict.fromkeys(readers) if reader not in may]
        if not wanted:
            return []
        sealed, file_key = self._store.get(content), self._content_key(content, account, "key")
        done = []
        for reader in wanted:
            try:
                key = self.key(reader)
            except HanseError:
                continue  # somebody has changed it here: nobody is given anything for it
            if key is not None:
                self.let(content, account.address, reader, wrap(file_key, sealed, key))
                done.append(reader)
        return done

    def _content_key(self, content: str, account: LocalAccount, what: str) -> bytes:
        wrapped = self.fetch(content, account.address, what)
        known = self.key(account.address)
        secret = secret_of(account, self.realm, 1 if known is None else known.number)
        return unwrap(wrapped, self._store.get(content), account.address, secret)

    def _own(self, content: str, account: str) -> None:
        if self.owner(content) != account:
            raise NotThere("you have no such sealed file", where=content)

    def _log(self, content: str, reader: str, what: str, now: int) -> None:
        last = self._database.row("SELECT coalesce(max(number), 0) FROM api_reads WHERE content = ?", (content,))[0]
        values = (content, int(last) + 1, reader, what, now)
        self._database.write("INSERT INTO api_reads VALUES (?, ?, ?, ?, ?)", values)
