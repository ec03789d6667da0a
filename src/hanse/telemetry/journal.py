"""`Journal`: every reading that entered, in the order of arrival, and the seals over them. One SQLite file.

What `add` returned for is on disk. Adding the same readings again changes nothing, so an adapter that is not sure
whether it was heard simply says it again. Readings are never changed and never removed; a *seal* covers all that came
since the one before, so nothing can be late for its seal: `measured` says when it happened, the number when we learnt
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hanse.errors import EvidenceError, InputError
from hanse.ledger.sqlite import SqliteDatabase
from hanse.model import merkle
from hanse.telemetry.gate import Gate, Refusal
from hanse.telemetry.reading import Reading, read_content
from hanse.telemetry.seal import GENESIS, Seal, SignedSeal

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

KEPT_REFUSALS = 10_000
"""Refused readings kept for looking at, the newest; of the others only the count is known."""

_TABLES = (
    """CREATE TABLE IF NOT EXISTS readings (
        number INTEGER PRIMARY KEY, source TEXT NOT NULL, machine TEXT NOT NULL, metric TEXT NOT NULL,
        measured INTEGER NOT NULL, received INTEGER NOT NULL, content BLOB NOT NULL,
        UNIQUE (machine, metric, measured, source)) STRICT""",
    """CREATE TABLE IF NOT EXISTS refusals (
        number INTEGER PRIMARY KEY AUTOINCREMENT, received INTEGER NOT NULL, reason TEXT NOT NULL,
        said TEXT NOT NULL) STRICT""",
    "CREATE TABLE IF NOT EXISTS refused (reason TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS seals (
        number INTEGER PRIMARY KEY, first INTEGER NOT NULL, count INTEGER NOT NULL, root BLOB NOT NULL,
        previous BLOB NOT NULL, sealed INTEGER NOT NULL, signature BLOB NOT NULL) STRICT""",
    "CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT, WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of some readings. fresh: those that are new, in their order. known: how many were there already."""

    fresh: tuple[Reading, ...]
    known: int
    refused: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading with the way to the root of its seal: with the signer's address, all a stranger needs."""

    reading: Reading
    path: merkle.Path
    seal: SignedSeal

    def verify(self, member: str, chain_id: int, signer: str) -> bool:
        """Whether this signer sealed exactly this reading for this member."""
        return merkle.verify(self.reading.content, self.path, self.seal.seal.root) and (
            self.seal.signer(member, chain_id) == signer
        )


