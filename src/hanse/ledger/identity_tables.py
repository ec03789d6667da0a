"""The read models of identities: rows, tables, and how each event changes them (see `tables`).

They list what there is. Whether a key speaks for somebody is asked of the chain itself (see `identity/registry.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.identities import READINGS, is_readings, kind_text, kinds_of
from hanse.ledger.league import hash_bytes, hash_text
from hanse.ledger.tables import PLACE, Place, as_row, put


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """An identity that was given to another key, and to which one last."""

    identity: str
    owner: str
    place: Place


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A key that acts for an identity wherever that holds an office, as long as it owns it."""

    key: str
    identity: str
    place: Place


@dataclass(frozen=True, slots=True)
class DelegateRow:
    """A delegate. kind: 32 bytes, see `identities.kind_text`; valid_to: when it ends or ended, seconds since 1970."""

    identity: str
    kind: str
    delegate: str
    valid_to: int
    place: Place


@dataclass(frozen=True, slots=True)
class MandateRow:
    """What a clerk may commit an identity to at a contract: cents of one deal and of a period of seconds, until a
    time."""

    identity: str
    clerk: str
    venue: str
    per_deal: int
    per_period: int
    period: int
    valid_to: int
    place: Place


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """What a clerk committed an identity to, in cents. spent: in the same period so far."""

    identity: str
    clerk: str
    venue: str
    amount: int
    spent: int
    place: Place


@dataclass(frozen=True, slots=True)
class GuardRow:
    """Who guards an identity: so many of them together, after so many seconds. candidate: who is to be its owner from
    `ready_at` on; empty for nobody."""

    identity: str
    guardians: tuple[str, ...]
    threshold: int
    delay: int
    candidate: str
    ready_at: int
    place: Place


@dataclass(frozen=True, slots=True)
class RevocationRow:
    """A credential that its issuer took back. digest: hash of what was signed; reason: content hash."""

    issuer: str
    digest: str
    subject: str
    reason: str
    place: Place


TABLES: Mapping[str, str] = {
    "identity_owners": f"identity TEXT PRIMARY KEY, owner TEXT, {PLACE}",
    "identity_seats": f"key_account TEXT PRIMARY KEY, identity TEXT, {PLACE}",
    "identity_delegates": (
        f"identity TEXT, kind TEXT, delegate TEXT, valid_to TEXT, {PLACE}, PRIMARY KEY (identity, kind, delegate)"
    ),
    "identity_mandates": (
        f"identity TEXT, clerk TEXT, venue TEXT, per_deal TEXT, per_period TEXT, period INTEGER, valid_to INTEGER,"
        f" {PLACE}, PRIMARY KEY (identity, clerk, venue)"
    ),
    "identity_charges": (
        f"identity TEXT, clerk TEXT, venue TEXT, amount TEXT, spent TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index)"
    ),
    "identity_guards": (
        f"identity TEXT PRIMARY KEY, guardians TEXT, threshold INTEGER, delay INTEGER, candidate TEXT,"
        f" ready_at INTEGER, {PLACE}"
    ),
    "identity_revocations": (
        f"issuer TEXT, digest TEXT, subject TEXT, reason TEXT, {PLACE}, PRIMARY KEY (issuer, digest)"
    ),
}
"""Columns by table, in the order of the fields of its row."""

_Row = tuple[Any, ...]
_Where = tuple[int, int, str]
_Values = Mapping[str, Any]


def apply(database: Database, event: Event) -> None:
    """Changes the tables by one event; those of other contracts change none. Doing it twice is doing it once."""
    handler = _HANDLERS.get(event.name) if event.contract == "Identities" else None
    if handler is not None:
        handler(database, event.values, (event.log.block, event.log.index, event.log.transaction))


def read_owner(row: _Row) -> OwnerRow:
    return as_row(OwnerRow, row)


def read_seat(row: _Row) -> SeatRow:
    return as_row(SeatRow, row)


def read_delegate(row: _Row) -> DelegateRow:
    return as_row(DelegateRow, row, numbers=(3,))


def kinds_to_end(rows: Iterable[DelegateRow], delegate: str, kind: str, machines: Sequence[str], now: int) -> list[str]:
    """Kinds to end so that a delegate does this no more. rows: of its identity; machines: for these only. Ending all
    readings ends those of every machine, too: whoever lost its gateway does not remember which it named."""
    named = kinds_of(kind, machines)
    if machines or kind != READINGS:
        return named
    open_ = {kind_text(hash_bytes(row.kind)) for row in rows if row.delegate == delegate and row.valid_to > now}
    return sorted(filter(is_readings, open_)) or named


def read_mandate(row: _Row) -> MandateRow:
    return as_row(MandateRow, row, numbers=(3, 4))


def read_charge(row: _Row) -> ChargeRow:
    return as_row(ChargeRow, row, numbers=(3, 4))


def read_guard(row: _Row) -> GuardRow:
    return as_row(GuardRow, (row[0], tuple(row[1].split()), *row[2:]))


def read_revocation(row: _Row) -> RevocationRow:
    return as_row(RevocationRow, row)


def _owner(database: Database, told: _Values, where: _Where) -> None:
    put(database, "identity_owners", told["identity"], told["owner"], *where)
    _nothing_begun(database, told, where)


def _seat(database: Database, told: _Values, where: _Where) -> None:
    put(database, "identity_seats", told["key"], told["identity"], *where)


def _delegate(database: Database, told: _Values, where: _Where) -> None:
    kind, until = hash_text(told["delegateType"]), str(told["validTo"])
    put(database, "identity_delegates", told["identity"], kind, told["delegate"], until, *where)


def _mandate(database: Database, told: _Values, where: _Where) -> None:
    who = told["identity"], told["clerk"], told["venue"]
    per_deal, per_period, period, valid_to = told["mandate"]
    if valid_to == 0:
        database.write("DELETE FROM identity_mandates WHERE identity = ? AND clerk = ? AND venue = ?", who)
    else:
        put(database, "identity_mandates", *who, str(per_deal), str(per_period), period, valid_to, *where)


def _charge(database: Database, told: _Values, where: _Where) -> None:
    amounts = str(told["amount"]), str(told["spent"])
    put(database, "identity_charges", told["identity"], told["clerk"], told["venue"], *amounts, *where)


def _guard(database: Database, told: _Values, where: _Where) -> None:
    guardians = " ".join(told["guardians"])
    if guardians:
        how = told["threshold"], told["delay"]
        put(database, "identity_guards", told["identity"], guardians, *how, "", 0, *where)
    else:
        database.write("DELETE FROM identity_guards WHERE identity = ?", (told["identity"],))


def _begun(database: Database, told: _Values, where: _Where) -> None:
    _candidate(database, told["identity"], told["candidate"], told["readyAt"], where)


def _nothing_begun(database: Database, told: _Values, where: _Where) -> None:
    _candidate(database, told["identity"], "", 0, where)


def _candidate(database: Database, identity: str, candidate: str, ready_at: int, where: _Where) -> None:
    database.write(
        "UPDATE identity_guards SET candidate = ?, ready_at = ?, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE identity = ?",
        (candidate, ready_at, *where, identity),
    )


def _revoked(database: Database, told: _Values, where: _Where) -> None:
    digest, reason = hash_text(told["digest"]), hash_text(told["reason"])
    put(database, "identity_revocations", told["issuer"], digest, told["subject"], reason, *where)


_HANDLERS: Mapping[str, Callable[[Database, _Values, _Where], None]] = {
    "DIDOwnerChanged": _owner,
    "Seated": _seat,
    "DIDDelegateChanged": _delegate,
    "Mandated": _mandate,
    "Charged": _charge,
    "Guarded": _guard,
    "RecoveryBegun": _begun,
    "RecoveryCancelled": _nothing_begun,
    "CredentialRevoked": _revoked,
}