class Journal:
    """The record of one member's machines. Raises EnvironmentFault for whatever the disk refuses.

    member, chain_id: whose record it is and in which league; both are in every signature.
    """

    def __init__(self, path: Path, *, member: str, chain_id: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.member, self.chain_id = member, chain_id
        self.database = SqliteDatabase(path, what="the telemetry journal")
        with self.database.transaction():
            for statement in _TABLES:
                self.database.write(statement)

    def close(self) -> None:
        self.database.close()

    # --- readings ---------------------------------------------------------------------------------------------------

    def add(self, readings: Iterable[Reading], gate: Gate, received: int) -> Added:
        """Takes in what the gate lets through, all or nothing. received: our clock, milliseconds since the epoch."""
        fresh: list[Reading] = []
        known = refused = 0
        with self.database.transaction():
            for reading in readings:
                reason = gate.refuses(reading, received)
                if reason is None and self._insert(reading, received):
                    fresh.append(reading)
                    continue
                if reason is None and self._has(reading):
                    known += 1
                    continue
                self.refuse(reason or Refusal.CONTRADICTION, repr(reading), received)
                refused += 1
        return Added(tuple(fresh), known, refused)

    def refuse(self, reason: Refusal, said: str, received: int) -> None:
        """Remembers what could not enter, and why; the oldest are forgotten beyond `KEPT_REFUSALS`."""
        with self.database.transaction():
            number = self.database.insert(
                "INSERT INTO refusals (received, reason, said) VALUES (?, ?, ?)", (received, reason.value, said[:2000])
            )
            self.database.write("DELETE FROM refusals WHERE number <= ?", (number - KEPT_REFUSALS,))
            self.database.write(
                "INSERT INTO refused VALUES (?, 1) ON CONFLICT (reason) DO UPDATE SET times = times + 1",
                (reason.value,),
            )

    def __len__(self) -> int:
        return int(self.database.row("SELECT coalesce(max(number), 0) FROM readings")[0])

    def since(self, number: int = 0) -> Iterator[tuple[int, Reading]]:
        """Readings after this number, in the order of arrival, each with its own; in steps, so that nobody waits."""
        while True:
            rows = self.database.rows(
                "SELECT number, content FROM readings WHERE number > ? ORDER BY number LIMIT 10000", (number,)
            )
            if not rows:
                return
            for number, content in rows:  # the next step starts after the last of these
                yield number, read_content(content)

    def of_machine(self, machine: str, *, start: int = 0, end: int = 1 << 62) -> list[Reading]:
        """What was measured at a machine in [start, end), by the time it was measured."""
        rows = self.database.rows(
            "SELECT content FROM readings WHERE machine = ? AND measured >= ? AND measured < ? "
            "ORDER BY measured, metric, source",
            (machine, start, end),
        )
        return [read_content(content) for (content,) in rows]

    def refusals(self) -> dict[str, int]:
        """How often each reason turned a reading away."""
        return dict(self.database.rows("SELECT reason, times FROM refused ORDER BY reason"))

    # --- what adapters remember -------------------------------------------------------------------------------------

    def note(self, name: str, content: bytes) -> None:
        """Keeps bytes under a name, in place of what was there: what an adapter needs to go on after a crash."""
        self.database.write("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, content))

    def notes(self, prefix: str) -> dict[str, bytes]:
        """All notes whose names begin so."""
        rows = self.database.rows("SELECT name, content FROM notes WHERE substr(name, 1, ?) = ?", (len(prefix), prefix))
        return dict(rows)

    # --- seals ------------------------------------------------------------------------------------------------------

    def seal(self, key: LocalAccount, now: int, *, most: int | None = None) -> SignedSeal | None:
        """Signs all readings since the last seal, or the first `most` of them; None if there are none. now:
        milliseconds since the epoch."""
        with self.database.transaction():
            last = self._last_seal()
            first = 1 if last is None else last.seal.first + last.seal.count
            last_one = len(self) if most is None else min(len(self), first + most - 1)
            contents = self._contents(first, last_one)
            if not contents:
                return None
            number = 1 if last is None else last.seal.number + 1
            previous = GENESIS if last is None else last.seal.digest(self.member, self.chain_id)
            seal = Seal(number, first, len(contents), merkle.root(contents), previous, now)
            signed = seal.sign(key, self.member, self.chain_id)
            self.database.write("INSERT INTO seals VALUES (?, ?, ?, ?, ?, ?, ?)", (*seal.fields, signed.signature))
            return signed

    def seals(self) -> list[SignedSeal]:
        """All seals, oldest first."""
        return [_seal(row) for row in self.database.rows("SELECT * FROM seals ORDER BY number")]

    def sealed(self, after: int) -> tuple[SignedSeal, list[bytes]] | None:
        """The first seal after this number, with the canonical bytes of its readings; None if there is none."""
        row = self.database.row("SELECT * FROM seals WHERE number > ? ORDER BY number LIMIT 1", (after,))
        if row is None:
            return None
        signed = _seal(row)
        return signed, self._contents(signed.seal.first, signed.seal.first + signed.seal.count - 1)

    def show(self, number: int) -> Shown:
        """The evidence for one reading. Raises InputError if it is unknown or not sealed yet."""
        row = self.database.row("SELECT * FROM seals WHERE first <= ? AND first + count > ?", (number, number))
        if row is None:
            raise InputError(
                f"no seal covers reading {number}", where=f"journal of {self.member}", hint="hanse telemetry seal"
            )
        signed = _seal(row)
        contents = self._contents(signed.seal.first, signed.seal.first + signed.seal.count - 1)
        at = number - signed.seal.first
        return Shown(read_content(contents[at]), merkle.prove(contents, at), signed)

    def verify(self, signer: str) -> int:
        """Recomputes every seal; how many readings they cover. Raises EvidenceError at the first that is false."""
        previous, first = GENESIS, 1
        for number, signed in enumerate(self.seals(), start=1):
            seal, where = signed.seal, f"seal {number} of {self.member}"
            contents = self._contents(seal.first, seal.first + seal.count - 1)
            if (seal.number, seal.first, seal.previous) != (number, first, previous):
                raise EvidenceError("a seal is missing or does not follow the one before", where=where)
            if len(contents) != seal.count or merkle.root(contents) != seal.root:
                raise EvidenceError("readings were changed, added or removed after they were sealed", where=where)
            if signed.signer(self.member, self.chain_id) != signer:
                raise EvidenceError(f"not signed by {signer}", where=where, hint="is this the gateway's address?")
            previous, first = seal.digest(self.member, self.chain_id), first + seal.count
        return first - 1

    # --- inside -----------------------------------------------------------------------------------------------------

    def _insert(self, reading: Reading, received: int) -> bool:
        changed = self.database.change(
            "INSERT OR IGNORE INTO readings (source, machine, metric, measured, received, content) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (reading.source, reading.machine, reading.metric, reading.measured, received, reading.content),
        )
        return changed == 1

    def _has(self, reading: Reading) -> bool:
        row = self.database.row(
            "SELECT content FROM readings WHERE machine = ? AND metric = ? AND measured = ? AND source = ?",
            (reading.machine, reading.metric, reading.measured, reading.source),
        )
        return row is not None and row[0] == reading.content

    def _last_seal(self) -> SignedSeal | None:
        row = self.database.row("SELECT * FROM seals ORDER BY number DESC LIMIT 1")
        return None if row is None else _seal(row)

    def _contents(self, first: int, last: int) -> list[bytes]:
        rows = self.database.rows(
            "SELECT content FROM readings WHERE number BETWEEN ? AND ? ORDER BY number", (first, last)
        )
        return [content for (content,) in rows]


def _seal(row: Sequence[Any]) -> SignedSeal:
    return SignedSeal(Seal(*row[:6]), row[6])
